"""The trend of one analyte of one patient (design, section 6): brute force over all pairs and all orders."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from statistics import median

from scipy.stats import theilslopes

from reference.b_cells import CUTS
from reference.baselines import series_of
from reference.figures import SMALLEST_CHANGE
from reference.model import Row, day_of, in_steroid_window, on_treatment, round12

YEAR = 365.25


@dataclass(frozen=True)
class Trend:
    """What is told of a series; None where it cannot be computed."""

    n: int
    verdict: str | None
    slope_per_year: float | None = None
    slope_low: float | None = None
    slope_high: float | None = None
    p_value: float | None = None


def kendall_s(values: list[float]) -> int:
    """Rising pairs less falling pairs."""
    return sum((later > earlier) - (later < earlier) for earlier, later in combinations(values, 2))


@cache
def orders_by_s(left: tuple[int, ...]) -> dict[int, int]:
    """How many orders of a multiset have which S; `left[k]` values of the k-th size are still to be placed."""
    if not sum(left):
        return {0: 1}
    found: Counter[int] = Counter()
    for size, number in enumerate(left):
        if number:
            gained = sum(left[size + 1 :]) - sum(left[:size])  # against all that come later
            rest = (*left[:size], number - 1, *left[size + 1 :])
            for s, orders in orders_by_s(rest).items():
                found[s + gained] += orders
    return dict(found)


@cache
def orders_without_ties(n: int) -> dict[int, int]:
    """The same of n different values: the n-th can be put above any number of the others."""
    if n == 1:
        return {0: 1}
    found: Counter[int] = Counter()
    for s, orders in orders_without_ties(n - 1).items():
        for below in range(n):
            found[s + 2 * below - (n - 1)] += orders
    return dict(found)


def p_of(values: list[float]) -> float:
    """Mann-Kendall, two-sided."""
    n, s, groups = len(values), kendall_s(values), [count for _, count in sorted(Counter(values).items())]
    if n <= 10 or len(groups) == n:
        orders = orders_by_s(tuple(groups)) if n <= 10 else orders_without_ties(n)
        return sum(number for each, number in orders.items() if abs(each) >= abs(s)) / sum(orders.values())
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in groups)) / 18
    return math.erfc((abs(s) - 1) / math.sqrt(variance) / math.sqrt(2)) if s and variance else 1.0


def points_of(series: list[Row]) -> list[tuple[int, float]]:
    """Day numbers and medians of the days: on treatment, no limits, none of the two days after an infusion."""
    by_day: dict[int, list[float]] = {}
    for row in series:
        if on_treatment(row) and row.result.comparator is None and not in_steroid_window(row):
            by_day.setdefault(day_of(row.result.collected_at).toordinal(), []).append(round12(row.result.value))
    return [(day, median(values)) for day, values in sorted(by_day.items())]


def trends_of(rows: list[Row]) -> dict[str, Trend]:
    """The trend of every analyte of a patient."""
    return {name: trend_of(name, rows) for name in {row.result.analyte for row in rows}}


def trend_of(analyte: str, rows: list[Row]) -> Trend:
    points = points_of(series_of(rows, analyte))
    days, values = [float(day - points[0][0]) for day, _ in points], [value for _, value in points]
    span = days[-1] if days else 0.0
    if analyte in CUTS:
        return Trend(len(points), None)  # of B cells the state is told, not a slope
    if len(points) < 4 or span < 180:
        return Trend(len(points), "not enough data")
    slope = median((y2 - y1) / (x2 - x1) for (x1, y1), (x2, y2) in combinations(zip(days, values, strict=True), 2))
    p = p_of(values)
    low, high = (float(each) for each in theilslopes(values, days, alpha=0.95)[2:4])
    fitted = median(values) - slope * median(days)
    size = SMALLEST_CHANGE.get(analyte)
    verdict = "not assessable"
    if size is not None and fitted > 1e-9 * max(values):
        change, least, most = (100 * each * span / fitted for each in (slope, low, high))
        verdict = verdict_of(len(points), p, size, change, least, most, is_fall=kendall_s(values) < 0)
    return Trend(len(points), verdict, slope * YEAR, low * YEAR, high * YEAR, p)


def verdict_of(n: int, p: float, size: float, change: float, low: float, high: float, *, is_fall: bool) -> str:
    """The direction is that of the test: ties can leave a slope of 0."""
    if p < 0.10:
        word = "falling" if is_fall else "rising"
        is_large = round12(change) <= -size if is_fall else round12(change) >= size
        return word if is_large else f"{word} slightly"
    return "stable" if n > 4 and low >= -size and high <= size else "unclear"  # 4 have no 95 % interval
