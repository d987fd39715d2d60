"""Seen once, or confirmed at the next draw: low neutrophils and low immunoglobulins."""

from __future__ import annotations

import pytest
from tables.labs import CATALOG, SPLIT, annotated, at, on

from wbc_tracker.flags.facts import collect_facts
from wbc_tracker.flags.repeats import find_repeats


def repeats(*lines: str, infused: tuple[str, ...] = SPLIT) -> list[str]:
    """What is said of each row, in their order; a row that is not low says nothing."""
    return [str(repeat) for repeat in find_repeats(collect_facts(annotated(at(*lines), *infused), CATALOG))]


def test_alone() -> None:
    assert repeats("60 neutrophils 1.2") == ["once"]
    assert repeats("60 neutrophils 3.0", "90 neutrophils 1.2", "120 neutrophils 2.5") == ["", "once", ""]


def test_at_two_consecutive_draws() -> None:
    assert repeats("60 neutrophils 1.2", "90 neutrophils 1.4") == ["next", "before"]
    assert repeats("60 neutrophils 1.2", "90 neutrophils 1.4", "120 neutrophils 1.3") == ["next", "next", "before"]


@pytest.mark.parametrize(("value", "found"), [("1.49", ["next", "before"]), ("1.50", ["once", ""])])
def test_from_grade_2_on(value: str, found: list[str]) -> None:
    assert repeats("60 neutrophils 1.2", f"90 neutrophils {value}") == found


def test_a_result_between_that_is_not_low_parts_them() -> None:
    assert repeats("60 neutrophils 1.2", "75 neutrophils 2.5", "90 neutrophils 1.4") == ["once", "", "once"]


def test_a_result_between_that_cannot_be_judged_is_passed_over() -> None:
    assert repeats("60 neutrophils 1.2", "75 neutrophils <2.5", "90 neutrophils 1.4") == ["next", "", "before"]


def test_a_limit_that_is_certain_counts() -> None:
    assert repeats("60 neutrophils <1.0", "90 neutrophils <=1.4") == ["next", "before"]


def test_two_results_of_one_day_are_one_draw() -> None:
    assert repeats("60T08:00 neutrophils 1.2", "60T16:00 neutrophils 1.3") == ["once", "once"]


def test_an_infusion_may_lie_between() -> None:
    infused = (*SPLIT, f"{on(168)} 600")
    assert repeats("160 igg 5.0", "320 igg 5.2", infused=infused) == ["next", "before"]


@pytest.mark.parametrize(
    ("analyte", "low", "fine"), [("igg", "5.0", "6.0"), ("iga", "0.5", "0.8"), ("igm", "0.3", "0.5")]
)
def test_immunoglobulins(analyte: str, low: str, fine: str) -> None:
    lines = (f"60 {analyte} {low}", f"90 {analyte} {low}", f"120 {analyte} {fine}", f"150 {analyte} {low}")
    assert repeats(*lines) == ["next", "before", "", "once"]


def test_an_immunoglobulin_without_a_readable_interval_is_passed_over() -> None:
    assert repeats("60 igg 5.0", "90 igg 7.0 adults only", "120 igg 5.1") == ["next", "", "before"]


def test_each_series_and_each_person_alone() -> None:
    assert repeats("60 igg 5.0", "90 igm 0.3") == ["once", "once"]
    labs = at("60 igg 5.0", "90 igg 5.0").assign(patient_id=["ann", "bob"])
    assert find_repeats(collect_facts(annotated(labs), CATALOG)) == ["once", "once"]


def test_in_the_order_of_time_not_of_the_file() -> None:
    assert repeats("120 neutrophils 1.2", "60 neutrophils 1.3", "90 neutrophils 3.0") == ["once", "once", ""]


def test_before_1970_too() -> None:
    labs = at("60 igg 5.0", "90 igg 5.0").assign(collected_at=["1969-12-01", "1970-02-01"])
    assert find_repeats(collect_facts(annotated(labs), CATALOG)) == ["next", "before"]


def test_nothing_else_is_told() -> None:
    assert repeats("60 wbc 2.0", "90 wbc 2.0", "60 lymphocytes 0.3", "70 neutrophils_pct 5") == ["", "", "", ""]
