"""Rejected cells in words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from wbc_tracker.wording import count_words, visible

_LONGEST = 240


def ignored_line(ignored: Mapping[str, int], most: int = 8) -> str:
    """Return one sentence with the tests that the catalogue does not know, the most frequent first."""
    named = ", ".join(f"{_short(name) or '(no name)'} ({count})" for name, count in list(ignored.items())[:most])
    more = len(ignored) - most
    return visible(f"Ignored tests: {named}" + (f" and {more} more" if more > 0 else "") + ".")


def _short(text: str) -> str:
    """Return a text that a line can hold; a cell may have a million characters."""
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 3]}..."


def reject_lines(file: str, rejects: Any, most: int) -> list[str]:
    """Return a line a rejected cell, the first `most` of them, with the hint of each kind once."""
    were = "was" if len(rejects) == 1 else "were"
    lines = [f"{visible(file)}: {count_words(len(rejects), 'cell', 'cells')} could not be read and {were} left out:"]
    told: set[str] = set()
    for row in rejects.head(most).to_dict("records"):
        hint = "" if row["code"] in told else f" {row['hint']}"
        told.add(row["code"])
        place = f"line {row['source_row']}, column {_short(row['column'])!r}"
        lines.append(visible(f"  {place}: {_short(row['message'])}{hint}"))
    if len(rejects) > most:
        lines.append(f"  and {len(rejects) - most} more.")
    return lines
