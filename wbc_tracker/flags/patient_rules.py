"""The rules of the flags of a patient: each takes where all patients stand and returns what it
says of whom.

A patient of whom a rule cannot say anything (no infusion recorded) is not named.
"""

from __future__ import annotations

import numpy as np

from wbc_tracker.arrays import NO_DAY, Mask, Whole, group_starts, is_followed
from wbc_tracker.flags.standings import Said, Standings


def next_infusion(standings: Standings) -> list[Said]:
    """The next infusion by the usual interval, a booking before it; and courses that lie too close
    together.
    """
    s = standings
    interrupted = s.elapsed >= s.catalog.figure("interrupted_days")
    ahead = s.planned_day >= s.as_of_day
    open_end = s.treated & ~s.booked
    waiting, half = (
        open_end & ~interrupted & ~s.awaits_half,
        open_end & ~interrupted & s.awaits_half,
    )
    to_booking, to_planned, weeks = (
        s.booked_day - s.as_of_day,
        s.planned_day - s.as_of_day,
        s.interval // 7,
    )
    return [
        s.say("first_booked", ~s.treated & s.booked, on=s.booked_day, days=to_booking),
        s.say("booked", s.treated & s.booked, on=s.booked_day, days=to_booking),
        s.say("second_half", half & ahead, on=s.planned_day, days=to_planned),
        s.say("second_half_past", half & ~ahead, on=s.planned_day, days=-to_planned),
        s.say("due", waiting & ahead, on=s.planned_day, days=to_planned, weeks=weeks),
        s.say("past", waiting & ~ahead, on=s.planned_day, days=-to_planned, weeks=weeks),
        s.say("none_since", open_end & interrupted, on=s.last_day, days=s.as_of_day - s.last_day),
        *_close_courses(s),
    ]


def _close_courses(standings: Standings) -> list[Said]:
    """Name neighbouring courses, and a booking, that begin fewer days apart than the published
    minimum intervals.

    Not with a continuous drug before or after. A booking within the span of a course belongs to it.
    """
    s, given = standings, standings.courses
    opens = group_starts(given.patient, given.course)
    cyclic = ~given.traits.continuous[given.anchor_drug[opens]]
    label = np.array([s.catalog.drugs[drug].has_label_minimum for drug in given.drugs])[
        given.anchor_drug[opens]
    ]
    pair = is_followed(given.patient[opens])
    pair &= cyclic & np.append(cyclic[1:], False)[: len(opens)]
    first = np.flatnonzero(pair)
    second = first + 1
    booked = s.treated & s.booked & ~s.continuous & ~s.awaits_half
    booked &= s.booked_day - s.anchor_day > s.catalog.figure("course_span_days")
    at = np.flatnonzero(booked)
    patient = np.append(given.patient[opens][first], at)
    on = np.append(given.day[opens][first], s.anchor_day[at])
    until = np.append(given.day[opens][second], s.booked_day[at])
    has_label = np.append(label[first] & label[second], s.has_label_minimum[at])
    current = (
        until >= np.append(s.anchor_day, 0)[patient]
    )  # the earlier of several pairs is the past
    apart = until - on
    least, older = (
        s.catalog.figure(name) for name in ("close_courses_days", "close_courses_older_days")
    )
    bands = {"close": apart < least, "close_older": has_label & (apart >= least) & (apart < older)}
    return [
        Said(name, patient[at], {"on": on[at], "until": until[at], "days": apart[at]}, current[at])
        for name, at in bands.items()
    ]


def monitoring_gap(standings: Standings) -> list[Said]:
    """No recent blood count while treatment goes on, and none in the course before the present
    one.
    """
    s = standings
    since_infusion = s.as_of_day - s.last_day
    watched = s.treated & (since_infusion <= 7 * s.catalog.figure("gap_infusion_weeks"))
    never = s.last_count_day == NO_DAY
    age = s.as_of_day - np.where(never, s.as_of_day, s.last_count_day)
    old = watched & ~never & (age > 7 * s.catalog.figure("gap_weeks"))
    begin, end, is_cyclic = _course_before(s)
    without = s.treated & (s.course > 1) & is_cyclic & ~never & ~s.has_count_before
    return [
        s.say("never", watched & never),
        s.say("old", old, on=s.last_count_day, days=age),
        s.say("course", without, on=begin, until=end, course=s.course - 1),
    ]


def _course_before(standings: Standings) -> tuple[Whole, Whole, Mask]:
    """Return the first day of the course before the present one, the day that ended it, and
    whether it is a cycle.

    Where there is no such course the entries mean nothing.
    """
    s, given = standings, standings.courses
    key = given.patient * 10**7 + given.day
    opens = np.searchsorted(key, np.arange(len(s.treated)) * 10**7 + s.anchor_day)
    if not len(given.day):
        return s.anchor_day, s.anchor_day, np.zeros(len(s.treated), dtype=bool)
    before = np.clip(opens - 1, 0, len(given.day) - 1)
    return (
        given.anchor_day[before],
        s.anchor_day,
        ~given.traits.continuous[given.anchor_drug[before]],
    )


def vaccine_window(standings: Standings) -> list[Said]:
    """The usual time for non-live vaccines: long enough after the latest infusion and before the
    next.
    """
    s = standings
    opens = s.last_day + int(s.catalog.figure("vaccine_from_days"))
    next_day = np.where(s.booked, s.booked_day, s.planned_day)
    closes = next_day - int(s.catalog.figure("vaccine_until_days"))
    told = s.treated & ~s.continuous
    upcoming, overdue = told & (next_day >= s.as_of_day), told & (next_day < s.as_of_day)
    fits, begun, ended = opens <= closes, opens <= s.as_of_day, closes < s.as_of_day
    return [
        s.say("none", upcoming & ~fits),
        s.say("ahead", upcoming & fits & ~begun, on=opens, until=closes),
        s.say("open", upcoming & fits & begun & ~ended, on=opens, until=closes),
        s.say("closed", upcoming & fits & ended, until=closes),
        s.say("open_past", overdue & begun, on=opens),
        s.say("ahead_past", overdue & ~begun, on=opens),
    ]
