"""The chart in weeks since the last infusion."""

from __future__ import annotations

import pytest
from tables.charts import chart_of, drawn, layer_named, layers, lines, points, view
from tables.labs import on

from wbc_tracker.charts import chart_colours, render_svg

THREE = tuple(f"{on(day)} 600" for day in (0, 168, 336))
RESULTS = ("-5 wbc 6.4", "28 wbc 6.0", "140 wbc 5.8", "182 wbc 6.2", "300 wbc 6.1", "350 wbc 5.9")


def course_chart(*results: str, infused: tuple[str, ...] = THREE, as_of: int = 360, width: int = 720):
    return chart_of(*results, infused=infused, as_of=as_of, time="course", width=width)


def test_results_stand_at_their_weeks_and_none_from_before_the_first_infusion():
    rows = points(course_chart(*RESULTS), "wbc")
    assert sorted((row["at"], row["value"]) for row in rows) == [
        (2.0, 5.9), (2.0, 6.2), (4.0, 6.0), (pytest.approx(132 / 7), 6.1), (20.0, 5.8),
    ]  # fmt: skip


def test_the_latest_course_is_strongest_and_no_two_look_alike():
    marks = {mark.words.split(",")[0]: mark for mark in drawn(render_svg(course_chart(*RESULTS)))}
    unit = "times 10 to the power of 9 per litre"
    latest, middle, first = (marks[f"white cells {value} {unit}"] for value in ("5.9", "6.2", "6.0"))
    assert len({mark.outline for mark in (latest, middle, first)}) == 3
    assert [mark.fill for mark in (latest, middle, first)] == list(chart_colours("light").courses[:3])
    spec = course_chart(*RESULTS)
    size = layer_named(spec, "wbc", "points wbc")["encoding"]["size"]["condition"]
    assert size[0]["test"] == "datum.rank === '0'"
    assert size[0]["value"] > max(look["value"] for look in size[1:])
    assert ">course 3</text>" in render_svg(spec)


@pytest.mark.parametrize(
    ("day", "value", "towards", "side"),
    [(500, 5.9, -1, "bottom"), (338, 5.9, 1, "bottom"), (420, 11.0, 0, "top")],
)
def test_the_name_of_the_latest_course_is_whole_at_the_edges_too(day, value, towards, side):
    spec = course_chart("-5 wbc 6.4", "28 wbc 6.0 4-11", f"{day} wbc {value} 4-11", as_of=day, width=258)
    *_, label = layers(spec, "wbc", mark="text")
    assert label["data"]["values"][0]["label"] == "course 3"
    assert (label["mark"]["dx"] > 0) - (label["mark"]["dx"] < 0) == towards
    assert label["mark"]["baseline"] == side


def test_lines_join_results_after_the_same_infusion_only():
    spec = course_chart(*RESULTS)
    assert {(row["begin"], row["end"]) for row in lines(spec, "wbc", "sure")} == {(6.0, 5.8), (6.2, 6.1)}


def test_results_of_a_monthly_drug_are_not_joined_across_its_infusions():
    monthly = tuple(f"{on(28 * number)} 20 ofatumumab" for number in range(6))
    spec = course_chart("10 wbc 6.0", "38 wbc 6.1", "66 wbc 6.2", infused=monthly, as_of=90)
    assert lines(spec, "wbc", "sure") == []
    assert {row["at"] for row in points(spec, "wbc")} == {10 / 7}


def test_limits_are_open_triangles_here_too():
    spec = course_chart("10 cd19 <1", "50 cd19 3")
    (limit,) = [mark for mark in drawn(render_svg(spec)) if mark.words.startswith("CD19 B cells <1")]
    assert limit.fill == chart_colours("light").background
    assert "A" not in limit.outline


def test_the_usual_interval_is_a_dashed_line():
    spec = course_chart(*RESULTS)
    assert spec["datasets"]["infusions"] == [{"at": 0, "kind": "given"}, {"at": 24, "kind": "planned"}]


def test_the_interval_is_the_latest_one():
    spec = course_chart("10 wbc 6 4.0-11.0", "350 wbc 6 3.5-10.0")
    (layer,) = [one for one in layers(spec, "wbc", mark="rect") if "source" in one["data"]["values"][0]]
    assert [(row["low"], row["high"]) for row in layer["data"]["values"]] == [(3.5, 10.0)]
    labels = [row["label"] for row in view(spec, "key")["layer"][0]["data"]["values"]]
    assert "latest interval of the laboratory" in labels


def test_many_courses_share_one_look_for_the_early_ones():
    spec = course_chart(
        *(f"{168 * number + 20} wbc 6" for number in range(9)),
        infused=tuple(f"{on(168 * number)} 600" for number in range(9)),
        as_of=1400,
    )
    labels = [row["label"] for row in view(spec, "key")["layer"][0]["data"]["values"]]
    assert labels[:6] == ["course 9 (the latest)", "course 8", "course 7", "course 6", "course 5", "courses 1 to 4"]
