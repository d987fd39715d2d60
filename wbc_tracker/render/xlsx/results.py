"""Annotated results as a workbook: a sheet of them, one that tells what each column means, and what
they were made with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Any, BinaryIO

import pandas as pd

from wbc_tracker import schema
from wbc_tracker.frames import plain_list
from wbc_tracker.render.xlsx.book import (
    Kind,
    Marked,
    SheetColumn,
    new_book,
    refuse_too_many,
    width_of,
)

#: So many rows are Python objects at once; the widths are those of the first of them.
_ROWS_AT_ONCE = 5_000
_MEANINGS = (
    SheetColumn("column", "text", 28),
    SheetColumn("unit", "text", 18),
    SheetColumn("meaning", "text", 40),
)


def write_workbook(
    annotated: pd.DataFrame,
    stream: BinaryIO,
    about: Sequence[str],
    columns: Sequence[schema.Column] = schema.EXPORT_COLUMNS,
    on_rows: Callable[[int], None] = lambda _: None,
) -> None:
    """Write the workbook.

    A value with a comparator is a number that is shown with it; dates before March 1900, which a
    spreadsheet counts wrongly, are texts.

    Args:
        annotated: with these columns. stream: where to. about: sentences on the last sheet.
        columns: in their order. on_rows: is told how many rows are written.

    Raises:
        UsageError: they are more than a sheet holds.
    """
    refuse_too_many(len(annotated))
    first = _cells(annotated, columns, 0)
    told = [
        SheetColumn(column.name, _kind(column), width_of(cells))
        for column, cells in zip(columns, first, strict=True)
    ]
    with new_book(stream) as book:
        book.add_table("results", told, _rows(annotated, columns, on_rows))
        meanings = ([column.name, column.unit, column.meaning] for column in columns)
        book.add_table("columns", _MEANINGS, meanings)
        book.add_text("about", about)


def _kind(column: schema.Column) -> Kind:
    if column.type == "text":
        return "date" if column.unit.startswith("ISO 8601") else "text"
    return "number"


def _rows(
    annotated: pd.DataFrame, columns: Sequence[schema.Column], on_rows: Callable[[int], None]
) -> Iterator[Sequence[Any]]:
    def portion(start: int) -> Iterator[Sequence[Any]]:
        on_rows(start)
        return zip(*_cells(annotated, columns, start), strict=True)

    return chain.from_iterable(map(portion, range(0, len(annotated), _ROWS_AT_ONCE)))


def _cells(
    annotated: pd.DataFrame, columns: Sequence[schema.Column], start: int
) -> list[Sequence[Any]]:
    """Return the cells of some rows, column by column."""
    rows = annotated.iloc[start : start + _ROWS_AT_ONCE]
    cells = {column.name: plain_list(rows[column.name]) for column in columns}
    if {"value", "comparator"} <= cells.keys():
        cells["value"] = [
            Marked(value, comparator) if comparator else value
            for value, comparator in zip(cells["value"], cells["comparator"], strict=True)
        ]
    return list(cells.values())
