"""Counts above their interval, and when they are to be discussed. Intervals: 4-11, 2-7.5 and 1-4."""

from __future__ import annotations

import pytest
from tables.flags import flagged, severities
from tables.labs import SPLIT, at, on

HIGH = "high_count"


def high(*lines: str, events: tuple[str, ...] = (), infused: tuple[str, ...] = SPLIT) -> list[str]:
    return severities(HIGH, at(*lines), *infused, events=events)


@pytest.mark.parametrize(
    ("result", "is_high"),
    [
        ("wbc 11.0", False),
        ("wbc 11.1", True),
        ("neutrophils 7.5", False),
        ("neutrophils 7.6", True),
        ("lymphocytes 4.0", False),
        ("lymphocytes 4.1", True),
        ("wbc 10.5 3.5-10.0", True),
        ("wbc >11.0", True),
        ("wbc >10.0", False),
        ("monocytes 3.0", False),
        ("platelets 700", False),
    ],
)
def test_above_the_interval_on_treatment(result: str, is_high: bool) -> None:
    assert bool(high(f"60 {result}")) is is_high


def test_not_before_treatment_without_it_or_after_it() -> None:
    labs = at("-5 wbc 12.0", "60 wbc 12.1", "200 wbc 12.2")
    assert flagged(HIGH, labs, *SPLIT, events=("100 stopped",)) == ["wbc 12.1"]
    assert flagged(HIGH, labs) == []


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (("5.1", "5.2"), ["info", "discuss"]),
        (("5.0", "5.1"), ["info", "info"]),  # 5.0 is not above 5
        (("5.1", "4.5", "5.2"), ["info", "info", "info"]),  # not in a row
        (("5.1", "5.2", "5.3"), ["info", "discuss", "discuss"]),
        (("20",), ["info"]),  # once, however high
    ],
)
def test_lymphocytes_above_5_at_two_draws_in_a_row(values: tuple[str, ...], found: list[str]) -> None:
    assert high(*(f"{60 + 30 * place} lymphocytes {value}" for place, value in enumerate(values))) == found


@pytest.mark.parametrize(
    ("baseline", "now", "severity"),
    [
        ("neutrophils 4.0", "7.6", "discuss"),  # +90 %: usual variation ends at +85.4 %
        ("neutrophils 4.2", "7.6", "info"),  # +81 %
        ("wbc 8.0", "12.0", "discuss"),  # +50 %: it ends at +48.6 %
        ("wbc 8.2", "12.0", "info"),  # +46.3 %
        ("wbc 13.0", "16.6", "discuss"),  # more than 1.5 times 11.0
        ("wbc 13.0", "16.5", "info"),
    ],
)
def test_white_cells_or_neutrophils_that_rose_or_are_very_high(baseline: str, now: str, severity: str) -> None:
    analyte = baseline.split()[0]
    assert high(f"-5 {baseline}", f"60 {analyte} {now}") == [severity]


def test_without_a_baseline_that_tells_twice_in_a_row() -> None:
    """After natalizumab a rise is none: 12 may be the old level."""
    before, events = "-5 wbc 7.0", ("-30 other_drug natalizumab",)
    assert high(before, "60 wbc 12.0", "90 wbc 12.1", events=events) == ["info", "discuss"]
    assert high(before, "60 wbc 12.0", "90 wbc 9.0", "120 wbc 12.1", events=events) == ["info", "info"]


@pytest.mark.parametrize("kind", ["steroid", "infection"])
@pytest.mark.parametrize(("days", "severity"), [(21, "info"), (22, "discuss")])
def test_not_within_21_days_after_a_steroid_or_an_infection(kind: str, days: int, severity: str) -> None:
    assert high("-5 neutrophils 3.0", "60 neutrophils 12.0", events=(f"{60 - days} {kind}",)) == [severity]


@pytest.mark.parametrize(("day", "severity"), [(16, "info"), (17, "discuss")])
def test_not_just_after_an_infusion_with_a_steroid(day: int, severity: str) -> None:
    assert high("-5 neutrophils 3.0", f"{day} neutrophils 12.0") == [severity]


def test_ofatumumab_comes_without_a_steroid() -> None:
    assert high("-5 neutrophils 3.0", "1 neutrophils 12.0", infused=(f"{on(0)} 20 ofatumumab",)) == ["discuss"]
