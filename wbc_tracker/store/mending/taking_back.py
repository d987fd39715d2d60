"""Taking a mending back: all is as if it had never been made, or why that cannot be."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from contextlib import AbstractContextManager

from wbc_tracker.errors import UsageError
from wbc_tracker.store.mending import decisions, edits, entries, joining
from wbc_tracker.store.mending.entries import JOINING, find, later_joins
from wbc_tracker.store.mending.owners import Owners
from wbc_tracker.store.mending.prints import settle
from wbc_tracker.store.records import Mending
from wbc_tracker.store.sums import changing, relabelling

_MOVES = """
    SELECT patient_id, analyte, collected_at, comparator, value, into_id FROM moves WHERE entry = ?
"""
_MOVED_ON = """
    SELECT min(entry) FROM moves
    WHERE (patient_id, analyte, collected_at, comparator, value) = (?, ?, ?, ?, ?) AND entry > ?
"""
_FIND = """
    SELECT id FROM results
    WHERE (patient_id, analyte, collected_at, comparator, value) = (?, ?, ?, ?, ?)
"""


def take_back(connection: sqlite3.Connection, entry: int) -> int:
    """Take back what an entry mended; its line of the history is still there.

    Args:
        connection: in a transaction. entry: its number.

    Returns:
        How many rows are as they were before it.

    Raises:
        UsageError: it cannot be taken back any more.
    """
    mending = find(connection, entry)
    if mending is None:
        raise UsageError(
            f"Entry {entry} cannot be taken back: the patient was erased since, and nothing of "
            "that id is left."
        )
    owners = Owners(connection)
    people = {old for who in _concerned(connection, entry, mending) for old in owners.sources(who)}
    connection.execute("PRAGMA defer_foreign_keys = ON")
    with _changing(connection, people, mending):
        if mending.verb in JOINING:
            concerned = _part(connection, entry, mending)
        elif mending.verb == "move":
            concerned = _move_back(connection, entry)
        elif mending.noun == "result":
            concerned = decisions.take_back(connection, owners, entry)
        else:
            concerned = edits.take_back(connection, owners, entry)
        entries.forget(connection, entry)
    return concerned


def _changing(
    connection: sqlite3.Connection, people: set[str], mending: Mending
) -> AbstractContextManager[object]:
    if mending.verb in (*JOINING, "move"):
        return relabelling(connection, people)
    return changing(connection, people, part="labs" if mending.noun == "result" else "doses")


def _concerned(connection: sqlite3.Connection, entry: int, mending: Mending) -> set[str]:
    """Return all patients whose rows taking an entry back may change."""
    if mending.verb in JOINING:
        return {mending.from_id, mending.into_id}
    if mending.verb == "move":
        rows = connection.execute(_MOVES, (entry,)).fetchall()
        return {each for row in rows for each in (row[0], row[5])}
    owners = Owners(connection)
    of_results = decisions.concerned(connection, owners, entry)
    return of_results | edits.concerned(connection, owners, entry)


def _part(connection: sqlite3.Connection, entry: int, mending: Mending) -> int:
    old, new = mending.from_id, mending.into_id
    _refuse_later(connection, entry, {old, new})
    moved = connection.execute(
        "SELECT min(entry) FROM moves WHERE entry > ?1 AND (patient_id IN (?2, ?3) OR into_id IN "
        "(?2, ?3))",
        (entry, old, new),
    ).fetchone()[0]
    changed = edits.later_change(connection, entry, new)
    if moved is not None:
        raise _rests_on(entry, moved, "moved results of that patient")
    if changed is not None:
        raise _rests_on(entry, changed, "changed infusions or events of that patient")
    # It does not stand any more; what it keeps of infusions and events is still needed.
    entries.change(connection, entry, verb="")
    return sum(joining.part(connection, entry, old, new))


def _move_back(connection: sqlite3.Connection, entry: int) -> int:
    rows = connection.execute(_MOVES, (entry,)).fetchall()
    _refuse_later(connection, entry, {each for row in rows for each in (row[0], row[5])})
    found = set()
    for old, *test, new in rows:
        for patient in (old, new):
            later = connection.execute(_MOVED_ON, (patient, *test, entry)).fetchone()[0]
            if later is not None:
                raise _rests_on(entry, later, "moved the same result")
        row = connection.execute(_FIND, (new, *test)).fetchone()
        found |= set() if row is None else {int(row[0])}
    connection.execute("DELETE FROM moves WHERE entry = ?", (entry,))
    settle(connection, Owners(connection), found)
    return len(found)


def _refuse_later(connection: sqlite3.Connection, entry: int, ids: Iterable[str]) -> None:
    later = later_joins(connection, entry, ids)
    if later:
        done = "renamed" if later[0].mending.verb == "rename" else "merged"
        raise _rests_on(entry, later[0].id, f"{done} the same patient")


def _rests_on(entry: int, later: int, what: str) -> UsageError:
    return UsageError(
        f"Entry {entry} cannot be taken back: entry {later} has {what} since.",
        "Take that one back first:",
        commands=[("imports", "undo", str(later))],
    )
