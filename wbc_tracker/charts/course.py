"""The chart in weeks since the last infusion: the courses laid over one another, the latest strongest."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wbc_tracker.catalog import Catalog
from wbc_tracker.charts.layers import Layer
from wbc_tracker.charts.panels import Panel
from wbc_tracker.charts.theme import Colours
from wbc_tracker.report.model import PatientReport


def course_views(
    patient: PatientReport, panels: Sequence[Panel], closing: str, catalog: Catalog, colours: Colours, width: int
) -> tuple[list[Layer], dict[str, Any], list[str]]:
    """Return the views from top to bottom, the data they share, and the names of those that zoom."""
    raise NotImplementedError
