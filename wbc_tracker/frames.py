"""Frames one below the other without losing the compact form of their texts, and their columns as
plain values or as an Arrow table, from which all large files are written.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.api.types import union_categoricals

from wbc_tracker.schema import Column, names

_SLICE_ROWS = 25_000
_THREADS = 2
_ARROW_TYPES = {
    "text": pa.string(),
    "number": pa.float64(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
}


def stack_frames(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """Return the frames one below the other, with a fresh index.

    Columns that are categories in one frame stay categories, over all words of all frames; plain
    concatenation would turn them into one text a row.
    """
    if len(frames) == 1:
        return frames[0].reset_index(drop=True)
    columns = {}
    for name in frames[0].columns:
        parts = [frame[name] for frame in frames]
        if any(isinstance(part.dtype, pd.CategoricalDtype) for part in parts):
            columns[name] = pd.Series(
                union_categoricals([part.astype("category") for part in parts])
            )
        else:
            columns[name] = pd.concat(parts, ignore_index=True)
    return pd.DataFrame(columns)


def plain_list(column: pd.Series) -> list[Any]:
    """Return a column as plain values, None where one is missing."""
    if isinstance(column.dtype, pd.CategoricalDtype):
        # Only the words of these rows: a cohort has many more.
        codes, places = np.unique(column.cat.codes.to_numpy(), return_inverse=True)
        known: list[Any] = column.cat.categories.take(codes[codes >= 0]).tolist()
        words = [None] * (len(codes) - len(known)) + known
        return [words[place] for place in places.tolist()]
    missing = column.isna().tolist()
    return [
        None if absent else value for value, absent in zip(column.tolist(), missing, strict=True)
    ]


def to_arrow(frame: pd.DataFrame, columns: Sequence[Column]) -> pa.Table:
    """Return columns as an Arrow table: texts are dictionaries, missing is null.

    A dictionary holds the words of these rows alone: Parquet would write those of all others, too.
    """
    arrays = []
    for column in columns:
        values = frame[column.name]
        if isinstance(values.dtype, pd.CategoricalDtype):
            arrays.append(_dictionary(values))
        else:
            plain = pa.array(values.array, type=_ARROW_TYPES[column.type], from_pandas=True)
            arrays.append(plain.dictionary_encode() if column.type == "text" else plain)
    return pa.table(arrays, names=names(columns))


def one_dictionary(column: pa.ChunkedArray) -> pa.DictionaryArray:
    """Return a column of dictionaries in one piece."""
    array = column.combine_chunks()
    return array.chunk(0) if isinstance(array, pa.ChunkedArray) else array


def text_of(pieces: pa.ChunkedArray) -> bytes:
    """Return texts one behind the other, as they lie in memory."""
    array = pieces.combine_chunks()
    if not len(array):
        return b""
    _, offsets, content = array.buffers()
    at = np.frombuffer(offsets, np.int32)[array.offset : array.offset + len(array) + 1]
    return memoryview(content)[int(at[0]) : int(at[-1])].tobytes()


def slices_of(table: pa.Table) -> Iterator[pa.Table]:
    """Yield a table in slices of which each becomes text at once."""
    return (table.slice(at, _SLICE_ROWS) for at in range(0, table.num_rows, _SLICE_ROWS))


def render_slices(table: pa.Table, render: Callable[[pa.Table], bytes]) -> Iterator[bytes]:
    """Yield what each slice of a table becomes, in their order; two threads do it, because that is
    the slowest part of a large file.
    """
    with ThreadPoolExecutor(_THREADS) as pool:
        waiting: deque[Future[bytes]] = deque()
        for part in slices_of(table):
            waiting.append(pool.submit(render, part))
            if len(waiting) > _THREADS + 1:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _dictionary(texts: pd.Series) -> pa.DictionaryArray:
    """Return repeated texts with the words that occur, in their order."""
    codes = texts.cat.codes.to_numpy()
    words = texts.cat.categories.astype("str").to_numpy()
    occurs = np.zeros(len(words) + 1, dtype=bool)
    occurs[codes] = True  # a missing one, -1, is the last
    is_missing = codes < 0 if occurs[-1] else None
    codes = codes.astype(np.int32)
    if not occurs[:-1].all():
        codes = np.append(np.cumsum(occurs[:-1], dtype=np.int32) - 1, np.int32(-1))[codes]
        words = words[occurs[:-1]]
    return pa.DictionaryArray.from_arrays(
        pa.array(codes, mask=is_missing), pa.array(words.tolist(), pa.string())
    )
