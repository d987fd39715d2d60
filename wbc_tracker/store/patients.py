"""Patients: who is in the store, and erasing one of them."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from wbc_tracker.errors import StoreError, UsageError
from wbc_tracker.near import ids_like, meant_words
from wbc_tracker.store import failures
from wbc_tracker.store.connection import StoreFile
from wbc_tracker.store.named import Marks, load_named, marks_of
from wbc_tracker.store.records import PatientRecord
from wbc_tracker.store.sums import forget
from wbc_tracker.store.sums.history import clear_rejects
from wbc_tracker.store.sums.proving import read_small

_LOAD = """
    SELECT patient_id, sum(results), sum(infusions), min(first_at), max(latest_at), sum(events),
        sum(removed), sum(superseded) FROM (
        SELECT patient_id, sum(NOT superseded) AS results, 0 AS infusions,
            min(iif(superseded, NULL, collected_at)) AS first_at,
            max(iif(superseded, NULL, collected_at)) AS latest_at,
            0 AS events, 0 AS removed, sum(superseded) AS superseded
        FROM known_results WHERE {condition} GROUP BY patient_id
        UNION ALL
        SELECT patient_id, 0, 0, NULL, NULL, 0, 0, count(*) FROM results
            WHERE rank = 0 AND NOT restored AND {condition} GROUP BY patient_id
        UNION ALL
        SELECT patient_id, 0, sum(removed_at IS NULL), NULL, NULL, 0, 0, 0 FROM infusions
            WHERE {condition} GROUP BY patient_id
        UNION ALL
        SELECT patient_id, 0, 0, NULL, NULL, sum(removed_at IS NULL), 0, 0 FROM events
            WHERE {condition} GROUP BY patient_id
        UNION ALL
        SELECT patient_id, 0, 0, NULL, NULL, 0, 0, 0 FROM withdrawals WHERE {condition}
        UNION ALL
        SELECT patient_id, 0, 0, NULL, NULL, 0, count(*), 0 FROM removed_results WHERE {condition}
            GROUP BY patient_id
    )
    GROUP BY patient_id ORDER BY patient_id
"""
_IDS = """
    SELECT patient_id FROM results
    UNION SELECT patient_id FROM infusions UNION SELECT patient_id FROM events
    UNION SELECT patient_id FROM withdrawals ORDER BY patient_id
"""
# The imports of which everything that is in the store now is of this one patient.
_ONLY_THIS = """
    SELECT import_id FROM (
        SELECT import_id, patient_id FROM sightings JOIN results
            ON results.id = sightings.result_id
        UNION SELECT import_id, patient_id FROM withdrawals
        UNION SELECT import_id, patient_id FROM import_infusions
        UNION SELECT import_id, patient_id FROM import_events JOIN events
            ON events.id = import_events.event_id
    )
    GROUP BY import_id HAVING min(patient_id) = :id AND max(patient_id) = :id
"""


class StoredPatients:
    """Whose data the store holds."""

    def __init__(self, file: StoreFile) -> None:
        self._file = file

    def list(self) -> Sequence[PatientRecord]:
        """Return who has a result, an infusion or an event (be it a removed one), by id."""
        with self._file.reading() as connection:
            question = _LOAD.format(condition="true")
            return [PatientRecord(*row) for row in connection.execute(question)]

    def ids(self) -> Sequence[str]:
        """Return the ids of everybody of `list`, without counting what they have."""
        with self._file.reading() as connection:
            return [row[0] for row in connection.execute(_IDS)]

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
            for who, _, sex in read_small(connection, "told_sum", patient_id)["sexes"]:
                found[who].add(sex)
        return {who: min(sexes) for who, sexes in sorted(found.items()) if len(sexes) == 1}

    def named_before(
        self, patient_id: str, said: Mapping[str, frozenset[str]]
    ) -> tuple[Marks, Sequence[tuple[int, Marks]]]:
        """Return marks of what a file says of its person, and those of the earlier files of the
        patient by the numbers of their imports.
        """
        with self._file.reading() as connection:
            return marks_of(connection, said), load_named(connection, patient_id)

    def erase(self, patient_id: str) -> PatientRecord:
        """Erase one patient: results, how files printed them, infusions and events; return what
        there was.

        The file is rewritten, so that the bytes are gone from it and from the log beside it. The
        lines of the history stay, with the names of the files. Rejects do not say whose cell they
        hold: those of imports that held nobody else are erased too, and all of them with the last
        patient of the store; those of imports with several patients stay.

        Raises:
            UsageError: when there is no such patient.
        """
        with self._file.reading() as connection:
            # A reader would keep the old pages in the log: better to learn that before anything is
            # erased.
            self._empty_log(connection)
        with self._file.writing() as connection:
            record = _erase(connection, patient_id)
        try:
            with self._file.reading() as connection:
                self._rebuild(connection)
        except StoreError as error:
            raise StoreError(
                f"The patient is erased, but the files of the store {self._file.path} may still "
                "hold traces.",
                "Close every program that uses the store: the last one to close it clears the log.",
                code=error.code,
            ) from error
        return record

    def _rebuild(self, connection: sqlite3.Connection) -> None:
        """Write the file anew, without the free space in which deleted rows can stand.

        Deletes already overwrite rows (secure_delete), but not the copies that moving rows between
        pages left.

        Raises:
            StoreError: as `_empty_log`.
        """
        # First what matters most: the rewriting needs space and may fail.
        self._empty_log(connection)
        self._file.patience.until_free(connection, lambda: connection.execute("VACUUM"))
        self._empty_log(connection)

    def _empty_log(self, connection: sqlite3.Connection) -> None:
        """Move the write-ahead log into the store's file and empty it.

        Raises:
            StoreError: a reader is in the way.
        """

        def empty() -> None:
            if connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                raise failures.locked(self._file.path)

        self._file.patience.until_free(connection, empty)


def _erase(connection: sqlite3.Connection, patient_id: str) -> PatientRecord:
    rows = connection.execute(
        _LOAD.format(condition="patient_id = :id"), {"id": patient_id}
    ).fetchall()
    if not rows:
        near = ids_like(patient_id, [row[0] for row in connection.execute(_IDS)])
        raise UsageError(
            f"There is no patient {patient_id!r} in the store.{meant_words(near)}",
            "`wbc-tracker patients list` shows who is in it.",
        )
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
    return PatientRecord(*rows[0])
