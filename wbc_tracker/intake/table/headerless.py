"""A file without a header line: which column is which, told by what its cells look like."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
import pyarrow as pa

from wbc_tracker.catalog import Catalog
from wbc_tracker.errors import AmbiguousFileError
from wbc_tracker.intake.column.ranges import parse_ranges
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.options import mapped
from wbc_tracker.intake.table.headers import DateTokens, HeaderWords, is_number, starts_with_digit
from wbc_tracker.intake.table.table import TextTable

_LOOKED_AT = 2_000
_MOST = 0.5


def tell_columns_by_cells(
    table: TextTable, chosen: Iterable[str], words: HeaderWords, dates: DateTokens, catalog: Catalog
) -> dict[str, str]:
    """Return role -> name of the column (`column 3`), for the roles that the cells prove.

    The date is the one column whose cells are all dates; the test the one with the names of tests;
    the interval and the unit the ones that hold nothing else; the value the one column of numbers
    that is left.

    Args:
        table: the file as text, its columns named by their places.
        chosen: roles that the user has named already.
        words, dates, catalog: what tells one kind of cell from another.

    Raises:
        AmbiguousFileError: two columns could be the date, the test or the value.
    """
    left = {i: _cells(table.columns[i]) for i in range(len(table.header))}
    left = {i: cells for i, cells in left.items() if cells}
    tests: tuple[tuple[str, Callable[[list[str]], bool]], ...] = (
        ("collected_at", lambda cells: all(dates.is_date(text) for text in cells)),
        ("analyte", lambda cells: _names_tests(cells, words)),
        ("unit", lambda cells: all(words.is_unit(text) for text in cells)),
        ("ref_range", lambda cells: _are_intervals(cells, catalog)),
        ("value", _are_values),
    )
    found: dict[str, str] = {}
    for role, fits in tests:
        columns = [i for i, cells in left.items() if fits(cells)]
        if role in chosen:
            continue
        if len(columns) > 1:
            names = " and ".join(table.header[i] for i in columns[:3])
            raise AmbiguousFileError(
                f"{table.file} has no header line, and {names} could both be the {role}.",
                f'Say which with --map {role}="{table.header[columns[0]]}", or add a header line.',
                code="header_ambiguous",
                settled_by=[way for i in columns[:3] for way in mapped(table.header[i], role)],
            )
        if columns:
            found[role] = table.header[columns[0]]
            del left[columns[0]]
    return found


def _cells(column: TextColumn) -> list[str]:
    """Return the distinct texts of a column that are not empty, the first thousands."""
    words = column.words if isinstance(column.words, pa.Array) else pa.array(column.words)
    used = np.unique(column.codes)[:_LOOKED_AT]
    return sorted({text for text in words.take(pa.array(used)).to_pylist() if text})


def _names_tests(cells: list[str], words: HeaderWords) -> bool:
    return any(words.is_test(text) for text in cells) and not any(is_number(text) for text in cells)


def _are_intervals(cells: list[str], catalog: Catalog) -> bool:
    """Tell whether most cells are intervals and none is a bare number."""
    parsed = parse_ranges(pa.array(cells), None, catalog)
    two_sided = ~np.isnan(parsed.low) & ~np.isnan(parsed.high)
    return bool(two_sided.mean() >= _MOST) and not any(is_number(text) for text in cells)


def _are_values(cells: list[str]) -> bool:
    """Tell whether most cells begin with a number, perhaps behind a comparator."""
    return sum(starts_with_digit(text.lstrip("<>≤≥= ")) for text in cells) >= _MOST * len(cells)
