"""What a slope means: it is held against chance and against the smallest change worth telling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wbc_tracker.arrays import Mask, Numbers, Whole
from wbc_tracker.catalog import Catalog
from wbc_tracker.rounding import round_significant
from wbc_tracker.trends.mann_kendall import compute_p_values
from wbc_tracker.trends.points import Points
from wbc_tracker.trends.theil_sen import estimate_slopes

TREND_VERDICTS = (
    "not enough data",
    "not assessable",
    "falling",
    "rising",
    "falling slightly",
    "rising slightly",
    "stable",
    "unclear",
)
#: A fitted value this small a share of the largest value is 0 but for rounding.
_NOTHING = 1e-9


@dataclass(frozen=True)
class Estimates:
    """What is estimated of each series; NaN where it has too few points or too short a span.

    Attributes:
        slope, low, high: per day. p_value, concordance: of the Mann-Kendall test; concordance 0
            without one.
        fitted_percent, low_percent, high_percent: the slope and its limits over the span, in
            percent of the fitted value on the first day; NaN where that value is not above 0.
        has_interval: there are days enough for a 95 % interval.
    """

    slope: Numbers
    low: Numbers
    high: Numbers
    p_value: Numbers
    concordance: Whole
    fitted_percent: Numbers
    low_percent: Numbers
    high_percent: Numbers
    has_interval: Mask


def is_long_enough(points: Points, catalog: Catalog) -> Mask:
    """Return which series have the days and the span that a trend needs."""
    enough = points.sizes >= catalog.figure("trend_least_days")
    return np.asarray(
        enough & (points.span_days >= catalog.figure("trend_least_span_days")), dtype=bool
    )


def estimate_trends(points: Points, chosen: Mask, catalog: Catalog) -> Estimates:
    """Estimate slope and p of the chosen series; they need at least two points."""
    count = len(points.starts)
    slope, low, high, p_value, fitted = (np.full(count, np.nan) for _ in range(5))
    concordance = np.zeros(count, dtype=np.int64)
    for places, x, y in points.batches(chosen):
        found = estimate_slopes(x, y, catalog.figure("trend_confidence"))
        slope[places], low[places], high[places] = found.slope, found.low, found.high
        # Days count from the first one, so the intercept is the fitted value on it.
        above_zero = found.intercept > _NOTHING * y.max(axis=1)
        fitted[places], concordance[places] = (
            np.where(above_zero, found.intercept, np.nan),
            found.concordance,
        )
        exact_up_to = int(catalog.figure("trend_exact_up_to"))
        p_value[places] = compute_p_values(y, found.concordance, exact_up_to)
    scale = 100 * points.span_days / fitted
    return Estimates(
        slope=slope,
        low=low,
        high=high,
        p_value=p_value,
        concordance=concordance,
        fitted_percent=slope * scale,
        low_percent=low * scale,
        high_percent=high * scale,
        has_interval=points.sizes >= catalog.figure("trend_interval_from_days"),
    )


def smallest_changes(catalog: Catalog) -> Numbers:
    """Return the smallest change worth telling in percent by place of the analyte, NaN without."""
    told = catalog.smallest_changes
    return np.array([told[name].percent if name in told else np.nan for name in catalog.analytes])


def judge_trends(
    estimates: Estimates, long_enough: Mask, smallest: Numbers, catalog: Catalog
) -> Whole:
    """Return the place of each verdict in TREND_VERDICTS.

    A short series is "not enough data" whatever it shows. "Not assessable" is what cannot be held
    against a size: none is given for the analyte, or the fitted value on the first day is not above
    0, so that there is no percent change. Only a series that rises from about 0, or is 0 on half of
    its days, can have such a fit; a fall from a count that was there is never lost in it. The
    direction is that of the test, because ties can leave a slope of 0. With as many days as a trend
    needs at least there is no 95 % interval, and nothing is stable.

    Args:
        estimates, long_enough: of each series.
        smallest: the smallest change of its analyte that is worth telling, in percent, NaN without.
        catalog: the p below which a trend is taken for real.
    """
    change = round_significant(estimates.fitted_percent)
    real = estimates.p_value < catalog.figure("trend_p_below")
    falls, rises = real & (estimates.concordance < 0), real & (estimates.concordance > 0)
    shown = estimates.p_value >= catalog.figure("trend_p_below")
    inside = (estimates.low_percent >= -smallest) & (estimates.high_percent <= smallest)
    inside &= shown & estimates.has_interval
    conditions = [
        ~long_enough,
        np.isnan(smallest) | np.isnan(change),
        falls & (change <= -smallest),
        rises & (change >= smallest),
        falls,
        rises,
        inside,
    ]
    return np.asarray(np.select(conditions, list(range(len(conditions))), default=len(conditions)))
