"""The report of one patient as lines for a terminal.

Colour never carries anything that words do not say.
"""

from __future__ import annotations

from rich.text import Text

from wbc_tracker.catalog import Severity
from wbc_tracker.patient.between import telling_events
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
from wbc_tracker.patient.questions import HEADING, questions_of
from wbc_tracker.patient.standing import standing_tags, standing_words
from wbc_tracker.render.terminal.frame import PROSE_WIDTH, closing_lines, heading_lines
from wbc_tracker.render.terminal.grid import WHOLE_NAME, analyte_lines, trend_grid
from wbc_tracker.render.terminal.layout import wrap_words
from wbc_tracker.render.terminal.marks import SEVERITY_MARKS, SEVERITY_STYLES
from wbc_tracker.wording import visible

_INDENT = 14


def render_patient(report: Report, patient: PatientReport, width: int) -> list[Text]:
    """Return the lines: the contrast, where the patient stands, flags, the trend table, a line an
    analyte.

    Args:
        report: date and versions. patient: one of its patients.
        width: columns of the terminal; the prose never gets wider than 100.
    """
    prose = min(width, PROSE_WIDTH)
    drug = patient.drug_words or "no infusion recorded"
    lines = [*heading_lines(report, patient, drug, prose), Text("")]
    lines += _pattern_lines(patient, prose)
    lines += [Text(""), *_standing_lines(patient, prose), Text("")]
    lines += _flag_lines(patient, prose)
    lines += question_lines(patient, prose)
    lines += event_lines(patient, prose)
    if patient.draws:
        lines += [
            *trend_grid(patient, width),
            Text(""),
            *analyte_lines(patient.trends, width),
        ]
        lines += [Text(""), *wrap_words(legend_words(patient.trends), prose, style="dim")]
    return [*lines, Text(""), *closing_lines(report, prose)]


def _pattern_lines(patient: PatientReport, width: int) -> list[Text]:
    lines = []
    for sentence in patient.pattern.told:
        own = SEVERITY_STYLES[Severity.URGENT] if sentence.is_urgent else "bold"
        lines += wrap_words(sentence.words, width, "  ", "  ", own)
    evidence = patient.pattern.evidence
    if evidence:
        room = max(len(when) for when, _ in evidence)
        for when, what in evidence:
            start = f"  {when:<{room}}{':' if when else ' '}  "
            lines += wrap_words(what, width, start, " " * len(start))
    return lines


def _standing_lines(patient: PatientReport, width: int) -> list[Text]:
    tags = ", ".join(standing_tags(patient))
    return wrap_words(
        f"{standing_words(patient)} [{tags}]" if tags else standing_words(patient), width
    )


def _flag_lines(patient: PatientReport, width: int) -> list[Text]:
    """Show current flags one by one, earlier ones under their own heading,
    expected ones as counts.
    """
    lines: list[Text] = []
    for told in current_flags(patient):
        lines += _flag(told, width)
    expected = expected_words(patient)
    lines += _marked(Severity.EXPECTED, expected, width) if expected else []
    for words in remaining_words(patient):
        lines += wrap_words(words, width, "    ", "    ")
    earlier = earlier_flags(patient)
    lines += [Text(""), Text(EARLIER, style="bold")] if earlier else []
    for told in earlier:
        lines += _flag(told, width)
    return [*lines, Text("")] if lines else []


def _flag(told: ToldFlag, width: int) -> list[Text]:
    """Return the lines of one flag; what to do next is told of those that call for something."""
    next_step = told.next_step if told.calls else ""
    words = " ".join(part for part in (told.words, told.more, next_step) if part)
    return _marked(told.severity, f"{words} [{', '.join(told.tags)}]", width)


def _marked(severity: Severity, words: str, width: int) -> list[Text]:
    first = f"{SEVERITY_MARKS[severity]} {severity:<{_INDENT - 4}}"
    lines = wrap_words(words, width, first, " " * len(first))
    lines[0].stylize(SEVERITY_STYLES[severity], 0, len(first))
    return lines


def question_lines(patient: PatientReport, width: int) -> list[Text]:
    """Return the questions for the visit, numbered under a heading; nothing without any."""
    lines = [Text(HEADING, style="bold")]
    for number, question in enumerate(questions_of(patient), start=1):
        first = f"  {number}  "
        lines += wrap_words(question.text, width, first, " " * len(first))
    return [*lines, Text("")] if len(lines) > 1 else []


def event_lines(patient: PatientReport, width: int) -> list[Text]:
    """Tell the events about which there is something to say, those to come,
    and those too long for the table.
    """
    telling = telling_events(patient, WHOLE_NAME)
    lines = [Text("Events", style="bold")] if telling else []
    for event in telling:
        first = f"  {event.happened_on}  "
        words = f"{visible(event.name).rstrip('.')}. {event.remark}".rstrip()
        lines += wrap_words(words, width, first, " " * len(first))
    return [*lines, Text("")] if lines else []
