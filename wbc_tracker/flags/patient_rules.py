"""The rules of the flags of a patient: each takes where all patients stand and returns what it
says of whom.

A patient of whom a rule cannot say anything (no infusion recorded) is not named.
"""

from __future__ import annotations

import numpy as np

from wbc_tracker.annotation.standings import Standings
from wbc_tracker.arrays import NO_DAY, Mask, Whole, group_starts, is_followed
from wbc_tracker.flags.standings import PatientFacts, Said, say


def next_infusion(facts: PatientFacts) -> list[Said]:
    """The next infusion by the usual interval, a booking before it; and courses that lie too close
    together. Past is what was due two weeks ago; before that it is due about now.
    """
    s, figure = facts.standings, facts.catalog.figure
    interrupted = s.elapsed >= figure("interrupted_days")
    ahead = s.planned_day >= s.day
    grace = np.where(s.continuous, figure("past_after_days_continuous"), figure("past_after_days"))
    past = s.day - s.planned_day > grace
    open_end = s.treated & ~s.is_recorded & ~s.has_ended
    far = s.courses.far_day
    is_far = (far != NO_DAY) & ~s.has_ended
    waiting, half = (
        open_end & ~interrupted & ~s.awaits_half,
        open_end & ~interrupted & s.awaits_half,
    )
    to_booking, to_planned, weeks = (
        s.next_day - s.day,
        s.planned_day - s.day,
        s.interval // 7,
    )
    return [
        say("first_booked", ~s.treated & s.is_recorded, on=s.next_day, days=to_booking),
        say("booked", s.treated & s.is_recorded, on=s.next_day, days=to_booking),
        say("second_half", half & ahead, on=s.planned_day, days=to_planned),
        say("second_half_past", half & ~ahead, on=s.planned_day, days=-to_planned),
        say("due", waiting & ahead, on=s.planned_day, days=to_planned, weeks=weeks),
        say("due_now", waiting & ~ahead & ~past, on=s.planned_day),
        say("past", waiting & past, on=s.planned_day, days=-to_planned, weeks=weeks),
        say("none_since", open_end & interrupted, on=s.last_day, days=s.day - s.last_day),
        say("far", is_far, on=np.where(is_far, far, 0)),
        *_close_courses(facts),
    ]


def _close_courses(facts: PatientFacts) -> list[Said]:
    """Name neighbouring courses, and a booking, that begin fewer days apart than the published
    minimum intervals.

    Not with a continuous drug before or after. A booking within the span of a course belongs to it.
    """
    s, given = facts.standings, facts.standings.courses
    opens = group_starts(given.patient, given.course)
    cyclic = ~given.traits.continuous[given.anchor_drug[opens]]
    label = given.traits.has_label_minimum[given.anchor_drug[opens]]
    pair = is_followed(given.patient[opens])
    pair &= cyclic & np.append(cyclic[1:], False)[: len(opens)]
    first = np.flatnonzero(pair)
    second = first + 1
    booked = s.treated & s.is_recorded & ~s.continuous & ~s.awaits_half
    booked &= s.next_day - s.anchor_day > facts.catalog.figure("course_span_days")
    at = np.flatnonzero(booked)
    patient = np.append(given.patient[opens][first], at)
    on = np.append(given.day[opens][first], s.anchor_day[at])
    until = np.append(given.day[opens][second], s.next_day[at])
    has_label = np.append(label[first] & label[second], s.has_label_minimum[at])
    current = (
        until >= np.append(s.anchor_day, 0)[patient]
    )  # the earlier of several pairs is the past
    apart = until - on
    least, older = (
        facts.catalog.figure(name) for name in ("close_courses_days", "close_courses_older_days")
    )
    bands = {"close": apart < least, "close_older": has_label & (apart >= least) & (apart < older)}
    return [
        Said(name, patient[at], {"on": on[at], "until": until[at], "days": apart[at]}, current[at])
        for name, at in bands.items()
    ]


def monitoring_gap(facts: PatientFacts) -> list[Said]:
    """No recent blood count while treatment goes on, and none in the course before the present
    one.
    """
    s = facts.standings
    since_infusion = s.day - s.last_day
    treated = s.treated & ~s.has_ended
    watched = treated & (since_infusion <= 7 * facts.catalog.figure("gap_infusion_weeks"))
    never = facts.last_count_day == NO_DAY
    age = s.day - np.where(never, s.day, facts.last_count_day)
    old = watched & ~never & (age > 7 * facts.catalog.figure("gap_weeks"))
    begin, end, is_cyclic = _course_before(s)
    without = treated & (s.course > 1) & is_cyclic & ~never & ~facts.has_count_before
    return [
        say("never", watched & never),
        say("old", old, on=facts.last_count_day, days=age),
        say("course", without, on=begin, until=end, course=s.course - 1),
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


def labs_due(facts: PatientFacts) -> list[Said]:
    """Which blood count is next, and whether IgG or CD19 is older than a year or was never
    measured.

    After the end of treatment until B cells are back; not of a patient who left.
    """
    s = facts.standings
    told = s.treated & ~s.has_left & ~(s.has_ended & facts.b_cells_are_back)
    next_count = told & s.has_next & ~s.continuous & (s.next_day >= s.day)
    counted = facts.last_count_day != NO_DAY
    age = s.day - np.where(counted, facts.last_count_day, s.day)
    before = next_count & counted & (facts.last_count_day <= s.day)
    said = [
        say("count", before, on=s.next_day, days=age),
        say("count_first", next_count & ~counted, on=s.next_day),
        say("count_after", told & s.has_ended & counted, on=facts.last_count_day, days=age),
    ]
    oldest = facts.catalog.figure("labs_old_days")
    for name, last in (("igg", facts.last_igg_day), ("cd19", facts.last_cd19_day)):
        measured = last != NO_DAY
        days = s.day - np.where(measured, last, s.day)
        said += [
            say(f"{name}_old", told & measured & (days > oldest), on=last, days=days),
            say(f"{name}_never", told & ~measured),
        ]
    return said


def vaccine_window(facts: PatientFacts) -> list[Said]:
    """The usual time for non-live vaccines: long enough after the latest infusion and before the
    next.
    """
    s = facts.standings
    opens = s.last_day + int(facts.catalog.figure("vaccine_from_days"))
    closes = s.next_day - int(facts.catalog.figure("vaccine_until_days"))
    told = s.treated & ~s.continuous & ~s.has_ended
    upcoming, overdue = told & (s.next_day >= s.day), told & (s.next_day < s.day)
    fits, begun, ended = opens <= closes, opens <= s.day, closes < s.day
    return [
        say("none", upcoming & ~fits),
        say("ahead", upcoming & fits & ~begun, on=opens, until=closes),
        say("open", upcoming & fits & begun & ~ended, on=opens, until=closes),
        say("closed", upcoming & fits & ended, until=closes),
        say("open_past", overdue & begun, on=opens),
        say("ahead_past", overdue & ~begun, on=opens),
    ]
