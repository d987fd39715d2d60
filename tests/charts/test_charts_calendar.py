"""The chart in calendar time: what stands where, and what looks how."""

from __future__ import annotations

import re
from math import log1p

import pytest
from tables.charts import STORY, bands, chart_of, drawn, layer_named, layers, lines, moment, names, points, told, view
from tables.labs import on

from wbc_tracker.charts import chart_colours, render_svg

LIGHT = chart_colours("light")


def test_panels_stand_in_their_order_under_one_time_axis():
    spec = chart_of(*STORY)
    assert names(spec) == ["infusion strip", "panel cd19", "panel wbc", "panel neutrophils", "panel igg", "key"]
    assert spec["resolve"] == {"scale": {"x": "shared"}}


def test_a_result_is_a_point_at_its_moment_and_its_value():
    spec = chart_of(*STORY)
    assert [(row["at"], row["value"]) for row in points(spec, "wbc")] == [
        (moment(-30), 6.4),
        (moment(60), 6.0),
        (moment(200), 5.9),
    ]
    encoding = layer_named(spec, "wbc", "points wbc")["encoding"]
    assert (encoding["x"]["field"], encoding["y"]["field"]) == ("at", "value")


def test_later_is_further_right_and_more_is_higher():
    marks = [mark for mark in drawn(render_svg(chart_of(*STORY))) if mark.words.startswith("white cells")]
    assert [mark.x for mark in marks] == sorted(mark.x for mark in marks)
    assert [mark.y for mark in marks] == sorted(mark.y for mark in marks)  # 6.4, 6.0, 5.9: falling goes down
    first, second, third = marks
    assert (third.x - first.x) / (second.x - first.x) == pytest.approx(230 / 90, rel=0.01)


def test_a_limit_is_an_open_triangle_and_a_number_a_filled_circle():
    spec = chart_of("10 cd19 <1", "50 cd19 3", "90 cd19 >200", "100 lymphocytes 1.0", "100 cd19_pct 0.5")
    assert [row["kind"] for row in points(spec, "cd19")] == ["below", "exact", "above", "computed"]
    looks = {
        mark.words.split(" per ")[0]: mark for mark in drawn(render_svg(spec)) if mark.words.startswith("CD19 B cells ")
    }
    below, exact, above, computed = (looks[f"CD19 B cells {value}"] for value in ("<1", "3", ">200", "5"))
    assert [mark.fill for mark in (below, exact, above, computed)] == [
        LIGHT.background, LIGHT.series["b_cells"], LIGHT.background, LIGHT.background,
    ]  # fmt: skip
    assert {mark.stroke for mark in looks.values()} == {LIGHT.series["b_cells"]}
    assert "A" in exact.outline  # an arc
    assert "A" not in below.outline
    assert below.outline != above.outline


def test_lines_to_a_limit_are_not_sure_and_there_is_none_between_different_limits():
    spec = chart_of("10 cd19 20", "20 cd19 3", "30 cd19 <1", "40 cd19 <1", "50 cd19 <5")
    assert [(row["begin"], row["end"], row["sure"]) for row in lines(spec, "cd19", "sure")] == [
        (20, 3, "yes"), (3, 1, "no"), (1, 1, "no"),
    ]  # fmt: skip


def test_zero_one_and_two_hundred_are_readable_on_one_axis():
    spec = chart_of("10 cd19 0", "20 cd19 1", "30 cd19 200")
    scale = layer_named(spec, "cd19", "points cd19")["encoding"]["y"]["scale"]
    assert (scale["type"], scale["constant"]) == ("symlog", 1)
    zero, one, many = (mark.y for mark in drawn(render_svg(spec)))
    assert zero - one > 8  # pixels: more than half a mark
    assert one - many > 60


def test_the_interval_is_that_of_the_laboratory_and_changes_half_way_between_two_draws():
    """The first draw has none printed, so a generic one; later ones take over what was printed before."""
    spec = chart_of("-100 wbc 6.3", "0 wbc 6.0 4.2-11.0", "100 wbc 6.1 4.2-11.0", "200 wbc 6.2 3.5-10.0", as_of=320)
    first, second, third = sorted(bands(spec, "wbc"), key=lambda row: row["from"])
    assert [(row["low"], row["high"], row["source"]) for row in (first, second, third)] == [
        (4.0, 11.0, "catalogue"), (4.2, 11.0, "reported"), (3.5, 10.0, "reported"),
    ]  # fmt: skip
    assert (first["to"], second["from"], second["to"], third["from"]) == (
        moment(-50), moment(-50), moment(150), moment(150),
    )  # fmt: skip
    assert first["from"] < moment(-100)
    assert third["to"] > moment(200)
    assert second["mark"]["fill"] == LIGHT.interval
    assert (first["mark"]["fill"], first["mark"]["strokeDash"]) == ("transparent", [1, 3])


def test_an_interval_of_one_side_reaches_to_the_end_of_the_axis():
    spec = chart_of("0 igg 9 6.0-", "100 wbc 5 -11.0")
    low, high = layer_named(spec, "igg", "points igg")["encoding"]["y"]["scale"]["domain"]
    assert [(row["low"], row["high"]) for row in bands(spec, "igg")] == [(6.0, high)]
    assert [row["low"] for row in bands(spec, "wbc")] == [low]


def test_without_an_interval_there_is_no_band():
    assert bands(chart_of("0 hemoglobin 130", analytes=("hemoglobin",)), "hemoglobin") == []


def test_baseline_and_usual_variation_begin_with_the_baseline():
    # CVI 12.82 and CVA 6.41: -32.7 % and +48.6 %, the figure for women
    spec = chart_of("-30 wbc 6.0 4.0-11.0", "60 wbc 6.1 4.0-11.0")
    levels = lines(spec, "wbc", "level")
    assert [row["level"] for row in levels] == pytest.approx([6.0 * 0.673, 6.0 * 1.486, 6.0], abs=0.01)
    assert {row["from"] for row in levels} == {moment(-30)}


def test_b_cells_have_no_corridor_because_no_variation_is_published():
    spec = chart_of("-30 cd19 200", "60 cd19 2")
    assert [row["level"] for row in lines(spec, "cd19", "level")] == [200, 10]  # the baseline, and depleted below 10


def test_without_a_baseline_there_is_no_line():
    assert lines(chart_of("60 wbc >3.0"), "wbc", "level") == []


def test_a_planned_infusion_is_dashed_and_a_given_one_solid():
    spec = chart_of("-30 wbc 6.4", "60 wbc 6.1")
    shown = [(row["at"], row["kind"]) for row in spec["datasets"]["infusions"]]
    assert shown == [(moment(0), "given"), (moment(14), "given"), (moment(168), "planned")]
    (layer,) = [one for one in layers(spec, "wbc", mark="rule") if one["data"] == {"name": "infusions"}]
    assert layer["encoding"]["strokeDash"]["value"] == [5, 4]
    (given,) = layer["encoding"]["strokeDash"]["condition"]
    assert (given["test"], given["value"]) == ("datum.kind === 'given'", [1, 0])
    assert render_svg(spec).count('stroke-dasharray="5,4"') == 1


def test_a_booking_stands_in_place_of_the_planned_infusion():
    spec = chart_of("-30 wbc 6.4", "60 wbc 6.1", infused=(f"{on(0)} 600", f"{on(190)} 600"), as_of=70)
    assert [(row["at"], row["kind"]) for row in spec["datasets"]["infusions"]] == [
        (moment(0), "given"), (moment(190), "planned"),
    ]  # fmt: skip
    assert "'booked'" in view(spec, "infusion strip")["layer"][0]["encoding"]["x"]["axis"]["labelExpr"]


def test_every_other_course_has_a_band_up_to_the_next_course():
    spec = chart_of("10 wbc 6", "600 wbc 6", infused=tuple(f"{on(day)} 600" for day in (0, 170, 340)), as_of=620)
    first, third = spec["datasets"]["courses"]
    assert (first["from"], first["to"], third["from"]) == (moment(0), moment(170), moment(340))


def test_the_first_infusion_of_a_course_is_named_with_its_date():
    spec = chart_of("-30 wbc 6.4", "60 wbc 6.1")
    axis = view(spec, "infusion strip")["layer"][0]["encoding"]["x"]["axis"]
    assert axis["values"] == {"signal": f"[{moment(0)},{moment(168)}]"}
    assert f"'{moment(0)}':['course 1','{on(0)}']" in axis["labelExpr"]
    svg = render_svg(spec)
    for words in ("course 1", on(0), "planned", on(168)):
        assert f">{words}</t" in svg


def test_the_planned_infusion_keeps_its_label_where_there_is_little_room():
    crowd = tuple(f"{on(170 * number)} 600" for number in range(12))
    spec = chart_of("0 wbc 6.4", f"{170 * 12 - 20} wbc 6.1", infused=crowd, as_of=170 * 12, width=300)
    (label,) = [text for text in render_svg(spec).split("<text")[1:] if ">planned<" in text]
    assert 'opacity="0"' not in label.split(">")[0]


def test_flagged_results_have_a_ring_of_their_own_shape():
    spec = chart_of(*STORY)
    (shape,) = [one for one in layers(spec, "neutrophils", mark="point") if "ring" in one["data"]["values"][0]]
    assert [(row["value"], row["ring"], row["label"]) for row in shape["data"]["values"]] == [(0.4, "urgent", "!!")]
    assert all("ring" not in one["data"]["values"][0] for one in layers(spec, "wbc", mark="point"))
    assert ">!!</text>" in render_svg(spec)


def test_a_ring_fits_into_its_panel_beside_the_interval_that_shows_how_low_it_is():
    spec = chart_of(*STORY)
    low, high = layer_named(spec, "neutrophils", "points neutrophils")["encoding"]["y"]["scale"]["domain"]
    assert low < 0
    assert high > 7.5
    assert [(row["low"], row["high"]) for row in bands(spec, "neutrophils")] == [(2.0, 7.5)]


def test_a_ring_around_no_b_cells_fits_too():
    spec = chart_of("-30 cd19 200 100-500", "60 cd19 0 100-500", "60 neutrophils 0.4 2.0-7.5", as_of=61)
    assert [row["ring"] for row in ringed(spec, "cd19")] == ["discuss"]
    low, high = layer_named(spec, "cd19", "points cd19")["encoding"]["y"]["scale"]["domain"]
    below, above = log1p(-low), log1p(high)
    assert 120 * below / (below + above) >= 9  # pixels below 0; the ring and half its line take 8.8


@pytest.mark.parametrize(("width", "is_left"), [(258, True), (900, False)])
def test_the_sign_of_the_last_result_stands_on_its_left_where_there_is_no_room_on_its_right(width, is_left):
    spec = chart_of(
        "-30 neutrophils 4 2.0-7.5", "330 neutrophils 0.4 2.0-7.5",
        infused=(f"{on(0)} 600", f"{on(168)} 600"), as_of=331, width=width,
    )  # fmt: skip
    (sign,) = re.findall(r"translate\(([\d.]+),[\d.]+\)[^>]*>!!<", render_svg(spec))
    (point,) = [mark for mark in drawn(render_svg(spec)) if mark.words.startswith("neutrophils 0.4")]
    assert (float(sign) < point.x) == is_left
    assert float(sign) + 6 <= width


def ringed(spec, analyte):
    return next(one["data"]["values"] for one in layers(spec, analyte, mark="text") if "ring" in str(one["data"]))


def test_the_tooltip_tells_the_annotated_row():
    spec = chart_of(*STORY)
    assert told(spec, "neutrophils") == [
        {
            "title": "neutrophils 0.4 x10⁹/L",
            "drawn": on(60),
            "since infusion": "day 46, course 1",
            "change": "this is the baseline",
            "interval": "2.00-7.50 (the laboratory's); below it (L)",
            "CTCAE v5.0": "grade 4",
            "flags": "a value this far out that laboratories telephone it; low neutrophils; low neutrophils "
            "weeks after an infusion; depleted B cells together with a low count or low IgG",
        }
    ]
    assert (
        told(spec, "wbc")[1]
        == {
            "title": "white cells 6.0 x10⁹/L",
            "drawn": on(60),
            "since infusion": "day 46, course 1",
            "change": "-6 % against the baseline",
            "usual variation": "within it",
            "interval": "4.0-11.0 (the laboratory's); inside it",
            "CTCAE v5.0": "grade 0",
            "flags": "the selective picture; white cells within usual variation",
        }
        or told(spec, "wbc")[1]["flags"] == "white cells within usual variation"
    )


def test_a_limit_is_told_as_a_limit_and_never_as_normal():
    (row,) = told(chart_of("10 cd19 <200 100-500"), "cd19")
    assert row["value"] == "only a limit: the value is below it, how far is not known"
    assert row["change"] == row["usual variation"] == "not assessable"
    assert row["interval"] == "100-500 (the laboratory's); not assessable"


def test_a_filtered_chart_does_not_run_on_to_the_present():
    infused = tuple(f"{on(170 * number)} 600" for number in range(9))
    full = chart_of("10 wbc 6", "60 wbc 6", infused=infused, as_of=1400)
    assert full["datasets"]["infusions"][-1]["at"] > moment(1300)
    two = [f"{day} wbc 6" for day in (10, 60)]
    assert len(chart_of(*two, infused=infused, as_of=1400)["datasets"]["infusions"]) == 10
