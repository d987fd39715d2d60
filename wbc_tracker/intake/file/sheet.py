"""From an Excel workbook to rows of text: one sheet, every cell as a person sees it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from wbc_tracker.arrays import Mask
from wbc_tracker.errors import AmbiguousFileError, UnreadableFileError, UsageError
from wbc_tracker.intake.file.workbook import Archive, Extent
from wbc_tracker.near import did_you_mean, nearest
from wbc_tracker.wording import install_words

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

#: Our choice: far beyond any record of one person, and about a gigabyte in memory.
MOST_CELLS = 5_000_000
#: What Excel shows of a number; the digits beyond are those of binary fractions.
_DIGITS = 15
#: Of more sheets not each gets its line to paste.
_MOST_SHEETS = 5
_PLAIN = 1e15


@dataclass(frozen=True)
class Sheet:
    """One sheet as text.

    Attributes:
        name: of the sheet.
        rows: the cells of the smallest rectangle around all filled ones: numbers in their shortest
            form, percentages as shown (`45%`), dates as `2025-03-01` or `2025-03-01T08:20:00`,
            `TRUE`, `FALSE`, errors such as `#DIV/0!`, and "" for an empty cell.
        first_row: the number of the first of these rows in the sheet, from 1.
        numeric: shape (rows, columns); where the workbook holds a number. Such a cell proves a
            decimal point.
        hidden: the names of hidden sheets that hold something; they are read only when named.
    """

    name: str
    rows: list[list[str]]
    first_row: int
    numeric: Mask
    hidden: tuple[str, ...] = ()


def read_sheet(raw: bytes, file: str, sheet: str | None) -> Sheet:
    """Read one sheet of an XLSX workbook; formulas give the values that were saved with them.

    Args:
        raw: the file's bytes. file: its name, for messages.
        sheet: which sheet; without it the only visible one that holds something.

    Raises:
        UnreadableFileError: not an XLSX workbook, damaged, protected, empty, too large, or
            python-calamine is missing.
        AmbiguousFileError: several sheets hold something, and none is named.
        UsageError: there is no sheet of that name.
    """
    archive = Archive(raw, file)
    parts = archive.sheet_parts()
    book = _open(raw, file)
    hidden_by_name = _worksheets(book)
    if sheet is not None and sheet not in hidden_by_name:
        raise UsageError(
            f"--sheet: {file} has no sheet {sheet!r}.{did_you_mean(sheet, hidden_by_name)}",
            f"It has {_listed(hidden_by_name)}.",
            settled_by=[("--sheet", name) for name in nearest(sheet, hidden_by_name)],
        )
    percent = archive.percent_styles()
    extents = {name: archive.extent(parts.get(name, ""), percent) for name in hidden_by_name}
    filled = {name: is_hidden for name, is_hidden in hidden_by_name.items() if extents[name].cells}
    name = sheet if sheet is not None else _only_sheet(filled, file)
    if extents[name].outside:
        raise UnreadableFileError(
            f"{file}, sheet {name!r} has a cell where no sheet has one: {extents[name].outside}.",
            "Open it in a spreadsheet program and save it again, or save the sheet as CSV.",
            code="file_damaged",
        )
    if extents[name].cells > MOST_CELLS:
        raise UnreadableFileError(
            f"{file}, sheet {name!r} spans {extents[name].cells} cells; at most {MOST_CELLS} are "
            "read.",
            "Save the part with the results as CSV.",
            code="file_too_large",
        )
    if not extents[name].cells:
        raise UnreadableFileError(
            f"{file}, sheet {name!r} is empty.",
            "Expected a table with a header line.",
            code="file_empty",
        )
    others = tuple(other for other, is_hidden in filled.items() if is_hidden and other != name)
    return replace(_to_text(name, *_cells(book, name, file), extents[name]), hidden=others)


def _open(raw: bytes, file: str) -> CalamineWorkbook:
    try:
        import python_calamine
    except ImportError:
        raise UnreadableFileError(
            f"{file} is an Excel workbook; reading those needs the package python-calamine.",
            f"Save the sheet as CSV, or install it with: {install_words('python-calamine')}",
            code="excel_missing",
        ) from None
    with _reading(file):
        return python_calamine.load_workbook(io.BytesIO(raw))


@contextmanager
def _reading(file: str) -> Iterator[None]:
    """Turn what the reading library says of a damaged workbook into a sentence."""
    from python_calamine import CalamineError

    try:
        yield
    except CalamineError:
        raise _damaged(file) from None
    except BaseException as problem:
        # A panic of the library is no Exception, and its class can be imported from nowhere.
        if type(problem).__name__ != "PanicException":
            raise
        raise _damaged(file) from None


def _damaged(file: str) -> UnreadableFileError:
    return UnreadableFileError(
        f"{file} is a damaged Excel workbook.", "Export or download it again.", code="file_damaged"
    )


def _worksheets(book: CalamineWorkbook) -> dict[str, bool]:
    """Return sheet name -> whether it is hidden, without sheets that hold only a chart or
    macros.
    """
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    return {
        sheet.name: sheet.visible != SheetVisibleEnum.Visible
        for sheet in book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet
    }


def _only_sheet(filled: dict[str, bool], file: str) -> str:
    """Return the one visible sheet that holds something.

    Raises:
        UnreadableFileError: there is none. AmbiguousFileError: there are several.
    """
    visible = [name for name, is_hidden in filled.items() if not is_hidden]
    if len(visible) == 1:
        return visible[0]
    if visible:
        raise AmbiguousFileError(
            f"{file} has {len(visible)} sheets: {_listed(visible)}.",
            f"Say which with --sheet NAME, e.g. --sheet {visible[0]!r}.",
            code="sheet_ambiguous",
            settled_by=[("--sheet", name) for name in visible[:_MOST_SHEETS]],
        )
    if filled:
        raise UnreadableFileError(
            f"{file} is empty but for hidden sheets: {_listed(filled)}.",
            "Name one with --sheet NAME.",
            code="file_empty",
        )
    raise UnreadableFileError(
        f"{file} is empty.", "Expected a table with a header line.", code="file_empty"
    )


def _listed(names: Sequence[str] | dict[str, bool]) -> str:
    return ", ".join(repr(name) for name in names)


def _cells(
    book: CalamineWorkbook, name: str, file: str
) -> tuple[tuple[int, int], list[list[object]]]:
    """Return the place of the first cell, from 0, and the values of the smallest rectangle around
    all filled ones.
    """
    with _reading(file):
        sheet = book.get_sheet_by_name(name)
        return sheet.start or (0, 0), [list(row) for row in sheet.to_python()]


def _with_errors(
    start: tuple[int, int], values: list[list[object]], errors: dict[tuple[int, int], str]
) -> tuple[tuple[int, int], list[list[object]]]:
    """Put the error values in, which the reading library leaves empty; the rectangle grows where
    one lies outside.
    """
    if not errors:
        return start, values
    height, width = len(values), len(values[0]) if values else 0
    places = [*errors, *([start, (start[0] + height - 1, start[1] + width - 1)] if values else [])]
    (top, bottom), (left, right) = ((min(ends), max(ends)) for ends in zip(*places, strict=True))
    before, behind = [""] * (start[1] - left), [""] * (right - left + 1 - width - (start[1] - left))
    grid: list[list[object]] = [[""] * (right - left + 1) for _ in range(bottom - top + 1)]
    for place, row in enumerate(values, start=start[0] - top):
        grid[place] = [*before, *row, *behind]
    for (row_at, column_at), error in errors.items():
        grid[row_at - top][column_at - left] = error
    return (top, left), grid


def _to_text(
    name: str, start: tuple[int, int], values: list[list[object]], extent: Extent
) -> Sheet:
    (top, left), values = _with_errors(start, values, extent.errors)
    numeric = np.zeros((len(values), len(values[0]) if values else 0), dtype=np.bool_)
    rows = []
    for place, row in enumerate(values):
        numeric[place] = [type(value) in (float, int) for value in row]
        rows.append([_text(value) for value in row])
    for row_at, column_at in extent.percent:
        if 0 <= row_at - top < len(rows) and 0 <= column_at - left < numeric.shape[1]:
            value = values[row_at - top][column_at - left]
            if isinstance(value, float | int) and not isinstance(value, bool):
                rows[row_at - top][column_at - left] = _number(value * 100) + "%"
    _fill_merged(rows, numeric, (top, left), extent)
    return Sheet(name, rows, top + 1, numeric)


def _fill_merged(
    rows: list[list[str]],
    numeric: Mask,
    start: tuple[int, int],
    extent: Extent,
) -> None:
    """Give the value of a merged cell to the cells below it that it covers, as a person reads it.

    To the right nothing is given: a title there spans other columns, and a value stands in one.
    """
    budget = extent.cells
    for first, column, last in extent.merged:
        row_at, column_at = first - start[0], column - start[1]
        if not (0 <= row_at < len(rows) and 0 <= column_at < numeric.shape[1]):
            continue
        covered = range(row_at + 1, min(last - start[0], len(rows) - 1) + 1)
        budget -= len(covered)
        if budget < 0:
            return  # merged cells that overlap: no program writes them
        for below in covered:
            if not rows[below][column_at]:
                rows[below][column_at] = rows[row_at][column_at]
                numeric[below, column_at] = numeric[row_at, column_at]


def _text(value: object) -> str:
    """Return a cell as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float | int):
        return _number(value)
    if isinstance(value, datetime):
        return (value + timedelta(milliseconds=500)).replace(microsecond=0).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        minutes, seconds = divmod(round(value.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"
    return ""


def _number(value: float) -> str:
    """Return a number in its shortest form: `5`, `0.3`, `0.0000001`,
    and `1e+22` only where it is too long.
    """
    if abs(value) < _PLAIN and value == int(value):
        return str(int(value))
    shortest = repr(float(f"{value:.{_DIGITS}g}"))
    if "e" not in shortest:
        return shortest.removesuffix(".0")
    if not 1 / _PLAIN <= abs(value) < _PLAIN:
        return shortest
    return f"{Decimal(shortest):f}"
