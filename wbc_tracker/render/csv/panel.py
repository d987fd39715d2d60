"""The panel of many patients as CSV, one line each; a limit has its comparator in the column
before.
"""

from __future__ import annotations

import csv
import io

from wbc_tracker.panel.model import Panel
from wbc_tracker.panel.table import Cell, panel_table
from wbc_tracker.render.csv.cells import defuse


def render_panel_csv(panel: Panel) -> str:
    """Return the whole file as text with LF line ends."""
    table = panel_table(panel)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.name for column in table)
    writer.writerows(zip(*(map(_word, column.cells) for column in table), strict=True))
    return text.getvalue()


def _word(cell: Cell) -> str:
    """Return a cell: a text defused, a number in its shortest form."""
    if cell is None:
        return ""
    return defuse(cell) if isinstance(cell, str) else repr(cell).removesuffix(".0")
