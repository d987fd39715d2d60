"""The store's file, open: private from its first moment, durable, at the newest schema.

And the two ways to use it: reading, and writing in one transaction.
"""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wbc_tracker.store import failures, migrations
from wbc_tracker.store.transactions import taken_back, writing

_PAUSE_S = 0.02


class StoreFile:
    """One open file, which the collections of a store share.

    No raw error of SQLite gets out of `reading` and `writing`.
    """

    def __init__(self, path: Path, busy_timeout_s: float) -> None:
        self.path = path
        self.connection = _open(path, busy_timeout_s)

    def close(self) -> None:
        """Close it. The last program to do so also clears the write-ahead log beside it."""
        with failures.translated(self.path):
            self.connection.close()

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for questions."""
        with failures.translated(self.path):
            yield self.connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for changes, of which all are made or none."""
        with failures.translated(self.path), writing(self.connection):
            yield self.connection

    @contextmanager
    def trying(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for changes that are looked at and then taken back."""
        with failures.translated(self.path), taken_back(self.connection):
            yield self.connection


def _open(path: Path, busy_timeout_s: float) -> sqlite3.Connection:
    """Open the store, make it if it is missing, and bring its schema up to date.

    Args:
        path: the store's file. Missing folders are made too (0700), the file with mode 0600.
        busy_timeout_s: how long to wait for a lock of another program, in seconds.

    Raises:
        StoreError: when the store cannot be used; `code` tells why.
    """
    try:
        path = path.absolute()
        _create_private(path)
    except OSError as error:
        raise failures.from_os(error, path) from error
    with failures.translated(path):
        # mode=rw: SQLite never makes the file itself, for it would do so with the mode of the
        # umask.
        connection = sqlite3.connect(
            f"{path.as_uri()}?mode=rw", uri=True, timeout=busy_timeout_s, isolation_level=None
        )
        try:
            _refuse_fragment(connection, path)
            # The schema is looked at before anything is changed: a newer store stays as it is.
            migrations.check(connection, path, migrations.MIGRATIONS[-1].number)
            _configure(connection, busy_timeout_s)
            migrations.apply(connection, path, migrations.MIGRATIONS)
        except BaseException:
            connection.close()
            raise
    return connection


def _create_private(path: Path) -> None:
    missing = []
    for folder in path.parents:
        if folder.exists():
            break
        missing.append(folder)
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
        _sync_folder(folder.parent)
    # An existing file is not opened here: closing it again would drop the locks that another
    # connection of this process holds on it (POSIX locks belong to the process).
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        _sync_folder(path.parent)


def _refuse_fragment(connection: sqlite3.Connection, path: Path) -> None:
    """Refuse a file that ends within a page, as a broken copy does.

    SQLite would read zeros beyond the end and show results with parts missing, or take a short file
    for an empty one. Only while the log holds something may the file end anywhere: a checkpoint was
    cut short, and the log has the whole page.
    """
    page_bytes = connection.execute("PRAGMA page_size").fetchone()[0]
    log = path.with_name(f"{path.name}-wal")
    with suppress(OSError):
        if path.stat().st_size % page_bytes and not (log.exists() and log.stat().st_size):
            raise failures.damaged(path)


def _sync_folder(folder: Path) -> None:
    """Make a new name in a folder survive a power cut; where folders cannot be synced,
    do nothing.
    """
    with suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _configure(connection: sqlite3.Connection, busy_timeout_s: float) -> None:
    _switch_to_wal(connection, busy_timeout_s)
    # FULL: in WAL mode the default of many builds (NORMAL) does not wait for the disk at COMMIT, so
    # a power cut could take back an import that was already reported as done. fullfsync asks the
    # same of macOS, whose plain fsync stops at the drive's cache; elsewhere it does nothing.
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA fullfsync = ON")
    connection.execute("PRAGMA foreign_keys = ON")
    # Health data: what is deleted is overwritten, and no temporary file with rows appears in /tmp.
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    # At most 64 MB, taken as needed: with the usual 2 MB a large import takes half as long again.
    connection.execute("PRAGMA cache_size = -65536")


def _switch_to_wal(connection: sqlite3.Connection, busy_timeout_s: float) -> None:
    """Set WAL mode, waiting for others.

    SQLite does not wait for the busy timeout when two connections switch a new store at the same
    moment, so the waiting is done here. The own timeout is off meanwhile, or the two would
    multiply.
    """
    connection.execute("PRAGMA busy_timeout = 0")
    patience_s = busy_timeout_s
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            if failures.primary_code(error) != sqlite3.SQLITE_BUSY or patience_s <= 0:
                raise
            time.sleep(_PAUSE_S)
            patience_s -= _PAUSE_S
    connection.execute(f"PRAGMA busy_timeout = {round(busy_timeout_s * 1000)}")
