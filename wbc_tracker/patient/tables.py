"""What each course did, as cells: a row a course, and for each analyte its lowest and its pre-dose
value.
"""

from __future__ import annotations

from dataclasses import dataclass

from wbc_tracker.catalog import Catalog
from wbc_tracker.patient.model import CourseLine, Draw, PatientReport
from wbc_tracker.wording import value_words

#: The columns in which a neurologist looks first; the others follow in the order of the catalogue.
MAIN_ANALYTES = ("wbc", "neutrophils", "lymphocytes", "cd19", "cd19_pct", "igg")
COURSES = (
    "Lowest value of each course (day since the infusion) / the last value before the next "
    "infusion. The present course has no such value yet."
)
#: More columns than that are hard to read in one table.
_MOST_ANALYTES = 8


@dataclass(frozen=True)
class CourseGrid:
    """One table of courses: `rows` are (number of the course, one cell an analyte)."""

    analytes: list[str]
    rows: list[tuple[int, list[str]]]


def course_grids(patient: PatientReport, catalog: Catalog) -> list[CourseGrid]:
    """Return the tables, main analytes first; none without an infusion."""
    done = {
        trend.analyte: {course.course: course for course in trend.courses}
        for trend in patient.trends
    }
    analytes = [analyte for analyte in analytes_of(patient, catalog) if done.get(analyte)]
    grids = []
    for block in analyte_blocks(analytes):
        numbers = sorted({number for analyte in block for number in done[analyte]})
        rows = [
            (
                number,
                [_course_cell(analyte, done[analyte].get(number), catalog) for analyte in block],
            )
            for number in numbers
        ]
        grids.append(CourseGrid(block, rows))
    return grids


def analyte_blocks(analytes: list[str]) -> list[list[str]]:
    """Cut the analytes into tables: the main ones, then the others."""
    main = [analyte for analyte in analytes if analyte in MAIN_ANALYTES]
    others = [analyte for analyte in analytes if analyte not in MAIN_ANALYTES]
    cut = [
        others[place : place + _MOST_ANALYTES] for place in range(0, len(others), _MOST_ANALYTES)
    ]
    return [block for block in (main, *cut) if block]


def _course_cell(analyte: str, course: CourseLine | None, catalog: Catalog) -> str:
    if course is None:
        return ""
    nadir = value_words(analyte, course.nadir, course.nadir_comparator or "", 0, catalog)
    told = f"{nadir} ({course.nadir_day})"
    if course.pre_dose is None:
        return told
    return (
        f"{told} / "
        f"{value_words(analyte, course.pre_dose, course.pre_dose_comparator or '', 0, catalog)}"
    )


def analytes_of(patient: PatientReport, catalog: Catalog) -> list[str]:
    """Return the analytes of the draws, the main ones first."""
    present = {result.analyte for draw in patient.draws for result in draw.results}
    first = [analyte for analyte in MAIN_ANALYTES if analyte in present]
    return first + [
        analyte for analyte in catalog.analytes if analyte in present and analyte not in first
    ]


def day_words(draw: Draw) -> str:
    """Return the days since the last infusion; before the first, the negative study day."""
    before = draw.study_day if draw.study_day is not None and draw.study_day < 0 else None
    day = draw.days_since_infusion if draw.days_since_infusion is not None else before
    return "" if day is None else str(day)
