"""The time to an event in a group of patients as lines for a terminal."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from rich.text import Text

from wbc_tracker.cohort.counts import Hidden
from wbc_tracker.cohort.curves import EventTimes
from wbc_tracker.cohort.model import Cohort
from wbc_tracker.cohort.settings import CohortSettings
from wbc_tracker.cohort.words import rounded_words, times_words, told
from wbc_tracker.render.terminal.layout import ColumnOfText, block_lines, wrap_words

_PROSE_WIDTH = 100


def curve_lines(cohort: Cohort, width: int) -> list[Text]:
    """Return a table for each event and origin, a row an onset; columns that do not fit follow."""
    lines: list[Text] = []
    kinds = dict.fromkeys((times.origin, times.event) for times in cohort.times)
    for kind in kinds:
        rows = [
            times
            for times in cohort.times
            if (times.origin, times.event) == kind and times.units != 0
        ]
        if rows:
            lines += [Text(""), *_table_lines(rows, cohort.settings, width)]
    return lines


def _table_lines(rows: Sequence[EventTimes], settings: CohortSettings, width: int) -> list[Text]:
    first = rows[0]
    what = "courses" if first.follows_courses else "patients"
    title = f"{times_words(first)}, in {what}"
    lead: list[ColumnOfText] = [("B cells before", [Text(times.onset) for times in rows])]
    counts = {
        what: "units",
        "not at risk": "not_at_risk",
        "not observed": "not_observed",
        "events": "events",
        "censored": "censored",
    }
    columns: list[ColumnOfText] = [
        (heading, [Text(told(getattr(times, name), settings)) for times in rows])
        for heading, name in counts.items()
    ]
    columns.append(("median days [95 %]", [Text(_median_words(times)) for times in rows]))
    lines = [*wrap_words(title, width, style="bold"), *block_lines(lead, columns, width)]
    marked = {times.onset: _marks(times, settings) for times in rows}
    marks = [each for each in marked.values() if each]
    lead = [("B cells before", [Text(onset) for onset, each in marked.items() if each])]
    weeks = sorted({week for each in marks for week in each})
    if weeks:
        still = "not yet depleted" if first.event == "depleted" else "B cells not seen again"
        heading = f"{still} after so many weeks: % [95 %] at risk"
        cells: list[ColumnOfText] = [
            (str(week), [Text(each.get(week, "")) for each in marks]) for week in weeks
        ]
        lines += wrap_words(heading, width)
        lines += block_lines(lead, cells, width)
    gap = first.gap_days
    if gap is not None:
        words = f"The events lie between tests that are {gap:g} days apart (median)."
        lines += wrap_words(words, min(width, _PROSE_WIDTH))
    return lines


def _median_words(times: EventTimes) -> str:
    curve = times.curve
    if curve is None:
        return "not shown" if times.events != 0 else ""
    if curve.median is None:
        return "not reached"
    low, high = ("-" if end is None else str(end) for end in (curve.median_low, curve.median_high))
    return f"{curve.median} [{low}, {high}]"


def _marks(times: EventTimes, settings: CohortSettings) -> Mapping[int, str]:
    """Return week -> share still without the event, for the weeks in which anybody is at risk."""
    if times.curve is None:
        return {}
    marks = times.curve.marks.to_dict("records")
    return {
        int(mark["day"]) // 7: f"{_percent_words(mark)} {told(mark['at_risk'], settings)}"
        for mark in marks
        if isinstance(mark["at_risk"], Hidden) or mark["at_risk"]
    }


def _percent_words(mark: Mapping[object, float]) -> str:
    low, high = ("-" if math.isnan(mark[end]) else _percent(mark[end]) for end in ("low", "high"))
    if math.isnan(mark["without"]):
        return "-"
    return f"{_percent(mark['without'])} [{low}, {high}]"


def _percent(share: float) -> str:
    return rounded_words(round(100 * share, 9), 1)
