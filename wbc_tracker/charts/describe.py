"""The chart in words, for those who cannot see it."""

from __future__ import annotations

from collections.abc import Sequence

from wbc_tracker.catalog import Catalog
from wbc_tracker.report.model import PatientReport


def describe_chart(
    patient: PatientReport, catalog: Catalog, *, as_of: str, time: str = "calendar", analytes: Sequence[str] = ()
) -> str:
    """Return what the chart shows: the panels with their range, latest result and baseline, and the infusions."""
    return ""
