"""The tables of one patient as cells, which every renderer lays out its own way: draws, trends and
courses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from wbc_tracker.catalog import Analyte, Severity
from wbc_tracker.patient.model import PatientReport
from wbc_tracker.patient.result_lines import Draw, ResultLine
from wbc_tracker.patient.trend_lines import CourseLine, TrendLine
from wbc_tracker.scales import Scale
from wbc_tracker.wording import (
    RCV_MARKS,
    REF_MARKS,
    percent_words,
)

#: The columns in which a neurologist looks first; the others follow in the order of the catalogue.
MAIN_ANALYTES = ("wbc", "neutrophils", "lymphocytes", "cd19", "cd19_pct", "igg")
COURSES = (
    "Lowest value of each course (day since the infusion) / the last value before the next "
    "infusion. The present course has no such value yet."
)
_CHANGE = ("%", "change of white cells against the baseline in percent")
#: More columns than that are hard to read in one table.
_MOST_ANALYTES = 8


@dataclass(frozen=True)
class DrawCell:
    """A value with the marks behind it, see `legend_words`; `severity` of its worst flag.

    `stands`: of the marks that of the interval, as laboratories print it.
    """

    value: str
    marks: str = ""
    stands: str = ""
    severity: Severity | None = None
    calls: bool = False

    @property
    def words(self) -> str:
        """Value and marks in one."""
        return self.value + self.marks


@dataclass(frozen=True)
class DrawColumn:
    """One column of the table of draws: its short and whole name, and for each draw its values.

    Two different values of one draw are two cells; a draw without one has none.
    """

    name: str
    whole: str
    cells: list[list[DrawCell]]


@dataclass(frozen=True)
class CourseGrid:
    """One table of courses: `rows` are (number of the course, one cell an analyte)."""

    analytes: list[Analyte]
    rows: list[tuple[int, list[str]]]


class TrendCells(NamedTuple):
    """What stands before the words of a trend; an `f` marks a first on record."""

    name: str
    unit: str
    baseline: str
    latest: str
    change: str


def draw_columns(
    draws: Sequence[Draw], analytes: Sequence[Analyte], *, with_change: bool = True
) -> list[DrawColumn]:
    """Return a column of each analyte, behind white cells one with the change in percent."""
    found: dict[str, list[list[ResultLine]]] = {one.id: [[] for _ in draws] for one in analytes}
    for number, draw in enumerate(draws):
        for result in draw.results:
            if result.analyte.id in found:
                found[result.analyte.id][number].append(result)
    columns = []
    for analyte in analytes:
        results = found[analyte.id]
        cells = [[_cell(result) for result in told] for told in results]
        columns.append(DrawColumn(analyte.short, analyte.name, cells))
        if analyte.id == "wbc" and with_change:
            columns.append(DrawColumn(*_CHANGE, [_change(told) for told in results]))
    return columns


def _cell(result: ResultLine) -> DrawCell:
    stands = REF_MARKS.get(result.ref_flag or "", "")
    marks = stands + RCV_MARKS.get(result.beyond_rcv or "", "") + ("!" if result.calls else "")
    return DrawCell(result.words, marks, stands, result.severity, result.calls)


def _change(results: list[ResultLine]) -> list[DrawCell]:
    known = [result for result in results if result.percent_change is not None]
    if not known:
        return []
    change = percent_words(known[0].percent_change or 0).removesuffix(" %")
    return [DrawCell("base" if known[0].is_baseline else change)]


def trend_cells(trend: TrendLine) -> TrendCells:
    """Return name, unit, baseline, latest value and change in percent of a trend."""
    analyte = trend.analyte
    baseline = "?" if trend.baseline is None else trend.scale.number(trend.baseline)
    return TrendCells(
        name=analyte.short,
        unit=trend.scale.unit_words,
        baseline=f"{baseline}{'f' if trend.baseline_kind == 'first_on_record' else ''}",
        latest=trend.latest_words,
        change=percent_words(trend.percent_change) if trend.percent_change is not None else "",
    )


def course_grids(patient: PatientReport) -> list[CourseGrid]:
    """Return the tables, main analytes first; none without an infusion."""
    done = {
        trend.analyte.id: {course.course: course for course in trend.courses}
        for trend in patient.trends
    }
    scales = {trend.analyte.id: trend.scale for trend in patient.trends}
    grids = []
    for block in analyte_blocks([one for one in analytes_of(patient) if done.get(one.id)]):
        numbers = sorted({number for analyte in block for number in done[analyte.id]})
        rows = [
            (number, [_course_cell(scales[one.id], done[one.id].get(number)) for one in block])
            for number in numbers
        ]
        grids.append(CourseGrid(block, rows))
    return grids


def analyte_blocks(analytes: list[Analyte]) -> list[list[Analyte]]:
    """Cut the analytes into tables: the main ones, then the others."""
    main = [analyte for analyte in analytes if analyte.id in MAIN_ANALYTES]
    others = [analyte for analyte in analytes if analyte.id not in MAIN_ANALYTES]
    cut = [
        others[place : place + _MOST_ANALYTES] for place in range(0, len(others), _MOST_ANALYTES)
    ]
    return [block for block in (main, *cut) if block]


def _course_cell(scale: Scale, course: CourseLine | None) -> str:
    if course is None:
        return ""
    nadir = scale.value(course.nadir, course.nadir_comparator or "")
    told = f"{nadir} ({course.nadir_day})"
    if course.pre_dose is None:
        return told
    return f"{told} / {scale.value(course.pre_dose, course.pre_dose_comparator or '')}"


def analytes_of(patient: PatientReport) -> list[Analyte]:
    """Return the analytes of the draws, the main ones first."""
    # There is a trend of each analyte that is shown, in the order of the catalogue.
    known = {trend.analyte.id: trend.analyte for trend in patient.trends}
    first = [known[name] for name in MAIN_ANALYTES if name in known]
    return [*first, *(one for name, one in known.items() if name not in MAIN_ANALYTES)]


def day_words(draw: Draw) -> str:
    """Return the days since the last infusion; before the first, the negative study day."""
    before = draw.study_day if draw.study_day is not None and draw.study_day < 0 else None
    day = draw.days_since_infusion if draw.days_since_infusion is not None else before
    return "" if day is None else str(day)
