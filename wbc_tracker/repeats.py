"""Which rows of several say one result or infusion: repeats, and values that the laboratory has
replaced.

The store answers the same questions in SQL, over what it holds; the rules are one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.arrays import Mask, Numbers, Whole, distinct_texts, encode
from wbc_tracker.errors import UsageError
from wbc_tracker.schema import STATUS_RANK, WITHDRAWN

#: From this rank on a value outlives a withdrawal that names no value.
CORRECTED_RANK = STATUS_RANK["corrected"]

_RANKS = pd.Index([*STATUS_RANK, WITHDRAWN])
_RANK_OF = np.array([*STATUS_RANK.values(), 0, STATUS_RANK[""]], dtype=np.int64)
#: Beyond this product of distinct values a combined key is renumbered before it could overflow.
_MOST_KEYS = 2**62


def drop_repeated(results: pd.DataFrame) -> pd.DataFrame:
    """Return the results without repeats, in input order.

    The same patient, analyte, time, comparator and value is one result. Of its rows the one stays
    that knows more: the printed unit, the laboratory's interval, the finer rounding; else the
    first. A date-only result that equals one with a time on that day is a repeat of that one.
    """
    keys = _Keys.of(results)
    row = keys.exact
    twice = pd.Series(row).duplicated(keep=False).to_numpy()
    repeated = np.zeros(len(results), dtype=bool)
    if twice.any():
        places = np.flatnonzero(twice)
        best = places[_better_first(results.iloc[places], row[places])]
        repeated[best[pd.Series(row[best]).duplicated().to_numpy()]] = True
    if keys.timed.any():
        repeated |= ~keys.timed & np.isin(keys.of_day, keys.of_day[keys.timed])
    return results[~repeated].reset_index(drop=True)


def hide_superseded(results: pd.DataFrame) -> pd.DataFrame:
    """Return the results that stand, in input order: without those that the laboratory has replaced
    or withdrawn, and without the rows that say so.

    Of one patient, analyte and time the higher status hides the lower: corrected, final, none,
    preliminary, whatever the order of the rows. A result that is printed twice has the higher
    status of the two. Two values of one status are both kept: neither decides alone.

    Withdrawn hides the equal value, also as a date without a time beside a time of that day; it
    hides no other value. Withdrawn without a value hides every value of that patient, analyte and
    time that is not a correction.
    """
    rank = _RANK_OF[encode(results["status"], _RANKS)]
    if (rank == STATUS_RANK[""]).all():
        return results.reset_index(drop=True)
    keys = _Keys.of(results)
    withdrawn = rank == 0
    empty = withdrawn & np.isnan(results["value"].to_numpy(dtype=np.float64, na_value=np.nan))
    result_rank = _highest(keys.exact, rank)
    hidden: Mask = result_rank < _highest(keys.draw, np.where(withdrawn, 0, rank))
    hidden |= (result_rank < CORRECTED_RANK) & np.isin(keys.draw, keys.draw[empty])
    taken_back = withdrawn & ~empty
    hidden |= np.isin(keys.exact, keys.exact[taken_back])
    hidden |= keys.timed & np.isin(keys.of_day, keys.of_day[taken_back & ~keys.timed])
    # A date alone that equals a time of its day is that result: it goes with it, and is no other.
    hidden |= ~keys.timed & np.isin(keys.of_day, keys.of_day[keys.timed])
    stands: Mask = ~(hidden | withdrawn)
    return results[stands].reset_index(drop=True)


def one_a_day(infusions: pd.DataFrame) -> pd.DataFrame:
    """Keep the first infusion of a patient and date, with the dose where any of them tells it;
    several files may repeat it.

    Raises:
        UsageError: two files contradict each other about an infusion.
    """
    day = infusions["infused_on"].str.slice(0, 10)
    key = [infusions["patient_id"], day]
    first = infusions.groupby(key).transform("first")
    differs = (first["drug"] != infusions["drug"]) | (
        first["dose_mg"].ne(infusions["dose_mg"]) & infusions["dose_mg"].notna()
    )
    if differs.any():
        row = infusions[differs].iloc[0]
        raise UsageError(
            f"The infusion files contradict each other about {row['patient_id']} on "
            f"{row['infused_on']}.",
            "Keep the right row and remove the other.",
        )
    repeated = pd.DataFrame({"p": key[0], "d": day}).duplicated()
    return infusions.assign(dose_mg=first["dose_mg"])[~repeated].reset_index(drop=True)


@dataclass(frozen=True)
class _Keys:
    """What two rows can have in common, as numbers.

    Attributes:
        exact: the same result. of_day: the same, whatever the time of the day. draw: the same
            patient, analyte and time. timed: has a time.
    """

    exact: Whole
    of_day: Whole
    draw: Whole
    timed: Mask

    @classmethod
    def of(cls, results: pd.DataFrame) -> _Keys:
        codes, words = distinct_texts(results["collected_at"])
        timed = np.array([len(word) > len("2025-03-01") for word in words], dtype=bool)
        days, _ = pd.factorize(np.array([word[:10] for word in words], dtype=object))
        at, day = pd.Series(codes), pd.Series(days[codes] if len(days) else codes)
        series = pd.Series(_group([results["patient_id"], results["analyte"]]))
        same = pd.Series(_group([series, results["comparator"], results["value"]]))
        return cls(
            _group([same, at]),
            _group([same, day]),
            _group([series, at]),
            timed[codes] if len(timed) else np.zeros(len(codes), dtype=bool),
        )


def _better_first(results: pd.DataFrame, key: Whole) -> Whole:
    """Return the places of the rows by their key, of each key the row that knows more first."""
    low, high, step = (_numbers(results, name) for name in ("ref_low", "ref_high", "value_step"))
    unit = results["reported_unit"].astype("str").fillna("").ne("").to_numpy()
    knows = 4 * unit + 2 * ~(np.isnan(low) & np.isnan(high)) + 1 * ~np.isnan(step)
    first, last = (np.nan_to_num(each, nan=-np.inf) for each in (low, high))
    return np.lexsort((last, first, step, -knows, key))


def _numbers(results: pd.DataFrame, name: str) -> Numbers:
    return results[name].to_numpy(dtype=np.float64, na_value=np.nan)


def _highest(key: Whole, rank: Whole) -> Whole:
    """Return the highest rank among the rows of the same key."""
    codes, distinct = pd.factorize(key)
    highest = np.zeros(len(distinct), dtype=np.int64)
    np.maximum.at(highest, codes, rank)
    return highest[codes]


def _group(columns: Sequence[pd.Series]) -> Whole:
    """Return one number a distinct combination of the columns; missing counts as a value."""
    key, room = np.zeros(len(columns[0]), dtype=np.int64), 1
    for column in columns:
        if pd.api.types.is_integer_dtype(column.dtype):
            codes = column.to_numpy()
            size = int(codes.max(initial=0)) + 1
        elif isinstance(column.dtype, pd.CategoricalDtype):
            codes, size = (
                column.cat.codes.to_numpy().astype(np.int64) + 1,
                len(column.cat.categories) + 1,
            )
        else:
            codes, distinct = pd.factorize(column, use_na_sentinel=False)
            size = len(distinct)
        if room * size >= _MOST_KEYS:
            key = pd.factorize(key)[0].astype(np.int64)
            room = int(key.max(initial=0)) + 1
        key, room = key * max(size, 1) + codes, room * max(size, 1)
    return key
