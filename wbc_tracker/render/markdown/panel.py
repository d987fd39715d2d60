"""The panel of many patients as a markdown table: one row each, worst first."""

from __future__ import annotations

from wbc_tracker.panel.model import Panel, PanelLine
from wbc_tracker.panel.sentences import (
    counts_sentence,
    filter_sentence,
    headline,
    legend_words,
    summary_sentence,
)
from wbc_tracker.panel.words import flag_words, panel_columns, patient_words
from wbc_tracker.render.markdown.text import code, escaped, table


def render_panel_markdown(panel: Panel) -> str:
    """Return the page: a title, who is shown, the table, what its columns and marks mean,
    the educational line.
    """
    parts = [
        [f"# Blood counts of {headline(panel)}, as of {panel.as_of}"],
        [filter_sentence(panel)],
    ]
    if panel.lines:
        parts += [
            [summary_sentence(panel)],
            [counts_sentence(panel)],
            _table(panel),
            [_literal(legend_words(panel))],
        ]
    parts += [[note] for note in panel.notes]
    parts += [[escaped(words)] for words in panel.own_words]
    parts += [[f"{panel.disclaimer} {panel.grading}, catalogue {panel.catalogue_version}."]]
    return "\n\n".join("\n".join(lines) for lines in parts if any(lines))


def _table(panel: Panel) -> list[str]:
    columns = panel_columns(panel)
    rows = [
        [
            escaped(patient_words(line.patient_id)),
            _flag(line),
            *(_literal(column.texts[at]) for column in columns),
        ]
        for at, line in enumerate(panel.lines)
    ]
    return table(
        ["patient", "worst current flag", *(column.heading for column in columns)],
        rows,
        left=(0, 1),
    )


def _literal(words: str) -> str:
    """Return words of the program's own, in which an asterisk is a mark and not emphasis."""
    return words.replace("*", r"\*")


def _flag(line: PanelLine) -> str:
    if not line.severity:
        return flag_words(line)
    more = f" +{line.further_flags}" if line.further_flags else ""
    return f"{line.severity}: {code(line.flags[0].code)}{more}"
