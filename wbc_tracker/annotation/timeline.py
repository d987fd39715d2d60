"""Where each result stands between the infusions: course, days, next infusion, study day, phase."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from wbc_tracker.annotation.courses import Courses
from wbc_tracker.annotation.endings import ENDINGS
from wbc_tracker.arrays import (
    NO_DAY,
    Mask,
    Whole,
    choose,
    date_texts,
    opens_group,
    whole_numbers,
)
from wbc_tracker.catalog import Catalog

PHASES = (
    "pre_treatment",
    "initiation",
    "on_schedule",
    "extended",
    "interrupted",
    "after_treatment",
)
KINDS = ("recorded", "planned")
#: What the results of one draw share, and all that their place between the infusions depends on.
_DRAW = ["_patient", "_day", "_second", "_timed"]


def derive_timeline(
    frame: pd.DataFrame, courses: Courses, catalog: Catalog, same_day: str
) -> pd.DataFrame:
    """Add the columns from `drug` to `phase`, and `_course`, `_treatable`, `_on_treatment` and
    `_after_steroid` for later derivations.

    Once treatment has ended (see `Courses`) nothing is due, and the phase is `after_treatment`; of
    a patient who left, nothing is due either. `_on_treatment`: course 1 or more, and not after it.
    `_course_day`: days since the course began, with a continuous drug since the last dose.

    `_after_steroid`: drawn so soon after an infusion that the steroid given before that drug may
    shift counts.

    A draw on an infusion's date counts as taken before it, unless both carry a time and the draw's
    minute is later, or unless one has no time and `same_day` is "after".

    Args:
        frame: results with keys. courses: from `find_courses`, over the same index of patients.
        catalog: intervals of the drugs and limits of the phases.
        same_day: `before` or `after`.
    """
    opens = opens_group(*(frame[name].to_numpy() for name in _DRAW))
    told = _timeline_of(frame[_DRAW][opens], courses, catalog, same_day)
    draw = np.cumsum(opens) - 1
    return frame.assign(**{name: column.take(draw) for name, column in told.items()})


def _timeline_of(
    frame: pd.DataFrame, courses: Courses, catalog: Catalog, same_day: str
) -> dict[str, Any]:
    """Return the columns of `derive_timeline` for one row of each draw."""
    patient = frame["_patient"].to_numpy()
    day = frame["_day"].to_numpy()
    place = _infusions_before(frame, courses, same_day)
    treated = place > courses.start[patient]
    last = np.where(treated, place - 1, 0)
    has_next = place < courses.end[patient]
    treatable = courses.end[patient] > courses.start[patient]
    first = np.where(treatable, courses.start[patient], 0)
    pick = _Picker(len(courses.day))
    last_day, first_day = pick(courses.day, last), pick(courses.day, first)
    course = np.where(treated, pick(courses.course, last), 0)
    since_first = day - first_day
    next_day, next_kind = _next_infusion(courses, pick, patient, last, place, treated, has_next)
    ended = (courses.ended_by >= 0)[patient] & (day > courses.ended_day[patient])
    next_kind = np.where(ended, -1, next_kind)  # nothing is due any more
    after = ended & treated & (courses.ended_by != ENDINGS.index("left"))[patient]
    drug = np.where(treated, pick(courses.drug, last), -1)
    with_steroid = np.array(
        [*(catalog.drugs[name].premedication == "steroid" for name in courses.drugs), False]
    )
    soon = treated & (day - last_day <= catalog.figure("steroid_window_days"))
    elapsed = day - pick(courses.counted_day, last)
    phase = _phases(courses, pick, last, elapsed, since_first, course, catalog)
    phase = np.where(after, PHASES.index("after_treatment"), phase)
    return {
        "drug": choose(drug, courses.drugs),
        "course": whole_numbers(course, np.ones(len(frame), dtype=bool)),
        "last_infusion_on": date_texts(last_day, treated),
        "days_since_infusion": whole_numbers(day - last_day, treated),
        "days_since_first_infusion": whole_numbers(since_first, treated),
        "next_infusion_on": date_texts(next_day, next_kind >= 0),
        "next_infusion_kind": choose(next_kind, KINDS),
        "days_to_next_infusion": whole_numbers(next_day - day, next_kind >= 0),
        "study_day": whole_numbers(since_first + (since_first >= 0), treatable),
        "phase": choose(np.where(treatable, phase, -1), PHASES),
        "_course": course,
        "_treatable": treatable,
        "_course_day": np.where(treated, elapsed, -1).astype(np.int32),
        "_on_treatment": (course >= 1) & ~after,
        "_after_steroid": soon & with_steroid[drug],
    }


class _Picker:
    """Take from an array of infusions; where there are no infusions at all, every answer is 0."""

    def __init__(self, size: int) -> None:
        self._empty = size == 0

    def __call__(self, values: Whole, places: Whole) -> Whole:
        if self._empty:
            return np.zeros(len(places), dtype=np.int64)
        return values[np.clip(places, 0, len(values) - 1)]


def _infusions_before(frame: pd.DataFrame, courses: Courses, same_day: str) -> Whole:
    """Return the place behind the last infusion that was given before the draw."""
    patient, day = frame["_patient"].to_numpy(), frame["_day"].to_numpy()
    span = 10**7
    place = np.searchsorted(
        courses.patient * span + courses.day, patient * span + day, side="right"
    )
    pick = _Picker(len(courses.day))
    last = np.maximum(place - 1, 0)
    same = (place > courses.start[patient]) & (pick(courses.day, last) == day)
    infused_at = pick(courses.minute, last)
    both_timed = frame["_timed"].to_numpy() & (infused_at >= 0)
    drawn_after = np.where(
        both_timed, frame["_second"].to_numpy() // 60 > infused_at, same_day == "after"
    )
    return np.asarray(place - (same & ~drawn_after), dtype=np.int64)


def _next_infusion(
    courses: Courses,
    pick: _Picker,
    patient: Whole,
    last: Whole,
    place: Whole,
    treated: Mask,
    has_next: Mask,
) -> tuple[Whole, Whole]:
    """Return day and kind (0 recorded, 1 planned, -1 none) of the next infusion as seen from the
    draw.
    """
    booked = courses.booked_day[patient]
    is_booked = booked != NO_DAY
    day = np.where(
        has_next,
        pick(courses.day, place),
        np.where(is_booked, booked, pick(courses.planned_day, last)),
    )
    kind = np.where(has_next | is_booked, 0, np.where(treated, 1, -1))
    return day, kind


def _phases(
    courses: Courses,
    pick: _Picker,
    last: Whole,
    elapsed: Whole,
    since_first: Whole,
    course: Whole,
    catalog: Catalog,
) -> Whole:
    """Return the phase as a place in PHASES, for patients with infusions.

    `elapsed` counts from the course's first infusion, with a continuous drug from the last dose.
    """
    usual = courses.traits.interval[pick(courses.anchor_drug, last)]
    extended = elapsed >= usual + catalog.figure("extended_after_days")
    interrupted = elapsed >= catalog.figure("interrupted_days")
    conditions = [
        course == 0,
        since_first < catalog.figure("initiation_days"),
        interrupted,
        extended,
    ]
    return np.asarray(np.select(conditions, [0, 1, 4, 3], default=2))
