"""Time-to-event data: from an infusion until B cells are depleted, and until they are seen again.

B cells are known only on the days of their draws, so an event is known to lie in an interval:
after the last day on which it had not happened, at the latest on the first on which it had.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.annotation.b_cells import DEPLETED, PRESENT
from wbc_tracker.annotation.endings import ENDINGS
from wbc_tracker.arrays import Mask, Whole, group_starts, is_followed
from wbc_tracker.cohort.people import CohortPatients

#: Whether the first recorded infusion is the patient's first: B cells were seen before it, were
#: depleted before it (so an earlier dose is not on record), or were not tested before it.
ONSETS = ("incident", "prevalent", "not told")
INCIDENT, PREVALENT, NOT_TOLD = range(3)
#: From which infusion time is counted: the first on record, or the last of each course.
ORIGINS = ("first", "last")
OF_FIRST, OF_LAST = range(2)
EVENTS = ("depleted", "reappeared")
#: What became of a patient or course: the event was seen, or not until the last B-cell day; it
#: could not happen (depleted: they already were; reappeared: never seen depleted); or no B-cell day
#: lies where it could have been seen.
STATUSES = ("event", "censored", "not at risk", "not observed")
SEEN, CENSORED, NOT_AT_RISK, NOT_OBSERVED = range(4)
#: What closes the time: the next course, one of ENDINGS, or the day of the report.
CLOSINGS = ("next infusion", *ENDINGS, "as of")
#: At risk from the infusion on, that day included.
FROM_ORIGIN = -1
#: There is no such day.
NEVER = -1


@dataclass(frozen=True)
class _Units:
    """What is followed: a patient from the first infusion, or a course from its last.

    Attributes:
        patient: place in the people. course: its number, 0 for a patient as a whole.
        drug: place in the drugs of the courses, of the infusion counted from. origin: its day.
        close: the day that closes the time. closing: why, as a place in CLOSINGS.
        begin, end: the places of its B-cell days on or after the origin, among all of them.
    """

    patient: Whole
    course: Whole
    drug: Whole
    origin: Whole
    close: Whole
    closing: Whole
    begin: Whole
    end: Whole


def find_onsets(judged: pd.DataFrame, people: CohortPatients) -> Whole:
    """Return the place in ONSETS of each patient: depleted on any day before the first recorded
    infusion, seen on all there are, or not told.

    Args:
        judged: from `find_judged_days`.
    """
    before = judged[judged["course"] == 0]
    onset = np.full(len(people.ids), NOT_TOLD, dtype=np.int64)
    onset[before["patient"].to_numpy()] = INCIDENT
    onset[before.loc[before["state"] == DEPLETED, "patient"].to_numpy()] = PREVALENT
    return onset


def find_times(judged: pd.DataFrame, people: CohortPatients, as_of_day: int) -> pd.DataFrame:
    """Return the time-to-event data: for each event one row a patient, counted from the first
    infusion, and one a course, counted from its last infusion until the next course.

    Courses of a drug given every few weeks are left out. What was known of the B cells last before
    the infusion tells who is at risk from that day on: of being depleted who had B cells, or was
    not tested; of their coming back who was depleted. Who comes to be depleted later is at risk of
    their coming back from that day on (delayed entry).

    Args:
        judged: from `find_judged_days`. people: from `find_people`. as_of_day: since 1970-01-01.

    Returns:
        `patient`, `origin` and `event` (places in ORIGINS and EVENTS), `course` (0 from the first
        infusion), `drug`, `origin_day`, `closing`, `close_day`, `status`; and days since the
        origin: `entry` (at risk after it, FROM_ORIGIN), `after` (the last day on which the event is
        known not to have happened, NEVER if there is none), `stop` (the day on which it was seen,
        else the last B-cell day), NEVER where not observed or not at risk.
    """
    units = (
        _patients_from_first(judged, people, as_of_day),
        _courses_from_last(judged, people, as_of_day),
    )
    return pd.concat(
        [
            _find_events(judged, one, event).assign(origin=origin, event=event)
            for origin, one in enumerate(units)
            for event in range(len(EVENTS))
        ],
        ignore_index=True,
    )


def _closings(people: CohortPatients, as_of_day: int) -> tuple[Whole, Whole]:
    """Return per patient the day that closes what is known of the treatment, and why."""
    ended = people.courses.ended_by
    day = np.where(ended >= 0, people.courses.ended_day, as_of_day)
    return day, np.where(ended >= 0, 1 + ended, CLOSINGS.index("as of"))


def _patients_from_first(judged: pd.DataFrame, people: CohortPatients, as_of_day: int) -> _Units:
    courses = people.courses
    patient = np.flatnonzero(people.treated)
    first = courses.start[patient]
    close, closing = _closings(people, as_of_day)
    keys = judged["patient"].to_numpy() * 2 + (judged["course"].to_numpy() > 0)
    return _Units(
        patient=patient,
        course=np.zeros(len(patient), dtype=np.int64),
        drug=courses.drug[first],
        origin=courses.day[first],
        close=close[patient],
        closing=closing[patient],
        begin=np.searchsorted(keys, patient * 2 + 1, side="left"),
        end=np.searchsorted(keys, patient * 2 + 1, side="right"),
    )


def _courses_from_last(judged: pd.DataFrame, people: CohortPatients, as_of_day: int) -> _Units:
    courses = people.courses
    opens = group_starts(courses.patient, courses.course)
    last = np.append(opens[1:], len(courses.day))[: len(opens)] - 1
    follows = is_followed(courses.patient[opens])
    close, closing = _closings(people, as_of_day)
    close_day, reason = close[courses.patient[last]], closing[courses.patient[last]]
    close_day[follows] = courses.day[opens[1:]][follows[:-1]] if len(opens) else close_day
    cyclic = ~courses.traits.continuous[courses.drug[last]]
    patient, course = courses.patient[last], courses.course[last]
    # A B-cell day counts from the infusion before it: days between two halves come before the last.
    given = np.searchsorted(
        courses.patient * _DAYS + courses.day,
        judged["patient"].to_numpy() * _DAYS + judged["day"].to_numpy() - judged["last"].to_numpy(),
    )
    given[(judged["course"] == 0).to_numpy()] = -1
    # All days of a patient from before treatment stand before those of the first infusion.
    key = judged["patient"].to_numpy() * _DAYS + given + 1
    wanted = patient * _DAYS + last + 1
    return _Units(
        patient=patient[cyclic],
        course=course[cyclic],
        drug=courses.drug[last][cyclic],
        origin=courses.day[last][cyclic],
        close=close_day[cyclic],
        closing=np.where(follows, CLOSINGS.index("next infusion"), reason)[cyclic],
        begin=np.searchsorted(key, wanted, side="left")[cyclic],
        end=np.searchsorted(key, wanted, side="right")[cyclic],
    )


#: Room for a day, or the place of an infusion, beside a patient in one number.
_DAYS = 10**9


def _find_events(judged: pd.DataFrame, units: _Units, event: int) -> pd.DataFrame:
    """Return the rows of one event, see `find_times`."""
    state, day = judged["state"].to_numpy(), judged["day"].to_numpy()
    size, patient = len(judged), judged["patient"].to_numpy()
    begin, end = units.begin, units.end
    known = end > begin
    before = np.maximum(begin - 1, 0)
    has_before = known & (begin > 0)
    has_before[has_before] = patient[before[has_before]] == units.patient[has_before]
    was = np.where(has_before, np.append(state, 0)[before], 0)
    was_depleted = was == DEPLETED
    if event == EVENTS.index("depleted"):
        found = _next_place(state == DEPLETED)[begin]
        at_risk, from_origin = ~was_depleted, ~was_depleted
        start = begin
        certain = was == PRESENT
    else:
        gone = _next_place(state == DEPLETED)[begin]
        at_risk = was_depleted | (gone < end)
        start = np.where(was_depleted, begin, np.minimum(gone + 1, size))
        found = _next_place(state == PRESENT)[start]
        from_origin = certain = was_depleted
    seen = known & at_risk & (found < end)
    observed = known & at_risk & (start < end)
    status = np.select(
        [~known, ~at_risk, ~observed, seen],
        [NOT_OBSERVED, NOT_AT_RISK, NOT_OBSERVED, SEEN],
        default=CENSORED,
    )
    days = np.append(day, 0)
    stop_place = np.where(seen, found, end - 1)
    stop = np.where(observed, days[stop_place] - units.origin, NEVER)
    entered = days[np.maximum(start - 1, 0)] - units.origin
    entry = np.where(observed & ~from_origin, entered, FROM_ORIGIN)
    # The B-cell day before the one with the event; without one what was known at the infusion.
    not_yet = np.where(seen, found - 1, end - 1)
    earlier = days[np.maximum(not_yet, 0)] - units.origin
    inside = not_yet >= np.where(from_origin, begin, start - 1)
    after = np.where(inside, earlier, np.where(certain, 0, NEVER))
    return pd.DataFrame(
        {
            "patient": units.patient,
            "course": units.course,
            "drug": units.drug,
            "origin_day": units.origin,
            "close_day": units.close,
            "closing": units.closing,
            "status": status,
            "entry": entry,
            "after": np.where(observed, after, NEVER),
            "stop": stop,
        }
    )


def _next_place(marked: Mask) -> Whole:
    """Return for each place, and for the end, the nearest marked place not before it, or the
    size.
    """
    size = len(marked)
    places = np.append(np.where(marked, np.arange(size), size), size)
    return np.minimum.accumulate(places[::-1])[::-1]
