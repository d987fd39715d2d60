"""Results: adding those of one file, loading what is visible, and mending single ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from wbc_tracker.errors import UsageError
from wbc_tracker.schema import RESULT_COLUMNS, names
from wbc_tracker.store import frames, imports
from wbc_tracker.store.connection import StoreFile
from wbc_tracker.store.records import Counts, ImportInfo, StoredResult
from wbc_tracker.store.visible import count_hidden, count_visible, set_affected

if TYPE_CHECKING:
    import pandas as pd

#: What makes two results the same one.
_KEY = ("patient_id", "analyte", "collected_at", "comparator", "value")
_STAGED = [name for name in names(RESULT_COLUMNS) if name not in ("source_file", "status")]
_SIGHTED = ["seq", *(name for name in _STAGED if name not in _KEY)]

# The statements are composed of the names above and of nothing else (hence the `noqa: S608`).
_KEY_LIST = ", ".join(_KEY)
_SIGHTED_LIST = ", ".join(_SIGHTED)
_CREATE_STAGED = f"CREATE TEMP TABLE staged (seq INTEGER PRIMARY KEY, {', '.join(_STAGED)})"
_STAGE = f"INSERT INTO staged VALUES ({', '.join('?' * (len(_STAGED) + 1))})"  # noqa: S608

# DO NOTHING is for a repeated key only. INSERT OR IGNORE would also drop a row with a NULL without
# a word. `WHERE true` keeps the parser from reading ON CONFLICT as the condition of a join.
_ADD_RESULTS = f"""
    INSERT INTO results ({_KEY_LIST})
    SELECT {_KEY_LIST} FROM staged WHERE true ORDER BY seq
    ON CONFLICT ({_KEY_LIST}) DO NOTHING
"""  # noqa: S608
# A result that a file prints twice is seen once, where it comes first. CROSS JOIN: SQLite shall
# walk through the few staged rows and look each up, not through the whole store.
_ADD_SIGHTINGS = f"""
    INSERT INTO sightings (import_id, result_id, {_SIGHTED_LIST})
    SELECT ?, results.id, {", ".join(f"staged.{name}" for name in _SIGHTED)}
    FROM staged CROSS JOIN results
    WHERE {" AND ".join(f"results.{name} = staged.{name}" for name in _KEY)}
    ORDER BY staged.seq
    ON CONFLICT (import_id, result_id) DO NOTHING
"""  # noqa: S608
#: Column of the frame -> what stands for it, with r a result, s its sighting and i that import.
_SHOWN = {
    **{name: f"r.{name}" for name in _KEY},
    **{name: f"s.{name}" for name in _SIGHTED},
    "comparator": "nullif(r.comparator, '')",
    "source_file": "i.file",
    "status": "NULL",
}
# A result is shown as its earliest import printed it.
_AS_PRINTED = """
    JOIN sightings AS s ON s.result_id = r.id
        AND s.import_id = (SELECT min(import_id) FROM sightings WHERE result_id = r.id)
    JOIN imports AS i ON i.id = s.import_id
"""
_LOAD = f"""
    SELECT {", ".join(_SHOWN[name] for name in names(RESULT_COLUMNS))}
    FROM {{source}} AS r {_AS_PRINTED}
    WHERE {{condition}}
    ORDER BY s.import_id, s.seq
"""  # noqa: S608
_LIST = f"""
    SELECT r.id, r.patient_id, r.collected_at, r.analyte, r.comparator, r.value, s.unit,
        s.value_step, s.reported_value, i.file, s.source_row, gone.removed_at
    FROM {{source}} AS r {_AS_PRINTED}
    {{how}} JOIN removed_results AS gone
        ON {" AND ".join(f"gone.{name} = r.{name}" for name in _KEY)}
    WHERE {{condition}}
    ORDER BY r.patient_id, r.collected_at, r.analyte, r.id
"""  # noqa: S608
_REMOVE = f"INSERT INTO removed_results SELECT {_KEY_LIST}, ? FROM results WHERE id = ?"  # noqa: S608
_RESTORE = (
    f"DELETE FROM removed_results WHERE ({_KEY_LIST}) = "  # noqa: S608
    f"(SELECT {_KEY_LIST} FROM results WHERE id = ?)"
)


class StoredResults:
    """What was measured. A result is known by patient, analyte, draw, comparator and value.

    A removed result is marked, not deleted: it is hidden everywhere, stays hidden when its file is
    imported again, and can be restored.
    """

    def __init__(self, file: StoreFile) -> None:
        self._file = file

    def add(self, results: pd.DataFrame, rejects: pd.DataFrame, info: ImportInfo) -> Counts:
        """Add the results and the rejects of one lab file, in one transaction.

        Same patient, analyte, `collected_at`, comparator and value is a duplicate; so is a
        date-only result equal to a timed one of that day, in whichever order they arrive. `added`
        is by how many the visible results grew, all others are `duplicates`. A file without any
        result is recorded too. A result that the user has removed stays removed: it is among the
        duplicates, and `removed` counts it.

        Args:
            results: RESULT_COLUMNS, values in the canonical unit; `source_file` is taken from
                `info`.
            rejects: REJECT_COLUMNS.
            info: the file, and the cells that gave no result.

        Raises:
            FrameError: when a frame lacks a column or has values of the wrong kind; nothing is
                added.
        """
        with self._file.writing() as connection:
            frames.check_columns(results, RESULT_COLUMNS, "results")
            import_id = imports.begin_import(connection, "labs", info)
            set_affected(connection, frames.patient_ids(results))
            before = count_visible(connection)
            connection.execute(_CREATE_STAGED)
            for rows in frames.result_rows(results):
                connection.executemany(_STAGE, rows)
                connection.execute(_ADD_RESULTS)
                connection.execute(_ADD_SIGHTINGS, (import_id,))
                connection.execute("DELETE FROM staged")
            connection.execute("DROP TABLE staged")
            added = count_visible(connection) - before
            duplicates = len(results) - added
            rejected = imports.add_rejects(connection, import_id, rejects)
            imports.finish_import(
                connection, import_id, added=added, duplicates=duplicates, rejected=rejected
            )
            return Counts(import_id, added, duplicates, removed=count_hidden(connection, import_id))

    def load(self, patient_id: str | None = None) -> pd.DataFrame:
        """Return the results with RESULT_COLUMNS, of one patient or of all, in the order they were
        imported.

        A result is shown as its earliest import printed it. A date-only result is left out while an
        equal timed one of that day is there. An unknown patient gives an empty frame of the same
        dtypes.
        """
        with self._file.reading() as connection:
            if patient_id is None:
                return _load(connection, "visible_results", "true")
            return _load(connection, "visible_results", "r.patient_id = ?", patient_id)

    def load_hidden(self) -> pd.DataFrame:
        """Return what the removals hide, with RESULT_COLUMNS: the removed results,
        and timed ones equal to them.
        """
        with self._file.reading() as connection:
            return _load(connection, "hidden_results", "true")

    def list(
        self, patient_id: str | None = None, *, removed: bool = False
    ) -> Sequence[StoredResult]:
        """Return the results with their numbers, or the removed ones, by patient, draw and analyte.

        Does not load pandas.
        """
        with self._file.reading() as connection:
            if patient_id is None:
                return _list(connection, "true", removed=removed)
            return _list(connection, "r.patient_id = ?", patient_id, removed=removed)

    def remove(self, result_id: int, removed_at: str) -> StoredResult:
        """Remove one result, whatever import it came from, and return it as it was.

        Args:
            result_id: its number. removed_at: ISO 8601 text; the store never reads the clock.

        Raises:
            UsageError: when there is no such result, or it is removed already.
        """
        with self._file.writing() as connection:
            found = _find(connection, result_id, removed=False)
            connection.execute(_REMOVE, (removed_at, result_id))
            return found

    def restore(self, result_id: int) -> StoredResult:
        """Give a removed result back, and return it.

        Raises:
            UsageError: when no removed result has that number.
        """
        with self._file.writing() as connection:
            found = _find(connection, result_id, removed=True)
            connection.execute(_RESTORE, (result_id,))
            return replace(found, removed_at=None)


def _load(
    connection: sqlite3.Connection, source: str, condition: str, *parameters: str
) -> pd.DataFrame:
    question = _LOAD.format(source=source, condition=condition)
    return frames.result_frame(connection.execute(question, parameters))


def _list(
    connection: sqlite3.Connection, condition: str, *parameters: str | int, removed: bool
) -> list[StoredResult]:
    question = _LIST.format(
        source="results" if removed else "visible_results",
        how="" if removed else "LEFT",
        condition=condition,
    )
    return [StoredResult(*row) for row in connection.execute(question, parameters)]


def _find(connection: sqlite3.Connection, result_id: int, *, removed: bool) -> StoredResult:
    found: list[StoredResult] = []
    # SQLite's integers end at 64 bits; a longer number cannot be asked for.
    if result_id.bit_length() < 64:
        found = _list(connection, "r.id = ?", result_id, removed=removed)
    if not found:
        kind, option = ("removed result", " --removed") if removed else ("result", "")
        raise UsageError(
            f"There is no {kind} {result_id} in the store.",
            f"`wbc-tracker result list{option}` shows the {kind}s and their numbers.",
        )
    return found[0]
