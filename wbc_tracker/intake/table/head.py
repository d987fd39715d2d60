"""Where the table begins: the lines above it, its header, and the lines below that belong to the
header.

The header is the record among the first that says most in the words of lab files, or whose cells
are dates beside names of tests (a flowsheet). A row of units, of intervals, of times or of the
second half of the names may stand under it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from wbc_tracker.intake.column.wrapping import unwrap
from wbc_tracker.intake.table.headers import DateTokens, HeaderWords, is_number, starts_with_digit
from wbc_tracker.intake.table.subheader import Below, join_below

SAMPLED_RECORDS = 60
_SAMPLED_BYTES = 200_000
_SHOWN_LINES = 5
#: A record is a header when it says at least so many known things; a title such as "Patient" says
#: one.
LEAST_KNOWN = 2
_FEWEST_CELLS = 2


@dataclass(frozen=True)
class Record:
    """One record of the first lines: its cells, and the line of the file on which it ends."""

    cells: list[str]
    last_line: int


@dataclass(frozen=True)
class TableHead:
    """What stands above the data.

    Attributes:
        header: the name of each column; `column 1` and so on where the file has none.
        printed: the header record as it stands in the file, to recognise it when it comes again.
        dates: columns whose header is a date, in a flowsheet.
        name_column: in a flowsheet, the column with the names of the tests; -1 if there is none.
        intervals: interval in a row under the header, a column each; "" where there is none.
        has_unit_row: a row of units stands under the header.
        lines: lines of the file above the first record of data.
        header_line: line on which the header ends; 0 without one.
        above: the records above the header that are not empty, each with its line.
        known: how many things the header says that are known.
    """

    header: list[str]
    printed: list[str]
    lines: int
    dates: frozenset[int] = frozenset()
    name_column: int = -1
    intervals: list[str] = field(default_factory=list)
    header_line: int = 1
    has_unit_row: bool = False
    above: list[Record] = field(default_factory=list)
    known: int = 0

    @property
    def preamble(self) -> list[str]:
        """The lines above the header in words, without the one that only names the delimiter."""
        lines = [" | ".join(filter(None, record.cells)) for record in self.above]
        return [line for line in lines if not line.startswith("sep=")]

    @property
    def has_header(self) -> bool:
        """Whether the file names its columns."""
        return self.header_line > 0


def sample_records(text: bytes, delimiter: str) -> list[Record]:
    """Return the first records of a file, blank ones included, cut by a delimiter."""
    sample = text[:_SAMPLED_BYTES].decode("utf-8", errors="ignore")
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    records: list[Record] = []
    try:
        for cells in reader:
            records.append(Record([unwrap(cell) for cell in cells], reader.line_num))
            if len(records) == SAMPLED_RECORDS:
                break
    except csv.Error:
        pass  # the reading of the whole table will say so, with the line
    return records


def records_of(names: Sequence[str], columns: Sequence[Sequence[str]]) -> list[Record]:
    """Return names of columns and their first cells as records of a file whose first line are the
    names.
    """
    rows = [names, *zip(*columns, strict=True)][:SAMPLED_RECORDS]
    return [Record([unwrap(cell) for cell in row], line) for line, row in enumerate(rows, 1)]


def find_head(
    records: list[Record], words: HeaderWords, dates: DateTokens, *, without: bool = False
) -> TableHead:
    """Find the header among the first records.

    Args:
        records: the first records of the file.
        words: what headers of this kind of file can say.
        dates: tells dates from other texts.
        without: the user's profile says that the file has no header.
    """
    filled = [place for place, record in enumerate(records) if any(record.cells)]
    if without and filled:
        return _without_header(records, filled)
    plain = {
        place: known
        for place in filled
        if (known := _known_cells(records[place].cells, words, dates))
    }
    sheets = {place: _flowsheet(records, place, words, dates) for place in filled}
    scores = {place: max(plain.get(place, 0), sheets[place][0]) for place in filled}
    best = max(filled, key=lambda place: (scores[place], -place), default=-1)
    if best < 0:
        return TableHead([], [], 0, header_line=0)
    if scores[best] < LEAST_KNOWN:
        if _is_data(records, filled, words, dates):
            return _without_header(records, filled)
        best = _first_full(records, filled)
    known, date_columns, name_column = sheets[best]
    if plain.get(best, 0) >= known:
        date_columns, name_column = frozenset(), -1
    return _with_header(records, best, words, dates, (date_columns, name_column, scores[best]))


def _with_header(
    records: list[Record],
    place: int,
    words: HeaderWords,
    dates: DateTokens,
    found: tuple[frozenset[int], int, int],
) -> TableHead:
    date_columns, name_column, known = found
    printed = records[place].cells
    following = [record.cells for record in records[place + 1 :]]
    below = (
        join_below(printed, following, date_columns, words, dates)
        if known >= LEAST_KNOWN
        else Below(printed)
    )
    above = [record for record in records[:place] if any(record.cells)]
    return TableHead(
        header=below.header,
        printed=printed,
        lines=records[place + below.rows].last_line,
        dates=date_columns,
        name_column=name_column,
        intervals=below.intervals,
        has_unit_row=below.has_units,
        header_line=records[place].last_line,
        above=above,
        known=known,
    )


def _first_full(records: list[Record], filled: list[int]) -> int:
    """Return the first record that is as long as the longest."""
    width = max(len(records[place].cells) for place in filled)
    return next(place for place in filled if len(records[place].cells) == width)


def _without_header(records: list[Record], filled: list[int]) -> TableHead:
    """Name the columns by their places; what stands above the first full record is a preamble."""
    first = _first_full(records, filled)
    above = [records[place] for place in filled if place < first]
    lines = records[first - 1].last_line if first else 0
    names = [f"column {number}" for number in range(1, len(records[first].cells) + 1)]
    return TableHead(names, [], lines, header_line=0, above=above)


def _known_cells(cells: list[str], words: HeaderWords, dates: DateTokens) -> int:
    """Return how many different known headers a record holds; 0 where a number or a date shows
    that it is data.
    """
    if any(is_number(text) for text in cells):
        return 0
    known = {text.casefold() for text in cells if text and words.knows(text)}
    if len(known) < LEAST_KNOWN:
        return len(known)
    return 0 if any(dates.is_date(text) for text in cells if text) else len(known)


def _flowsheet(
    records: list[Record], place: int, words: HeaderWords, dates: DateTokens
) -> tuple[int, frozenset[int], int]:
    """Return how much speaks for a header of dates, the columns of dates and the column of
    names.
    """
    cells = records[place].cells
    nothing = 0, frozenset[int](), -1
    filled = [text for text in cells if text]
    if len(cells) < _FEWEST_CELLS or any(is_number(text) for text in filled):
        return nothing
    if not any(starts_with_digit(text) or dates.may_be_date(text) for text in filled):
        return nothing
    if any(words.is_test(text) for text in filled):
        return nothing
    date_columns = frozenset(
        column for column, text in enumerate(cells) if text and dates.is_date(text)
    )
    others = [text for column, text in enumerate(cells) if text and column not in date_columns]
    if not date_columns or any(starts_with_digit(text) for text in others):
        return nothing
    following = [record.cells for record in records[place + 1 :] if len(record.cells) == len(cells)]
    again = (
        at
        for at, row in enumerate(following)
        if all(dates.is_date(row[column]) for column in date_columns)
    )
    following = following[: next(again, None)]
    named = {
        c: sum(words.is_test(row[c]) for row in following)
        for c in range(len(cells))
        if c not in date_columns
    }
    if not named or not max(named.values()):
        return nothing
    below = [row[column] for row in following for column in date_columns if row[column]]
    if any(map(dates.is_date, below)) or not any(
        starts_with_digit(text.lstrip("<>≤≥= ")) for text in below
    ):
        return nothing
    name_column = max(named, key=lambda column: (named[column], -column))
    told = sum(1 for text in others if words.role_of(text))
    return 1 + len(date_columns) + told, date_columns, name_column


def _is_data(
    records: list[Record], filled: list[int], words: HeaderWords, dates: DateTokens
) -> bool:
    """Tell whether the records are results without a header: the first full one has a date,
    one a test and a value.
    """
    first = records[_first_full(records, filled)].cells
    if not any(dates.is_date(text) for text in first) or any(words.role_of(text) for text in first):
        return False
    return any(
        any(words.is_test(text) for text in cells)
        and any(
            starts_with_digit(text.lstrip("<>≤≥= ")) and not dates.is_date(text) for text in cells
        )
        for cells in (records[place].cells for place in filled)
    )


def shown_preamble(lines: Iterable[str]) -> str:
    """Return the lines above a table in short form, for a message."""
    texts = [text if len(text) <= 60 else text[:57] + "..." for text in lines]
    more = len(texts) - _SHOWN_LINES
    return " / ".join(texts[:_SHOWN_LINES]) + (f" / and {more} more" if more > 0 else "")
