"""The Theil-Sen slope with Sen's interval, for a batch of series of equal length."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from wbc_tracker.arrays import Numbers, Whole
from wbc_tracker.trends.mann_kendall import tie_term


@dataclass(frozen=True)
class Slopes:
    """The slope of each series of a batch.

    Attributes:
        slope, low, high: per unit of x; `low` and `high` are the limits of the interval.
        intercept: median y - slope x median x.
        concordance: Kendall's S, the number of rising minus the number of falling pairs.
    """

    slope: Numbers
    low: Numbers
    high: Numbers
    intercept: Numbers
    concordance: Whole


def estimate_slopes(x: Numbers, y: Numbers, confidence: float) -> Slopes:
    """Estimate the slope of every series: the median of the slopes of all pairs of points.

    The interval is Sen's: with C = z x sqrt(variance of S, given the ties in y) and N pairs, the
    slopes that stand C / 2 places below and above the middle, rounded half to even and kept inside
    the N slopes. Its limits are slopes that occur, so with few points it is wide, and the same as
    the range of the slopes.

    Args:
        x: b x n, strictly increasing in every row, n at least 2. y: b x n. Neither may hold NaN.
        confidence: two-sided, such as 0.95.

    Raises:
        ValueError: x does not increase.

    Source: Sen 1968, doi 10.1080/01621459.1968.10480934.
    """
    if (np.diff(x) <= 0).any():
        raise ValueError("x must increase strictly in every series")
    size = x.shape[1]
    earlier, later = np.triu_indices(size, 1)
    rise = y.take(later, axis=1) - y.take(earlier, axis=1)
    concordance = np.sign(rise).sum(axis=1).astype(np.int64)
    slopes = rise / (x.take(later, axis=1) - x.take(earlier, axis=1))
    slopes.sort(axis=1)
    slope = _middle(slopes)
    low, high = _sen_places(tie_term(y), size, confidence)
    return Slopes(
        slope=slope,
        low=np.take_along_axis(slopes, low[:, None], axis=1)[:, 0],
        high=np.take_along_axis(slopes, high[:, None], axis=1)[:, 0],
        intercept=np.median(y, axis=1) - slope * np.median(x, axis=1),
        concordance=concordance,
    )


def _middle(ordered: Numbers) -> Numbers:
    """Return the median of each row of sorted numbers."""
    half = ordered.shape[1] // 2
    if ordered.shape[1] % 2:
        return ordered[:, half].copy()
    return np.asarray((ordered[:, half - 1] + ordered[:, half]) / 2)


def _sen_places(ties: Numbers, size: int, confidence: float) -> tuple[Whole, Whole]:
    """Return the places of the lower and the upper limit among the sorted slopes."""
    pairs = size * (size - 1) // 2
    spread = normal_deviate(confidence) * np.sqrt((size * (size - 1) * (2 * size + 5) - ties) / 18)
    high = np.minimum(np.round((pairs + spread) / 2).astype(np.int64), pairs - 1)
    low = np.maximum(np.round((pairs - spread) / 2).astype(np.int64) - 1, 0)
    return low, high


@lru_cache
def normal_deviate(confidence: float) -> float:
    """Return the deviate that encloses this share of the standard normal distribution: 0.95 gives
    1.959964.
    """
    from statistics import NormalDist  # few commands need it

    return NormalDist().inv_cdf((1 + confidence) / 2)
