"""Intervals between courses, standard against extended, and the B cells just before the next
course.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.annotation.b_cells import DEPLETED
from wbc_tracker.arrays import group_starts, is_followed
from wbc_tracker.catalog import Catalog
from wbc_tracker.cohort.counts import Count, Proportion, minus
from wbc_tracker.cohort.people import CohortPatients

#: From the shortest to the longest.
BANDS = ("below_minimum", "below_older_minimum", "standard", "extended", "interrupted")


@dataclass(frozen=True)
class Band:
    """The intervals of one length: how many, of how many patients, and the B cells before the next
    course.

    `assessable` intervals have a B-cell day in their last days; on `depleted` of them the last such
    day was depleted. `words` are the limits of the length.
    """

    name: str
    words: str
    intervals: Count
    patients: Count
    depleted: Count
    assessable: Count

    @property
    def depleted_before_next(self) -> Proportion:
        """On how many of the intervals B cells were still depleted before the next course."""
        missing = minus(self.intervals, self.assessable)
        return Proportion(self.depleted, self.assessable, missing)


@dataclass(frozen=True)
class DoseIntervals:
    """The bands, from the shortest, and what stands in none of them.

    Attributes:
        open: last courses, after which no further infusion is recorded up to `as_of`.
        continuous: steps from one course to the next in which a continuous drug takes part.
    """

    bands: tuple[Band, ...]
    open: Count
    continuous: Count


def _limits_in_words(catalog: Catalog) -> dict[str, str]:
    """Return the name of a band of intervals -> its limits in words."""
    low, older = catalog.figure("close_courses_days"), catalog.figure("close_courses_older_days")
    late, long = catalog.figure("extended_after_days"), catalog.figure("interrupted_days")
    words = (
        f"under {low:g} days",
        f"{low:g} to {older - 1:g} days",
        f"standard: {older:g} days to under usual + {late:g}",
        f"extended: usual + {late:g} to {long - 1:g} days",
        f"interrupted: {long:g} days or more",
    )
    return dict(zip(BANDS, words, strict=True))


def find_intervals(people: CohortPatients, catalog: Catalog) -> pd.DataFrame:
    """Return the steps from each course to the next of the same patient.

    Columns: `patient`, `course`, `next_day` (first infusion of the next course), `interval` in days
    from first infusion to first infusion, `band` (place in BANDS, -1 where either course is of a
    continuous drug).

    A band ends where the next begins: under 140 days; under 152; standard; extended from the usual
    interval of the earlier course's drug + 28 days on; interrupted from 364 days on.
    """
    courses = people.courses
    opens = group_starts(courses.patient, courses.course)
    patient, day, drug = courses.patient[opens], courses.day[opens], courses.drug[opens]
    step = np.flatnonzero(is_followed(patient))
    usual, continuous = courses.traits.interval, courses.traits.continuous
    interval = day[step + 1] - day[step]
    extended = usual[drug[step]] + catalog.figure("extended_after_days")
    conditions = [
        continuous[drug[step]] | continuous[drug[step + 1]],
        interval < catalog.figure("close_courses_days"),
        interval < catalog.figure("close_courses_older_days"),
        interval >= catalog.figure("interrupted_days"),
        interval >= extended,
    ]
    return pd.DataFrame(
        {
            "patient": patient[step],
            "course": courses.course[opens][step],
            "next_day": day[step + 1],
            "interval": interval,
            "band": np.select(conditions, [-1, 0, 1, 4, 3], default=2),
        }
    )


def judge_intervals(
    people: CohortPatients, days: pd.DataFrame, pre_dose_days: int, catalog: Catalog
) -> pd.DataFrame:
    """Return the intervals with `assessable` and `depleted`: the B cells before the next course.

    The state before the next course is that of the last B-cell day of the course, if it lies at
    most `pre_dose_days` before the next course's first infusion.

    Args:
        people: from `find_people`. days: those on treatment of `find_judged_days`.
        pre_dose_days: of the settings. catalog: with the limits of the bands.
    """
    intervals = find_intervals(people, catalog)
    last = days.drop_duplicates(["patient", "course"], keep="last")[
        ["patient", "course", "day", "state"]
    ]
    joined = intervals.merge(last, on=["patient", "course"], how="left")
    assessable = (joined["next_day"] - joined["day"] <= pre_dose_days).to_numpy()
    depleted = assessable & (joined["state"] == DEPLETED).to_numpy()
    return joined[["patient", "band"]].assign(assessable=assessable, depleted=depleted)


def summarize_intervals(judged: pd.DataFrame, treated: int, catalog: Catalog) -> DoseIntervals:
    """Count the intervals of each band, and how often B cells were still depleted before the next
    course.

    Args:
        judged: from `judge_intervals`. treated: patients of the cohort.
        catalog: with the limits of the bands.
    """
    words = _limits_in_words(catalog)
    bands = []
    for place, name in enumerate(BANDS):
        inside = judged[(judged["band"] == place).to_numpy()]
        bands.append(
            Band(
                name=name,
                words=words[name],
                intervals=len(inside),
                patients=int(inside["patient"].nunique()),
                depleted=int(inside["depleted"].sum()),
                assessable=int(inside["assessable"].sum()),
            )
        )
    return DoseIntervals(tuple(bands), treated, int((judged["band"] < 0).sum()))
