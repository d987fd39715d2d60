"""The small pictures: places computed by hand. One day is one pixel, value axes are 20 pixels high."""

from __future__ import annotations

import re
from math import log

import pytest

from wbc_tracker.catalog import load_catalog
from wbc_tracker.panel.series import PanelSeries
from wbc_tracker.render.html.sparkline import Frame, draw_sparkline

#: 100 days on 100 pixels between margins of 4; the value axis goes from y 30 (0) up to y 10.
FRAME = Frame(start=1000, end=1100, width=108, height=34, margin=4, strip=6)


def strand(analyte, *points, low=None, high=None):
    """Points are `DAY VALUE`, the value with its comparator."""
    days, told = zip(*(point.split() for point in points), strict=True)
    comparators = [re.match(r"[<>=]*", word)[0] for word in told]
    values = [float(word.lstrip("<>=")) for word in told]
    return PanelSeries(
        load_catalog().analytes[analyte],
        [int(day) for day in days],
        values,
        comparators,
        [0.0] * len(days),
        low,
        high,
        [],
    )


def paths(drawn, infusions=()):
    svg = draw_sparkline(drawn, infusions, "told", FRAME)
    return dict(re.findall(r'<path class="([^"]+)" d="([^"]*)"/>', svg))


def test_white_cells_stand_on_a_linear_axis_up_to_twelve_with_their_interval():
    told = paths(strand("wbc", "1000 6", "1050 9", "1100 3", low=3.0, high=9.0))
    assert told["run"] == "M4 20L54 15L104 25"  # 6, 9 and 3 of 12: half, three and one quarter of 20 pixels
    assert told["band"] == "M0 15H108V25H0z"
    assert told["dots"] == "M4 20h0M54 15h0"
    assert told["last"] == "M104 25h0"


def test_a_higher_value_stretches_the_axis():
    told = paths(strand("wbc", "1000 0", "1100 40"))
    assert told["run"] == "M4 30L104 11"  # 40 of 42


def test_an_open_ended_interval_reaches_the_edge():
    assert paths(strand("wbc", "1000 6", low=3.0))["band"] == "M0 6H108V25H0z"
    assert paths(strand("wbc", "1000 6", high=9.0))["band"] == "M0 15H108V34H0z"
    assert "band" not in paths(strand("wbc", "1000 6"))


def test_b_cells_stand_on_a_symlog_axis_with_the_limit_of_depletion():
    told = paths(strand("cd19", "1000 0", "1050 500", "1100 10"))
    ten = round(30 - 20 * log(11) / log(501), 1)
    assert told["run"] == f"M4 30L54 10L104 {ten}"
    assert told["cut"] == f"M0 {ten}H108"


def test_a_percentage_has_its_own_limit():
    told = paths(strand("cd19_pct", "1000 30", "1100 1"))
    one = round(30 - 20 * log(11) / log(301), 1)
    assert told["cut"] == f"M0 {one}H108"
    assert told["run"] == f"M4 10L104 {one}"


@pytest.mark.parametrize(
    ("comparator", "triangle"),
    [("<", "M2.4 28.4h3.2l-1.6 3.2z"), ("<=", "M2.4 28.4h3.2l-1.6 3.2z"), (">", "M2.4 31.6h3.2l-1.6 -3.2z")],
)
def test_a_limit_is_an_open_triangle_that_points_to_where_the_value_lies(comparator, triangle):
    told = paths(strand("wbc", f"1000 {comparator}0", "1100 0"))
    assert told["limits"] == triangle
    assert "dots" not in told


def test_the_latest_result_is_larger_and_keeps_its_shape():
    assert paths(strand("wbc", "1100 <0"))["last limits"] == "M101.4 27.4h5.2l-2.6 5.2z"
    assert "run" not in paths(strand("wbc", "1100 6"))


def test_infusions_are_ticks_above_the_values_also_without_results():
    assert paths(None, [999, 1000, 1025, 1100, 1101]) == {"tick": "M4 0v6M29 0v6M104 0v6"}
    assert paths(None) == {}


def test_the_picture_is_named():
    svg = draw_sparkline(None, [], "a <b> & c\u202e", FRAME)
    assert "<title>a &lt;b&gt; &amp; c\\u202e</title>" in svg
    assert 'role="img"' in svg
