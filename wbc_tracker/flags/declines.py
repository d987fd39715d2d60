"""Which series are falling: the trend's verdict on the latest row of the few analytes that can
carry it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from wbc_tracker.annotation.series import SeriesOrder
from wbc_tracker.arrays import Mask, Small, Whole
from wbc_tracker.catalog import Catalog
from wbc_tracker.rounding import round_significant
from wbc_tracker.trends.mann_kendall import compute_p_values
from wbc_tracker.trends.points import Points, select_points
from wbc_tracker.trends.verdicts import (
    estimate_trends,
    is_long_enough,
    judge_trends,
    smallest_changes,
)

#: A fall of these over months is told (design section 7).
DECLINE_ANALYTES = ("wbc", "neutrophils", "lymphocytes", "igg")
_NEEDED = [
    "_patient",
    "_analyte",
    "_day",
    "_second",
    "_timed",
    "_comparator",
    "_on_treatment",
    "_after_steroid",
    "value",
]


def judge_declines(annotated: pd.DataFrame, catalog: Catalog) -> tuple[Small, Mask]:
    """Return "falling" and "falling slightly" as places in TREND_VERDICTS on the latest row of a
    series, else -1; and on which of these rows it is sure enough to be discussed.

    A blood count on few days varies so much that it must have fallen by more, `decline_few_fold`
    times; the simulation in tests/benchmarks shows why. The verdicts are those of
    `summarize_trends`, for DECLINE_ANALYTES alone. The slope, which is
    the slow part, is estimated only where the test already tells a fall from chance; other verdicts
    are not told apart.
    """
    verdicts = np.full(len(annotated), -1, dtype=np.int8)
    sure = np.zeros(len(annotated), dtype=bool)
    rows = _rows_of_long_series(annotated, catalog)
    if not len(rows):
        return verdicts, sure
    part = annotated[_NEEDED].iloc[rows]
    series = SeriesOrder.of(part, len(catalog.analytes))
    points = select_points(part, series)
    long_enough = is_long_enough(points, catalog)
    fell = _fell(points, long_enough, catalog)
    analyte = part["_analyte"].to_numpy()[series.order[series.starts]]
    smallest = smallest_changes(catalog)[analyte]
    found = estimate_trends(points, fell, catalog)
    verdict = judge_trends(found, long_enough, smallest, catalog)
    counts = np.array([entry.is_blood_count for entry in catalog.analytes.values()])[analyte]
    few = counts & (points.sizes <= catalog.figure("trend_exact_up_to"))
    latest = series.order[np.append(series.starts[1:], len(series.order)) - 1]
    verdicts[rows[latest[fell]]] = verdict[fell]
    least = smallest * np.where(few, catalog.figure("decline_few_fold"), 1)
    is_sure = fell & (round_significant(found.fitted_percent) <= -least)
    sure[rows[latest[is_sure]]] = True
    return verdicts, sure


def _rows_of_long_series(annotated: pd.DataFrame, catalog: Catalog) -> Whole:
    """Return the rows of the series that have results enough on treatment for a trend,
    whatever their days.
    """
    analyte = annotated["_analyte"].to_numpy()
    can_carry = np.array([name in DECLINE_ANALYTES for name in catalog.analytes])
    rows = np.flatnonzero(can_carry[analyte])
    series = annotated["_patient"].to_numpy()[rows] * len(catalog.analytes) + analyte[rows]
    series -= series.min() if len(series) else 0  # of one patient among many: few numbers
    treated = annotated["_on_treatment"].to_numpy()[rows]
    long = np.bincount(series[treated]) >= catalog.figure("trend_least_days")
    return np.asarray(rows[np.append(long, False)[np.minimum(series, len(long))]])


def _fell(points: Points, long_enough: Mask, catalog: Catalog) -> Mask:
    """Return which series the Mann-Kendall test finds falling, before any slope is estimated."""
    fell = np.zeros(len(long_enough), dtype=bool)
    for places, _, y in points.batches(long_enough):
        earlier, later = np.triu_indices(y.shape[1], 1)
        before, after = y.take(earlier, axis=1), y.take(later, axis=1)
        falling, rising = (
            np.count_nonzero(test(after, before), axis=1) for test in (np.less, np.greater)
        )
        p_value = compute_p_values(y, rising - falling, int(catalog.figure("trend_exact_up_to")))
        fell[places] = (rising < falling) & (p_value < catalog.figure("trend_p_below"))
    return fell
