"""Build the report model from an analysis."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
import pandas as pd

from wbc_tracker.analysis import Analysis
from wbc_tracker.arrays import Mask, Whole
from wbc_tracker.explanation import explain
from wbc_tracker.flags.facts import Facts
from wbc_tracker.frames import plain_list
from wbc_tracker.patient.events import events_of
from wbc_tracker.patient.flags import FlagTables, in_order, row_flag_lines
from wbc_tracker.patient.model import InfusionLine, PatientReport, Report
from wbc_tracker.patient.pattern.contrast import PatientRows
from wbc_tracker.patient.pattern.judge import judge_pattern
from wbc_tracker.patient.pattern.numbers import number_sentences
from wbc_tracker.patient.result_lines import ResultLine
from wbc_tracker.patient.results import draws_of, read_results
from wbc_tracker.patient.standing import standing_of
from wbc_tracker.patient.trends import AnalyteSeries, TrendTables, trends_of
from wbc_tracker.scales import Scales


def build_report(
    analysis: Analysis,
    settings: dict[str, object],
    shown: Collection[int] | None = None,
    patients: Sequence[str] | None = None,
    scales: Scales | None = None,
) -> Report:
    """Build the report of every patient of the dataset, or of some.

    Args:
        analysis: of everybody.
        settings: the options the report was made with, for the record.
        patients: whose, in this order; everybody's by default.
        shown: places of the annotated rows to show in draws, trends and flags; all by default. The
            pattern is always judged on everything.
        scales: in which units values are told; by default the canonical ones.
    """
    catalog = analysis.catalog
    wanted = analysis.dataset.patients if patients is None else list(patients)
    places = analysis.patients.get_indexer(pd.Index(wanted, dtype="str")).tolist()
    rows = [analysis.rows_of(place) for place in places]
    told = np.concatenate([np.zeros(0, dtype=np.int64), *rows])
    tables = _Tables.of(analysis, told, shown, scales or Scales.si(catalog))
    built, start = [], 0
    for patient_id, place, own in zip(wanted, places, rows, strict=True):
        results = tables.results[start : start + len(own)]
        start += len(own)
        built.append(_build_patient(analysis, tables, patient_id, place, own, results))
    codes = {line.code for patient in built for line in patient.flags}
    asked = settings.get("analytes")
    return Report(
        as_of=analysis.dataset.as_of,
        catalogue_version=catalog.version,
        grading=catalog.grading_name,
        disclaimer=catalog.disclaimer,
        settings=settings,
        patients=built,
        explained=explain((code for code in catalog.flags if code in codes), catalog),
        analytes=tuple(catalog.analytes[name] for name in asked) if isinstance(asked, list) else (),
        own_rules=catalog.own_rules,
    )


@dataclass(frozen=True)
class _Tables:
    """What is known of all patients.

    Attributes:
        results: of the patients that are told of, one after the other.
        is_shown: by annotated row. is_filtered: not all are shown.
    """

    results: list[ResultLine]
    is_shown: Mask
    is_filtered: bool
    trends: TrendTables
    flags: FlagTables
    infusions: dict[str, list[InfusionLine]]

    @classmethod
    def of(
        cls, analysis: Analysis, rows: Whole, shown: Collection[int] | None, scales: Scales
    ) -> _Tables:
        is_shown = np.ones(len(analysis.unflagged), dtype=bool)
        if shown is not None:
            is_shown = np.isin(np.arange(len(is_shown)), list(shown))
        return cls(
            results=read_results(analysis, rows, scales),
            is_shown=is_shown,
            is_filtered=shown is not None,
            trends=TrendTables.of(analysis),
            flags=FlagTables.of(analysis),
            infusions=_infusions_by_patient(analysis),
        )


def _build_patient(
    analysis: Analysis,
    tables: _Tables,
    patient_id: str,
    place: int,
    rows: Whole,
    results: list[ResultLine],
) -> PatientReport:
    catalog, facts = analysis.catalog, analysis.facts.take(rows)
    standing = standing_of(analysis.standings, place, catalog)
    order = np.lexsort((facts.analyte, facts.instant)).tolist()
    series, following = _in_series(results, facts)
    trends = trends_of(patient_id, series, standing.last_infusion_on, tables.trends, catalog)
    flags = row_flag_lines(
        results,
        rows.tolist(),
        following,
        {trend.analyte.id: trend for trend in trends},
        tables.flags,
        catalog,
    )
    pattern = judge_pattern(
        PatientRows(results, facts, analysis.broad[rows]),
        [line for _, line in flags],
        standing,
        tables.trends.variations_of(patient_id),
        analysis.as_of_day,
        catalog,
    )
    numbers = number_sentences(
        pattern, series, {trend.analyte.id: trend for trend in trends}, catalog
    )
    shown = set(np.flatnonzero(tables.is_shown[rows]).tolist())
    analytes = {results[at].analyte.id for at in shown}
    return PatientReport(
        patient_id=patient_id,
        pattern=pattern,
        standing=standing,
        infusions=tables.infusions.get(patient_id, []),
        draws=draws_of(results, [at for at in order if at in shown], tables.flags.places),
        trends=[trend for trend in trends if trend.analyte.id in analytes],
        flags=in_order(
            [line for at, line in flags if at in shown],
            tables.flags.of_patient.get(patient_id, []),
        ),
        is_filtered=tables.is_filtered,
        events=events_of(analysis, place, results),
        numbers=numbers,
    )


def _in_series(
    results: Sequence[ResultLine], facts: Facts
) -> tuple[dict[str, AnalyteSeries], list[int]]:
    """Return the results of one patient by analyte, each in time order, and the place of the next
    result of each one's analyte, -1 without one.
    """
    places: dict[str, list[int]] = {}
    for at in np.argsort(facts.instant, kind="stable").tolist():
        places.setdefault(results[at].analyte.id, []).append(at)
    following = [-1] * len(results)
    for own in places.values():
        for at, after in pairwise(own):
            following[at] = after
    states = facts.day_state.tolist()
    series = {
        name: AnalyteSeries(
            results=[results[at] for at in own],
            states=[states[at] for at in own if results[at].course > 0],
        )
        for name, own in places.items()
    }
    return series, following


def _infusions_by_patient(analysis: Analysis) -> dict[str, list[InfusionLine]]:
    """Return the infusions of each patient by date; 0 is the course of a booking."""
    courses, found = analysis.courses, dict[str, list[InfusionLine]]()
    infusions = analysis.dataset.infusions.sort_values("infused_on", kind="stable")
    numbers = courses.course.tolist()
    bounds = zip(courses.start.tolist(), courses.end.tolist(), strict=True)
    given = {
        patient: numbers[start:end]
        for patient, (start, end) in zip(analysis.patients, bounds, strict=True)
    }
    names = ("patient_id", "infused_on", "drug", "dose_mg")
    columns = (plain_list(infusions[name]) for name in names)
    for patient, on, drug, dose in zip(*columns, strict=True):
        lines, number = found.setdefault(patient, []), given.get(patient, [])
        course = number[len(lines)] if len(lines) < len(number) else 0
        lines.append(InfusionLine(on, analysis.catalog.drugs[drug], dose, course))
    return {patient: _with_changes(lines) for patient, lines in found.items()}


def _with_changes(infusions: list[InfusionLine]) -> list[InfusionLine]:
    """Mark the infusions at which the drug is named: where it changes, and then the first too."""
    if len({infusion.drug.id for infusion in infusions}) < 2:
        return infusions
    return [
        replace(infusion, is_named=not at or infusion.drug is not infusions[at - 1].drug)
        for at, infusion in enumerate(infusions)
    ]
