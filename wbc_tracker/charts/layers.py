"""The layers that a panel is made of, as parts of a Vega-Lite specification.

No text of a user ever stands in an expression: words are fields of the data, which Vega-Lite treats as data.
"""

from __future__ import annotations

from typing import Any

from wbc_tracker.charts.panels import Panel
from wbc_tracker.charts.theme import FONT_SIZE, Colours

Layer = dict[str, Any]

#: Begin of the names of invisible layers that only catch the mouse.
HIT = "hit "
_SHAPES = {"exact": "circle", "computed": "circle", "below": "triangle-down", "above": "triangle-up"}
QUIET = {"aria": False, "clip": True}


def rows(values: list[dict[str, Any]]) -> dict[str, Any]:
    """Return data given row by row."""
    return {"values": values}


def y_field(panel: Panel, field: str, colours: Colours) -> dict[str, Any]:
    """Return the encoding of the value axis."""
    scale: dict[str, Any] = {"domain": [panel.low, panel.high], "nice": False, "zero": False}
    axis: dict[str, Any] = {"title": None, "grid": True, "tickCount": 4, "domain": False, "labelColor": colours.muted}
    if panel.symlog is not None:
        scale |= {"type": "symlog", "constant": panel.symlog}
        axis |= {"values": panel.ticks, "format": ",~f"}
    return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}


def band(data: Any, x: Any, fields: tuple[str, str], colour: str, opacity: float = 1) -> Layer:
    """Return rectangles over the whole height, or between the fields `low` and `high` of the value axis."""
    encoding = {"x": x(fields[0]), "x2": {"field": fields[1]}}
    return {"data": data, "mark": {"type": "rect", "color": colour, "opacity": opacity, **QUIET}, "encoding": encoding}


def interval_layer(data: Any, x: Any, panel: Panel, colours: Colours) -> Layer:
    """Return the reference intervals; a generic one, which the laboratory did not give, has only dotted edges."""
    return {
        "data": data,
        "mark": {"type": "rect", "stroke": colours.muted, "strokeWidth": 0.75, **QUIET},
        "encoding": {
            "x": x("from"),
            "x2": {"field": "to"},
            "y": y_field(panel, "low", colours),
            "y2": {"field": "high"},
            "fill": choice("source", {"reported": colours.interval, "catalogue": "transparent"}),
            "strokeOpacity": choice("source", {"reported": 0, "catalogue": 1}),
            "strokeDash": choice("source", {"reported": [1, 0], "catalogue": [1, 3]}),
        },
    }


def choice(field: str, meanings: dict[str, Any]) -> dict[str, Any]:
    """Return an encoding that maps our own words to looks; the last look is that of every other word.

    Conditions and not a scale: scales of the same channel would be merged across the panels.
    """
    *others, (_, default) = meanings.items()
    return {"condition": [{"test": f"datum.{field} === '{word}'", "value": look} for word, look in others],
            "value": default}  # fmt: skip


def level_layer(data: Any, x: Any, y: Any, colour: str, dash: list[int], width: float = 1) -> Layer:
    """Return horizontal lines from `from` to `to` at `level`."""
    return {
        "data": data,
        "mark": {"type": "rule", "color": colour, "strokeDash": dash, "strokeWidth": width, **QUIET},
        "encoding": {"x": x("from"), "x2": {"field": "to"}, "y": y("level")},
    }


def text_layer(data: Any, encoding: dict[str, Any], colour: str, **look: Any) -> Layer:
    """Return the field `label` as text."""
    mark = {"type": "text", "color": colour, "fontSize": FONT_SIZE, "aria": False, "clip": True, **look}
    return {"data": data, "mark": mark, "encoding": {**encoding, "text": {"field": "label", "type": "nominal"}}}


def infusion_layer(data: Any, x: Any, colours: Colours, *, faint: bool) -> Layer:
    """Return the infusions as lines over the whole height; a planned one is dashed."""
    return {
        "data": data,
        "mark": {
            "type": "rule",
            "color": colours.infusion,
            "strokeWidth": 0.75 if faint else 1.25,
            "opacity": 0.55 if faint else 0.8,
            **QUIET,
        },
        "encoding": {"x": x("at"), "strokeDash": choice("kind", {"given": [1, 0], "planned": [5, 4]})},
    }


def event_layer(data: Any, x: Any, colours: Colours) -> Layer:
    """Return the events as dotted lines over the whole height."""
    mark = {"type": "rule", "color": colours.event, "strokeDash": [1, 3], "strokeWidth": 1, **QUIET}
    return {"data": data, "mark": mark, "encoding": {"x": x("at")}}


def segment_layer(data: Any, x: Any, y: Any, colour: Any) -> Layer:
    """Return the lines between results; dashed where an end is only a limit."""
    mark = {"type": "rule", "strokeWidth": 1.75, "strokeCap": "round", **QUIET}
    encoding = {
        "x": x("from"),
        "x2": {"field": "to"},
        "y": y("begin"),
        "y2": {"field": "end"},
        "color": colour,
        "strokeDash": choice("sure", {"yes": [1, 0], "no": [2, 4]}),
        "opacity": choice("sure", {"yes": 0.85, "no": 0.55}),
    }
    return {"data": data, "mark": mark, "encoding": encoding}


def point_layer(data: Any, x: Any, y: Any, ink: str, colours: Colours, size: int) -> Layer:
    """Return the results: filled points; open ones are computed; open triangles are limits."""
    paper = colours.background
    return {
        "data": data,
        "mark": {"type": "point", "size": size, "strokeWidth": 1.5, "opacity": 1, "clip": True, "stroke": ink},
        "encoding": {
            "x": x("at"),
            "y": y("value"),
            "shape": choice("kind", _SHAPES),
            "fill": choice("kind", {"exact": ink, "computed": paper, "below": paper, "above": paper}),
            "description": {"field": "words", "type": "nominal"},
        },
    }


def ring_layers(data: Any, x: Any, y: Any, colours: Colours, size: int) -> list[Layer]:
    """Return a ring around results with a flag to discuss, a square around urgent ones, and `!` or `!!` above."""
    shape = choice("ring", {"discuss": "circle", "urgent": "square"})
    mark = {"type": "point", "size": size * 4.5, "filled": False, "color": colours.alarm, "strokeWidth": 1.75, **QUIET}
    rings = {"data": data, "mark": mark, "encoding": {"x": x("at"), "y": y("value"), "shape": shape}}
    words = text_layer(data, {"x": x("at"), "y": y("value")}, colours.alarm, dy=-13, fontWeight="bold", fontSize=12)
    return [rings, words]


def hit_layer(name: str, data: Any, encoding: dict[str, Any], size: int = 260) -> Layer:
    """Return invisible marks, larger than the visible ones, that show the field `told` under the mouse."""
    return {
        "name": f"{HIT}{name}",
        "data": data,
        "mark": {"type": "point", "filled": True, "opacity": 0, "size": size, **QUIET},
        "encoding": {**encoding, "tooltip": {"field": "told", "type": "nominal"}},
    }
