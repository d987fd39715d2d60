"""The marks of removed results when an import is undone: what the user has removed must not come back by it.

Two sightings can be one result: a date alone equals a time of that day. When the removed one goes with its
import, the mark passes on to an equal one that another import holds.
"""

from __future__ import annotations

import sqlite3

# What is hidden beside a mark, because it equals the removed result: candidates to appear when that one goes.
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


def note_covered(connection: sqlite3.Connection) -> None:
    """Before results are deleted: note which ones are hidden by a removal of an equal one."""
    connection.execute("CREATE TEMP TABLE covered (result_id INTEGER PRIMARY KEY, removed_at TEXT)")
    connection.execute(_COVERED)


def cover_again(connection: sqlite3.Connection) -> None:
    """After it: remove those of them that would be shown now, for the user has removed that very result."""
    connection.execute(_COVER_AGAIN)
    connection.execute("DROP TABLE covered")
