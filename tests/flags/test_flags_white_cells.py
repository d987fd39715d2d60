"""White cells that stay where they were, alone and while B cells are depleted."""

from __future__ import annotations

import pytest
from tables.flags import flagged, severities
from tables.labs import SPLIT, at, on

STABLE, SELECTIVE = "wbc_stable", "selective_depletion"


class TestStable:
    def test_is_expected(self) -> None:
        assert severities(STABLE, at("-5 wbc 6.4", "60 wbc 6.0"), *SPLIT) == ["expected"]

    def test_within_the_reference_change_value(self) -> None:
        """From 10.0: -32.7 % is 6.73, +48.6 % is 14.86."""
        labs = at("-5 wbc 10.0", "60 wbc 6.70", "61 wbc 6.75", "62 wbc 14.80", "63 wbc 14.90")
        assert flagged(STABLE, labs, *SPLIT) == ["wbc 6.75", "wbc 14.8"]

    def test_not_below_the_interval(self) -> None:
        labs = at("-5 wbc 4.5", "60 wbc 3.9", "61 wbc 4.0", "62 wbc 3.9 3.5-10.0", "63 wbc 4.4 4.5-11.0")
        assert flagged(STABLE, labs, *SPLIT) == ["wbc 4", "wbc 3.9"]

    def test_above_the_interval_is_stable_too(self) -> None:
        assert flagged(STABLE, at("-5 wbc 10.9", "60 wbc 11.8"), *SPLIT) == ["wbc 11.8"]

    @pytest.mark.parametrize(
        ("baseline", "events"),
        [
            ("11.1", ()),
            ("9.0", ("-26 steroid",)),
            ("9.0", ("-26 infection",)),
            ("9.0", ("-26 other_drug natalizumab",)),
        ],
        ids=["above the interval", "after a steroid", "after an infection", "after another drug"],
    )
    def test_a_doubtful_baseline_tells_nothing(self, baseline: str, events: tuple[str, ...]) -> None:
        assert flagged(STABLE, at(f"-5 wbc {baseline}", "60 wbc 8.0"), *SPLIT, events=events) == []

    def test_a_low_baseline_tells(self) -> None:
        assert flagged(STABLE, at("-5 wbc 3.9", "60 wbc 4.1"), *SPLIT) == ["wbc 4.1"]

    def test_not_just_after_an_infusion(self) -> None:
        labs = at("-5 wbc 6.4", "1 wbc 6.1", "2 wbc 6.2", "3 wbc 6.3", "14 wbc 6.5", "16 wbc 6.6", "17 wbc 6.7")
        # the draw on day 14 counts as taken before the second half dose, 14 days after the first
        assert flagged(STABLE, labs, *SPLIT) == ["wbc 6.3", "wbc 6.5", "wbc 6.7"]

    def test_on_the_day_of_an_infusion(self) -> None:
        labs = at("-5 wbc 6.4", "14 wbc 6.5")
        assert flagged(STABLE, labs, *SPLIT, same_day="after") == []

    def test_not_before_treatment_and_not_without_it(self) -> None:
        assert flagged(STABLE, at("-30 wbc 6.4", "-5 wbc 6.3"), *SPLIT) == []
        assert flagged(STABLE, at("-30 wbc 6.4", "60 wbc 6.3")) == []

    def test_not_the_baseline_itself(self) -> None:
        assert flagged(STABLE, at("60 wbc 6.4", "90 wbc 6.3"), *SPLIT) == ["wbc 6.3"]

    def test_not_a_limit(self) -> None:
        assert flagged(STABLE, at("-5 wbc 6.4", "60 wbc >6.0", "61 wbc <7.0"), *SPLIT) == []

    def test_not_assessable_without_a_baseline(self) -> None:
        assert flagged(STABLE, at("-5 wbc >6.0", "60 wbc 6.0"), *SPLIT) == []

    def test_not_assessable_with_an_interval_that_cannot_be_read(self) -> None:
        assert flagged(STABLE, at("-5 wbc 6.4", "60 wbc 6.0 adults only"), *SPLIT) == []

    def test_only_white_cells(self) -> None:
        assert flagged(STABLE, at("-5 neutrophils 3.0", "60 neutrophils 3.0"), *SPLIT) == []


class TestSelective:
    BASELINE = ("-5 wbc 6.4", "-5 neutrophils 4.0", "-5 lymphocytes 1.8")
    DEPLETED = ("60 wbc 6.0", "60 cd19 2")

    def selective(self, *more: str) -> bool:
        """Whether the white cells of day 60 carry the flag, given further results."""
        return bool(flagged(SELECTIVE, at(*self.BASELINE, *self.DEPLETED, *more), *SPLIT))

    def test_is_expected_and_stands_on_the_white_cells(self) -> None:
        labs = at(*self.BASELINE, *self.DEPLETED)
        assert flagged(SELECTIVE, labs, *SPLIT) == ["wbc 6"]
        assert severities(SELECTIVE, labs, *SPLIT) == ["expected"]

    def test_needs_stable_white_cells(self) -> None:
        assert flagged(SELECTIVE, at("-5 wbc 6.4", "60 wbc 4.2", "60 cd19 2"), *SPLIT) == []
        assert flagged(SELECTIVE, at("-5 wbc 6.4", "16 wbc 6.4", "16 cd19 2"), *SPLIT) == []

    @pytest.mark.parametrize("b_cells", ["60 cd19 10", "60 cd19 <20", "60 cd20 0", "61 cd19 2", "60 cd3 700"])
    def test_needs_b_cells_that_are_depleted_that_day(self, b_cells: str) -> None:
        assert flagged(SELECTIVE, at("-5 wbc 6.4", "60 wbc 6.0", b_cells), *SPLIT) == []

    def test_another_time_of_the_day_will_do(self) -> None:
        labs = at("-5 wbc 6.4", "60T08:00 wbc 6.0", "60T15:30 cd19 2")
        assert flagged(SELECTIVE, labs, *SPLIT) == ["wbc 6"]

    @pytest.mark.parametrize(
        ("more", "selective"),
        [
            ("60 neutrophils 3.9", True),
            ("60 neutrophils 2.1", True),  # -48 %: a fall, but not below 2.0
            ("60 neutrophils 1.9", False),  # -53 %: a fall, and below
            ("60 neutrophils 2.2 2.5-7.5", True),  # -45 %: below, but no fall
            ("60 lymphocytes 1.3", True),  # -28 %: a fall, but not below 1.0
            ("60 lymphocytes 0.8", True),  # grade 1: at most 1.458 T and NK cells before, -45 %
            ("60 lymphocytes 0.79", False),  # grade 2
            ("60 neutrophils <2.0", False),  # leaves open how low it is
            ("60 lymphocytes <0.5", False),
            ("61 neutrophils 0.4", True),  # another day
        ],
    )
    def test_no_other_cells_must_have_fallen_broadly(self, more: str, selective: bool) -> None:
        assert self.selective(more) is selective

    @pytest.mark.parametrize(("value", "selective"), [("0.50", True), ("0.49", False)])
    def test_other_cells_must_not_be_grade_3(self, value: str, selective: bool) -> None:
        """The lymphocytes were that low before treatment: no fall."""
        labs = at("-5 wbc 6.4", "-5 lymphocytes 0.50", *self.DEPLETED, f"60 lymphocytes {value}")
        assert bool(flagged(SELECTIVE, labs, *SPLIT)) is selective

    @pytest.mark.parametrize(
        "results",
        [
            ("60 neutrophils 1.6",),  # below its interval, and no baseline shows whether it fell
            ("-5 neutrophils 4.0", "60 neutrophils 1.6 adults only"),  # fell by 60 %, the interval is unknown
            ("-5 neutrophils >2.0", "60 neutrophils 1.6"),
        ],
        ids=["no baseline", "no interval", "the baseline is a limit"],
    )
    def test_not_assessable_is_not_selective(self, results: tuple[str, ...]) -> None:
        assert flagged(SELECTIVE, at("-5 wbc 6.4", *self.DEPLETED, *results), *SPLIT) == []

    def test_without_a_baseline_normal_cells_are_no_obstacle(self) -> None:
        labs = at("-5 wbc 6.4", *self.DEPLETED, "60 neutrophils 3.0", "60 lymphocytes 1.5")
        assert flagged(SELECTIVE, labs, *SPLIT) == ["wbc 6"]

    def test_a_derived_count_is_an_obstacle_too(self) -> None:
        labs = at(*self.BASELINE, *self.DEPLETED, "60 neutrophils_pct 25")  # 1.5
        assert flagged(SELECTIVE, labs, *SPLIT) == []

    def test_in_a_later_course(self) -> None:
        labs = at("-5 wbc 6.4", "200 wbc 6.0", "200 cd19 2")
        assert flagged(SELECTIVE, labs, *SPLIT, f"{on(168)} 600") == ["wbc 6"]
