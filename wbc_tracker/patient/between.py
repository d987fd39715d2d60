"""What happened between the draws of one patient: the infusions given, and the events, by date."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from wbc_tracker.patient.model import EventLine, InfusionLine, PatientReport
from wbc_tracker.patient.result_lines import Draw
from wbc_tracker.wording import date_words, visible

#: So many infusions alike between two draws (a monthly drug) are told together.
_RUN = 3


@dataclass(frozen=True)
class BetweenDraws:
    """An infusion, a run of infusions alike, or an event: when,
    and what in words (an event in the user's own).
    """

    when: str
    what: str
    is_event: bool


def between_draws(patient: PatientReport) -> list[list[BetweenDraws]]:
    """Return what happened before each draw and after the one before it; the last ones came after
    every draw.
    """
    pending, between = _by_date(patient), []
    for draw in patient.draws:
        between.append([item for item in pending if _is_before(item, draw)])
        pending = [item for item in pending if not _is_before(item, draw)]
    return [_told(items) for items in [*between, pending]]


def _by_date(patient: PatientReport) -> list[InfusionLine | EventLine]:
    given: list[InfusionLine | EventLine] = [
        infusion for infusion in patient.infusions if infusion.course
    ]
    return sorted(
        [*given, *(event for event in patient.events if not event.is_planned)], key=_date_of
    )


def _date_of(item: InfusionLine | EventLine) -> str:
    return item.happened_on if isinstance(item, EventLine) else item.infused_on[:10]


def _is_before(item: InfusionLine | EventLine, draw: Draw) -> bool:
    """Tell whether the draw was taken after it, of infusions as the annotation has decided it.

    An event on the date of the draw stands before it, for that draw tells of it.
    """
    day = draw.collected_at[:10]
    if _date_of(item) != day:
        return _date_of(item) < day
    return isinstance(item, EventLine) or draw.days_since_infusion == 0


def _told(items: list[InfusionLine | EventLine]) -> list[BetweenDraws]:
    told: list[BetweenDraws] = []
    for _, alike in groupby(items, key=_likeness):
        run = list(alike)
        infusions = [item for item in run if isinstance(item, InfusionLine)]
        told += [
            BetweenDraws(item.happened_on, item.name, is_event=True)
            for item in run
            if isinstance(item, EventLine)
        ]
        if len(infusions) < _RUN:
            told += [
                BetweenDraws(date_words(item.infused_on), _words(item.drug.noun, item), False)
                for item in infusions
            ]
        else:
            span = f"{infusions[0].infused_on[:10]} to {infusions[-1].infused_on[:10]}"
            told.append(
                BetweenDraws(
                    span,
                    _words(f"{len(infusions)} {infusions[0].drug.noun}s", infusions[0]),
                    is_event=False,
                )
            )
    return told


def _likeness(item: InfusionLine | EventLine) -> object:
    return None if isinstance(item, EventLine) else (item.course, item.drug, item.dose_mg)


def _words(what: str, infusion: InfusionLine) -> str:
    dose = f" {infusion.dose_mg:g} mg" if infusion.dose_mg is not None else ""
    drug = f" {infusion.drug.name}" if infusion.is_named else ""
    return f"{what}{drug}{dose}, course {infusion.course}"


def telling_events(patient: PatientReport, longest: int | None = None) -> list[EventLine]:
    """Return the events of which the table of draws does not tell everything; names longer than
    `longest` too.
    """
    return [
        event
        for event in patient.events
        if event.remark
        or event.is_planned
        or not patient.draws
        or (longest is not None and len(visible(event.name)) > longest)
    ]
