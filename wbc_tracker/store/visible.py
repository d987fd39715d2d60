"""Counting what is visible, before and after a change, of the patients it touches; what marks
cover.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

# What is hidden beside a mark, because it equals the removed result: candidates to appear when that
# one goes.
_COVERED = """
    INSERT INTO covered
    SELECT r.id, max(gone.removed_at) FROM removed_results AS gone CROSS JOIN results AS r
    WHERE r.patient_id = gone.patient_id AND r.analyte = gone.analyte
        AND r.collected_at >= substr(gone.collected_at, 1, 10)
        AND r.collected_at < substr(gone.collected_at, 1, 10) || 'U'
        AND r.comparator = gone.comparator AND r.value = gone.value
        AND NOT EXISTS (SELECT 1 FROM visible_results AS shown WHERE shown.id = r.id)
    GROUP BY r.id
"""
_COVER_AGAIN = """
    INSERT INTO removed_results
    SELECT patient_id, analyte, collected_at, comparator, value, covered.removed_at
    FROM covered JOIN visible_results ON visible_results.id = covered.result_id
"""


def set_affected(
    connection: sqlite3.Connection, patients: Iterable[tuple[str]] | str, *parameters: object
) -> None:
    """Name the patients that the current transaction changes, as rows or as a question to the
    store.
    """
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS affected (patient_id TEXT PRIMARY KEY)")
    connection.execute("DELETE FROM affected")
    if isinstance(patients, str):
        connection.execute(f"INSERT INTO affected {patients}", parameters)
    else:
        connection.executemany("INSERT INTO affected VALUES (?)", patients)


def count_visible(connection: sqlite3.Connection) -> int:
    """Count the visible results of the affected patients."""
    question = (
        "SELECT count(*) FROM visible_results WHERE patient_id IN (SELECT patient_id FROM affected)"
    )
    return int(connection.execute(question).fetchone()[0])


def count_hidden(connection: sqlite3.Connection, import_id: int) -> int:
    """Count the results of one import that the user has removed."""
    if not connection.execute("SELECT EXISTS (SELECT 1 FROM removed_results)").fetchone()[0]:
        return 0
    question = (
        "SELECT count(*) FROM sightings JOIN hidden_results ON hidden_results.id = "
        "sightings.result_id WHERE import_id = ?"
    )
    return int(connection.execute(question, (import_id,)).fetchone()[0])


def note_covered(connection: sqlite3.Connection) -> None:
    """Before results are deleted: note which ones are hidden by a removal of an equal one."""
    connection.execute("CREATE TEMP TABLE covered (result_id INTEGER PRIMARY KEY, removed_at TEXT)")
    connection.execute(_COVERED)


def cover_again(connection: sqlite3.Connection) -> None:
    """After it: remove those of them that would be shown now, for the user has removed that very
    result.
    """
    connection.execute(_COVER_AGAIN)
    connection.execute("DROP TABLE covered")
