"""Events: what happened beside the counts, from files or by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from operator import attrgetter
from typing import TYPE_CHECKING, Literal

from wbc_tracker.errors import UsageError
from wbc_tracker.store import frames, imports
from wbc_tracker.store.connection import StoreFile
from wbc_tracker.store.failures import AlteredError, ImpossibleRowError
from wbc_tracker.store.mending import edits
from wbc_tracker.store.mending.entries import only
from wbc_tracker.store.mending.owners import owners_of
from wbc_tracker.store.records import Counts, Event, ImportInfo, Mending, check_event
from wbc_tracker.store.sums import changing
from wbc_tracker.store.sums.possible import check_events
from wbc_tracker.store.sums.proving import read_small
from wbc_tracker.store.visible import new_patients, set_affected

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
_REMOVED = """
    SELECT count(*) FROM import_events JOIN events ON events.id = event_id
    WHERE import_id = ? AND removed_at IS NOT NULL
"""
_KEY_CONDITION = "patient_id = ? AND happened_on = ? AND kind = ? AND note = ?"
# The composed statements are made of the conditions here and of nothing else (hence the `noqa:
# S608`).
_LINK = (
    "INSERT OR IGNORE INTO import_events (import_id, event_id, filed_under)"  # noqa: S608
    f" SELECT ?, id, ? FROM events WHERE {_KEY_CONDITION}"
)


class StoredEvents:
    """What happened beside the counts. An event is known by patient, date, kind and note.

    A removed event is marked, not deleted: it stays removed when its file is imported again, until
    it is restored or added by hand.
    """

    def __init__(self, file: StoreFile) -> None:
        self._file = file

    def add(self, event: Event) -> bool:
        """Add one event by hand; return False when the very same was there.

        An event given by hand outlives the undo of a file that holds it, also when the file came
        first. One that was removed is there again.

        Raises:
            UsageError: when a part is missing or no real date.
        """
        check_event(event)
        with self._file.writing() as connection:
            whose, _ = owners_of(connection, [event])
            return self._add(connection, replace(event, patient_id=whose[event.patient_id]))

    def _add(self, connection: sqlite3.Connection, event: Event) -> bool:
        with changing(connection, [event.patient_id], part="doses"):
            if connection.execute(_ADD, (*_key(event), True)).rowcount == 1:
                return True
            was_removed = load(
                connection, f"{_KEY_CONDITION} AND removed_at IS NOT NULL", *_key(event)
            )
            connection.execute(
                f"UPDATE events SET by_hand = 1, removed_at = NULL WHERE {_KEY_CONDITION}",  # noqa: S608
                _key(event),
            )
            return bool(was_removed)

    def add_file(
        self,
        given: Sequence[Event],
        rejects: pd.DataFrame,
        info: ImportInfo,
        *,
        on_trial: bool = False,
    ) -> Counts:
        """Add the events and the rejects of one file, in one transaction. The very same event is a
        duplicate; one that the user has removed too: it stays removed, and `removed` counts it.

        Args:
            given: the events in the order of the file.
            rejects: REJECT_COLUMNS.
            info: the file, and the cells that gave no event.
            on_trial: take everything back again; only the counts are wanted.

        Raises:
            UsageError: when an event lacks a part or has no real date; nothing is added.
        """
        with self._file.trying() if on_trial else self._file.writing() as connection:
            whose, redirected = owners_of(connection, given)
            people = set(whose.values())
            told = imports.told_of(connection, info)
            with changing(connection, people | told, part="doses") as touched:
                import_id = imports.begin_import(connection, "events", info)
                touched.add(import_id)
                set_affected(connection, [(who,) for who in people])
                newcomers = new_patients(connection)
                added = add_to_import(connection, import_id, given)
                rejected = imports.add_rejects(connection, import_id, rejects)
                duplicates = len(given) - added
                imports.finish_import(
                    connection, import_id, added=added, duplicates=duplicates, rejected=rejected
                )
                removed = count_removed(connection, import_id)
                return Counts(
                    import_id,
                    added,
                    duplicates,
                    removed=removed,
                    new_patients=newcomers,
                    redirected=redirected,
                )

    def load(self, patient_id: str | None = None) -> pd.DataFrame:
        """Return the events as a frame with EVENT_COLUMNS, by patient and date."""
        return frames.event_frame(self.list(patient_id))

    def list(self, patient_id: str | None = None, *, removed: bool = False) -> Sequence[Event]:
        """Return the events of one patient or of all, or the removed ones, by patient and date.

        Does not load pandas.
        """
        with self._file.proving() as connection:
            return _listed(connection, patient_id, removed=removed)

    def remove(self, event_id: int, removed_at: str) -> Event:
        """Remove one event, as `remove_all`, and return it."""
        return self.remove_all([event_id], removed_at).rows[0]

    def restore(self, event_id: int, restored_at: str) -> Event:
        """Give a removed event back, as `restore_all`, and return it."""
        return self.restore_all([event_id], restored_at).rows[0]

    def remove_all(self, numbers: Sequence[int], removed_at: str) -> MendedEvents:
        """Remove events, whether by hand or from a file: all of them, or none. It is an entry of
        the history that can be undone.

        Args:
            numbers: theirs. removed_at: ISO 8601 text; the store never reads the clock.

        Raises:
            UsageError: when one is not there, or removed already.
        """
        with self._file.writing() as connection:
            return _change(connection, "remove", numbers, removed_at)

    def restore_all(self, numbers: Sequence[int], restored_at: str) -> MendedEvents:
        """Give removed events back: all of them, or none. As `remove_all`.

        Raises:
            UsageError: when one is not removed.
        """
        with self._file.writing() as connection:
            return _change(connection, "restore", numbers, restored_at)


@dataclass(frozen=True)
class MendedEvents:
    """Events that were changed together, and the number of the entry."""

    entry: int
    rows: tuple[Event, ...]


def _change(
    connection: sqlite3.Connection,
    verb: Literal["remove", "restore"],
    numbers: Sequence[int],
    at: str,
) -> MendedEvents:
    """Remove or restore events, and make a line of the history for it."""
    distinct = list(dict.fromkeys(numbers))
    found = [_find(connection, number, removed=verb == "restore") for number in distinct]
    whose = [each.patient_id for each in found]
    mending = Mending(verb, "event", len(found), only(whose))
    with changing(connection, whose, part="doses"):
        entry = imports.begin_mending(connection, mending, at)
        for patient, number in zip(whose, distinct, strict=True):
            before = edits.state(connection, "event", patient, str(number))
            connection.execute(
                "UPDATE events SET removed_at = ? WHERE id = ?",
                (at if verb == "remove" else None, number),
            )
            if before is not None:
                edits.note_change(connection, entry, "event", patient, str(number), before)
    return MendedEvents(entry, tuple(found))


def count_removed(connection: sqlite3.Connection, import_id: int) -> int:
    """Count the events of one import that the user has removed."""
    return int(connection.execute(_REMOVED, (import_id,)).fetchone()[0])


def _listed(connection: sqlite3.Connection, patient: str | None, *, removed: bool) -> list[Event]:
    """Return the events of one patient or of all, or the removed ones, proved.

    Raises:
        ImpossibleRowError, AlteredError: they are not those that were written.
    """
    try:
        rows = read_small(connection, "events_sum", patient)["events"]
    except (AlteredError, ImpossibleRowError):
        # What cannot be at all is told before what is only another.
        load(connection, "true") if patient is None else load(connection, "patient_id = ?", patient)
        raise
    found = [
        Event(who, happened_on, kind, note, number)
        for who, number, happened_on, kind, note, _, removed_at in rows
        if bool(removed_at) == removed
    ]
    return sorted(found, key=attrgetter("patient_id", "happened_on", "id"))


def _find(connection: sqlite3.Connection, event_id: int, *, removed: bool) -> Event:
    found: list[Event] = []
    # SQLite's integers end at 64 bits; a longer number cannot be asked for.
    if event_id.bit_length() < 64:
        whose = connection.execute("SELECT patient_id FROM events WHERE id = ?", (event_id,))
        for (patient,) in whose.fetchall():
            of_patient = _listed(connection, patient, removed=removed)
            found = [event for event in of_patient if event.id == event_id]
    if not found:
        kind, option = ("removed event", " --removed") if removed else ("event", "")
        raise UsageError(
            f"There is no {kind} {event_id} in the store.",
            f"`wbc-tracker event list{option}` shows the {kind}s and their numbers.",
        )
    return found[0]


def add_to_import(connection: sqlite3.Connection, import_id: int, given: Sequence[Event]) -> int:
    """Add events as those of an import, and return how many were new.

    Raises:
        UsageError: when an event lacks a part or has no real date.
    """
    added = 0
    whose, _ = owners_of(connection, given)
    for event in given:
        check_event(event)
        filed = event.patient_id
        key = _key(replace(event, patient_id=whose[filed]))
        added += connection.execute(_ADD, (*key, False)).rowcount
        connection.execute(_LINK, (import_id, "" if whose[filed] == filed else filed, *key))
    return added


def load(connection: sqlite3.Connection, condition: str, *parameters: str | int) -> list[Event]:
    """Return events, by patient and date."""
    found = [
        Event(*row) for row in connection.execute(_LOAD.format(condition=condition), parameters)
    ]
    check_events(found)
    return found


def _key(event: Event) -> tuple[str, str, str, str]:
    return event.patient_id, event.happened_on, event.kind, event.note
