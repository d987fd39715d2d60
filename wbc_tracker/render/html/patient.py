"""The page of one patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wbc_tracker.arrays import day_of
from wbc_tracker.charts import vega_bundle
from wbc_tracker.panel.series import PatientStrands
from wbc_tracker.patient.flag_list import (
    EARLIER,
    ToldFlag,
    current_flags,
    earlier_flags,
    expected_words,
    remaining_words,
)
from wbc_tracker.patient.legend import legend_words
from wbc_tracker.patient.model import PatientReport, Report
from wbc_tracker.patient.provenance import (
    NOTHING_LEFT_OUT,
    SourceFile,
    left_out_words,
    no_result_words,
    rule_words,
)
from wbc_tracker.patient.questions import HEADING, questions_of
from wbc_tracker.patient.standing import standing_tags, standing_words
from wbc_tracker.patient.summary import SummaryLine, dose_words, heading_words, summary_of
from wbc_tracker.patient.tables import COURSES, course_grids
from wbc_tracker.render.html.charts import PageCharts, folder_charts, page_charts
from wbc_tracker.render.html.paper import earlier_line, sheet_of
from wbc_tracker.render.html.sparkline import Frame, draw_sparkline
from wbc_tracker.render.html.tables import draw_table, summary_rows
from wbc_tracker.render.html.templates import css_text, own_markup, read_own, render_page
from wbc_tracker.wording import count_words

#: Width and height of a small picture in pixels.
_SMALL_SIZE = (720, 96)
_SUMMARY = (
    "L, H: below, above the interval beside that result. !: see the flags. day: since the last "
    "infusion."
)


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
    current, earlier = current_flags(patient), earlier_flags(patient)
    heading, doses, standing = (
        heading_words(report, patient),
        dose_words(patient),
        standing_words(patient),
    )
    main, others = _tables(patient)
    rows = summary_rows(main)
    earlier_calls = [earlier_line(told) for told in earlier if told.calls]
    calling = [told for told in current if told.calls]
    questions = questions_of(patient)
    left_out = left_out_words(report, patient, left_out)
    paragraphs = [standing, doses, "; ".join(earlier_calls)]
    paragraphs += [words for words in left_out if words != NOTHING_LEFT_OUT]
    sheet = sheet_of(patient, rows, calling, paragraphs, [one.text for one in questions])
    draw_charts = folder_charts if in_folder else page_charts
    charts = draw_charts(report, patient, analytes, sheet.room)
    return render_page(
        "patient.html.j2",
        _scripts(in_folder, charts),
        from_folder=in_folder is not None,
        in_folder=in_folder,
        small_pictures=_small_pictures(in_folder.strands, report.as_of) if in_folder else [],
        style=own_markup(read_own("style.css") + (read_own("spark.css") if in_folder else "")),
        running_head=own_markup(css_text(f"{heading}, as of {report.as_of}")),
        running_foot=own_markup(css_text(report.disclaimer)),
        report=report,
        patient=patient,
        heading=heading,
        standing=standing,
        doses=doses,
        sheet=sheet,
        main_rows=rows,
        other_rows=summary_rows(others),
        summary_legend=_SUMMARY,
        standing_tags=standing_tags(patient),
        current=current,
        calls_now=bool(calling),
        earlier_calls=earlier_calls,
        earlier=earlier,
        earlier_heading=EARLIER,
        expected=expected_words(patient),
        remaining=remaining_words(patient),
        questions=questions,
        questions_heading=HEADING,
        charts=charts,
        pictures=[own_markup(picture) for picture in charts.pictures or ()] if charts else [],
        small_legend=in_folder.legend if in_folder else "",
        chart_data=own_markup(charts.data if charts else ""),
        no_result=no_result_words(patient),
        course_grids=course_grids(patient),
        course_words=COURSES,
        draws=draw_table(patient) if patient.draws else None,
        legend=legend_words(patient.trends, with_bars=False),
        events=patient.events,
        sources=sources,
        left_out=left_out,
        is_anything_left_out=left_out != [NOTHING_LEFT_OUT],
        not_on_paper=_not_on_paper(patient, current, earlier, others, charts)
        + (["the questions"] if questions and not sheet.has_questions else []),
        rules=rule_words(
            report.as_of, report.grading, report.catalogue_version, report.settings.get("same_day")
        ),
        own_words=report.own_words,
        severities=report.explained.severities,
        about=_about(report, patient),
        taught=_taught(report, patient),
    )


def _tables(patient: PatientReport) -> tuple[list[SummaryLine], list[SummaryLine]]:
    """Return what the table of main results holds, with any other that is out of order (but no
    percentage beside its count), and what is folded below it; without a main one everything is
    main.
    """
    lines = summary_of(patient)
    if not any(line.is_main for line in lines):
        return lines, []
    told = {line.analyte.count_id for line in lines if line.is_main}
    main = [
        line
        for line in lines
        if line.is_main or (line.is_outside and line.analyte.count_id not in told)
    ]
    return main, [line for line in lines if line not in main]


def _not_on_paper(
    patient: PatientReport,
    current: Sequence[ToldFlag],
    earlier: Sequence[ToldFlag],
    others: Sequence[SummaryLine],
    charts: PageCharts | None,
) -> list[str]:
    """Return what only the screen has."""
    info = sum(not told.calls for told in (*current, *earlier))
    names = [f"{name[0].lower()}{name[1:]}" for name in charts.not_on_paper] if charts else []
    told = [
        count_words(len(patient.draws), "draw", "draws"),
        count_words(len(others), "other test", "other tests"),
        count_words(info, "flag for information", "flags for information"),
        f"the charts of {', '.join(names)}" if names else "",
        "the chart by weeks since the last infusion" if charts and charts.has_courses else "",
        "the courses, statistics and what each flag means",
    ]
    return [words for words in told if words and not words.startswith("0 ")]


def _scripts(in_folder: InFolder | None, charts: PageCharts | None) -> list[str]:
    if charts is None:
        return []
    boxes = read_own("boxes.js")
    drawing = vega_bundle() if in_folder is None else read_own("folder.js")
    return [boxes, drawing, read_own("page.js")]


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
