"""The research table as CSV, a row a figure:
`section,row,column,value,n,denominator,missing,group`.

`n` of `denominator` is what the figure rests on, `missing` how many could have been counted and
were not:

| section | value | n | denominator | missing |
|---|---|---|---|---|
| patients, onsets | patients | | | |
| since first/last: values | quartile, or its limit (`<1`) | with a value | treated that long | the
others |
| since first/last: B cells depleted | percent | depleted | assessable | treated that long, not
assessable |
| depletion, reappearance | percent | with it | assessable | not assessable |
| reappearance in days | days | in whom B cells were seen again | ever depleted | not seen again |
| time to EVENT since first/last | days, or how many | events | observed | censored |
| curve of EVENT since first/last: steps | share without it, or a limit | events on the day | at
risk | censored until the next step |
| the same: weeks | share without it, or a limit | | at risk | |
| shift (reference, ctcae) | patients | patients | in that row | |
| shift: left out | patients | patients | treated | |
| intervals | intervals, patients or percent | depleted | assessable | not assessable |
| settings, notes | the setting | | | |

Of several definitions there is one more column, `rules`, with the name of each, and the section
`comparison` in front: the main figures of each, a row a set of rules.

An empty value is not assessable. `group` is empty for all patients. With `suppress_below` a small
count is `<N`, and one with which it could be worked out is empty.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import pandas as pd

from wbc_tracker.cohort import Cohort
from wbc_tracker.cohort.compare import MainFigures, compare_cohorts
from wbc_tracker.cohort.counts import Hidden, Proportion, minus, percent_of
from wbc_tracker.cohort.model import SinceTable
from wbc_tracker.cohort.quartiles import Quantile
from wbc_tracker.cohort.settings import CohortSettings
from wbc_tracker.cohort.shifts import Shift
from wbc_tracker.cohort.words import CURVE_WORDS, ROUNDING_WORDS, suppressed_words, window_words
from wbc_tracker.render.csv.cells import defuse_columns
from wbc_tracker.render.csv.times import Figure, times_figures

COLUMNS = ("section", "row", "column", "value", "n", "denominator", "missing", "group")
_COUNTS = ("n", "denominator", "missing")


def render_cohort_csv(cohort: Cohort, version: str) -> str:
    """Return the whole file as text with LF line ends; `version` is that of the program."""
    return _text_of(_rows(cohort, version), COLUMNS, cohort.settings)


def render_cohorts_csv(cohorts: Sequence[Cohort], names: Sequence[str], version: str) -> str:
    """Return the figures of several definitions in one file; `names` are those of their rules."""
    rows = [
        (*figure, "", one.rules)
        for one in compare_cohorts(cohorts, names)
        for figure in _main_figures(one)
    ]
    for cohort, name in zip(cohorts, names, strict=True):
        rows += [(*row, name) for row in _rows(cohort, version)]
    return _text_of(rows, (*COLUMNS, "rules"), cohorts[0].settings)


def _rows(cohort: Cohort, version: str) -> Iterator[tuple[Any, ...]]:
    """Yield the figures with their group."""
    for name, part in (("", cohort), *cohort.groups.items()):
        yield from ((*figure, name) for figure in _figures(part))
    yield from ((*figure, "") for figure in _setting_figures(cohort, version))


def _main_figures(one: MainFigures) -> Iterator[Figure]:
    yield "comparison", one.rules, "treated patients", one.treated, None, None, None
    yield _share_figure("comparison", one.rules, one.depleted, "ever depleted, percent")
    yield _share_figure("comparison", one.rules, one.reappeared, "seen again, percent")
    medians = {"to depletion": one.depletion_days, "until seen again": one.reappearance_days}
    for event, days in medians.items():
        words = "" if days is None else str(days)
        column = f"median days {event} since {one.origin}"
        yield "comparison", one.rules, column, words, None, None, None


def _text_of(
    rows: Iterable[tuple[Any, ...]], columns: Sequence[str], settings: CohortSettings
) -> str:
    table = pd.DataFrame(list(rows), columns=list(columns), dtype=object)
    counts = {name: table[name].map(_told(settings)) for name in ("value", *_COUNTS)}
    names = [name for name in columns if name not in _COUNTS]
    safe = defuse_columns(table.assign(**counts).astype("str"), names)
    # A limit such as `<5` is no formula, and a minus never stands in a count.
    return str(safe.to_csv(index=False, lineterminator="\n"))


def _told(settings: CohortSettings) -> Any:
    """Return what makes the text of a value or a count."""

    def told(value: object) -> str:
        if value is None or value is Hidden.WITHHELD:
            return ""
        return f"<{settings.suppress_below}" if value is Hidden.SMALL else str(value)

    return told


def _figures(cohort: Cohort) -> Iterator[Figure]:
    """Yield the figures of all, or of one group."""
    patients = {
        "on record": cohort.on_record,
        "without an infusion": minus(cohort.on_record, cohort.treated),
        "treated": cohort.treated,
        "treated and drawn": cohort.drawn,
    }
    for row, count in patients.items():
        yield "patients", row, "patients", count, None, None, None
    for row, count in cohort.onsets.items():
        yield "onsets", row, "patients", count, None, None, None
    for table in cohort.tables:
        yield from _window_figures(table, cohort.settings)
    for name in ("early", "sustained", "mostly", "ever"):
        yield _share_figure("depletion", name, getattr(cohort.depletion, name))
    yield from _reappearance_figures(cohort)
    for times in cohort.times:
        yield from times_figures(times)
    for kind, shifts in (("reference", cohort.reference_shifts), ("ctcae", cohort.grade_shifts)):
        for shift in shifts:
            yield from _shift_figures(kind, shift)
    yield from _interval_figures(cohort)


def _setting_figures(cohort: Cohort, version: str) -> Iterator[Figure]:
    versions = {
        "program": version,
        "catalogue": cohort.catalogue_version,
        "grading": cohort.grading,
    }
    for name, value in {**cohort.settings.as_dict(), **versions, "note": cohort.disclaimer}.items():
        words = " ".join(map(str, value)) if isinstance(value, list) else str(value)
        yield "settings", name, "", words, None, None, None
    notes = {
        "curves": CURVE_WORDS,
        "rounding": ROUNDING_WORDS,
        "suppressed": suppressed_words(cohort.settings),
    }
    for name, words in notes.items():
        if words:
            yield "notes", name, "", words, None, None, None


def _window_figures(table: SinceTable, settings: CohortSettings) -> Iterator[Figure]:
    section = f"since {table.since}"
    for row in table.values.to_dict("records"):
        window = _row_words(int(row["window"]), settings)
        for name in ("q1", "median", "q3"):
            value = None if math.isnan(row[name]) else float(row[name])
            words = _quantile_words(Quantile(value, str(row[f"{name}_comparator"])))
            n, reached = row["n"], row["reached"]
            yield (
                f"{section}: values",
                window,
                f"{row['analyte']} {name}",
                words,
                n,
                reached,
                minus(reached, n),
            )
    for counts in table.depletion.to_dict("records"):
        window = _row_words(int(counts["window"]), settings)
        share = Proportion(
            counts["depleted"],
            counts["assessable"],
            minus(counts["reached"], counts["assessable"]),
        )
        yield _share_figure(f"{section}: B cells depleted", window, share)
        drawn, reached = counts["drawn"], counts["reached"]
        yield (
            f"{section}: B cells depleted",
            window,
            "with any result",
            drawn,
            drawn,
            reached,
            minus(reached, drawn),
        )
    results, patients = table.outside
    yield f"{section}: outside the windows", "all", "results", results, None, None, None
    yield f"{section}: outside the windows", "all", "patients", patients, None, None, None


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
    for before, counts, sum_ in zip(shift.states, shift.counts, shift.sums, strict=True):
        for later, n in zip(shift.states, counts, strict=True):
            yield (
                section,
                f"{shift.analyte}: baseline {before}",
                f"worst {later}",
                n,
                n,
                sum_,
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
        yield section, f"{shift.analyte}: {words}", "patients", n, n, shift.treated, None


def _interval_figures(cohort: Cohort) -> Iterator[Figure]:
    for band in cohort.intervals.bands:
        yield "intervals", band.words, "intervals", band.intervals, None, None, None
        yield "intervals", band.words, "patients", band.patients, None, None, None
        share = band.depleted_before_next
        yield _share_figure(
            "intervals", band.words, share, "depleted before the next course, percent"
        )
    yield (
        "intervals",
        "last course, none after it",
        "courses",
        cohort.intervals.open,
        None,
        None,
        None,
    )
    yield (
        "intervals",
        "of a continuous drug",
        "intervals",
        cohort.intervals.continuous,
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
