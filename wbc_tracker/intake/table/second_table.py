"""A second header further down: the same one again is skipped and told,
another one begins another table.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pyarrow.compute as pc

from wbc_tracker.errors import UnreadableFileError
from wbc_tracker.intake.table.head import LEAST_KNOWN
from wbc_tracker.intake.table.headers import DateTokens, HeaderWords, is_number, starts_with_digit
from wbc_tracker.intake.table.table import TextTable


def drop_repeated_headers(
    table: TextTable, key_columns: set[int], words: HeaderWords, dates: DateTokens
) -> tuple[TextTable, list[int]]:
    """Return the table without rows that repeat its header, and the lines of those.

    Args:
        table: the file as text.
        key_columns: columns whose cells are never words of a header in data: the dates of draws, or
            in a flowsheet the names and the values.
        words: what headers of this kind of file can say.
        dates: tells dates from other texts.

    Raises:
        UnreadableFileError: another header stands in the file, so it holds several tables.
    """
    for above in table.head.above:
        if any(map(words.is_test, above.cells)) and any(
            _is_value(text, dates) for text in above.cells
        ):
            raise _several(table, above.last_line)
    suspects = np.zeros(table.rows, dtype=bool)
    for column in key_columns:
        suspects |= _suspicious(table, column, words, dates)
    repeated = np.zeros(table.rows, dtype=bool)
    for place in np.flatnonzero(suspects).tolist():
        cells = table.row(place)
        if cells == table.head.printed:
            repeated[place] = True
        elif _is_header(cells, words, dates, is_flowsheet=bool(table.head.dates)):
            raise _several(table, int(table.source_row[place]))
    ragged = []
    lines = table.source_row[repeated].tolist()
    for line, record in table.ragged:
        cells = [cell.strip() for cell in record]
        if [cell for cell in cells if cell] == [cell for cell in table.head.printed if cell]:
            lines.append(line)
        elif _is_header(cells, words, dates, is_flowsheet=False):
            raise _several(table, line)
        else:
            ragged.append((line, record))
    if not lines:
        return table, []
    return replace(table.without(repeated) if repeated.any() else table, ragged=ragged), sorted(
        lines
    )


def _is_value(text: str, dates: DateTokens) -> bool:
    return starts_with_digit(text.lstrip("<>≤≥= ")) and not dates.is_date(text)


def _several(table: TextTable, line: int) -> UnreadableFileError:
    where = (
        f"the header in line {table.head.header_line}"
        if table.head.has_header
        else "its first line"
    )
    what = (
        "holds a result above"
        if line < table.head.header_line
        else "looks like another header than"
    )
    return UnreadableFileError(
        f"{table.file} holds several tables: line {line} {what} {where}.",
        "Save each table as a file of its own.",
        code="several_tables",
    )


def _suspicious(table: TextTable, column: int, words: HeaderWords, dates: DateTokens) -> np.ndarray:
    """Return the rows whose cell in this column is a word of a header,
    or in a flowsheet's values a date.
    """
    texts = table.columns[column]
    likely = pc.match_substring_regex(texts.words, "^[^0-9<>-]")
    if table.head.dates:
        likely = pc.or_(likely, pc.match_substring_regex(texts.words, "[0-9][^0-9]+[0-9]"))
    printed = table.head.printed[column] if column < len(table.head.printed) else ""
    suspects = {
        text
        for text in texts.words.filter(likely).to_pylist()
        if text
        and (
            text == printed
            or words.role_of(text)
            or (bool(table.head.dates) and dates.is_date(text))
        )
    }
    if not suspects:
        return np.zeros(table.rows, dtype=bool)
    return texts.spread(
        np.array([text in suspects for text in texts.words.to_pylist()], dtype=bool)
    )


def _is_header(
    cells: list[str], words: HeaderWords, dates: DateTokens, *, is_flowsheet: bool
) -> bool:
    """Tell whether a record says several known things and holds no number; in a flowsheet,
    whether it holds dates.
    """
    filled = [text for text in cells if text]
    if any(is_number(text) for text in filled):
        return False
    if is_flowsheet and any(dates.is_date(text) for text in filled):
        return True
    known = {text.casefold() for text in filled if words.knows(text)}
    return len(known) >= LEAST_KNOWN and not any(dates.is_date(text) for text in filled)
