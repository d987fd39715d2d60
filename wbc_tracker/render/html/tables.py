"""The tables of one patient as a page shows them, with the words that a screen reader says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wbc_tracker.patient.between import between_draws
from wbc_tracker.patient.model import PatientReport
from wbc_tracker.patient.summary import (
    SummaryCell,
    SummaryLine,
    baseline_cell,
    latest_cell,
    lowest_cell,
    summary_interval_words,
)
from wbc_tracker.patient.tables import DrawCell, analytes_of, day_words, draw_columns
from wbc_tracker.patient.trends import variation_words
from wbc_tracker.wording import count_words, date_words

#: What the marks behind a value say.
_SPOKEN_MARKS = {
    "L": "below its interval",
    "H": "above its interval",
    "v": "fell beyond usual variation",
    "^": "rose beyond usual variation",
    "!": "flagged",
}


@dataclass(frozen=True)
class SummaryRow:
    """One test in the table of main results; the statistics are shown when they are asked for."""

    name: str
    short: str
    unit: str
    spoken_unit: str
    latest: SummaryCell
    baseline: SummaryCell | None
    lowest: SummaryCell | None
    interval: str
    verdict: str
    statistics: str


def summary_rows(lines: Sequence[SummaryLine]) -> list[SummaryRow]:
    """Return the rows of the table of results."""
    return [
        SummaryRow(
            name=line.analyte.name,
            short=line.analyte.short,
            unit=line.trend.scale.unit_words,
            spoken_unit=line.trend.scale.spoken_unit,
            latest=latest_cell(line),
            baseline=baseline_cell(line),
            lowest=lowest_cell(line),
            interval=summary_interval_words(line),
            verdict=line.trend.verdict or "not assessable",
            statistics=_statistics(line),
        )
        for line in lines
    ]


def _statistics(line: SummaryLine) -> str:
    trend = line.trend
    span = date_words(trend.first_at)[:10], date_words(trend.latest_at)[:10]
    days = span[0] if span[0] == span[1] else f"{span[0]} to {span[1]}"
    told = f"{trend.words}. {count_words(trend.n, 'result', 'results')}, {days}."
    return f"{told} {variation_words([trend])}".rstrip()


@dataclass(frozen=True)
class PageCell:
    """A value of the table of draws with its marks, and what they say."""

    value: str
    marks: str
    spoken_marks: str
    calls: bool

    @classmethod
    def of(cls, cell: DrawCell) -> PageCell:
        """Return a cell of the draws with its marks in words."""
        spoken = ", ".join(_SPOKEN_MARKS[mark] for mark in cell.marks)
        return cls(cell.value, cell.marks, spoken, cell.calls)


@dataclass(frozen=True)
class DrawRow:
    """One row: `kind` is `draw`, `infusion` or `event`; `what` is the day, or what happened.

    `cells` holds the values of each column, mostly one; it is empty but for a draw.
    """

    kind: str
    when: str
    what: str
    cells: list[list[PageCell]]


@dataclass(frozen=True)
class DrawTable:
    """The table: short and whole name of each column, and the rows in time order."""

    columns: list[tuple[str, str]]
    rows: list[DrawRow]


def draw_table(patient: PatientReport) -> DrawTable:
    """Return the table of all draws that are shown."""
    columns = draw_columns(patient.draws, analytes_of(patient))
    rows: list[DrawRow] = []
    for number, happened in enumerate(between_draws(patient)):
        rows += [
            DrawRow("event" if item.is_event else "infusion", item.when, item.what, [])
            for item in happened
        ]
        if number < len(patient.draws):
            draw = patient.draws[number]
            cells = [[PageCell.of(cell) for cell in column.cells[number]] for column in columns]
            rows.append(DrawRow("draw", date_words(draw.collected_at), day_words(draw), cells))
    return DrawTable([(column.name, column.whole) for column in columns], rows)
