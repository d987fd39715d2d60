"""The layers that a panel is made of, as parts of a Vega-Lite specification.

No text of a user ever stands in an expression: words are fields of the data, which Vega-Lite treats
as data.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from wbc_tracker.charts.facets import Facet
from wbc_tracker.charts.theme import FONT_SIZE, Colours

Layer = dict[str, Any]
#: The encoding of the time axis for a field of the data.
XField = Callable[[str], dict[str, Any]]

#: Begin of the names of invisible layers that only catch the mouse.
HIT = "hit "
#: Pixels from the middle of a ring to that of its sign, and what both need on the right.
_SIGN, _SIGN_ROOM = 13, 20
SHAPES = {"computed": "circle", "below": "triangle-down", "above": "triangle-up", "exact": "circle"}
QUIET = {"aria": False, "clip": True}


def rows(values: list[dict[str, Any]]) -> dict[str, Any]:
    """Return data given row by row."""
    return {"values": values}


def y_field(panel: Facet, field: str, colours: Colours) -> dict[str, Any]:
    """Return the encoding of the value axis."""
    scale: dict[str, Any] = {"domain": [panel.low, panel.high], "nice": False, "zero": False}
    axis: dict[str, Any] = {
        "title": None,
        "grid": True,
        "tickCount": 4,
        "format": "~f",
        "domain": False,
        "labelColor": colours.muted,
    }
    if panel.symlog is not None:
        scale |= {"type": "symlog", "constant": panel.symlog}
        axis["values"] = panel.ticks
    return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}


def band(data: Layer, x: XField, fields: tuple[str, str], colour: str) -> Layer:
    """Return rectangles over the whole height."""
    encoding = {"x": x(fields[0]), "x2": {"field": fields[1]}}
    return {"data": data, "mark": {"type": "rect", "color": colour, **QUIET}, "encoding": encoding}


def interval_layers(
    bands: list[dict[str, Any]], x: XField, panel: Facet, colours: Colours
) -> list[Layer]:
    """Return the reference intervals; a generic one, which the laboratory did not give,
    has only dotted edges.
    """
    looks: dict[str, Layer] = {
        "reported": {"fill": colours.interval, "stroke": colours.interval_edge},
        "catalogue": {"fill": "transparent", "stroke": colours.muted, "strokeDash": [1, 3]},
    }
    encoding = {
        "x": x("from"),
        "x2": {"field": "to"},
        "y": y_field(panel, "low", colours),
        "y2": {"field": "high"},
    }
    return [
        {
            "data": rows([row for row in bands if row["source"] == source]),
            "mark": {"type": "rect", "strokeWidth": 0.75, **look, **QUIET},
            "encoding": encoding,
        }
        for source, look in looks.items()
        if any(row["source"] == source for row in bands)
    ]


def choice(field: str, meanings: dict[str, Any]) -> dict[str, Any]:
    """Return an encoding that maps our own words to looks; the last look is that of every other
    word.

    Conditions and not a scale: scales of the same channel would be merged across the panels.
    """
    *others, (_, default) = meanings.items()
    return {"condition": [{"test": f"datum.{field} === "
                                   f"'{word}'", "value": look} for word, look in others],
            "value": default}  # fmt: skip


def level_layer(
    data: Layer, x: XField, y: Layer, colour: str, dash: list[int], width: float = 1
) -> Layer:
    """Return horizontal lines from `from` to `to` at `level`."""
    return {
        "data": data,
        "mark": {
            "type": "rule",
            "color": colour,
            "strokeDash": dash,
            "strokeWidth": width,
            **QUIET,
        },
        "encoding": {"x": x("from"), "x2": {"field": "to"}, "y": y},
    }


def text_layer(data: Layer, encoding: dict[str, Any], colour: str, **look: Any) -> Layer:
    """Return the field `label` as text."""
    mark = {
        "type": "text",
        "color": colour,
        "fontSize": FONT_SIZE,
        "aria": False,
        "clip": True,
        **look,
    }
    return {
        "data": data,
        "mark": mark,
        "encoding": {**encoding, "text": {"field": "label", "type": "nominal"}},
    }


def infusion_layer(data: Layer, x: XField, colours: Colours, *, faint: bool) -> Layer:
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
        "encoding": {
            "x": x("at"),
            "strokeDash": choice("kind", {"given": [1, 0], "planned": [5, 4]}),
        },
    }


def event_layer(data: Layer, x: XField, colours: Colours) -> Layer:
    """Return the events as dotted lines over the whole height."""
    mark = {"type": "rule", "color": colours.event, "strokeDash": [1, 3], "strokeWidth": 1, **QUIET}
    return {"data": data, "mark": mark, "encoding": {"x": x("at")}}


def segment_layer(data: Layer, x: XField, panel: Facet, ink: str, colours: Colours) -> Layer:
    """Return the lines between results; dashed and paler where an end is only a limit."""
    return {
        "data": data,
        "mark": {"type": "rule", "color": ink, "strokeWidth": 1.75, "strokeCap": "round", **QUIET},
        "encoding": {
            "x": x("from"),
            "x2": {"field": "to"},
            "y": y_field(panel, "begin", colours),
            "y2": {"field": "end"},
            "strokeDash": choice("sure", {"no": [2, 4], "yes": [1, 0]}),
            "opacity": choice("sure", {"no": 0.6, "yes": 0.9}),
        },
    }


def point_layer(data: Layer, x: Layer, y: Layer, ink: str, colours: Colours, size: int) -> Layer:
    """Return the results: filled points; open ones are computed; open triangles are limits."""
    paper = colours.background
    return {
        "data": data,
        "mark": {
            "type": "point",
            "size": size,
            "strokeWidth": 1.5,
            "opacity": 1,
            "clip": True,
            "stroke": ink,
        },
        "encoding": {
            "x": x,
            "y": y,
            "shape": choice("kind", SHAPES),
            # A word nobody has thought of is drawn open: what is not known to be exact is not shown
            # as exact.
            "fill": choice("kind", {"exact": ink, "other": paper}),
            "description": {"field": "words", "type": "nominal"},
        },
    }


def ring_layers(
    data: Layer, at: Layer, colours: Colours, size: int, span: tuple[float, float], width: int
) -> list[Layer]:
    """Return a ring around results with a flag to discuss, a square around urgent ones,
    and `!` or `!!` beside it: on its right, near the end of the axis on its left.

    Args:
        data, at, colours, size: of the results. span: ends of the time axis. width: in pixels.
    """
    begin, end = span
    last = round(end - _SIGN_ROOM * (end - begin) / width, 2)
    shape = choice("ring", {"discuss": "circle", "urgent": "square"})
    mark = {"type": "point", "size": size * 4.5, "filled": False, "color": colours.alarm,
            "strokeWidth": 2,
            "opacity": 1, **QUIET}  # fmt: skip
    words = text_layer(
        data,
        at,
        colours.alarm,
        dx={"expr": f"datum.at > {last:.2f} ? -{_SIGN} : {_SIGN}"},
        align="center",
        baseline="middle",
        fontWeight="bold",
        fontSize=12,
    )
    return [{"data": data, "mark": mark, "encoding": {**at, "shape": shape}}, words]


def hit_layer(name: str, data: Layer, encoding: dict[str, Any], size: int = 260) -> Layer:
    """Return invisible marks, larger than the visible ones, that show the field `told` under the
    mouse.
    """
    return {
        "name": f"{HIT}{name}",
        "data": data,
        "mark": {"type": "point", "filled": True, "opacity": 0, "size": size, **QUIET},
        "encoding": {**encoding, "tooltip": {"field": "told", "type": "nominal"}},
    }
