"""A second column of the same values that keeps what the first has lost: `<1` beside 1."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import numpy as np

from wbc_tracker.errors import AmbiguousFileError
from wbc_tracker.intake.column.texts import TextColumn, matches
from wbc_tracker.intake.options import mapped
from wbc_tracker.intake.table.layout import Layout
from wbc_tracker.intake.table.table import TextTable

_LIMIT = re.compile(r"^[<>≤≥]=?\s*([0-9]+(?:[.,][0-9]+)?)(?:\s|$)")
_NUMBER = re.compile(r"^(?:[<>≤≥]=?\s*)?([0-9]+(?:[.,][0-9]+)?)(?:\s|$)")
#: So many rows are compared, and of their numbers so many must be the same, for a copy.
_COMPARED, _SAME = 2_000, 0.8


def refuse_lost_limits(table: TextTable, layout: Layout, unread: Iterable[int]) -> None:
    """Refuse a long file whose values have lost the comparators that another column prints.

    Raises:
        AmbiguousFileError: naming the column, the line and the option that settles it.
    """
    for index, found in lost_limits(table, layout, unread):
        column, values = table.columns[index], table.columns[layout.values[0].index]
        if _is_copy(column, values):
            name = table.header[index]
            raise AmbiguousFileError(
                f"{table.file}: the column {name!r} prints a comparator that the values lack: "
                f"line {table.source_row[found]} has {column[found]!r} beside "
                f"{values[found]!r}.",
                f"Read it instead, with --map value={name!r}.",
                code="comparator_unclear",
                settled_by=mapped(name, "value"),
            )


def lost_limits(
    table: TextTable, layout: Layout, unread: Iterable[int]
) -> Iterator[tuple[int, int]]:
    """Return the columns of a long file that print a comparator beside the same number without one,
    and the first such row.
    """
    if layout.kind != "long" or len(layout.values) != 1:
        return
    values = table.columns[layout.values[0].index]
    sign = layout.roles.get("comparator", layout.values[0].beside.get("comparator", -1))
    for index in unread:
        column = table.columns[index]
        lost = column.spread(matches(column.words, "^[<>≤≥]")) & ~values.is_blank()
        lost &= ~values.spread(matches(values.words, "^[<>≤≥]"))
        if sign >= 0:
            lost &= table.columns[sign].is_blank()
        for row in np.flatnonzero(lost)[:_COMPARED].tolist():
            if _is_limit_of(column[row], values[row]):
                yield index, row
                break


def _is_limit_of(text: str, value: str) -> bool:
    limit = _LIMIT.match(text)
    return bool(limit) and _number(value) == _number(text)


def _is_copy(column: TextColumn, values: TextColumn) -> bool:
    """Tell whether the numbers of two columns are the same in most of the first rows."""
    rows = range(min(len(column), _COMPARED))
    pairs = [(_number(column[row]), _number(values[row])) for row in rows]
    both = [(first, second) for first, second in pairs if first is not None and second is not None]
    return sum(first == second for first, second in both) >= _SAME * len(both) > 0


def _number(text: str) -> float | None:
    found = _NUMBER.match(text)
    return float(found[1].replace(",", ".")) if found else None
