"""Build the report model from a dataset."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import pandas as pd

from wbc_tracker.annotate.courses import Courses, find_courses
from wbc_tracker.annotate.timeline import find_standing
from wbc_tracker.catalog import SEVERITIES, Catalog
from wbc_tracker.dataset import Dataset
from wbc_tracker.flags import evaluate_flags
from wbc_tracker.flags.facts import Facts, collect_facts, find_latest
from wbc_tracker.report.lines import draws_of, trends_of
from wbc_tracker.report.messages import Row, flag_message, result_words
from wbc_tracker.report.model import FlagLine, InfusionLine, PatientReport, Report, Standing
from wbc_tracker.report.pattern import PatientRows, judge_pattern
from wbc_tracker.schema import EXPORT_COLUMNS, names
from wbc_tracker.wording import date_words


def build_report(
    dataset: Dataset,
    annotated: pd.DataFrame,
    settings: dict[str, object],
    catalog: Catalog,
    shown: Collection[int] | None = None,
) -> Report:
    """Build the report of every patient of the dataset.

    Args:
        dataset: results and infusions. annotated: its annotated results, with flags.
        settings: the options the report was made with, for the record.
        catalog: names, figures and words.
        shown: places of the annotated rows to show in draws, trends and flags; all by default. The pattern
            is always judged on everything.
    """
    places = annotated.groupby("patient_id", sort=False, observed=True).indices
    doses = dataset.infusions.groupby("patient_id", sort=False).indices
    patients = [
        _build_patient(
            Dataset(dataset.results.iloc[:0], dataset.infusions.iloc[doses.get(patient, [])], dataset.as_of, [patient]),
            annotated.iloc[places.get(patient, [])],
            shown,
            catalog,
        )
        for patient in dataset.patients
    ]
    return Report(dataset.as_of, catalog.version, catalog.grading_name, catalog.disclaimer, settings, patients)


def _build_patient(
    dataset: Dataset, frame: pd.DataFrame, shown: Collection[int] | None, catalog: Catalog
) -> PatientReport:
    visible = np.ones(len(frame), dtype=bool) if shown is None else np.isin(frame.index, list(shown))
    frame = frame.reset_index(drop=True)
    facts = collect_facts(frame, catalog)
    rows = rows_of(frame, facts)
    as_of_day = int(np.datetime64(dataset.as_of, "D").astype(np.int64))
    flags = _flags_of(frame, rows, facts, as_of_day, catalog)
    courses = find_courses(dataset.infusions, pd.Index(dataset.patients, dtype="str"), as_of_day, catalog)
    standing = _standing(courses, as_of_day, catalog)
    pattern = judge_pattern(PatientRows(rows, frame, facts), [line for _, line in flags], standing, as_of_day, catalog)
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
        trends=trends_of(frame, rows, keep, facts.day_state, catalog),
        flags=[line for at, line in flags if at in keep],
        is_filtered=shown is not None,
    )


def rows_of(frame: pd.DataFrame, facts: Facts) -> list[Row]:
    """Return the annotated rows as mappings with None for missing values."""
    columns: dict[str, list[Any]] = {}
    for name in (*names(EXPORT_COLUMNS), "value_step"):
        columns[name] = _plain_list(frame[name])
    columns["_confirmed"] = facts.confirmed.tolist()
    columns["_depleted_before"] = facts.depleted_before.tolist()
    columns["_seen_before"] = facts.seen_before.tolist()
    columns["_baseline_row"] = frame["_baseline_row"].tolist()
    return [dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)]


def _plain_list(column: pd.Series) -> list[Any]:
    """Return a column as plain values, None where one is missing."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        # Only the words of these rows: a cohort has many more.
        codes, places = np.unique(column.cat.codes.to_numpy(), return_inverse=True)
        known: list[Any] = column.cat.categories.take(codes[codes >= 0]).tolist()
        words = [None] * (len(codes) - len(known)) + known
        return [words[place] for place in places.tolist()]
    missing = column.isna().tolist()
    return [None if absent else value for value, absent in zip(column.tolist(), missing, strict=True)]


def _flags_of(
    frame: pd.DataFrame, rows: list[Row], facts: Facts, as_of_day: int, catalog: Catalog
) -> list[tuple[int, FlagLine]]:
    """Return (row, flag), most severe first, then latest."""
    order = np.lexsort((np.arange(len(frame)), frame["_second"], frame["_day"], frame["_analyte"]))
    analyte, day = frame["_analyte"].to_numpy()[order], frame["_day"].to_numpy()
    following = np.full(len(frame), -1)
    follows = analyte[1:] == analyte[:-1]
    following[order[:-1][follows]] = order[1:][follows]
    recent = find_latest(frame, facts) & (as_of_day - day <= 7 * catalog.figure("current_weeks"))
    lines = []
    for entry in evaluate_flags(frame, catalog).to_dict("records"):
        at, flag = int(entry["row"]), catalog.flags[str(entry["code"])]
        row, after = rows[at], following[at]
        lines.append(
            (
                at,
                FlagLine(
                    code=flag.code,
                    severity=str(entry["severity"]),
                    current=bool(recent[at]),
                    title=flag.title,
                    message=flag_message(flag.code, row, catalog),
                    next_step=flag.next_step,
                    analyte=row["analyte"],
                    value_words=result_words(row, catalog),
                    collected_at=row["collected_at"],
                    next_value=""
                    if after < 0
                    else f"{result_words(rows[after], catalog)} on {date_words(rows[after]['collected_at'])}",
                    statements=list(flag.statements),
                    sources=[catalog.sources[source].text for source in flag.sources],
                ),
            )
        )
    codes = list(catalog.flags)
    lines.sort(key=lambda line: codes.index(line[1].code))
    lines.sort(key=lambda line: line[1].collected_at, reverse=True)
    ranks: list[str] = list(SEVERITIES)
    lines.sort(key=lambda line: ranks.index(line[1].severity), reverse=True)
    return lines


def _standing(courses: Courses, as_of_day: int, catalog: Catalog) -> Standing:
    row = find_standing(courses, 1, as_of_day, catalog).iloc[0]
    told: dict[Any, Any] = {name: _plain(value) for name, value in row.items()}
    split = catalog.drugs[told["drug"]].first_dose_split_days if told["drug"] else None
    ahead = None if told["days_since_infusion"] is None else told["days_since_infusion"] + told["days_to_next_infusion"]
    return Standing(
        drug=told["drug"],
        course=int(told["course"]),
        course_since=told["course_since"],
        last_infusion_on=told["last_infusion_on"],
        days_since_infusion=told["days_since_infusion"],
        next_on=told["next_infusion_on"],
        next_kind=told["next_infusion_kind"],
        days_to_next=told["days_to_next_infusion"],
        awaits_second_half=told["next_infusion_kind"] == "planned" and split is not None and ahead == split,
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
        InfusionLine(row["infused_on"], row["drug"], None if pd.isna(row["dose_mg"]) else row["dose_mg"], number)
        for row, number in zip(infusions.to_dict("records"), numbers, strict=True)
    ]
