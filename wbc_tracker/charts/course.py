"""The chart in weeks since the last infusion: the courses laid over one another,
the latest strongest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from wbc_tracker.charts.bands import interval_bands
from wbc_tracker.charts.facets import Facet
from wbc_tracker.charts.key import entry, key_strip, line_entry
from wbc_tracker.charts.layers import (
    QUIET,
    Layer,
    XField,
    choice,
    hit_layer,
    infusion_layer,
    interval_layers,
    ring_layers,
    rows,
    text_layer,
    y_field,
)
from wbc_tracker.charts.levels import Span, level_entries, level_layers, mark_entries, panel_title
from wbc_tracker.charts.strips import text_width
from wbc_tracker.charts.theme import Colours
from wbc_tracker.patient.model import PatientReport

#: The latest course, those before it one by one, and all earlier ones alike. Triangles are limits.
_SHAPES = ("circle", "square", "diamond", "cross", "M-1,-1L1,1M-1,1L1,-1")
_EARLIER = "stroke"
_SIZES, _WIDTHS = (60, 36, 36, 36, 36, 90), (2.5, 1.25, 1.25, 1, 1, 0.75)
_ROOM = 0.03
#: Pixels that the label of the latest course needs above its result, and how much wider bold is.
_LABEL_ROOM, _BOLD = 24, 1.15


def usual_weeks(patient: PatientReport) -> float | None:
    """Return the usual interval of the patient's drug in weeks, None without a drug."""
    drug = patient.standing.drug
    return None if drug is None else drug.interval_days / 7


def course_views(
    panels: Sequence[Facet], usual: float | None, closing: str, colours: Colours, width: int
) -> tuple[list[Layer], dict[str, Any]]:
    """Return the views from top to bottom, and the data they share.

    Args:
        panels: what to show; results before the first infusion are not shown.
        usual: the drug's interval in weeks. closing: the line at the end.
        colours: of the theme. width: of each panel in pixels.
    """
    panels = [panel.by_week for panel in panels]
    weeks = [point.week for panel in panels for point in panel.points if point.week is not None]
    end = max([*weeks, usual or 0, 1])
    span = (-_ROOM * end, end * (1 + _ROOM))
    ranks = _ranks(panels)

    scale = {"domain": list(span), "nice": False, "zero": False}
    axis = {
        "title": "weeks since the last infusion",
        "grid": False,
        "tickCount": max(3, width // 60),
    }

    # Each field once: dozens of layers say the same, and nothing changes them.
    @cache
    def x(field: str) -> dict[str, Any]:
        return {"field": field, "type": "quantitative", "scale": scale, "axis": None}

    @cache
    def x_with_axis(field: str) -> dict[str, Any]:
        return {**x(field), "axis": axis}

    views = [_panel_view(panel, ranks, x, span, colours, width) for panel in panels[:-1]]
    views.append(_panel_view(panels[-1], ranks, x_with_axis, span, colours, width))
    views.append(key_strip(_entries(panels, ranks, usual, colours), closing, width, colours))
    lines = [{"at": 0, "kind": "given"}]
    if usual is not None:
        lines.append({"at": usual, "kind": "planned"})
    return views, {"infusions": lines}


def _ranks(panels: Sequence[Facet]) -> dict[int, int]:
    """Return course -> how many shown courses are later; all the earlier ones share the last
    rank.
    """
    courses = sorted({point.course for panel in panels for point in panel.points}, reverse=True)
    return {course: min(rank, len(_SHAPES)) for rank, course in enumerate(courses)}


def _panel_view(
    panel: Facet, ranks: dict[int, int], x: XField, span: Span, colours: Colours, width: int
) -> Layer:
    value, told = y_field(panel, "value", colours), panel.over_courses(ranks)
    latest = max(panel.points, key=lambda point: point.at)
    bands = [
        {**row, "from": span[0], "to": span[1]}
        for row in interval_bands(replace(panel, points=[latest]), 0)
    ]
    at = {"x": x("at"), "y": value}
    layers = [
        *interval_layers(bands, x, panel, colours),
        *level_layers(panel, x, span[0], span, colours),
        infusion_layer({"name": "infusions"}, x, colours, faint=False),
        _segment_layer(rows(told.segments), panel, x, colours),
        {"name": f"points {panel.analyte}", **_point_layer(rows(told.points), at, colours)},
    ]
    if told.rings:
        layers += ring_layers(rows(told.rings), at, colours, _SIZES[1], span, width)
    layers += _label_layers(panel, ranks, at, colours, span, width)
    layers.append(hit_layer(panel.analyte, rows(told.hits), at))
    title = panel_title(panel, width)
    return {
        "name": f"panel {panel.analyte}",
        "height": panel.height,
        "title": title,
        "layer": layers,
    }


def _by_rank(looks: Sequence[Any]) -> dict[str, Any]:
    return choice("rank", {str(rank): look for rank, look in enumerate(looks)})


def _segment_layer(data: Layer, panel: Facet, x: XField, colours: Colours) -> Layer:
    """Return the lines between neighbouring results after the same infusion."""
    return {
        "data": data,
        "mark": {"type": "rule", "strokeCap": "round", **QUIET},
        "encoding": {
            "x": x("from"),
            "x2": {"field": "to"},
            "y": y_field(panel, "begin", colours),
            "y2": {"field": "end"},
            "strokeDash": choice("sure", {"no": [2, 4], "yes": [1, 0]}),
            "stroke": _by_rank(colours.courses),
            "strokeWidth": _by_rank(_WIDTHS),
        },
    }


def _point_layer(data: Layer, at: Layer, colours: Colours) -> Layer:
    shapes = {str(rank): shape for rank, shape in enumerate((*_SHAPES, _EARLIER))}
    limits = {"below": "triangle-down", "above": "triangle-up"}
    inks = {str(rank): colour for rank, colour in enumerate(colours.courses)}
    return {
        "data": data,
        "mark": {"type": "point", "strokeWidth": 1.5, "opacity": 1, "clip": True},
        "encoding": {
            **at,
            "shape": choice("look", {**limits, **shapes}),
            "stroke": choice("rank", inks),
            "fill": choice("paint", {**inks, "open": colours.background}),
            "size": _by_rank(_SIZES),
            "description": {"field": "words", "type": "nominal"},
        },
    }


def _label_layers(
    panel: Facet,
    ranks: dict[int, int],
    at: Layer,
    colours: Colours,
    span: Span,
    width: int,
) -> list[Layer]:
    """Return the number of the latest course above its last result, or below it where there is
    no room above, on a patch of the background; whole at the ends of the axis too.
    """
    latest = [point for point in panel.points if ranks[point.course] == 0]
    told, look = [], {"dy": -9, "fontWeight": "bold", "baseline": "bottom"}
    for one in latest[-1:]:
        label = f"course {one.course}"
        told.append({"at": one.week, "value": one.value, "label": label})
        place = ((one.week or 0) - span[0]) / (span[1] - span[0]) * width
        half = text_width(label) * _BOLD / 2
        look["dx"] = round(max(half, min(place, width - half)) - place)
        if (1 - panel.share(one.value)) * panel.height < _LABEL_ROOM:
            look |= {"dy": 9, "baseline": "top"}
    halo = text_layer(
        rows(told), at, colours.background, **look, stroke=colours.background, strokeWidth=4
    )
    return [halo, text_layer(rows(told), at, colours.courses[0], **look)]


def _entries(
    panels: Sequence[Facet], ranks: dict[int, int], usual: float | None, colours: Colours
) -> list[Layer]:
    """Return the entries of the key: the courses, then the marks."""
    entries = []
    for rank, shape in enumerate((*_SHAPES, _EARLIER)):
        numbers = [course for course, place in ranks.items() if place == rank]
        if numbers:
            span = (
                f"course {numbers[0]}"
                if len(numbers) == 1
                else f"courses {min(numbers)} to {max(numbers)}"
            )
            words = f"{span} (the latest)" if rank == 0 else span
            entries.append(entry(words, shape, colours.courses[rank], colours.courses[rank]))
    entries += [one for one in mark_entries(panels, colours) if one["label"] != "result"]
    entries += level_entries(panels, colours, "latest interval of the laboratory")
    entries.append(line_entry("infusion", colours.infusion, upright=True))
    if usual is not None:
        words = f"usual interval, {usual:g} weeks"
        entries.append(line_entry(words, colours.infusion, (3, 2), upright=True))
    return entries
