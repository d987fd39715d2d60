"""Of each event since each infusion: who could have it, who had it, and the curve."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.arrays import Whole
from wbc_tracker.cohort.counts import Count, total
from wbc_tracker.cohort.settings import CohortSettings
from wbc_tracker.cohort.survival import SurvivalCurve, compute_curve
from wbc_tracker.cohort.times import (
    EVENTS,
    NEVER,
    NOT_AT_RISK,
    NOT_OBSERVED,
    OF_LAST,
    ONSETS,
    ORIGINS,
    SEEN,
)

#: Everybody, whatever the onset.
ALL = "all"


@dataclass(frozen=True)
class EventTimes:
    """One event since one infusion, of the patients of one onset.

    What is followed is a patient since the first infusion, a course since its last one:
    `units` = `observed` + `not_at_risk` + `not_observed`, and `observed` = `events` + `censored`.

    Attributes:
        origin: `first` or `last`. event: `depleted` or `reappeared`. onset: one of ONSETS, or
            `all`.
        units: patients, or courses of `patients`. not_at_risk: they were depleted already, or were
            never seen depleted. not_observed: no B-cell day on which the event could be seen.
        gap_days: median days from the last B-cell day without the event to the one with it: so far
            apart lie the limits between which it came. None without any.
        gaps: of how many events it is the median; it is not told.
        curve: None of nobody.
    """

    origin: str
    event: str
    onset: str
    units: Count
    patients: Count
    not_at_risk: Count
    not_observed: Count
    events: Count
    censored: Count
    gap_days: float | None
    gaps: int
    curve: SurvivalCurve | None

    @property
    def observed(self) -> Count:
        """How many the curve rests on."""
        return total([self.events, self.censored])

    @property
    def follows_courses(self) -> bool:
        """Whether courses are followed, not patients."""
        return self.origin == ORIGINS[OF_LAST]


def summarize_times(
    times: pd.DataFrame, people: pd.DataFrame, settings: CohortSettings
) -> tuple[EventTimes, ...]:
    """Return the events of all and by onset, for each origin asked for; the curves are marked at
    the edges of the windows.

    Args:
        times: from `find_times`. people: of `CohortParts`.
    """
    onset = people["onset"].to_numpy()[times["patient"].to_numpy()]
    return tuple(_event_times(times, onset, settings))


def _event_times(
    times: pd.DataFrame, onset: Whole, settings: CohortSettings
) -> Iterator[EventTimes]:
    origin_of, event_of = times["origin"].to_numpy(), times["event"].to_numpy()
    asked = settings.mark_days
    for origin in settings.origins:
        for event, event_name in enumerate(EVENTS):
            of_event = (origin_of == ORIGINS.index(origin)) & (event_of == event)
            yield _summarize(times[of_event], origin, event_name, ALL, asked)
            for code, name in enumerate(ONSETS):
                of_onset = times[of_event & (onset == code)]
                yield _summarize(of_onset, origin, event_name, name, asked)


def _summarize(
    rows: pd.DataFrame, origin: str, event: str, onset: str, asked: Sequence[int]
) -> EventTimes:
    status = rows["status"].to_numpy()
    observed = rows[~np.isin(status, [NOT_AT_RISK, NOT_OBSERVED])]
    seen = observed["status"].to_numpy() == SEEN
    entry, stop, after = (observed[name].to_numpy() for name in ("entry", "stop", "after"))
    bounded = seen & (after != NEVER)
    return EventTimes(
        origin=origin,
        event=event,
        onset=onset,
        units=len(rows),
        patients=int(rows["patient"].nunique()),
        not_at_risk=int((status == NOT_AT_RISK).sum()),
        not_observed=int((status == NOT_OBSERVED).sum()),
        events=int(seen.sum()),
        censored=int((~seen).sum()),
        gap_days=float(np.median((stop - after)[bounded])) if bounded.any() else None,
        gaps=int(bounded.sum()),
        curve=compute_curve(entry, stop, seen, asked) if len(observed) else None,
    )
