"""The lines of the history that tell what was mended."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from wbc_tracker.store.failures import AlteredError
from wbc_tracker.store.records import Mending
from wbc_tracker.store.sums.checksums import row_checksum
from wbc_tracker.store.sums.totals import add_to_total, is_row_sound, prove_total

_COLUMNS = "entry, verb, noun, rows, from_id, into_id"
_NOTE = f"INSERT INTO mendings ({_COLUMNS}, checksum) VALUES (?, ?, ?, ?, ?, ?, ?)"  # noqa: S608
_LOAD = f"SELECT {_COLUMNS}, checksum FROM mendings"  # noqa: S608
_TOTAL = "mendings"
#: They change whose rows are.
JOINING = ("rename", "merge")


@dataclass(frozen=True)
class Entry:
    """What was mended, and the number of its line in the history."""

    id: int
    mending: Mending


def note(connection: sqlite3.Connection, entry: int, mending: Mending) -> None:
    """Say of a line of the history what was mended."""
    cells = (
        entry,
        mending.verb,
        mending.noun,
        mending.rows,
        mending.from_id,
        mending.into_id,
    )
    checksum = row_checksum(*cells)
    connection.execute(_NOTE, (*cells, checksum))
    add_to_total(connection, _TOTAL, 1, checksum)


def forget(connection: sqlite3.Connection, entry: int) -> None:
    """Take away what a line mended, and what is kept with it."""
    for (checksum,) in connection.execute(
        "SELECT checksum FROM mendings WHERE entry = ?", (entry,)
    ).fetchall():
        add_to_total(connection, _TOTAL, -1, -checksum)
    connection.execute("DELETE FROM mendings WHERE entry = ?", (entry,))


def change(connection: sqlite3.Connection, entry: int, **changes: str) -> None:
    """Let the line of a mending say something else; what is kept with it stays."""
    row = connection.execute(f"{_LOAD} WHERE entry = ?", (entry,)).fetchone()
    cells = dict(zip(_COLUMNS.split(", "), row, strict=False)) | changes
    checksum = row_checksum(*cells.values())
    connection.execute(
        f"UPDATE mendings SET ({_COLUMNS}, checksum) = (?, ?, ?, ?, ?, ?, ?) WHERE entry = ?",  # noqa: S608
        (*cells.values(), checksum, entry),
    )
    add_to_total(connection, _TOTAL, 0, checksum - row[-1])


def load(connection: sqlite3.Connection) -> dict[int, Mending]:
    """Return what was mended, by the number of the line, in their order, proved.

    Raises:
        AlteredError: it is not what was written.
    """
    rows = connection.execute(f"{_LOAD} ORDER BY entry").fetchall()
    prove_total(connection, _TOTAL, [row[-1] for row in rows])
    if not all(map(is_row_sound, rows)):
        raise AlteredError(None, "what was mended")
    return {row[0]: Mending(*row[1:-1]) for row in rows}


def find(connection: sqlite3.Connection, entry: int) -> Mending | None:
    """Return what one line mended; None where that is not known any more."""
    return load(connection).get(entry)


def first_ids(connection: sqlite3.Connection) -> dict[str, str]:
    """Return of everybody who was renamed the id of today -> the first one; no two have the same.

    Of a merge the one whose id stays is still who he was.
    """
    first: dict[str, str] = {}
    for mending in load(connection).values():
        if mending.verb in JOINING:
            was = first.pop(mending.from_id, mending.from_id)
            if mending.verb == "rename" and mending.into_id:
                first[mending.into_id] = was
    return {now: was for now, was in first.items() if was}


def later_joins(connection: sqlite3.Connection, entry: int, ids: Iterable[str]) -> list[Entry]:
    """Return the later renames and merges of any of these patients, the first one first."""
    wanted = set(ids)
    return [
        Entry(number, mending)
        for number, mending in load(connection).items()
        if number > entry
        and mending.verb in JOINING
        and wanted & {mending.from_id, mending.into_id}
    ]


def only(patients: Iterable[str]) -> str:
    """Return the one patient of some rows; empty where there are several."""
    distinct = set(patients)
    return distinct.pop() if len(distinct) == 1 else ""
