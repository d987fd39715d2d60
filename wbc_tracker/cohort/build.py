"""The parts of the research table, one after the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from wbc_tracker.annotation.courses import Courses, find_courses
from wbc_tracker.annotation.happenings import read_happenings
from wbc_tracker.arrays import day_of
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.cohort.curves import summarize_times
from wbc_tracker.cohort.depletion import count_depletion, summarize_reappearance
from wbc_tracker.cohort.extract import SINCE, extract_cohort, judged_analytes
from wbc_tracker.cohort.intervals import summarize_intervals
from wbc_tracker.cohort.model import Cohort, SinceTable
from wbc_tracker.cohort.parts import CohortParts, join_parts
from wbc_tracker.cohort.people import count_reached
from wbc_tracker.cohort.settings import FIRST, CohortSettings
from wbc_tracker.cohort.shifts import GRADES, REFERENCE, count_shifts
from wbc_tracker.cohort.small.suppress import suppress_small
from wbc_tracker.cohort.times import ONSETS
from wbc_tracker.cohort.windows import BASELINE, summarize_depletion, summarize_values

#: The group of those of whom it is not told.
NO_GROUP = "not told"


def summarize_cohort(
    annotated: pd.DataFrame,
    infusions: pd.DataFrame,
    settings: CohortSettings,
    *,
    patients: Sequence[str] | None = None,
    events: pd.DataFrame | None = None,
    catalog: Catalog | None = None,
    groups: Mapping[str, str] | None = None,
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
        groups: patient -> group, for the same of each group beside that of all; who has none is
            `not told`. Not needed with `by="drug"` in the settings.

    Returns:
        Medians by window, depletion, time to events, shifts and intervals, each with its
        denominator. Patients without an infusion by the day of the settings are counted as on
        record and left out.
    """
    catalog = catalog or load_catalog()
    if patients is None:
        whose = [frame["patient_id"].astype("str") for frame in (annotated, infusions)]
        patients = list(pd.concat(whose).unique())
    ids = pd.Index(list(patients), dtype="str")
    as_of_day = day_of(settings.as_of)
    happenings = read_happenings(events, ids, as_of_day, catalog)
    courses = find_courses(infusions, ids, as_of_day, catalog, happenings)
    return build_cohort(annotated, courses, patients, settings, catalog, groups)


def build_cohort(
    annotated: pd.DataFrame,
    courses: Courses,
    patients: Sequence[str],
    settings: CohortSettings,
    catalog: Catalog | None = None,
    groups: Mapping[str, str] | None = None,
) -> Cohort:
    """Build the research table, vectorised over patients.

    Args:
        annotated: from `annotate`, with the `as_of` and `same_day` of the settings.
        courses: the infusions it was annotated with, over the index of `patients`.
        patients: everybody on record, also those without results.
        settings: what is asked for. catalog: by default the program's own.
        groups: as of `summarize_cohort`.
    """
    catalog = catalog or load_catalog()
    parts = extract_cohort(annotated, courses, patients, settings, catalog)
    return summarize_parts([parts], settings, catalog, groups)


def summarize_parts(
    parts: Sequence[CohortParts],
    settings: CohortSettings,
    catalog: Catalog | None = None,
    groups: Mapping[str, str] | None = None,
) -> Cohort:
    """Build the research table of what was extracted of some patients at a time.

    However the patients were divided, the table is the same.

    Args:
        parts: from `extract_cohort`, each patient in one of them. settings, catalog: as there.
        groups: as of `summarize_cohort`.
    """
    catalog = catalog or load_catalog()
    if groups is not None and not settings.by:
        settings = replace(settings, by="group")
    return summarize_joined(group_parts(join_parts([*parts]), settings, groups), settings, catalog)


def group_parts(
    parts: CohortParts, settings: CohortSettings, groups: Mapping[str, str] | None = None
) -> CohortParts:
    """Return the parts with a column `group` of the people, if groups are asked for: by the drug of
    the first infusion, or as given; else as they are.
    """
    if not settings.by:
        return parts
    people = parts.people
    names = people["drug"] if groups is None else people["patient_id"].map(groups)
    told = names.astype(object).where(names.notna(), "").astype("str").str.strip()
    return replace(parts, people=people.assign(group=told.replace("", NO_GROUP)))


def summarize_joined(
    parts: CohortParts, settings: CohortSettings, catalog: Catalog | None = None
) -> Cohort:
    """Build the research table of all patients, and of each group.

    Args:
        parts: from `join_parts` and `group_parts`. settings, catalog: as of `extract_cohort`.
    """
    catalog = catalog or load_catalog()
    cohort = _summarize(parts, settings, catalog)
    if settings.by:
        group = parts.people["group"]
        names = sorted(set(group) - {NO_GROUP}) + [NO_GROUP] * bool((group == NO_GROUP).any())
        of_groups = {
            name: _summarize(parts.of((group == name).to_numpy()), settings, catalog)
            for name in names
        }
        cohort = replace(cohort, groups=of_groups)
    return suppress_small(cohort) if settings.suppress_below else cohort


def _summarize(parts: CohortParts, settings: CohortSettings, catalog: Catalog) -> Cohort:
    people = parts.people
    treated = int(people["treated"].sum())
    judged, graded = judged_analytes(parts.analytes, settings, catalog)
    by_reference, by_grade = (parts.shifts[parts.shifts["kind"] == kind] for kind in (0, 1))
    return Cohort(
        settings=settings,
        analytes={name: catalog.analytes[name] for name in settings.analytes},
        units={name: catalog.canonical_unit(name) for name in settings.analytes},
        on_record=len(people),
        treated=treated,
        drawn=int(people["drawn"].sum()),
        tables=tuple(_since_table(parts, since, settings, catalog) for since in settings.since),
        depletion=count_depletion(people, settings),
        reappearance=summarize_reappearance(parts.again),
        reference_shifts=tuple(count_shifts(by_reference, REFERENCE, judged, treated)),
        grade_shifts=tuple(count_shifts(by_grade, GRADES, graded, treated)),
        intervals=summarize_intervals(parts.intervals, treated, catalog),
        onsets={name: int((people["onset"] == code).sum()) for code, name in enumerate(ONSETS)},
        times=summarize_times(parts.times, people, settings),
        groups={},
        catalogue_version=catalog.version,
        grading=catalog.grading_name,
        disclaimer=catalog.disclaimer,
    )


def _since_table(
    parts: CohortParts, since: str, settings: CohortSettings, catalog: Catalog
) -> SinceTable:
    code = SINCE.index(since)
    states, drawn, outside = (
        frame[(frame["since"] == code).to_numpy()]
        for frame in (parts.states, parts.drawn, parts.outside)
    )
    windows = range(len(settings.windows))
    reached = [count_reached(parts.people, since, start) for start, _ in settings.windows]
    if since == FIRST:
        windows = range(BASELINE, len(settings.windows))
    treated = [int(parts.people["treated"].sum())] if since == FIRST else []
    places = {name: place for place, name in enumerate(catalog.analytes)}
    analytes = [(places[name], name) for name in settings.analytes if name in parts.analytes]
    return SinceTable(
        since,
        summarize_values(parts.values, code, windows, analytes, [*treated, *reached]),
        summarize_depletion(states, drawn, reached),
        (int(outside["results"].sum()), len(outside)),
    )
