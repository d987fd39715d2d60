"""The results that a trend rests on: on treatment, exact, away from the infusions, one a calendar day."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from wbc_tracker.annotation.baseline import SeriesOrder
from wbc_tracker.catalog import Catalog
from wbc_tracker.rounding import round_significant
from wbc_tracker.trends.batches import Points

Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


def select_points(annotated: pd.DataFrame, series: SeriesOrder, catalog: Catalog) -> Points:
    """Return, for every series, what its trend is computed from.

    Taken are uncensored results of course 1 and later, but not those of the days after an infusion on which
    the steroid given with it may shift counts. Of several on one calendar day the median is taken, so no day
    stands twice. Results before treatment are left out: the step down that the drug makes is no trend.
    """
    since = annotated["days_since_infusion"].to_numpy(dtype=np.int64, na_value=-1)
    # Before treatment there is no day since an infusion: -1, which is not beyond the window either.
    usable = (annotated["_comparator"].to_numpy() == 0) & (since > catalog.figure("steroid_window_days"))
    at = usable[series.order]
    rows, number = series.order[at], series.number[at]
    day, value = annotated["_day"].to_numpy()[rows], annotated["value"].to_numpy()[rows]
    opens = np.append(True, (number[1:] != number[:-1]) | (day[1:] != day[:-1]))[: len(day)]
    sizes = np.bincount(number[opens], minlength=len(series.starts))
    return Points(day[opens], _medians(value, opens), np.cumsum(sizes) - sizes, sizes)


def _medians(value: Numbers, opens: Mask) -> Numbers:
    """Return the median of each group of neighbouring values; most groups have one.

    Rounded as all values are, so that 5.9 and the middle of 5.8 and 6.0 are the same number.
    """
    starts = np.flatnonzero(opens)
    sizes = np.diff(np.append(starts, len(value)))
    medians = value[starts]
    if len(several := np.flatnonzero(sizes > 1)):
        member = np.repeat(sizes > 1, sizes)
        number = np.repeat(np.arange(len(several)), sizes[several])
        ordered = value[member][np.lexsort((value[member], number))]
        begin = np.cumsum(sizes[several]) - sizes[several]
        low, high = begin + (sizes[several] - 1) // 2, begin + sizes[several] // 2
        medians[several] = round_significant((ordered[low] + ordered[high]) / 2)
    return medians
