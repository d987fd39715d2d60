"""Transactions: all of a block or nothing of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, suppress


@contextmanager
def writing(connection: sqlite3.Connection) -> Iterator[None]:
    """Do all of the block's changes or none.

    The lock is taken at once (IMMEDIATE): a transaction that starts by reading can find, too late
    to wait, that another one has written meanwhile.
    """
    with _transaction(connection, "BEGIN IMMEDIATE"):
        yield


@contextmanager
def taken_back(connection: sqlite3.Connection) -> Iterator[None]:
    """Let the block see its changes, and make none of them."""
    with _transaction(connection, "BEGIN IMMEDIATE", "ROLLBACK"):
        yield


@contextmanager
def reading(connection: sqlite3.Connection) -> Iterator[None]:
    """Let every question of the block see the same state of the store."""
    with _transaction(connection, "BEGIN"):
        yield


@contextmanager
def _transaction(connection: sqlite3.Connection, begin: str, end: str = "COMMIT") -> Iterator[None]:
    connection.execute(begin)
    try:
        yield
        connection.execute(end)
    except BaseException:
        # After a full disk SQLite has rolled back by itself; the first error is the one to tell.
        if connection.in_transaction:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
        raise
