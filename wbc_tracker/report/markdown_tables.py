"""The tables of courses and of draws in the markdown page: the main analytes first, the others below."""

from __future__ import annotations

from wbc_tracker.catalog import Catalog
from wbc_tracker.report.grid import (
    MAIN_ANALYTES,
    analytes_of,
    day_words,
    value_columns,
)
from wbc_tracker.report.happenings import happenings
from wbc_tracker.report.markdown_text import escaped, table
from wbc_tracker.report.model import CourseLine, Draw, PatientReport
from wbc_tracker.wording import date_words, value_words

#: More columns than that are hard to read in a message.
_MOST_ANALYTES = 8


def draw_tables(patient: PatientReport, catalog: Catalog) -> list[list[str]]:
    """Return the lines of each table: a row a draw, infusions and events between the draws in rows of their own."""
    return [_draw_table(patient, analytes, catalog) for analytes in _blocks(analytes_of(patient, catalog))]


def course_tables(patient: PatientReport, catalog: Catalog) -> list[list[str]]:
    """Return the lines of each table: a row a course, and for each analyte its lowest and its pre-dose value."""
    done = {trend.analyte: {course.course: course for course in trend.courses} for trend in patient.trends}
    analytes = [analyte for analyte in analytes_of(patient, catalog) if done.get(analyte)]
    tables = []
    for block in _blocks(analytes):
        numbers = sorted({number for analyte in block for number in done[analyte]})
        rows = [
            [str(number), *(_course_cell(analyte, done[analyte].get(number), catalog) for analyte in block)]
            for number in numbers
        ]
        tables.append(table(["course", *(catalog.analytes[analyte].short for analyte in block)], rows))
    return tables


def _blocks(analytes: list[str]) -> list[list[str]]:
    """Cut the analytes into tables: the main ones, then the others."""
    main = [analyte for analyte in analytes if analyte in MAIN_ANALYTES]
    others = [analyte for analyte in analytes if analyte not in MAIN_ANALYTES]
    cut = [others[place : place + _MOST_ANALYTES] for place in range(0, len(others), _MOST_ANALYTES)]
    return [block for block in (main, *cut) if block]


def _draw_table(patient: PatientReport, analytes: list[str], catalog: Catalog) -> list[str]:
    columns = value_columns(patient.draws, analytes, catalog)
    rows: list[list[str]] = []
    for number, happened in enumerate(happenings(patient)):
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


def _course_cell(analyte: str, course: CourseLine | None, catalog: Catalog) -> str:
    if course is None:
        return ""
    nadir = value_words(analyte, course.nadir, course.nadir_comparator or "", 0, catalog)
    told = f"{nadir} ({course.nadir_day})"
    if course.pre_dose is None:
        return told
    return f"{told} / {value_words(analyte, course.pre_dose, course.pre_dose_comparator or '', 0, catalog)}"
