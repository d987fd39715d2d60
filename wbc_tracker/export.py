"""Write annotated results as CSV or Parquet, in the columns and order of schema.EXPORT_COLUMNS."""

from __future__ import annotations

import io
import re
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import BinaryIO

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq

from wbc_tracker import schema

_SLICE_ROWS = 50_000
_THREADS = 2
#: A spreadsheet takes a cell that starts with one of these as a formula.
_FORMULA_START = r"^[=+\-@\t\r]"
#: Control characters but tab and line ends; a terminal would obey them.
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
_NEEDS_QUOTES = r'[",\r\n]'
_ARROW_TYPES = {"text": pa.string(), "number": pa.float64(), "integer": pa.int64(), "boolean": pa.bool_()}


def write_csv(annotated: pd.DataFrame, stream: BinaryIO) -> None:
    """Write UTF-8 CSV without BOM, LF line ends, numbers in their shortest form.

    A text cell that a spreadsheet would take for a formula gets a leading apostrophe, numbers never; control
    characters are written escaped. Slices are written by two threads: the writer is the slowest part of a large export.
    """
    table = to_arrow(annotated)
    columns = [_defuse(column) for column in table.columns]
    quoted = any(_has_special(column) for column in columns)
    table = pa.table(columns, names=table.column_names)
    options = pacsv.WriteOptions(include_header=False, quoting_style="needed" if quoted else "none")
    stream.write((",".join(table.column_names) + "\n").encode())
    with ThreadPoolExecutor(_THREADS) as pool:
        waiting: deque[Future[bytes]] = deque()
        for start in range(0, table.num_rows, _SLICE_ROWS):
            waiting.append(pool.submit(_render, table.slice(start, _SLICE_ROWS), options))
            if len(waiting) > _THREADS + 1:
                stream.write(waiting.popleft().result())
        while waiting:
            stream.write(waiting.popleft().result())


def write_parquet(annotated: pd.DataFrame, stream: BinaryIO) -> None:
    """Write Parquet with the same columns; texts are kept as they are, dates are ISO texts as in the CSV."""
    pq.write_table(to_arrow(annotated), stream)


def to_arrow(annotated: pd.DataFrame) -> pa.Table:
    """Return the export columns as an Arrow table; repeated texts stay dictionaries, missing is null."""
    arrays = []
    for column in schema.EXPORT_COLUMNS:
        values = annotated[column.name]
        if isinstance(values.dtype, pd.CategoricalDtype):
            codes = values.cat.codes.to_numpy().astype(np.int32)
            words = pa.array(values.cat.categories.astype("str").tolist(), pa.string())
            arrays.append(pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), words))
        else:
            arrays.append(pa.array(values.array, type=_ARROW_TYPES[column.type], from_pandas=True))
    return pa.table(arrays, names=schema.names(schema.EXPORT_COLUMNS))


def _render(table: pa.Table, options: pacsv.WriteOptions) -> bytes:
    buffer = io.BytesIO()
    plain = [pc.cast(c, c.type.value_type) if pa.types.is_dictionary(c.type) else c for c in table.columns]
    pacsv.write_csv(pa.table(plain, names=table.column_names), buffer, options)
    return buffer.getvalue()


def _texts(column: pa.ChunkedArray) -> pa.Array | None:
    """Return the distinct texts of a dictionary column, the texts of a text column, None for numbers."""
    if pa.types.is_dictionary(column.type):
        return (
            column.combine_chunks().unify_dictionaries().chunk(0).dictionary
            if column.num_chunks > 1
            else (column.chunk(0).dictionary if column.num_chunks else pa.array([], pa.string()))
        )
    return column.combine_chunks() if pa.types.is_string(column.type) else None


def _defuse(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return the column with formulas and control characters made harmless; most columns come back as they are."""
    texts = _texts(column)
    if texts is None or not pc.any(pc.match_substring_regex(texts, f"{_FORMULA_START}|{_CONTROL}")).as_py():
        return column
    marked = pc.binary_join_element_wise("'", texts, "")
    safe = pc.if_else(pc.match_substring_regex(texts, _FORMULA_START), marked, texts)
    safe = pa.array([_escape_controls(text) for text in safe.to_pylist()], pa.string())
    if pa.types.is_dictionary(column.type):
        return pa.chunked_array([pa.DictionaryArray.from_arrays(column.chunk(0).indices, safe)])
    return pa.chunked_array([safe])


def _escape_controls(text: str | None) -> str | None:
    return None if text is None else re.sub(_CONTROL, lambda found: f"\\x{ord(found.group()):02x}", text)


def _has_special(column: pa.ChunkedArray) -> bool:
    texts = _texts(column)
    return texts is not None and bool(pc.any(pc.match_substring_regex(texts, _NEEDS_QUOTES)).as_py())
