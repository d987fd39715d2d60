"""What lies behind the results of a panel: its heading, baseline, usual variation,
and the limit of depletion.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wbc_tracker.charts.facets import Facet
from wbc_tracker.charts.key import entry, line_entry
from wbc_tracker.charts.layers import QUIET, Layer, XField, level_layer, rows, y_field
from wbc_tracker.charts.theme import Colours

Span = tuple[float, float]
#: Pixels of a character of a heading.
_BOLD = 7.2
_EDGE, _FINE = [5, 3], [1, 2]


def panel_title(panel: Facet, width: int) -> dict[str, Any]:
    """Return the heading of a panel: what it shows, the latest result,
    and the baseline; in two lines if narrow.
    """
    unit = f" ({panel.unit})" if panel.unit else ""
    told = ", ".join(words for words in (f"latest {panel.latest}", panel.baseline_words) if words)
    heading = {"anchor": "start", "frame": "group", "offset": 4, "aria": False}
    if len(panel.name + unit + told) * _BOLD <= width:
        return {"text": f"{panel.name}{unit}: {told}", **heading}
    return {"text": f"{panel.name}{unit}", "subtitle": told, **heading}


def level_layers(
    panel: Facet, x: XField, since: float, span: Span, colours: Colours
) -> list[Layer]:
    """Return the baseline from `since` on, usual variation around it,
    and below which value B cells are depleted.
    """
    layers: list[Layer] = []
    y = y_field(panel, "level", colours)
    if panel.baseline is not None:
        if panel.corridor is not None:
            layers += _corridor(panel.corridor, panel, x, (since, span[1]), colours)
        line = rows([{"from": since, "to": span[1], "level": panel.baseline}])
        layers.append(level_layer(line, x, y, colours.corridor, [1, 0]))
    if panel.threshold is not None:
        line = rows([{"from": span[0], "to": span[1], "level": panel.threshold}])
        layers.append(level_layer(line, x, y, colours.muted, _FINE))
    return layers


def _corridor(corridor: Span, panel: Facet, x: XField, span: Span, colours: Colours) -> list[Layer]:
    low, high = corridor
    begin, end = span
    y = y_field(panel, "level", colours)
    inside = rows([{"from": begin, "to": end, "level": low, "high": min(high, panel.high)}])
    edges = rows(
        [{"from": begin, "to": end, "level": level} for level in corridor if level <= panel.high]
    )
    area = {
        "data": inside,
        "mark": {"type": "rect", "color": colours.corridor, "opacity": 0.09, **QUIET},
        "encoding": {"x": x("from"), "x2": {"field": "to"}, "y": y, "y2": {"field": "high"}},
    }
    return [area, level_layer(edges, x, y, colours.corridor, _EDGE, 0.9)]


def mark_entries(panels: Sequence[Facet], colours: Colours) -> list[Layer]:
    """Return the entries of the key for points, rings and limits."""
    points = [point for panel in panels for point in panel.points]
    kinds, rings = {point.kind for point in points}, {point.ring for point in points}
    ink, paper = colours.text, colours.background
    known = {
        "exact": entry("result", "circle", ink, ink),
        "computed": entry("computed from a percentage", "circle", ink, paper),
        "below": entry("below this limit", "triangle-down", ink, paper),
        "above": entry("above this limit", "triangle-up", ink, paper),
    }
    entries = [look for kind, look in known.items() if kind in kinds]
    if "discuss" in rings:
        entries.append(entry("! flag to discuss", "circle", colours.alarm))
    if "urgent" in rings:
        entries.append(entry("!! urgent flag", "square", colours.alarm))
    return entries


def level_entries(
    panels: Sequence[Facet], colours: Colours, interval: str = "laboratory's interval"
) -> list[Layer]:
    """Return the entries of the key for intervals, baseline, usual variation and depletion."""
    sources = {point.source for panel in panels for point in panel.points}
    entries = []
    if "reported" in sources:
        entries.append(entry(interval, "square", colours.interval_edge, colours.interval))
    if "catalogue" in sources:
        entries.append(entry("generic interval", "square", colours.muted, dash=(1, 2)))
    if any(panel.baseline is not None for panel in panels):
        entries.append(line_entry("baseline", colours.corridor))
    if any(panel.corridor for panel in panels):
        entries.append(line_entry("usual variation around it", colours.corridor, (3, 2)))
    below = [f"{panel.threshold:g} {panel.unit}" for panel in panels if panel.threshold is not None]
    if below:
        entries.append(
            line_entry(f"B cells depleted below {' or '.join(below)}", colours.muted, _FINE)
        )
    return entries
