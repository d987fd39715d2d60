"""The rules about the data themselves: two values for one draw, a count beside its percentage, a
unit that was inferred, or that may be another one.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from wbc_tracker.arrays import (
    Mask,
    Numbers,
    Whole,
    ascending,
    group_sizes,
    group_starts,
    opens_group,
)
from wbc_tracker.flags.facts import Facts
from wbc_tracker.rounding import round_significant


def conflicting_result(facts: Facts) -> Mask:
    """Rows of one analyte and one `collected_at` with two different values."""
    return differ_within(facts, facts.value, facts.comparator)


def differ_within(facts: Facts, *columns: npt.NDArray[Any]) -> Mask:
    """Return the rows of one analyte and one `collected_at` that differ in one of the columns."""
    order = ascending(facts.series_instant)
    key = facts.series_instant[order]
    starts = group_starts(key)
    if not len(starts):
        return np.zeros(0, dtype=bool)
    differs = np.zeros(len(starts), dtype=bool)
    for column in columns:
        sorted_column = column[order]
        differs |= np.maximum.reduceat(sorted_column, starts) != np.minimum.reduceat(
            sorted_column, starts
        )
    result = np.zeros(len(key), dtype=bool)
    result[order] = np.repeat(differs, group_sizes(starts, len(key)))
    return result


def differential_mismatch(facts: Facts) -> Mask:
    """Rows whose reported absolute count and percentage disagree."""
    return facts.mismatch


def unit_inferred(facts: Facts) -> Mask:
    """Rows whose unit was inferred."""
    return facts.unit_inferred


def unit_suspect(facts: Facts) -> Mask:
    """Results that jump 300-fold or more from the previous one of their series, or by a step from
    one unit of their analyte to another, but not the return.

    The return is a result near the one before a suspect one. Limits and zeros are not compared.
    """
    figure = facts.catalog.figure
    fold = figure("unit_jump_fold")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = facts.value / facts.previous
    told = (facts.comparator == 0) & (facts.value > 0) & (facts.previous > 0)
    jump = told & ((ratio > fold / 2) | (ratio < 2 / fold))  # nearly all end before the rounding
    exact = round_significant(ratio[jump])
    jump[jump] = np.maximum(exact, 1 / exact) >= fold
    step = told & _is_unit_step(facts, ratio)
    suspect = _but_returns(facts, jump, figure("unit_return_fold"))
    return suspect | _but_returns(facts, step, figure("step_return_fold"))


def _is_unit_step(facts: Facts, ratio: Numbers) -> Mask:
    """Return which results are about a step from one unit to another away from the previous."""
    within = facts.catalog.figure("unit_step_percent") / 100
    result = np.zeros(len(ratio), dtype=bool)
    for place, analyte in enumerate(facts.catalog.analytes.values()):
        if analyte.unit_steps:
            at = np.flatnonzero(facts.analyte == place)
            for factor in analyte.unit_steps:
                result[at] |= np.abs(round_significant(ratio[at] / factor) - 1) <= within
    return result


def _but_returns(facts: Facts, jump: Mask, fold: float) -> Mask:
    suspect = jump.copy()
    if jump.any():
        rows = _exact_rows_in_order(facts, np.isin(facts.series, facts.series[jump]))
        suspect[rows] = _without_returns(facts, rows, jump[rows], fold)
    return suspect


def _exact_rows_in_order(facts: Facts, chosen: Mask) -> Whole:
    """Return the uncensored chosen rows by series, time and value, as `previous` is told."""
    rows = np.flatnonzero(chosen & (facts.comparator == 0))
    return rows[np.lexsort((facts.value[rows], facts.instant[rows], facts.series[rows]))]


def _without_returns(facts: Facts, rows: Whole, jump: Mask, fold: float) -> Mask:
    """Return which jumps are suspect, for rows in order.

    A jump back to near the value before the previous row is a return if that previous row is
    suspect. So in an unbroken chain of jumps back every second one is suspect, counted from the
    first, which is not back.
    """
    value, series = facts.value[rows], facts.series[rows]
    before_that = np.append(np.nan, facts.previous[rows][:-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.maximum(value / before_that, before_that / value)
    same_series = ~opens_group(series)
    back = jump & same_series & (round_significant(away) <= fold)
    place = np.arange(len(rows))
    chain_start = np.maximum.accumulate(np.where(back, 0, place))
    steps = place - chain_start
    return np.asarray(jump[chain_start] ^ (steps & 1).astype(bool))
