"""Many short series of unequal length, as batches of equal length that fit into memory."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

#: Pairs of points that one batch may hold: some 10 MB an array, so that the arrays stay near the processor.
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
        """Days from the first to the last point of each series, 0 where there are fewer than two."""
        return self._day_at(self.starts + self.sizes - 1) - self.first_day

    def _day_at(self, places: Whole) -> Whole:
        if not len(self.day):
            return np.zeros(len(self.starts), dtype=np.int64)
        return np.where(self.sizes > 0, self.day[np.clip(places, 0, len(self.day) - 1)], 0)

    def batches(self, chosen: npt.NDArray[np.bool_]) -> Iterator[tuple[Whole, Numbers, Numbers]]:
        """Yield the chosen series by their size, in parts that bound the memory.

        Yields:
            The places of b series of n points each, their days since the first point (b x n), their values
            (b x n). A series alone may exceed the bound: it is never cut.
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
