"""The results of one patient and analyte as one series, in the order of time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.arrays import DAY_SECONDS, Mask, Numbers, Whole, ascending, opens_group


@dataclass(frozen=True)
class SeriesOrder:
    """The rows of a frame, sorted into one series a patient and analyte, by time, then by
    value and comparator: never by the order of the rows.

    Attributes:
        order: place in the frame of each sorted row. starts: where each series begins.
        number: the series of each sorted row.
    """

    order: Whole
    starts: Whole
    number: Whole

    @classmethod
    def of(cls, frame: pd.DataFrame, analytes: int) -> SeriesOrder:
        """Sort a frame with keys; `analytes` is the number of analytes in the catalogue."""
        key = frame["_patient"].to_numpy() * analytes + frame["_analyte"].to_numpy()
        instant = frame["_day"].to_numpy() * DAY_SECONDS + frame["_second"].to_numpy()
        order = _by_key_and_instant(key, instant)
        _order_ties(order, frame, key, instant)
        opens = opens_group(key[order])
        return cls(order, np.flatnonzero(opens), np.cumsum(opens) - 1)

    def find_rivals(self, frame: pd.DataFrame, chosen: Mask) -> Mask:
        """Return which sorted rows have another value among the chosen ones at the same time.

        `chosen` is in the sorted order too.
        """
        rows = self.order[chosen]
        moment = [frame[name].to_numpy()[rows] for name in ("_day", "_second", "_timed")]
        opens = opens_group(self.number[chosen], *moment)
        rivals = np.zeros(len(self.order), dtype=bool)
        if opens.all():
            return rivals
        value, starts = frame["value"].to_numpy()[rows], np.flatnonzero(opens)
        differs = np.maximum.reduceat(value, starts) != np.minimum.reduceat(value, starts)
        rivals[np.flatnonzero(chosen)] = differs[np.cumsum(opens) - 1]
        return rivals


def _by_key_and_instant(key: Whole, instant: Whole) -> Whole:
    """Return the order by key, then instant, equal ones as they stand: as one number, where both
    fit in one, because files are nearly in order already.
    """
    if not len(key):
        return np.zeros(0, dtype=np.int64)
    earliest = int(instant.min())
    span = int(instant.max()) - earliest + 1
    if int(key.max()) >= np.iinfo(np.int64).max // span:
        return np.lexsort((instant, key))
    return ascending(key * span + (instant - earliest))


def _order_ties(order: Whole, frame: pd.DataFrame, key: Whole, instant: Whole) -> None:
    """Put results of one series and moment in order by value and comparator, in place."""
    opens = opens_group(key[order], instant[order])
    tied = ~opens | ~np.append(opens[1:], True)
    if tied.any():
        rows = order[tied]
        told = [frame[name].to_numpy()[rows] for name in ("_comparator", "value", "_timed")]
        order[tied] = rows[np.lexsort((*told, instant[rows], key[rows]))]


def previous_exact(series: SeriesOrder, value: Numbers, exact: Mask) -> Numbers:
    """Return the value of the uncensored result before each sorted row, NaN without one."""
    place = np.arange(len(value))
    latest = np.maximum.accumulate(np.where(exact, place, -1))
    previous = np.append(-1, latest[:-1])[: len(value)]
    inside = previous >= series.starts[series.number]
    return np.where(inside, value[np.maximum(previous, 0)], np.nan)
