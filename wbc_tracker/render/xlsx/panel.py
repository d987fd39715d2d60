"""The panel of many patients as a workbook: a sheet of them, and one of what it says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from wbc_tracker.panel.model import Panel
from wbc_tracker.panel.sentences import (
    counts_sentence,
    filter_sentence,
    headline,
    legend_words,
    summary_sentence,
)
from wbc_tracker.panel.table import TableColumn, panel_table
from wbc_tracker.render.xlsx.book import Marked, SheetColumn, new_book, refuse_too_many, width_of


def write_panel_workbook(panel: Panel, stream: BinaryIO) -> None:
    """Write the workbook: values are numbers that are shown as printed, with comparator and mark.

    Raises:
        UsageError: more patients than a sheet holds.
    """
    refuse_too_many(len(panel.lines))
    table = panel_table(panel)
    columns = [SheetColumn(one.name, one.kind, width_of(one.cells)) for one in table]
    with new_book(stream) as book:
        book.add_table("patients", columns, zip(*map(_cells, table), strict=True))
        book.add_text("about", _about(panel))
        meanings = ([one.name, one.meaning] for one in table)
        heads = [SheetColumn("column", "text", 28), SheetColumn("meaning", "text", 40)]
        book.add_table("columns", heads, meanings)


def _cells(column: TableColumn) -> Sequence[object]:
    if column.printed is None:
        return column.cells
    return [
        None if one is None else Marked(one.value, one.comparator, one.mark, one.decimals)
        for one in column.printed
    ]


def _about(panel: Panel) -> list[str]:
    told = [
        f"Blood counts of {headline(panel)}, as of {panel.as_of}.",
        filter_sentence(panel),
        summary_sentence(panel, with_options=False) if panel.lines else "",
        counts_sentence(panel),
        *panel.notes,
        legend_words(panel, with_options=False),
        *panel.own_words,
        panel.disclaimer,
        f"{panel.grading}, catalogue {panel.catalogue_version}.",
    ]
    return [line for line in told if line]
