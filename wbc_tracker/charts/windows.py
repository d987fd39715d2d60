"""Panels of a cohort by window: medians with quartiles, and the share with depleted B cells."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from wbc_tracker.charts.layers import HIT, QUIET, SHAPES, Layer, choice, rows, text_layer
from wbc_tracker.charts.strips import text_width
from wbc_tracker.charts.theme import Colours
from wbc_tracker.cohort.counts import Hidden, percent_of
from wbc_tracker.cohort.model import Cohort, SinceTable
from wbc_tracker.cohort.windows import BASELINE
from wbc_tracker.cohort.words import share_words, told, value_words, window_words
from wbc_tracker.wording import unit_words

#: Height of a panel, and of the line of counts under its plot, in pixels.
HEIGHT, _COUNTS = 120, 16
_SERIES = {"cd19": "b_cells", "cd20": "b_cells", "igg": "antibodies", "iga": "antibodies"}
_SERIES |= {"igm": "antibodies"} | dict.fromkeys(
    ("wbc", "neutrophils", "lymphocytes", "cd3", "cd4", "cd8"), "white_cells"
)
_SINCE = {"first": "first infusion", "last": "last infusion"}
Span = tuple[float, float]


def shown_windows(table: SinceTable) -> list[int]:
    """Return the windows up to the last with as many patients with results as may be told."""
    none = (0, Hidden.SMALL)
    drawn = [place for place, count in enumerate(table.depletion["drawn"]) if count not in none]
    return list(range(drawn[-1] + 1 if drawn else 0))


def value_rows(
    cohort: Cohort, table: SinceTable, analyte: str, windows: Sequence[int]
) -> list[dict[str, Any]]:
    """Return a row a window: its words, quartiles, counts and what a mouse is told."""
    values = table.values[table.values["analyte"] == analyte]
    made = []
    for row in values[values["window"].isin([BASELINE, *windows])].to_dict("records"):
        weeks = _weeks(row["window"], cohort)
        count = told(row["n"], cohort.settings)
        one: dict[str, Any] = {"weeks": weeks, "count": count}
        one["told"] = f"{weeks}: {count} of {told(row['reached'], cohort.settings)} patients"
        if not math.isnan(row["median"]):
            one |= {name: row[name] for name in ("q1", "median", "q3") if not math.isnan(row[name])}
            one["kind"] = _kind(row["median_comparator"])
            one["told"] = f"{weeks}: median {_quartile_words(row, cohort)}, {count} patients"
        made.append(one)
    return made


def _weeks(window: int, cohort: Cohort) -> str:
    words = window_words(window, cohort.settings)
    return "before" if window < 0 else words.replace(" to <", "\N{EN DASH}")


def _kind(comparator: str) -> str:
    return "below" if comparator[:1] == "<" else "above" if comparator else "exact"


def _quartile_words(row: Mapping[Any, Any], cohort: Cohort) -> str:
    analyte = cohort.analytes[row["analyte"]]
    words = {
        name: row[f"{name}_comparator"]
        + (value_words(analyte, row[name]) if not math.isnan(row[name]) else "?")
        for name in ("q1", "median", "q3")
    }
    return f"{words['median']} [{words['q1']}, {words['q3']}]"


def span_of(
    cohorts: Sequence[Cohort], since: str, analyte: str, windows: Sequence[int]
) -> Span | None:
    """Return the lowest and highest quartile of an analyte in all of the cohorts, with some room;
    None without any.
    """
    numbers = [
        number
        for cohort in cohorts
        for table in cohort.tables
        if table.since == since
        for row in value_rows(cohort, table, analyte, windows)
        for name, number in row.items()
        if name in ("q1", "median", "q3")
    ]
    if not numbers:
        return None
    low, high = min(numbers), max(numbers)
    room = 0.08 * (high - low) or 0.1 * abs(high) or 1.0
    return max(0.0, low - room) if low >= 0 else low - room, high + room


def value_panel(
    cohort: Cohort,
    table: SinceTable,
    analyte: str,
    windows: Sequence[int],
    span: Span,
    width: int,
    colours: Colours,
) -> Layer:
    """Return medians as points (open triangles: only a limit is known) and quartiles as lines."""
    made = value_rows(cohort, table, analyte, windows)
    data, x = rows(made), _weeks_axis(made, width)
    ink = colours.series[_SERIES.get(analyte, "other")]
    scale = {"domain": list(span), "nice": False, "zero": False}
    axis = {"title": None, "tickCount": 4, "format": "~f", "domain": False, "minExtent": 38}

    def y(field: str) -> Layer:
        return {"field": field, "type": "quantitative", "scale": scale, "axis": axis}

    entry = cohort.analytes[analyte]
    name, unit = entry.name[:1].upper() + entry.name[1:], unit_words(cohort.units[analyte])
    quartiles = {"x": x, "y": y("q1"), "y2": {"field": "q3"}}
    median = {
        "x": x,
        "y": y("median"),
        "shape": choice("kind", SHAPES),
        "fill": choice("kind", {"exact": ink, "other": colours.background}),
    }
    layers = [
        _mark("rule", data, quartiles, color=ink, strokeWidth=2),
        _mark("point", data, median, stroke=ink, size=50, opacity=1),
    ]
    hit = _mark("point", data, {"x": x, "y": y("median"), "tooltip": _TOLD}, opacity=0, size=400)
    layers.append({**hit, "name": f"{HIT}{table.since} {analyte}"})
    words = [f"{unit}, median and quartiles".lstrip(", "), *_below(table)]
    return _panel(name, words, layers, counts_of(data, x, colours), width)


def depletion_panel(
    cohort: Cohort, table: SinceTable, windows: Sequence[int], width: int, colours: Colours
) -> Layer:
    """Return the share whose B cells are depleted as bars."""
    made: list[dict[str, Any]] = []
    for row in table.depletion[table.depletion["window"].isin(windows)].to_dict("records"):
        weeks = _weeks(row["window"], cohort)
        percent = percent_of(row["depleted"], row["assessable"])
        words = share_words(row["depleted"], row["assessable"], cohort.settings)
        count = told(row["assessable"], cohort.settings)
        one = {"weeks": weeks, "count": count, "told": f"{weeks}: depleted {words}"}
        made.append({**one, "percent": percent} if percent is not None else one)
    data, ink, x = rows(made), colours.series["b_cells"], _weeks_axis(made, width)
    scale = {"domain": [0, 100], "nice": False}
    axis = {"title": None, "values": [0, 50, 100], "domain": False, "minExtent": 38}
    y = {"field": "percent", "type": "quantitative", "scale": scale, "axis": axis, "stack": None}
    bar = {"x": x, "y": y, "tooltip": _TOLD}
    layers = [_mark("bar", data, bar, color=ink, opacity=0.8)]
    told_below = ["% of those tested", *_below(table)]
    return _panel("B cells depleted", told_below, layers, counts_of(data, x, colours), width)


def _below(table: SinceTable) -> list[str]:
    return [f"by weeks since the {_SINCE[table.since]}", "above: patients"]


_TOLD = {"field": "told", "type": "nominal"}


def _mark(kind: str, data: Layer, encoding: Layer, **look: Any) -> Layer:
    return {"data": data, "mark": {"type": kind, **QUIET, **look}, "encoding": encoding}


def _weeks_axis(made: Sequence[Mapping[str, Any]], width: int) -> Layer:
    axis = {"title": None, "labelAngle": -40, "labelOverlap": "greedy", "labelLimit": width // 3}
    order = [row["weeks"] for row in made]
    return {"field": "weeks", "type": "ordinal", "sort": order, "axis": axis}


def counts_of(data: Layer, x: Layer, colours: Colours) -> Layer:
    """Return the counts along the upper edge of a panel."""
    at = {"x": x, "y": {"value": -_COUNTS / 2}}
    counts = text_layer(data, at, colours.muted, baseline="middle")
    counts["mark"]["clip"] = False
    counts["encoding"]["text"] = {"field": "count", "type": "nominal"}
    return counts


def _panel(
    title: str, words: Sequence[str], layers: Sequence[Layer], counts: Layer, width: int
) -> Layer:
    return {
        "title": {**titled(title, words, width), "offset": _COUNTS + 4},
        "width": width,
        "height": HEIGHT,
        "layer": [*layers, counts],
    }


def titled(title: str, words: Sequence[str], width: int) -> Layer:
    """Return a title with what stands under it, in as many lines as the width needs."""
    lines = [words[0]]
    for word in words[1:]:
        longer = f"{lines[-1]}; {word}"
        if text_width(longer) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return {"text": title, "subtitle": lines, "anchor": "start", "frame": "group"}
