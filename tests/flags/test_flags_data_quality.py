"""What the data themselves leave in doubt."""

from __future__ import annotations

import pytest
from tables.flags import flagged, severities
from tables.labs import SPLIT, at

CONFLICT, MISMATCH, INFERRED = "conflicting_result", "differential_mismatch", "unit_inferred"


@pytest.mark.parametrize(
    ("results", "rows"),
    [
        (("60 wbc 6.0", "60 wbc 6.4"), ["wbc 6", "wbc 6.4"]),
        (("60T08:00 wbc 6.0", "60T08:00 wbc 6.4"), ["wbc 6", "wbc 6.4"]),
        (("60 cd19 5", "60 cd19 <5"), ["cd19 5", "cd19 <5"]),
        (("60 wbc 6.0", "60 wbc 6.0", "60 wbc 6.4"), ["wbc 6", "wbc 6", "wbc 6.4"]),
        (("60 wbc 6.0", "60 wbc 6.0"), []),
        (("60 wbc 6.0", "61 wbc 6.4"), []),
        (("60T08:00 wbc 6.0", "60T16:00 wbc 6.4"), []),
        (("60 wbc 6.0", "60T16:00 wbc 6.4"), []),  # whether it is the same draw is unknown
        (("60 wbc 6.0", "60 neutrophils 3.0"), []),
        (("60 wbc 6.0",), []),
    ],
)
def test_two_different_values_at_one_time(results: tuple[str, ...], rows: list[str]) -> None:
    assert flagged(CONFLICT, at(*results), *SPLIT) == rows


def test_two_people_do_not_conflict() -> None:
    labs = at("60 wbc 6.0", "60 wbc 6.4").assign(patient_id=["ann", "me"])
    assert flagged(CONFLICT, labs) == []


def test_counts_derived_from_conflicting_percentages_conflict_too() -> None:
    labs = at("60 wbc 5.0", "60 neutrophils_pct 50", "60 neutrophils_pct 60")
    assert flagged(CONFLICT, labs) == ["neutrophils_pct 50", "neutrophils 2.5", "neutrophils_pct 60", "neutrophils 3"]


def test_rows_apart_in_the_file_conflict() -> None:
    labs = at("60 wbc 6.0", "90 wbc 5.0", "60 cd19 2", "60 wbc 6.4")
    assert flagged(CONFLICT, labs, *SPLIT) == ["wbc 6", "wbc 6.4"]


@pytest.mark.parametrize(
    ("results", "rows"),
    [
        (("60 wbc 5.0", "60 neutrophils_pct 50.0", "60 neutrophils 1.50"), ["neutrophils_pct 50", "neutrophils 1.5"]),
        (("60 wbc 5.0", "60 neutrophils_pct 50.0", "60 neutrophils 2.45"), []),
        (("60 wbc 5.0", "60 neutrophils_pct 50.0", "60 neutrophils <1.50"), []),
    ],
)
def test_count_and_percentage_that_disagree(results: tuple[str, ...], rows: list[str]) -> None:
    assert flagged(MISMATCH, at(*results), *SPLIT) == rows


def test_an_inferred_unit() -> None:
    labs = at("60 wbc 5.0", "61 wbc 5.1").assign(unit_inferred=[True, False])
    assert flagged(INFERRED, labs, *SPLIT) == ["wbc 5"]


def test_an_inferred_unit_of_the_white_cells_marks_the_counts_derived_from_them() -> None:
    labs = at("60 wbc 5.0", "60 neutrophils_pct 50").assign(unit_inferred=[True, False])
    assert flagged(INFERRED, labs, *SPLIT) == ["wbc 5", "neutrophils 2.5"]


def test_all_are_for_information() -> None:
    labs = at("60 wbc 5.0", "60 neutrophils_pct 50", "60 neutrophils 1.0", "60 wbc 5.0", "61 wbc 6.0", "61 wbc 7.0")
    labs["unit_inferred"] = True
    for code in (CONFLICT, MISMATCH, INFERRED):
        assert set(severities(code, labs, *SPLIT)) == {"info"}, code


def test_a_result_in_doubt_keeps_its_alarm() -> None:
    """Both values of a conflict are judged; neither hides the other."""
    labs = at("60 neutrophils 0.4", "60 neutrophils 4.0")
    assert flagged("critical_value", labs, *SPLIT) == ["neutrophils 0.4"]
    assert flagged("neutropenia", labs, *SPLIT) == ["neutrophils 0.4"]
