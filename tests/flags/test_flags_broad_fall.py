"""More than the B cells has fallen: from day 85 on, each way in which it can hold, and what is none.

Usual variation ends at -32.7 % for white cells, -46.1 % for neutrophils, -26.2 % for lymphocytes.
"""

from __future__ import annotations

import pytest
from tables.flags import flagged, severities
from tables.labs import SPLIT, at, on

BROAD, EARLY = "broad_fall", "early_broad_drop"


def broad(*lines: str, events: tuple[str, ...] = (), infused: tuple[str, ...] = SPLIT) -> list[str]:
    return flagged(BROAD, at(*lines), *infused, events=events)


def test_is_to_discuss() -> None:
    assert severities(BROAD, at("-5 wbc 6.0", "100 wbc 3.9"), *SPLIT) == ["discuss"]


@pytest.mark.parametrize(
    ("baseline", "now", "is_broad"),
    [
        ("wbc 5.9", "3.9", True),  # -33.9 %, and low
        ("wbc 5.7", "3.9", False),  # -31.6 %
        ("wbc 7.0", "4.0", False),  # -42.9 %, not low
        ("neutrophils 4.0", "1.9", True),  # -52.5 %
        ("neutrophils 3.5", "1.9", False),  # -45.7 %
        ("neutrophils 4.0", "2.0", False),  # -50 %, not low
    ],
)
def test_white_cells_or_neutrophils_that_fell_and_are_low(baseline: str, now: str, is_broad: bool) -> None:
    analyte = baseline.split()[0]
    assert bool(broad(f"-5 {baseline}", f"100 {analyte} {now}")) is is_broad


@pytest.mark.parametrize(
    ("baseline", "now", "is_broad"),
    [
        ("1.8", "0.79", True),  # grade 2; from 81 % of 1.8, 1.458: -45.8 %
        ("1.8", "0.80", False),  # grade 1
        ("1.33", "0.79", True),  # from 1.0773: -26.7 %
        ("1.31", "0.79", False),  # from 1.0611: -25.5 %
    ],
)
def test_lymphocytes_of_grade_2_whose_t_and_nk_cells_fell(baseline: str, now: str, is_broad: bool) -> None:
    assert bool(broad(f"-5 lymphocytes {baseline}", f"100 lymphocytes {now}")) is is_broad


@pytest.mark.parametrize(
    ("baseline", "now", "is_broad"),
    [
        ("neutrophils 2.0", "1.49", True),  # grade 2; no fall: -25.5 %
        ("neutrophils 2.0", "1.50", False),
        ("wbc 2.5", "1.99", True),  # grade 3; -20.4 %
        ("wbc 2.5", "2.00", False),
        ("lymphocytes 0.60", "0.49", True),  # grade 3; from 0.486 no fall at all
        ("lymphocytes 0.60", "0.50", False),
    ],
)
def test_a_grade_alone(baseline: str, now: str, is_broad: bool) -> None:
    analyte = baseline.split()[0]
    assert bool(broad(f"-5 {baseline}", f"100 {analyte} {now}")) is is_broad


def test_a_grade_needs_no_baseline_and_a_limit_can_show_it() -> None:
    assert broad("100 neutrophils 1.49") == ["neutrophils 1.49"]
    assert broad("100 neutrophils <1.5") == ["neutrophils <1.5"]
    assert broad("100 neutrophils <1.6") == []


def test_from_day_85_on_what_is_earlier_has_a_flag_of_its_own() -> None:
    labs = at("-5 wbc 6.0", "84 wbc 3.8", "85 wbc 3.9")
    assert (flagged(EARLY, labs, *SPLIT), flagged(BROAD, labs, *SPLIT)) == (["wbc 3.8"], ["wbc 3.9"])


def test_of_no_other_cells_and_not_before_treatment() -> None:
    assert broad("-5 platelets 250", "100 platelets 40", "-5 cd4 900", "100 cd4 40", "-5 wbc 1.5") == []


@pytest.mark.parametrize(
    ("baseline", "now", "is_broad"),
    [
        ("neutrophils 1.40", "1.35", False),  # grade 2 before, no change beyond usual variation
        ("neutrophils 1.40", "1.00", False),  # -28.6 %, still grade 2
        ("neutrophils 1.40", "0.99", True),  # grade 3
        ("neutrophils 1.60", "1.49", True),  # grade 1 before
        ("wbc 1.95", "1.90", False),
        ("lymphocytes 0.45", "0.40", False),
    ],
)
def test_not_what_was_so_before_treatment(baseline: str, now: str, is_broad: bool) -> None:
    analyte = baseline.split()[0]
    assert bool(broad(f"-5 {baseline}", f"100 {analyte} {now}")) is is_broad


def test_what_was_so_on_treatment_already_counts() -> None:
    assert broad("100 neutrophils 1.40", "130 neutrophils 1.35") == ["neutrophils 1.4", "neutrophils 1.35"]


def test_not_lymphocytes_that_a_steroid_lowers() -> None:
    infused = (*SPLIT, f"{on(168)} 600")
    assert broad("-5 lymphocytes 1.8", "170 lymphocytes 0.3", infused=infused) == []
    assert broad("-5 lymphocytes 1.8", "171 lymphocytes 0.3", infused=infused) == ["lymphocytes 0.3"]


@pytest.mark.parametrize(
    ("later", "events", "is_undone"),
    [
        (("110 neutrophils 3.0", "117 neutrophils 3.1"), (), True),
        (("110 neutrophils 3.0", "116 neutrophils 3.1"), (), False),  # six days apart
        (("110 neutrophils 3.0",), (), False),  # one alone
        (("110 neutrophils 1.9", "117 neutrophils 3.1"), (), False),  # low
        (("110 neutrophils 7.6", "117 neutrophils 3.1"), (), False),  # high is not inside either
        (("110 neutrophils 3.0", "117 neutrophils 3.1"), ("117 steroid",), False),
        (("110 neutrophils 3.0", "117 neutrophils 3.1"), ("88 steroid",), True),  # 22 days before the first of them
        (("110 neutrophils 3.0", "117 neutrophils 3.1"), ("89 steroid",), False),
        (("110 neutrophils 3.0", "117 neutrophils 3.1"), ("105 infection",), False),
        (("110 neutrophils 3.0", "117 wbc 6.0"), (), False),  # another analyte
    ],
)
def test_not_a_count_that_two_later_ones_undo(later: tuple[str, ...], events: tuple[str, ...], is_undone: bool) -> None:
    found = broad("-5 neutrophils 4.0", "100 neutrophils 1.2", *later, events=events)
    assert ("neutrophils 1.2" not in found) is is_undone


class TestSlowDecline:
    """9, 8, 7, 5 and then 3.9 white cells fall on all days; 3.9 is low and -57 % from before treatment."""

    FALLING = ("-5 wbc 9.0", "100 wbc 8.0", "200 wbc 7.0", "300 wbc 5.0")

    @pytest.mark.parametrize(("day", "found"), [(364, ["wbc 3.9"]), (365, [])])
    def test_from_day_365_on_it_is_told_as_the_decline(self, day: int, found: list[str]) -> None:
        lines = (*self.FALLING, f"{day} wbc 3.9")
        assert broad(*lines) == found
        assert flagged("gradual_decline", at(*lines), *SPLIT) == ["wbc 3.9"]

    def test_a_fall_without_a_trend_stays_a_broad_fall(self) -> None:
        assert broad("-5 wbc 9.0", "100 wbc 8.0", "200 wbc 8.1", "300 wbc 7.9", "365 wbc 3.9") == ["wbc 3.9"]

    def test_also_of_a_count_whose_white_cells_decline(self) -> None:
        neutrophils = ("-5 neutrophils 4.0", "400 neutrophils 1.9")
        assert broad(*self.FALLING, "400 wbc 4.1", *neutrophils) == []
        assert broad(*neutrophils) == ["neutrophils 1.9"]

    def test_but_not_a_grade(self) -> None:
        found = broad(*self.FALLING, "400 wbc 4.1", "-5 neutrophils 4.0", "400 neutrophils 1.4")
        assert found == ["neutrophils 1.4"]
