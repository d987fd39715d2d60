"""Depletion over time: early, sustained, on most draws, and when B cells are seen again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.annotation.b_cells import DEPLETED, PRESENT
from wbc_tracker.arrays import Mask, Small, Whole
from wbc_tracker.cohort.counts import Count, Proportion
from wbc_tracker.cohort.people import CohortPatients, count_reached
from wbc_tracker.cohort.quartiles import Quantile, compute_quartiles
from wbc_tracker.cohort.settings import FIRST, CohortSettings
from wbc_tracker.cohort.windows import derive_window

#: A product of fractions that should be one half may come out a rounding error above it.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class Depletion:
    """Depletion over time, counted in patients.

    Attributes:
        early: depleted on the B-cell day nearest to the middle of the early window, of those with
            one there; missing: treated until the window opens, without one.
        sustained: every B-cell day from the first day that counts on is depleted, of those with
            such a day; missing: treated that long, without one. mostly: the same on at least the
            given share of days.
        ever: depleted on any B-cell day on treatment, of those with one; missing: treated, without
            one.
    """

    early: Proportion
    sustained: Proportion
    mostly: Proportion
    ever: Proportion


@dataclass(frozen=True)
class Reappearance:
    """B cells seen again: the first day on which they are present after a depleted day on
    treatment.

    Infusions may lie between. They are seen at draws, so later than they came back.

    Attributes:
        seen: of those ever depleted; missing: no B-cell day after their first depleted one.
        since_first, since_last: quartiles of the days from the first and from the last infusion to
            that day, among those in whom they were seen.
        not_seen: ever depleted, and not seen again by their last B-cell day (those with none later
            included).
        median_days: Kaplan-Meier median from the first depleted day, None if it is not reached;
            those in whom they were not seen count until their last B-cell day.
    """

    seen: Proportion
    since_first: tuple[Quantile, Quantile, Quantile]
    since_last: tuple[Quantile, Quantile, Quantile]
    not_seen: Count
    median_days: int | None


def judge_depletion(
    days: pd.DataFrame, people: CohortPatients, settings: CohortSettings
) -> pd.DataFrame:
    """Return the columns `early`, `sustained`, `mostly` and `ever`, one row a patient: 1 depleted
    so, 0 not, -1 without a day to tell from.

    Args:
        days: those on treatment of `find_judged_days`. people: from `find_people`.
    """
    is_depleted = (days["state"] == DEPLETED).to_numpy()
    in_window = derive_window(
        days["first"], [(settings.early_from_days, settings.early_to_days + 1)]
    )
    early = days[["patient", "day"]].assign(**in_window, depleted=is_depleted)
    early = (
        early[early["window"] >= 0]
        .sort_values(["patient", "distance", "day"])
        .drop_duplicates("patient")
    )
    counted = (days["first"] >= settings.sustained_from_days).to_numpy()
    size = len(people.ids)
    patient = days["patient"].to_numpy()
    later = np.bincount(patient[counted], minlength=size)
    depleted = np.bincount(patient[counted & is_depleted], minlength=size)
    mostly = (later > 0) & (100 * depleted >= settings.mostly_depleted_percent * later)
    any_day = np.bincount(patient, minlength=size) > 0
    ever = np.bincount(patient[is_depleted], minlength=size) > 0
    soon = np.full(size, -1, dtype=np.int8)
    soon[early["patient"].to_numpy()] = early["depleted"].to_numpy()

    def told(holds: Mask, assessable: Mask) -> Small:
        return np.where(assessable, holds, -1).astype(np.int8)

    return pd.DataFrame(
        {
            "early": soon,
            "sustained": told(depleted == later, later > 0),
            "mostly": told(mostly, later > 0),
            "ever": told(ever, any_day),
        }
    )


def count_depletion(people: pd.DataFrame, settings: CohortSettings) -> Depletion:
    """Count the patients with early, sustained, mostly and ever depleted B cells.

    Args:
        people: of `CohortParts`.
    """

    def share(name: str, from_day: int) -> Proportion:
        known = int((people[name] >= 0).sum())
        reached = count_reached(people, FIRST, from_day)
        return Proportion(int((people[name] == 1).sum()), known, reached - known)

    return Depletion(
        early=share("early", settings.early_from_days),
        sustained=share("sustained", settings.sustained_from_days),
        mostly=share("mostly", settings.sustained_from_days),
        ever=share("ever", 0),
    )


def find_reappearances(days: pd.DataFrame) -> pd.DataFrame:
    """Return one row a patient ever depleted on treatment.

    `start`: the first depleted day. `stop`: the first later day with B cells present, else the last
    B-cell day. `seen`: whether there is such a day; `first`, `last`: days since the first and the
    last infusion then.
    """
    start = (
        days[days["state"] == DEPLETED]
        .drop_duplicates("patient")
        .set_index("patient")["day"]
        .rename("start")
    )
    joined = days.join(start, on="patient", how="inner")
    ends = joined.drop_duplicates("patient", keep="last").set_index("patient")
    events = joined[(joined["state"] == PRESENT) & (joined["day"] > joined["start"])]
    events = events.drop_duplicates("patient").set_index("patient")
    table = ends[["start"]].assign(end=ends["day"]).join(events[["day", "first", "last"]])
    seen = table["day"].notna()
    stop = table["day"].where(seen, table["end"]).astype("int64")
    return table.assign(seen=seen, stop=stop).drop(columns=["end", "day"]).reset_index()


def summarize_reappearance(again: pd.DataFrame) -> Reappearance:
    """Summarise when B cells are seen again.

    Args:
        again: from `find_reappearances`.
    """
    seen = again["seen"].to_numpy(dtype=bool)
    elapsed = (again["stop"] - again["start"]).to_numpy(dtype=np.int64)
    known = np.zeros(int(seen.sum()), dtype=np.int8)
    first, last = (again.loc[seen, name].to_numpy(dtype=np.float64) for name in ("first", "last"))
    return Reappearance(
        seen=Proportion(int(seen.sum()), len(again), int((elapsed == 0).sum())),
        since_first=compute_quartiles(first, known),
        since_last=compute_quartiles(last, known),
        not_seen=int((~seen).sum()),
        median_days=compute_survival_median(elapsed, seen),
    )


def compute_survival_median(time: Whole, seen: Mask) -> int | None:
    """Return the Kaplan-Meier median: the earliest time at which at most half are still without it.

    At each time with an event the share still without it is multiplied by 1 - events / people at
    risk. Who is last looked at on that very day without it still counts as at risk. None: never
    half (not reached), or nobody.

    Args:
        time: days to the event, or to the last look. seen: whether it was seen then.
    """
    times, events = np.unique(time[seen], return_counts=True)
    at_risk = len(time) - np.searchsorted(np.sort(time), times, side="left")
    without = np.cumprod(1 - events / at_risk)
    reached = np.flatnonzero(without <= 0.5 + _ROUNDING)
    return int(times[reached[0]]) if len(reached) else None
