"""The strips above and below the panels: infusions with their labels, events,
and the key to all marks.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wbc_tracker.charts.layers import QUIET, Layer, XField, choice, hit_layer, text_layer
from wbc_tracker.charts.theme import FONT_SIZE, Colours
from wbc_tracker.charts.timeline import Dose, EventMark, Timeline

_EVENT_SHAPES = {
    "vaccination": "triangle-right",
    "infection": "cross",
    "relapse": "diamond",
    "steroid": "square",
    "other": "circle",
}
_LANE, _MOST_LANES = 16, 4
#: Widths of characters as shares of the font size, about those of Helvetica: most of them, and
#: others.
_CHARACTER = 0.556
_OTHERS = {**dict.fromkeys(" .,:;!'|()[]-/ijlft", 0.32), **dict.fromkeys("mwMW%@", 0.85)}
_MARK = 9


def text_width(text: str) -> float:
    """Return about how many pixels a text takes."""
    return FONT_SIZE * sum(_OTHERS.get(character, _CHARACTER) for character in text)


def infusion_strip(
    timeline: Timeline,
    width: int,
    x: XField,
    colours: Colours,
    *,
    many: bool,
) -> Layer:
    """Return the strip with a mark and a label for each infusion.

    The labels are those of an axis, so that they thin themselves out where they would overlap, also
    under the mouse. The expression that finds them holds nothing but numbers, dates and our own
    words.
    """
    labelled = labelled_doses(timeline, width)
    named = ",".join(f"'{dose.at}':['{dose.label[0]}','{dose.label[1]}']" for dose in labelled)
    axis = {
        "orient": "top",
        # A signal, because Vega-Lite makes datetime(n) of a number, which Vega's interpreter reads
        # as a year.
        "values": {"signal": f"[{','.join(str(dose.at) for dose in labelled)}]"},
        "labelExpr": f"({{{named}}})[time(datum.value)]",
        "labelOverlap": "greedy",
        "labelSeparation": 6,
        "labelPadding": 16,
        "labelFontSize": FONT_SIZE,
        "labelColor": colours.infusion,
        "labelBaseline": "alphabetic",
        "labelFlush": False,
        "title": None,
        "ticks": False,
        "domain": False,
        "grid": False,
    }
    at = {**x("at"), "axis": axis}
    mark = {
        "type": "point",
        "size": 16 if many else 55,
        "shape": "triangle-down",
        "stroke": colours.infusion,
        "opacity": 1,
        **QUIET,
    }
    fill = choice("kind", {"given": colours.infusion, "planned": colours.background})
    marks = {
        "data": {"name": "infusions"},
        "mark": mark,
        "encoding": {"x": at, "y": {"value": 5}, "fill": fill},
    }
    hit = hit_layer("infusions", {"name": "infusions"}, {"x": at, "y": {"value": 5}})
    return {"name": "infusion strip", "height": 11, "view": {"stroke": None}, "layer": [marks, hit]}


def labelled_doses(timeline: Timeline, width: int) -> list[Dose]:
    """Return the infusions with a label, without those so near to a planned one that its label
    would have to go.
    """
    labelled = [dose for dose in timeline.doses if dose.label]
    room = max((text_width(dose.label[1]) for dose in labelled), default=0) + _MARK
    near = room * (timeline.end - timeline.start) / width
    planned = [dose.at for dose in labelled if dose.kind == "planned"]
    return [
        dose
        for dose in labelled
        if dose.kind == "planned" or all(abs(dose.at - at) >= near for at in planned)
    ]


def event_strip(timeline: Timeline, width: int, x: XField, colours: Colours) -> Layer:
    """Return the strip with a mark and, where there is room, a label for each event."""
    placed, lanes = place_labels(timeline.events, timeline, width)
    data = {"name": "events"}
    y = {"field": "lane", "type": "quantitative", "axis": None,
         "scale": {"domain": [0, lanes], "range": [0, lanes * _LANE], "zero": False,
                   "nice": False}}  # fmt: skip
    at = {"x": x("at"), "y": y}
    marks = {
        "data": data,
        "mark": {
            "type": "point",
            "filled": True,
            "size": 45,
            "color": colours.event,
            "opacity": 1,
            "clip": True,
        },
        "encoding": {
            **at,
            "shape": choice("kind", _EVENT_SHAPES),
            "description": {"field": "words", "type": "nominal"},
        },
    }
    right = text_layer(
        {"values": [row for row in placed if not row["left"]]},
        at,
        colours.event,
        align="left",
        dx=7,
    )
    left = text_layer(
        {"values": [row for row in placed if row["left"]]}, at, colours.event, align="right", dx=-7
    )
    for words in (right, left):
        words["mark"]["baseline"] = "middle"
    return {
        "name": "event strip",
        "height": lanes * _LANE,
        "view": {"stroke": None},
        "layer": [marks, right, left, hit_layer("events", data, at)],
    }


def event_rows(timeline: Timeline, width: int) -> list[dict[str, Any]]:
    """Return the events as data, each with its lane."""
    rows, _ = place_labels(timeline.events, timeline, width)
    return [
        {key: row[key] for key in ("at", "kind", "lane")}
        | {"told": event.told, "words": f"{event.kind} {event.told['title']}, {event.told['date']}"}
        for row, event in zip(rows, timeline.events, strict=True)
    ]


def place_labels(
    events: Sequence[EventMark], timeline: Timeline, width: int
) -> tuple[list[dict[str, Any]], int]:
    """Return the events with lanes in which no label meets another mark or label, and the number
    of lanes.

    A label that would leave the chart on the right stands left of its mark. Where no lane is free
    the label is dropped; the mark stays, in the last lane, which then holds marks alone.
    """
    rows, lanes, is_whole = _placed(events, timeline, width, _MOST_LANES)
    if not is_whole:
        rows, lanes, _ = _placed(events, timeline, width, _MOST_LANES - 1)
    return rows, lanes


def _placed(
    events: Sequence[EventMark], timeline: Timeline, width: int, most: int
) -> tuple[list[dict[str, Any]], int, bool]:
    """Return the rows and lanes with names in at most so many of them, and whether each name has
    its place.
    """
    scale = width / (timeline.end - timeline.start)
    taken: list[list[tuple[float, float]]] = [[] for _ in range(most)]
    bare = False
    marks = [(event.at - timeline.start) * scale for event in events]
    rows = []
    for event, at in zip(events, marks, strict=True):
        label = _shortened(event.label, max(at, width - at) - _MARK)
        room = text_width(label) + _MARK
        left = at + room > width
        begin, end = (at - room, at + _MARK / 2) if left else (at - _MARK / 2, at + room)
        lane = next((n for n, spans in enumerate(taken) if not _meets(spans, begin, end)), None)
        if lane is None:
            lane, label, bare = most, "", True
        else:
            taken[lane].append((begin, end))
        rows.append(
            {"at": event.at, "kind": event.kind, "lane": lane + 0.5, "label": label, "left": left}
        )
    used = most + 1 if bare else max(1, sum(1 for spans in taken if spans))
    return rows, used, not bare


def _shortened(label: str, room: float) -> str:
    """Return as much of a label as there is room for, in pixels."""
    if text_width(label) <= room:
        return label
    kept = label
    while kept and text_width(f"{kept}…") > room:
        kept = kept[:-1]
    return f"{kept.rstrip()}…" if kept else ""


def _meets(spans: list[tuple[float, float]], begin: float, end: float) -> bool:
    return any(begin < other_end and other_begin < end for other_begin, other_end in spans)
