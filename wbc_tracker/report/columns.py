"""Columns of text side by side: how wide they are, and how they are cut into blocks that fit."""

from __future__ import annotations

from rich.text import Text

#: A heading and one cell a line.
ColumnOfText = tuple[str, list[Text]]
GAP = 2


def width_of(column: ColumnOfText) -> int:
    """Return the width that the heading and all cells need."""
    return max(len(column[0]), *(cell.cell_len for cell in column[1]), 1)


def cut_blocks(lead: list[ColumnOfText], columns: list[ColumnOfText], width: int) -> list[list[ColumnOfText]]:
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
