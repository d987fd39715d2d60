"""The panel of many patients as a markdown table: one row each, worst first."""

from __future__ import annotations

from wbc_tracker.catalog import Catalog
from wbc_tracker.report.markdown_text import code, escaped, table
from wbc_tracker.report.panel import Panel, PanelLine
from wbc_tracker.report.panel_words import (
    filter_sentence,
    flag_words,
    headline,
    legend_words,
    panel_columns,
    patient_words,
    summary_sentence,
)


def render_panel_markdown(panel: Panel, catalog: Catalog) -> str:
    """Return the page: a title, who is shown, the table, what its columns and marks mean, the educational line."""
    parts = [[f"# Blood counts of {headline(panel)}, as of {panel.as_of}"], [filter_sentence(panel)]]
    if panel.lines:
        parts += [[summary_sentence(panel)], _table(panel, catalog), [escaped(legend_words(panel, catalog))]]
    parts += [[note] for note in panel.notes]
    parts += [[f"{panel.disclaimer} {panel.grading}, catalogue {panel.catalogue_version}."]]
    return "\n\n".join("\n".join(lines) for lines in parts if any(lines))


def _table(panel: Panel, catalog: Catalog) -> list[str]:
    columns = panel_columns(panel, catalog)
    rows = [
        [escaped(patient_words(line.patient_id)), _flag(line), *(_cell(column.texts[at]) for column in columns)]
        for at, line in enumerate(panel.lines)
    ]
    return table(["patient", "worst current flag", *(column.heading for column in columns)], rows, left=(0, 1))


def _cell(words: str) -> str:
    """Return a value with its marks; an asterisk is a mark here, not emphasis. An empty cell stays empty."""
    return escaped(words) if words else ""


def _flag(line: PanelLine) -> str:
    if not line.severity:
        return flag_words(line)
    name, _, more = flag_words(line).partition(" ")
    return f"{line.severity}: {code(name)} {more}".rstrip()
