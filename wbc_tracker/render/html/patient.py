"""The page of one patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wbc_tracker.arrays import day_of
from wbc_tracker.charts import vega_bundle
from wbc_tracker.panel.series import PatientStrands
from wbc_tracker.patient.between import telling_events
from wbc_tracker.patient.flag_list import (
    EARLIER,
    current_flags,
    earlier_flags,
    expected_words,
    remaining_words,
)
from wbc_tracker.patient.legend import legend_words
from wbc_tracker.patient.model import PatientReport, Report
from wbc_tracker.patient.provenance import SourceFile, left_out_words, no_result_words, rule_words
from wbc_tracker.patient.questions import HEADING, questions_of
from wbc_tracker.patient.standing import standing_tags, standing_words
from wbc_tracker.patient.summary import heading_words
from wbc_tracker.patient.tables import COURSES, course_grids, trend_cells
from wbc_tracker.render.html.charts import folder_charts, page_charts
from wbc_tracker.render.html.sparkline import Frame, draw_sparkline
from wbc_tracker.render.html.tables import draw_table
from wbc_tracker.render.html.templates import css_text, own_markup, read_own, render_page

#: Width and height of a small picture in pixels.
_SMALL_SIZE = (720, 96)


@dataclass(frozen=True)
class InFolder:
    """What a page in a folder leaves to others: the file with Vega, the page of everybody, both by
    name.

    `strands` is all that is known of B cells and white cells, drawn small where Vega or JavaScript
    is missing; `legend` says what the drawings show.
    """

    bundle: str
    index: str
    strands: PatientStrands
    legend: str


def render_patient_page(
    report: Report,
    patient: PatientReport,
    sources: Sequence[SourceFile] = (),
    left_out: Sequence[str] = (),
    analytes: Sequence[str] = (),
    in_folder: InFolder | None = None,
) -> str:
    """Return the page: the contrast, where the patient stands, flags, charts, tables, and what it
    all rests on.

    Args:
        report: date, versions and settings. patient: one of its patients.
        sources: where the results come from.
        left_out: sentences about what was not used, beside the filters that the settings tell.
        analytes: which the chart shows; without any the usual ones.
        in_folder: the page lies in a folder among others. It is a quarter as large, made much
            faster, and not complete without the file beside it that draws its charts.

    Raises:
        UsageError: the packages that it needs are not installed; see `require_pages`.
    """
    charts = (folder_charts if in_folder else page_charts)(report, patient, analytes)
    current, earlier = current_flags(patient), earlier_flags(patient)
    heading = heading_words(report, patient)
    return render_page(
        "patient.html.j2",
        _scripts(in_folder) if charts else [],
        from_folder=in_folder is not None,
        in_folder=in_folder,
        small_pictures=_small_pictures(in_folder.strands, report.as_of) if in_folder else [],
        style=own_markup(read_own("style.css") + (read_own("spark.css") if in_folder else "")),
        running_head=own_markup(css_text(f"{heading}, as of {report.as_of}")),
        running_foot=own_markup(css_text(report.disclaimer)),
        report=report,
        patient=patient,
        heading=heading,
        standing=standing_words(patient),
        standing_tags=standing_tags(patient),
        current=current,
        earlier=earlier,
        earlier_heading=EARLIER,
        expected=expected_words(patient),
        remaining=remaining_words(patient),
        questions=questions_of(patient),
        questions_heading=HEADING,
        charts=charts,
        pictures=[own_markup(picture) for picture in charts.pictures or ()] if charts else [],
        small_legend=in_folder.legend if in_folder else "",
        chart_data=own_markup(charts.data if charts else ""),
        no_result=no_result_words(patient),
        trends=[(trend_cells(trend), trend) for trend in patient.trends],
        course_grids=course_grids(patient),
        course_words=COURSES,
        draws=draw_table(patient) if patient.draws else None,
        legend=legend_words(patient.trends, with_bars=False),
        events=telling_events(patient),
        sources=sources,
        left_out=left_out_words(report, patient, left_out),
        rules=rule_words(
            report.as_of, report.grading, report.catalogue_version, report.settings.get("same_day")
        ),
        severities=report.explained.severities,
        about=_about(report, patient),
        taught=_taught(report, patient),
    )


def _scripts(in_folder: InFolder | None) -> list[str]:
    return [vega_bundle() if in_folder is None else read_own("folder.js"), read_own("page.js")]


def _small_pictures(strands: PatientStrands, as_of: str) -> list[tuple[str, str]]:
    """Return words and SVG of B cells and white cells, whole; none of what has no result."""
    end = day_of(as_of)
    told = (
        (strands.b_cells, strands.b_cells_words),
        (strands.white_cells, strands.white_cells_words),
    )
    drawn = [(strand, words) for strand, words in told if strand]
    frame = Frame(min((strand.days[0] for strand, _ in drawn), default=end), end, *_SMALL_SIZE)
    return [
        (words, own_markup(draw_sparkline(strand, strands.infusions, words, frame)))
        for strand, words in drawn
    ]


def _about(report: Report, patient: PatientReport) -> list[tuple[str, Sequence[str]]]:
    """Return what each flag of this patient means, most severe first."""
    codes = dict.fromkeys(line.code for line in patient.flags)
    return [(code, report.explained.flags[code]) for code in codes]


def _taught(report: Report, patient: PatientReport) -> list[tuple[str, str]]:
    """Return the statements of the document that this patient's flags teach, in their order."""
    named = {statement for line in patient.flags for statement in line.flag.statements}
    return [(one.id, one.text) for one in report.explained.statements if one.id in named]
