"""Rules about what the data themselves leave in doubt. Nothing is changed or hidden because of them."""

from __future__ import annotations

import numpy as np

from wbc_tracker.flags.facts import Facts, Mask, Whole
from wbc_tracker.rounding import round_significant


def conflicting_result(facts: Facts) -> Mask:
    """Rows of one analyte and one `collected_at` with two different values."""
    order = np.argsort(facts.series_instant, kind="stable")
    key = facts.series_instant[order]
    starts = np.flatnonzero(np.append(True, key[1:] != key[:-1])[: len(key)])
    if not len(starts):
        return np.zeros(0, dtype=bool)
    differs = np.zeros(len(starts), dtype=bool)
    for column in (facts.value, facts.comparator):
        sorted_column = column[order]
        differs |= np.maximum.reduceat(sorted_column, starts) != np.minimum.reduceat(sorted_column, starts)
    result = np.zeros(len(key), dtype=bool)
    result[order] = np.repeat(differs, np.diff(np.append(starts, len(key))))
    return result


def differential_mismatch(facts: Facts) -> Mask:
    """Rows whose reported absolute count and percentage disagree."""
    return facts.mismatch


def unit_inferred(facts: Facts) -> Mask:
    """Rows whose unit was inferred."""
    return facts.unit_inferred


def unit_suspect(facts: Facts) -> Mask:
    """Results that jump 300-fold or more from the previous one of their series, but not the return.

    The return is a result within 10-fold of the one before a suspect one. Limits and zeros are not compared.
    """
    fold = facts.catalog.figure("unit_jump_fold")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = facts.value / facts.previous
    jump = (facts.comparator == 0) & (facts.value > 0) & (facts.previous > 0)
    jump &= (ratio > fold / 2) | (ratio < 2 / fold)  # nearly all end here, before the slow rounding
    ratio = round_significant(ratio[jump])
    jump[jump] = np.maximum(ratio, 1 / ratio) >= fold
    suspect = jump.copy()
    if jump.any():
        rows = _exact_rows_in_order(facts, np.isin(facts.series, facts.series[jump]))
        suspect[rows] = _without_returns(facts, rows, jump[rows])
    return np.asarray(suspect)


def _exact_rows_in_order(facts: Facts, chosen: Mask) -> Whole:
    """Return the uncensored chosen rows by series, time and input order, as `previous` is told."""
    rows = np.flatnonzero(chosen & (facts.comparator == 0))
    return rows[np.lexsort((facts.instant[rows], facts.series[rows]))]


def _without_returns(facts: Facts, rows: Whole, jump: Mask) -> Mask:
    """Return which jumps are suspect, for rows in order.

    A jump back to near the value before the previous row is a return if that previous row is suspect. So in
    an unbroken chain of jumps back every second one is suspect, counted from the first, which is not back.
    """
    value, series = facts.value[rows], facts.series[rows]
    before_that = np.append(np.nan, facts.previous[rows][:-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.maximum(value / before_that, before_that / value)
    same_series = np.append(False, series[1:] == series[:-1])
    back = jump & same_series & (round_significant(away) <= facts.catalog.figure("unit_return_fold"))
    place = np.arange(len(rows))
    chain_start = np.maximum.accumulate(np.where(back, 0, place))
    steps = place - chain_start
    return np.asarray(jump[chain_start] ^ (steps & 1).astype(bool))
