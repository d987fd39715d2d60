"""The Mann-Kendall test: how often chance alone orders the values at least this much,
up or down.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np

from wbc_tracker.arrays import Mask, Numbers, Whole

#: Longest series without ties that is counted out. Beyond it the normal distribution differs by
#: less than 1e-5, and counting takes the third power of the length.
_LONGEST_COUNTED = 500
#: Longest series with ties that is counted out in whole numbers of 64 bits: 20! still fits.
_LONGEST_WHOLE = 20


def compute_p_values(y: Numbers, concordance: Whole, exact_up_to: int) -> Numbers:
    """Return the two-sided p of Kendall's S against "every order of these values is equally
    likely".

    Up to `exact_up_to` values: the share of all orders of the values, ties as they are, whose S is
    at least as far from 0. Longer series without ties: the same. Longer series with ties: the
    normal distribution with the variance that the ties leave, S brought 1 nearer to 0 (continuity).
    All values equal: 1.

    Args:
        y: b x n values in the order of time. concordance: S of each row.
        exact_up_to: n, at most 20, up to which ties are counted out.
    """
    size = y.shape[1]
    if size <= min(exact_up_to, _LONGEST_WHOLE):
        return _exact(y, concordance)
    ties = tie_term(y)
    p_value = _normal(concordance, (size * (size - 1) * (2 * size + 5) - ties) / 18)
    if size <= _LONGEST_COUNTED and not ties.all():
        p_value = np.where(ties == 0, untied_tail(size)[np.abs(concordance)], p_value)
    return p_value


def _exact(y: Numbers, concordance: Whole) -> Numbers:
    """Look p up by pattern of ties: of n sorted values, which equal the one before them,
    as bits.
    """
    size = y.shape[1]
    pattern = same_as_before(y) @ (1 << np.arange(size))
    present, place = np.unique(pattern, return_inverse=True)
    table = np.ones((len(present), size * (size - 1) // 2 + 1))
    for row, bits in enumerate(present.tolist()):
        tail = tied_tail(_group_sizes(bits, size))
        table[row, : len(tail)] = tail
    return np.asarray(table[place, np.abs(concordance)])


def _group_sizes(bits: int, size: int) -> tuple[int, ...]:
    """Return the sizes of the groups of equal values, smallest first; bit i: value i equals the
    one before.
    """
    sizes: list[int] = []
    for place in range(size):
        if bits >> place & 1:
            sizes[-1] += 1
        else:
            sizes.append(1)
    return tuple(sorted(sizes))


@lru_cache(maxsize=1024)
def tied_tail(sizes: tuple[int, ...]) -> Numbers:
    """Return p by |S| for values that come in groups of these sizes.

    Of the orders of the values, the number with k falling pairs is the coefficient of q^k in the
    q-multinomial of the sizes, the product of (1 - q^(m + 1)) / (1 - q) ... over the groups. S is
    the number of unequal pairs - 2 k, and as many orders have S as have -S.
    """
    total = sum(sizes)
    unequal = (total**2 - sum(size**2 for size in sizes)) // 2
    counts = np.zeros(unequal + 1, dtype=np.int64)
    counts[0] = 1
    placed = 0
    for size in sizes:
        for member in range(1, size + 1):
            counts[placed + member :] -= counts[: max(0, unequal + 1 - placed - member)].copy()
            for start in range(member):
                counts[start::member] = counts[start::member].cumsum()
        placed += size
    return _both_ends(counts.cumsum(), int(counts.sum()))


@lru_cache(maxsize=64)
def untied_tail(size: int) -> Numbers:
    """Return p by |S| for this many values, no two of them equal.

    The k-th value adds 0 to k - 1 falling pairs, each as likely: the distribution is a running mean
    of the one before. Only its lower half is counted, which keeps small p exact.
    """
    pairs = size * (size - 1) // 2
    share = np.zeros(pairs // 2 + 1)
    share[0] = 1.0
    for member in range(2, size + 1):
        running = share.cumsum()
        running[member:] -= running[:-member].copy()
        share = running / member
    return _both_ends(np.append(share.cumsum(), np.ones(pairs - pairs // 2)), 1)


def _both_ends(up_to: Numbers | Whole, total: int) -> Numbers:
    """Return p by |S| from the running count of falling pairs, from none to all."""
    pairs = len(up_to) - 1
    distance = np.arange(pairs + 1)
    return np.minimum(2 * up_to[(pairs - distance) // 2] / total, 1.0)


def _normal(concordance: Whole, variance: Numbers) -> Numbers:
    distance = np.maximum(np.abs(concordance) - 1, 0)
    deviate = distance / np.sqrt(np.where(variance > 0, variance, 1.0))
    distinct, place = np.unique(deviate, return_inverse=True)
    tails = np.array([math.erfc(number / math.sqrt(2)) for number in distinct.tolist()])
    return np.asarray(tails[place])


def tie_term(y: Numbers) -> Numbers:
    """Return, per row of y, the sum of t (t - 1) (2 t + 5) over its groups of t equal values.

    It is what ties take from 18 times the variance of Kendall's S. The k-th further member of a
    group (k = 1, 2, ...) adds 6 k^2 + 12 k, which sums to the same.
    """
    place = np.arange(y.shape[1])
    opens = np.where(same_as_before(y), 0, place)
    further = place - np.maximum.accumulate(opens, axis=1)
    return np.asarray((6.0 * further**2 + 12.0 * further).sum(axis=1))


def same_as_before(y: Numbers) -> Mask:
    """Return, with every row of y sorted, which values equal the one before them."""
    ordered = np.sort(y, axis=1)
    same = np.zeros(y.shape, dtype=bool)
    np.equal(ordered[:, 1:], ordered[:, :-1], out=same[:, 1:])
    return same
