"""Patients: who is in the store, and erasing one of them."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields, replace
from typing import Any, Literal

from wbc_tracker.errors import PartlyDoneError, StoreError, UsageError
from wbc_tracker.near import ids_like, meant_words
from wbc_tracker.store.connection import StoreFile
from wbc_tracker.store.imports import begin_mending
from wbc_tracker.store.mending import entries
from wbc_tracker.store.mending.erased import (
    FiledResult,
    are_erased,
    erase_traces,
    let_in,
    results_erased,
)
from wbc_tracker.store.mending.joining import Joined, check_merge, check_rename, join
from wbc_tracker.store.mending.owners import Owners
from wbc_tracker.store.named import Marks, load_named, marks_of
from wbc_tracker.store.records import Mending, PatientRecord, Verb
from wbc_tracker.store.sums import forget, listed, relabelling
from wbc_tracker.store.sums.history import clear_rejects
from wbc_tracker.store.sums.proving import read_small

#: Short: what is erased is erased, and whoever opens the store next can wipe as well.
_WIPING_PATIENCE_S = 5.0
#: Of a row of `patients`: each is 0 if there is nothing of that kind, be it hidden.
_HELD = ("sightings", "withdrawals_sum", "infusions_sum", "events_sum")
_IDS = f"SELECT patient_id FROM patients WHERE {' OR '.join(_HELD)} ORDER BY patient_id"  # noqa: S608
# Counted and not looked up: who is damaged can be erased, too.
_OF_ONE = """
    SELECT
        (SELECT count(*) FROM visible_results WHERE patient_id = :id),
        (SELECT count(*) FROM infusions WHERE patient_id = :id AND removed_at IS NULL),
        (SELECT min(collected_at) FROM visible_results WHERE patient_id = :id),
        (SELECT max(collected_at) FROM visible_results WHERE patient_id = :id),
        (SELECT count(*) FROM events WHERE patient_id = :id AND removed_at IS NULL),
        (SELECT count(*) FROM removed_results WHERE patient_id = :id),
        (SELECT count(*) FROM superseded_results WHERE patient_id = :id)
    WHERE EXISTS (SELECT 1 FROM results WHERE patient_id = :id)
        OR EXISTS (SELECT 1 FROM infusions WHERE patient_id = :id)
        OR EXISTS (SELECT 1 FROM events WHERE patient_id = :id)
        OR EXISTS (SELECT 1 FROM withdrawals WHERE patient_id = :id)
"""
# The imports with rejects of which everything that is in the store now is of this one patient. Most
# imports have none; of the others the first row of somebody else tells enough.
_ONLY_THIS = """
    SELECT id FROM imports
    WHERE id IN (
            SELECT import_id FROM results CROSS JOIN sightings
                ON sightings.result_id = results.id
                WHERE patient_id = :id
            UNION SELECT import_id FROM withdrawals WHERE patient_id = :id
            UNION SELECT import_id FROM import_infusions WHERE patient_id = :id
            UNION SELECT import_id FROM import_events JOIN events ON events.id = event_id
                WHERE patient_id = :id
        )
        AND EXISTS (SELECT 1 FROM rejects WHERE import_id = imports.id)
        AND NOT EXISTS (
            SELECT 1 FROM sightings CROSS JOIN results ON results.id = result_id
            WHERE import_id = imports.id AND patient_id <> :id
        )
        AND NOT EXISTS (
            SELECT 1 FROM withdrawals WHERE import_id = imports.id AND patient_id <> :id
        )
        AND NOT EXISTS (
            SELECT 1 FROM import_infusions WHERE import_id = imports.id AND patient_id <> :id
        )
        AND NOT EXISTS (
            SELECT 1 FROM import_events JOIN events ON events.id = event_id
            WHERE import_id = imports.id AND patient_id <> :id
        )
"""


class StoredPatients:
    """Whose data the store holds."""

    def __init__(self, file: StoreFile) -> None:
        self._file = file

    def list(self) -> Sequence[PatientRecord]:
        """Return who has a result, an infusion or an event (be it a removed one), by id."""
        with self._file.proving() as connection:
            formerly: dict[str, list[str]] = {}
            for old, new in sorted(Owners(connection).aliases.items()):
                formerly.setdefault(new, []).append(old)
            records = [_record(row) for row in listed(connection) if _is_listed(row)]
            return [replace(r, formerly=tuple(formerly.get(r.patient_id, ()))) for r in records]

    def ids(self) -> Sequence[str]:
        """Return the ids of everybody of `list`, without counting what they have."""
        with self._file.reading() as connection:
            return _ids(connection)

    def current(self, patient_id: str) -> str:
        """Return what a patient is called now who may have been renamed or merged since."""
        with self._file.reading() as connection:
            return Owners(connection).of(patient_id)

    def first_ids(self) -> dict[str, str]:
        """Return of everybody who was renamed the id of today -> the first one."""
        with self._file.proving() as connection:
            return entries.first_ids(connection)

    def are_erased(self, ids: Iterable[str]) -> set[str]:
        """Return which of some ids belong to erased patients, of whom nothing is taken in."""
        with self._file.reading() as connection:
            return are_erased(connection, ids)

    def is_any_result_erased(self) -> bool:
        """Tell whether any result went with an erased patient to whom it had been moved."""
        with self._file.reading() as connection:
            question = "SELECT EXISTS (SELECT 1 FROM erased WHERE what = 'result')"
            return bool(connection.execute(question).fetchone()[0])

    def results_erased(self, rows: Iterable[FiledResult]) -> set[FiledResult]:
        """Return which results went with an erased patient to whom they had been moved."""
        with self._file.reading() as connection:
            return results_erased(connection, rows)

    def rename(self, old: str, new: str, renamed_at: str) -> Joined:
        """Give a patient another id. What comes later under the old one goes to the new one. It is
        an entry of the history that can be undone.

        Args:
            old, new: the ids. renamed_at: ISO 8601 text; the store never reads the clock.

        Raises:
            UsageError: when there is no such patient, or the new id stands for somebody, was erased
                or cannot be one.
        """
        with self._file.writing() as connection:
            check_rename(connection, _ids(connection), old, new)
            return self._join(connection, "rename", old, new, renamed_at)

    def merge(self, old: str, new: str, merged_at: str) -> Joined:
        """Make two ids one patient, under the second one. As `rename`.

        Raises:
            UsageError: when one of them is not there, or they have infusions that contradict each
                other.
        """
        with self._file.writing() as connection:
            check_merge(connection, _ids(connection), old, new)
            return self._join(connection, "merge", old, new, merged_at)

    def _join(
        self, connection: sqlite3.Connection, verb: Verb, old: str, new: str, at: str
    ) -> Joined:
        connection.execute("PRAGMA defer_foreign_keys = ON")
        owners = Owners(connection)
        with relabelling(connection, {*owners.sources(old), *owners.sources(new)}):
            entry = begin_mending(connection, Mending(verb, "patient", 1, old, new), at)
            return join(connection, entry, old, new)

    def let_in(self, patient_id: str) -> None:
        """Take in again what files name under the id of an erased patient. It brings nothing back.

        Raises:
            UsageError: when that id is not kept out.
        """
        with self._file.writing() as connection:
            if not let_in(connection, patient_id):
                raise UsageError(f"No patient {patient_id!r} was erased from this store.")

    def lacking(
        self, kind: Literal["results", "infusions"], people: Iterable[str]
    ) -> Sequence[str]:
        """Return which of these people have nothing of a kind (be it a removed one)."""
        question = f"SELECT EXISTS (SELECT 1 FROM {kind} WHERE patient_id = ?)"  # noqa: S608
        with self._file.reading() as connection:
            return [p for p in people if not connection.execute(question, (p,)).fetchone()[0]]

    def sexes(self, patient_id: str | None = None) -> dict[str, str]:
        """Return patient -> `f` or `m`, of those of whom all imports that tell it say the same."""
        with self._file.proving() as connection:
            found: dict[str, set[str]] = defaultdict(set)
            for who, _, sex, *_ in read_small(connection, "told_sum", patient_id)["sexes"]:
                found[who].add(sex)
        return {who: min(sexes) for who, sexes in sorted(found.items()) if len(sexes) == 1}

    def named_before(
        self, patient_id: str, said: Mapping[str, frozenset[str]]
    ) -> tuple[Marks, Sequence[tuple[int, Marks]]]:
        """Return marks of what a file says of its person, and those of the earlier files of the
        patient by the numbers of their imports.
        """
        with self._file.reading() as connection:
            now = Owners(connection).of(patient_id)
            return marks_of(connection, said), load_named(connection, now)

    def erase(self, patient_id: str) -> PatientRecord:
        """Erase one patient: results, how files printed them, infusions and events; return what
        there was.

        The bytes are gone then from the file and from the log beside it. The lines of the history
        stay, with the names of the files. Of the id, and of ids that the patient had before, a
        keyed hash stays: what names them is kept out until `let_in`. Rejects do not say whose cell
        they hold: those of imports that held nobody else are erased too, and all of them with the
        last patient of the store; those of imports with several patients stay.

        Raises:
            UsageError: when there is no such patient.
            StoreError: a program that reads or writes is in the way. Where it came after the
                patient was erased, the exit code is 1, and whoever opens the store next wipes the
                traces.
        """
        # A reader would keep the old pages in the log: better to learn that before anything is
        # erased.
        self._file.empty_log()
        with self._file.writing() as connection:
            record = _erase(connection, patient_id)
            self._file.note_traces()
        try:
            self._file.wipe(_WIPING_PATIENCE_S)
        except StoreError as error:
            raise PartlyDoneError(
                f"The patient is erased, but the files of the store {self._file.path} may still "
                f"hold traces. {error.message}",
                "Close every program that uses the store: the next command wipes them.",
                code=error.code,
            ) from error
        return record


def _is_listed(row: Mapping[str, Any]) -> bool:
    """Tell whether there is more of somebody than what files say of the person."""
    return any(row[name] for name in _HELD)


def _record(row: Mapping[str, Any]) -> PatientRecord:
    known = [field.name for field in fields(PatientRecord) if field.name in row]
    return PatientRecord(**{name: row[name] for name in known})


def _ids(connection: sqlite3.Connection) -> list[str]:
    return [row[0] for row in connection.execute(_IDS)]


def _erase(connection: sqlite3.Connection, patient_id: str) -> PatientRecord:
    counts = connection.execute(_OF_ONE, {"id": patient_id}).fetchone()
    if counts is None and (now := Owners(connection).of(patient_id)) != patient_id:
        raise UsageError(
            f"{patient_id!r} is called {now!r} now.",
            "To erase that patient, with every old id:",
            commands=[("patients", "remove", now)],
        )
    if counts is None:
        near = ids_like(patient_id, _ids(connection))
        raise UsageError(
            f"There is no patient {patient_id!r} in the store.{meant_words(near)}",
            "`wbc-tracker patients list` shows who is in it.",
        )
    erase_traces(connection, patient_id)
    only_this = connection.execute(_ONLY_THIS, {"id": patient_id}).fetchall()
    clear_rejects(connection, (import_id for (import_id,) in only_this))
    forget(connection, patient_id)
    # How the imports printed these results and which were removed goes with them, as do the links
    # of imports.
    connection.execute("DELETE FROM results WHERE patient_id = ?", (patient_id,))
    connection.execute("DELETE FROM named WHERE patient_id = ?", (patient_id,))
    connection.execute("DELETE FROM sexes WHERE patient_id = ?", (patient_id,))
    connection.execute("DELETE FROM withdrawals WHERE patient_id = ?", (patient_id,))
    connection.execute("DELETE FROM infusions WHERE patient_id = ?", (patient_id,))
    connection.execute("DELETE FROM events WHERE patient_id = ?", (patient_id,))
    # With the last patient go the rejects of files of which nothing could be read, too.
    left = connection.execute(
        "SELECT DISTINCT import_id FROM rejects WHERE NOT EXISTS (SELECT 1 FROM results) AND NOT "
        "EXISTS (SELECT 1 FROM infusions) AND NOT EXISTS (SELECT 1 FROM events)"
    ).fetchall()
    clear_rejects(connection, (import_id for (import_id,) in left))
    return PatientRecord(patient_id, *counts)
