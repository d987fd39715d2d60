"""The trend statistics the slow way: one series, one pair, one order of the values at a time. And random series."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import combinations, permutations

import numpy as np

DEVIATE = 1.959963984540054


def kendall_s(values: Sequence[float]) -> int:
    """Rising pairs less falling pairs."""
    return sum((later > earlier) - (later < earlier) for earlier, later in combinations(values, 2))


def p_by_enumeration(values: Sequence[float]) -> float:
    """The share of all orders of the values that lie at least as far from 0."""
    distances = [abs(kendall_s(order)) for order in permutations(values)]
    return float(Fraction(sum(distance >= abs(kendall_s(values)) for distance in distances), len(distances)))


def p_by_normal(values: Sequence[float]) -> float:
    """Variance less what the ties take, S brought 1 nearer to 0."""
    n, s = len(values), kendall_s(values)
    groups = [list(values).count(value) for value in set(values)]
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in groups)) / 18
    return math.erfc((abs(s) - 1) / math.sqrt(variance) / math.sqrt(2)) if s else 1.0


def random_batches(
    seed: int, sizes: Sequence[int], series: int, distinct: bool = False
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield days and values, series x n: uneven days; values on a coarse grid, so ties are everywhere."""
    rng = np.random.default_rng(seed)
    for size in sizes:
        days = rng.integers(1, 200, (series, size)).cumsum(axis=1).astype(float)
        levels = rng.integers(1, size + 3, (series, 1))
        values = (40 + rng.integers(0, levels + 1, (series, size))) / 10
        drift = rng.integers(-1, 2, (series, 1)) * np.arange(size) // 3
        yield days, rng.permuted(np.arange(size) + np.zeros((series, 1)), axis=1) if distinct else values + drift


def kaplan_meier(people: Sequence[tuple[int, int, bool]]) -> list[list[float]]:
    """One row the day 0 and each day with an event: day, at risk, events, share without it, and its limits.

    A person is at risk after `entry` (-1: from day 0 on) and up to `stop`, that day included; `seen`: it came then.
    """
    share, spread, table = 1.0, 0.0, []
    for day in sorted({0} | {stop for _, stop, seen in people if seen}):
        at_risk = sum(entry < day <= stop for entry, stop, _ in people)
        events = sum(seen and stop == day for _, stop, seen in people)
        if events:
            share *= (at_risk - events) / at_risk
            spread += events / (at_risk * (at_risk - events)) if at_risk > events else math.inf
        low = high = math.nan
        if 1e-15 < share < 1:
            wide = 1.959963984540054 * math.sqrt(spread) / math.log(share)
            low, high = share ** math.exp(-wide), share ** math.exp(wide)
        table.append([day, at_risk, events, share, low, high])
    return table
