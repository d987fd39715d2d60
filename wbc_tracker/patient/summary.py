"""Each analyte in one line: its interval, baseline, lowest and latest result; and the doses given.

What a neurologist looks for first. It rests on all results of the patient, whatever is shown of
them, so that the baseline is never left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from wbc_tracker.catalog import Analyte
from wbc_tracker.patient.messages import interval_words
from wbc_tracker.patient.model import InfusionLine, PatientReport, Report
from wbc_tracker.patient.result_lines import ResultLine
from wbc_tracker.patient.trend_lines import TrendLine
from wbc_tracker.schema import DEFAULT_PATIENT
from wbc_tracker.wording import REF_MARKS, count_words, date_words, percent_words

#: Of each row the first that was measured is a main analyte.
_MAIN = (
    ("cd19", "cd19_pct", "cd20", "cd20_pct"),
    ("wbc",),
    ("neutrophils", "neutrophils_pct"),
    ("lymphocytes", "lymphocytes_pct"),
    ("igg",),
)
_SOURCES = {"earlier": "an earlier one", "catalogue": "generic"}
_ABOVE = (">", ">=")
#: Of limits and a value with the same number, which says the least comes first.
_LOWEST_FIRST = ("<", "<=", "", ">=", ">")
#: Of more dates than that the ones in between are counted.
_MOST_DATES, _FIRST_DATES = 12, 2


@dataclass(frozen=True)
class SummaryLine:
    """One analyte: what all its results show; `is_main`: one of those that are looked at first."""

    trend: TrendLine
    is_main: bool

    @property
    def analyte(self) -> Analyte:
        """Which."""
        return self.trend.analyte

    @property
    def is_outside(self) -> bool:
        """Whether the latest result has a flag that calls for something, or is outside its
        interval; low B cells are what the drug is for.
        """
        of_note = () if self.analyte.is_b_cells else tuple(REF_MARKS)
        return any(one.ref_flag in of_note or one.calls for one in self.trend.latest_results)


@dataclass(frozen=True)
class SummaryCell:
    """One result of a summary: `value` without unit, `mark` is `L` or `H`; `when` is the day, with
    the day since the infusion; `note` what must be known of it; `calls`: a flag on it does.
    """

    value: str
    mark: str
    when: str
    note: str
    calls: bool


def heading_words(report: Report, patient: PatientReport) -> str:
    """Return who the report is of: the title if one was given, beside the id that a file or the
    user gave; else the id.
    """
    if not report.title:
        return patient.patient_id
    is_named = patient.patient_id != DEFAULT_PATIENT
    return f"{report.title} ({patient.patient_id})" if is_named else report.title


def summary_of(patient: PatientReport) -> list[SummaryLine]:
    """Return a line for each analyte that is shown, the main ones first, as `_MAIN` has them."""
    trends = {trend.analyte.id: trend for trend in patient.trends}
    found = [next((name for name in group if name in trends), "") for group in _MAIN]
    main = [name for name in found if name]
    others = [name for name in trends if name not in main]
    return [SummaryLine(trends[name], name in main) for name in (*main, *others)]


def lowest_of(results: Sequence[ResultLine], *, is_treated: bool) -> ResultLine | None:
    """Return the lowest result on treatment, the earliest of several; None where there is none.

    By the rule of a nadir: `<5` is not lower than 3, and `>5` is the lowest only where there is
    nothing else.

    Args:
        results: of one analyte, in time order.
        is_treated: there was an infusion; without one it is the lowest on record.
    """
    counted = [
        result
        for result in results
        if not is_treated or (result.course > 0 and result.phase != "after_treatment")
    ]
    known = [result for result in counted if result.comparator not in _ABOVE] or counted
    return min(
        known,
        key=lambda result: (result.value, _LOWEST_FIRST.index(result.comparator or "")),
        default=None,
    )


def latest_of(results: Sequence[ResultLine]) -> tuple[ResultLine, ...]:
    """Return the result of the last time; where rivals stand there, each value once."""
    last = results[-1].collected_at
    return tuple({one.words: one for one in results if one.collected_at == last}.values())


def summary_interval_words(line: SummaryLine) -> str:
    """Return the interval in use beside the latest result, and whose it is if not the
    laboratory's; empty without one.
    """
    result = line.trend.latest_results[-1]
    if result.ref_low is None and result.ref_high is None:
        return ""
    whose = _SOURCES.get(result.ref_source or "", "")
    return f"{interval_words(result)} ({whose})" if whose else interval_words(result)


def baseline_cell(line: SummaryLine) -> SummaryCell | None:
    """Return the baseline with its day; said where it is not from before treatment, or unusual."""
    result = line.trend.baseline_result
    if result is None:
        return None
    notes = ["the first on record"] if result.baseline_kind == "first_on_record" else []
    notes += (result.baseline_note or "").replace("_", " ").split(";")
    return _cell(result, "", ", ".join(note for note in notes if note))


def lowest_cell(line: SummaryLine) -> SummaryCell | None:
    """Return the lowest result with its day and the day since the infusion."""
    result = line.trend.lowest_result
    if result is None:
        return None
    note = "just after the steroid of an infusion" if result.is_after_steroid else ""
    return _cell(result, _day_words(result), note)


def latest_cell(line: SummaryLine) -> SummaryCell:
    """Return the latest result with its day and its change against the baseline; of rivals all
    values.
    """
    last = line.trend.latest_results[-1]
    if len(line.trend.latest_results) > 1:
        told = " / ".join(result.words for result in line.trend.latest_results)
        marks = dict.fromkeys(
            REF_MARKS.get(result.ref_flag or "", "") for result in line.trend.latest_results
        )
        calls = any(result.calls for result in line.trend.latest_results)
        note = "two different values of one time"
        return SummaryCell(told, "".join(marks), date_words(last.collected_at)[:10], note, calls)
    change = last.percent_change
    return _cell(
        last,
        _day_words(last),
        "" if change is None or last.is_baseline else f"{percent_words(change)} from the baseline",
    )


def _cell(result: ResultLine, day: str, note: str) -> SummaryCell:
    when = date_words(result.collected_at)[:10]
    return SummaryCell(
        value=result.words,
        mark=REF_MARKS.get(result.ref_flag or "", ""),
        when=f"{when}, {day}" if day else when,
        note=note,
        calls=result.calls,
    )


def _day_words(result: ResultLine) -> str:
    return "" if result.days_since_infusion is None else f"day {result.days_since_infusion}"


def dose_words(patient: PatientReport) -> str:
    """Name the drugs with the dates of all doses, alike ones together, and what is booked; of very
    many dates the first and the latest. Empty without any.
    """
    given = sorted((one for one in patient.infusions if one.course), key=lambda one: one.infused_on)
    booked = [one.infused_on[:10] for one in patient.infusions if not one.course]
    told, drug = [], ""
    for _, alike in groupby(given, key=lambda one: (one.drug.id, one.dose_mg)):
        run = list(alike)
        named = "" if run[0].drug.name == drug else run[0].drug.name
        dose = "" if run[0].dose_mg is None else f"{run[0].dose_mg:g} mg"
        what = " ".join(word for word in (named, dose) if word) or "dose not recorded"
        told.append(f"{what}: {_dates(run)}")
        drug = run[0].drug.name
    if booked:
        told.append(f"booked: {', '.join(sorted(booked))}")
    return "; ".join(told)


def _dates(run: Sequence[InfusionLine]) -> str:
    days = [infusion.infused_on[:10] for infusion in run]
    if len(days) > _MOST_DATES:
        between = len(days) - _MOST_DATES // 2 - _FIRST_DATES
        more = count_words(between, "dose between", "doses between")
        days = [*days[:_FIRST_DATES], f"{more} ...", *days[-_MOST_DATES // 2 :]]
    return ", ".join(days)
