"""The parts of the research table, one after the other."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd

from wbc_tracker.annotation.courses import Courses, find_courses
from wbc_tracker.annotation.happenings import read_happenings
from wbc_tracker.arrays import day_of
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.cohort.depletion import count_depletion, summarize_reappearance
from wbc_tracker.cohort.intervals import summarize_intervals
from wbc_tracker.cohort.model import Cohort, SinceTable
from wbc_tracker.cohort.people import (
    CohortPatients,
    derive_treated_rows,
    drop_unfollowed,
    find_b_cell_days,
    find_people,
)
from wbc_tracker.cohort.settings import FIRST, CohortSettings
from wbc_tracker.cohort.shifts import GRADES, REFERENCE, count_shifts, grade_codes, reference_codes
from wbc_tracker.cohort.windows import (
    BASELINE,
    choose_baselines,
    choose_values,
    derive_window,
    summarize_depletion,
    summarize_values,
)


def summarize_cohort(
    annotated: pd.DataFrame,
    infusions: pd.DataFrame,
    settings: CohortSettings,
    *,
    patients: Sequence[str] | None = None,
    events: pd.DataFrame | None = None,
    catalog: Catalog | None = None,
) -> Cohort:
    """Summarise what a group of treated patients shows: the research table.

    Args:
        annotated: a frame that `annotate` returned, with the `as_of` and `same_day` of the
            settings.
        infusions: schema.INFUSION_COLUMNS, as given to `annotate`.
        settings: what is asked for, from `CohortSettings.of(as_of="2026-11-23")`.
        patients: everybody on record; by default those with results or infusions.
        events: as given to `annotate`; none by default.
        catalog: rules and figures; by default the program's own.

    Returns:
        Medians by window, depletion, shifts and intervals, each with its denominator. Patients
        without an infusion by the day of the settings are counted as on record and left out.
    """
    catalog = catalog or load_catalog()
    if patients is None:
        whose = [frame["patient_id"].astype("str") for frame in (annotated, infusions)]
        patients = list(pd.concat(whose).unique())
    ids = pd.Index(list(patients), dtype="str")
    as_of_day = day_of(settings.as_of)
    happenings = read_happenings(events, ids, as_of_day, catalog)
    courses = find_courses(infusions, ids, as_of_day, catalog, happenings)
    return build_cohort(annotated, courses, patients, settings, catalog)


def build_cohort(
    annotated: pd.DataFrame,
    courses: Courses,
    patients: Sequence[str],
    settings: CohortSettings,
    catalog: Catalog | None = None,
) -> Cohort:
    """Build the research table, vectorised over patients.

    Args:
        annotated: from `annotate`, with the `as_of` and `same_day` of the settings.
        courses: the infusions it was annotated with, over the index of `patients`.
        patients: everybody on record, also those without results.
        settings: what is asked for. catalog: by default the program's own.
    """
    catalog = catalog or load_catalog()
    people = find_people(courses, patients, settings.as_of)
    annotated = drop_unfollowed(annotated, people)
    rows = derive_treated_rows(annotated, people, catalog)
    days = find_b_cell_days(annotated, people, settings.applied_to(catalog))
    places = {name: place for place, name in enumerate(catalog.analytes)}
    present = set(annotated["analyte"].unique())
    analytes = [(places[name], name) for name in settings.analytes if name in present]
    # The drug removes the B cells: below the interval is the picture it is meant to give, no shift.
    judged = [(place, name) for place, name in analytes if not catalog.analytes[name].is_b_cells]
    graded = [(place, name) for place, name in analytes if name in catalog.gradings]
    return Cohort(
        settings=settings,
        analytes={name: catalog.analytes[name] for name in settings.analytes},
        units={name: catalog.canonical_unit(name) for name in settings.analytes},
        on_record=len(people.ids),
        treated=people.size,
        drawn=int(rows["patient"].nunique()),
        tables=tuple(
            _since_table(annotated, rows, days, since, analytes, people, settings)
            for since in settings.since
        ),
        depletion=count_depletion(days, people, settings),
        reappearance=summarize_reappearance(days),
        reference_shifts=tuple(
            count_shifts(annotated, reference_codes(annotated), REFERENCE, judged, people)
        ),
        grade_shifts=tuple(count_shifts(annotated, grade_codes(annotated), GRADES, graded, people)),
        intervals=summarize_intervals(people, days, settings.pre_dose_days, catalog),
        catalogue_version=catalog.version,
        grading=catalog.grading_name,
        disclaimer=catalog.disclaimer,
    )


def _since_table(
    annotated: pd.DataFrame,
    rows: pd.DataFrame,
    days: pd.DataFrame,
    since: str,
    analytes: Sequence[tuple[int, str]],
    people: CohortPatients,
    settings: CohortSettings,
) -> SinceTable:
    windows = settings.windows
    if since != FIRST:
        rows, days = rows[rows["cyclic"]], days[days["cyclic"]]
    depletion = summarize_depletion(days, rows, since, windows, people)
    reached = depletion["reached"].tolist()
    values = summarize_values(
        choose_values(rows, since, windows), range(len(windows)), analytes, reached
    )
    if since == FIRST:
        baselines = summarize_values(
            choose_baselines(annotated), [BASELINE], analytes, [people.size]
        )
        values = pd.concat([baselines, values], ignore_index=True)
    outside = rows.loc[derive_window(rows[since], windows)["window"] < 0, "patient"]
    return SinceTable(since, values, depletion, (len(outside), int(outside.nunique())))
