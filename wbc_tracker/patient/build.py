"""Build the report model from an analysis."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from wbc_tracker.analysis import Analysis
from wbc_tracker.patient.events import events_of
from wbc_tracker.patient.flags import in_order, patient_flag_lines, row_flag_lines
from wbc_tracker.patient.model import InfusionLine, PatientReport, Report
from wbc_tracker.patient.pattern import PatientRows, judge_pattern
from wbc_tracker.patient.records import Record, plain_list, records_by_patient
from wbc_tracker.patient.results import draws_of
from wbc_tracker.patient.rows import rows_of
from wbc_tracker.patient.standing import standing_of
from wbc_tracker.patient.trends import series_by_analyte, trends_of


def build_report(
    analysis: Analysis,
    settings: dict[str, object],
    shown: Collection[int] | None = None,
    patients: Sequence[str] | None = None,
) -> Report:
    """Build the report of every patient of the dataset, or of some.

    Args:
        analysis: of everybody.
        settings: the options the report was made with, for the record.
        patients: whose, in this order; everybody's by default.
        shown: places of the annotated rows to show in draws, trends and flags; all by default. The
            pattern is always judged on everything.
    """
    catalog, annotated = analysis.catalog, analysis.annotated
    told = _Told(
        is_shown=np.ones(len(annotated), dtype=bool)
        if shown is None
        else np.isin(np.arange(len(annotated)), list(shown)),
        is_filtered=shown is not None,
        trends=records_by_patient(analysis.trends),
        past=records_by_patient(analysis.course_summaries),
        said=records_by_patient(analysis.patient_flags),
        flags=_by_row(analysis.row_flags),
        infusions=_infusions_by_patient(analysis),
    )
    wanted = analysis.dataset.patients if patients is None else list(patients)
    places = analysis.patients.get_indexer(pd.Index(wanted, dtype="str"))
    return Report(
        analysis.dataset.as_of,
        catalog.version,
        catalog.grading_name,
        catalog.disclaimer,
        settings,
        [
            _build_patient(analysis, told, patient, place)
            for patient, place in zip(wanted, places.tolist(), strict=True)
        ],
    )


@dataclass(frozen=True)
class _Told:
    """What is known of all patients, by patient or by annotated row."""

    is_shown: npt.NDArray[np.bool_]
    is_filtered: bool
    trends: dict[str, list[Record]]
    past: dict[str, list[Record]]
    said: dict[str, list[Record]]
    flags: dict[int, list[tuple[str, str]]]
    infusions: dict[str, list[InfusionLine]]


def _by_row(flags: pd.DataFrame) -> dict[int, list[tuple[str, str]]]:
    """Return row -> (code, severity) of its flags, most severe first."""
    found: dict[int, list[tuple[str, str]]] = {}
    columns = (flags[name].tolist() for name in ("row", "code", "severity"))
    for row, code, severity in zip(*columns, strict=True):
        found.setdefault(row, []).append((code, severity))
    return found


def _build_patient(analysis: Analysis, told: _Told, patient: str, place: int) -> PatientReport:
    catalog, as_of_day = analysis.catalog, analysis.as_of_day
    at = analysis.rows_of(place)
    frame = analysis.annotated.iloc[at].reset_index(drop=True)
    facts = analysis.facts.take(at)
    trends = told.trends.get(patient, [])
    rows = rows_of(frame, facts, [analysis.repeats[row] for row in at.tolist()], trends, catalog)
    flags = row_flag_lines(
        frame,
        rows,
        [told.flags.get(row, []) for row in at.tolist()],
        analysis.is_current[at],
        catalog,
    )
    standing = standing_of(analysis.standings, place)
    pattern = judge_pattern(
        PatientRows(rows, frame, facts), [line for _, line in flags], standing, as_of_day, catalog
    )
    keep = set(np.flatnonzero(told.is_shown[at]).tolist())
    worst: dict[int, str] = {}
    for row, line in flags:
        worst.setdefault(row, line.severity)
    return PatientReport(
        patient_id=patient,
        pattern=pattern,
        standing=standing,
        infusions=told.infusions.get(patient, []),
        draws=draws_of(frame, rows, keep, worst, catalog),
        trends=trends_of(
            trends,
            told.past.get(patient, []),
            series_by_analyte(frame, rows, facts),
            {rows[row]["analyte"] for row in keep},
            standing.last_infusion_on,
            catalog,
        ),
        flags=in_order(
            [line for row, line in flags if row in keep],
            patient_flag_lines(told.said.get(patient, []), catalog),
        ),
        is_filtered=told.is_filtered,
        events=events_of(analysis, place, rows),
    )


def _infusions_by_patient(analysis: Analysis) -> dict[str, list[InfusionLine]]:
    """Return the infusions of each patient by date; 0 is the course of a booking."""
    courses, found = analysis.courses, dict[str, list[InfusionLine]]()
    infusions = analysis.dataset.infusions.sort_values("infused_on", kind="stable")
    numbers = [
        courses.course[a:b].tolist() for a, b in zip(courses.start, courses.end, strict=True)
    ]
    given = dict(zip(analysis.patients, numbers, strict=True))
    columns = (
        plain_list(infusions[name]) for name in ("patient_id", "infused_on", "drug", "dose_mg")
    )
    for patient, on, drug, dose in zip(*columns, strict=True):
        lines, number = found.setdefault(patient, []), given.get(patient, [])
        course = number[len(lines)] if len(lines) < len(number) else 0
        lines.append(InfusionLine(on, drug, dose, course))
    return found
