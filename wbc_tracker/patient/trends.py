"""The line of each analyte of one patient, over all its results."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import pandas as pd

from wbc_tracker.annotation.baseline import rcv_limits
from wbc_tracker.catalog import Catalog
from wbc_tracker.flags.facts import DEPLETED, UNKNOWN, Facts
from wbc_tracker.patient.messages import Row
from wbc_tracker.patient.model import CourseLine, TrendLine
from wbc_tracker.patient.records import Record
from wbc_tracker.wording import number_words, percent_words, value_words

_MOST_DECIMALS = 4
_BEYOND = {"fall": "FALL", "rise": "rise"}


@dataclass
class AnalyteSeries:
    """The results of one analyte in time order: their rows, values,
    and the B-cell states of the days on treatment.
    """

    rows: list[Row]
    states: list[int]


def series_by_analyte(
    frame: pd.DataFrame, rows: list[Row], facts: Facts
) -> dict[str, AnalyteSeries]:
    """Return the results of one patient by analyte."""
    order = sorted(
        range(len(rows)), key=list(zip(frame["_day"], frame["_second"], strict=True)).__getitem__
    )
    found: dict[str, AnalyteSeries] = {}
    for at in order:
        chronicle = found.setdefault(rows[at]["analyte"], AnalyteSeries([], []))
        chronicle.rows.append(rows[at])
        if rows[at]["course"] > 0:
            chronicle.states.append(int(facts.day_state[at]))
    return found


def trends_of(
    trends: list[Record],
    courses: list[Record],
    chronicles: dict[str, AnalyteSeries],
    analytes: Collection[str],
    last_infusion_on: str | None,
    catalog: Catalog,
) -> list[TrendLine]:
    """Return one line over all results of each of the analytes, in the order of the catalogue.

    Args:
        trends, courses: of this patient, from `summarize_trends` and `summarize_courses`.
        chronicles: the results behind them. analytes: which to show.
        last_infusion_on: of the patient.
        catalog: names and words.
    """
    done: dict[str, list[CourseLine]] = {}
    for course in courses:
        done.setdefault(course["analyte"], []).append(_course_line(course))
    return [
        _trend_line(
            trend,
            chronicles[trend["analyte"]],
            done.get(trend["analyte"], []),
            last_infusion_on,
            catalog,
        )
        for trend in trends
        if trend["analyte"] in analytes
    ]


def _course_line(course: Record) -> CourseLine:
    return CourseLine(
        course=course["course"],
        pre_dose=course["pre_dose"],
        pre_dose_comparator=course["pre_dose_comparator"],
        nadir=course["nadir"],
        nadir_comparator=course["nadir_comparator"],
        nadir_day=course["nadir_day"],
        last=course["last"],
        last_comparator=course["last_comparator"],
    )


def _trend_line(
    trend: Record,
    chronicle: AnalyteSeries,
    courses: list[CourseLine],
    last_infusion_on: str | None,
    catalog: Catalog,
) -> TrendLine:
    analyte, last = catalog.analytes[trend["analyte"]], chronicle.rows[-1]
    baseline = trend["baseline"]
    if analyte.is_b_cells:
        known = [state for state in chronicle.states if state != UNKNOWN]
        verdict = _depletion(known)
        words = depletion_words(
            analyte.id, verdict, known.count(DEPLETED), len(known), bool(chronicle.states)
        )
    else:
        verdict, words = trend["verdict"], trend_words(trend, last["_baseline_row"], catalog)
    return TrendLine(
        analyte=analyte.id,
        n=trend["n"],
        first_at=trend["first_at"],
        latest_at=trend["latest_at"],
        latest=trend["latest"],
        latest_comparator=trend["latest_comparator"],
        latest_ref_flag=trend["ref_flag"],
        latest_limits=(last["ref_low"], last["ref_high"]),
        latest_words=value_words(
            analyte.id,
            trend["latest"],
            trend["latest_comparator"] or "",
            last["value_step"] or 0,
            catalog,
        ),
        baseline=baseline,
        baseline_words=None if baseline is None else number_words(baseline, 0, analyte.decimals),
        baseline_kind=trend["baseline_kind"],
        percent_change=trend["percent_change"],
        beyond_rcv=trend["beyond_rcv"],
        beyond_rcv_previous=trend["beyond_rcv_previous"],
        verdict=verdict,
        words=words,
        n_used=trend["n_used"],
        span_days=trend["span_days"],
        slope_per_year=trend["slope_per_year"],
        slope_low=trend["slope_low"],
        slope_high=trend["slope_high"],
        p_value=trend["p_value"],
        fitted_change_percent=trend["fitted_change_percent"],
        courses=courses,
        series=[row["value"] for row in chronicle.rows],
        infusions=_infusions_between(chronicle.rows, last_infusion_on),
    )


def _infusions_between(rows: list[Row], last_infusion_on: str | None) -> list[int]:
    """Return the places of the rows before which an infusion was given since the row before."""
    given = [*(row["last_infusion_on"] for row in rows), last_infusion_on]
    return [place for place in range(1, len(given)) if given[place] != given[place - 1]]


def _depletion(known: list[int]) -> str:
    """Return what the latest day on treatment that can be judged says of the B cells."""
    if not known:
        return "not assessable"
    return "depleted" if known[-1] == DEPLETED else "present"


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


def trend_words(trend: Record, is_baseline: bool, catalog: Catalog) -> str:
    """Say how the latest result stands, where that needs saying, and what the slope shows.

    A latest result beyond usual variation is always told, whatever the trend; one within it only
    where there is no trend to tell.
    """
    latest, slope = _latest_words(trend, is_baseline, catalog), _verdict_words(trend, catalog)
    return f"{latest}; trend {slope}" if latest else slope


def _latest_words(trend: Record, is_baseline: bool, catalog: Catalog) -> str:
    if trend["analyte"] not in catalog.variations:
        return ""
    now, before = (
        _BEYOND.get(trend["beyond_rcv"] or ""),
        _BEYOND.get(trend["beyond_rcv_previous"] or ""),
    )
    if now:
        more = "" if not before else ", also" if before == now else f", {before}"
        return f"{now} beyond usual variation{more}{' from the previous result' if before else ''}"
    if before:
        return f"{before} beyond usual variation from the previous result"
    if trend["verdict"] != "not enough data":
        return ""
    if trend["baseline"] is None:
        return "no baseline"
    if is_baseline:
        return "is the baseline"
    return "within usual variation" if trend["beyond_rcv"] else "change not assessable"


def _verdict_words(trend: Record, catalog: Catalog) -> str:
    verdict = trend["verdict"]
    if verdict == "not enough data":
        least, span = (
            int(catalog.figure(name)) for name in ("trend_least_days", "trend_least_span_days")
        )
        if trend["n_used"] < least:
            return f"{verdict} (n {trend['n_used']} on treatment, needs {least})"
        return f"{verdict} (n {trend['n_used']} over {trend['span_days']} days, needs {span} days)"
    if verdict != "not assessable":
        return f"{verdict} ({_slope_words(trend)}, n {trend['n_used']})"
    why = ": starts at about 0" if trend["analyte"] in catalog.variations else ""
    return (
        f"{verdict}{why} ({_slope_words(trend)}, {_p_words(trend['p_value'])}, n {trend['n_used']})"
    )


def _slope_words(trend: Record) -> str:
    """Return slope and interval, with as many decimals as the largest of them needs for two
    digits.
    """
    numbers = [trend[name] for name in ("slope_per_year", "slope_low", "slope_high")]
    largest = max(abs(number) for number in numbers)
    decimals = (
        min(max(0, 1 - math.floor(math.log10(largest))), _MOST_DECIMALS) if largest > 0 else 0
    )
    slope, low, high = (f"{round(number, decimals) + 0.0:.{decimals}f}" for number in numbers)
    return f"slope {slope} a year, 95 % {low} to {high}"


def _p_words(p_value: float) -> str:
    return "p <0.001" if p_value < 0.001 else f"p {p_value:.2g}"


def variation_words(analytes: list[str], catalog: Catalog) -> str:
    """Say how far each analyte varies in one person, and where the figure is the larger of two,
    or rough.
    """
    told, limits = [], rcv_limits(catalog)
    for analyte in analytes:
        if analyte in limits:
            note = catalog.variations[analyte].note
            span = " to ".join(percent_words(limit) for limit in limits[analyte])
            told.append(f"{catalog.analytes[analyte].short} {span}{f' ({note})' if note else ''}")
    return f"Usual variation: {'; '.join(told)}." if told else ""
