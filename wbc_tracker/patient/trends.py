"""The line of each analyte of one patient, over all its results."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from wbc_tracker.analysis import Analysis
from wbc_tracker.annotation.b_cells import DEPLETED, STATES, UNKNOWN
from wbc_tracker.annotation.variation import rcv_limits
from wbc_tracker.catalog import Analyte, Catalog
from wbc_tracker.frames import plain_list
from wbc_tracker.patient.messages import pace_words
from wbc_tracker.patient.result_lines import ResultLine
from wbc_tracker.patient.summary import latest_of, lowest_of
from wbc_tracker.patient.trend_lines import CourseLine, TrendLine, UsualVariation
from wbc_tracker.wording import percent_words

_MOST_DECIMALS = 4
#: Whose interval is used where none is printed.
_SOURCES = {
    "earlier": "No interval was printed beside the latest result, an earlier one is used:",
    "catalogue": "No interval was printed, a generic one of adults is used:",
}
_BEYOND = {"fall": "FALL", "rise": "rise"}


@dataclass(frozen=True)
class AnalyteSeries:
    """The results of one analyte in time order, and the B-cell states of the days on treatment."""

    results: Sequence[ResultLine]
    states: Sequence[int]


@dataclass(frozen=True)
class TrendTables:
    """What is known of the series of all patients: (patient, analyte) -> its summary and courses,
    patient -> sex where it is known; sex, or empty -> how far each analyte varies.
    """

    summaries: Mapping[tuple[str, str], Mapping[str, Any]]
    courses: Mapping[tuple[str, str], list[CourseLine]]
    sexes: Mapping[str, str]
    variations: Mapping[str, Mapping[str, UsualVariation]]

    def variations_of(self, patient_id: str) -> Mapping[str, UsualVariation]:
        """Return how far each analyte varies in a patient, by the sex where it is known."""
        return self.variations[self.sexes.get(patient_id, "")]

    @classmethod
    def of(cls, analysis: Analysis) -> TrendTables:
        """Collect them."""
        courses: dict[tuple[str, str], list[CourseLine]] = {}
        names = [field.name for field in fields(CourseLine)]
        frame = analysis.course_summaries
        keys = zip(plain_list(frame["patient_id"]), plain_list(frame["analyte"]), strict=True)
        cells = zip(*(plain_list(frame[name]) for name in names), strict=True)
        for key, row in zip(keys, cells, strict=True):
            courses.setdefault(key, []).append(CourseLine(*row))
        columns = {str(name): plain_list(analysis.trends[name]) for name in analysis.trends}
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        return cls(
            summaries={(row["patient_id"], row["analyte"]): row for row in rows},
            courses=courses,
            sexes=analysis.dataset.sexes,
            variations={sex: usual_variations(analysis.catalog, sex) for sex in ("", "f", "m")},
        )


def usual_variations(catalog: Catalog, sex: str = "") -> dict[str, UsualVariation]:
    """Return how far each analyte varies in one person of a sex, where that is published."""
    found = {}
    for name, limits in rcv_limits(catalog, men=sex == "m").items():
        entry = catalog.variations[name]
        is_told = not sex or entry.cvi_men is None
        found[name] = UsualVariation(*limits, entry.note if is_told else "")
    return found


def trends_of(
    patient_id: str,
    series: Mapping[str, AnalyteSeries],
    last_infusion_on: str | None,
    tables: TrendTables,
    catalog: Catalog,
) -> list[TrendLine]:
    """Return one line over all results of each analyte, in the order of the catalogue.

    Args:
        patient_id: whose. series: all results of that patient by analyte.
        last_infusion_on: of the patient. tables: of everybody.
        catalog: figures and names.
    """
    known = [one for name, one in catalog.analytes.items() if name in series]
    return [
        _trend_line(patient_id, one, series[one.id], last_infusion_on, tables, catalog)
        for one in known
    ]


def _trend_line(
    patient_id: str,
    analyte: Analyte,
    series: AnalyteSeries,
    last_infusion_on: str | None,
    tables: TrendTables,
    catalog: Catalog,
) -> TrendLine:
    key, last = (patient_id, analyte.id), series.results[-1]
    row = tables.summaries[key]
    line = TrendLine(
        analyte=analyte,
        scale=last.scale,
        n=row["n"],
        first_at=row["first_at"],
        latest_at=row["latest_at"],
        latest=row["latest"],
        latest_comparator=row["latest_comparator"],
        latest_ref_flag=row["ref_flag"],
        latest_ref_source=last.ref_source,
        latest_limits=(last.ref_low, last.ref_high),
        latest_words=last.scale.value(row["latest"], row["latest_comparator"] or "", last.step),
        baseline=row["baseline"],
        baseline_kind=row["baseline_kind"],
        baseline_note=row["baseline_note"],
        percent_change=row["percent_change"],
        beyond_rcv=row["beyond_rcv"],
        beyond_rcv_previous=row["beyond_rcv_previous"],
        verdict=row["verdict"] or "",
        words="",
        n_used=row["n_used"],
        span_days=row["span_days"],
        slope_per_year=row["slope_per_year"],
        slope_low=row["slope_low"],
        slope_high=row["slope_high"],
        p_value=row["p_value"],
        fitted_change_percent=row["fitted_change_percent"],
        variation=tables.variations_of(patient_id).get(analyte.id),
        courses=tables.courses.get(key, []),
        series=[result.value for result in series.results],
        infusions=_infusions_between(series.results, last_infusion_on),
        baseline_result=next((one for one in series.results if one.is_baseline), None),
        lowest_result=lowest_of(series.results, is_treated=last_infusion_on is not None),
        latest_results=latest_of(series.results),
        has_fallen=last.is_fall if last.t_nk is None else last.rest_fell,
    )
    if analyte.is_b_cells:
        known = [state for state in series.states if state != UNKNOWN]
        verdict = _depletion(known)
        words = depletion_words(
            analyte.id, verdict, known.count(DEPLETED), len(known), bool(series.states)
        )
        return replace(line, verdict=verdict, words=words)
    return replace(line, words=trend_words(line, last.is_baseline, catalog))


def _infusions_between(rows: Sequence[ResultLine], last_infusion_on: str | None) -> list[int]:
    """Return the places of the rows before which an infusion was given since the row before."""
    given = [*(row.last_infusion_on for row in rows), last_infusion_on]
    return [place for place in range(1, len(given)) if given[place] != given[place - 1]]


def _depletion(known: list[int]) -> str:
    """Return what the latest day on treatment that can be judged says of the B cells."""
    if not known:
        return "not assessable"
    return STATES[known[-1] - 1]


def depletion_words(
    analyte: str, verdict: str, depleted: int, judged: int, is_treated: bool
) -> str:
    """Say whether the B cells are depleted; `depleted` and `judged` count the results on
    treatment.
    """
    if judged:
        return f"{verdict} (depleted on {depleted} of {judged} draws)"
    if not is_treated:
        return "no result on treatment"
    hidden = ": the drug hides CD20 from the test" if analyte.startswith("cd20") else ""
    return f"not assessable on treatment{hidden}"


def trend_words(trend: TrendLine, is_baseline: bool, catalog: Catalog) -> str:
    """Say how the latest result stands, where that needs saying, and what the slope shows.

    A latest result beyond usual variation is always told, whatever the trend; one within it only
    where there is no trend to tell.
    """
    latest, slope = _latest_words(trend, is_baseline), _verdict_words(trend, catalog)
    return f"{latest}; trend {slope}" if latest else slope


def _latest_words(trend: TrendLine, is_baseline: bool) -> str:
    if trend.variation is None:
        return ""
    now, before = (
        _BEYOND.get(trend.beyond_rcv or ""),
        _BEYOND.get(trend.beyond_rcv_previous or ""),
    )
    if now:
        more = "" if not before else ", also" if before == now else f", {before}"
        note = _unusual_words(trend)
        ending = " from the previous result" if before else ""
        return f"{now} beyond usual variation{note}{more}{ending}"
    if before:
        return f"{before} beyond usual variation from the previous result"
    if trend.verdict != "not enough data":
        return ""
    if trend.baseline is None:
        return "no baseline"
    if is_baseline:
        return "is the baseline"
    return "within usual variation" if trend.beyond_rcv else "change not assessable"


def _unusual_words(trend: TrendLine) -> str:
    """Say why the baseline is unusual, where it is."""
    if not trend.baseline_note:
        return ""
    return f" from an unusual baseline ({trend.baseline_note.replace('_', ' ').replace(';', ', ')})"


def _verdict_words(trend: TrendLine, catalog: Catalog) -> str:
    verdict = trend.verdict
    if verdict == "not enough data":
        least, span = (
            int(catalog.figure(name)) for name in ("trend_least_days", "trend_least_span_days")
        )
        if trend.n_used < least:
            return f"{verdict} (n {trend.n_used} on treatment, needs {least})"
        return f"{verdict} (n {trend.n_used} over {trend.span_days} days, needs {span} days)"
    if verdict != "not assessable":
        pace = pace_words(trend, catalog) if verdict.startswith("falling") else ""
        return f"{verdict} ({_slope_words(trend)}, n {trend.n_used}){pace}"
    why = ": starts at about 0" if trend.variation else ""
    return (
        f"{verdict}{why} ({_slope_words(trend)}, {_p_words(trend.p_value or 0)}, n {trend.n_used})"
    )


def _slope_words(trend: TrendLine) -> str:
    """Return slope and interval, with as many decimals as the largest of them needs for two
    digits.
    """
    slopes = (trend.slope_per_year, trend.slope_low, trend.slope_high)
    numbers = [trend.scale.told(slope or 0) for slope in slopes]
    largest = max(abs(number) for number in numbers)
    decimals = (
        min(max(0, 1 - math.floor(math.log10(largest))), _MOST_DECIMALS) if largest > 0 else 0
    )
    slope, low, high = (f"{round(number, decimals) + 0.0:.{decimals}f}" for number in numbers)
    return f"slope {slope} a year, 95 % {low} to {high}"


def _p_words(p_value: float) -> str:
    return "p <0.001" if p_value < 0.001 else f"p {p_value:.2g}"


def interval_source_words(trends: Sequence[TrendLine]) -> str:
    """Say of which analytes the interval is not printed beside the latest result."""
    told = []
    for source, words in _SOURCES.items():
        names = [trend.analyte.short for trend in trends if trend.latest_ref_source == source]
        if names:
            told.append(f"{words} {', '.join(names)}.")
    return " ".join(told)


def variation_words(trends: Sequence[TrendLine]) -> str:
    """Say how far each analyte varies in one person, and where the figure is the larger of two,
    or rough.
    """
    told = []
    for trend in trends:
        if trend.variation is not None:
            span = " to ".join(map(percent_words, (trend.variation.fall, trend.variation.rise)))
            note = f" ({trend.variation.note})" if trend.variation.note else ""
            told.append(f"{trend.analyte.short} {span}{note}")
    return f"Usual variation: {'; '.join(told)}." if told else ""
