"""The line of each analyte: the latest result against baseline and previous, and the trend, in words."""

from __future__ import annotations

import pytest
from tables.patients import report_of

from wbc_tracker.patient.legend import legend_words
from wbc_tracker.patient.trend_lines import TrendLine
from wbc_tracker.render.terminal.grid import analyte_lines

FOUR_YEARS = 1500
FLAT = tuple(f"{day} wbc 6.{day // 100 % 2}" for day in range(100, 1100, 100))


def trend_of(*lines: str, **more: object) -> TrendLine:
    (trend,) = report_of(*lines, as_of=FOUR_YEARS, **more).trends
    return trend


def words_of(*lines: str, **more: object) -> str:
    return trend_of(*lines, **more).words


class TestWithATrend:
    def test_verdict_slope_interval_and_days(self) -> None:
        """6.0, 5.8, ... 5.2 on days 100 to 500: -0.2 per 100 days is -0.73 a year."""
        lines = tuple(f"{100 * (n + 1)} wbc {6 - 0.2 * n:.1f}" for n in range(5))
        assert words_of("-5 wbc 6.0", *lines) == "falling slightly (slope -0.73 a year, 95 % -0.73 to -0.73, n 5)"

    def test_as_many_decimals_as_the_largest_needs(self) -> None:
        lines = tuple(f"{day} platelets {value}" for day, value in ((100, 200), (200, 240), (300, 210), (400, 250)))
        # per 100 days: 40, 5, 50 / 3, -30, 5, 40; median (5 + 50 / 3) / 2 = 10.83
        assert words_of(*lines) == "unclear (slope 40 a year, 95 % -110 to 146, n 4)"

    def test_no_minus_zero(self) -> None:
        assert "slope 0 a year, 95 % 0 to 0" in words_of(*(f"{day} wbc 6.1" for day in (100, 200, 300, 400)))

    def test_within_usual_variation_is_left_to_the_trend(self) -> None:
        assert words_of("-5 wbc 6.0", *FLAT).startswith("stable (slope")

    def test_without_a_size_worth_telling_slope_and_p_are_told(self) -> None:
        lines = tuple(f"{100 * (n + 1)} cd4_cd8_ratio {9 - 0.5 * n}" for n in range(4))
        assert words_of(*lines) == "not assessable (slope -1.8 a year, 95 % -1.8 to -1.8, p 0.083, n 4)"

    def test_a_p_too_small_to_print(self) -> None:
        assert "p <0.001" in words_of(*(f"{50 * (n + 1)} cd4_cd8_ratio {9 - 0.5 * n}" for n in range(10)))

    def test_what_starts_at_nothing(self) -> None:
        lines = tuple(f"{100 * (n + 1)} eosinophils {0.1 * n:.1f}" for n in range(4))
        assert words_of(*lines).endswith(
            "not assessable: starts at about 0 (slope 0.37 a year, 95 % 0.37 to 0.37, p 0.083, n 4)"
        )


class TestTheLatestResult:
    def test_a_fall_is_told_before_the_trend(self) -> None:
        words = words_of("-5 wbc 6.0", *FLAT, "1100 wbc 2.0")
        assert words.startswith("FALL beyond usual variation, also from the previous result; trend ")

    def test_a_fall_in_small_steps(self) -> None:
        words = words_of("-5 wbc 6.0", "100 wbc 5.0", "200 wbc 4.2", "300 wbc 3.6")
        assert words == "FALL beyond usual variation; trend not enough data (n 3 on treatment, needs 4)"

    def test_a_rise_from_the_previous_result_alone(self) -> None:
        words = words_of("-5 wbc 6.0", "100 wbc 4.1", "200 wbc 6.2")  # +51 %; -32 % and +3 % of the baseline
        assert words.startswith("rise beyond usual variation from the previous result; trend ")

    def test_below_the_baseline_but_above_the_previous(self) -> None:
        words = words_of("-5 wbc 9.0", "100 wbc 2.0", "200 wbc 5.0")
        assert words.startswith("FALL beyond usual variation, rise from the previous result; trend ")


class TestTooShort:
    @pytest.mark.parametrize(
        ("lines", "words"),
        [
            (
                ("-5 wbc 6.0", "100 wbc 6.0", "300 wbc 6.0", "400 wbc 6.0"),
                "within usual variation; trend not enough data",
            ),
            (("-5 wbc 6.0", *(f"{day} wbc 6.0" for day in range(20, 200, 20))), "(n 9 over 160 days, needs 180 days)"),
            (
                ("-5 wbc 6.0", "100 wbc <6.0"),
                "change not assessable; trend not enough data (n 0 on treatment, needs 4)",
            ),
            (("100 wbc <6.0",), "no baseline; trend not enough data"),
            (("-5 wbc 6.0",), "is the baseline; trend not enough data (n 0 on treatment, needs 4)"),
            (("100 cd4 900", "300 cd4 900"), "not enough data (n 2 on treatment, needs 4)"),
        ],
    )
    def test_nothing_calls_it_stable(self, lines: tuple[str, ...], words: str) -> None:
        trend = trend_of(*lines)
        assert words in trend.words
        assert trend.verdict == "not enough data"
        assert "stable" not in trend.words
        told = " ".join(line.plain for line in analyte_lines([trend], 80))
        assert "stable" not in told + legend_words([trend])


class TestBCells:
    def test_the_depletion_state_of_the_latest_day(self) -> None:
        trend = trend_of("-5 cd19 212", "60 cd19 <1", "200 cd19 14", "300 cd19 2")
        assert (trend.verdict, trend.words) == ("depleted", "depleted (depleted on 2 of 3 draws)")
        assert trend.slope_per_year is None

    def test_few_and_present(self) -> None:
        trend = trend_of("60 cd19 <1", "200 cd19 14")
        assert (trend.verdict, trend.words) == ("few", "few (depleted on 1 of 2 draws)")
        assert trend_of("60 cd19 <1", "200 cd19 40").verdict == "present"

    def test_a_low_cd20_says_nothing_and_a_high_one_that_they_are_there(self) -> None:
        low, high = trend_of("60 cd20 0"), trend_of("60 cd20 90")
        assert (low.verdict, low.words) == (
            "not assessable",
            "not assessable on treatment: the drug hides CD20 from the test",
        )
        assert (high.verdict, high.words) == ("present", "present (depleted on 0 of 1 draws)")

    def test_before_treatment(self) -> None:
        trend = trend_of("-5 cd19 212")
        assert (trend.verdict, trend.words) == ("not assessable", "no result on treatment")


class TestOnTheScreen:
    @pytest.mark.parametrize("width", [80, 100, 120])
    def test_every_line_fits_and_every_word_is_there(self, width: int) -> None:
        trends = report_of("-5 wbc 6.0", *FLAT, "1100 wbc 2.0", "60 cd19 <1", as_of=FOUR_YEARS).trends
        lines = [line.plain for line in analyte_lines(trends, width)]
        assert max(map(len, lines)) <= width
        told = " ".join(" ".join(lines).split())
        assert all(trend.words in told for trend in trends)

    def test_the_sketch(self) -> None:
        """One line where it fits: baseline -> latest, change, verdict, bars."""
        (line,) = analyte_lines([trend_of("-5 wbc 6.4", *FLAT)], 120)
        start = "WBC  x10⁹/L  6.4 -> 6.0  -6 %  stable (slope "
        assert line.plain.startswith(start)
        bars = line.plain.removeprefix(start).partition(", n 10)  ")[2]
        assert bars[1] == "|", "the first infusion came after the first result"
        assert len(bars.replace("|", "")) == 11
        assert set(bars) <= set("▁▂▃▄▅▆▇█|")

    def test_the_legend_explains_slopes_only_where_there_are_some(self) -> None:
        assert "Slope:" in legend_words([trend_of(*FLAT)])
        assert "Slope:" not in legend_words([trend_of("60 cd19 <1")])

    def test_the_legend_tells_usual_variation_in_the_order_of_the_lines(self) -> None:
        trends = report_of("60 igg 9", "60 wbc 6", "60 platelets 200").trends
        assert legend_words(trends).endswith(
            "Usual variation: WBC -33 % to +49 % (the figure for women, the larger one, because sex is not recorded); "
            "IgG -24 % to +32 % (a rough figure); Plt -20 % to +25 %."
        )


class TestCourses:
    def test_of_every_analyte_its_own(self) -> None:
        infused = ("2024-01-01 600", "2024-06-17 600")
        report = report_of("60 wbc 6", "150 wbc 5", "200 wbc 7", "60 cd19 <1", infused=infused, as_of=300)
        told = {
            trend.analyte.id: [(c.course, c.pre_dose, c.nadir_comparator, c.nadir, c.nadir_day) for c in trend.courses]
            for trend in report.trends
        }
        assert told == {"wbc": [(1, 5.0, None, 5.0, 150), (2, None, None, 7.0, 32)], "cd19": [(1, 1.0, "<", 1.0, 60)]}
