"""What stands above and below every report on a terminal."""

from __future__ import annotations

import textwrap

from rich.text import Text

from wbc_tracker.patient.model import PatientReport, Report
from wbc_tracker.patient.summary import heading_words
from wbc_tracker.render.terminal.layout import wrap_words
from wbc_tracker.wording import visible

#: Prose never gets wider.
PROSE_WIDTH = 100


def heading_lines(report: Report, patient: PatientReport, treatment: str, width: int) -> list[Text]:
    """Return who it is, the treatment, and the day of the report at the right."""
    left = f"wbc-tracker   {visible(heading_words(report, patient))}   {treatment}"
    right = f"as of {report.as_of}"
    if len(left) + len(right) + 3 > width:
        return [Text(line, style="bold") for line in (*textwrap.wrap(left, width), right)]
    gap = max(3, width - len(left) - len(right))
    return [Text(f"{left}{' ' * gap}{right}", style="bold")]


def closing_lines(report: Report, width: int) -> list[Text]:
    """Return that it is no advice, and by what was judged."""
    told = f"{report.disclaimer}   {report.grading}   catalogue {report.catalogue_version}"
    return [line for words in (*report.own_words, told) for line in wrap_words(words, width)]
