"""Time to an event: its figures in the research table, and the data of each patient as a file, CSV
or Parquet with real dates and whole numbers.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from wbc_tracker.cohort.counts import Count
from wbc_tracker.cohort.curves import EventTimes
from wbc_tracker.cohort.listing import COLUMNS
from wbc_tracker.render.csv.cells import defuse_columns

#: Section, row, column, value, n, denominator and missing, see `render.csv.cohort`.
Figure = tuple[str, str, str, "str | Count", Count | None, Count | None, Count | None]
_TEXTS = ("patient_id", "group")


def render_times_csv(table: pd.DataFrame) -> bytes:
    """Return the table as CSV: UTF-8, LF; what comes from files is no formula.

    Args:
        table: from `list_times`.
    """
    texts = [name for name in _TEXTS if name in table.columns]
    return defuse_columns(table, texts).to_csv(index=False, lineterminator="\n").encode()


def render_times_parquet(table: pd.DataFrame) -> bytes:
    """Return the table as Parquet; each column carries what it means.

    Args:
        table: from `list_times`.
    """
    dated = table.assign(origin_on=pd.to_datetime(table["origin_on"]).dt.date)
    made = pa.Table.from_pandas(dated, preserve_index=False)
    fields = [
        field.with_metadata({"description": COLUMNS[field.name]})
        for field in made.schema.remove_metadata()
    ]
    stream = io.BytesIO()
    pq.write_table(made.cast(pa.schema(fields)), stream)
    return stream.getvalue()


def times_figures(times: EventTimes) -> Iterator[Figure]:
    """Yield how many had an event, when, and the curve with its limits."""
    since = f"{times.event} since {times.origin}"
    counted = (times.events, times.observed, times.censored)
    what = "courses" if times.follows_courses else "patients"
    counts = {
        what: times.units,
        "of patients": times.patients,
        "not at risk": times.not_at_risk,
        "not observed": times.not_observed,
    }
    for column, count in counts.items():
        yield f"time to {since}", times.onset, column, count, None, None, None
    curve = times.curve
    days = {
        "median days": curve and curve.median,
        "median days, lower limit": curve and curve.median_low,
        "median days, upper limit": curve and curve.median_high,
        "median days between the draws": times.gap_days,
    }
    for column, number in days.items():
        words = "" if number is None else f"{number:g}"
        yield f"time to {since}", times.onset, column, words, *counted
    if curve is None:
        return
    for step in curve.steps.to_dict("records"):
        row, rests = f"{times.onset}: day {step['day']}", (step["events"], step["at_risk"])
        for name in ("without", "low", "high"):
            yield (
                f"curve of {since}: steps",
                row,
                name,
                _share(step[name]),
                *rests,
                step["censored"],
            )
        if step["entered"] != 0:
            entered = step["entered"]
            yield f"curve of {since}: steps", row, "entered", entered, None, None, None
    for mark in curve.marks.to_dict("records"):
        row = f"{times.onset}: week {mark['day'] // 7}"
        for name in ("without", "low", "high"):
            share = _share(mark[name])
            yield f"curve of {since}: weeks", row, name, share, None, mark["at_risk"], None


def _share(number: float) -> str:
    return "" if math.isnan(number) else repr(round(number, 12))
