"""The report of one patient as a markdown page, to paste into a message to the clinic.

It tells what the terminal tells, in the same sentences. A paragraph is one line, because some
readers of markdown break where a line ends.
"""

from __future__ import annotations

from collections.abc import Sequence

from wbc_tracker.catalog import Analyte
from wbc_tracker.patient.between import between_draws, telling_events
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
from wbc_tracker.patient.provenance import left_out_words, no_result_words, rule_words
from wbc_tracker.patient.questions import HEADING, questions_of
from wbc_tracker.patient.standing import standing_tags, standing_words
from wbc_tracker.patient.summary import heading_words
from wbc_tracker.patient.tables import (
    COURSES,
    analyte_blocks,
    analytes_of,
    course_grids,
    day_words,
    draw_columns,
    trend_cells,
)
from wbc_tracker.render.markdown.text import code, escaped, table
from wbc_tracker.wording import date_words, with_capital


def render_markdown(report: Report, patient: PatientReport, left_out: Sequence[str] = ()) -> str:
    """Return the page: the contrast, where the patient stands, flags, trends, courses, draws, what
    it rests on.

    Args:
        report: date, versions and settings. patient: one of its patients.
        left_out: sentences about what was not used, beside the filters that the settings tell.
    """
    parts = [
        [f"# Blood count report: {escaped(heading_words(report, patient))}, as of {report.as_of}"],
        *_pattern(patient),
        ["## Where things stand"],
        [_standing(patient)],
        *_flags(patient),
        *_questions(patient),
        *_events(patient),
        *_results(patient),
        ["## What this rests on"],
        [f"- {words}" for words in (*left_out_words(report, patient, left_out), *_rules(report))],
        [report.disclaimer],
    ]
    return "\n\n".join("\n".join(lines) for lines in parts if lines)


def _rules(report: Report) -> list[str]:
    same_day = report.settings.get("same_day")
    own = [escaped(words) for words in report.own_words]
    return rule_words(report.as_of, report.grading, report.catalogue_version, same_day, own)


def _pattern(patient: PatientReport) -> list[list[str]]:
    evidence, when = [], ""
    for day, what in patient.pattern.evidence:
        when = day or when  # a draw is named once
        evidence.append(f"- {when}: {what}")
    return [[f"**{patient.pattern.sentence}**"], evidence]


def _standing(patient: PatientReport) -> str:
    drugs, tags = patient.drug_words, standing_tags(patient)
    return " ".join(
        part
        for part in (
            f"{with_capital(drugs)}." if drugs else "",
            standing_words(patient),
            _tagged(tags) if tags else "",
        )
        if part
    )


def _flags(patient: PatientReport) -> list[list[str]]:
    current = [_flag(told) for told in current_flags(patient)]
    expected = expected_words(patient)
    current += [f"- **expected:** {expected}"] if expected else []
    earlier = [_flag(told) for told in earlier_flags(patient)]
    heading, earlier_heading = ["## Flags"], [f"### {EARLIER}"] if earlier else []
    parts = [
        current,
        *([words] for words in remaining_words(patient)),
        earlier_heading,
        earlier,
    ]
    return [heading, *parts] if any(parts) else []


def _flag(told: ToldFlag) -> str:
    next_step = f"Usual next step: {told.next_step}" if told.next_step else ""
    words = " ".join(part for part in (told.words, told.more, next_step) if part)
    return f"- **{told.severity}:** {words} {_tagged(told.tags)}"


def _questions(patient: PatientReport) -> list[list[str]]:
    asked = enumerate(questions_of(patient), start=1)
    lines = [f"{number}. {question.text}" for number, question in asked]
    return [[f"## {HEADING}"], lines] if lines else []


def _tagged(tags: Sequence[str]) -> str:
    return f"[{code(', '.join(tags))}]"


def _events(patient: PatientReport) -> list[list[str]]:
    telling = telling_events(patient)
    words = [
        f"- {event.happened_on}: {escaped(event.name.rstrip('.'))}. {event.remark}"
        for event in telling
    ]
    return [["## Events"], [line.rstrip() for line in words]] if telling else []


def _results(patient: PatientReport) -> list[list[str]]:
    """Return trends, courses and draws with the words that explain them."""
    if not patient.draws:
        return [["## Draws"], [no_result_words(patient)]]
    rows = [(*trend_cells(trend), trend.words) for trend in patient.trends]
    headings = ("analyte", "unit", "baseline", "latest", "change", "trend")
    parts = [["## Trends"], table(headings, rows, left=(0, 1, 5))]
    courses = course_tables(patient)
    parts += [["## Courses"], [COURSES], *courses] if courses else []
    parts += [["## Draws"], *draw_tables(patient)]
    return [*parts, [legend_words(patient.trends, with_bars=False)]]


def draw_tables(patient: PatientReport) -> list[list[str]]:
    """Return the lines of each table: a row a draw, infusions and events between the draws in rows
    of their own.
    """
    return [_draw_table(patient, analytes) for analytes in analyte_blocks(analytes_of(patient))]


def course_tables(patient: PatientReport) -> list[list[str]]:
    """Return the lines of each table: a row a course, and for each analyte its lowest and its
    pre-dose value.
    """
    return [
        table(
            ["course", *(analyte.short for analyte in grid.analytes)],
            [[str(number), *cells] for number, cells in grid.rows],
        )
        for grid in course_grids(patient)
    ]


def _draw_table(patient: PatientReport, analytes: list[Analyte]) -> list[str]:
    columns = draw_columns(patient.draws, analytes)
    names = [analyte.id for analyte in analytes]
    rows: list[list[str]] = []
    for number, happened in enumerate(between_draws(patient)):
        rows += [
            [item.when, escaped(item.what) if item.is_event else item.what, *([""] * len(columns))]
            for item in happened
        ]
        if number < len(patient.draws) and patient.draws[number].holds(*names):
            draw = patient.draws[number]
            cells = [" / ".join(c.words for c in column.cells[number]) for column in columns]
            rows.append([date_words(draw.collected_at), day_words(draw), *cells])
    return table(["draw", "day", *(column.name for column in columns)], rows, left=(0, 1))
