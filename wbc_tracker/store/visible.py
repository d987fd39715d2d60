"""Counting what is visible, before and after a change, for the patients that it touches, and what is hidden."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable


def set_affected(connection: sqlite3.Connection, patients: Iterable[tuple[str]] | str, *parameters: object) -> None:
    """Name the patients that the current transaction changes, as rows or as a question to the store."""
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS affected (patient_id TEXT PRIMARY KEY)")
    connection.execute("DELETE FROM affected")
    if isinstance(patients, str):
        connection.execute(f"INSERT INTO affected {patients}", parameters)
    else:
        connection.executemany("INSERT INTO affected VALUES (?)", patients)


def count_visible(connection: sqlite3.Connection) -> int:
    """Count the visible results of the affected patients."""
    question = "SELECT count(*) FROM visible_results WHERE patient_id IN (SELECT patient_id FROM affected)"
    return int(connection.execute(question).fetchone()[0])


def count_hidden(connection: sqlite3.Connection, import_id: int) -> int:
    """Count the results of one import that the user has removed."""
    if not connection.execute("SELECT EXISTS (SELECT 1 FROM removed_results)").fetchone()[0]:
        return 0
    question = (
        "SELECT count(*) FROM sightings JOIN hidden_results ON hidden_results.id = sightings.result_id"
        " WHERE import_id = ?"
    )
    return int(connection.execute(question, (import_id,)).fetchone()[0])
