"""What every room does with arrays: their types, days, groups of equal keys, words by their place.

A key column is sorted before it is cut into groups; a word is held by its place in a short list, -1
where there is none.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

Mask = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.float64]
#: Codes of a handful of words, one byte each: comparators, problems, ranks.
Small = npt.NDArray[np.int8]

DAY_SECONDS = 86_400
#: Stands where there is no day; earlier than all.
NO_DAY = np.iinfo(np.int64).min
#: 9999-12-31: what lies behind it has no ISO date of four digits a year.
LAST_DAY = 2_932_896


def day_of(iso: str) -> int:
    """Return the day of an ISO date or instant, counted from 1970-01-01."""
    return int(np.datetime64(iso[:10], "D").astype(np.int64))


def iso_of(day: int) -> str:
    """Return the ISO date of a day counted from 1970-01-01."""
    return str(np.datetime64(int(day), "D"))


def iso_dates(days: Whole) -> npt.NDArray[np.str_]:
    """Return the ISO date of each day counted from 1970-01-01."""
    return np.datetime_as_string(days.astype("datetime64[D]"))


def ascending(key: npt.NDArray[np.integer[Any]]) -> Whole:
    """Return the places of whole numbers in ascending order, equal ones as they stand.

    Each number is sorted with its place as its last digits, which is many times as quick as to sort
    places by their numbers.
    """
    if not len(key):
        return np.zeros(0, dtype=np.int64)
    least, bits = int(key.min()), len(key).bit_length()
    if int(key.max()) - least >= 1 << (63 - bits):
        return np.argsort(key, kind="stable")
    packed = (key.astype(np.int64) - least << bits) | np.arange(len(key))
    packed.sort()
    return np.asarray(packed & ((1 << bits) - 1), dtype=np.int64)


def opens_group(*keys: npt.NDArray[Any]) -> Mask:
    """Return which entries differ from the one before in any of the keys; the first always does."""
    opens = np.ones(len(keys[0]), dtype=bool)
    for number, key in enumerate(keys):
        differs = key[1:] != key[:-1]
        opens[1:] = differs if number == 0 else opens[1:] | differs
    return opens


def group_starts(*keys: npt.NDArray[Any]) -> Whole:
    """Return the places where a group of equal neighbours begins."""
    return np.flatnonzero(opens_group(*keys))


def group_sizes(starts: Whole, total: int) -> Whole:
    """Return how many entries each group has, from where they begin; the last ends with all."""
    return np.diff(np.append(starts, total))


def is_followed(key: npt.NDArray[Any]) -> Mask:
    """Return which entries have a neighbour of the same group behind them."""
    follows = np.zeros(len(key), dtype=bool)
    follows[:-1] = key[1:] == key[:-1]
    return follows


def encode(texts: pd.Series, index: pd.Index) -> Whole:
    """Return the place of each text in an index of distinct texts,
    -1 where it is missing or not there.
    """
    if isinstance(texts.dtype, pd.CategoricalDtype):
        places = index.get_indexer(texts.cat.categories.astype("str"))
        codes = texts.cat.codes.to_numpy()
        return np.asarray(np.append(places, -1)[codes], dtype=np.int64)
    codes, distinct = pd.factorize(texts)
    return np.asarray(np.append(index.get_indexer(pd.Index(distinct)), -1)[codes], dtype=np.int64)


def distinct_texts(texts: pd.Series) -> tuple[Whole, list[str]]:
    """Return a code for every text (-1: missing) and the distinct texts that occur."""
    if isinstance(texts.dtype, pd.CategoricalDtype):
        codes = texts.cat.codes.to_numpy()
        occurs = np.bincount(codes + 1, minlength=len(texts.cat.categories) + 1)[1:] > 0
        if not occurs.all():
            texts = texts.cat.remove_unused_categories()
            codes = texts.cat.codes.to_numpy()
        return codes.astype(np.int64), texts.cat.categories.astype("str").tolist()
    codes, distinct = pd.factorize(texts)
    return codes.astype(np.int64), [str(text) for text in distinct]


def date_texts(days: Whole, valid: Mask) -> pd.Categorical:
    """Return ISO dates for days since 1970-01-01, missing where not valid."""
    codes, distinct = pd.factorize(np.where(valid, days, 0))
    texts = pd.Index(iso_dates(distinct), dtype="str")
    return pd.Categorical.from_codes(np.where(valid, codes, -1), categories=texts)


def whole_numbers(numbers: Whole, valid: Mask) -> Any:
    """Return nullable integers, missing where not valid."""
    return pd.arrays.IntegerArray(numbers.astype(np.int32), ~valid)


def choose(codes: npt.NDArray[Any], words: tuple[str, ...]) -> pd.Categorical:
    """Return words by their place, missing for -1."""
    return pd.Categorical.from_codes(codes, categories=pd.Index(words, dtype="str"))


def is_after(texts: pd.Series, day: str) -> Mask:
    """Return which dates or dates with times lie after a day."""
    codes, words = distinct_texts(texts)
    after = np.array([word[:10] > day for word in words], dtype=bool)
    if not after.any():
        return np.zeros(len(codes), dtype=bool)
    return np.asarray(after[codes], dtype=bool)
