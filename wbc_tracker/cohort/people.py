"""Who is in the cohort, and the days on which their B cells could be judged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.annotation.courses import Courses
from wbc_tracker.arrays import Mask, Whole, day_of, encode, is_followed
from wbc_tracker.catalog import Catalog
from wbc_tracker.cohort.settings import FIRST
from wbc_tracker.flags.facts import UNKNOWN, collect_facts


@dataclass(frozen=True)
class Proportion:
    """How many of how many: `count` of `assessable`; `missing` could have been assessed and were
    not.
    """

    count: int
    assessable: int
    missing: int


@dataclass(frozen=True)
class CohortPatients:
    """Everybody on record: arrays with one entry a patient.

    Attributes:
        ids: patients. courses: their infusions up to the day `as_of`.
        treated: has an infusion by then; only these are the cohort.
        followed: days from the first infusion to `as_of`; -1 without an infusion.
        longest_gap: most days that passed after any infusion until the next one or `as_of`; -1
            without one.
    """

    ids: pd.Index
    courses: Courses
    treated: Mask
    followed: Whole
    longest_gap: Whole

    @property
    def size(self) -> int:
        """Number of treated patients."""
        return int(self.treated.sum())

    def count_reached(self, since: str, days: int) -> int:
        """Return how many have been treated that long, counted from the first or from any
        infusion.
        """
        return int(((self.followed if since == FIRST else self.longest_gap) >= days).sum())


def find_people(courses: Courses, patients: Sequence[str], as_of: str) -> CohortPatients:
    """Return the people of a dataset; their courses are over the index of the patients, and of
    infusions up to `as_of`.
    """
    ids = pd.Index(list(patients), dtype="str")
    as_of_day = day_of(as_of)
    treated = courses.end > courses.start
    followed = np.full(len(ids), -1, dtype=np.int64)
    np.maximum.at(followed, courses.patient, as_of_day - courses.first_day)
    follows = is_followed(courses.patient)
    until = np.where(follows, np.append(courses.day[1:], 0)[: len(courses.day)], as_of_day)
    longest_gap = np.full(len(ids), -1, dtype=np.int64)
    np.maximum.at(longest_gap, courses.patient, until - courses.day)
    return CohortPatients(ids, courses, treated, followed, longest_gap)


def derive_treated_rows(annotated: pd.DataFrame, people: CohortPatients) -> pd.DataFrame:
    """Return the results drawn after an infusion: the columns that the windows need.

    `patient` is the place in the people; `first` and `last` are days since the first and since the
    last infusion.
    """
    after = annotated["_course"].to_numpy() >= 1
    kept = ["patient_id", "_analyte", "_day", "_second", "value", "_comparator"]
    rows = annotated.loc[after, [*kept, "days_since_first_infusion", "days_since_infusion"]]
    return rows[kept].assign(
        patient=encode(rows["patient_id"], people.ids),
        first=rows["days_since_first_infusion"].to_numpy(dtype=np.int64),
        last=rows["days_since_infusion"].to_numpy(dtype=np.int64),
    )


def find_b_cell_days(
    annotated: pd.DataFrame, people: CohortPatients, catalog: Catalog
) -> pd.DataFrame:
    """Return the days on treatment on which B cells could be judged, one row a patient and day, in
    that order.

    The state of a day is that of the flags: depleted by CD19 under the cuts; where count and
    percent disagree, or several draws of one day, the one that shows more B cells counts; a low
    CD20 says nothing.

    Args:
        annotated: from `annotate`. people: from `find_people`. catalog: with the cuts to use.

    Returns:
        `patient`, `day` (since 1970-01-01), `state` (DEPLETED or PRESENT), `course`, and `first`
        and `last`: days since the first and the last infusion.
    """
    facts = collect_facts(annotated, catalog)
    judged = np.flatnonzero((facts.own_state != UNKNOWN) & facts.treated)
    days = pd.DataFrame(
        {
            "patient": encode(annotated["patient_id"], people.ids)[judged],
            "day": annotated["_day"].to_numpy()[judged],
            "state": facts.day_state[judged],
            "course": facts.course[judged],
            "first": annotated["days_since_first_infusion"].to_numpy(dtype=np.int64, na_value=-1)[
                judged
            ],
            "last": facts.days_since[judged],
        }
    )
    # Of a day with an infusion between two draws the later part counts: fewest days since the
    # infusion.
    days = days.sort_values(["patient", "day", "last"], kind="stable", ignore_index=True)
    return days.drop_duplicates(["patient", "day"], ignore_index=True)
