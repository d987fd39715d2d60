"""Text that fits: sentences cut into lines, and columns side by side cut into blocks."""

from __future__ import annotations

import re
import textwrap

from rich.text import Text

#: A heading and one cell a line.
ColumnOfText = tuple[str, list[Text]]
GAP = 2
#: Spaces at which no line is broken: between a number and its unit, after "95 %", and in "n 12".
#: And none in a command, so that it can be copied.
_KEPT_TOGETHER = re.compile(
    r"(?<=\d) (?=%|x10[⁰¹²³⁴⁵⁶⁷⁸⁹]|/µL|m?g/d?L|mmol/L|mg\b)|(?<=95 %) (?=-?\d)|(?<=\bn) (?=\d)"
    r"|(?<=wbc-tracker) |(?<=wbc-tracker explain) "
)


def wrap_words(
    words: str, width: int, first: str = "", rest: str = "", style: str = ""
) -> list[Text]:
    """Return a sentence as lines that fit; `first` and `rest` stand before the first and the other
    lines.
    """
    kept = _KEPT_TOGETHER.sub("\N{NO-BREAK SPACE}", words)
    wrapped = textwrap.wrap(
        kept,
        width,
        initial_indent=first,
        subsequent_indent=rest,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return [Text(line.replace("\N{NO-BREAK SPACE}", " "), style=style) for line in wrapped]


def width_of(column: ColumnOfText) -> int:
    """Return the width that the heading and all cells need."""
    return max(len(column[0]), *(cell.cell_len for cell in column[1]), 1)


def cut_blocks(
    lead: list[ColumnOfText], columns: list[ColumnOfText], width: int
) -> list[list[ColumnOfText]]:
    """Cut the columns into blocks, each of which fits into `width` beside the leading columns."""
    room = width - sum(width_of(column) + GAP for column in lead)
    blocks: list[list[ColumnOfText]] = [[]]
    used = 0
    for column in columns:
        needed = width_of(column) + GAP
        if blocks[-1] and used + needed > room + GAP:
            blocks.append([])
            used = 0
        blocks[-1].append(column)
        used += needed
    return blocks


def join_cells(cells: list[Text], widths: list[int], left: int = 1) -> Text:
    """Return one line; the first `left` cells are flush left, the others flush right."""
    parts = []
    for place, (cell, width) in enumerate(zip(cells, widths, strict=True)):
        space = Text(" " * (width - cell.cell_len))
        parts.append(cell + space if place < left else space + cell)
    line = Text(" " * GAP).join(parts)
    line.rstrip()
    return line


def block_lines(lead: list[ColumnOfText], columns: list[ColumnOfText], width: int) -> list[Text]:
    """Return a table; columns that do not fit follow below, each block with the leading ones."""
    lines: list[Text] = []
    for number, block in enumerate(cut_blocks(lead, columns, width)):
        cut = [*lead, *block]
        widths = [width_of(column) for column in cut]
        lines += [Text("")] if number else []
        lines.append(join_cells([Text(name, style="bold") for name, _ in cut], widths))
        lines += [
            join_cells(list(cells), widths)
            for cells in zip(*(cells for _, cells in cut), strict=True)
        ]
    return lines
