"""Which delimiter cuts the file into columns, and where its table begins: one answer gives the
other.
"""

from __future__ import annotations

from dataclasses import dataclass

from wbc_tracker.errors import UnreadableFileError, UsageError
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.table.head import LEAST_KNOWN, Record, TableHead, find_head, sample_records
from wbc_tracker.intake.table.headers import HeaderWords

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe"}
_SEPARATOR_LINE = b"sep="


@dataclass(frozen=True)
class Dialect:
    """How the text is cut into cells, and what stands above its data."""

    delimiter: str
    head: TableHead


def find_dialect(text: bytes, file: str, options: ReadingOptions, words: HeaderWords) -> Dialect:
    """Find delimiter and header together: the right delimiter shows a header in the words of lab
    files.

    Where none does, the delimiter is the one that cuts the first line into the most cells, most
    evenly below it.

    Args:
        text: the file in UTF-8 with LF line ends.
        file: its name, for messages.
        options: `delimiter` settles the delimiter; `has_header` whether there is a header.
        words: what headers of this kind of file can say.

    Raises:
        UnreadableFileError: two delimiters cut the file equally well.
        UsageError: the named delimiter cannot cut cells.
    """
    named = options.delimiter
    dates = words.dates
    if named is None and text[:4].lower() == _SEPARATOR_LINE and text[5:6] == b"\n":
        named = text[4:5].decode("utf-8", errors="replace")
    choices = [checked_delimiter(named)] if named else list(DELIMITERS)
    found: dict[str, tuple[tuple[int, int, int], TableHead]] = {}
    for delimiter in choices:
        records = sample_records(text, delimiter)
        if named is None and not any(len(record.cells) > 1 for record in records):
            continue
        head = find_head(records, words, dates, without=not options.has_header)
        found[delimiter] = _score(records, head), head
    if not found:
        records = sample_records(text, ",")
        return Dialect(",", find_head(records, words, dates, without=not options.has_header))
    best = max(score for score, _ in found.values())
    winners = [delimiter for delimiter, (score, _) in found.items() if score == best]
    if len(winners) > 1:
        names = " and ".join(DELIMITERS[delimiter] for delimiter in winners)
        raise UnreadableFileError(
            f"{file} can be cut into columns by {names} alike.",
            "Name the right one with --delimiter.",
        )
    return Dialect(winners[0], found[winners[0]][1])


def _score(records: list[Record], head: TableHead) -> tuple[int, int, int]:
    """Return how well a delimiter fits: known headers, cells in the header, records that are as
    long.

    One known word may be chance. A file without a header shows a date, a test and a value in a row,
    which is as good as two known words.
    """
    width = len(head.header)
    even = sum(len(record.cells) == width for record in records)
    if not head.has_header:
        return (LEAST_KNOWN, width, even)
    return (head.known if head.known >= LEAST_KNOWN else 0, width if width > 1 else 0, even)


def checked_delimiter(delimiter: str) -> str:
    """Return a delimiter that can be used.

    Raises:
        UsageError: it is not one plain character, or one that has another meaning.
    """
    if len(delimiter) != 1:
        raise UsageError(
            f"--delimiter: {delimiter!r} is not one character.",
            "Try comma, semicolon, tab or pipe.",
        )
    if not delimiter.isascii() or delimiter.isalnum() or delimiter in '"\n\r\0':
        raise UsageError(
            f"--delimiter: {delimiter!r} cannot cut cells.", "Try comma, semicolon, tab or pipe."
        )
    return delimiter
