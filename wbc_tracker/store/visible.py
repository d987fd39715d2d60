"""Counting what is visible, before and after a change, of the patients it touches; what marks
cover.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

# CROSS JOIN: SQLite shall walk through the few rows that are noted, not through the whole store.
#
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
_UNCOVERED = """
    SELECT id, patient_id, analyte, collected_at, comparator, value, covered.removed_at
    FROM covered CROSS JOIN visible_results ON visible_results.id = covered.result_id
"""
_COVER_AGAIN = """
    INSERT INTO removed_results
        (patient_id, analyte, collected_at, comparator, value, removed_at)
    VALUES (?, ?, ?, ?, ?, ?)
"""
_COUNT = """
    SELECT count(*), {superseded} FROM known_results
    WHERE patient_id IN (SELECT patient_id FROM affected)
"""
_SAYS_ANYTHING = """
    SELECT EXISTS (SELECT 1 FROM results INDEXED BY results_by_rank WHERE rank <> 2)
        OR EXISTS (SELECT 1 FROM results INDEXED BY results_withdrawn WHERE withdrawn = 1)
        OR EXISTS (SELECT 1 FROM withdrawals)
"""
_COUNT_PLAIN = """
    SELECT count(*), min(length(collected_at) > 10), max(length(collected_at) > 10) FROM results
    WHERE patient_id IN (SELECT patient_id FROM affected)
"""
_NEW_PATIENTS = """
    SELECT patient_id FROM affected
    WHERE NOT EXISTS (SELECT 1 FROM results WHERE results.patient_id = affected.patient_id)
        AND NOT EXISTS (SELECT 1 FROM infusions WHERE infusions.patient_id = affected.patient_id)
        AND NOT EXISTS (SELECT 1 FROM events WHERE events.patient_id = affected.patient_id)
        AND NOT EXISTS (SELECT 1 FROM withdrawals AS w WHERE w.patient_id = affected.patient_id)
    ORDER BY patient_id
"""


#: Number of a result, patient, analyte, draw, comparator, value, and when it was removed.
Covered: TypeAlias = tuple[int, str, str, str, str, float, str]


@dataclass(frozen=True)
class Tally:
    """How many results of some patients are known, and how many of them the laboratory has
    replaced or withdrawn.
    """

    known: int
    superseded: int

    @property
    def visible(self) -> int:
        """How many are shown."""
        return self.known - self.superseded


def set_affected(
    connection: sqlite3.Connection,
    patients: Iterable[tuple[str]] | str,
    parameters: dict[str, int] | None = None,
) -> None:
    """Name the patients that the current transaction changes, as rows or as a question to the
    store.
    """
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS affected (patient_id TEXT PRIMARY KEY)")
    connection.execute("DELETE FROM affected")
    if isinstance(patients, str):
        connection.execute(f"INSERT INTO affected {patients}", parameters or {})
    else:
        connection.executemany("INSERT INTO affected VALUES (?)", patients)


def new_patients(connection: sqlite3.Connection) -> tuple[str, ...]:
    """Return which of the affected patients the store does not know yet, by id."""
    return tuple(row[0] for row in connection.execute(_NEW_PATIENTS))


def says_anything(connection: sqlite3.Connection) -> bool:
    """Tell whether a laboratory says anything about any value of the store; most never do, and
    then nothing can be replaced or withdrawn.
    """
    return bool(connection.execute(_SAYS_ANYTHING).fetchone()[0])


def count_standing(connection: sqlite3.Connection) -> Tally:
    """Count the results of the affected patients.

    Where nothing is said or removed, and all of them are dates or all have a time, none hides
    another: they are counted without looking each one up, which for a million takes a second.
    """
    says = says_anything(connection)
    if not says and not _is_anything_removed(connection):
        known, least, most = connection.execute(_COUNT_PLAIN).fetchone()
        if least == most:
            return Tally(known, 0)
    superseded = "coalesce(sum(superseded), 0)" if says else "0"
    return Tally(*connection.execute(_COUNT.format(superseded=superseded)).fetchone())


def _is_anything_removed(connection: sqlite3.Connection) -> bool:
    question = "SELECT EXISTS (SELECT 1 FROM removed_results)"
    return bool(connection.execute(question).fetchone()[0])


def count_hidden(connection: sqlite3.Connection, import_id: int) -> int:
    """Count the results of one import that the user has removed."""
    if not _is_anything_removed(connection):
        return 0
    question = (
        "SELECT count(*) FROM sightings CROSS JOIN hidden_results ON hidden_results.id = "
        "sightings.result_id WHERE import_id = ?"
    )
    return int(connection.execute(question, (import_id,)).fetchone()[0])


def note_superseded(connection: sqlite3.Connection) -> None:
    """Note which results of the affected patients are replaced or withdrawn now."""
    connection.execute("CREATE TEMP TABLE replaced (result_id INTEGER PRIMARY KEY)")
    if says_anything(connection):
        connection.execute(
            "INSERT INTO replaced SELECT id FROM known_results"
            " WHERE superseded AND patient_id IN (SELECT patient_id FROM affected)"
        )


def count_returned(connection: sqlite3.Connection) -> int:
    """Count which of the noted ones are shown, and forget them."""
    question = (
        "SELECT count(*) FROM replaced CROSS JOIN visible_results ON visible_results.id = result_id"
    )
    returned = int(connection.execute(question).fetchone()[0])
    connection.execute("DROP TABLE replaced")
    return returned


def note_covered(connection: sqlite3.Connection) -> None:
    """Before results are deleted: note which ones are hidden by a removal of an equal one."""
    connection.execute("CREATE TEMP TABLE covered (result_id INTEGER PRIMARY KEY, removed_at TEXT)")
    connection.execute(_COVERED)


def cover_again(connection: sqlite3.Connection) -> list[Covered]:
    """After it: remove those of them that would be shown now, for the user has removed that very
    result; return them.
    """
    found = connection.execute(_UNCOVERED).fetchall()
    connection.executemany(_COVER_AGAIN, [row[1:] for row in found])
    connection.execute("DROP TABLE covered")
    return found
