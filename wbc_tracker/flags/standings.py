"""Where all patients stand on a day, as arrays with one entry a patient,
and what a rule says of some of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from wbc_tracker.annotation.courses import Courses
from wbc_tracker.arrays import NO_DAY, Mask, Whole, encode
from wbc_tracker.catalog import Catalog

_COURSES = 1 << 20


@dataclass(frozen=True)
class Said:
    """One sentence of a flag, for some patients.

    Attributes:
        situation: which sentence. patient: their places in the index of patients.
        told: what the sentence tells, an entry a patient: `on` and `until` (days since 1970-01-01),
            `days`, `weeks`, `course`.
        current: false for what concerns the past alone; None: all are current.
    """

    situation: str
    patient: Whole
    told: Mapping[str, Whole]
    current: Mask | None = None


@dataclass(frozen=True)
class Standings:
    """Where each patient stands on `as_of_day`; all days are days since 1970-01-01.

    Attributes:
        courses: the infusions given.
        treated: an infusion was given. booked: one lies after the day; booked_day: when the first
            of them is.
        last_day: the latest infusion. anchor_day, course: first day and number of its course.
        planned_day: the next by the usual interval. interval: that interval.
        continuous: the drug is given every few weeks. awaits_half: only half of a split first dose
            was given.
        elapsed: days in which no infusion opened a course; with a continuous drug since the last
            dose.
        has_label_minimum: the published minimum intervals are those of the course's drug.
        last_count_day: the latest blood count, NO_DAY without one.
        has_count_before: a blood count was drawn in the course before the present one.

    Of patients who were not treated the entries from `last_day` on mean nothing.
    """

    catalog: Catalog
    as_of_day: int
    courses: Courses
    treated: Mask
    booked: Mask
    booked_day: Whole
    last_day: Whole
    anchor_day: Whole
    course: Whole
    planned_day: Whole
    interval: Whole
    continuous: Mask
    awaits_half: Mask
    elapsed: Whole
    has_label_minimum: Mask
    last_count_day: Whole
    has_count_before: Mask

    @classmethod
    def of(
        cls,
        annotated: pd.DataFrame,
        courses: Courses,
        patients: pd.Index,
        as_of_day: int,
        catalog: Catalog,
    ) -> Standings:
        """Collect the standings of an index of patients; `courses` are over the same index."""
        treated = courses.end > courses.start
        last = np.where(treated, courses.end - 1, 0)
        drugs, traits = [catalog.drugs[drug] for drug in courses.drugs], courses.traits

        def pick(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
            return values[last] if len(values) else np.zeros(len(patients), dtype=np.int64)

        last_day, anchor_day, drug = (
            pick(courses.day),
            pick(courses.anchor_day),
            pick(courses.anchor_drug),
        )
        course = pick(courses.course)
        count_day, in_previous = _blood_counts(annotated, patients, course - 1, catalog)
        return cls(
            catalog=catalog,
            as_of_day=as_of_day,
            courses=courses,
            treated=treated,
            booked=courses.booked_day != NO_DAY,
            booked_day=courses.booked_day,
            last_day=last_day,
            anchor_day=anchor_day,
            course=course,
            planned_day=pick(courses.planned_day),
            interval=traits.interval[drug],
            continuous=traits.continuous[drug],
            awaits_half=treated & pick(courses.awaits_half).astype(bool),
            elapsed=as_of_day - pick(courses.counted_day),
            has_label_minimum=np.array([entry.has_label_minimum for entry in drugs])[drug],
            last_count_day=count_day,
            has_count_before=in_previous,
        )

    def say(self, situation: str, holds: Mask, **told: Whole) -> Said:
        """Say a sentence of the patients for whom it holds; what it tells has one entry a
        patient.
        """
        at = np.flatnonzero(holds)
        return Said(situation, at, {name: values[at] for name, values in told.items()})


def _blood_counts(
    annotated: pd.DataFrame, patients: pd.Index, course: Whole, catalog: Catalog
) -> tuple[Whole, Mask]:
    """Return per patient the day of the latest blood count, and whether one was drawn in a
    course.
    """
    known = list(catalog.analytes)
    is_count = np.isin(
        annotated["_analyte"].to_numpy(),
        [known.index(name) for name in catalog.of_kind("blood_count")],
    )
    person = encode(annotated["patient_id"], patients)
    rows = np.flatnonzero(is_count & (person >= 0))
    latest = np.full(len(patients), NO_DAY)
    np.maximum.at(latest, person[rows], annotated["_day"].to_numpy()[rows])
    drawn = person[rows] * _COURSES + annotated["_course"].to_numpy()[rows]
    return latest, np.isin(np.arange(len(patients)) * _COURSES + course, drawn)
