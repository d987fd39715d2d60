"""Where patients stand between their infusions on days, as arrays: one entry a patient and day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from wbc_tracker.annotation.courses import Courses
from wbc_tracker.annotation.endings import ENDINGS
from wbc_tracker.arrays import NO_DAY, Mask, Whole

#: More than any number of days.
_DAYS = 10**7


@dataclass(frozen=True)
class Standings:
    """Where each patient stands on a day; an infusion on that very day counts as given.

    All days are days since 1970-01-01. Of patients who were not treated by then, the entries from
    `last_day` to `has_label_minimum` mean nothing.

    Attributes:
        courses: the infusions. patient: place in the index of patients. day: which day.
        treated: an infusion was given. last_day, drug: of the latest, the drug as a place in the
            drugs of `courses`.
        anchor_day, course: first day and number of its course. planned_day: the next by the usual
            interval. interval: that interval.
        continuous: the drug is given every few weeks. awaits_half: only half of a split first dose
            was given.
        elapsed: days in which no infusion opened a course; with a continuous drug since the last
            dose.
        has_label_minimum: the published minimum intervals are those of the course's drug.
        ended_by: how the treatment ended by then, as a place in ENDINGS, -1 where it goes on; then
            nothing is due.
        is_recorded: an infusion lies after the day, given or booked. next_day: when that is, else
            the planned day.
    """

    courses: Courses
    patient: Whole
    day: Whole
    treated: Mask
    last_day: Whole
    drug: Whole
    anchor_day: Whole
    course: Whole
    planned_day: Whole
    interval: Whole
    continuous: Mask
    awaits_half: Mask
    elapsed: Whole
    has_label_minimum: Mask
    ended_by: Whole
    is_recorded: Mask
    next_day: Whole

    @property
    def has_next(self) -> Mask:
        """Where the next infusion is known: one is recorded, or planned by the usual interval."""
        return (self.is_recorded | self.treated) & ~self.has_ended

    @property
    def has_ended(self) -> Mask:
        """Where the treatment ended, or the patient left: nothing is due."""
        return np.greater_equal(self.ended_by, 0)

    @property
    def has_left(self) -> Mask:
        """Where the patient is followed elsewhere."""
        return np.equal(self.ended_by, ENDINGS.index("left"))

    @property
    def days_since(self) -> Whole:
        """Days since the last infusion."""
        return self.day - self.last_day

    @property
    def days_to_next(self) -> Whole:
        """Days to the next infusion, negative where the planned day is past."""
        return self.next_day - self.day


def find_standings(courses: Courses, patient: Whole, day: Whole) -> Standings:
    """Return where patients stand on days.

    Args:
        courses: the infusions, from `find_courses`. A day after the `as_of` of the courses sees no
            booking as given.
        patient: places in the index of the courses. day: days since 1970-01-01, one a patient.
    """
    place = np.searchsorted(
        courses.patient * _DAYS + courses.day, patient * _DAYS + day, side="right"
    )
    treated = place > courses.start[patient]
    last = np.where(treated, place - 1, 0)
    traits = courses.traits

    def pick(values: npt.NDArray[Any], at: Whole) -> npt.NDArray[Any]:
        if not len(values):
            return np.zeros(len(patient), dtype=np.int64)
        return values[np.minimum(at, len(values) - 1)]

    anchor_day, planned_day = pick(courses.anchor_day, last), pick(courses.planned_day, last)
    anchor_drug, last_day = pick(courses.anchor_drug, last), pick(courses.day, last)
    given_later, booked_day = place < courses.end[patient], courses.booked_day[patient]
    is_recorded = given_later | (booked_day != NO_DAY)
    recorded_day = np.where(given_later, pick(courses.day, place), booked_day)
    ended = (courses.ended_by >= 0)[patient] & (day >= courses.ended_day[patient])
    return Standings(
        courses=courses,
        patient=patient,
        day=day,
        treated=treated,
        last_day=last_day,
        drug=pick(courses.drug, last),
        anchor_day=anchor_day,
        course=np.where(treated, pick(courses.course, last), 0),
        planned_day=planned_day,
        interval=traits.interval[anchor_drug],
        continuous=traits.continuous[anchor_drug],
        awaits_half=treated & pick(courses.awaits_half, last).astype(bool),
        elapsed=day - pick(courses.counted_day, last),
        has_label_minimum=traits.has_label_minimum[anchor_drug],
        ended_by=np.where(ended, courses.ended_by[patient], -1),
        is_recorded=is_recorded,
        next_day=np.where(is_recorded, recorded_day, planned_day),
    )
