"""Each verdict, and both sides of each boundary between them."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from tables.labs import CATALOG, annotated, at, on
from tables.trends import AS_OF, trend_of, trend_over

from wbc_tracker.annotation.variation import rcv_limits
from wbc_tracker.trends import summarize_trends
from wbc_tracker.trends.series import judge_previous

FALL, RISE = rcv_limits(CATALOG)["wbc"]
UP_AND_DOWN = [6.0, 6.1, 6.1, 6.0, 6.0]


def straight(percent: float, first: float = 6.0, points: int = 5) -> list[float]:
    """A straight line: the fitted change over its span is exactly that of the values."""
    return [first * (1 + percent / 100 * place / (points - 1)) for place in range(points)]


def leaning(edge_percent: float) -> list[float]:
    """6, 6 + 2 d, 6 + d, 6 + d, 6 + d over 400 days: the limit on the side of d is the farther one.

    Slopes per 100 days in d: -1, -1/2, -1/3, 0, 0, 0, 1/4, 1/3, 1/2, 2. The median is 0, so the fitted value on the
    first day is the median 6 + d. Ties leave (300 - 66) / 18 = 13 as the variance of S; 1.96 x its root is 7.07, and
    the interval reaches from the first of the ten slopes to the last: from -d to 2 d.
    """
    d = edge_percent * 6 / (800 - edge_percent)
    return [6, 6 + 2 * d, 6 + d, 6 + d, 6 + d]


class TestNotEnoughData:
    def test_three_days_are_too_few_for_a_trend_and_four_for_an_interval(self):
        assert trend_over([6.0, 6.0, 6.0])["verdict"] == "not enough data"
        assert trend_over([6.0, 6.0, 6.0, 6.0])["verdict"] == "unclear"
        assert trend_over([6.0, 6.0, 6.0, 6.0, 6.0])["verdict"] == "stable"

    def test_179_days_are_too_short_and_180_are_enough(self):
        assert trend_over(UP_AND_DOWN, [20, 60, 120, 150, 199])["verdict"] == "not enough data"
        assert trend_over(UP_AND_DOWN, [20, 60, 120, 150, 200])["verdict"] == "stable"

    def test_a_short_series_has_neither_slope_nor_p(self):
        short = trend_over(straight(-50, points=8), list(range(20, 180, 20)))
        assert (short["n_used"], short["span_days"], short["verdict"]) == (8, 140, "not enough data")
        numbers = ("slope_per_year", "slope_low", "slope_high", "p_value", "fitted_change_percent")
        assert [short[name] for name in numbers] == [None] * 5

    def test_also_where_no_size_is_given(self):
        assert trend_over([0.4, 0.4, 0.4], analyte="monocytes")["verdict"] == "not enough data"

    def test_without_treatment_there_is_none_to_follow(self):
        untreated = trend_of(*(f"{day} wbc 6.1" for day in range(0, 1000, 100)), infused=())
        assert (untreated["n"], untreated["n_used"], untreated["verdict"]) == (10, 0, "not enough data")

    def test_what_was_drawn_after_treatment_ended_takes_no_part(self):
        """Four days of six lie on treatment; the draw of the day on which it ended is one of them."""
        labs = at(*(f"{day} wbc 6.1" for day in (100, 200, 300, 400, 500, 600)))
        (trend,) = summarize_trends(annotated(labs, f"{on(0)} 600", as_of=AS_OF, events=("400 stopped",))).to_dict(
            "records"
        )
        assert (trend["n"], trend["n_used"], trend["span_days"]) == (6, 4, 300)


class TestNotAssessable:
    def test_no_size_is_given_but_slope_and_p_are_told(self):
        trend = trend_over(straight(-50, 0.8, 4), analyte="monocytes")
        assert trend["verdict"] == "not assessable"
        assert trend["slope_per_year"] == pytest.approx(-0.4 / 300 * 365.25)
        assert trend["p_value"] == pytest.approx(2 / 24)
        assert trend["fitted_change_percent"] == pytest.approx(-50)

    def test_what_starts_at_nothing_has_no_percent_change(self):
        trend = trend_over([0, 0.1, 0.2, 0.3])
        assert (trend["verdict"], trend["fitted_change_percent"]) == ("not assessable", None)
        assert trend["slope_per_year"] == pytest.approx(0.1 / 100 * 365.25)
        assert trend_over([0.01, 0.1, 0.2, 0.3])["verdict"] == "rising"

    def test_nothing_all_the_time(self):
        assert trend_over([0, 0, 0, 0, 0])["verdict"] == "not assessable"

    def test_a_fall_to_nothing_is_a_fall(self):
        """The fitted value on the first day lies above the median; only a median of 0 leaves nothing to fall from."""
        assert trend_over([3, 2, 1, 0])["verdict"] == "falling"
        assert trend_over([3, 2, 0.1, 0, 0])["verdict"] == "falling"
        assert trend_over([3, 0, 0, 0, 0])["verdict"] == "not assessable"


class TestChange:
    @pytest.mark.parametrize(
        ("percent", "verdict"),
        [
            (-20.01, "falling"),
            (-20, "falling"),
            (-19.99, "falling slightly"),
            (-0.5, "falling slightly"),
            (0.5, "rising slightly"),
            (19.99, "rising slightly"),
            (20, "rising"),
            (-100, "falling"),
            (900, "rising"),
        ],
    )
    def test_large_enough_to_be_told_and_smaller(self, percent, verdict):
        trend = trend_over(straight(percent))
        assert trend["verdict"] == verdict
        assert trend["fitted_change_percent"] == pytest.approx(percent)
        assert trend["p_value"] == pytest.approx(2 / 120)

    @pytest.mark.parametrize(
        ("analyte", "first", "size"),
        [
            ("neutrophils", 4.0, 25), ("lymphocytes", 2.0, 20), ("platelets", 240, 20), ("cd3", 1200, 20),
            ("cd4", 800, 20), ("cd8", 400, 20), ("igg", 10, 15), ("iga", 2, 15), ("igm", 1, 15),
            ("hemoglobin", 140, 10),
        ],
    )  # fmt: skip
    def test_the_size_is_that_of_the_analyte(self, analyte, first, size):
        assert trend_over(straight(-size, first), analyte=analyte)["verdict"] == "falling"
        assert trend_over(straight(0.1 - size, first), analyte=analyte)["verdict"] == "falling slightly"
        assert trend_over(straight(size, first), analyte=analyte)["verdict"] == "rising"

    def test_a_p_of_exactly_a_tenth_is_not_below_it(self):
        """Three values, then three others: 2 of 20 orders. Four in order: 2 of 24."""
        tenth = trend_over([6, 6, 6, 3, 3, 3])
        assert (tenth["p_value"], tenth["verdict"]) == (0.1, "unclear")
        assert trend_over([6, 5, 4, 3])["verdict"] == "falling"

    def test_the_test_gives_the_direction_where_ties_leave_no_slope(self):
        """Eight times 6.0, then twice 6.1: 2 of the 45 orders, and most pairs do not differ."""
        trend = trend_over([6.0] * 8 + [6.1] * 2)
        assert (trend["slope_per_year"], trend["verdict"]) == (0, "rising slightly")
        assert trend["p_value"] == pytest.approx(2 / 45)
        assert trend_over([6.1] * 8 + [6.0] * 2)["verdict"] == "falling slightly"


class TestStable:
    def test_the_lower_limit_of_the_change_inside_and_outside(self):
        assert trend_over(leaning(-19.9))["verdict"] == "stable"
        assert trend_over(leaning(-20.1))["verdict"] == "unclear"

    def test_the_upper_limit_of_the_change_inside_and_outside(self):
        assert trend_over(leaning(19.9))["verdict"] == "stable"
        assert trend_over(leaning(20.1))["verdict"] == "unclear"

    def test_the_same_number_all_the_time(self):
        trend = trend_over([6.1] * 6)
        assert (trend["verdict"], trend["p_value"], trend["slope_per_year"]) == ("stable", 1, 0)
        assert (trend["slope_low"], trend["slope_high"], trend["fitted_change_percent"]) == (0, 0, 0)

    def test_a_baseline_is_not_needed(self):
        trend = trend_over(UP_AND_DOWN)
        assert (trend["baseline_kind"], trend["verdict"]) == ("first_on_record", "stable")


class TestBCells:
    @pytest.mark.parametrize("analyte", ["cd19", "cd19_pct", "cd20", "cd20_pct"])
    def test_have_no_slope_and_no_verdict(self, analyte):
        trend = trend_over([2, 3, 4, 5, 6], analyte=analyte)
        assert (trend["n_used"], trend["span_days"]) == (5, 400)
        assert {trend[name] for name in ("verdict", "slope_per_year", "slope_low", "slope_high", "p_value")} == {None}


class TestWhichResultsCount:
    def test_days_0_to_2_after_an_infusion_do_not(self):
        for day, used in ((1, 1), (2, 1), (3, 2)):
            assert trend_of(f"{day} wbc 6.1", "300 wbc 6.1")["n_used"] == used, day

    def test_the_day_of_the_next_infusion_counts_where_it_was_drawn_before(self):
        infused = ("2024-01-01 600", "2024-06-17 600")
        assert trend_of("168 wbc 6.1", infused=infused)["n_used"] == 1
        assert trend_of("168 wbc 6.1", infused=infused, same_day="after")["n_used"] == 0

    def test_results_before_treatment_do_not(self):
        trend = trend_of("-20 wbc 9.0", "0 wbc 9.0", "100 wbc 6.0", "200 wbc 6.0")
        assert (trend["n"], trend["n_used"], trend["span_days"]) == (4, 2, 100)

    @pytest.mark.parametrize("limit", ["<6.0", "<=6.0", ">6.0", ">=6.0"])
    def test_limits_do_not(self, limit):
        assert trend_of("100 wbc 6.1", f"200 wbc {limit}", "300 wbc 6.1")["n_used"] == 2

    def test_one_median_a_calendar_day(self):
        """5.0, 6.0, 9.0 on one day are 6.0, 5.0 and 6.0 are 5.5; values 6.0, 5.5, 5.0, 4.5 make a straight line."""
        lines = ("100T08:00 wbc 9", "100T12:00 wbc 5", "100T16:00 wbc 6", "200 wbc 5", "200T09:00 wbc 6", "300 wbc 5")
        trend = trend_of(*lines, "400 wbc 4.5")
        assert (trend["n"], trend["n_used"], trend["span_days"]) == (7, 4, 300)
        assert trend["slope_per_year"] == pytest.approx(-0.5 / 100 * 365.25)
        assert (trend["slope_low"], trend["slope_high"]) == (trend["slope_per_year"], trend["slope_per_year"])
        assert trend["p_value"] == pytest.approx(2 / 24)

    def test_the_median_of_two_ties_with_the_same_number(self):
        """The middle of 1.1 and 1.3 is 1.2, as printed on the other days; in binary it is not quite."""
        assert (1.1 + 1.3) / 2 != 1.2
        trend = trend_of("100 wbc 1.1", "100T09:00 wbc 1.3", "200 wbc 1.2", "300 wbc 1.2", "400 wbc 1.2")
        assert (trend["p_value"], trend["slope_high"]) == (1, 0)

    def test_a_computed_count_takes_part(self):
        frame = at(
            *(f"{day} {what}" for day in (100, 200, 300, 400, 500) for what in ("wbc 6.0", "neutrophils_pct 60"))
        )
        trends = summarize_trends(annotated(frame, "2024-01-01 600", as_of=AS_OF)).set_index("analyte")
        assert trends.loc["neutrophils", ["n_used", "verdict"]].tolist() == [5, "stable"]


class TestLatestAgainstThePrevious:
    @pytest.mark.parametrize(
        ("previous", "latest", "verdict"),
        [
            (10.0, 10 * (1 + (FALL - 0.01) / 100), "fall"),
            (10.0, 10 * (1 + (FALL + 0.01) / 100), "no"),
            (10.0, 10 * (1 + (RISE - 0.01) / 100), "no"),
            (10.0, 10 * (1 + (RISE + 0.01) / 100), "rise"),
        ],
    )
    def test_fall_rise_no(self, previous, latest, verdict):
        trend = trend_of("-9 wbc 7.0", f"100 wbc {previous:.10f}", f"200 wbc {latest:.10f}")
        assert trend["beyond_rcv_previous"] == verdict

    @pytest.mark.parametrize(
        "lines",
        [
            ("100 wbc 6.0",),
            ("100 wbc 6.0", "200 wbc <3.0"),
            ("100 wbc <6.0", "200 wbc 3.0"),
            ("100 wbc 0.0", "200 wbc 3.0"),
            ("100 monocytes_pct 9", "200 monocytes_pct 1"),
        ],
    )
    def test_not_assessable(self, lines):
        assert trend_of(*lines)["beyond_rcv_previous"] is None

    def test_a_limit_between_them_is_passed_over(self):
        assert trend_of("100 wbc 6.0", "200 wbc <5.0", "300 wbc 3.0")["beyond_rcv_previous"] == "fall"

    def test_every_row_can_be_asked(self):
        judged = judge_previous(annotated(at("1 wbc 6.0", "2 wbc 3.0", "3 wbc 3.1", "4 wbc 9.0")), CATALOG)
        assert [None if pd.isna(word) else word for word in judged] == [None, "fall", "no", "rise"]


def test_no_result_at_all():
    nothing = summarize_trends(annotated(at()))
    assert len(nothing) == 0
    assert {"verdict", "slope_per_year", "n_used"} <= set(nothing.columns)
    assert np.issubdtype(nothing["n_used"].dtype, np.integer)
