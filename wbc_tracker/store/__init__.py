"""The store: results, infusions, events and the history of imports in one private SQLite file.

A result is known by patient, analyte, draw time, comparator and value. Every import that contained
it holds it; it goes when the last of them is undone. What the user has removed stays, marked and
hidden, as does a result that the laboratory has replaced or withdrawn. Opening a store does not
load pandas: only the calls that take or give frames do.
"""

from wbc_tracker.store.mending.joining import Joined
from wbc_tracker.store.records import (
    BY_HAND,
    Conflict,
    Counts,
    Event,
    Holder,
    ImportInfo,
    ImportRecord,
    Infusion,
    Maker,
    Mending,
    PatientRecord,
    Redirected,
    StoredResult,
    UndoResult,
)
from wbc_tracker.store.soundness import Soundness
from wbc_tracker.store.store import Store

__all__ = [
    "BY_HAND",
    "Conflict",
    "Counts",
    "Event",
    "Holder",
    "ImportInfo",
    "ImportRecord",
    "Infusion",
    "Joined",
    "Maker",
    "Mending",
    "PatientRecord",
    "Redirected",
    "Soundness",
    "Store",
    "StoredResult",
    "UndoResult",
]
