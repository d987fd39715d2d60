"""A panel on the terminal: one line a patient. Plain strings until the last step: a clinic has
thousands of lines.
"""

from __future__ import annotations

from collections.abc import Mapping

from rich.cells import cell_len
from rich.text import Span, Text

from wbc_tracker.panel.model import Panel
from wbc_tracker.panel.sentences import (
    apart_words,
    counts_sentence,
    filter_sentence,
    headline,
    legend_words,
    summary_sentence,
)
from wbc_tracker.panel.words import PanelColumn, flag_words, panel_columns, patient_words
from wbc_tracker.render.terminal.layout import wrap_words
from wbc_tracker.render.terminal.marks import SEVERITY_MARKS, SEVERITY_STYLES
from wbc_tracker.wording import visible

_GAP = "  "
#: Prose is not wider than this, however wide the terminal is; ids take at most this part of a
#: terminal.
_MOST_PROSE, _ID_PART, _LEAST_ID = 100, 4, 16


def render_panel(panel: Panel, width: int, names: Mapping[str, str] | None = None) -> list[Text]:
    """Return the lines of a panel; `names`: patient -> name, beside the id.

    Columns that do not fit into `width` follow in a further table with the severity of each
    patient, and a sentence above says which. An id wider than a quarter of `width` stands whole on
    a line of its own.
    """
    prose = min(width, _MOST_PROSE)
    title = f"wbc-tracker   {headline(panel)}   as of {panel.as_of}"
    lines = [*wrap_words(title, prose, style="bold"), *_sentences(filter_sentence(panel), prose)]
    if panel.lines:
        lines += [
            *_sentences(summary_sentence(panel), prose),
            *_sentences(counts_sentence(panel), prose),
            *_tables(panel, width, names or {}),
            Text(""),
        ]
        lines += wrap_words(legend_words(panel), prose, style="dim")
    for note in panel.notes:
        lines += _sentences(note, prose)
    lines += [Text("")]
    for words in (*panel.own_words, panel.disclaimer):
        lines += wrap_words(words, prose)
    return [*lines, Text(f"{panel.grading}   catalogue {panel.catalogue_version}")]


def _sentences(words: str, width: int) -> list[Text]:
    return wrap_words(words, width) if words else []


def _tables(panel: Panel, width: int, called: Mapping[str, str]) -> list[Text]:
    ids = [line.patient_id for line in panel.lines]
    names = [f"{patient_words(i)} {visible(called.get(i, ''))}".rstrip() for i in ids]
    most = max(_LEAST_ID, width // _ID_PART)
    alone = [cell_len(name) > most for name in names]
    severities = [line.severity for line in panel.lines]
    marks = [SEVERITY_MARKS[severity] if severity else "   " for severity in severities]
    flags = [f"{mark} {flag_words(line)}" for mark, line in zip(marks, panel.lines, strict=True)]
    patients = PanelColumn(
        "patient", ["" if a else n for n, a in zip(names, alone, strict=True)], [None] * len(names)
    )
    first = [patients, PanelColumn("worst current flag", flags, severities)]
    blocks = _blocks(
        first, [patients, PanelColumn("", marks, severities)], panel_columns(panel), width
    )
    lines = [Text("")]
    if len(blocks) > 1:
        later = ", ".join(column.heading for block in blocks[1:] for column in block[2:])
        lines += [*wrap_words(f"Further down, for want of width: {later}.", width), Text("")]
    own_lines = [name if is_alone else None for name, is_alone in zip(names, alone, strict=True)]
    for number, block in enumerate(blocks):
        lines += [Text("")] if number else []
        lines += _table(block, own_lines, width, panel)
    return lines


def _blocks(
    first: list[PanelColumn], further: list[PanelColumn], columns: list[PanelColumn], width: int
) -> list[list[PanelColumn]]:
    """Cut the columns into tables that fit into `width`; the leading columns of the first are its
    own.
    """
    blocks = [list(first)]
    used = sum(_width_of(column) + len(_GAP) for column in first) - len(_GAP)
    for column in columns:
        needed = len(_GAP) + _width_of(column)
        if used + needed > width and (len(blocks[-1]) > len(further) or len(blocks) == 1):
            blocks.append(list(further))
            used = sum(_width_of(lead) + len(_GAP) for lead in further) - len(_GAP)
        blocks[-1].append(column)
        used += needed
    return blocks


def _width_of(column: PanelColumn) -> int:
    marks = max(map(len, column.marks), default=0) if column.marks else 0
    return max(len(column.heading), max(map(_cells, column.words), default=0) + marks)


def _cells(words: str) -> int:
    return len(words) if words.isascii() else cell_len(words)


def _table(
    columns: list[PanelColumn], own_lines: list[str | None], width: int, panel: Panel
) -> list[Text]:
    """Return the lines of one table, the first two columns flush left; ids with a line of their
    own before theirs, and a heading before those who stand apart.
    """
    padded = [_padded(column, left=number < 2) for number, column in enumerate(columns)]
    styles = [
        [SEVERITY_STYLES[severity] if severity else "" for severity in column.severities]
        for column in columns
    ]
    headings = _GAP.join(cells[0] for cells in padded).rstrip()
    lines = [Text(headings, style="bold")]
    first_apart = len(panel.lines) - panel.apart
    for number, own in enumerate(own_lines):
        if number == first_apart:
            lines += wrap_words(f"{apart_words(panel)}:", width, style="bold")
        if own is not None:
            lines += [Text(part) for part in _broken(own, width)]
        cells = [column[number + 1] for column in padded]
        line = Text(_GAP.join(cells).rstrip())
        if own is not None and not line.plain:
            continue
        start = 0
        for cell, style in zip(cells, (column[number] for column in styles), strict=True):
            if style and cell.strip():
                line.spans.append(Span(start, min(start + len(cell), len(line.plain)), style))
            start += len(cell) + len(_GAP)
        lines.append(line)
    return lines


def _padded(column: PanelColumn, left: bool) -> list[str]:
    """Return heading and words, all of one width; values end in one place,
    and their marks begin there.
    """
    width = _width_of(column)
    if not column.marks:
        pad = str.ljust if left else str.rjust
        return [
            pad(words, width - _cells(words) + len(words))
            for words in (column.heading, *column.words)
        ]
    behind = max(map(len, column.marks), default=0)
    pairs = zip(column.words, column.marks, strict=True)
    heading = column.heading.rjust(width - behind).ljust(width)
    return [heading, *(a.rjust(width - behind) + b.ljust(behind) for a, b in pairs)]


def _broken(words: str, width: int) -> list[str]:
    """Cut a word that is wider than the terminal."""
    parts, used = [""], 0
    for character in words:
        if used + cell_len(character) > width:
            parts.append("")
            used = 0
        parts[-1] += character
        used += cell_len(character)
    return parts
