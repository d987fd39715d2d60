"""The picture of a cohort as one Vega-Lite specification; the groups stand beside one another."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wbc_tracker.charts.layers import Layer
from wbc_tracker.charts.survival import curve_panel, curve_weeks
from wbc_tracker.charts.theme import Colours, ThemeName, chart_colours, chart_config
from wbc_tracker.charts.windows import (
    depletion_panel,
    shown_windows,
    span_of,
    value_panel,
)
from wbc_tracker.cohort.curves import ALL, EventTimes
from wbc_tracker.cohort.model import Cohort
from wbc_tracker.cohort.words import share_words, told, treated_words
from wbc_tracker.wording import visible

_SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
#: What is drawn unless analytes are named.
MAIN_ANALYTES = ("wbc", "neutrophils", "lymphocytes", "cd19", "igg")
#: Narrower columns are set below one another; so far apart are those beside one another.
_LEAST_COLUMN, _BETWEEN = 250, 64


def cohort_chart(
    cohort: Cohort,
    *,
    theme: ThemeName = "light",
    width: int = 720,
    analytes: Sequence[str] = MAIN_ANALYTES,
) -> dict[str, Any] | None:
    """Return the picture as plain data, None when nothing can be drawn.

    Medians with quartiles by window, the share depleted by window, and until B cells are seen
    again, with limits and numbers at risk. Groups are columns beside that of all, on equal axes;
    where they would be too narrow they follow below.

    Args:
        theme: colours. width: of the panels in pixels, without the labels of their axes.
        analytes: which are drawn, if there are results.
    """
    everybody = {"all": cohort, **cohort.groups}
    colours = chart_colours(theme)
    columns = len(everybody)
    narrow = (width - (columns - 1) * _BETWEEN) // columns
    beside = columns > 1 and narrow >= _LEAST_COLUMN
    each = narrow if beside else width
    drawn = [
        column
        for name, one in everybody.items()
        if (column := _column(name, one, everybody, each, analytes, colours))
    ]
    if not drawn:
        return None
    how = "hconcat" if beside else "vconcat"
    return {
        "$schema": _SCHEMA,
        "description": describe_cohort(cohort),
        "title": {
            "text": f"{treated_words(cohort)}, as of {cohort.settings.as_of}",
            "subtitle": [cohort.disclaimer, *_suppressed(cohort)],
            "anchor": "start",
            "frame": "group",
            "fontSize": 15,
            "offset": 12,
        },
        how: drawn,
        "spacing": _BETWEEN // 2 if beside else 30,
        "config": chart_config(theme, width),
    }


def _suppressed(cohort: Cohort) -> list[str]:
    below = cohort.settings.suppress_below
    return [f"Counts of 1 to {below - 1} are hidden."] if below else []


def _column(
    name: str,
    cohort: Cohort,
    everybody: dict[str, Cohort],
    width: int,
    analytes: Sequence[str],
    colours: Colours,
) -> Layer | None:
    """Return the panels of all, or of one group."""
    panels: list[Layer] = []
    cohorts = list(everybody.values())
    for place, table in enumerate(cohort.tables):
        windows = shown_windows(everybody["all"].tables[place])
        if not windows:
            continue
        for analyte in analytes if place == 0 else ():
            span = span_of(cohorts, table.since, analyte, windows)
            if span is not None and analyte in cohort.settings.analytes:
                panels.append(value_panel(cohort, table, analyte, windows, span, width, colours))
        panels.append(depletion_panel(cohort, table, windows, width, colours))
    for place, times in enumerate(cohort.times):
        until = max(curve_weeks(one.times[place]) for one in cohorts)
        if _is_drawn(times) and until:
            panels.append(curve_panel(times, cohort.settings, until, width, colours))
    if not panels:
        return None
    if len(everybody) == 1:
        return {"vconcat": panels, "spacing": 26}
    heading = f"{visible(cohort.settings.by)} {visible(name)}" if name != "all" else "all"
    title = {"text": f"{heading}: {treated_words(cohort)}", "anchor": "start", "fontSize": 14}
    return {"title": title, "vconcat": panels, "spacing": 26}


def _is_drawn(times: EventTimes) -> bool:
    """Return whether it is one of the curves that are drawn: B cells seen again, since the first
    infusion of the incident patients, since the last of all courses.
    """
    onset = ALL if times.follows_courses else "incident"
    return times.event == "reappeared" and times.onset == onset and times.curve is not None


def describe_cohort(cohort: Cohort) -> str:
    """Return the picture in words, for those who cannot see it."""
    words = [
        f"Research table of {treated_words(cohort)} as of {cohort.settings.as_of}: medians with "
        "quartiles and the share with depleted B cells by weeks since the infusion, and the time "
        "until B cells are seen again."
    ]
    ever, again = cohort.depletion.ever, cohort.reappearance.seen
    settings = cohort.settings
    words.append(f"Ever depleted: {share_words(ever.count, ever.assessable, settings)}.")
    words.append(f"B cells seen again: {share_words(again.count, again.assessable, settings)}.")
    for times in filter(_is_drawn, cohort.times):
        median = times.curve.median if times.curve else None
        reached = "not reached" if median is None else f"{median} days"
        origin = "last infusion of a course" if times.follows_courses else "first infusion"
        words.append(
            f"Since the {origin}: {told(times.events, settings)} with B cells seen again, median "
            f"{reached}."
        )
    if cohort.groups:
        names = ", ".join(visible(name) for name in cohort.groups)
        words.append(f"Groups by {visible(settings.by)}: {names}.")
    words.append("All figures stand in the tables.")
    return " ".join(words)
