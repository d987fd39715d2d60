"""A workbook: texts as texts, so that ids keep their zeros and nothing is run, dates as dates.

Rows go to the disk as they come, so that memory is that of one row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, partial
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, BinaryIO, Literal

from wbc_tracker.errors import UsageError
from wbc_tracker.wording import install_words

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.worksheet import Worksheet

#: What a sheet can hold, and a cell; the first row is the header.
MOST_ROWS, MOST_LETTERS = 1_048_575, 32_767
_CUT = " [cut]"
#: Earlier days are counted wrongly by spreadsheets.
_FIRST_DAY = date(1900, 3, 1)
#: A sheet begins its columns so wide.
_LEAST_WIDTH, _MOST_WIDTH = 6, 40
#: How a number looks that a comparator or a mark of the laboratory stands beside.
_AS_IT_IS = "General"

Kind = Literal["text", "number", "date"]


@dataclass(frozen=True)
class SheetColumn:
    """One column: its heading, what its cells are, and how wide it is in letters."""

    heading: str
    kind: Kind
    width: int


@dataclass(frozen=True)
class Marked:
    """A number with a comparator before it and a mark behind: a number all the same.

    `decimals`: that were printed; None for as many as it has.
    """

    value: float
    comparator: str = ""
    mark: str = ""
    decimals: int | None = None

    @property
    def number_format(self) -> str:
        """How a spreadsheet shows it: `"<"0.0" L"`."""
        number = _AS_IT_IS if self.decimals is None else f"{0:.{self.decimals}f}"
        before = f'"{self.comparator}"' if self.comparator else ""
        return before + number + (f'" {self.mark}"' if self.mark else "")


def require_workbooks() -> None:
    """Check that workbooks can be written.

    Raises:
        UsageError: the package that it needs is not installed; the hint tells how.
    """
    try:
        import xlsxwriter  # noqa: F401
    except ImportError:
        raise UsageError(
            "Writing an Excel workbook needs the package xlsxwriter.",
            f"Write a CSV, or install it with: {install_words('xlsxwriter')}",
            code="excel_missing",
        ) from None


def refuse_too_many(rows: int) -> None:
    """Refuse what no sheet can hold.

    Raises:
        UsageError: naming the limit, and what to do.
    """
    if rows > MOST_ROWS:
        most, these = (f"{number:,}".replace(",", " ") for number in (MOST_ROWS, rows))
        raise UsageError(
            f"A sheet of a workbook holds {most} rows, and these are {these}.",
            "Write a CSV or Parquet file, or fewer: --patient, --analyte, --since, --until.",
        )


class Book:
    """A workbook that is being written; see `new_book`."""

    def __init__(self, workbook: Workbook) -> None:
        self._book = workbook
        self._format: Callable[..., Any] = cache(self._made)

    def _made(self, **properties: Any) -> Any:
        return self._book.add_format(properties)

    def add_table(
        self, name: str, columns: Sequence[SheetColumn], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Add a sheet with a frozen header that filters.

        Args:
            name: of the sheet. columns: in their order.
            rows: cells; None is empty. Of a date the cell is ISO text, of a number a number or
                `Marked`.
        """
        sheet = self._book.add_worksheet(name)
        sheet.freeze_panes(1, 1)
        for place, column in enumerate(columns):
            width = max(column.width, len(column.heading) + 2)
            sheet.set_column(place, place, min(_MOST_WIDTH, max(_LEAST_WIDTH, width)))
            sheet.write_string(0, place, column.heading, self._format(bold=True, bottom=1))
        writers = [self._writer(sheet, column.kind) for column in columns]
        last = 0
        for last, row in enumerate(rows, start=1):
            for place, (write, cell) in enumerate(zip(writers, row, strict=True)):
                if cell is not None:
                    write(last, place, cell)
        sheet.autofilter(0, 0, last, len(columns) - 1)
        sheet.set_landscape()
        sheet.repeat_rows(0)
        sheet.fit_to_pages(1, 0)

    def add_text(self, name: str, lines: Iterable[str]) -> None:
        """Add a sheet of sentences, one a row."""
        sheet = self._book.add_worksheet(name)
        sheet.set_column(0, 0, 110)
        for row, line in enumerate(lines):
            sheet.write_string(row, 0, _fitting(line), self._format(text_wrap=True, valign="top"))

    def _writer(self, sheet: Worksheet, kind: Kind) -> Callable[[int, int, Any], Any]:
        if kind == "number":
            return partial(self._number, sheet)
        return partial(self._date if kind == "date" else self._text, sheet)

    def _text(self, sheet: Worksheet, row: int, place: int, cell: str) -> None:
        sheet.write_string(row, place, _fitting(cell))

    def _number(self, sheet: Worksheet, row: int, place: int, cell: float | Marked) -> None:
        if not isinstance(cell, Marked):
            sheet.write_number(row, place, cell)
            return
        sheet.write_number(row, place, cell.value, self._format(num_format=cell.number_format))

    def _date(self, sheet: Worksheet, row: int, place: int, cell: str) -> None:
        moment = datetime.fromisoformat(cell)
        if moment.date() < _FIRST_DAY:
            sheet.write_string(row, place, cell)
            return
        shown = "yyyy-mm-dd"
        if "T" in cell:
            shown += " hh:mm:ss" if moment.second else " hh:mm"
        sheet.write_datetime(row, place, moment, self._format(num_format=shown, align="left"))


@contextmanager
def new_book(stream: BinaryIO) -> Iterator[Book]:
    """Open a workbook that is written to a stream when the block ends without an error.

    Raises:
        OSError: the stream, or the place for what is not finished, cannot be written.
    """
    from xlsxwriter import Workbook
    from xlsxwriter.exceptions import FileCreateError

    # What is not finished holds health data: it goes with its folder, whatever happens.
    with TemporaryDirectory(prefix="wbc-tracker-") as folder:
        options = {
            "constant_memory": True,
            "tmpdir": folder,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        }
        workbook = Workbook(stream, options)
        # The same call gives the same file, and nobody's name stands in it.
        workbook.set_properties({"created": datetime(2000, 1, 1)})  # noqa: DTZ001  # a fixed one
        try:
            yield Book(workbook)
            workbook.close()
        except FileCreateError as problem:
            cause = problem.args[0] if problem.args else problem
            raise cause if isinstance(cause, OSError) else OSError(str(cause)) from None
        finally:
            for sheet in workbook.worksheets():  # a file that is open cannot be removed everywhere
                if sheet.row_data_fh is not None:
                    sheet.row_data_fh.close()


def _fitting(text: str) -> str:
    """Return a text that a cell can hold; of a longer one the beginning, marked."""
    if len(text) <= MOST_LETTERS:
        return text
    return text[: MOST_LETTERS - len(_CUT)] + _CUT


def width_of(cells: Iterable[object]) -> int:
    """Return how many letters the longest of some cells needs."""
    return 1 + max((len(str(cell)) for cell in cells if cell is not None), default=0)
