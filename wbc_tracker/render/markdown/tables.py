"""The tables of courses and of draws in the markdown page: the main analytes first, the others below."""

from __future__ import annotations

from wbc_tracker.catalog import Catalog
from wbc_tracker.patient.between import between_draws
from wbc_tracker.patient.model import Draw, PatientReport
from wbc_tracker.patient.tables import analyte_blocks, analytes_of, course_grids, day_words
from wbc_tracker.render.markdown.text import escaped, table
from wbc_tracker.render.terminal.grid import value_columns
from wbc_tracker.wording import date_words


def draw_tables(patient: PatientReport, catalog: Catalog) -> list[list[str]]:
    """Return the lines of each table: a row a draw, infusions and events between the draws in rows of their own."""
    return [_draw_table(patient, analytes, catalog) for analytes in analyte_blocks(analytes_of(patient, catalog))]


def course_tables(patient: PatientReport, catalog: Catalog) -> list[list[str]]:
    """Return the lines of each table: a row a course, and for each analyte its lowest and its pre-dose value."""
    return [
        table(
            ["course", *(catalog.analytes[analyte].short for analyte in grid.analytes)],
            [[str(number), *cells] for number, cells in grid.rows],
        )
        for grid in course_grids(patient, catalog)
    ]


def _draw_table(patient: PatientReport, analytes: list[str], catalog: Catalog) -> list[str]:
    columns = value_columns(patient.draws, analytes, catalog)
    rows: list[list[str]] = []
    for number, happened in enumerate(between_draws(patient)):
        rows += [
            [item.when, escaped(item.what) if item.is_event else item.what, *([""] * len(columns))] for item in happened
        ]
        if number < len(patient.draws) and _holds(patient.draws[number], analytes):
            draw = patient.draws[number]
            cells = [cells[number].plain for _, cells in columns]
            rows.append([date_words(draw.collected_at), day_words(draw), *cells])
    return table(["draw", "day", *(name for name, _ in columns)], rows, left=(0, 1))


def _holds(draw: Draw, analytes: list[str]) -> bool:
    return any(result.analyte in analytes for result in draw.results)
