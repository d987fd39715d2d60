"""The panel as plain columns, one line a patient, for files that are worked with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from wbc_tracker.arrays import day_of, iso_of
from wbc_tracker.catalog import Analyte
from wbc_tracker.panel.doses import DOSES, DoseBefore
from wbc_tracker.panel.model import Panel, PanelCell, PanelLine
from wbc_tracker.panel.words import head_words, news_words
from wbc_tracker.wording import REF_MARKS

#: The last doses, the latest first.
_DOSES = ("last", "second_last", "third_last")

TableKind = Literal["text", "number", "date"]
Cell = str | float | None


@dataclass(frozen=True)
class PrintedNumber:
    """A value as it was printed: a number with its decimals, a comparator before it and the mark of
    its interval behind.
    """

    value: float
    comparator: str
    decimals: int
    mark: str


@dataclass(frozen=True)
class TableColumn:
    """One column.

    Attributes:
        name: its header. kind: what its cells are; a date is ISO text.
        meaning: a sentence. cells: of each line, None where there is none.
        printed: the cells as they are shown where a number can be, None elsewhere.
    """

    name: str
    kind: TableKind
    meaning: str
    cells: list[Cell]
    printed: list[PrintedNumber | None] | None = None


def panel_table(panel: Panel) -> list[TableColumn]:
    """Return the columns of a panel: who, what stands, what is due, and the latest results."""

    def column(
        name: str, kind: TableKind, meaning: str, cell: Callable[[PanelLine], Cell]
    ) -> TableColumn:
        return TableColumn(name, kind, meaning, [cell(line) for line in panel.lines])

    today = day_of(panel.as_of)
    table = [
        column("patient_id", "text", "Who.", lambda line: line.patient_id),
        column(
            "severity", "text", "Of the worst current flag; empty without one.",
            lambda line: line.severity.word if line.severity else None,
        ),
        column(
            "flag", "text", "The worst current flag, in words.",
            lambda line: head_words(line) if line.flags else None,
        ),
        column(
            "flags", "text", "Codes of all current flags, worst first.",
            lambda line: ";".join(flag.code for flag in line.flags) or None,
        ),
        *([column("new", "text", _news_meaning(panel), lambda line: news_words(line) or None)]
          if panel.shows_news else []),
        column(
            "drug", "text", "Of the last infusion.",
            lambda line: line.drug.id if line.drug else None,
        ),
        column("course", "number", "Of the last infusion; 0 before the first.", _course),
        column(
            "last_infusion_on", "date", "Date of the last infusion.",
            lambda line: None
            if line.days_since_infusion is None
            else iso_of(today - line.days_since_infusion),
        ),
        column(
            "days_since_infusion", "number", "Days since the last infusion.",
            lambda line: line.days_since_infusion,
        ),
        column("next_infusion_on", "date", "Booked, or by the usual interval.", _next_on),
        column(
            "next_infusion_kind", "text", "recorded: booked; planned: by the usual interval.",
            lambda line: line.next_kind,
        ),
        column(
            "days_to_next_infusion", "number", "Days to it; negative: past.",
            lambda line: line.days_to_next,
        ),
        column(
            "overdue", "text", "yes: the planned day is past, and none is recorded or booked.",
            lambda line: _yes(line.is_overdue),
        ),
        column(
            "labs_due", "text", "What is missing before the next infusion, if that is near.",
            lambda line: ";".join(line.labs_due) or None,
        ),
        column(
            "ended_by", "text", "stopped, other_drug or left: nothing is due here.",
            lambda line: line.ended_by,
        ),
        column(
            "last_count_on", "date", "Of white cells, neutrophils or lymphocytes.",
            lambda line: line.last_count_on,
        ),
    ]  # fmt: skip
    for analyte in panel.analytes:
        table += _result_columns(panel, analyte)
    for place in range(DOSES if any(line.doses for line in panel.lines) else 0):
        table += _dose_columns(panel, place)
    return table


def _news_meaning(panel: Panel) -> str:
    since = f"the imports of {panel.news_since}" if panel.news_since else "an import"
    return f"What is new, or worse than before {since}; +1: one more."


def _course(line: PanelLine) -> int:
    return line.course


def _next_on(line: PanelLine) -> str | None:
    return line.next_on


def _yes(told: bool) -> str:
    return "yes" if told else "no"


def _result_columns(panel: Panel, analyte: Analyte) -> list[TableColumn]:
    """Return the latest results of an analyte; a percentage that stands in has columns of its own,
    so that no column holds two units.
    """
    cells = [line.cells.get(analyte.id) for line in panel.lines]
    table = _columns_of(analyte, [None if c is None or c.stands_in else c for c in cells])
    stand_ins = [c if c is not None and c.stands_in else None for c in cells]
    told = [cell for cell in stand_ins if cell is not None]
    return table + (_columns_of(told[0].analyte, stand_ins) if told else [])


def _columns_of(analyte: Analyte, cells: list[PanelCell | None]) -> list[TableColumn]:
    name = analyte.id
    return [
        TableColumn(
            f"{name}_comparator",
            "text",
            "The number beside it is a limit.",
            [None if cell is None else cell.comparator for cell in cells],
        ),
        TableColumn(
            name,
            "number",
            f"Latest result of {analyte.name}, {analyte.unit}.",
            [None if cell is None else cell.number for cell in cells],
            [None if cell is None else _printed(cell) for cell in cells],
        ),
        TableColumn(
            f"{name}_flag",
            "text",
            "low, normal or high against its interval; empty where not assessable.",
            [None if cell is None else cell.ref_flag for cell in cells],
        ),
        TableColumn(
            f"{name}_on",
            "date",
            "When it was drawn.",
            [None if cell is None else cell.collected_at for cell in cells],
        ),
    ]


def _dose_columns(panel: Panel, place: int) -> list[TableColumn]:
    """Return one of the last doses, and CD19 before it."""
    name = f"{_DOSES[place]}_dose"
    doses = [line.doses[place] if place < len(line.doses) else None for line in panel.lines]
    before = f"CD19 before the {name.replace('_', ' ')}"
    known = [None if dose is None or dose.value is None else dose for dose in doses]
    return [
        TableColumn(
            f"{name}_on",
            "date",
            "Of a split first dose the first half.",
            [None if dose is None else dose.on for dose in doses],
        ),
        TableColumn(
            f"{name}_interval_days",
            "number",
            "Days since the dose before.",
            [None if dose is None else dose.interval_days for dose in doses],
        ),
        TableColumn(
            f"cd19_before_{name}_comparator",
            "text",
            "The number beside it is a limit.",
            [None if dose is None else dose.comparator or None for dose in known],
        ),
        TableColumn(
            f"cd19_before_{name}",
            "number",
            f"{before}, /uL: the last count since the dose before.",
            [None if dose is None else dose.value for dose in known],
            [None if dose is None else _dose_printed(dose) for dose in known],
        ),
        TableColumn(
            f"cd19_before_{name}_on",
            "date",
            "When it was drawn.",
            [None if dose is None else dose.collected_at for dose in known],
        ),
    ]


def _dose_printed(dose: DoseBefore) -> PrintedNumber:
    decimals = len(dose.words.partition(".")[2])
    return PrintedNumber(dose.value or 0.0, dose.comparator, decimals, "")


def _printed(cell: PanelCell) -> PrintedNumber:
    decimals = len(cell.words.rstrip("%").partition(".")[2])
    mark = REF_MARKS.get(cell.ref_flag or "", "")
    return PrintedNumber(cell.number, cell.comparator or "", decimals, mark)
