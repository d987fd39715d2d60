"""What the field knows, as TOML with sources: analytes, units, drugs, cuts, variation, flags,
statements.
"""

from wbc_tracker.catalog.events import EventKind, Events
from wbc_tracker.catalog.loader import load_catalog, load_drugs, load_events, read_catalog
from wbc_tracker.catalog.model import Analyte, AnalyteKind, Catalog, Drug, Flag
from wbc_tracker.catalog.severity import Severity

__all__ = [
    "Analyte",
    "AnalyteKind",
    "Catalog",
    "Drug",
    "EventKind",
    "Events",
    "Flag",
    "Severity",
    "load_catalog",
    "load_drugs",
    "load_events",
    "read_catalog",
]
