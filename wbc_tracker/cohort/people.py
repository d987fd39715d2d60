"""Who is in the cohort, and the days on which their B cells could be judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.annotation.b_cells import DEPLETED, PRESENT, UNKNOWN
from wbc_tracker.annotation.courses import Courses
from wbc_tracker.arrays import Mask, Whole, day_of, encode, is_followed
from wbc_tracker.catalog import Catalog
from wbc_tracker.cohort.settings import FIRST
from wbc_tracker.flags.facts import collect_facts


@dataclass(frozen=True)
class CohortPatients:
    """Everybody on record: arrays with one entry a patient.

    Attributes:
        ids: patients. courses: their infusions up to the day `as_of`.
        treated: has an infusion by then; only these are the cohort.
        followed: days from the first infusion to `as_of`, or to the day on which treatment ended
            or the patient left; -1 without an infusion.
        longest_gap: most days that passed after any infusion until the next one or that day; -1
            without one. Doses of a drug given every few weeks make no cycle and do not count.
    """

    ids: pd.Index
    courses: Courses
    treated: Mask
    followed: Whole
    longest_gap: Whole


def count_reached(people: pd.DataFrame, since: str, days: int) -> int:
    """Return how many have been treated that long, counted from the first or from any infusion.

    Args:
        people: with `followed` and `longest_gap` as of `CohortPatients`.
    """
    return int((people["followed" if since == FIRST else "longest_gap"] >= days).sum())


def find_people(courses: Courses, patients: Sequence[str], as_of: str) -> CohortPatients:
    """Return the people of a dataset; their courses are over the index of the patients, and of
    infusions up to `as_of`.
    """
    ids = pd.Index(list(patients), dtype="str")
    as_of_day = day_of(as_of)
    treated = courses.end > courses.start
    followed = np.full(len(ids), -1, dtype=np.int64)
    last_day = np.where(courses.ended_by >= 0, courses.ended_day, as_of_day)[courses.patient]
    np.maximum.at(followed, courses.patient, last_day - courses.first_day)
    follows = is_followed(courses.patient)
    until = np.where(follows, np.append(courses.day[1:], 0)[: len(courses.day)], last_day)
    longest_gap = np.full(len(ids), -1, dtype=np.int64)
    cyclic = ~courses.traits.continuous[courses.drug]
    np.maximum.at(longest_gap, courses.patient[cyclic], (until - courses.day)[cyclic])
    return CohortPatients(ids, courses, treated, followed, longest_gap)


def drop_unfollowed(annotated: pd.DataFrame, people: CohortPatients) -> pd.DataFrame:
    """Leave out results from after the day on which treatment ended or the patient left: whoever is
    followed no longer can neither have a value nor lack one.
    """
    courses = people.courses
    if not (courses.ended_by >= 0).any():
        return annotated
    ever = np.iinfo(np.int64).max
    last = np.append(np.where(courses.ended_by >= 0, courses.ended_day, ever), ever)
    patient = encode(annotated["patient_id"], people.ids)
    return annotated[annotated["_day"].to_numpy() <= last[patient]]


def derive_treated_rows(
    annotated: pd.DataFrame, people: CohortPatients, catalog: Catalog
) -> pd.DataFrame:
    """Return the results drawn on treatment: the columns that the windows need.

    `patient` is the place in the people; `first` and `last` are days since the first and since the
    last infusion; `cyclic`: that was not of a drug given every few weeks.
    """
    after = annotated["_on_treatment"].to_numpy()
    kept = ["patient_id", "_analyte", "_day", "_second", "value", "_comparator"]
    told = [*kept, "drug", "days_since_first_infusion", "days_since_infusion"]
    rows = annotated.loc[after, told]
    continuous = [name for name, drug in catalog.drugs.items() if drug.is_continuous]
    return rows[kept].assign(
        patient=encode(rows["patient_id"], people.ids),
        first=rows["days_since_first_infusion"].to_numpy(dtype=np.int64),
        last=rows["days_since_infusion"].to_numpy(dtype=np.int64),
        cyclic=~rows["drug"].isin(continuous).to_numpy(dtype=bool),
    )


def find_judged_days(
    annotated: pd.DataFrame, people: CohortPatients, catalog: Catalog
) -> pd.DataFrame:
    """Return the days on which B cells could be judged, before treatment and on it, one row a
    patient and day, in that order.

    The state of a day is that of the flags: depleted by CD19 under the cuts; where count and
    percent disagree, or several draws of one day, the one that shows more B cells counts; a low
    CD20 says nothing. Few B cells are told as present: the table asks whether they are depleted.

    Args:
        annotated: from `annotate`. people: from `find_people`. catalog: with the cuts to use.

    Returns:
        `patient`, `day` (since 1970-01-01), `state` (DEPLETED or PRESENT), `course` (0 before
        treatment), and `first`, `last` and `cyclic` as of `derive_treated_rows` (-1 before it).
    """
    facts = collect_facts(annotated, catalog)
    before = facts.course == 0
    judged = np.flatnonzero((facts.own_state != UNKNOWN) & (facts.treated | before))
    state = facts.day_state[judged]
    days = pd.DataFrame(
        {
            "patient": encode(annotated["patient_id"], people.ids)[judged],
            "day": annotated["_day"].to_numpy()[judged],
            "state": np.where(state > DEPLETED, PRESENT, state),
            "course": facts.course[judged],
            "first": facts.days_since_first[judged],
            "last": facts.days_since[judged],
            "cyclic": ~facts.continuous[judged],
            "later": ~before[judged],
        }
    )
    # Of a day with an infusion between two draws the later part counts: fewest days since the
    # infusion.
    keys = ["patient", "day", "later", "last"]
    days = days.sort_values(keys, kind="stable", ignore_index=True)
    days = days.drop_duplicates(["patient", "day", "later"], ignore_index=True)
    return days.drop(columns="later")
