"""White cells, neutrophils or lymphocytes that fell beyond usual variation and below their interval early on."""

from __future__ import annotations

import pytest
from tables.flags import codes, flagged, severities
from tables.labs import SPLIT, at, on

DROP = "early_broad_drop"


def test_is_to_discuss() -> None:
    assert severities(DROP, at("-5 wbc 6.0", "60 wbc 3.9"), *SPLIT) == ["discuss"]


@pytest.mark.parametrize(
    ("analyte", "baseline", "low"),
    [("wbc", "6.0", "3.9"), ("neutrophils", "4.0", "1.9"), ("lymphocytes", "1.8", "0.9")],
)
def test_of_three_counts(analyte: str, baseline: str, low: str) -> None:
    assert flagged(DROP, at(f"-5 {analyte} {baseline}", f"60 {analyte} {low}"), *SPLIT) == [f"{analyte} {low}"]


def test_of_no_other_cells() -> None:
    labs = at(
        "-5 monocytes 0.6", "60 monocytes 0.1", "-5 platelets 250", "60 platelets 100", "-5 cd19 210", "60 cd19 2"
    )
    assert flagged(DROP, labs, *SPLIT) == []


@pytest.mark.parametrize(("baseline", "dropped"), [("5.9", True), ("5.7", False)])
def test_beyond_usual_variation(baseline: str, dropped: bool) -> None:
    """To 3.9 it is -33.9 % or -31.6 %; usual variation ends at -32.7 %."""
    assert bool(flagged(DROP, at(f"-5 wbc {baseline}", "60 wbc 3.9"), *SPLIT)) is dropped


@pytest.mark.parametrize(
    ("value", "dropped"), [("3.9", True), ("4.0", False), ("4.4 4.5-11.0", True), ("3.9 3.5-10.0", False)]
)
def test_below_the_interval(value: str, dropped: bool) -> None:
    assert bool(flagged(DROP, at("-5 wbc 7.0", f"60 wbc {value}"), *SPLIT)) is dropped


def test_from_day_3_to_84_after_the_first_infusion_but_not_just_after_another() -> None:
    """The second half is given on day 14, after that day's draw."""
    days = (1, 2, 3, 14, 15, 16, 17, 84, 85, 160)
    labs = at("-5 wbc 6.0", *(f"{day} wbc 3.{place}" for place, day in enumerate(days)))
    found = [days[int(row.removeprefix("wbc 3").removeprefix(".") or 0)] for row in flagged(DROP, labs, *SPLIT)]
    assert found == [3, 14, 17, 84]


def test_a_later_course_is_not_early() -> None:
    assert flagged(DROP, at("-5 wbc 6.0", "180 wbc 3.5"), *SPLIT, f"{on(168)} 600") == []


def test_not_before_treatment_and_not_without_it() -> None:
    labs = at("-60 wbc 6.0", "-5 wbc 3.5")
    assert flagged(DROP, labs, *SPLIT) == flagged(DROP, labs) == []


@pytest.mark.parametrize(
    "results",
    [
        ("-5 wbc 6.0", "60 wbc <4.0"),
        ("60 wbc 3.5",),
        ("-5 wbc >5.0", "60 wbc 3.5"),
        ("-5 wbc 6.0", "60 wbc 3.5 adults only"),
    ],
    ids=["a limit", "no baseline", "the baseline is a limit", "no interval"],
)
def test_not_assessable(results: tuple[str, ...]) -> None:
    assert flagged(DROP, at(*results), *SPLIT) == []


def test_the_first_on_record_can_be_the_baseline() -> None:
    assert flagged(DROP, at("20 wbc 6.0", "60 wbc 3.5"), *SPLIT) == ["wbc 3.5"]


def test_hides_nothing_and_is_hidden_by_nothing() -> None:
    row = codes(at("-5 neutrophils 4.0", "60 neutrophils 0.4"), *SPLIT)[1]
    assert set(row) >= {"critical_value", "neutropenia", "late_onset_neutropenia", DROP}
    assert row[0] == "critical_value"
