"""Annotated results as Parquet: dates are dates, numbers are numbers, and the file says what its
columns mean and what it was made with.

The types never depend on the rows, so that parts of a whole and files of several days are one data
set. A draw is printed with a time or without: its date is the column, and the time stands in one of
its own, behind all others; a date without a time is never midnight.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from wbc_tracker import schema
from wbc_tracker.frames import one_dictionary, to_arrow
from wbc_tracker.schema import DAY, DAY_OR_MOMENT, MOMENT, TIMES

#: The key of the file's metadata under which stands what it was made with, as JSON.
MADE_WITH = b"wbc_tracker"
_PANDAS = b"pandas"
_DATE_LETTERS = len("2025-03-01")
_TYPES = {
    "text": pa.dictionary(pa.int32(), pa.string()),
    "number": pa.float64(),
    "integer": pa.int64(),
    "boolean": pa.bool_(),
}
_TIME_TYPES = {DAY: pa.date32(), DAY_OR_MOMENT: pa.date32(), MOMENT: pa.timestamp("ms")}


def write_parquet(
    annotated: pd.DataFrame,
    stream: BinaryIO,
    columns: Sequence[schema.Column] = schema.EXPORT_COLUMNS,
    made_with: Mapping[str, object] | None = None,
) -> None:
    """Write all rows; `made_with` is plain data that goes into the file's metadata."""
    table = with_types(to_arrow(annotated, columns), columns)
    pq.write_table(table.cast(parquet_schema(columns, made_with)), stream)


def parquet_schema(
    columns: Sequence[schema.Column], made_with: Mapping[str, object] | None = None
) -> pa.Schema:
    """Return the types of a file with these columns, each with its unit and meaning."""
    told: dict[bytes, str] = {_PANDAS: json.dumps(_pandas(columns))}
    if made_with is not None:
        told[MADE_WITH] = json.dumps(made_with, ensure_ascii=False)
    return pa.schema([_field(column) for column in _with_times(columns)], metadata=told)


def with_types(table: pa.Table, columns: Sequence[schema.Column]) -> pa.Table:
    """Return a table of `to_arrow`, or a slice of it, with dates and times in place of texts."""
    typed, times = [], []
    for column, texts in zip(columns, table.columns, strict=True):
        if column.unit == DAY_OR_MOMENT and column.name in TIMES:
            times.append(_of_words(texts, _times))
        typed.append(_of_words(texts, _READERS[column.unit]) if _tells_time(column) else texts)
    return pa.table([*typed, *times], names=schema.names(_with_times(columns)))


def _tells_time(column: schema.Column) -> bool:
    return column.type == "text" and column.unit in _TIME_TYPES


def _with_times(columns: Sequence[schema.Column]) -> list[schema.Column]:
    """Return the columns of the file: those, and behind them the times of dates."""
    own = [TIMES[c.name] for c in columns if c.unit == DAY_OR_MOMENT and c.name in TIMES]
    return [*columns, *own]


def _field(column: schema.Column) -> pa.Field:
    kind = _TYPES[column.type]
    if column in TIMES.values():
        kind = pa.time32("ms")
    elif _tells_time(column):
        kind = _TIME_TYPES[column.unit]
    told = {"label": column.label, "unit": column.unit, "description": column.meaning}
    return pa.field(column.name, kind, metadata={key: text for key, text in told.items() if text})


def _pandas(columns: Sequence[schema.Column]) -> dict[str, object]:
    """Tell pandas that whole numbers stay whole where some are missing."""
    whole = [
        {
            "name": column.name,
            "field_name": column.name,
            "pandas_type": "int64",
            "numpy_type": "Int64",
            "metadata": None,
        }
        for column in columns
        if column.type == "integer"
    ]
    return {"index_columns": [], "column_indexes": [], "columns": whole}


def _of_words(texts: pa.ChunkedArray, read: Callable[[pa.Array], pa.Array]) -> pa.Array:
    """Return what each text tells; a text that repeats is read once."""
    array = one_dictionary(texts)
    return read(array.dictionary).take(array.indices)


def _days(words: pa.Array) -> pa.Array:
    return pc.cast(pc.utf8_slice_codeunits(words, 0, _DATE_LETTERS), pa.date32())


def _moments(words: pa.Array) -> pa.Array:
    return pc.cast(words, pa.timestamp("ms"))


def _times(words: pa.Array) -> pa.Array:
    """Return the times behind dates, null where there is none."""
    times = pc.cast(_moments(words), pa.time32("ms"))
    is_printed = pc.greater(pc.utf8_length(words), _DATE_LETTERS)
    return pc.if_else(is_printed, times, pa.scalar(None, times.type))


_READERS = {DAY: _days, DAY_OR_MOMENT: _days, MOMENT: _moments}
