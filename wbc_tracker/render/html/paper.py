"""What of a patient's page goes on one sheet of paper, A4 or Letter.

The answers do: the contrast, the doses, the main analytes, what calls for something, the charts,
infections. What calls for something is never left out, were there a second sheet; the charts get
the room that the words leave, and the latest events as much as a few lines hold.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from wbc_tracker.patient.flag_list import ToldFlag
from wbc_tracker.patient.messages import result_words
from wbc_tracker.patient.model import EventLine, PatientReport
from wbc_tracker.patient.summary import SummaryCell
from wbc_tracker.render.html.tables import SummaryRow

#: Millimetres for words and pictures on the smaller of the two, Letter, and what is kept free. All
#: heights below are those that Chromium gives them with Helvetica or a font of the same widths.
_SHEET, _SPARE = 255.4, 9.0
#: Heights of a line, and characters in it on the narrower of the two, A4: of plain words, of the
#: first sentence, and of the others.
_LINE, _CHARACTERS = 3.55, 130
_FIRST_LINE, _FIRST_CHARACTERS = 5.1, 78
_NEXT_LINE, _NEXT_CHARACTERS = 4.0, 104
#: What a paragraph, and a flag, take beside their lines; the badge of a flag makes them shorter.
_PARAGRAPH, _FLAG, _FLAG_CHARACTERS = 0.6, 0.9, 116
#: A row of the table, each further line of it, and characters of the widest cells together that
#: stand beside one another.
_ROW, _ROW_LINE, _ROW_CHARACTERS = 4.5, 3.5, 138
#: A heading with what is free above it: of the flags, of the questions.
_HEADING = 7.2
#: Title, padding of the sentences, the other headings, head and notes of the table, and the end.
_FIXED = 47.0
#: So many characters of infections, and of other events, go on paper.
_MOST_CHARACTERS = 330
#: Questions go on paper if they leave so much for the charts.
_LEAST_ROOM = 92.0


@dataclass(frozen=True)
class EventWords:
    """Events of one sort in a line: the latest that have room, and how many earlier ones do not."""

    words: str
    earlier: int


@dataclass(frozen=True)
class PaperSheet:
    """What the sheet holds: `infections` and `others`, `room` for charts in millimetres, and
    whether there is enough of it for the questions too.
    """

    infections: EventWords
    others: EventWords
    room: float
    has_questions: bool


def sheet_of(
    patient: PatientReport,
    table: Sequence[SummaryRow],
    calling: Sequence[ToldFlag],
    paragraphs: Sequence[str],
    questions: Sequence[str],
) -> PaperSheet:
    """Return what the sheet of one patient holds.

    Args:
        patient: of whom it tells. table: the rows of its table.
        calling: current flags that call for something.
        paragraphs: about doses, what is due, earlier flags, and what was left out.
        questions: for the visit.
    """
    infections = event_words([event for event in patient.events if _is_infection(event)])
    other_events = event_words([event for event in patient.events if not _is_infection(event)])
    taken = _FIXED + _HEADING + _table_height(table)
    first, *others = patient.pattern.sentences
    taken += _FIRST_LINE * _lines(first, _FIRST_CHARACTERS)
    taken += _NEXT_LINE * _lines(" ".join(others), _NEXT_CHARACTERS)
    taken += sum(_PARAGRAPH + _LINE * _lines(words) for words in paragraphs if words)
    if not calling:
        taken += _LINE
    taken += sum(
        _FLAG + _LINE * _lines(f"{told.words} {told.more} {told.next_step}", _FLAG_CHARACTERS)
        for told in calling
    )
    both = f"{infections.words} {other_events.words}".strip()
    taken += _LINE * _lines(both)
    room = _SHEET - _SPARE - taken
    asked = _HEADING + sum(_LINE * _lines(words) for words in questions)
    has_questions = bool(questions) and room - asked >= _LEAST_ROOM
    left = room - asked if has_questions else room
    return PaperSheet(infections, other_events, left, has_questions)


def _table_height(table: Sequence[SummaryRow]) -> float:
    """Return how high the rows of the table are; where its widest cells have no room beside one
    another, every row has further lines.
    """
    widths = [
        [len(f"{row.name} {row.unit}"), len(row.interval)]
        + [_width(cell) for cell in (row.baseline, row.lowest, row.latest)]
        + [len(row.verdict)]
        for row in table
    ]
    widest: list[int] = [max(column) for column in zip(*widths, strict=True)]
    lines = math.ceil(sum(widest) / _ROW_CHARACTERS)
    return len(table) * (_ROW + _ROW_LINE * max(0, lines - 1))


def _width(cell: SummaryCell | None) -> int:
    return len(f"{cell.value}{cell.mark} {cell.when} {cell.note}") if cell else 0


def earlier_line(told: ToldFlag) -> str:
    """Return a flag that no longer stands in a few words: the result, its day, and the next one."""
    flag = told.flag
    if flag.result is None:
        return told.words.rstrip(".")
    result, after = flag.result, flag.following
    day = "" if result.days_since_infusion is None else f", day {result.days_since_infusion}"
    words = f"{result.analyte.name} {result_words(result)} on {result.collected_at[:10]}{day}"
    words = f"{words} ({told.severity}: {flag.flag.title})"
    return f"{words}, next {after.words} on {after.collected_at[:10]}" if after else words


def _lines(words: str, characters: int = _CHARACTERS) -> int:
    return max(1, math.ceil(len(words) / characters))


def _is_infection(event: EventLine) -> bool:
    return event.kind.id == "infection"


def event_words(events: Sequence[EventLine]) -> EventWords:
    """Return events in one line by date, the earliest ones left out where they are too many."""
    told: list[str] = []
    for event in reversed(events):
        words = f"{event.happened_on} {event.note or event.kind.title}"
        if event.note and event.kind.id != "infection":
            words = f"{event.happened_on} {event.name}"
        if told and len("; ".join([words, *told])) > _MOST_CHARACTERS:
            break
        told.insert(0, words)
    return EventWords("; ".join(told), len(events) - len(told))
