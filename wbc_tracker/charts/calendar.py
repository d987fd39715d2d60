"""The chart in calendar time: panels one below the other on one time axis, infusions through all of them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from wbc_tracker.charts.bands import interval_bands
from wbc_tracker.charts.key import entry, key_strip, line_entry
from wbc_tracker.charts.layers import (
    Layer,
    band,
    event_layer,
    hit_layer,
    infusion_layer,
    interval_layer,
    level_layer,
    point_layer,
    ring_layers,
    rows,
    segment_layer,
    text_layer,
    y_field,
)
from wbc_tracker.charts.panels import Panel
from wbc_tracker.charts.points import Point
from wbc_tracker.charts.strips import event_rows, event_strip, infusion_strip
from wbc_tracker.charts.theme import Colours
from wbc_tracker.charts.timeline import Timeline

_MANY_DOSES, _MANY_POINTS = 40, 60
_SIZE, _SMALL = 42, 20
#: A line is only drawn to a point that is a number or a limit from above.
_LIMITS = ("below", "above")


def calendar_views(
    panels: Sequence[Panel], timeline: Timeline, closing: str, colours: Colours, width: int
) -> tuple[list[Layer], dict[str, Any], list[str]]:
    """Return the views from top to bottom, the data they share, and the names of those that zoom."""

    def x(field: str, **more: Any) -> dict[str, Any]:
        scale = {"type": "utc", "domain": [timeline.start, timeline.end], "nice": False}
        return {"field": field, "type": "temporal", "scale": scale, "axis": None, **more}

    views = [infusion_strip(timeline, x, colours)] if timeline.doses else []
    if timeline.events:
        views.append(event_strip(timeline, width, x, colours))
    axis = {"title": None, "labelOverlap": True, "grid": False, "tickCount": max(3, width // 90)}
    for number, panel in enumerate(panels):
        at_bottom = number == len(panels) - 1
        views.append(_panel_view(panel, timeline, x, axis if at_bottom else None, colours))
    views.append(key_strip(_entries(panels, timeline, colours), closing, width, colours))
    shared = {
        "infusions": [{"at": dose.at, "kind": dose.kind, "told": dose.told} for dose in timeline.doses],
        "courses": [{"from": course.start, "to": course.end} for course in timeline.courses if course.number % 2],
        "events": event_rows(timeline, width),
    }
    return views, shared, [f"points {panel.analyte}" for panel in panels]


def _panel_view(panel: Panel, timeline: Timeline, x: Any, axis: Any, colours: Colours) -> Layer:
    ink = colours.series[panel.family]
    y = lambda field: y_field(panel, field, colours)  # noqa: E731
    bottom = lambda field: x(field, axis=axis)  # noqa: E731
    pad = round((timeline.end - timeline.start) * 0.012)
    size = _SMALL if len(panel.points) > _MANY_POINTS else _SIZE
    points = rows([point_row(point) for point in panel.points])
    layers = [
        band({"name": "courses"}, bottom, ("from", "to"), colours.course),
        interval_layer(rows(interval_bands(panel, pad)), bottom, panel, colours),
    ]
    since = timeline.start if panel.baseline_at is None else panel.baseline_at
    layers += level_layers(panel, bottom, y, (since, timeline.end), colours)
    layers.append(infusion_layer({"name": "infusions"}, bottom, colours, faint=len(timeline.doses) > _MANY_DOSES))
    if timeline.events:
        layers.append(event_layer({"name": "events"}, bottom, colours))
    layers += threshold_layers(panel, bottom, y, (timeline.start, timeline.end), colours)
    layers.append(segment_layer(rows(segments(panel.points)), bottom, y, {"value": ink}))
    shown = point_layer(points, bottom, y, ink, colours, size)
    layers.append({"name": f"points {panel.analyte}", **shown})
    ringed = [ring_row(point) for point in panel.points if point.ring]
    if ringed:
        layers += ring_layers(rows(ringed), bottom, y, colours, size)
    hits = rows([{"at": point.at, "value": point.value, "told": point.told} for point in panel.points])
    layers.append(hit_layer(panel.analyte, hits, {"x": bottom("at"), "y": y("value")}))
    return {"name": f"panel {panel.analyte}", "height": panel.height, "title": panel_title(panel), "layer": layers}


def panel_title(panel: Panel) -> dict[str, Any]:
    """Return the heading of a panel: what it shows, then the latest result and the baseline."""
    told = ", ".join(words for words in (f"latest {panel.latest}", panel.baseline_words) if words)
    unit = f" ({panel.unit})" if panel.unit else ""
    return {"text": f"{panel.name}{unit}: {told}", "anchor": "start", "frame": "group", "offset": 4}


def level_layers(panel: Panel, x: Any, y: Any, span: tuple[int, int], colours: Colours) -> list[Layer]:
    """Return the baseline and the limits of usual variation around it."""
    if panel.baseline is None:
        return []
    begin, end = span
    layers = []
    if panel.corridor is not None:
        low, high = panel.corridor
        corridor = rows([{"from": begin, "to": end, "level": low, "high": min(high, panel.high)}])
        edges = rows([{"from": begin, "to": end, "level": level} for level in (low, high) if level <= panel.high])
        layers = [
            {
                "data": corridor,
                "mark": {"type": "rect", "color": colours.corridor, "opacity": 0.09, "clip": True, "aria": False},
                "encoding": {"x": x("from"), "x2": {"field": "to"}, "y": y("level"), "y2": {"field": "high"}},
            },
            level_layer(edges, x, y, colours.corridor, [5, 3], 0.9),
        ]
    line = rows([{"from": begin, "to": end, "level": panel.baseline}])
    return [*layers, level_layer(line, x, y, colours.corridor, [1, 0])]


def threshold_layers(panel: Panel, x: Any, y: Any, span: tuple[int, int], colours: Colours) -> list[Layer]:
    """Return the line below which B cells count as depleted, with its words."""
    if panel.threshold is None:
        return []
    row = {"from": span[0], "to": span[1], "level": panel.threshold, "label": f"depleted below {panel.threshold:g}"}
    words = text_layer(
        rows([row]), {"x": x("from"), "y": y("level")}, colours.muted, align="left", dx=4, dy=-5, baseline="bottom"
    )
    return [level_layer(rows([row]), x, y, colours.muted, [1, 2]), words]


def point_row(point: Point) -> dict[str, Any]:
    """Return a result as data of a point."""
    return {"at": point.at, "value": point.value, "kind": point.kind, "words": point.words}


def ring_row(point: Point) -> dict[str, Any]:
    """Return a result as data of its ring."""
    return {
        "at": point.at,
        "value": point.value,
        "ring": point.ring,
        "label": "!!" if point.ring == "urgent" else "!",
    }


def segments(points: Sequence[Point]) -> list[dict[str, Any]]:
    """Return the lines between neighbouring results; not `sure` where an end is only a limit."""
    return [
        {
            "from": one.at,
            "to": other.at,
            "begin": one.value,
            "end": other.value,
            "sure": "no" if one.kind in _LIMITS or other.kind in _LIMITS else "yes",
        }
        for one, other in pairwise(points)
    ]


def _entries(panels: Sequence[Panel], timeline: Timeline, colours: Colours) -> list[Layer]:
    """Return the entries of the key for what this chart shows."""
    entries = mark_entries(panels, colours)
    kinds = {dose.kind for dose in timeline.doses}
    if "given" in kinds:
        entries.append(line_entry("infusion", colours.infusion, upright=True))
    if "planned" in kinds:
        entries.append(line_entry("planned infusion", colours.infusion, (3, 2), upright=True))
    return entries


def mark_entries(panels: Sequence[Panel], colours: Colours) -> list[Layer]:
    """Return the entries of points, intervals and levels."""
    points = [point for panel in panels for point in panel.points]
    kinds, rings = {point.kind for point in points}, {point.ring for point in points}
    ink, paper = colours.text, colours.background
    entries = []
    if "exact" in kinds:
        entries.append(entry("result", "circle", ink, ink))
    if "computed" in kinds:
        entries.append(entry("computed from a percentage", "circle", ink, paper))
    if "below" in kinds:
        entries.append(entry("below this limit", "triangle-down", ink, paper))
    if "above" in kinds:
        entries.append(entry("above this limit", "triangle-up", ink, paper))
    if "discuss" in rings:
        entries.append(entry("! flag to discuss", "circle", colours.alarm))
    if "urgent" in rings:
        entries.append(entry("!! urgent flag", "square", colours.alarm))
    sources = {point.source for point in points}
    if "reported" in sources:
        entries.append(entry("laboratory's interval", "square", colours.interval, colours.interval))
    if "catalogue" in sources:
        entries.append(entry("generic interval", "square", colours.muted, dash=(1, 2)))
    if any(panel.baseline is not None for panel in panels):
        entries.append(line_entry("baseline", colours.corridor))
    if any(panel.corridor for panel in panels):
        entries.append(line_entry("usual variation around it", colours.corridor, (3, 2)))
    return entries
