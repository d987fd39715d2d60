"""Whether a low result stands alone: seen once, or confirmed at the next draw."""

from __future__ import annotations

from typing import Literal

import numpy as np

from wbc_tracker.annotation.bounds import certainly_below, certainly_not_below
from wbc_tracker.arrays import DAY_SECONDS, Mask
from wbc_tracker.flags.defence_rules import low_immunoglobulin
from wbc_tracker.flags.facts import Facts

Repeat = Literal["", "once", "next", "before"]
_REPEATS: tuple[Repeat, ...] = ("", "once", "before", "next")


def find_repeats(facts: Facts) -> list[Repeat]:
    """Return for each row whether its low result was low at a neighbouring draw too.

    Told of neutrophils of grade 2 or more and of low immunoglobulins, each in its own series:
    `next` if the next day with a result that can be judged shows it too, else `before` if the day
    before does, else `once`. Of several results of one day the low one counts. Other rows are
    empty. Unlike with returning B cells an infusion may lie between, because immunoglobulins are
    mostly measured before each infusion.
    """
    low, judged = _low_and_judged(facts)
    rows = np.flatnonzero(judged)
    _, series_place = np.unique(facts.series[rows], return_inverse=True)
    day = facts.instant[rows] // DAY_SECONDS
    key = series_place * 10**7 + day - day.min(initial=0)
    days, place = np.unique(key, return_inverse=True)
    is_low = np.zeros(len(days), dtype=bool)
    np.logical_or.at(is_low, place, low[rows])
    both = is_low[1:] & is_low[:-1] & (days[1:] // 10**7 == days[:-1] // 10**7)
    told = is_low.astype(np.int64) + np.append(False, both)[: len(days)]
    told = np.where(np.append(both, False)[: len(days)], 3, told)
    result = np.zeros(len(low), dtype=np.int64)
    result[rows] = told[place]
    return [_REPEATS[code] for code in np.where(low, result, 0).tolist()]


def _low_and_judged(facts: Facts) -> tuple[Mask, Mask]:
    """Return which rows are low, and of which it is certain whether they are."""
    cut = facts.catalog.gradings["neutrophils"].cuts[0]
    neutrophils = facts.is_analyte("neutrophils")
    immunoglobulins = facts.is_kind("antibodies")
    low = low_immunoglobulin(facts) | (
        neutrophils & certainly_below(facts.value, facts.comparator, cut)
    )
    judged = low | (neutrophils & certainly_not_below(facts.value, facts.comparator, cut))
    return low, judged | (immunoglobulins & (facts.ref_flag >= 0))
