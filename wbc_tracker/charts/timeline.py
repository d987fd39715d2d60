"""What lies on the time axis besides results: infusions, the planned next one, courses, events,
and its ends.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wbc_tracker.charts.facets import Facet
from wbc_tracker.charts.moments import DAY_MS, moment_of
from wbc_tracker.patient.model import EventLine, PatientReport
from wbc_tracker.wording import date_words, visible

#: How far behind the last result a filtered chart goes on, and how far ahead a planned infusion is
#: still drawn.
_MOST_AHEAD_DAYS = 400
_LEAST_SPAN_DAYS = 84
_PAD = 0.025
#: Characters of an event's name that are drawn; the tooltip has all of it.
_MOST_LABEL = 28


@dataclass(frozen=True)
class Dose:
    """One infusion: `given`, or `planned` (booked, or by the usual interval).

    `label` are the lines above it, none for the later infusions of a course.
    """

    at: int
    kind: str
    course: int
    label: list[str]
    told: dict[str, str]


@dataclass(frozen=True)
class EventMark:
    """One event of the patient's, as a mark: `label` is its name, shortened."""

    at: int
    kind: str
    label: str
    told: dict[str, str]


@dataclass(frozen=True)
class Course:
    """One course of infusions, up to the next one."""

    number: int
    start: int
    end: int


@dataclass(frozen=True)
class Timeline:
    """Everything on the time axis; `start` and `end` are its ends in milliseconds."""

    start: int
    end: int
    doses: list[Dose]
    courses: list[Course]
    events: list[EventMark]


def timeline_of(patient: PatientReport, panels: Sequence[Facet]) -> Timeline:
    """Return the time axis of a calendar chart.

    It begins with the first shown result, or the latest infusion at most 400 days before it. It
    ends with the last result, infusion or event, or the planned infusion; where results are
    filtered, not long after the last one.
    """
    seen = [point.at for panel in panels for point in panel.points]
    first, last = min(seen), max(seen)
    doses = _doses(patient)
    events = _events(patient)
    start = _start(doses, first)
    later = [
        at for at in (*(dose.at for dose in doses), *(event.at for event in events)) if at > last
    ]
    if patient.is_filtered:
        later = [at for at in later if at <= last + _MOST_AHEAD_DAYS * DAY_MS]
    end = max([last, *later])
    lacking = _LEAST_SPAN_DAYS * DAY_MS - (end - start)
    if lacking > 0:
        start, end = start - lacking // 2, end + lacking // 2
    pad = round((end - start) * _PAD)
    start, end = start - pad, end + pad
    return Timeline(
        start=start,
        end=end,
        doses=_labelled([dose for dose in doses if start <= dose.at <= end]),
        courses=_courses(doses, end),
        events=[event for event in events if start <= event.at <= end],
    )


def without_names(timeline: Timeline) -> Timeline:
    """Return a time axis whose events have marks alone, for where there is no room for names."""
    return replace(timeline, events=[replace(event, label="") for event in timeline.events])


def _start(doses: Sequence[Dose], first: int) -> int:
    """Return the first result, or the latest infusion before it,
    or where that infusion's course began.
    """
    near = [
        dose
        for dose in doses
        if dose.course and first - _MOST_AHEAD_DAYS * DAY_MS <= dose.at <= first
    ]
    if not near:
        return first
    return min(dose.at for dose in near if dose.course == near[-1].course)


def _labelled(doses: Sequence[Dose]) -> list[Dose]:
    """Return the shown infusions with a label on each but the later ones of a course."""
    named: set[int] = set()
    labelled = []
    for dose in doses:
        if dose.course not in named:
            words = f"course {dose.course}" if dose.course else dose.told["kind"]
            dose = replace(dose, label=[words, dose.told["date"][:10]])
        if dose.course:
            named.add(dose.course)
        labelled.append(dose)
    return labelled


def _doses(patient: PatientReport) -> list[Dose]:
    doses = []
    for infusion in sorted(patient.infusions, key=lambda one: one.infused_on):
        given = infusion.course > 0
        told = {
            "title": "infusion" if given else "booked infusion",
            "date": date_words(infusion.infused_on),
            "drug": infusion.drug.name,
            "dose": "not recorded" if infusion.dose_mg is None else f"{infusion.dose_mg:g} mg",
        }
        told |= {"course": str(infusion.course)} if given else {"kind": "booked"}
        doses.append(
            Dose(
                moment_of(infusion.infused_on),
                "given" if given else "planned",
                infusion.course,
                [],
                told,
            )
        )
    return [*doses, *_planned(patient)]


def _planned(patient: PatientReport) -> list[Dose]:
    """Return the next infusion by the usual interval; a booking stands among the infusions
    already.
    """
    standing = patient.standing
    if standing.next_on is None or standing.next_kind != "planned":
        return []
    if standing.days_to_next is not None and standing.days_to_next > _MOST_AHEAD_DAYS:
        return []
    told = {
        "title": "next infusion, by the usual interval",
        "date": standing.next_on,
        "kind": "planned",
    }
    return [Dose(moment_of(standing.next_on), "planned", 0, [], told)]


def _courses(doses: Sequence[Dose], end: int) -> list[Course]:
    starts: dict[int, int] = {}
    for dose in doses:
        if dose.course and dose.at < end:
            starts.setdefault(dose.course, dose.at)
    numbers = sorted(starts)
    ends = [*(starts[number] for number in numbers), end][1:]
    return [
        Course(number, starts[number], stop) for number, stop in zip(numbers, ends, strict=True)
    ]


def _events(patient: PatientReport) -> list[EventMark]:
    return [_event(event) for event in patient.events]


def _event(event: EventLine) -> EventMark:
    name = visible(event.name)
    told = {"title": name, "date": date_words(event.happened_on), "kind": event.kind.id}
    if event.is_planned:
        told["planned"] = "not yet given"
    for key, text in (("note", event.note), ("remark", event.remark)):
        if text:
            told[key] = visible(text)
    label = name if len(name) <= _MOST_LABEL else f"{name[: _MOST_LABEL - 1]}…"
    return EventMark(moment_of(event.happened_on), event.kind.id, label, told)
