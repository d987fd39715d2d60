"""From the annotated results of some patients to what is counted of each of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence

import numpy as np
import pandas as pd

from wbc_tracker.annotation.courses import Courses
from wbc_tracker.arrays import day_of
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.cohort.depletion import find_reappearances, judge_depletion
from wbc_tracker.cohort.intervals import judge_intervals
from wbc_tracker.cohort.parts import CohortParts
from wbc_tracker.cohort.people import (
    CohortPatients,
    derive_treated_rows,
    drop_unfollowed,
    find_judged_days,
    find_people,
)
from wbc_tracker.cohort.settings import FIRST, LAST, CohortSettings
from wbc_tracker.cohort.shifts import find_shifts, grade_codes, reference_codes
from wbc_tracker.cohort.times import find_onsets, find_times
from wbc_tracker.cohort.windows import (
    choose_baselines,
    choose_states,
    choose_values,
    count_outside,
    find_drawn,
)

#: Which infusion the windows count from, by its place in the column `since`.
SINCE = (FIRST, LAST)


def extract_cohort(
    annotated: pd.DataFrame,
    courses: Courses,
    patients: Sequence[str],
    settings: CohortSettings,
    catalog: Catalog | None = None,
) -> CohortParts:
    """Return what the research table counts of each patient, vectorised over them.

    It can be made of some patients at a time, of each with all results and infusions;
    `summarize_parts` makes the table of all.

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
    judged = find_judged_days(annotated, people, settings.applied_to(catalog))
    days = judged[judged["course"] > 0]
    windows = settings.windows
    values, states, drawn, outside = [], [], [], []
    if FIRST in settings.since:
        values.append(choose_baselines(annotated, people).assign(since=SINCE.index(FIRST)))
    for since in settings.since:
        code = SINCE.index(since)
        told, tested = rows, days
        if since != FIRST:
            told, tested = rows[rows["cyclic"]], days[days["cyclic"]]
        values.append(choose_values(told, since, windows).assign(since=code))
        states.append(choose_states(tested, since, windows).assign(since=code))
        drawn.append(find_drawn(told, since, windows).assign(since=code))
        outside.append(count_outside(told, since, windows).assign(since=code))
    return CohortParts(
        people=_people_frame(people, rows, days, settings).assign(
            onset=np.where(people.treated, find_onsets(judged, people), -1)
        ),
        values=pd.concat(values, ignore_index=True),
        states=pd.concat(states, ignore_index=True),
        drawn=pd.concat(drawn, ignore_index=True),
        outside=pd.concat(outside, ignore_index=True),
        again=find_reappearances(days),
        times=find_times(judged, people, day_of(settings.as_of)),
        shifts=_find_all_shifts(annotated, people, settings, catalog),
        intervals=judge_intervals(people, days, settings.pre_dose_days, catalog),
        analytes=frozenset(map(str, annotated["analyte"].unique())),
    ).compact()


def judged_analytes(
    present: Collection[str], settings: CohortSettings, catalog: Catalog
) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
    """Return the analytes whose shifts are counted, by interval and by grade: (place, id).

    The drug removes the B cells: below the interval is the picture it is meant to give, no shift.
    """
    places = {name: place for place, name in enumerate(catalog.analytes)}
    asked = [(places[name], name) for name in settings.analytes if name in present]
    judged = [(place, name) for place, name in asked if not catalog.analytes[name].is_b_cells]
    return judged, [(place, name) for place, name in asked if name in catalog.gradings]


def _people_frame(
    people: CohortPatients, rows: pd.DataFrame, days: pd.DataFrame, settings: CohortSettings
) -> pd.DataFrame:
    courses = people.courses
    drawn = np.zeros(len(people.ids), dtype=bool)
    drawn[rows["patient"].to_numpy()] = True
    names = np.array([*courses.drugs, ""], dtype=object)
    first = np.append(courses.drug, -1)[np.where(people.treated, courses.start, -1)]
    return judge_depletion(days, people, settings).assign(
        patient_id=people.ids.to_numpy(dtype=object),
        treated=people.treated,
        drug=names[first],
        followed=people.followed,
        longest_gap=people.longest_gap,
        drawn=drawn,
    )


def _find_all_shifts(
    annotated: pd.DataFrame, people: CohortPatients, settings: CohortSettings, catalog: Catalog
) -> pd.DataFrame:
    present = set(annotated["analyte"].unique())
    judged, graded = judged_analytes(present, settings, catalog)
    told = (
        (reference_codes(annotated), judged),
        (grade_codes(annotated), graded),
    )
    return pd.concat(
        [
            find_shifts(annotated, codes, [place for place, _ in asked], people).assign(kind=kind)
            for kind, (codes, asked) in enumerate(told)
        ],
        ignore_index=True,
    )
