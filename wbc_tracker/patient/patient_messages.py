"""The sentence of a flag that is said of the patient, not of a result."""

from __future__ import annotations

from wbc_tracker.catalog import Catalog
from wbc_tracker.patient.records import Record
from wbc_tracker.wording import days_words


def patient_flag_message(said: Record, catalog: Catalog) -> str:
    """Return the sentence of one row of `evaluate_patient_flags`, missing values None."""
    days = said["days"]
    return (
        catalog.flags[said["code"]]
        .situations[said["situation"]]
        .format(
            on=said["on"],
            until=said["until"],
            days=days,
            weeks=said["weeks"],
            course=said["course"],
            span="" if days is None else _span_words(days),
            in_time="" if days is None else _ahead_words(days),
        )
    )


def _span_words(days: int) -> str:
    """Return whole weeks from one week on: `3 days`, `1 week`, `12 weeks`."""
    if days < 7:
        return days_words(days)
    return "1 week" if days < 14 else f"{days // 7} weeks"


def _ahead_words(days: int) -> str:
    return f"in {days_words(days)}" if days else "today"
