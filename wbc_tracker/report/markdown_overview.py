"""The overview of many patients as a markdown table: one row each, worst first."""

from __future__ import annotations

from collections.abc import Sequence

from wbc_tracker.catalog import Catalog
from wbc_tracker.report.markdown_text import code, escaped, table
from wbc_tracker.report.overview import ANALYTES, LEGEND, Overview, overview_columns
from wbc_tracker.wording import count_words


def render_overview_markdown(overview: Overview, catalog: Catalog, analytes: Sequence[str] = ANALYTES) -> str:
    """Return the page: a title, the table, what its columns and marks mean, the educational line."""
    records = overview.table.to_dict("records")
    columns = overview_columns(overview, catalog, analytes)
    rows = [
        [escaped(str(record["patient_id"])), _flag(record), *(cells[number].plain for _, cells in columns)]
        for number, record in enumerate(records)
    ]
    headings = ["patient", "worst current flag", *(name for name, _ in columns)]
    parts = [
        [f"# Blood counts of {count_words(len(rows), 'patient', 'patients')}, as of {overview.as_of}"],
        table(headings, rows, left=(0, 1)),
        [LEGEND.replace("\n", " ")],
        [f"{overview.disclaimer} {overview.grading}, catalogue {overview.catalogue_version}."],
    ]
    return "\n\n".join("\n".join(lines) for lines in parts)


def _flag(record: dict[object, object]) -> str:
    severity = record["severity"]
    return f"{severity}: {code(str(record['code']))}" if isinstance(severity, str) else "none current"
