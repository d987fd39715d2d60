"""Infusions in courses, the next one by the schedule, phases, and how a treatment ended."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from reference.figures import FIRST_DOSE_SPLIT, LOADING, MS_DRUGS, SPACING
from reference.model import Event, Infusion, day_of


@dataclass(frozen=True)
class Dose:
    """A given infusion with its course and the first infusion (anchor) of that course."""

    infusion: Infusion
    day: date
    course: int
    anchor: Infusion
    anchor_day: date


def is_continuous(drug: str) -> bool:
    return SPACING[drug] < 60


def is_half_dose(infusion: Infusion, drug: str) -> bool:
    """Is the dose known and at most the first part of the drug's split first dose?"""
    dose, split = infusion.dose_mg, FIRST_DOSE_SPLIT.get(drug)
    return split is not None and dose is not None and dose <= split[0]


def is_second_half(infusion: Infusion, drug: str) -> bool:
    """Is the dose known and at most the second part of the drug's split first dose?"""
    return infusion.dose_mg is not None and infusion.dose_mg <= FIRST_DOSE_SPLIT[drug][2]


def number_courses(given: list[Infusion]) -> list[Dose]:
    """Give every infusion of one patient, sorted by date, its course."""
    doses: list[Dose] = []
    for infusion in given:
        day = day_of(infusion.infused_on)
        if doses and joins(infusion, day, doses):
            doses.append(replace(doses[-1], infusion=infusion, day=day))
        else:
            doses.append(Dose(infusion, day, doses[-1].course + 1 if doses else 1, infusion, day))
    return doses


def joins(infusion: Infusion, day: date, earlier: list[Dose]) -> bool:
    """Does this infusion belong to the course of the one before it?"""
    last = earlier[-1]
    if is_continuous(infusion.drug) != is_continuous(last.infusion.drug):
        return False
    if is_continuous(infusion.drug):
        return (day - last.day).days < 84
    days_since_anchor = (day - last.anchor_day).days
    if days_since_anchor <= 21:
        return True
    lone_half_dose = len(earlier) == 1 and is_half_dose(last.infusion, last.infusion.drug)
    return lone_half_dose and is_second_half(infusion, last.infusion.drug) and days_since_anchor <= 56


def drawn_after(collected_at: str, infused_on: str, same_day: str) -> bool:
    """Was the blood taken after the infusion?"""
    if day_of(collected_at) != day_of(infused_on):
        return day_of(collected_at) > day_of(infused_on)
    if "T" in collected_at and "T" in infused_on:
        draw, infusion = datetime.fromisoformat(collected_at), datetime.fromisoformat(infused_on)
        return (draw.hour, draw.minute) > (infusion.hour, infusion.minute)
    return same_day == "after"


def planned_next(last: Dose, doses: list[Dose]) -> date:
    """The date by the drug's usual schedule."""
    drug = last.anchor.drug
    if is_continuous(drug):
        own = [dose for dose in doses if dose.infusion.drug == drug]
        if last.course == own[0].course:
            number = [dose.day for dose in own].index(last.day) + 1
            ahead = [last.anchor_day + timedelta(days=loading) for loading in LOADING[drug][number:]]
            ahead = [day for day in ahead if day > last.day]
            if ahead:
                return ahead[0]
        return last.day + timedelta(days=SPACING[drug])
    alone_in_course_1 = last.course == 1 and [dose.course for dose in doses].count(1) == 1
    half = alone_in_course_1 and is_half_dose(last.anchor, drug)
    return last.anchor_day + timedelta(days=FIRST_DOSE_SPLIT[drug][1] if half else SPACING[drug])


def phase_of(day: date, last: Dose, first_day: date) -> str:
    """Phase of a draw that was taken after at least one infusion."""
    if (day - first_day).days <= 13:
        return "initiation"
    days = (day - (last.day if is_continuous(last.anchor.drug) else last.anchor_day)).days
    if days >= 364:
        return "interrupted"
    return "extended" if days >= SPACING[last.anchor.drug] + 28 else "on_schedule"


def names_ms_drug(event: Event) -> bool:
    return event.kind == "other_drug" and event.note in MS_DRUGS


@dataclass(frozen=True)
class Ending:
    """How a treatment ended, on which day; who `left` is only followed elsewhere."""

    kind: str
    day: date


def ending_of(events: list[Event], given: list[Infusion], booked: list[Infusion]) -> Ending | None:
    """The first ending with no infusion after it, given or booked; `left` counts where there is no other.

    An `other_drug` ends a treatment only where its note names a drug of MS, and only after the day of the last
    infusion: on that day either may be the one that was left for the other.
    """
    if not given or booked:
        return None
    last = max(day_of(infusion.infused_on) for infusion in given)
    found = []
    for event in events:
        day = day_of(event.happened_on)
        is_stop = event.kind in ("stopped", "left") and day >= last
        if is_stop or (names_ms_drug(event) and day > last):
            found.append(Ending(event.kind, day))
    ends = [each for each in found if each.kind != "left"] or found
    return min(ends, key=lambda each: each.day, default=None)
