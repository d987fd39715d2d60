"""The Kaplan-Meier curve with its numbers at risk and limits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.arrays import Mask, Numbers, Whole

#: The 97.5 % point of the normal distribution.
_Z = 1.959963984540054
#: A product of fractions that should be one half may come out a rounding error above it.
_ROUNDING = 1e-12


@dataclass(frozen=True)
class SurvivalCurve:
    """The share still without the event, by days since the origin.

    Attributes:
        marks: the same on asked days up to the last look: `day`, `at_risk`, `without`, `low`,
            `high`.
        steps: one row the day 0, and one a day with an event: `day`; `at_risk` just before it;
            `events` on it; `censored` and `entered` from it on, before the next row; `without`, the
            share still without the event after it; `low` and `high`, its 95 % limits, NaN where it
            is 1 or 0. At risk in the next row is at_risk - events - censored + entered.
        median: the first day on which at most half are still without it, None if it is not
            reached. median_low, median_high: the first day on which the lower, and the upper limit
            is at most half.
    """

    steps: pd.DataFrame
    marks: pd.DataFrame
    median: int | None
    median_low: int | None
    median_high: int | None


def compute_curve(
    entry: Whole, stop: Whole, seen: Mask, asked: Sequence[int] = ()
) -> SurvivalCurve:
    """Return the Kaplan-Meier curve.

    On each day with an event the share still without it is multiplied by 1 - events / at risk. At
    risk on a day is who came at risk before it and is looked at on it or later; who is last looked
    at on that very day still counts. The limits are those of Greenwood on the log-log scale
    (exponential Greenwood).

    Args:
        entry: days after which each is at risk, negative: from the first day on, that day included.
        stop: day of the event, or the last look. seen: whether it was the event.
        asked: days of the `marks`, rising.
    """
    days, events = np.unique(stop[seen], return_counts=True)
    if not len(days) or days[0] > 0:
        days, events = np.append(0, days), np.append(0, events)
    stops, entries = np.sort(stop), np.sort(entry)
    # Who is at risk has come before the day (`left`) and not gone before it.
    gone = np.searchsorted(stops, days, side="left")
    at_risk = np.searchsorted(entries, days, side="left") - gone
    with np.errstate(divide="ignore", invalid="ignore"):
        without = np.cumprod(np.where(at_risk > 0, 1 - events / at_risk, 1.0))
        spread = np.cumsum(np.where(at_risk > 0, events / (at_risk * (at_risk - events)), 0.0))
        log = np.log(without)
        half = _Z * np.sqrt(spread) / log
        low, high = without ** np.exp(-half), without ** np.exp(half)
    known = (without > 0) & (without < 1)
    low, high = np.where(known, low, np.nan), np.where(known, high, np.nan)
    bounds = np.append(days, np.iinfo(np.int64).max)
    left = np.diff(np.searchsorted(stops, bounds, side="left"))
    entered = np.diff(np.searchsorted(entries, bounds, side="left"))
    steps = pd.DataFrame(
        {
            "day": days,
            "at_risk": at_risk,
            "events": events,
            "censored": left - events,
            "entered": entered,
            "without": without,
            "low": low,
            "high": high,
        }
    )
    marks = np.array([day for day in asked if day <= stops[-1]], dtype=np.int64)
    at_marks = np.searchsorted(entries, marks, side="left") - np.searchsorted(stops, marks, "left")
    place = np.searchsorted(days, marks, side="right") - 1
    told = steps[["without", "low", "high"]].iloc[place].reset_index(drop=True)
    ends = np.where(without > 0, low, 0.0), np.where(without > 0, high, np.nan)
    return SurvivalCurve(
        steps,
        pd.concat([pd.DataFrame({"day": marks, "at_risk": at_marks}), told], axis=1),
        half_reached(days, np.asarray(without)),
        half_reached(days, ends[0]),
        half_reached(days, ends[1]),
    )


def half_reached(days: Whole, share: Numbers) -> int | None:
    """Return the first day on which a share is at most half."""
    reached = np.flatnonzero(share <= 0.5 + _ROUNDING)
    return int(days[reached[0]]) if len(reached) else None
