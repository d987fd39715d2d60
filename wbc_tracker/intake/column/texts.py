"""A column of texts in compact form: each distinct text once, and for every cell which one it is.

Lab files repeat themselves (names, units, dates, intervals, even values), so every question is
asked once a distinct text and the answers are spread over the cells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.arrays import Mask, Small, Whole

Codes = npt.NDArray[np.int32]


@dataclass(frozen=True)
class TextColumn:
    """Distinct texts and a code a cell. `words` may hold a text twice,
    and texts that no cell has.
    """

    codes: Codes
    words: pa.Array

    @classmethod
    def of(cls, column: pa.Array | pa.ChunkedArray) -> TextColumn:
        """Return a string or dictionary column without nulls, each cell trimmed."""
        encoded = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
        if isinstance(encoded, pa.ChunkedArray):
            encoded = encoded.unify_dictionaries().combine_chunks()
        if isinstance(encoded, pa.ChunkedArray):
            encoded = (
                encoded.chunk(0)
                if encoded.num_chunks
                else pa.array([], pa.string()).dictionary_encode()
            )
        codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int32, copy=False)
        return cls(codes, pc.utf8_trim_whitespace(encoded.dictionary))

    @classmethod
    def constant(cls, word: str, size: int) -> TextColumn:
        """Return a column that says the same in every cell; its codes are one number, seen
        `size` times, so that it takes no memory and cannot be written to.
        """
        return cls(np.broadcast_to(np.int32(0), size), pa.array([word]))

    def __len__(self) -> int:
        return len(self.codes)

    def __getitem__(self, place: int) -> str:
        return str(self.words[int(self.codes[place])].as_py())

    def __iter__(self) -> Iterator[str]:
        return iter(self.to_pylist())

    def take(self, places: Whole) -> TextColumn:
        """Return the cells at some places."""
        return TextColumn(self.codes[places], self.words)

    def spread(self, answers: npt.NDArray[Any]) -> npt.NDArray[Any]:
        """Return for every cell the answer of its text; `answers` has one entry a word."""
        if not len(answers):
            return np.zeros(0, dtype=answers.dtype)
        if answers.dtype == np.bool_ and not answers.any():
            return np.zeros(len(self.codes), dtype=np.bool_)
        return np.asarray(answers[self.codes])

    def is_blank(self) -> Mask:
        """Return which cells are empty."""
        return self.spread(is_blank(self.words))

    def or_else(self, other: TextColumn) -> TextColumn:
        """Return the other column's text where this one is empty."""
        blank = self.is_blank()
        if not blank.any():
            return self
        if blank.all():
            return other
        codes = np.where(blank, other.codes + len(self.words), self.codes).astype(np.int32)
        return TextColumn(codes, pa.concat_arrays([self.words, other.words]))

    def joined(self, other: TextColumn, between: str) -> TextColumn:
        """Return both texts with something between them, a word a distinct pair."""
        key = self.codes.astype(np.int64) * max(len(other.words), 1) + other.codes
        pairs, codes = np.unique(key, return_inverse=True)
        first, second = np.divmod(pairs, max(len(other.words), 1))
        starts, ends = self.words.take(pa.array(first)), other.words.take(pa.array(second))
        words = pc.binary_join_element_wise(starts, ends, between)
        return TextColumn(codes.astype(np.int32), words)

    def used_words(self) -> pa.Array:
        """Return the texts that cells have, the empty one left out; a text may stand there
        twice.
        """
        places = np.flatnonzero(np.bincount(self.codes, minlength=len(self.words)))
        words = self.words.take(places)
        return words.filter(pc.not_equal(words, ""))

    def used(self, most: int | None = None) -> list[str]:
        """Return the distinct texts that cells have, the empty one left out; the first ones where
        `most` says how many.
        """
        if not len(self):
            return []
        words = self.used_words()
        if most is None:
            return list(dict.fromkeys(words.to_pylist()))
        return list(dict.fromkeys(words.slice(0, 2 * most).to_pylist()))[:most]

    def first(self) -> str:
        """Return the first cell that is not empty, or ""."""
        filled = np.flatnonzero(~self.is_blank())
        return self[int(filled[0])] if len(filled) else ""

    def categories(self) -> pd.Categorical:
        """Return the cells as categories; "" becomes missing."""
        places, distinct = pd.factorize(np.asarray(self.words.to_pylist(), dtype=object))
        blank = np.flatnonzero(distinct == "")
        if len(blank):
            places = np.where(places == blank[0], -1, places - (places > blank[0]))
            distinct = np.delete(distinct, blank)
        codes = self.spread(places.astype(np.int32))
        return pd.Categorical.from_codes(codes, categories=pd.Index(distinct, dtype="str"))

    def to_pylist(self) -> list[str]:
        """Return the cells as a list."""
        words = self.words.to_pylist()
        return [words[code] for code in self.codes.tolist()]


def stack_texts(columns: list[TextColumn]) -> TextColumn:
    """Return columns one below the other."""
    if len(columns) == 1:
        return columns[0]
    starts = np.cumsum([0, *(len(column.words) for column in columns[:-1])])
    codes = np.concatenate(
        [column.codes + start for column, start in zip(columns, starts, strict=True)]
    )
    return TextColumn(
        codes.astype(np.int32), pa.concat_arrays([column.words for column in columns])
    )


def to_mask(answers: pa.Array) -> Mask:
    """Return Arrow booleans without nulls as a NumPy mask."""
    return np.asarray(answers.to_numpy(zero_copy_only=False), dtype=bool)


def matches(texts: pa.Array, pattern: str) -> Mask:
    """Return which texts match a regular expression (RE2)."""
    return to_mask(pc.match_substring_regex(texts, pattern))


def is_blank(texts: pa.Array) -> Mask:
    """Return which texts are empty."""
    return to_mask(pc.equal(texts, ""))


def first_filled(columns: Sequence[TextColumn]) -> Small:
    """Return for every cell which of the columns is the first with a text, counted from 1; 0 is
    none.
    """
    place = np.zeros(len(columns[0]), dtype=np.int8)
    for number, column in reversed(list(enumerate(columns, start=1))):
        place[~column.is_blank()] = number
    return place
