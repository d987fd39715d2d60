"""The way back from a backup: SQLite puts it into the store in one transaction, so that whoever has
the store open goes on with the one or with the other.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from wbc_tracker.errors import StoreError, UsageError
from wbc_tracker.files import sync_folder
from wbc_tracker.store import access, connection, failures, migrations
from wbc_tracker.store.keeping.backups import copied, open_alone, received
from wbc_tracker.store.soundness import Soundness, examine

#: The first step takes the lock, and must not be the last: between the two the old store is kept.
_PAGES_AT_ONCE = 1
#: Short: a program that writes without a pause leaves few gaps.
_PAUSE_S = 0.01


@dataclass(frozen=True)
class Backup:
    """A file that was proved to be a store, copied to where it can be put into another.

    Attributes:
        copy: the copy, private and at the newest schema. found: what it holds.
    """

    copy: Path
    found: Soundness


@contextmanager
def prepared(store: Path, source: Path | BinaryIO) -> Iterator[Backup]:
    """Copy a backup beside the store, bring it up to date and prove it; the store is not touched.

    Args:
        store: the file. source: a backup, or a stream through which one comes.

    Raises:
        UsageError: the backup is not there, or is the store itself.
        StoreError: it is damaged, newer than the program or of another one, or the store's place
            cannot be written.
    """
    if isinstance(source, Path) and not source.is_file():
        raise UsageError(f"There is no file {source}.", "Name a file that `store backup` wrote.")
    if isinstance(source, Path) and store.exists() and source.samefile(store):
        raise UsageError(f"{source} is the store itself.", "Name a backup of it.")
    if unwritable := access.why_only_readable(store):
        raise unwritable
    connection.make_folders(store)
    with ExitStack() as until:
        called = str(source) if isinstance(source, Path) else "that came through standard input"
        if not isinstance(source, Path):
            source = until.enter_context(received(source, store))
        try:
            part, problems = until.enter_context(copied(source, store))
            if problems:
                raise failures.found_damaged(source, problems, "")
            with failures.translated(source), closing(open_alone(part)) as opened:
                migrations.apply(opened, source, migrations.MIGRATIONS)
                found = examine(opened)
            if found.problems:
                raise failures.found_damaged(source, found.problems, "")
        except StoreError as error:
            raise StoreError(
                error.message.replace("The store", "The backup", 1).replace(str(source), called),
                f"The store {store} was left as it was.",
                code=error.code,
                details=error.details,
            ) from error
        yield Backup(part, found)


def restore(
    store: Path,
    backup: Backup,
    kept: Path,
    patience_s: float = 5.0,
    on_commit: Callable[[], None] = lambda: None,
) -> Path | None:
    """Put a backup in the place of a store, whole or not at all.

    Args:
        store: the file. backup: what to put there. kept: where the present store is kept; a number
            is added if something is there. patience_s: how long to wait for others that write.
        on_commit: is called when the backup is just to take the place of the store.

    Returns:
        Where the present store was kept; None if there was none.

    Raises:
        StoreError: the store is in use, of another program or newer, or the disk is full; it is
            as it was.
    """
    kept = _free(kept)
    if not (store.exists() and store.stat().st_size):
        connection.create_private(store)
        _put(store, backup, None, patience_s, on_commit)
        return None
    if _is_usable(store):
        _put(store, backup, kept, patience_s, on_commit)
        return kept
    # Nobody can be working with it: it is laid aside as it is, with what lies beside it.
    aside = [
        (each, each.with_name(kept.name + each.name.removeprefix(store.name)))
        for each in (*access.beside(store), store)
    ]
    for each, place in aside:
        each.replace(place)
    try:
        connection.create_private(store)
        _put(store, backup, None, patience_s, on_commit)
    except BaseException:
        for each, place in aside:
            place.replace(each)
        raise
    return kept


def _put(
    store: Path,
    backup: Backup,
    kept: Path | None,
    patience_s: float,
    on_commit: Callable[[], None],
) -> None:
    """Copy all pages in one transaction of the store. Once it has the lock, and nobody else can
    write any more, what stands there is kept.
    """
    left_s = patience_s
    is_locked = False

    def after_step(status: int, remaining: int, _total: int) -> None:
        nonlocal left_s, is_locked
        if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            left_s -= _PAUSE_S
            if left_s <= 0:
                raise failures.locked(store)
            return
        if not is_locked:
            is_locked = True
            if kept is not None:
                with copied(store, kept) as (part, _):
                    part.replace(kept)
                    sync_folder(kept.parent)
        if remaining <= _PAGES_AT_ONCE:
            on_commit()  # the next step copies the last page, and commits

    with failures.translated(store):
        with (
            closing(open_alone(backup.copy)) as source,
            closing(connection.connect(store, 0)) as target,
        ):
            target.execute("PRAGMA synchronous = FULL")
            target.execute("PRAGMA fullfsync = ON")
            try:
                source.backup(target, pages=_PAGES_AT_ONCE, progress=after_step, sleep=_PAUSE_S)
            except BaseException:
                if kept is not None:
                    kept.unlink(missing_ok=True)
                raise
        # As the program keeps it, with the log emptied; a reader who is in the way does no harm.
        with closing(connection.connect(store, patience_s)) as target:
            target.execute("PRAGMA journal_mode = WAL")
            target.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _is_usable(store: Path) -> bool:
    """Tell whether SQLite can open a store at all.

    Raises:
        StoreError: it can, and the store is newer or of another program, or in use.
    """
    try:
        with failures.translated(store), closing(connection.connect(store, 5.0)) as opened:
            connection.refuse_fragment(opened, store)
            migrations.check(opened, store, migrations.MIGRATIONS[-1].number)
            opened.execute("PRAGMA journal_mode = WAL")
    except StoreError as error:
        if error.code != "store_damaged":
            raise
        return False
    return True


def _free(path: Path) -> Path:
    """Return a path where nothing is: this one, or with the first free number behind it."""
    number, free = 1, path
    while free.exists():
        number += 1
        free = path.with_name(f"{path.name}-{number}")
    return free
