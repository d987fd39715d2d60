"""Transactions: all of a block or nothing of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from wbc_tracker.store.sharing.patience import Patience


@contextmanager
def writing(
    connection: sqlite3.Connection,
    patience: Patience | None = None,
    on_commit: Callable[[], None] | None = None,
) -> Iterator[None]:
    """Do all of the block's changes or none.

    The lock is taken at once (IMMEDIATE): a transaction that starts by reading can find, too late
    to wait, that another one has written meanwhile.

    Args:
        connection: what is changed. patience: with others that write; None: SQLite's own.
        on_commit: is called just before the changes are made for good.
    """
    with _transaction(connection, "BEGIN IMMEDIATE", patience=patience):
        yield
        if on_commit is not None:
            on_commit()


@contextmanager
def taken_back(connection: sqlite3.Connection, patience: Patience) -> Iterator[None]:
    """Let the block see its changes, and make none of them."""
    with _transaction(connection, "BEGIN IMMEDIATE", "ROLLBACK", patience):
        yield


@contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[None]:
    """Let every question of the block see the same state of the store."""
    # Nothing was changed; a COMMIT would fail in a damaged store, and hide what was found there.
    with _transaction(connection, "BEGIN", "ROLLBACK"):
        yield


@contextmanager
def _transaction(
    connection: sqlite3.Connection,
    begin: str,
    end: str = "COMMIT",
    patience: Patience | None = None,
) -> Iterator[None]:
    if patience is None:
        connection.execute(begin)
    else:
        patience.until_free(connection, lambda: connection.execute(begin))
    try:
        yield
        connection.execute(end)
    except BaseException:
        # After a full disk SQLite has rolled back by itself, after a signal the connection may be
        # closed already; the first error is the one to tell.
        with suppress(sqlite3.Error):
            if connection.in_transaction:
                connection.execute("ROLLBACK")
        raise
