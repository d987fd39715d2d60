"""Results that are removed, restored and moved, many at once."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from wbc_tracker.store.mending.decisions import decide, decide_again, end
from wbc_tracker.store.mending.owners import Owners, Test
from wbc_tracker.store.mending.prints import settle
from wbc_tracker.store.records import StoredResult

_DAY = 10
_IS_SUPERSEDED = "SELECT EXISTS (SELECT 1 FROM superseded_results AS r WHERE r.id = ?)"
_MOVE = """
    INSERT OR IGNORE INTO moves
        (patient_id, analyte, collected_at, comparator, value, entry, into_id)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_SHOWN = """
    SELECT id, analyte, collected_at, comparator, value FROM visible_results
    WHERE patient_id = ? AND analyte = ? AND collected_at >= ? AND collected_at < ? || 'U'
"""


@dataclass(frozen=True)
class MendedResults:
    """Results that were removed, restored or moved, as they were then, and the number of the
    entry.
    """

    entry: int
    rows: tuple[StoredResult, ...]


def concerned(
    connection: sqlite3.Connection, results: Sequence[StoredResult], into_id: str = ""
) -> set[str]:
    """Return all ids of which rows may change: of the patients, and under which rows were filed."""
    owners = Owners(connection)
    patients = {each.patient_id for each in results} | ({into_id} if into_id else set())
    return {old for who in patients for old in owners.sources(who)}


def remove(
    connection: sqlite3.Connection, results: Sequence[StoredResult], entry: int, at: str
) -> None:
    """Hide results that the user says are wrong."""
    owners = Owners(connection)
    for each in results:
        result = _of(each)
        end(connection, owners, "counts", result, entry)
        decide(connection, "removed", result, entry, at)
        decide_again(connection, owners, *result)


def restore(
    connection: sqlite3.Connection, results: Sequence[StoredResult], entry: int, at: str
) -> None:
    """Give removed results back, and let those count that the laboratory has replaced."""
    owners = Owners(connection)
    for each in results:
        result = _of(each)
        end(connection, owners, "removed", result, entry)
        decide_again(connection, owners, *result)
        if connection.execute(_IS_SUPERSEDED, (each.id,)).fetchone()[0]:
            decide(connection, "counts", result, entry, at)
            decide_again(connection, owners, *result)


def move(
    connection: sqlite3.Connection, results: Sequence[StoredResult], into_id: str, entry: int
) -> None:
    """Give results to another patient, and with them what they hid at the old one: an equal one
    without a time, a value that they replaced.
    """
    days = sorted({(r.patient_id, r.analyte, r.collected_at[:_DAY]) for r in results})
    shown = {day: set(_shown(connection, *day)) for day in days}
    going = [_of(each) for each in results]
    while going:
        connection.executemany(
            _MOVE, [(patient, *test, entry, into_id) for _, patient, test in going]
        )
        settle(connection, Owners(connection), [result_id for result_id, _, _ in going])
        going = [
            (result_id, day[0], test)
            for day in days
            for result_id, test in _shown(connection, *day)
            if (result_id, test) not in shown[day]
        ]


def _shown(
    connection: sqlite3.Connection, patient: str, analyte: str, day: str
) -> list[tuple[int, Test]]:
    rows = connection.execute(_SHOWN, (patient, analyte, day, day))
    return [(row[0], (row[1], row[2], row[3], row[4])) for row in rows]


def _of(result: StoredResult) -> tuple[int, str, Test]:
    test = (result.analyte, result.collected_at, result.comparator, result.value)
    return result.id, result.patient_id, test
