"""Equal values within a series: how many groups of them, and how large."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]


def tie_term(y: Numbers) -> Numbers:
    """Return, per row of y, the sum of t (t - 1) (2 t + 5) over its groups of t equal values.

    It is what ties take from 18 times the variance of Kendall's S. The k-th further member of a group
    (k = 1, 2, ...) adds 6 k^2 + 12 k, which sums to the same.
    """
    place = np.arange(y.shape[1])
    opens = np.where(same_as_before(y), 0, place)
    further = place - np.maximum.accumulate(opens, axis=1)
    return np.asarray((6.0 * further**2 + 12.0 * further).sum(axis=1))


def same_as_before(y: Numbers) -> npt.NDArray[np.bool_]:
    """Return, with every row of y sorted, which values equal the one before them."""
    ordered = np.sort(y, axis=1)
    same = np.zeros(y.shape, dtype=bool)
    np.equal(ordered[:, 1:], ordered[:, :-1], out=same[:, 1:])
    return same
