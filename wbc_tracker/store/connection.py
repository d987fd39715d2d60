"""An open store: the connection, and the two ways to use it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from wbc_tracker.store import failures
from wbc_tracker.store.opening import open_connection
from wbc_tracker.store.transactions import writing

if TYPE_CHECKING:
    import os


class OpenStore:
    """The file, open, until the block or `close` ends it.

    See `Store`, which says what it takes and raises.
    """

    def __init__(self, path: str | os.PathLike[str], busy_timeout_s: float = 5.0) -> None:
        self.path = Path(path)
        self._connection = open_connection(self.path, busy_timeout_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store.

        The last program to close it also clears the write-ahead log beside it.
        """
        with failures.translated(self.path):
            self._connection.close()

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with failures.translated(self.path):
            yield self._connection

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        with failures.translated(self.path), writing(self._connection):
            yield self._connection
