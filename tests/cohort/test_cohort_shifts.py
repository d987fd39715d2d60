"""Shift tables: baseline before treatment against the worst later value."""

from __future__ import annotations

from tables.cohorts import build

from wbc_tracker.cohort.counts import Proportion
from wbc_tracker.cohort.shifts import Shift


def cells(shift: Shift) -> dict[tuple[str, str], int]:
    """The cells that are not empty: (baseline, worst) -> patients."""
    return {
        (before, later): n
        for before, row in zip(shift.states, shift.counts, strict=True)
        for later, n in zip(shift.states, row, strict=True)
        if n
    }


def test_the_worst_later_value_against_the_interval():
    people = {
        "fell": ("0", "-5 wbc 6 4.0-11.0", "30 wbc 3.9 4.0-11.0", "60 wbc 6 4.0-11.0"),
        "at_the_limit": ("0", "-5 wbc 6 4.0-11.0", "30 wbc 4.0 4.0-11.0"),
        "rose": ("0", "-5 wbc 6 4.0-11.0", "30 wbc 12 4.0-11.0"),
        "both": ("0", "-5 wbc 12 4.0-11.0", "30 wbc 12 4.0-11.0", "60 wbc 3 4.0-11.0"),
        "no_interval": ("0", "-5 wbc 6 4.0-11.0", "30 wbc 6 unreadable"),
        "partly": ("0", "-5 wbc 6 4.0-11.0", "30 wbc 6 unreadable", "60 wbc 6 4.0-11.0"),
        "no_baseline": ("0", "30 wbc 3 4.0-11.0"),
        "limit_as_baseline": ("0", "-5 wbc <5 4.0-11.0", "30 wbc 3 4.0-11.0"),
        "no_later": ("0", "-5 wbc 6 4.0-11.0"),
        "untreated": ("", "-5 wbc 6 4.0-11.0", "30 wbc 3 4.0-11.0"),
    }
    (shift,) = build(people, analytes=["wbc"]).reference_shifts
    assert cells(shift) == {
        ("normal", "low"): 1,
        ("normal", "normal"): 2,
        ("normal", "high"): 1,
        ("high", "low"): 1,
        ("normal", "not assessable"): 1,
    }
    assert (shift.treated, shift.no_baseline, shift.no_later, shift.partly) == (9, 2, 1, 1)
    assert sum(map(sum, shift.counts)) + shift.no_baseline + shift.no_later == shift.treated
    assert shift.newly_worst == Proportion(2, 5, 1)


def test_grades_from_baseline_to_worst():
    people = {
        "fell": ("0", "-5 neutrophils 3", "30 neutrophils 0.9", "60 neutrophils 1.4"),
        "edge": ("0", "-5 neutrophils 1.9", "30 neutrophils 1.0"),
        "severe": ("0", "-5 neutrophils 0.9", "30 neutrophils 0.4"),
        "at_least": ("0", "-5 neutrophils 3", "30 neutrophils <1.5"),
        "not_gradable": ("0", "-5 neutrophils 3", "30 neutrophils <5"),
    }
    (shift,) = build(people, analytes=["neutrophils"]).grade_shifts
    assert cells(shift) == {("0", "3"): 1, ("1", "2"): 1, ("3", "4"): 1, ("0", "2"): 1, ("0", "not gradable"): 1}
    assert shift.newly_worst == Proportion(1, 3, 2)  # severe already was; not_gradable is not known


def test_b_cells_have_no_shift_and_immunoglobulins_no_grade():
    found = build({"a": ("0", "-5 cd19 200", "-5 igg 9", "30 cd19 1", "30 igg 5")}, analytes=["cd19", "igg"])
    assert [shift.analyte for shift in found.reference_shifts] == ["igg"]
    assert cells(found.reference_shifts[0]) == {("normal", "low"): 1}
    assert found.grade_shifts == ()
