"""The research table as CSV, a row a figure: `section,row,column,value,n,denominator,missing`.

`n` of `denominator` is what the figure rests on, `missing` how many could have been counted and
were not:

| section | value | n | denominator | missing |
|---|---|---|---|---|
| patients | patients | | | |
| since first/last: values | quartile, or its limit (`<1`) | with a value | treated that long | the
others | | since first/last: B cells depleted | percent | depleted | assessable | treated that long,
not assessable | | depletion, reappearance | percent | with it | assessable | not assessable |
| reappearance in days | days | in whom B cells were seen again | ever depleted | not seen again |
| shift (reference, ctcae) | patients | patients | in that row | |
| shift: left out | patients | patients | treated | |
| intervals | intervals, patients or percent | depleted | assessable | not assessable |
| settings | the setting | | | |

An empty value is not assessable.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from wbc_tracker.cohort import Cohort
from wbc_tracker.cohort.model import SinceTable
from wbc_tracker.cohort.people import Proportion
from wbc_tracker.cohort.quartiles import Quantile
from wbc_tracker.cohort.settings import CohortSettings
from wbc_tracker.cohort.shifts import Shift
from wbc_tracker.cohort.words import percent_of, window_words
from wbc_tracker.render.csv.cells import defuse_columns

COLUMNS = ("section", "row", "column", "value", "n", "denominator", "missing")
Figure = tuple[str, str, str, str, int | None, int | None, int | None]


def render_cohort_csv(cohort: Cohort, version: str) -> str:
    """Return the whole file as text with LF line ends; `version` is that of the program."""
    table = pd.DataFrame(list(_figures(cohort, version)), columns=list(COLUMNS))
    names = ["section", "row", "column", "value"]
    safe = defuse_columns(table[names].astype("str"), names)
    counts = table[["n", "denominator", "missing"]].astype("Int64")
    return str(pd.concat([safe, counts], axis=1).to_csv(index=False, lineterminator="\n"))


def _figures(cohort: Cohort, version: str) -> Iterator[Figure]:
    yield "patients", "on record", "patients", str(cohort.on_record), None, None, None
    yield (
        "patients",
        "without an infusion",
        "patients",
        str(cohort.on_record - cohort.treated),
        None,
        None,
        None,
    )
    yield "patients", "treated", "patients", str(cohort.treated), None, None, None
    yield "patients", "treated and drawn", "patients", str(cohort.drawn), None, None, None
    for table in cohort.tables:
        yield from _window_figures(table, cohort.settings)
    for name in ("early", "sustained", "mostly", "ever"):
        yield _share_figure("depletion", name, getattr(cohort.depletion, name))
    yield from _reappearance_figures(cohort)
    for kind, shifts in (("reference", cohort.reference_shifts), ("ctcae", cohort.grade_shifts)):
        for shift in shifts:
            yield from _shift_figures(kind, shift)
    yield from _interval_figures(cohort)
    versions = {
        "program": version,
        "catalogue": cohort.catalogue_version,
        "grading": cohort.grading,
    }
    for name, value in {**cohort.settings.as_dict(), **versions, "note": cohort.disclaimer}.items():
        words = " ".join(map(str, value)) if isinstance(value, list) else str(value)
        yield "settings", name, "", words, None, None, None


def _window_figures(table: SinceTable, settings: CohortSettings) -> Iterator[Figure]:
    section = f"since {table.since}"
    for row in table.values.to_dict("records"):
        window = _row_words(int(row["window"]), settings)
        for name in ("q1", "median", "q3"):
            value = None if math.isnan(row[name]) else float(row[name])
            words = _quantile_words(Quantile(value, str(row[f"{name}_comparator"])))
            n, reached = int(row["n"]), int(row["reached"])
            yield (
                f"{section}: values",
                window,
                f"{row['analyte']} {name}",
                words,
                n,
                reached,
                reached - n,
            )
    for counts in table.depletion.to_dict("records"):
        window = _row_words(int(counts["window"]), settings)
        share = Proportion(
            int(counts["depleted"]),
            int(counts["assessable"]),
            int(counts["reached"] - counts["assessable"]),
        )
        yield _share_figure(f"{section}: B cells depleted", window, share)
        drawn, reached = int(counts["drawn"]), int(counts["reached"])
        yield (
            f"{section}: B cells depleted",
            window,
            "with any result",
            str(drawn),
            drawn,
            reached,
            reached - drawn,
        )
    results, patients = table.outside
    yield f"{section}: outside the windows", "all", "results", str(results), None, None, None
    yield f"{section}: outside the windows", "all", "patients", str(patients), None, None, None


def _row_words(window: int, settings: CohortSettings) -> str:
    words = window_words(window, settings)
    return words if words == "baseline" else f"weeks {words}"


def _reappearance_figures(cohort: Cohort) -> Iterator[Figure]:
    again = cohort.reappearance
    yield _share_figure("reappearance", "B cells seen again", again.seen)
    for row, quartiles in (
        ("since first infusion", again.since_first),
        ("since last infusion", again.since_last),
    ):
        for name, quantile in zip(("q1", "median", "q3"), quartiles, strict=True):
            words, seen = _quantile_words(quantile), again.seen
            yield (
                "reappearance",
                row,
                f"{name} days",
                words,
                seen.count,
                seen.assessable,
                again.not_seen,
            )
    median = "" if again.median_days is None else str(again.median_days)
    seen = again.seen
    yield (
        *("reappearance", "since first depleted day", "Kaplan-Meier median days", median),
        *(seen.count, seen.assessable, again.not_seen),
    )


def _shift_figures(kind: str, shift: Shift) -> Iterator[Figure]:
    section = f"shift {kind}"
    for before, counts in zip(shift.states, shift.counts, strict=True):
        for later, n in zip(shift.states, counts, strict=True):
            yield (
                section,
                f"{shift.analyte}: baseline {before}",
                f"worst {later}",
                str(n),
                n,
                sum(counts),
                None,
            )
    yield _share_figure(
        section, shift.analyte, shift.newly_worst, f"new {shift.worst_words}, percent"
    )
    left_out = {
        "no baseline before treatment": shift.no_baseline,
        "no later result": shift.no_later,
    }
    for words, n in {**left_out, "worst of those that can be judged": shift.partly}.items():
        yield section, f"{shift.analyte}: {words}", "patients", str(n), n, shift.treated, None


def _interval_figures(cohort: Cohort) -> Iterator[Figure]:
    for band in cohort.intervals.bands:
        yield "intervals", band.words, "intervals", str(band.intervals), None, None, None
        yield "intervals", band.words, "patients", str(band.patients), None, None, None
        share = Proportion(band.depleted, band.assessable, band.intervals - band.assessable)
        yield _share_figure(
            "intervals", band.words, share, "depleted before the next course, percent"
        )
    yield (
        "intervals",
        "last course, none after it",
        "courses",
        str(cohort.intervals.open),
        None,
        None,
        None,
    )
    yield (
        "intervals",
        "of a continuous drug",
        "intervals",
        str(cohort.intervals.continuous),
        None,
        None,
        None,
    )


def _share_figure(section: str, row: str, share: Proportion, column: str = "percent") -> Figure:
    percent = percent_of(share.count, share.assessable)
    words = "" if percent is None else f"{percent:.1f}"
    return section, row, column, words, share.count, share.assessable, share.missing


def _quantile_words(quantile: Quantile) -> str:
    return (
        ""
        if quantile.value is None
        else f"{quantile.comparator}{quantile.value!r}".removesuffix(".0")
    )
