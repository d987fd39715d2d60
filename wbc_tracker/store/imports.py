"""The history of imports: its lines, its rejects, and taking an import back."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING

from wbc_tracker.errors import UsageError
from wbc_tracker.store import visible
from wbc_tracker.store.connection import StoreFile
from wbc_tracker.store.frames import reject_frame, reject_rows
from wbc_tracker.store.named import add_named
from wbc_tracker.store.records import (
    BY_HAND,
    Holder,
    ImportInfo,
    ImportKind,
    ImportRecord,
    UndoResult,
)
from wbc_tracker.store.visible import count_standing, set_affected

if TYPE_CHECKING:
    import pandas as pd

_LOAD = """
    SELECT id, kind, imported_at, file, sha256, layout, read, added, duplicates, no_result, ignored,
        rejected, catalogue_version, superseded
    FROM imports
"""
_BEGIN = """
    INSERT INTO imports (kind, imported_at, file, sha256, layout, read, added, duplicates,
        no_result,
        ignored, rejected, catalogue_version)
    VALUES (?, ?, ?, ?, ?, ?, 0, 0, ?, ?, 0, ?)
"""
# The reject's columns stand in the order of REJECT_COLUMNS.
_ADD_REJECT = """
    INSERT INTO rejects (import_id, source_file, source_row, "column", code, message, hint, raw)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_LOAD_REJECTS = """
    SELECT source_file, source_row, "column", code, message, hint, raw FROM rejects
    WHERE import_id = ? ORDER BY id
"""
_AFFECTED = """
    SELECT patient_id FROM sightings JOIN results ON results.id = sightings.result_id
        WHERE import_id = :id
    UNION SELECT patient_id FROM withdrawals WHERE import_id = :id
"""
# What only this import holds: neither another one nor the user's hand.
_ONLY_INFUSIONS = """
    by_hand = 0
    AND (patient_id, infused_on) IN (
        SELECT patient_id, infused_on FROM import_infusions WHERE import_id = :id
    )
    AND NOT EXISTS (
        SELECT 1 FROM import_infusions AS other
        WHERE other.patient_id = infusions.patient_id
            AND other.infused_on = infusions.infused_on
            AND other.import_id <> :id
    )
"""
_ONLY_EVENTS = """
    by_hand = 0
    AND id IN (SELECT event_id FROM import_events WHERE import_id = :id)
    AND NOT EXISTS (
        SELECT 1 FROM import_events AS other WHERE other.event_id = events.id
            AND other.import_id <> :id
    )
"""
# What an entry by hand holds is of a hand no more, unless another such entry holds it too.
_LET_GO = f"""
    WITH other AS (
        SELECT held.* FROM import_infusions AS held JOIN imports ON imports.id = held.import_id
        WHERE imports.file = '{BY_HAND}' AND held.import_id <> :id
    )
    UPDATE infusions SET
        by_hand = EXISTS (
            SELECT 1 FROM other WHERE other.patient_id = infusions.patient_id
                AND other.infused_on = infusions.infused_on
        ),
        hand_dose_mg = (
            SELECT max(dose_mg) FROM other WHERE other.patient_id = infusions.patient_id
                AND other.infused_on = infusions.infused_on
        )
    WHERE (patient_id, infused_on) IN (
        SELECT patient_id, infused_on FROM import_infusions WHERE import_id = :id
    )
"""  # noqa: S608  # the text of a neighbour
# A dose that this import alone knew is not known any more.
_FORGET_DOSES = """
    UPDATE infusions SET dose_mg = coalesce(hand_dose_mg, (
        SELECT max(dose_mg) FROM import_infusions AS other
        WHERE other.patient_id = infusions.patient_id
            AND other.infused_on = infusions.infused_on
            AND other.import_id <> :id
    ))
    WHERE (patient_id, infused_on) IN (
        SELECT patient_id, infused_on FROM import_infusions WHERE import_id = :id
    )
"""
# Only now is it known what the other imports say about a result.
_SAY_AGAIN = """
    UPDATE results SET (rank, withdrawn) = (
        SELECT max(rank), max(withdrawn) FROM sightings WHERE result_id = results.id
    )
    WHERE id IN (SELECT result_id FROM held)
        AND (rank, withdrawn) IS NOT (
            SELECT max(rank), max(withdrawn) FROM sightings WHERE result_id = results.id
        )
"""
# Each row that stays is told once: a result of the import as which it is shown then, the others of
# the earliest. The indexes find both at once, however many imports there are.
_HOLDERS = """
    SELECT import_id, file, count(*) FROM (
        SELECT (
            SELECT import_id FROM sightings
            WHERE result_id = mine.result_id AND import_id <> :id
            ORDER BY knows DESC, value_step, ref_low, ref_high, import_id LIMIT 1
        ) AS import_id FROM sightings AS mine WHERE import_id = :id
        UNION ALL
        SELECT (
            SELECT import_id FROM import_infusions
            WHERE patient_id = mine.patient_id AND infused_on = mine.infused_on
                AND import_id <> :id
            ORDER BY import_id LIMIT 1
        ) FROM import_infusions AS mine WHERE import_id = :id
        UNION ALL
        SELECT (
            SELECT import_id FROM import_events
            WHERE event_id = mine.event_id AND import_id <> :id
            ORDER BY import_id LIMIT 1
        ) FROM import_events AS mine WHERE import_id = :id
    ) JOIN imports ON imports.id = import_id
    GROUP BY import_id ORDER BY import_id
"""


class ImportHistory:
    """The history of imports; those that were undone are not in it."""

    def __init__(self, file: StoreFile) -> None:
        self._file = file

    def list(self) -> Sequence[ImportRecord]:
        """Return the history, oldest first."""
        with self._file.reading() as connection:
            return [ImportRecord(*row) for row in connection.execute(f"{_LOAD} ORDER BY id")]

    def rejects(self, import_id: int) -> pd.DataFrame:
        """Return what could not be read in one import, with REJECT_COLUMNS, in the order of the
        file.

        Raises:
            UsageError: when there is no such import.
        """
        with self._file.reading() as connection:
            _record(connection, import_id)
            return reject_frame(connection.execute(_LOAD_REJECTS, (import_id,)).fetchall())

    def undo(self, import_id: int) -> UndoResult:
        """Take back one import, so that the store is as if it had never been made.

        What another import also holds stays, shown as that one printed it, and `holders` tells
        which; so do infusions and events added by hand. What this one had replaced or withdrawn is
        shown again. A result that the user has removed stays removed while another import
        holds it or an equal one; with the last of them the mark goes too.

        Raises:
            UsageError: when there is no such import.
        """
        with self._file.writing() as connection:
            record = _record(connection, import_id)
            this = {"id": import_id}
            holders = tuple(Holder(*row) for row in connection.execute(_HOLDERS, this))
            set_affected(connection, _AFFECTED, this)
            is_ranked = visible.says_anything(connection)
            before = count_standing(connection).visible
            visible.note_superseded(connection)
            connection.execute("CREATE TEMP TABLE held (result_id INTEGER PRIMARY KEY)")
            connection.execute(
                "INSERT INTO held SELECT result_id FROM sightings WHERE import_id = :id", this
            )
            visible.note_covered(connection)
            if record.file == BY_HAND:
                connection.execute(_LET_GO, this)
            infusions = _delete_only(connection, "infusions", _ONLY_INFUSIONS, import_id)
            events = _delete_only(connection, "events", _ONLY_EVENTS, import_id)
            connection.execute(_FORGET_DOSES, this)
            # Its sightings, rejects and links to infusions and events go with it.
            connection.execute("DELETE FROM imports WHERE id = :id", this)
            connection.execute(
                "DELETE FROM results WHERE id IN (SELECT result_id FROM held)"
                " AND NOT EXISTS (SELECT 1 FROM sightings WHERE sightings.result_id = results.id)"
            )
            if is_ranked:
                connection.execute(_SAY_AGAIN)
            connection.execute("DROP TABLE held")
            visible.cover_again(connection)
            returned = visible.count_returned(connection)
            gone = before + returned - count_standing(connection).visible
            return UndoResult(record, gone, infusions, events, returned, holders)


def begin_import(connection: sqlite3.Connection, kind: ImportKind, info: ImportInfo) -> int:
    """Add a line to the history, its counts still 0, and return its number."""
    # A file name need not be valid Unicode; here it is a label, so the odd bytes are shown as \xNN.
    file = info.file.encode(errors="backslashreplace").decode()
    cursor = connection.execute(
        _BEGIN,
        (
            kind,
            info.imported_at,
            file,
            info.sha256,
            info.layout,
            info.read,
            info.no_result,
            info.ignored,
            info.catalogue_version,
        ),
    )
    assert cursor.lastrowid is not None
    if info.named:
        add_named(connection, cursor.lastrowid, info.patient, info.named)
    connection.executemany(
        "INSERT INTO sexes VALUES (?, ?, ?)",
        [(patient, cursor.lastrowid, sex) for patient, sex in info.sexes.items()],
    )
    return cursor.lastrowid


def finish_import(
    connection: sqlite3.Connection,
    import_id: int,
    *,
    added: int,
    duplicates: int,
    rejected: int,
    superseded: int = 0,
) -> None:
    """Write the counts that are known only at the end of an import."""
    connection.execute(
        "UPDATE imports SET added = ?, duplicates = ?, rejected = ?, superseded = ? WHERE id = ?",
        (added, duplicates, rejected, superseded, import_id),
    )


def add_rejects(connection: sqlite3.Connection, import_id: int, rejects: pd.DataFrame) -> int:
    """Keep the cells of an import that could not be read, in their order; return how many."""
    rows = reject_rows(rejects)
    connection.executemany(_ADD_REJECT, ((import_id, *row) for row in rows))
    return len(rows)


def _delete_only(connection: sqlite3.Connection, table: str, condition: str, import_id: int) -> int:
    """Delete the rows of a table that meet a condition; return how many the user had not removed
    before.
    """
    # Both texts are those of this module (hence the `noqa: S608`).
    standing = f"SELECT count(*) FROM {table} WHERE removed_at IS NULL AND {condition}"  # noqa: S608
    count = int(connection.execute(standing, {"id": import_id}).fetchone()[0])
    connection.execute(f"DELETE FROM {table} WHERE {condition}", {"id": import_id})  # noqa: S608
    return count


def _record(connection: sqlite3.Connection, import_id: int) -> ImportRecord:
    # SQLite's integers end at 64 bits; a longer number cannot be asked for.
    if import_id.bit_length() < 64:
        row = connection.execute(f"{_LOAD} WHERE id = ?", (import_id,)).fetchone()
        if row is not None:
            return ImportRecord(*row)
    raise UsageError(
        f"There is no import {import_id} in the store.",
        "`wbc-tracker imports list` shows the imports and their numbers.",
    )
