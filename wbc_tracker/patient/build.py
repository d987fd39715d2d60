"""Build the report model from a dataset."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from wbc_tracker.annotation.courses import Courses, find_courses
from wbc_tracker.annotation.timeline import find_standing
from wbc_tracker.arrays import day_of
from wbc_tracker.catalog import Catalog
from wbc_tracker.dataset import Dataset
from wbc_tracker.flags import evaluate_patient_flags
from wbc_tracker.flags.facts import collect_facts
from wbc_tracker.patient.events import events_of
from wbc_tracker.patient.flags import in_order, patient_flag_lines, row_flag_lines
from wbc_tracker.patient.model import InfusionLine, PatientReport, Report, Standing
from wbc_tracker.patient.pattern import PatientRows, judge_pattern
from wbc_tracker.patient.records import Record, records_by_patient
from wbc_tracker.patient.results import draws_of
from wbc_tracker.patient.rows import rows_of
from wbc_tracker.patient.trends import series_by_analyte, trends_of
from wbc_tracker.trends import summarize_courses, summarize_trends


def build_report(
    dataset: Dataset,
    annotated: pd.DataFrame,
    settings: dict[str, object],
    catalog: Catalog,
    shown: Collection[int] | None = None,
) -> Report:
    """Build the report of every patient of the dataset.

    Args:
        dataset: results, infusions and events. annotated: its annotated results, with flags.
        settings: the options the report was made with, for the record.
        catalog: names, figures and words.
        shown: places of the annotated rows to show in draws, trends and flags; all by default. The
            pattern is always judged on everything.
    """
    places = annotated.groupby("patient_id", sort=False, observed=True).indices
    doses = dataset.infusions.groupby("patient_id", sort=False).indices
    trends = records_by_patient(summarize_trends(annotated, catalog))
    past = records_by_patient(
        summarize_courses(annotated, dataset.infusions, as_of=dataset.as_of, catalog=catalog)
    )
    said = records_by_patient(
        evaluate_patient_flags(
            annotated,
            dataset.infusions,
            as_of=dataset.as_of,
            catalog=catalog,
            patients=dataset.patients,
        )
    )
    happened = dataset.events.groupby("patient_id", sort=False).indices
    patients = [
        _build_patient(
            replace(
                dataset,
                results=dataset.results.iloc[:0],
                infusions=dataset.infusions.iloc[doses.get(patient, [])],
                events=dataset.events.iloc[happened.get(patient, [])],
                patients=[patient],
            ),
            annotated.iloc[places.get(patient, [])],
            trends.get(patient, []),
            past.get(patient, []),
            said.get(patient, []),
            shown,
            catalog,
        )
        for patient in dataset.patients
    ]
    return Report(
        dataset.as_of, catalog.version, catalog.grading_name, catalog.disclaimer, settings, patients
    )


def _build_patient(
    dataset: Dataset,
    frame: pd.DataFrame,
    trends: list[Record],
    past: list[Record],
    said: list[Record],
    shown: Collection[int] | None,
    catalog: Catalog,
) -> PatientReport:
    visible = (
        np.ones(len(frame), dtype=bool) if shown is None else np.isin(frame.index, list(shown))
    )
    frame = frame.reset_index(drop=True)
    facts = collect_facts(frame, catalog)
    rows = rows_of(frame, facts, trends, catalog)
    as_of_day = day_of(dataset.as_of)
    flags = row_flag_lines(frame, rows, facts, as_of_day, catalog)
    courses = find_courses(
        dataset.infusions, pd.Index(dataset.patients, dtype="str"), as_of_day, catalog
    )
    standing = _standing(courses, as_of_day, catalog)
    pattern = judge_pattern(
        PatientRows(rows, frame, facts), [line for _, line in flags], standing, as_of_day, catalog
    )
    keep = set(np.flatnonzero(visible).tolist())
    worst: dict[int, str] = {}
    for at, line in flags:
        worst.setdefault(at, line.severity)
    return PatientReport(
        patient_id=dataset.patients[0],
        pattern=pattern,
        standing=standing,
        infusions=_infusions_of(dataset, courses),
        draws=draws_of(frame, rows, keep, worst, catalog),
        trends=trends_of(
            trends,
            past,
            series_by_analyte(frame, rows, facts),
            {rows[at]["analyte"] for at in keep},
            standing.last_infusion_on,
            catalog,
        ),
        flags=in_order(
            [line for at, line in flags if at in keep], patient_flag_lines(said, catalog)
        ),
        is_filtered=shown is not None,
        events=events_of(dataset, rows, as_of_day, catalog) if len(dataset.events) else [],
    )


def _standing(courses: Courses, as_of_day: int, catalog: Catalog) -> Standing:
    row = find_standing(courses, 1, as_of_day, catalog).iloc[0]
    told: dict[Any, Any] = {name: _plain(value) for name, value in row.items()}
    split = catalog.drugs[told["drug"]].first_dose_split_days if told["drug"] else None
    ahead = (
        None
        if told["days_since_infusion"] is None
        else told["days_since_infusion"] + told["days_to_next_infusion"]
    )
    return Standing(
        drug=told["drug"],
        course=int(told["course"]),
        course_since=told["course_since"],
        last_infusion_on=told["last_infusion_on"],
        days_since_infusion=told["days_since_infusion"],
        next_on=told["next_infusion_on"],
        next_kind=told["next_infusion_kind"],
        days_to_next=told["days_to_next_infusion"],
        awaits_second_half=told["next_infusion_kind"] == "planned"
        and split is not None
        and ahead == split,
    )


def _plain(value: Any) -> Any:
    """Return None for a missing value, an int for a NumPy integer, anything else as it is."""
    if pd.isna(value):
        return None
    return int(value) if isinstance(value, np.integer) else value


def _infusions_of(dataset: Dataset, courses: Courses) -> list[InfusionLine]:
    infusions = dataset.infusions.sort_values("infused_on", kind="stable")
    numbers = [*courses.course.tolist(), *([0] * (len(infusions) - len(courses.course)))]
    return [
        InfusionLine(
            row["infused_on"],
            row["drug"],
            None if pd.isna(row["dose_mg"]) else row["dose_mg"],
            number,
        )
        for row, number in zip(infusions.to_dict("records"), numbers, strict=True)
    ]
