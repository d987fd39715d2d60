"""Markdown that also reads well as plain text: tables with even columns,
and text of users shown as text.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from rich.cells import cell_len

from wbc_tracker.wording import visible

#: A colon begins an address or a short name of a picture only before a character that is no space.
_MARKS = re.compile(r"[\\`*_\[\]{}()#|~$@!>]|:(?=\S)|(?<=www)\.")
#: What makes a list or a heading of a line, if it begins with it.
_AT_THE_START = re.compile(r"^(?:[-+=]|\d+(?=\.(?:\s|$)))")


def escaped(text: str) -> str:
    r"""Return text from a file or the command line so that whatever is markup in it shows as text.

    Control characters and line breaks are shown escaped first (`visible`). `<` and `&` become
    entities, because not every reader of markdown knows `\<`. Spaces at the ends go, and the text
    is never empty.
    """
    shown = visible(text).strip() or "(empty)"
    marked = _MARKS.sub(r"\\\g<0>", shown.replace("&", "&amp;").replace("<", "&lt;"))
    start = _AT_THE_START.match(marked)
    if start is None:
        return marked
    end = start.end()
    return (
        f"\\{marked}" if end == 1 and not marked[0].isdigit() else f"{marked[:end]}\\{marked[end:]}"
    )


def code(name: str) -> str:
    """Return a name of the program's own (a flag, a command) as code."""
    return f"`{name}`"


def table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], left: Collection[int] = (0,)
) -> list[str]:
    """Return the lines of a table; the cells are markdown, `left` are the places of columns flush
    left.
    """
    widths = [
        max(3, *(cell_len(row[place]) for row in (headings, *rows)))
        for place in range(len(headings))
    ]
    rules = [
        "-" * width if place in left else "-" * (width - 1) + ":"
        for place, width in enumerate(widths)
    ]
    return [_line(row, widths, left) for row in (headings, rules, *rows)]


def _line(cells: Sequence[str], widths: Sequence[int], left: Collection[int]) -> str:
    padded = []
    for place, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        space = " " * (width - cell_len(cell))
        padded.append(cell + space if place in left else space + cell)
    return f"| {' | '.join(padded)} |"
