"""The next blood draws of a clinic: who, when, and which tests, before which infusion."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from wbc_tracker.arrays import iso_of
from wbc_tracker.catalog import Catalog
from wbc_tracker.explanation import own_rules_words
from wbc_tracker.panel.facts import PanelFacts
from wbc_tracker.panel.filter import PanelFilter
from wbc_tracker.panel.words import patient_words, tests_words

_COUNT, _IGG = "count", "igg"
_DAYS_A_WEEK, _MONDAY = 7, 4  # 1970-01-01 was a Thursday


@dataclass(frozen=True)
class PlannedDraw:
    """One draw that is to come.

    Attributes:
        patient_id: whose. on: ISO date, the first on which the tests are recent enough for the
            infusion, or the day of the panel if that is past. week: the Monday before.
        tests: `count`, `igg`. infusion_on, is_booked: before which.
        last_infusion_on: None before the first. noun: what one time of giving the drug is called.
        title, words: what a calendar tells.
    """

    patient_id: str
    on: str
    week: str
    tests: tuple[str, ...]
    infusion_on: str
    is_booked: bool
    last_infusion_on: str | None
    noun: str
    title: str
    words: str


@dataclass(frozen=True)
class DrawList:
    """The draws of a clinic, by day and patient.

    Attributes:
        as_of: ISO date. draws: in their order. patients: on record. overdue: who has no day,
            because the planned infusion is past. filter_words, notes: as of a panel.
        disclaimer: the closing line. own_words: what rules of one's own change, a sentence each.
    """

    as_of: str
    draws: list[PlannedDraw]
    patients: int
    overdue: int
    filter_words: tuple[str, ...]
    notes: tuple[str, ...]
    disclaimer: str
    own_words: tuple[str, ...] = ()

    @property
    def by_week(self) -> list[tuple[str, Sequence[PlannedDraw]]]:
        """The draws of each week that has any, with its Monday."""
        return [(week, list(draws)) for week, draws in groupby(self.draws, lambda draw: draw.week)]


def plan_draws(facts: PanelFacts, filters: PanelFilter, catalog: Catalog) -> DrawList:
    """Plan the draws of the patients that the filters choose.

    As `labs_due` has it: a blood count and IgG belong before the next infusion, booked or by the
    usual interval, at most `labs_recent_days` before it; not with a drug that is given every few
    weeks, and nothing is due once treatment ended. Where the planned infusion is past there is no
    day: when it will be is for the care team to say.
    """
    standings, chosen = facts.standings, filters.mask(facts)
    recent = int(catalog.figure("labs_recent_days"))
    next_day = standings.next_day
    first = next_day - recent
    needs_count, needs_igg = facts.last_count_day < first, facts.last_igg_day < first
    is_told = chosen & standings.has_next & ~facts.is_continuous
    is_ahead = next_day >= facts.as_of_day
    wanted = np.flatnonzero(is_told & is_ahead & (needs_count | needs_igg))
    on = np.maximum(first, facts.as_of_day)[wanted]
    order = np.lexsort((facts.patients.argsort().argsort()[wanted], on))
    draws, drugs = [], list(catalog.drugs.values())
    for at, day in zip(wanted[order].tolist(), on[order].tolist(), strict=True):
        needed = ((_COUNT, needs_count[at]), (_IGG, needs_igg[at]))
        tests = tuple(test for test, is_needed in needed if is_needed)
        treated, is_booked = bool(standings.treated[at]), bool(standings.is_recorded[at])
        noun = drugs[standings.drug[at]].noun if treated else "infusion"
        who, next_on = str(facts.patients[at]), iso_of(int(next_day[at]))
        kind = "booked" if is_booked else "planned"
        draws.append(
            PlannedDraw(
                patient_id=who,
                on=iso_of(day),
                week=iso_of(day - (day - _MONDAY) % _DAYS_A_WEEK),
                tests=tests,
                infusion_on=next_on,
                is_booked=is_booked,
                last_infusion_on=iso_of(int(standings.last_day[at])) if treated else None,
                noun=noun,
                title=catalog.insert(
                    "calendar_draw", patient=patient_words(who), tests=tests_words(tests), noun=noun
                ),
                words=catalog.insert(
                    f"calendar_draw_{kind}_words", noun=noun, on=next_on, as_of=facts.as_of
                ),
            )
        )
    return DrawList(
        as_of=facts.as_of,
        draws=draws,
        patients=len(facts.patients),
        overdue=int((is_told & ~is_ahead).sum()),
        filter_words=filters.words(catalog, None if facts.news is None else facts.news.since),
        notes=filters.notes(facts),
        disclaimer=catalog.disclaimer,
        own_words=tuple(own_rules_words(catalog.own_rules)),
    )
