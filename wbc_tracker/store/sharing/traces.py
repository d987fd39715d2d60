"""What deleting leaves in the files of a store: noted, and taken away while others use them."""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from wbc_tracker.errors import StoreError
from wbc_tracker.store.sharing import wiping
from wbc_tracker.store.sharing.patience import Patience

_NAME = "'traces to wipe'"
_ARE_NOTED = f"SELECT EXISTS (SELECT 1 FROM keys WHERE name = {_NAME})"  # noqa: S608
_NOTE = f"INSERT OR IGNORE INTO keys VALUES ({_NAME}, x'')"  # noqa: S608
_FORGET = f"DELETE FROM keys WHERE name = {_NAME}"  # noqa: S608


class Traces:
    """The traces in one file and in the log beside it.

    Args:
        path: the file. connection: to it. locked: says that others use it.
    """

    def __init__(
        self, path: Path, connection: sqlite3.Connection, locked: Callable[[], StoreError]
    ) -> None:
        self._path = path
        self._connection = connection
        self._locked = locked

    def note(self) -> None:
        """Note, in a transaction, that they are to be wiped, if not now, then later."""
        self._connection.execute(_NOTE)

    def are_noted(self) -> bool:
        """Tell whether somebody could not wipe them."""
        return bool(self._connection.execute(_ARE_NOTED).fetchone()[0])

    def wipe(self, patience: Patience) -> None:
        """Take them away, from the log too.

        Raises:
            StoreError, sqlite3.Error, OSError: others use the store, or its disk fails.
        """
        if wiping.can_be_wiped(self._path):
            patience.until_free(self._connection, self._begin_with_empty_log)
            try:
                wiping.wipe(self._connection, self._path)
                self._connection.execute(_FORGET)
                self._connection.execute("COMMIT")
            except BaseException:
                with suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise
        else:
            patience.until_free(self._connection, lambda: self._connection.execute("VACUUM"))
            self._connection.execute(_FORGET)
        self.empty_log(patience)

    def empty_log(self, patience: Patience) -> None:
        """Move the write-ahead log into the file and empty it.

        Raises:
            StoreError, sqlite3.Error: others use the store, or its disk fails.
        """
        patience.until_free(self._connection, self._empty_log)

    def _empty_log(self) -> None:
        if self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            raise self._locked()

    def _begin_with_empty_log(self) -> None:
        """Begin a transaction that writes, in which the file alone holds all pages."""
        self._empty_log()
        self._connection.execute("BEGIN IMMEDIATE")
        with suppress(FileNotFoundError):
            if os.stat(f"{self._path}-wal").st_size:  # noqa: PTH116
                self._connection.execute("ROLLBACK")
                raise self._locked()
