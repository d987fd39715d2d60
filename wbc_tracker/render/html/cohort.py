"""The research table as a page: its pictures, and below them the figures as tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from html import escape
from typing import Any

from wbc_tracker.charts import ThemeName, cohort_chart, render_html, render_svg
from wbc_tracker.cohort.counts import Hidden
from wbc_tracker.cohort.curves import EventTimes
from wbc_tracker.cohort.model import Cohort, SinceTable
from wbc_tracker.cohort.words import (
    CURVE_WORDS,
    ONSET_WORDS,
    ROUNDING_WORDS,
    depleted_words,
    settings_words,
    share_words,
    suppressed_words,
    times_words,
    told,
    treated_words,
    value_words,
    window_words,
)
from wbc_tracker.wording import unit_words, visible

#: Widths of the panels on a desk and on a phone, in pixels; of each column where groups stand
#: beside one another, with what lies between them; of more columns none would be seen at once.
_WIDTH, _PHONE_WIDTH = 760, 290
_COLUMN, _MOST_COLUMNS = 340, 7
_HINT = (
    "Point at a median, a bar or a curve for its figures; all of them stand in the tables below."
)
_STYLE = (
    "<style>.figures { overflow-x: auto; margin: 1rem 0; } "
    "table { border-collapse: collapse; font-variant-numeric: tabular-nums; } "
    "caption { text-align: left; font-weight: bold; padding: .4rem 0; } "
    "th, td { padding: .15rem .6rem; text-align: right; border-bottom: 1px solid #8888; "
    "white-space: nowrap; } th:first-child { text-align: left; white-space: normal; }</style>"
)


def render_cohort_page(cohort: Cohort, version: str, theme: ThemeName = "light") -> str | None:
    """Return the page, None when nothing can be drawn; `version` is that of the program.

    Raises:
        UsageError: the package that draws is missing.
    """
    widths = dict.fromkeys((_widest(cohort), _WIDTH, _PHONE_WIDTH))
    charts = [
        chart
        for width in widths
        if (chart := cohort_chart(cohort, theme=theme, width=width)) is not None
    ]
    if not charts:
        return None
    wide, *narrower = charts
    title = f"Cohort of {treated_words(cohort)}, as of {cohort.settings.as_of}"
    below = "\n".join(_below(cohort, version))
    return render_html(wide, title, narrower=tuple(narrower), hint=_HINT, below=f"{below}\n")


def render_cohort_svg(cohort: Cohort, theme: ThemeName = "light") -> str | None:
    """Return the pictures alone, None when nothing can be drawn.

    Raises:
        UsageError: the package that draws is missing.
    """
    spec = cohort_chart(cohort, theme=theme, width=_widest(cohort))
    return None if spec is None else render_svg(spec)


def _widest(cohort: Cohort) -> int:
    """Return the width at which all groups stand beside one another."""
    columns = 1 + len(cohort.groups)
    return _WIDTH if columns == 1 else max(_WIDTH, _COLUMN * min(columns, _MOST_COLUMNS))


def _below(cohort: Cohort, version: str) -> Iterator[str]:
    yield _STYLE
    if cohort.groups:
        yield f"<style>main {{ max-width: {_widest(cohort) + 120}px; }}</style>"
    for name, one in {"": cohort, **cohort.groups}.items():
        if name:
            heading = f"{visible(cohort.settings.by)}: {visible(name)}, {treated_words(one)}"
            yield f"<h2>{escape(heading)}</h2>"
        elif cohort.groups:
            yield "<h2>All patients</h2>"
        yield from _tables(one)
    notes = [
        CURVE_WORDS,
        ROUNDING_WORDS,
        suppressed_words(cohort.settings),
        settings_words(cohort.settings),
        f"{cohort.disclaimer} {cohort.grading}, catalogue {cohort.catalogue_version}, "
        f"wbc-tracker {version}.",
    ]
    yield from (f"<p>{escape(words)}</p>" for words in notes if words)


def _tables(cohort: Cohort) -> Iterator[str]:
    settings = cohort.settings
    counts = {
        "on record": cohort.on_record,
        "treated": cohort.treated,
        "with results after the first infusion": cohort.drawn,
        **{f"{name}: {ONSET_WORDS[name]}": count for name, count in cohort.onsets.items()},
    }
    rows = [[name, told(count, settings)] for name, count in counts.items()]
    yield _table("Patients", ["", "patients"], rows)
    for table in cohort.tables:
        yield _value_table(cohort, table)
        yield _depletion_table(cohort, table)
    for kind in dict.fromkeys((times.origin, times.event) for times in cohort.times):
        yield _times_table([t for t in cohort.times if (t.origin, t.event) == kind], cohort)


def _value_table(cohort: Cohort, table: SinceTable) -> str:
    analytes = list(dict.fromkeys(table.values["analyte"]))
    heads = [
        f"{cohort.analytes[name].short} {unit_words(cohort.units[name])}".strip()
        for name in analytes
    ]
    rows = []
    for window, values in table.values.groupby("window", sort=False):
        counts = values["n"].tolist()
        if all(count in (0, Hidden.SMALL) for count in counts):
            continue
        cells = [_value_cell(row, cohort) for row in values.to_dict("records")]
        rows.append([window_words(int(str(window)), cohort.settings), *cells])
    title = (
        f"By weeks since the {table.since} infusion: median [quartiles] patients/treated so long"
    )
    return _table(title, ["weeks", *heads], rows)


def _value_cell(row: dict[Any, Any], cohort: Cohort) -> str:
    counted = f"{told(row['n'], cohort.settings)}/{told(row['reached'], cohort.settings)}"
    if math.isnan(row["median"]):
        return counted
    analyte = cohort.analytes[row["analyte"]]
    first, median, third = (
        "?"
        if math.isnan(row[name])
        else f"{row[f'{name}_comparator']}{value_words(analyte, row[name])}"
        for name in ("q1", "median", "q3")
    )
    return f"{median} [{first}, {third}] {counted}"


def _depletion_table(cohort: Cohort, table: SinceTable) -> str:
    settings = cohort.settings
    rows = [
        [
            window_words(int(row["window"]), settings),
            share_words(row["depleted"], row["assessable"], settings),
            told(row["drawn"], settings),
            told(row["reached"], settings),
        ]
        for row in table.depletion.to_dict("records")
        if row["drawn"] not in (0, Hidden.SMALL)
    ]
    title = (
        f"B cells depleted ({depleted_words(settings)}) by weeks since the {table.since} infusion"
    )
    return _table(
        title, ["weeks", "depleted of judged", "with any result", "treated so long"], rows
    )


def _times_table(times: Sequence[EventTimes], cohort: Cohort) -> str:
    settings = cohort.settings
    what = "courses" if times[0].follows_courses else "patients"
    heads = [
        "B cells before",
        what,
        "not at risk",
        "not observed",
        "events",
        "censored",
        "median days",
    ]
    rows = []
    for one in times:
        counts = (one.units, one.not_at_risk, one.not_observed, one.events, one.censored)
        median = ""
        if one.curve is not None:
            ends = (one.curve.median_low, one.curve.median_high)
            low, high = ("-" if end is None else str(end) for end in ends)
            reached = one.curve.median
            median = "not reached" if reached is None else f"{reached} [{low}, {high}]"
        rows.append([one.onset, *(told(count, settings) for count in counts), median])
    return _table(times_words(times[0]), heads, rows)


def _table(title: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(name)}</th>' for name in heads)
    body = "".join(
        f'<tr><th scope="row">{escape(first)}</th>'
        + "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        + "</tr>"
        for first, *cells in rows
    )
    return (
        f'<div class="figures" tabindex="0"><table><caption>{escape(title)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )
