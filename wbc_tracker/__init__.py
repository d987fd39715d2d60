"""Blood counts on anti-CD20 therapy, shown against the infusions.

The data flow one way, and so do the imports:

    lab and infusion files -> intake -> tidy results -> dataset -> annotation -> flags, trends ->
    report, export

`catalog` holds what the field knows as TOML with sources, `schema` the columns, `store` keeps
results, infusions and events in one private SQLite file, `cli` is the only part that prints or
reads the clock.

The names below are the public Python API; each is loaded when it is first used.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wbc_tracker.annotation import annotate
    from wbc_tracker.flags import evaluate_flags
    from wbc_tracker.intake import ReadingOptions, read_events, read_infusions, read_labs
    from wbc_tracker.store import Store
    from wbc_tracker.trends import summarize_trends

__version__ = "0.1.0"

__all__ = [
    "ReadingOptions",
    "Store",
    "__version__",
    "annotate",
    "evaluate_flags",
    "read_events",
    "read_infusions",
    "read_labs",
    "summarize_trends",
]

_HOMES = {
    "ReadingOptions": "intake",
    "Store": "store",
    "annotate": "annotation",
    "evaluate_flags": "flags",
    "read_events": "intake",
    "read_infusions": "intake",
    "read_labs": "intake",
    "summarize_trends": "trends",
}


def __getattr__(name: str) -> Any:
    """Load a public name from the module that holds it."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
