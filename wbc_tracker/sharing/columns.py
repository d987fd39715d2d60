"""The columns of a pseudonymised export: those of the export, but for what tells whose they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from wbc_tracker.schema import EXPORT_COLUMNS, Column

#: What becomes of dates: days since the first infusion, or dates moved back.
SharedDates = Literal["days", "shifted"]
#: What a date becomes as days: column -> name.
DAY_NAMES = {
    "collected_at": "collected_day",
    "last_infusion_on": "last_infusion_day",
    "next_infusion_on": "next_infusion_day",
    "baseline_at": "baseline_day",
}
#: What tells on which day a patient's days begin.
ZERO = Column(
    "day_zero",
    "text",
    "",
    "What happened on day 0 of this patient: `first_infusion`, or `first_draw` (the first on "
    "record) where there was no infusion yet.",
)
#: Printed by the laboratory, or of a file: they may name anybody.
_DROPPED = (
    "reported_analyte",
    "reported_value",
    "reported_unit",
    "reported_range",
    "reported_flag",
    "source_file",
    "source_row",
)
_PATIENT = "A random id, the same for the same patient in every export with the same key file."
_DAYS = "whole days from day 0 of the patient"
_EVENTS = (
    "`kind@{}` joined by `;`: events since the previous draw, at most 42 days back, without their "
    "notes."
)
_SHIFTED = {
    "collected_at": "When the blood was drawn: the date, moved back.",
    "last_infusion_on": "Date of the latest infusion before the draw, moved back.",
    "next_infusion_on": "Date of the next infusion as seen from the draw, moved back.",
    "baseline_at": "Date of the baseline, moved back.",
}
_AS_DAY = {
    "collected_at": "When the blood was drawn; the time of the day is left out.",
    "last_infusion_on": "The latest infusion before the draw.",
    "next_infusion_on": "The next infusion as seen from the draw.",
    "baseline_at": "When the baseline was drawn.",
}


def shared_columns(dates: SharedDates, covariates: Sequence[Column] = ()) -> tuple[Column, ...]:
    """Return the columns of a pseudonymised export, in their order; covariates stay as they are."""
    columns: list[Column] = []
    for column in EXPORT_COLUMNS:
        if column.name not in _DROPPED:
            columns.append(_shared(column, dates))
        if column.name == "collected_at" and dates == "days":
            columns.append(ZERO)
    return (*columns, *covariates)


def _shared(column: Column, dates: SharedDates) -> Column:
    if column.name == "patient_id":
        return replace(column, meaning=_PATIENT)
    if column.name == "events":
        return replace(column, meaning=_EVENTS.format("day" if dates == "days" else "date"))
    if column.name not in DAY_NAMES:
        return column
    if dates == "shifted":
        return Column(column.name, "text", "ISO 8601 date", _SHIFTED[column.name])
    return Column(DAY_NAMES[column.name], "integer", _DAYS, _AS_DAY[column.name])
