"""The chart in calendar time: panels one below the other on one time axis,
infusions through all of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from wbc_tracker.charts.bands import interval_bands
from wbc_tracker.charts.facets import Facet
from wbc_tracker.charts.key import key_strip, line_entry
from wbc_tracker.charts.layers import (
    Layer,
    XField,
    band,
    event_layer,
    hit_layer,
    infusion_layer,
    interval_layers,
    point_layer,
    ring_layers,
    rows,
    segment_layer,
    y_field,
)
from wbc_tracker.charts.levels import level_entries, level_layers, mark_entries, panel_title
from wbc_tracker.charts.strips import event_rows, event_strip, infusion_strip
from wbc_tracker.charts.theme import Colours
from wbc_tracker.charts.timeline import Timeline

_MANY_DOSES, _MANY_POINTS = 40, 60
_SIZE, _SMALL = 42, 20
#: What an interval reaches beyond its first and last result, as a share of the time axis.
_PAD = 0.012
_AXIS_ROOM = 90


def calendar_views(
    panels: Sequence[Facet], timeline: Timeline, closing: str, colours: Colours, width: int
) -> tuple[list[Layer], dict[str, Any]]:
    """Return the views from top to bottom, and the data they share.

    Args:
        panels: what to show. timeline: infusions, courses and events. closing: the line at the end.
        colours: of the theme. width: of each panel in pixels.
    """
    scale = {
        "type": "utc",
        "domain": {"expr": f"[{timeline.start}, {timeline.end}]"},
        "nice": False,
    }
    axis = {
        "title": None,
        "labelOverlap": True,
        "grid": False,
        "tickCount": max(3, width // _AXIS_ROOM),
    }

    # Each field once: dozens of layers say the same, and nothing changes them.
    @cache
    def x(field: str) -> dict[str, Any]:
        return {"field": field, "type": "temporal", "scale": scale, "axis": None}

    @cache
    def x_with_axis(field: str) -> dict[str, Any]:
        return {**x(field), "axis": axis}

    views = (
        [infusion_strip(timeline, width, x, colours, many=len(timeline.doses) > _MANY_DOSES)]
        if timeline.doses
        else []
    )
    if timeline.events:
        views.append(event_strip(timeline, width, x, colours))
    views += [_panel_view(panel, timeline, x, colours, width) for panel in panels[:-1]]
    views.append(_panel_view(panels[-1], timeline, x_with_axis, colours, width))
    views.append(key_strip(_entries(panels, timeline, colours), closing, width, colours))
    shared = {
        "infusions": [
            {"at": dose.at, "kind": dose.kind, "told": dose.told} for dose in timeline.doses
        ],
        "courses": [
            {"from": course.start, "to": course.end}
            for course in timeline.courses
            if course.number % 2
        ],
        "events": event_rows(timeline, width),
    }
    return views, shared


def _panel_view(panel: Facet, timeline: Timeline, x: XField, colours: Colours, width: int) -> Layer:
    ink, value = colours.series[panel.family], y_field(panel, "value", colours)
    pad = round((timeline.end - timeline.start) * _PAD)
    size = _SMALL if len(panel.points) > _MANY_POINTS else _SIZE
    since = timeline.start if panel.baseline_at is None else panel.baseline_at
    layers = [
        band({"name": "courses"}, x, ("from", "to"), colours.course),
        *interval_layers(interval_bands(panel, pad), x, panel, colours),
        *level_layers(panel, x, since, (timeline.start, timeline.end), colours),
        infusion_layer({"name": "infusions"}, x, colours, faint=len(timeline.doses) > _MANY_DOSES),
    ]
    if timeline.events:
        layers.append(event_layer({"name": "events"}, x, colours))
    layers.append(segment_layer(rows(panel.in_time.segments), x, panel, ink, colours))
    points = rows(panel.in_time.points)
    layers.append(
        {
            "name": f"points {panel.analyte}",
            **point_layer(points, x("at"), value, ink, colours, size),
        }
    )
    if panel.in_time.rings:
        at, span = {"x": x("at"), "y": value}, (timeline.start, timeline.end)
        layers += ring_layers(rows(panel.in_time.rings), at, colours, size, span, width)
    hits = rows(panel.in_time.hits)
    layers.append(hit_layer(panel.analyte, hits, {"x": x("at"), "y": value}))
    title = panel_title(panel, width)
    return {
        "name": f"panel {panel.analyte}",
        "height": panel.height,
        "title": title,
        "layer": layers,
    }


def _entries(panels: Sequence[Facet], timeline: Timeline, colours: Colours) -> list[Layer]:
    """Return the entries of the key for what this chart shows."""
    entries = [*mark_entries(panels, colours), *level_entries(panels, colours)]
    kinds = {dose.kind for dose in timeline.doses}
    if "given" in kinds:
        entries.append(line_entry("infusion", colours.infusion, upright=True))
    if "planned" in kinds:
        entries.append(line_entry("planned infusion", colours.infusion, (3, 2), upright=True))
    if timeline.events:
        entries.append(line_entry("event", colours.event, (1, 2), upright=True))
    return entries
