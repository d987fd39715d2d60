"""The events of one patient as lines for a terminal."""

from __future__ import annotations

from rich.text import Text

from wbc_tracker.report.columns import wrap_words
from wbc_tracker.report.grid import WHOLE_NAME
from wbc_tracker.report.model import PatientReport
from wbc_tracker.wording import visible


def event_lines(patient: PatientReport, width: int) -> list[Text]:
    """Tell the events about which there is something to say, those to come, and those too long for the table."""
    telling = [
        event
        for event in patient.events
        if event.remark or event.is_planned or not patient.draws or len(visible(event.name)) > WHOLE_NAME
    ]
    if not telling:
        return []
    lines = [Text("Events", style="bold")]
    for event in telling:
        first = f"  {event.happened_on}  "
        words = f"{visible(event.name).rstrip('.')}. {event.remark}".rstrip()
        lines += wrap_words(words, width, first, " " * len(first))
    return [*lines, Text("")]
