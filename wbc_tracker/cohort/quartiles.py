"""Median and quartiles of values of which some are only limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wbc_tracker.annotation.bounds import COMPARATORS
from wbc_tracker.arrays import Mask, Numbers, Small
from wbc_tracker.rounding import round_significant

_LESS, _GREATER = COMPARATORS.index("<"), COMPARATORS.index(">")
_BELOW = [COMPARATORS.index(sign) for sign in ("<", "<=")]
_ABOVE = [COMPARATORS.index(sign) for sign in (">", ">=")]


@dataclass(frozen=True)
class Quantile:
    """A quantile: its number, and `<`, `<=`, `>` or `>=` when only a limit of it is known.

    `value` is None when not even a limit is known: not assessable.
    """

    value: float | None
    comparator: str = ""


def compute_quartiles(value: Numbers, comparator: Small) -> tuple[Quantile, Quantile, Quantile]:
    """Return the first quartile, the median and the third quartile.

    With n values in order, quartile q (1, 2, 3) lies at place q x (n - 1) / 4, counted from 0, and
    between two values on the straight line (the usual definition of R and numpy, type 7).

    A `<5` may be anything from 0 up to 5, a `>500` anything above 500; no number is put in its
    place. A quantile rises with each of its values, so it lies between the quantile of all lowest
    and that of all highest possible values. If both are the same it is known, else its upper limit
    is given (`<1`), or without one its lower limit (`>500`), or without either nothing: not
    assessable. So the median of `<1, <1, 3, 4, 5` is 3, that of `<1, <1, <1, 4, 5` is `<1`, and
    that of `<1, 3` is `<2`.

    Args:
        value: numbers or limits. comparator: their places in COMPARATORS.
    """
    low = np.where(np.isin(comparator, _BELOW), 0.0, value)
    high = np.where(np.isin(comparator, _ABOVE), np.inf, value)
    # An open limit lies a hair below (`<`) or above (`>`) an equal closed one.
    low_order = np.lexsort((comparator == _GREATER, low))
    high_order = np.lexsort((comparator != _LESS, high))
    lowest = low[low_order], (comparator == _GREATER)[low_order]
    highest = high[high_order], (comparator == _LESS)[high_order]
    first, median, third = (_between(_at(*lowest, q), _at(*highest, q)) for q in (1, 2, 3))
    return first, median, third


def _at(ordered: Numbers, is_open: Mask, quarter: int) -> tuple[float, bool]:
    """Return the number at a quartile's place, and whether it is an open limit."""
    if not len(ordered):
        return np.nan, False
    place, rest = divmod(quarter * (len(ordered) - 1), 4)
    if not rest:
        return float(ordered[place]), bool(is_open[place])
    left, right = ordered[place], ordered[place + 1]
    number = right if np.isinf(right) else left + (right - left) * rest / 4
    return float(round_significant(np.array([number]))[0]), bool(
        is_open[place] or is_open[place + 1]
    )


def _between(lowest: tuple[float, bool], highest: tuple[float, bool]) -> Quantile:
    (low, above), (high, below) = lowest, highest
    if low == high and not (above or below):
        return Quantile(low)
    if np.isfinite(high):
        return Quantile(high, "<" if below else "<=")
    if np.isfinite(low) and low > 0:
        return Quantile(low, ">" if above else ">=")
    return Quantile(None)
