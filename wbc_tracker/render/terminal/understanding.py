"""How a file was understood, as tables of plain text."""

from __future__ import annotations

from collections.abc import Sequence

from wbc_tracker.intake.result.mapping import ColumnReading, TestReading
from wbc_tracker.wording import visible

_MOST_TESTS = 60
_WIDEST = 32


def understanding_lines(shape: str, columns: Sequence[ColumnReading], tests: Sequence[TestReading]) -> list[str]:
    """Return what every column was taken for, and every test with its unit, how it was decided, and a sample."""
    lines = [f"  Text: {shape}."] if shape else []
    rows = [(_short(c.header) or "(no name)", _short(c.role), c.how, _short(c.sample)) for c in columns]
    lines += _table(("column", "taken for", "decided by", "first cell"), rows)
    if tests:
        lines += ["", *_table(("test", "analyte", "decided by", "cells", "sample"), _told(tests)[:_MOST_TESTS])]
    more = len(_told(tests)) - _MOST_TESTS
    return [*lines, f"  and {more} more tests."] if more > 0 else lines


def _told(tests: Sequence[TestReading]) -> list[tuple[str, ...]]:
    """Return a row a test; the columns of a flowsheet, which are dates, are told together."""
    rows: dict[tuple[str, str, str], tuple[int, TestReading]] = {}
    for test in tests:
        key = (test.name, test.analyte, test.how)
        count, first = rows.get(key, (0, test))
        rows[key] = count + test.cells, first if first.value or not test.value else test
    return [
        (
            _short(test.name) or "(no name)",
            f"{test.analyte} [{test.unit}]" if test.analyte else "not known: ignored" if not test.how else "?",
            test.how,
            str(count),
            f"{_short(test.sample)} -> {test.value} {test.unit}" if test.value else _short(test.sample),
        )
        for count, test in rows.values()
    ]


def _table(header: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return rows under a header, columns as wide as their widest cell."""
    shown = [tuple(visible(cell) for cell in row) for row in rows]
    widths = [max(len(row[i]) for row in (header, *shown)) for i in range(len(header))]
    return [
        ("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))).rstrip()
        for row in (header, *shown)
    ]


def _short(text: str) -> str:
    return text if len(text) <= _WIDEST else text[: _WIDEST - 3] + "..."
