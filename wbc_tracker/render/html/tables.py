"""The table of draws as a page shows it: one row a draw, infusions and events between the draws."""

from __future__ import annotations

from dataclasses import dataclass

from wbc_tracker.patient.between import between_draws
from wbc_tracker.patient.model import PatientReport
from wbc_tracker.patient.tables import DrawCell, analytes_of, day_words, draw_columns
from wbc_tracker.wording import date_words

#: So many draws, the latest, stand on paper.
PAPER_DRAWS = 6


@dataclass(frozen=True)
class DrawRow:
    """One row: `kind` is `draw`, `infusion` or `event`; `what` is the day, or what happened.

    `cells` holds the values of each column, mostly one; it is empty but for a draw. `on_paper` is
    False for what stands before the latest draws.
    """

    kind: str
    when: str
    what: str
    cells: list[list[DrawCell]]
    on_paper: bool


@dataclass(frozen=True)
class DrawTable:
    """The table: short and whole name of each column, and the rows in time order.

    `not_on_paper` counts the draws left out there, `paper_since` is the day of the first that is
    not.
    """

    columns: list[tuple[str, str]]
    rows: list[DrawRow]
    not_on_paper: int
    paper_since: str


def draw_table(patient: PatientReport) -> DrawTable:
    """Return the table of all draws that are shown."""
    columns = draw_columns(patient.draws, analytes_of(patient))
    first = max(0, len(patient.draws) - PAPER_DRAWS)
    rows: list[DrawRow] = []
    for number, happened in enumerate(between_draws(patient)):
        on_paper = number >= first
        rows += [
            DrawRow("event" if item.is_event else "infusion", item.when, item.what, [], on_paper)
            for item in happened
        ]
        if number < len(patient.draws):
            draw = patient.draws[number]
            cells = [column.cells[number] for column in columns]
            rows.append(
                DrawRow("draw", date_words(draw.collected_at), day_words(draw), cells, on_paper)
            )
    since = patient.draws[first].collected_at[:10] if patient.draws else ""
    return DrawTable([(column.name, column.whole) for column in columns], rows, first, since)
