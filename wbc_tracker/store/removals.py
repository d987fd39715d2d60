"""Results one by one: listing them with their numbers, removing a wrong one, and giving it back.

A removed result is marked, not deleted: its file may be imported again, and then it must neither
come back nor be told as new.
"""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from typing import TYPE_CHECKING

from wbc_tracker.errors import UsageError
from wbc_tracker.schema import RESULT_COLUMNS, names
from wbc_tracker.store import frames
from wbc_tracker.store.records import StoredResult
from wbc_tracker.store.results import KEY, SHOWN

if TYPE_CHECKING:
    import pandas as pd

_KEY_LIST = ", ".join(KEY)
_LOAD = """
    SELECT r.id, r.patient_id, r.collected_at, r.analyte, r.comparator, r.value, s.unit,
        s.value_step,
        s.reported_value, i.file, s.source_row, gone.removed_at
    FROM {source} AS r
    JOIN sightings AS s ON s.result_id = r.id
        AND s.import_id = (SELECT min(import_id) FROM sightings WHERE result_id = r.id)
    JOIN imports AS i ON i.id = s.import_id
    {how} JOIN removed_results AS gone ON gone.patient_id = r.patient_id
        AND gone.analyte = r.analyte
        AND gone.collected_at = r.collected_at AND gone.comparator = r.comparator
            AND gone.value = r.value
    WHERE {condition}
    ORDER BY r.patient_id, r.collected_at, r.analyte, r.id
"""
# The statements are composed of the names above and of nothing else (hence the `noqa: S608`).
_FRAME = f"""
    SELECT {", ".join(SHOWN[name] for name in names(RESULT_COLUMNS))}
    FROM hidden_results AS r
    JOIN sightings AS s ON s.result_id = r.id
        AND s.import_id = (SELECT min(import_id) FROM sightings WHERE result_id = r.id)
    JOIN imports AS i ON i.id = s.import_id
    ORDER BY s.import_id, s.seq
"""  # noqa: S608
_MARK = f"INSERT INTO removed_results SELECT {_KEY_LIST}, ? FROM results WHERE id = ?"  # noqa: S608
_UNMARK = (
    f"DELETE FROM removed_results WHERE ({_KEY_LIST}) = "  # noqa: S608
    f"(SELECT {_KEY_LIST} FROM results WHERE id = ?)"
)


def load_stored(
    connection: sqlite3.Connection, patient_id: str | None, *, removed: bool
) -> list[StoredResult]:
    """Return the visible or the removed results with their numbers, by patient,
    draw and analyte.
    """
    if patient_id is None:
        return _load(connection, "true", removed=removed)
    return _load(connection, "r.patient_id = ?", patient_id, removed=removed)


def hidden_frame(connection: sqlite3.Connection) -> pd.DataFrame:
    """Return what the removals hide, as a frame with RESULT_COLUMNS."""
    return frames.result_frame(connection.execute(_FRAME))


def mark(connection: sqlite3.Connection, result_id: int, removed_at: str) -> StoredResult:
    """Remove one visible result, whatever import it came from, and return it.

    Raises:
        UsageError: when there is no such result, or it is removed already.
    """
    found = _find(connection, result_id, removed=False)
    connection.execute(_MARK, (removed_at, result_id))
    return found


def unmark(connection: sqlite3.Connection, result_id: int) -> StoredResult:
    """Give a removed result back, and return it.

    Raises:
        UsageError: when no removed result has that number.
    """
    found = _find(connection, result_id, removed=True)
    connection.execute(_UNMARK, (result_id,))
    return replace(found, removed_at=None)


def _load(
    connection: sqlite3.Connection, condition: str, *parameters: str | int, removed: bool
) -> list[StoredResult]:
    question = _LOAD.format(
        source="results" if removed else "visible_results",
        how="" if removed else "LEFT",
        condition=condition,
    )
    return [StoredResult(*row) for row in connection.execute(question, parameters)]


def _find(connection: sqlite3.Connection, result_id: int, *, removed: bool) -> StoredResult:
    found = []
    # SQLite's integers end at 64 bits; a longer number cannot be asked for.
    if result_id.bit_length() < 64:
        found = _load(connection, "r.id = ?", result_id, removed=removed)
    if not found:
        kind, option = ("removed result", " --removed") if removed else ("result", "")
        raise UsageError(
            f"There is no {kind} {result_id} in the store.",
            f"`wbc-tracker result list{option}` shows the {kind}s and their numbers.",
        )
    return found[0]
