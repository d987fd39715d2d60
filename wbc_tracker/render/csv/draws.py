"""The next blood draws of a clinic as CSV, a line a draw."""

from __future__ import annotations

import csv
import io

from wbc_tracker.panel.draws import DrawList
from wbc_tracker.render.csv.cells import defuse

COLUMNS = (
    *("week", "on", "patient_id", "tests", "infusion_on", "infusion_kind", "last_infusion_on"),
)


def render_draws_csv(listed: DrawList) -> str:
    """Return the whole file as text with LF line ends; `week` is a Monday."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    for draw in listed.draws:
        kind = "recorded" if draw.is_booked else "planned"
        tests, last = ";".join(draw.tests), draw.last_infusion_on or ""
        row = (draw.week, draw.on, draw.patient_id, tests, draw.infusion_on, kind, last)
        writer.writerow([defuse(cell) for cell in row])
    return text.getvalue()
