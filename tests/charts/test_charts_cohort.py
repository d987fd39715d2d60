"""The pictures of a cohort: they say what the table says, and hide what it hides."""

from __future__ import annotations

import re
from typing import Any

import pytest
from tables.cohorts import build

from wbc_tracker.charts import cohort_chart, render_svg
from wbc_tracker.cohort import Cohort
from wbc_tracker.render.html.cohort import render_cohort_page

#: Six depleted in weeks 4 to 12, of whom four have B cells again in weeks 12 to 24.
PEOPLE = {
    f"p{number}": (
        "0",
        f"-5 wbc {6 + number}",
        "-5 cd19 200",
        "40 wbc 5",
        "40 cd19 <1",
        f"{100 + number} cd19 {60 if number < 4 else 2}",
    )
    for number in range(6)
}
GROUPS = {name: "a" if number < 3 else "<script>" for number, name in enumerate(PEOPLE)}


def cohort(**chosen: Any) -> Cohort:
    return build(PEOPLE, window_weeks=(0, 4, 12, 24), analytes=["wbc", "cd19"], **chosen)


def titles(chart: dict[str, Any]) -> list[str]:
    return [panel["title"]["text"] for panel in panels(chart)]


def panels(chart: dict[str, Any]) -> list[dict[str, Any]]:
    (column, *_) = chart.get("hconcat") or chart["vconcat"]
    return column["vconcat"]


def rows(panel: dict[str, Any]) -> list[dict[str, Any]]:
    return panel["layer"][0]["data"]["values"]


def test_medians_with_quartiles_by_window_and_how_many():
    """Before: 6, 7, 8, 9, 10, 11: quartiles 7.25, 8.5 and 9.75. Of CD19 <1 only a limit is known."""
    wbc, cd19, depleted, *_ = panels(cohort_chart(cohort()))
    before, nobody, month, _ = rows(wbc)
    assert [before[name] for name in ("weeks", "count", "q1", "median", "q3")] == ["before", "6", 7.25, 8.5, 9.75]
    assert ("median" not in nobody, nobody["count"]) == (True, "0")
    told = "4\N{EN DASH}12: median 5.0 [5.0, 5.0], 6 patients"
    assert (month["kind"], month["told"]) == ("exact", told)
    assert [row.get("kind") for row in rows(cd19)] == ["exact", None, "below", "exact"]
    assert [row.get("percent") for row in rows(depleted)] == [None, 100.0, 33.3]
    assert wbc["layer"][0]["encoding"]["x"]["sort"] == [row["weeks"] for row in rows(wbc)]


def test_the_curve_with_limits_and_who_is_at_risk():
    chart = cohort_chart(cohort())
    assert titles(chart)[-2:] == ["B cells not seen again, incident patients", "B cells not seen again"]
    band, line, at_risk = (layer["data"]["values"] for layer in panels(chart)[-2]["layer"])
    assert [row["without"] for row in line[:3]] == [100, pytest.approx(500 / 6), pytest.approx(400 / 6)]
    assert [row["week"] * 7 for row in line[:3]] == pytest.approx([0, 100, 101], abs=0.01)
    assert all(row["low"] < row["without"] < row["high"] for row in band)
    assert [(row["week"], row["label"]) for row in at_risk] == [(4, "0"), (12, "6")]


def test_groups_stand_beside_one_another_on_equal_axes_and_below_where_it_is_narrow():
    made = cohort(groups=GROUPS)
    wide, narrow = cohort_chart(made, width=1000), cohort_chart(made, width=290)
    assert [column["title"]["text"] for column in wide["hconcat"]] == [
        "all: 6 treated patients",
        "group <script>: 3 treated patients",
        "group a: 3 treated patients",
    ]
    axes = [column["vconcat"][0]["layer"][0]["encoding"]["y"]["scale"] for column in wide["hconcat"]]
    assert axes[0] == axes[1] == axes[2]
    assert len(narrow["vconcat"]) == 3
    assert {panel["width"] for panel in panels(narrow)} == {290}


def test_nothing_small_is_drawn():
    made = cohort_chart(cohort(suppress_below=5))
    text = str(made)
    assert "Counts of 1 to 4 are hidden." in made["title"]["subtitle"]
    assert not re.search(r"'(count|label)': '[1-4]'", text)
    # Of 6 values no median is told. The 2 of 6 that are depleted are few, so no bar stands there; nor is there a curve
    # of 4 events.
    assert {"B cells depleted"} == set(titles(made))
    assert [row.get("percent") for row in rows(panels(made)[0])] == [None, 100.0, None]
    assert "B cells not seen again" not in str(titles(made))


def test_without_a_result_there_is_nothing_to_draw():
    nobody = build({"me": ("", "5 wbc 4")})
    assert cohort_chart(nobody) is None
    assert render_cohort_page(nobody, "1") is None


def test_the_picture_can_be_read_aloud():
    assert 'aria-label="Research table of 6 treated patients' in render_svg(cohort_chart(cohort(), theme="dark"))
