"""Results: adding those of one file, and loading what is visible."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from wbc_tracker.schema import RESULT_COLUMNS, names
from wbc_tracker.store import frames, imports
from wbc_tracker.store.records import Counts, ImportInfo
from wbc_tracker.store.visible import count_hidden, count_visible, set_affected

if TYPE_CHECKING:
    import pandas as pd

#: What makes two results the same one.
KEY = ("patient_id", "analyte", "collected_at", "comparator", "value")
_STAGED = [name for name in names(RESULT_COLUMNS) if name != "source_file"]
_SIGHTED = ["seq", *(name for name in _STAGED if name not in KEY)]

# The statements are composed of the names above and of nothing else (hence the `noqa: S608`).
_KEY_LIST = ", ".join(KEY)
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
    WHERE {" AND ".join(f"results.{name} = staged.{name}" for name in KEY)}
    ORDER BY staged.seq
    ON CONFLICT (import_id, result_id) DO NOTHING
"""  # noqa: S608
#: Column of the frame -> what stands for it, with r a result, s its sighting and i that import.
SHOWN = {
    **{name: f"r.{name}" for name in KEY},
    **{name: f"s.{name}" for name in _SIGHTED},
    "comparator": "nullif(r.comparator, '')",
    "source_file": "i.file",
}
_LOAD = f"""
    SELECT {", ".join(SHOWN[name] for name in names(RESULT_COLUMNS))}
    FROM visible_results AS r
    JOIN sightings AS s ON s.result_id = r.id
        AND s.import_id = (SELECT min(import_id) FROM sightings WHERE result_id = r.id)
    JOIN imports AS i ON i.id = s.import_id
    WHERE {{condition}}
    ORDER BY s.import_id, s.seq
"""  # noqa: S608


def add_file(
    connection: sqlite3.Connection, results: pd.DataFrame, rejects: pd.DataFrame, info: ImportInfo
) -> Counts:
    """Add the results and rejects of one file; the caller holds the transaction."""
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


def load_results(connection: sqlite3.Connection, patient_id: str | None) -> pd.DataFrame:
    """Return the visible results, each as its earliest import printed it."""
    if patient_id is None:
        return frames.result_frame(connection.execute(_LOAD.format(condition="true")))
    condition = "r.patient_id = ?"
    return frames.result_frame(connection.execute(_LOAD.format(condition=condition), (patient_id,)))
