"""What an import did, as JSON."""

from __future__ import annotations

from collections.abc import Sequence

from wbc_tracker.importing import FileOutcome
from wbc_tracker.render.json.patient import dump_json


def outcome_json(outcomes: Sequence[FileOutcome]) -> str:
    """Return the summary of an import as JSON."""
    return dump_json({"files": [_as_dict(outcome) for outcome in outcomes]})


def _as_dict(outcome: FileOutcome) -> dict[str, object]:
    reading, error = outcome.reading, outcome.error
    counts = ("read", "added", "duplicates", "no_result", "ignored", "rejected", "superseded")
    return {
        "file": outcome.file,
        "layout": reading.layout or None,
        **{name: getattr(outcome, name) for name in counts},
        "columns": [
            {
                "header": column.header,
                "role": column.role or None,
                "state": column.state,
                "reason": column.reason,
            }
            for column in reading.columns
        ],
        **({"tests": [test._asdict() for test in reading.tests]} if reading.tests else {}),
        "ignored_tests": dict(reading.ignored) if reading.is_of_results else {},
        "ignored_kinds": outcome.ignored_kinds,
        "warnings": list(outcome.warnings),
        "error": None
        if error is None
        else {"code": error.code, "message": error.message, "hint": error.hint},
    }
