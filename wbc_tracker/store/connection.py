"""The store's file, open: private from its first moment, durable, at the newest schema.

And the two ways to use it: reading, and writing in one transaction.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

from wbc_tracker.errors import StoreError
from wbc_tracker.files import sync_folder
from wbc_tracker.store import access, failures, migrations, unwritable
from wbc_tracker.store.mending.makers import name_maker
from wbc_tracker.store.records import Maker
from wbc_tracker.store.sharing.patience import Patience
from wbc_tracker.store.sharing.traces import Traces
from wbc_tracker.store.sums.rows import add_functions
from wbc_tracker.store.transactions import reading, taken_back, writing

#: A store that has grown so much, and to so many pages, is wiped once it is closed: it costs a
#: small part of what made it grow, and erasing a patient is quick from then on.
_GROWN, _MANY_PAGES = 1.25, 10_000


class StoreFile:
    """One open file, which the collections of a store share.

    No raw error of SQLite gets out of `reading` and `writing`. A file that cannot be written is
    open for reading.

    Attributes:
        path: the file. remarks: what its user should know of how it was opened.
    """

    def __init__(
        self,
        path: Path,
        patience_s: float,
        on_wait: Callable[[], None] | None = None,
        on_commit: Callable[[], None] | None = None,
        maker: Maker | None = None,
    ) -> None:
        self.path = path
        self._on_commit = on_commit
        self.patience = Patience(
            patience_s, failures.is_of_lock, lambda: unwritable.stamps(path), on_wait
        )
        self.remarks: list[str] = []
        self._until_closed = ExitStack()
        self._unwritable = access.why_only_readable(path)
        self._stamps: unwritable.Stamps | None = None
        self._pages = sys.maxsize
        if self._unwritable is None:
            self.connection = _open(path, self.patience)
            add_functions(self.connection)
            name_maker(self.connection, maker)
            self.remarks += access.mend_modes(path)
            self._traces = Traces(path, self.connection, lambda: failures.locked(path))
            with failures.translated(path):
                if self._traces.are_noted():
                    self._wipe_unless_used()
                self._pages = self._count_pages()
            return
        self.remarks.append(f"The store {path} cannot be written; it is only read.")
        with failures.translated(path), ExitStack() as until:
            self.connection, self._stamps = open_unwritable(path, until)
            self._until_closed = until.pop_all()

    @property
    def is_only_read(self) -> bool:
        """Tell whether nothing can be written."""
        return self._unwritable is not None

    def close(self) -> None:
        """Close it. The last program to do so also clears the write-ahead log beside it."""
        with (
            failures.translated(self.path),
            self._until_closed,
            closing(self.connection),
            suppress(sqlite3.Error),  # such as that it is closed already
        ):
            if self._count_pages() > max(_MANY_PAGES, _GROWN * self._pages):
                self._wipe_unless_used()

    def _count_pages(self) -> int:
        return int(self.connection.execute("PRAGMA page_count").fetchone()[0])

    def _wipe_unless_used(self) -> None:
        """Wipe now, or leave it to a later time if others use the store."""
        with suppress(StoreError):
            self.wipe(patience_s=0)

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for questions."""
        with failures.translated(self.path):
            yield self.connection
        # Without locks only this tells that pages of two states may have been mixed.
        if self._stamps is not None and unwritable.stamps(self.path) != self._stamps:
            raise failures.locked(self.path)

    @contextmanager
    def proving(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for questions that are proved by others: all see one state."""
        with self.reading() as connection, ExitStack() as until:
            if not connection.in_transaction:
                until.enter_context(reading(connection))
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for changes, of which all are made or none, once nobody else writes.

        Inside another block of changes they are a part of those.
        """
        if self._unwritable is not None:
            raise self._unwritable
        with failures.translated(self.path), ExitStack() as until:
            if not self.connection.in_transaction:
                until.enter_context(writing(self.connection, self.patience, self._on_commit))
            yield self.connection

    @contextmanager
    def trying(self) -> Iterator[sqlite3.Connection]:
        """Give the connection for changes that are looked at and then taken back."""
        if self._unwritable is not None:
            raise self._unwritable
        with failures.translated(self.path), taken_back(self.connection, self.patience):
            yield self.connection

    def note_traces(self) -> None:
        """Note, in a block of changes, that `wipe` is to follow: if not now, then when the store is
        opened the next time.
        """
        self._traces.note()

    def wipe(self, patience_s: float) -> None:
        """Leave nothing of what was deleted in the store's files, if others let it in that time.

        Raises:
            StoreError: others use the store, or its disk fails.
        """
        with failures.translated(self.path):
            try:
                self._traces.wipe(self.patience.of(patience_s))
            except OSError as error:
                raise failures.from_os(error, self.path) from error

    def empty_log(self) -> None:
        """Move the write-ahead log into the store's file and empty it.

        Raises:
            StoreError: others use the store, or it can only be read.
        """
        if self._unwritable is not None:
            raise self._unwritable
        with failures.translated(self.path):
            self._traces.empty_log(self.patience)


def open_unwritable(
    path: Path, until: ExitStack, *, migrate: bool = True
) -> tuple[sqlite3.Connection, unwritable.Stamps | None]:
    """Open a store for reading: as it lies there if nothing lies beside it and its schema is the
    newest, else from a private copy.

    Args:
        path: the store. until: what closes and takes away the copy. migrate: bring the copy of an
            older store up to date.

    Returns:
        The connection; and if the file is read as it lies, its stamps before that.
    """
    known = migrations.MIGRATIONS[-1].number
    if not access.beside(path):
        before = unwritable.stamps(path)
        connection = until.enter_context(closing(unwritable.open_as_it_lies(path)))
        refuse_fragment(connection, path)
        if migrations.check(connection, path, known) == known or not migrate:
            _configure_reading(connection)
            return connection, before
    connection = until.enter_context(closing(unwritable.open_copy(path, until)))
    migrations.check(connection, path, known)
    if migrate:
        migrations.apply(connection, path, migrations.MIGRATIONS)
    _configure_reading(connection)
    return connection, None


def _open(path: Path, patience: Patience) -> sqlite3.Connection:
    """Open the store, make it if it is missing, and bring its schema up to date.

    Args:
        path: the store's file. Missing folders are made too (0700), the file with mode 0600.
        patience: with programs that hold it.

    Raises:
        StoreError: when the store cannot be used; `code` tells why.
    """
    try:
        path = path.absolute()
        create_private(path)
    except OSError as error:
        raise failures.from_os(error, path) from error
    with failures.translated(path):
        connection = connect(path, 0)
        try:
            patience.until_free(connection, lambda: _make_ready(connection, path))
        except BaseException:
            connection.close()
            raise
    return connection


def _make_ready(connection: sqlite3.Connection, path: Path) -> None:
    """Do what a connection needs before it is used; whatever was done before is left as it is."""
    refuse_fragment(connection, path)
    # The schema is looked at before anything is changed: a newer store stays as it is.
    migrations.check(connection, path, migrations.MIGRATIONS[-1].number)
    _configure(connection)
    migrations.apply(connection, path, migrations.MIGRATIONS)


def connect(path: Path, patience_s: float) -> sqlite3.Connection:
    """Open a file that is there, as it is."""
    # mode=rw: SQLite never makes the file itself, for it would do so with the mode of the umask.
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        timeout=patience_s,
        isolation_level=None,
    )


def make_folders(path: Path) -> None:
    """Make the folders of a file that are missing, for the user alone."""
    missing = []
    for folder in path.parents:
        if folder.exists():
            break
        missing.append(folder)
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)


def create_private(path: Path) -> None:
    """Make an empty file, and its folders, for the user alone, if it is not there."""
    make_folders(path)
    # An existing file is not opened here: closing it again would drop the locks that another
    # connection of this process holds on it (POSIX locks belong to the process).
    with suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        sync_folder(path.parent)


def refuse_fragment(connection: sqlite3.Connection, path: Path) -> None:
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


def _configure(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
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


def _configure_reading(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA query_only = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -65536")
