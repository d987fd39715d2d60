"""Bars and ticks, counted by hand."""

from __future__ import annotations

from tables.patients import report_of

from wbc_tracker.render.terminal.sparkline import sparkline


def test_one_bar_a_value_between_the_lowest_and_the_highest():
    assert sparkline([0, 7, 3.4, 3.6]) == "▁█▄▅"
    assert sparkline([5, 5]) == "▄▄"
    assert sparkline([5]) == ""


def test_the_interval_widens_the_span():
    # 5 and 6 of 4 to 11: places 1 and 2 of 0 to 7.
    assert sparkline([5, 6], (4, 11)) == "▂▃"
    assert sparkline([5, 6], (None, 12)) == "▁▂"


def test_a_tick_stands_before_the_first_value_after_an_infusion():
    assert sparkline([0, 7, 0, 7], infusions=[1, 3]) == "▁|█▁|█"
    assert sparkline([0, 7], infusions=[2]) == "▁█|"
    assert sparkline([0], infusions=[1]) == ""


def test_the_latest_24_keep_their_ticks():
    values = [0.0, 7.0] * 13
    assert sparkline(values, infusions=[1, 2, 3, 26]) == "|▁|█" + "▁█" * 11 + "|"


def test_the_report_knows_where_the_infusions_were():
    """Infusions on days 0 and 14 between the second and the third draw are one tick."""
    (trend,) = report_of("-10 wbc 6.0", "-5 wbc 6.1", "30 wbc 6.2", "40 wbc 6.3").trends
    assert trend.infusions == [2]
    assert sparkline(trend.series, trend.latest_limits, trend.infusions)[2] == "|"


def test_an_infusion_after_the_latest_result_is_a_tick_at_the_end():
    (trend,) = report_of("-10 wbc 6.0", "-5 wbc 6.1").trends
    assert trend.infusions == [2]


def test_a_booking_is_no_tick():
    (trend,) = report_of("-10 wbc 6.0", "-5 wbc 6.1", as_of=-2).trends
    assert trend.infusions == []
