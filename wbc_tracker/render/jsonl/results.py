"""Annotated results as JSON Lines: an object a row, numbers as numbers, what is absent as null.

Every letter that a terminal would obey or hide stands there as JSON writes it by its number, which
is the same letter for who reads it: the lines are safe to look at, and nothing is changed in them.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker import schema
from wbc_tracker.frames import one_dictionary, render_slices, slices_of, text_of, to_arrow
from wbc_tracker.wording import visible_json


def write_jsonl(
    annotated: pd.DataFrame,
    stream: BinaryIO,
    columns: Sequence[schema.Column] = schema.EXPORT_COLUMNS,
) -> None:
    """Write UTF-8 with LF line ends; dates are texts as in the CSV."""
    table = to_json_cells(to_arrow(annotated, columns))
    for lines in render_slices(table, render_lines):
        stream.write(lines)


def json_lines(
    annotated: pd.DataFrame, columns: Sequence[schema.Column] = schema.EXPORT_COLUMNS
) -> Iterator[bytes]:
    """Yield what `write_jsonl` writes, some lines at a time."""
    return map(render_lines, slices_of(to_json_cells(to_arrow(annotated, columns))))


def to_json_cells(table: pa.Table) -> pa.Table:
    """Return a table of `to_arrow` with every text as it stands in JSON, behind its key; each is
    made once.
    """
    cells = [
        _as_json(_key(place, table), table.column(place)) if _is_text(table, place) else column
        for place, column in enumerate(table.columns)
    ]
    return pa.table(cells, names=table.column_names)


def render_lines(table: pa.Table) -> bytes:
    """Return the lines of a table of `to_json_cells`, or of a slice of it."""
    if not table.num_rows:
        return b""
    parts: list[object] = []
    for place, column in enumerate(table.columns):
        key = _key(place, table)
        if _is_text(table, place):
            parts.append(pc.fill_null(pc.cast(column, pa.string()), f"{key}null"))
        else:
            parts += [key, pc.fill_null(pc.cast(_finite(column), pa.string()), "null")]
    return text_of(pc.binary_join_element_wise(*parts, "}\n", ""))


def _key(place: int, table: pa.Table) -> str:
    """Return what stands before the value of a column."""
    return f"{',' if place else '{'}{_json(table.column_names[place])}:"


def _is_text(table: pa.Table, place: int) -> bool:
    return bool(pa.types.is_dictionary(table.schema.field(place).type))


def _finite(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Return a column without numbers that JSON does not know."""
    if not pa.types.is_floating(column.type):
        return column
    return pc.if_else(pc.is_finite(column), column, None)


def _as_json(key: str, column: pa.ChunkedArray) -> pa.DictionaryArray:
    array = one_dictionary(column)
    words = pa.array([key + _json(word) for word in array.dictionary.to_pylist()], pa.string())
    return pa.DictionaryArray.from_arrays(array.indices, words)


def _json(word: str) -> str:
    return visible_json(json.dumps(word, ensure_ascii=False))
