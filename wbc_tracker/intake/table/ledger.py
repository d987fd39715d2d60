"""The ledger of columns: every column of a file ends as read, of a test, harmless or undecided."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, NamedTuple

from wbc_tracker.catalog.columns import has_phrase, header_words, load_columns
from wbc_tracker.intake.column.texts import TextColumn

#: `read`: it plays a role of its own. `test`: it speaks about one column of values only.
#: `harmless`: it changes no result. `undecided`: nothing in it speaks against reading the file.
State = Literal["read", "test", "harmless", "undecided"]


class ColumnState(NamedTuple):
    """One column of a file.

    Attributes:
        header: as printed. role: what it was read as (`value`, `unit of WBC`), "" where nothing.
        state: what became of it. reason: how that was decided.
        sample: its first cell that is not empty.
    """

    header: str
    role: str
    state: State
    reason: str = ""
    sample: str = ""


#: How headers of numbers and codes end.
_NUMBERS = frozenset(
    ("id", "ids", "no", "nr", "num", "number", "nummer", "numero", "barcode", "accession", "code")
)


def is_harmless_header(header: str, look: str = "") -> bool:
    """Tell whether the catalogue lists a header, or words of it, as changing no result.

    A header that also names a person (`Patient note`) is harmless only as a whole; a general one
    (`Source`) only where its cells are words, and a number (`Sample ID`) where they name nobody.

    Args:
        header: as printed. look: what its cells look like, if they look like people.
    """
    words, folded = load_columns(), header_words(header)
    if folded in words.harmless_labels and look not in ("", "a name"):
        return False
    if look == "a name" and folded.split()[-1:] and folded.split()[-1] in _NUMBERS:
        return False
    if folded in words.harmless or folded in words.other_tests:
        return True
    return has_phrase(folded, words.harmless_words) and not names_person(header)


def names_person(header: str) -> bool:
    """Tell whether a header says that its cells name a person, or give a birth date or a sex."""
    words, folded = load_columns(), header_words(header)
    return any(has_phrase(folded, listed) for listed in (words.person, words.birth, words.sex))


def state_of_unread(
    header: str, texts: TextColumn, ignored: str, found: str = ""
) -> tuple[State, str]:
    """Return the state of a column that nothing was made of, and why.

    Args:
        header: its header. texts: its cells.
        ignored: who says that it is about something else (`--ignore`, `profile omop`), or "".
        found: what a guard found in it that moves no result, or "".
    """
    if ignored:
        return "harmless", ignored
    distinct = texts.used(2)
    if not distinct:
        return "harmless", "empty"
    if is_harmless_header(header):
        return "harmless", "its header"
    if len(distinct) == 1:
        return "harmless", "the same in every row"
    return "undecided", found or "nothing in it speaks against the results"


def unread_words(columns: list[ColumnState]) -> str:
    """Return one sentence about the columns that nothing was made of, "" where there are none."""
    told: Mapping[State, list[str]] = {
        state: [c.header for c in columns if c.state == state and c.header and c.reason != "empty"]
        for state in ("harmless", "undecided")
    }
    parts = []
    if told["harmless"]:
        parts.append(f"{_some(told['harmless'])} (no bearing on results)")
    if told["undecided"]:
        parts.append(f"{_some(told['undecided'])} (not known)")
    return f"Columns not used: {'; '.join(parts)}." if parts else ""


_SHOWN = 8


def _some(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
