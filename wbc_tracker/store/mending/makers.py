"""Who made the entries of the history: for two people who share a store, and for nobody else."""

from __future__ import annotations

import sqlite3

from wbc_tracker.store.failures import AlteredError
from wbc_tracker.store.records import Maker
from wbc_tracker.store.sums.checksums import row_checksum
from wbc_tracker.store.sums.totals import add_to_total, is_row_sound, prove_total

_NOTE = "INSERT INTO makers (entry, user, host, checksum) VALUES (?, ?, ?, ?)"
_LOAD = "SELECT entry, user, host, checksum FROM makers"
_TOTAL = "makers"
_NOBODY = Maker("", "")


def name_maker(connection: sqlite3.Connection, maker: Maker | None) -> None:
    """Let what is made on a connection from now on be made by somebody."""
    told = maker or _NOBODY
    connection.create_function("maker_user", 0, lambda: told.user)
    connection.create_function("maker_host", 0, lambda: told.host)


def note(connection: sqlite3.Connection, entry: int) -> None:
    """Say of an entry that it is made by whom the connection names; nothing if it names nobody."""
    maker = Maker(*connection.execute("SELECT maker_user(), maker_host()").fetchone())
    if maker == _NOBODY:
        return
    checksum = row_checksum(entry, maker.user, maker.host)
    connection.execute(_NOTE, (entry, maker.user, maker.host, checksum))
    add_to_total(connection, _TOTAL, 1, checksum)


def forget(connection: sqlite3.Connection, entry: int) -> None:
    """Take away who made an entry that will be deleted."""
    for row in connection.execute(f"{_LOAD} WHERE entry = ?", (entry,)).fetchall():
        add_to_total(connection, _TOTAL, -1, -row[-1])
    connection.execute("DELETE FROM makers WHERE entry = ?", (entry,))


def load(connection: sqlite3.Connection) -> dict[int, Maker]:
    """Return who made each entry, as far as it is known, proved.

    Raises:
        AlteredError: it is not what was written.
    """
    rows = connection.execute(f"{_LOAD} ORDER BY entry").fetchall()
    prove_total(connection, _TOTAL, [row[-1] for row in rows])
    if not all(map(is_row_sound, rows)):
        raise AlteredError(None, "who made the entries of the history")
    return {row[0]: Maker(*row[1:-1]) for row in rows}
