"""The results that a trend rests on: on treatment, exact, away from the infusions,
one a calendar day; as batches.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.annotation.series import SeriesOrder
from wbc_tracker.arrays import Mask, Numbers, Whole, group_sizes, opens_group
from wbc_tracker.rounding import round_significant

#: Pairs of points that one batch may hold: some 10 MB an array, so that the arrays stay near the
#: processor.
_MOST_PAIRS = 1 << 20


@dataclass(frozen=True)
class Points:
    """The points of many series, one series behind the other, each with strictly increasing days.

    Attributes:
        day: days since 1970-01-01. value: one value a day.
        starts: where each series begins. sizes: how many points it has, 0 for none.
    """

    day: Whole
    value: Numbers
    starts: Whole
    sizes: Whole

    @property
    def first_day(self) -> Whole:
        """The first day of each series, 0 where it has no points."""
        return self._day_at(self.starts)

    @property
    def span_days(self) -> Whole:
        """Days from the first to the last point of each series, 0 where there are fewer than
        two.
        """
        return self._day_at(self.starts + self.sizes - 1) - self.first_day

    def _day_at(self, places: Whole) -> Whole:
        if not len(self.day):
            return np.zeros(len(self.starts), dtype=np.int64)
        return np.where(self.sizes > 0, self.day[np.clip(places, 0, len(self.day) - 1)], 0)

    def batches(self, chosen: Mask) -> Iterator[tuple[Whole, Numbers, Numbers]]:
        """Yield the chosen series by their size, in parts that bound the memory.

        Yields:
            The places of b series of n points each, their days since the first point (b x n), their
            values (b x n). A series alone may exceed the bound: it is never cut.
        """
        places = np.flatnonzero(chosen)
        sizes = self.sizes[places]
        for size in np.unique(sizes).tolist():
            alike = places[sizes == size]
            step = max(1, _MOST_PAIRS // max(1, size * (size - 1) // 2))
            for at in range(0, len(alike), step):
                batch = alike[at : at + step]
                points = self.starts[batch][:, None] + np.arange(size)
                day = self.day[points]
                yield batch, (day - day[:, :1]).astype(np.float64), self.value[points]


def select_points(annotated: pd.DataFrame, series: SeriesOrder) -> Points:
    """Return, for every series, what its trend is computed from.

    Taken are uncensored results on treatment, but not those of the days after an infusion
    on which the steroid given with it may shift counts. Of several on one calendar day the median
    is taken, so no day stands twice. Results before treatment are left out: the step down that the
    drug makes is no trend.
    """
    usable = (annotated["_comparator"].to_numpy() == 0) & annotated["_on_treatment"].to_numpy()
    usable &= ~annotated["_after_steroid"].to_numpy()
    at = usable[series.order]
    rows, number = series.order[at], series.number[at]
    day, value = annotated["_day"].to_numpy()[rows], annotated["value"].to_numpy()[rows]
    opens = opens_group(number, day)
    sizes = np.bincount(number[opens], minlength=len(series.starts))
    return Points(day[opens], _medians(value, opens), np.cumsum(sizes) - sizes, sizes)


def _medians(value: Numbers, opens: Mask) -> Numbers:
    """Return the median of each group of neighbouring values; most groups have one.

    Rounded as all values are, so that 5.9 and the middle of 5.8 and 6.0 are the same number.
    """
    starts = np.flatnonzero(opens)
    sizes = group_sizes(starts, len(value))
    medians = value[starts]
    if len(several := np.flatnonzero(sizes > 1)):
        member = np.repeat(sizes > 1, sizes)
        number = np.repeat(np.arange(len(several)), sizes[several])
        ordered = value[member][np.lexsort((value[member], number))]
        begin = np.cumsum(sizes[several]) - sizes[several]
        low, high = begin + (sizes[several] - 1) // 2, begin + sizes[several] // 2
        medians[several] = round_significant((ordered[low] + ordered[high]) / 2)
    return medians
