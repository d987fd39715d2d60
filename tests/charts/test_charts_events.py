"""Events as marks with labels that do not meet, and the words of users as nothing but words."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables.charts import drawn, event, moment, names, story, view
from tables.labs import on
from tables.patients import reported

from wbc_tracker.charts import describe_chart, patient_chart, render_html, render_svg, vega_bundle
from wbc_tracker.charts.strips import place_labels, text_width
from wbc_tracker.charts.timeline import EventMark, Timeline

HOSTILE = (
    "<script>alert(1)</script>",
    '"&\' onload="x',
    "]]><b>",
    "--></script><img src=x onerror=alert(1)>",
    "datum.x + (()=>1)()",
    "line\u2028break\x00\x1b[31m \u202eright to left",
    "{{7*7}} ${x} $title",
)


def with_events(*events, **more):
    patient = replace(story(), events=list(events), **more)
    spec = patient_chart(reported(patient, on(240)), patient)
    assert spec is not None
    return spec


def test_an_event_is_a_mark_at_its_day_with_its_name():
    spec = with_events(event(40, "vaccination", "flu"), event(90, "infection"))
    assert names(spec)[:2] == ["infusion strip", "event strip"]
    marks = [mark for mark in drawn(render_svg(spec)) if mark.words.startswith(("vaccination", "infection"))]
    assert [mark.words for mark in marks] == [
        f"vaccination vaccination: flu, {on(40)}",
        f"infection infection, {on(90)}",
    ]
    assert marks[0].x < marks[1].x
    assert marks[0].outline != marks[1].outline
    assert [row["at"] for row in spec["datasets"]["events"]] == [moment(40), moment(90)]
    assert ">vaccination: flu</text>" in render_svg(spec)


def test_without_events_there_is_no_strip():
    assert "event strip" not in names(with_events())


def test_the_tooltip_has_the_note_and_the_remark_whole():
    told = replace(event(40, "infection", "sinusitis " * 9), remark="Counts can move with an infection.")
    row = with_events(told)["datasets"]["events"][0]
    assert row["told"]["note"] == "sinusitis " * 9
    assert row["told"]["remark"] == "Counts can move with an infection."
    assert len(view(with_events(told), "event strip")["layer"][1]["data"]["values"][0]["label"]) <= 28


_EVENTS = st.lists(st.tuples(st.integers(0, 1000), st.text("abc", min_size=1, max_size=28)), max_size=16)


@given(_EVENTS, st.sampled_from([258, 760]))
def test_labels_are_whole_and_meet_neither_another_nor_a_mark(found, width):
    timeline = Timeline(0, 1000, [], [], [EventMark(at, "other", label, {}) for at, label in sorted(found)])
    placed, lanes = place_labels(timeline.events, timeline, width)
    named: dict[float, list[tuple[float, float]]] = {}
    bare = {row["lane"] for row in placed if not row["label"]}
    for row in placed:
        if row["label"]:
            at, room = row["at"] * width / 1000, text_width(row["label"])
            named.setdefault(row["lane"], []).append((at - room, at) if row["left"] else (at, at + room))
    assert not bare & set(named)
    assert max([*bare, *named], default=0) < lanes <= 4
    for taken in named.values():
        taken.sort()
        assert all(one[1] <= other[0] for one, other in pairwise(taken))
        assert taken[0][0] >= 0
        assert taken[-1][1] <= width


def test_a_name_without_room_on_either_side_is_shortened():
    timeline = Timeline(0, 1000, [], [], [EventMark(500, "steroid", "steroid course: prednisone", {})])
    (row,), _ = place_labels(timeline.events, timeline, 200)
    assert row["label"].endswith("…")
    assert row["label"].startswith("steroid")
    assert 60 < text_width(row["label"]) <= 91


@pytest.mark.parametrize("words", HOSTILE)
def test_hostile_words_are_shown_and_never_run(words):
    spec = with_events(event(40, "other", words), patient_id=words)
    svg = render_svg(spec)
    tree = ElementTree.fromstring(svg)  # well-formed, so nothing has broken out
    assert {element.tag.rpartition("}")[2] for element in tree.iter()} <= {
        "svg", "g", "rect", "path", "line", "text", "tspan", "defs", "clipPath",
    }  # fmt: skip
    assert not [name for element in tree.iter() for name in element.attrib if name.startswith("on")]
    shown = "".join(tree.itertext())
    assert words[:4] in shown
    page = render_html(spec, words).replace(vega_bundle(), "")
    assert page.count("</script>") == 2  # the two that the page itself ends
    assert page.count("<script>") == 2
    (policy,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    allowed = set(re.findall(r"'sha256-([^']+)'", policy))
    scripts = re.findall(r"<script>(.*?)</script>", render_html(spec, words), re.DOTALL)
    assert {base64.b64encode(hashlib.sha256(script.encode()).digest()).decode() for script in scripts} == allowed
    assert "unsafe" not in policy.replace("style-src 'unsafe-inline'", "")
    assert "form-action 'none'" in policy
    assert "<img" not in page
    assert not {"\u2028", "\x00", "\u202e"} & set(page)


def test_the_words_of_a_user_stand_in_no_expression():
    spec = with_events(event(40, "other", "UNIQUE"), patient_id="UNIQUE")

    def expressions(part, name=""):
        if isinstance(part, dict):
            for key, value in part.items():
                yield from expressions(value, key)
        elif isinstance(part, list):
            for value in part:
                yield from expressions(value, name)
        elif name in ("test", "expr", "labelExpr", "calculate", "filter", "signal", "zoom"):
            yield part

    found = list(expressions(spec))
    assert found
    assert not [text for text in found if "UNIQUE" in text]


def test_the_description_tells_events_too():
    patient = replace(story(), events=[event(40, "vaccination", "flu")])
    assert f"Events: vaccination: flu {on(40)}." in describe_chart(reported(patient, on(240)), patient)
