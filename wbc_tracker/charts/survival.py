"""The panel of a Kaplan-Meier curve, with its limits and the numbers at risk under it."""

from __future__ import annotations

import math
from typing import Any

from wbc_tracker.charts.layers import QUIET, Layer, rows, text_layer
from wbc_tracker.charts.theme import Colours
from wbc_tracker.charts.windows import HEIGHT, titled
from wbc_tracker.cohort.counts import Hidden
from wbc_tracker.cohort.curves import EventTimes
from wbc_tracker.cohort.settings import CohortSettings
from wbc_tracker.cohort.words import rounded_words, told

#: Room for the line of those at risk under the axis.
_BELOW = 34
_TITLES = {
    "depleted": "Not yet depleted",
    "reappeared": "B cells not seen again",
}
_SINCE = {
    "first": "weeks since the first infusion",
    "last": "weeks since the last infusion of a course",
}


def curve_weeks(times: EventTimes) -> float:
    """Return the last week that is drawn: while anybody is at risk; 0 without a curve."""
    if times.curve is None:
        return 0
    marks = times.curve.marks
    at_risk = [count not in (0, Hidden.SMALL) for count in marks["at_risk"]]
    events = times.curve.steps["day"].max() / 7
    return float(max([week for week, any_ in zip(marks["day"] / 7, at_risk, strict=True) if any_]
                     + [events]))  # fmt: skip


def curve_rows(times: EventTimes, until: float) -> list[dict[str, Any]]:
    """Return the corners of the curve: week, share in percent and limits, and words for a mouse."""
    if times.curve is None:
        return []
    made = []
    for step in times.curve.steps.to_dict("records"):
        week = round(step["day"] / 7, 3)
        if week > until:
            break
        one = {"week": week, "without": _percent(step["without"])}
        words = f"day {step['day']}: {rounded_words(one['without'], 1)} %"
        if not (math.isnan(step["low"]) or math.isnan(step["high"])):
            one |= {"low": _percent(step["low"]), "high": _percent(step["high"])}
            words += f" [{rounded_words(one['low'], 1)}, {rounded_words(one['high'], 1)}]"
        made.append({**one, "told": words})
    return [*made, {**made[-1], "week": round(until, 3)}]


def _percent(share: float) -> float:
    return round(100 * share, 6)


def curve_panel(
    times: EventTimes, settings: CohortSettings, until: float, width: int, colours: Colours
) -> Layer:
    """Return the curve as a step line, its 95 % limits as a band, and who is at risk under it."""
    corners = curve_rows(times, until)
    data, ink = rows(corners), colours.series["b_cells"]
    limits = rows([row for row in corners if "low" in row])
    x = {
        "field": "week",
        "type": "quantitative",
        "scale": {"domain": [0, until], "nice": False},
        "axis": {"title": None, "grid": False, "format": "~f", "labelOverlap": "greedy",
                 "values": [week for week in settings.window_weeks if week <= until]},
    }  # fmt: skip
    axis = {"title": None, "values": [0, 50, 100], "domain": False, "minExtent": 38}
    y = {"type": "quantitative", "scale": {"domain": [0, 100], "nice": False}, "axis": axis}
    band = {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}}
    line = {"x": x, "y": {**y, "field": "without"}}
    at_risk = _at_risk(times, settings, until)
    counts = text_layer(
        rows(at_risk),
        {"x": x, "y": {"value": HEIGHT + _BELOW}},
        colours.muted,
        baseline="middle",
    )
    counts["mark"]["clip"] = False
    step = {"interpolate": "step-after", **QUIET}
    what = "courses" if times.follows_courses else "patients"
    words = [f"% by {_SINCE[times.origin]}", "band: 95 % limits", f"below: {what} at risk"]
    whose = "" if times.onset == "all" else f", {times.onset} {what}"
    return {
        "title": titled(f"{_TITLES[times.event]}{whose}", words, width),
        "width": width,
        "height": HEIGHT,
        "layer": [
            {"data": limits, "mark": {"type": "area", "color": ink, "opacity": 0.2, **step},
             "encoding": band},
            {"data": data, "mark": {"type": "line", "color": ink, "strokeWidth": 2, **step},
             "encoding": {**line, "tooltip": {"field": "told", "type": "nominal"}}},
            counts,
        ],
    }  # fmt: skip


def _at_risk(times: EventTimes, settings: CohortSettings, until: float) -> list[dict[str, Any]]:
    """Return who is at risk at the edges of the windows, those left out that would touch."""
    if times.curve is None:
        return []
    kept: list[dict[str, Any]] = []
    for mark in times.curve.marks.to_dict("records"):
        week = mark["day"] / 7
        apart = not kept or week - kept[-1]["week"] >= until / 10
        if week <= until and apart:
            kept.append({"week": week, "label": told(mark["at_risk"], settings)})
    return kept
