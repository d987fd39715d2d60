"""Lines right under the header that still belong to it: units, intervals, times,
second halves of names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from wbc_tracker.intake.table.headers import PER_RESULT, DateTokens, HeaderWords, is_number, is_time

_INTERVAL = re.compile(
    r"^[\[(]?\s*(?:[<>≤≥]=?\s*)?[0-9][0-9.,]*(?:\s*(?:-|–|—|to)\s*[0-9][0-9.,]*)?\s*[\])]?$"
)
_TWO_NUMBERS = re.compile(r"[0-9]\s*(?:-|–|—|to)\s*[0-9]")
_MOST_ROWS = 3


@dataclass(frozen=True)
class Below:
    """The header with what stands under it: joined names and units, an interval a column,
    and how many rows it took.
    """

    header: list[str]
    intervals: list[str] = field(default_factory=list)
    has_units: bool = False
    rows: int = 0


def join_below(
    header: list[str],
    following: list[list[str]],
    dates: frozenset[int],
    words: HeaderWords,
    date_words: DateTokens,
) -> Below:
    """Join the header with the rows under it that belong to it.

    Args:
        header: the header record.
        following: the records under it.
        dates: columns of dates in a flowsheet.
        words, date_words: what tells a unit, a role or a date.
    """
    below = Below(list(header))
    for row in following[:_MOST_ROWS]:
        cells = [*row, *[""] * (len(header) - len(row))]
        filled = [text for text in cells if text]
        if (
            len(row) > len(header)
            or any(map(is_number, filled))
            or any(map(date_words.is_date, filled))
        ):
            break
        joined = _join_times(below, cells, dates) if dates else _join_names(below, cells, words)
        if joined is None:
            break
        below = replace(joined, rows=below.rows + 1)
    return below


def _join_times(below: Below, cells: list[str], dates: frozenset[int]) -> Below | None:
    """Put times of the day behind the dates of a flowsheet."""
    filled = [column for column, text in enumerate(cells) if text]
    if not filled or not all(column in dates and is_time(cells[column]) for column in filled):
        return None
    header = [
        f"{name} {cells[column]}" if cells[column] else name
        for column, name in enumerate(below.header)
    ]
    return replace(below, header=header)


def _join_names(below: Below, cells: list[str], words: HeaderWords) -> Below | None:
    """Put units or second halves behind the names of a wide file, or take intervals,
    whatever the row holds.
    """
    # A title that is merged over the rows of the header stands in each of them.
    filled = {
        column: text for column, text in enumerate(cells) if text and text != below.header[column]
    }
    names = _spread_names(below.header, cells, words)
    titles = {
        column for column, text in filled.items() if words.role_of(text) in ("unit", "ref_range")
    }
    titled = {column for column in titles if not names[column]}
    told = {column: text for column, text in filled.items() if column not in titled}
    if not told or not all(names[column] for column in told):
        return None
    if all(words.is_unit(text) for text in told.values()):
        units = {column: f"({text})" for column, text in told.items()}
        return replace(below, header=_joined(below.header, names, units), has_units=True)
    if all(_INTERVAL.match(text) for text in told.values()) and any(
        _TWO_NUMBERS.search(t) for t in told.values()
    ):
        return replace(below, intervals=[told.get(column, "") for column in range(len(cells))])
    if all(_is_second_half(text, words) for text in told.values()):
        halves = {c: f"({text})" if words.is_unit(text) else text for c, text in told.items()}
        return replace(below, header=_joined(below.header, names, halves))
    return None


def _is_second_half(text: str, words: HeaderWords) -> bool:
    """Tell whether a text completes a name above it: a mark (`abs`, `%`), a unit,
    or what the column says of it.
    """
    return (
        words.is_mark(text) or words.is_unit(text) or words.role_of(text) in (*PER_RESULT, "value")
    )


def _spread_names(header: list[str], cells: list[str], words: HeaderWords) -> list[str]:
    """Return the name of the test above each cell; a name spans the empty headers to its right
    that have a cell.
    """
    names: list[str] = []
    for column, text in enumerate(header):
        if text:
            names.append(text if words.is_test(text) else "")
        else:
            names.append(names[-1] if names and cells[column] else "")
    return names


def _joined(header: list[str], names: list[str], ends: dict[int, str]) -> list[str]:
    return [
        f"{names[column]} {ends[column]}" if column in ends else text
        for column, text in enumerate(header)
    ]
