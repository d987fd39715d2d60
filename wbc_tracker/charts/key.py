"""The key: what each kind of mark in this chart means, in as many rows as its width needs."""

from __future__ import annotations

from collections.abc import Sequence

from wbc_tracker.charts.layers import Layer, text_layer
from wbc_tracker.charts.strips import text_width
from wbc_tracker.charts.theme import Colours

_ROW, _GLYPH, _GAP = 17, 20, 14
_LINE, _UPRIGHT = "M-1,0L1,0", "M0,-1L0,1"


def entry(
    label: str, shape: str, stroke: str, fill: str = "transparent", dash: Sequence[int] = (1, 0)
) -> Layer:
    """Return one entry: a small mark and what it means."""
    return {
        "label": label,
        "shape": shape,
        "stroke": stroke,
        "fill": fill,
        "strokeDash": list(dash),
    }


def line_entry(
    label: str, colour: str, dash: Sequence[int] = (1, 0), *, upright: bool = False
) -> Layer:
    """Return an entry with a line, level or upright."""
    return entry(label, _UPRIGHT if upright else _LINE, colour, dash=dash)


def key_strip(entries: Sequence[Layer], closing: str, width: int, colours: Colours) -> Layer:
    """Return the key as a strip below the panels; `closing` is the line at its end."""
    placed, across, down = [], 0.0, 0
    for one in entries:
        room = _GLYPH + text_width(one["label"]) + _GAP
        if across and across + room > width:
            across, down = 0.0, down + 1
        placed.append({**one, "x": across + _GLYPH / 2, "y": down * _ROW + _ROW / 2})
        across += room
    lines = [
        {"label": line, "x": 0, "y": (down + 1.7 + n) * _ROW}
        for n, line in enumerate(_wrapped(closing, width))
    ]
    at = {
        name: {"field": name, "type": "quantitative", "scale": None, "axis": None}
        for name in ("x", "y")
    }
    looks = {
        name: {"field": name, "type": "nominal", "scale": None, "legend": None}
        for name in ("shape", "stroke", "fill", "strokeDash")
    }
    mark = {"type": "point", "size": 60, "strokeWidth": 1.5, "opacity": 1, "aria": False}
    glyphs: Layer = {"data": {"values": placed}, "mark": mark, "encoding": {**at, **looks}}
    words = text_layer(
        {"values": placed}, at, colours.muted, align="left", dx=_GLYPH / 2 - 1, baseline="middle"
    )
    last = text_layer({"values": lines}, at, colours.muted, align="left", baseline="middle")
    for layer in (glyphs, words, last):
        layer["mark"]["clip"] = False
    return {
        "name": "key",
        "height": round((down + 1.7 + len(lines)) * _ROW),
        "view": {"stroke": None},
        "layer": [glyphs, words, last],
    }


def without_closing(strip: Layer) -> Layer:
    """Return a key without the line at its end."""
    glyphs, words, last = strip["layer"]
    lines = len(last["data"]["values"])
    height = strip["height"] - round((lines + 0.7) * _ROW)
    return {**strip, "height": height, "layer": [glyphs, words]}


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""]
    for word in text.split(" "):
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
