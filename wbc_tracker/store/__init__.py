"""The store: results, infusions and the history of imports in one private SQLite file.

A result is known by patient, analyte, draw time, comparator and value. Every import that contained it holds
it; it goes when the last of them is undone. Opening a store does not load pandas: only the calls that take
or give frames do.
"""

from wbc_tracker.store.records import (
    Conflict,
    Counts,
    ImportInfo,
    ImportRecord,
    Infusion,
    PatientRecord,
    UndoResult,
)
from wbc_tracker.store.store import Store

__all__ = [
    "Conflict",
    "Counts",
    "ImportInfo",
    "ImportRecord",
    "Infusion",
    "PatientRecord",
    "Store",
    "UndoResult",
]
