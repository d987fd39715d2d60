"""The history of imports: its lines, its rejects, and taking an import back."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from wbc_tracker.errors import UsageError
from wbc_tracker.store.connection import StoreFile
from wbc_tracker.store.frames import reject_frame, reject_rows
from wbc_tracker.store.mending import entries, makers
from wbc_tracker.store.mending.owners import Owners
from wbc_tracker.store.named import add_named
from wbc_tracker.store.records import (
    EntryKind,
    ImportInfo,
    ImportRecord,
    Mending,
    UndoResult,
)
from wbc_tracker.store.sums.checksums import signed
from wbc_tracker.store.sums.history import (
    count_line,
    prove_lines,
    prove_rejects,
    rejects_sum,
    seal_line,
)
from wbc_tracker.store.undoing import take_back

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


class ImportHistory:
    """The history of imports; those that were undone are not in it."""

    def __init__(self, file: StoreFile) -> None:
        self._file = file

    def list(self) -> Sequence[ImportRecord]:
        """Return the history, oldest first: imports, and what was mended."""
        with self._file.proving() as connection:
            prove_lines(connection, None)
            mended, made = entries.load(connection), makers.load(connection)
            rows = connection.execute(f"{_LOAD} ORDER BY id")
            return [
                replace(ImportRecord(*row), mending=mended.get(row[0]), maker=made.get(row[0]))
                for row in rows
            ]

    def rejects(self, import_id: int) -> pd.DataFrame:
        """Return what could not be read in one import, with REJECT_COLUMNS, in the order of the
        file.

        Raises:
            UsageError: when there is no such import.
        """
        with self._file.proving() as connection:
            _record(connection, import_id)
            rows = connection.execute(_LOAD_REJECTS, (import_id,)).fetchall()
            prove_rejects(connection, import_id, rows)
            return reject_frame(rows)

    def undo(self, import_id: int) -> UndoResult:
        """Take back one import or mending, so that the store is as if it had never been made.

        What another import also holds stays, shown as that one printed it, and `holders` tells
        which; so do infusions and events added by hand. What this one had replaced or withdrawn is
        shown again. A result that the user has removed stays removed while another import
        holds it or an equal one; with the last of them the mark goes too. Where mendings have
        brought its rows does not matter.

        Raises:
            UsageError: when there is no such import, or it is a mending that cannot be taken back
                any more.
        """
        with self._file.writing() as connection:
            record = _record(connection, import_id)
            return take_back(connection, record)


def begin_mending(connection: sqlite3.Connection, mending: Mending, at: str) -> int:
    """Add a line to the history about what is being mended, and return its number.

    Args:
        connection: inside the change. mending: what is done. at: ISO 8601 text.
    """
    entry = begin_import(connection, "mending", ImportInfo.by_hand("", at))
    entries.note(connection, entry, mending)
    seal_line(connection, entry)
    return entry


def begin_import(connection: sqlite3.Connection, kind: EntryKind, info: ImportInfo) -> int:
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
    count_line(connection)
    makers.note(connection, cursor.lastrowid)
    if info.named or info.sexes:
        owners = Owners(connection)
        if info.named:
            whose = (owners.of(info.patient), info.patient)
            add_named(connection, cursor.lastrowid, *whose, info.named)
        told = [(owners.of(patient), patient, sex) for patient, sex in info.sexes.items()]
        connection.executemany(
            "INSERT INTO sexes (patient_id, import_id, sex, filed_under) VALUES (?, ?, ?, ?)",
            [
                (now, cursor.lastrowid, sex, "" if now == patient else patient)
                for now, patient, sex in told
            ],
        )
    return cursor.lastrowid


def told_of(connection: sqlite3.Connection, info: ImportInfo) -> set[str]:
    """Return of whom a file tells something beside its rows."""
    owners = Owners(connection)
    return {owners.of(who) for who in (*info.sexes, *([info.patient] if info.named else []))}


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
    seal_line(connection, import_id)


def add_rejects(connection: sqlite3.Connection, import_id: int, rejects: pd.DataFrame) -> int:
    """Keep the cells of an import that could not be read, in their order; return how many."""
    rows = reject_rows(rejects)
    connection.executemany(_ADD_REJECT, ((import_id, *row) for row in rows))
    question = "SELECT rejects_sum FROM imports WHERE id = ?"
    before = connection.execute(question, (import_id,)).fetchone()[0]
    connection.execute(
        "UPDATE imports SET rejects_sum = ? WHERE id = ?",
        (signed(before + rejects_sum(rows)), import_id),
    )
    return len(rows)


def _record(connection: sqlite3.Connection, import_id: int) -> ImportRecord:
    # SQLite's integers end at 64 bits; a longer number cannot be asked for.
    if import_id.bit_length() < 64:
        row = connection.execute(f"{_LOAD} WHERE id = ?", (import_id,)).fetchone()
        if row is not None:
            return replace(ImportRecord(*row), mending=entries.find(connection, import_id))
    raise UsageError(
        f"There is no import {import_id} in the store.",
        "`wbc-tracker imports list` shows the imports and their numbers.",
    )
