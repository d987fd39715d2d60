"""The events of one patient as lines for a terminal."""

from __future__ import annotations

from rich.text import Text

from wbc_tracker.patient.model import EventLine, PatientReport
from wbc_tracker.render.terminal.grid import WHOLE_NAME
from wbc_tracker.render.terminal.layout import wrap_words
from wbc_tracker.wording import visible


def event_lines(patient: PatientReport, width: int) -> list[Text]:
    """Tell the events about which there is something to say, those to come, and those too long for the table."""
    telling = telling_events(patient, WHOLE_NAME)
    lines = [Text("Events", style="bold")] if telling else []
    for event in telling:
        first = f"  {event.happened_on}  "
        words = f"{visible(event.name).rstrip('.')}. {event.remark}".rstrip()
        lines += wrap_words(words, width, first, " " * len(first))
    return [*lines, Text("")] if lines else []


def telling_events(patient: PatientReport, longest: int | None = None) -> list[EventLine]:
    """Return the events of which the table of draws does not tell everything; names longer than `longest` too."""
    return [
        event
        for event in patient.events
        if event.remark
        or event.is_planned
        or not patient.draws
        or (longest is not None and len(visible(event.name)) > longest)
    ]
