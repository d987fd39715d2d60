"""What the field knows, as TOML with sources: analytes, units, drugs, cuts, variation, flags,
statements.
"""

from wbc_tracker.catalog.events import EventKind, Events
from wbc_tracker.catalog.loader import load_catalog, load_drugs, load_events, read_catalog
from wbc_tracker.catalog.model import Analyte, AnalyteKind, Catalog, Drug, Flag
from wbc_tracker.catalog.own_rules import DepletionRule, Rules, load_rules
from wbc_tracker.catalog.severity import Severity
from wbc_tracker.catalog.with_rules import catalog_with_rules, own_catalog

__all__ = [
    "Analyte",
    "AnalyteKind",
    "Catalog",
    "DepletionRule",
    "Drug",
    "EventKind",
    "Events",
    "Flag",
    "Rules",
    "Severity",
    "catalog_with_rules",
    "load_catalog",
    "load_drugs",
    "load_events",
    "load_rules",
    "own_catalog",
    "read_catalog",
]
