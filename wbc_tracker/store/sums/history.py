"""The lines of the history, and the rejects of each: a checksum and a sum a line."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Any

from wbc_tracker.store.failures import AlteredError
from wbc_tracker.store.sums.checksums import Kind, row_checksum, signed
from wbc_tracker.store.sums.small import sums_of_rows
from wbc_tracker.store.sums.totals import add_to_total, is_row_sound, prove_total

#: Their order is part of what a store holds.
_LINE = (
    "id, kind, imported_at, file, sha256, layout, read, added, duplicates, no_result, ignored,"
    " rejected, catalogue_version, superseded, rejects_sum"
)
_LINES = f"SELECT {_LINE}, checksum FROM imports"  # noqa: S608
_REJECT: tuple[Kind, ...] = ("text", "integer", "text", "text", "text", "text", "text")


def rejects_sum(rows: Sequence[tuple[Any, ...]]) -> int:
    """Return the sum of rejects, with the columns of REJECT_COLUMNS, of any size."""
    return sum(sums_of_rows(rows, _REJECT, "rejects"))


def count_line(connection: sqlite3.Connection) -> None:
    """Count a line that was added to the history, and is not sealed yet."""
    add_to_total(connection, "imports", 1, 0)


def seal_line(connection: sqlite3.Connection, import_id: int) -> None:
    """Give a line of the history that was added or changed its checksum."""
    *cells, old = connection.execute(f"{_LINES} WHERE id = ?", (import_id,)).fetchone()
    new = row_checksum(*cells)
    connection.execute("UPDATE imports SET checksum = ? WHERE id = ?", (new, import_id))
    add_to_total(connection, "imports", 0, new - old)


def discount_line(connection: sqlite3.Connection, import_id: int) -> None:
    """Count a line that will be deleted as gone."""
    row = connection.execute("SELECT checksum FROM imports WHERE id = ?", (import_id,)).fetchone()
    add_to_total(connection, "imports", -1, -row[0])


def clear_rejects(connection: sqlite3.Connection, import_ids: Iterable[int]) -> None:
    """Delete the rejects of imports.

    Raises:
        AlteredError: a line was changed outside the program.
    """
    for import_id in import_ids:
        prove_lines(connection, [import_id])
        connection.execute("DELETE FROM rejects WHERE import_id = ?", (import_id,))
        connection.execute("UPDATE imports SET rejects_sum = 0 WHERE id = ?", (import_id,))
        seal_line(connection, import_id)


def prove_lines(connection: sqlite3.Connection, import_ids: Iterable[int] | None) -> None:
    """Refuse lines of the history that were changed.

    Args:
        import_ids: which; None for all of them, and that none was added or lost.

    Raises:
        AlteredError: one is another.
    """
    if import_ids is None:
        rows = connection.execute(_LINES).fetchall()
        prove_total(connection, "imports", [row[-1] for row in rows])
    else:
        rows = [
            row
            for import_id in import_ids
            for row in connection.execute(f"{_LINES} WHERE id = ?", (import_id,))
        ]
    if not all(map(is_row_sound, rows)):
        raise AlteredError(None, "the lines of the imports")


def prove_rejects(
    connection: sqlite3.Connection, import_id: int, rows: Sequence[tuple[Any, ...]]
) -> None:
    """Refuse rejects of an import that are not those that were kept.

    Raises:
        AlteredError: one was changed, added or lost.
    """
    prove_lines(connection, [import_id])
    question = "SELECT rejects_sum FROM imports WHERE id = ?"
    if connection.execute(question, (import_id,)).fetchone() != (signed(rejects_sum(rows)),):
        raise AlteredError(None, f"the rejects of import {import_id}")
