"""Events: what happened beside the counts, from files or by hand.

An event is known by patient, date, kind and note: the same four again are the same event.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from wbc_tracker.errors import UsageError
from wbc_tracker.store import imports
from wbc_tracker.store.records import Counts, Event, ImportInfo, check_event

if TYPE_CHECKING:
    import pandas as pd

_LOAD = """
    SELECT patient_id, happened_on, kind, note, id FROM events
    WHERE {condition} ORDER BY patient_id, happened_on, id
"""
_ADD = """
    INSERT INTO events (patient_id, happened_on, kind, note, by_hand) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (patient_id, happened_on, kind, note) DO NOTHING
"""
_KEY_CONDITION = "patient_id = ? AND happened_on = ? AND kind = ? AND note = ?"
# The composed statements are made of the conditions here and of nothing else (hence the `noqa:
# S608`).
_LINK = f"INSERT OR IGNORE INTO import_events SELECT ?, id FROM events WHERE {_KEY_CONDITION}"  # noqa: S608


def load_events(connection: sqlite3.Connection, patient_id: str | None) -> list[Event]:
    """Return the events, by patient and date."""
    if patient_id is None:
        return _load(connection, "true")
    return _load(connection, "patient_id = ?", patient_id)


def add_by_hand(connection: sqlite3.Connection, event: Event) -> bool:
    """Add one event; return False when the very same was there, which then counts as by hand too.

    Raises:
        UsageError: when the event is incomplete.
    """
    check_event(event)
    new = connection.execute(_ADD, (*_key(event), True)).rowcount == 1
    if not new:
        connection.execute(f"UPDATE events SET by_hand = 1 WHERE {_KEY_CONDITION}", _key(event))  # noqa: S608
    return new


def remove_by_id(connection: sqlite3.Connection, event_id: int) -> Event:
    """Remove one event, whoever holds it, and return it.

    Raises:
        UsageError: when there is no such event.
    """
    # SQLite's integers end at 64 bits; a longer number cannot be asked for.
    found = _load(connection, "id = ?", event_id) if event_id.bit_length() < 64 else []
    if not found:
        raise UsageError(
            f"There is no event {event_id} in the store.",
            "`wbc-tracker event list` shows the events and their numbers.",
        )
    connection.execute("DELETE FROM events WHERE id = ?", (event_id,))
    return found[0]


def import_file(
    connection: sqlite3.Connection, events: Sequence[Event], rejects: pd.DataFrame, info: ImportInfo
) -> Counts:
    """Add the events and rejects of one file; the caller holds the transaction."""
    import_id = imports.begin_import(connection, "events", info)
    added = 0
    for event in events:
        check_event(event)
        added += connection.execute(_ADD, (*_key(event), False)).rowcount
        connection.execute(_LINK, (import_id, *_key(event)))
    rejected = imports.add_rejects(connection, import_id, rejects)
    duplicates = len(events) - added
    imports.finish_import(
        connection, import_id, added=added, duplicates=duplicates, rejected=rejected
    )
    return Counts(import_id, added, duplicates)


def _load(connection: sqlite3.Connection, condition: str, *parameters: str | int) -> list[Event]:
    return [
        Event(*row) for row in connection.execute(_LOAD.format(condition=condition), parameters)
    ]


def _key(event: Event) -> tuple[str, str, str, str]:
    return event.patient_id, event.happened_on, event.kind, event.note
