"""Saying which patients and which draws are in question, as rows that statements can ask for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import TypeAlias

#: Patient, analyte and day.
Draw: TypeAlias = tuple[str, str, str]
#: The condition on `patient_id` under which rows are of the patients in question.
OF_THESE = "patient_id IN (SELECT patient_id FROM temp.these)"


def name_these(connection: sqlite3.Connection, patients: Iterable[str] | str) -> None:
    """Say which patients are in question, by their ids or as a question that gives them."""
    name_patients(connection, "these", () if isinstance(patients, str) else patients)
    if isinstance(patients, str):
        connection.execute(f"INSERT OR IGNORE INTO temp.these {patients}")


def name_draws(connection: sqlite3.Connection, draws: Iterable[Draw] | str) -> None:
    """Say which tests on which days are in question, as rows or as a question that gives
    them.
    """
    connection.execute(
        "CREATE TEMP TABLE IF NOT EXISTS draws (patient_id TEXT, analyte TEXT, day TEXT,"
        " PRIMARY KEY (patient_id, analyte, day)) WITHOUT ROWID"
    )
    connection.execute("DELETE FROM temp.draws")
    if isinstance(draws, str):
        connection.execute(f"INSERT OR IGNORE INTO temp.draws {draws}")
    else:
        connection.executemany("INSERT OR IGNORE INTO temp.draws VALUES (?, ?, ?)", draws)


def name_patients(connection: sqlite3.Connection, table: str, patients: Iterable[str]) -> None:
    """Say which patients a temporary table holds."""
    connection.execute(f"CREATE TEMP TABLE IF NOT EXISTS {table} (patient_id TEXT PRIMARY KEY)")
    connection.execute(f"DELETE FROM temp.{table}")  # noqa: S608
    connection.executemany(
        f"INSERT OR IGNORE INTO temp.{table} VALUES (?)",  # noqa: S608
        ((who,) for who in patients),
    )
