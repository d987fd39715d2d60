"""Patients: who is in the store, and erasing one of them."""

from __future__ import annotations

import sqlite3

from wbc_tracker.errors import UsageError
from wbc_tracker.store.records import PatientRecord

_LOAD = """
    SELECT patient_id, sum(results), sum(infusions), min(first_at), max(latest_at), sum(events),
        sum(removed) FROM (
        SELECT patient_id, count(*) AS results, 0 AS infusions,
            min(collected_at) AS first_at, max(collected_at) AS latest_at, 0 AS events, 0 AS removed
        FROM visible_results WHERE {condition} GROUP BY patient_id
        UNION ALL
        SELECT patient_id, 0, count(*), NULL, NULL, 0, 0 FROM infusions WHERE {condition}
            GROUP BY patient_id
        UNION ALL
        SELECT patient_id, 0, 0, NULL, NULL, count(*), 0 FROM events WHERE {condition}
            GROUP BY patient_id
        UNION ALL
        SELECT patient_id, 0, 0, NULL, NULL, 0, count(*) FROM removed_results WHERE {condition}
            GROUP BY patient_id
    )
    GROUP BY patient_id ORDER BY patient_id
"""
_IDS = """
    SELECT patient_id FROM results
    UNION SELECT patient_id FROM infusions UNION SELECT patient_id FROM events
    UNION SELECT patient_id FROM removed_results ORDER BY patient_id
"""
# Rejects of the imports of which everything that is in the store now is of this one patient.
_ERASE_REJECTS = """
    DELETE FROM rejects WHERE import_id IN (
        SELECT import_id FROM (
            SELECT import_id, patient_id FROM sightings JOIN results
                ON results.id = sightings.result_id
            UNION SELECT import_id, patient_id FROM import_infusions
            UNION SELECT import_id, patient_id FROM import_events JOIN events
                ON events.id = import_events.event_id
        )
        GROUP BY import_id HAVING min(patient_id) = :id AND max(patient_id) = :id
    )
"""


def load_patients(connection: sqlite3.Connection) -> list[PatientRecord]:
    """Return every patient that has a result (be it a removed one), an infusion or an event,
    by id.
    """
    return [PatientRecord(*row) for row in connection.execute(_LOAD.format(condition="true"))]


def load_ids(connection: sqlite3.Connection) -> list[str]:
    """Return the ids of everybody of `load_patients`, without counting what they have."""
    return [row[0] for row in connection.execute(_IDS)]


def erase(connection: sqlite3.Connection, patient_id: str) -> PatientRecord:
    """Delete everything of one patient but the history; the caller holds the transaction, and then
    scrubs.

    Raises:
        UsageError: when the store has nothing of that patient.
    """
    rows = connection.execute(
        _LOAD.format(condition="patient_id = :id"), {"id": patient_id}
    ).fetchall()
    if not rows:
        raise UsageError(
            f"There is no patient {patient_id!r} in the store.",
            "`wbc-tracker patients list` shows who is in it.",
        )
    connection.execute(_ERASE_REJECTS, {"id": patient_id})
    # How the imports printed these results and which were removed goes with them, as do the links
    # of imports.
    connection.execute("DELETE FROM results WHERE patient_id = ?", (patient_id,))
    connection.execute("DELETE FROM infusions WHERE patient_id = ?", (patient_id,))
    connection.execute("DELETE FROM events WHERE patient_id = ?", (patient_id,))
    # With the last patient go the rejects of files of which nothing could be read, too.
    connection.execute(
        "DELETE FROM rejects WHERE NOT EXISTS (SELECT 1 FROM results) AND NOT EXISTS (SELECT 1 "
        "FROM infusions) AND NOT EXISTS (SELECT 1 FROM events)"
    )
    return PatientRecord(*rows[0])


def empty_log(connection: sqlite3.Connection) -> bool:
    """Move the write-ahead log into the store's file and empty it; False when a reader is in the
    way.
    """
    blocked = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not blocked


def rebuild(connection: sqlite3.Connection) -> bool:
    """Write the file anew, without the free space in which deleted rows can stand; False as in
    `empty_log`.

    Deletes already overwrite rows (secure_delete), but not the copies that moving rows between
    pages left.
    """
    empty_log(connection)  # First what matters most: the rewriting needs space and may fail.
    connection.execute("VACUUM")
    return empty_log(connection)
