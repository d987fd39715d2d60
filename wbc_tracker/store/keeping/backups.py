"""Backups of a store.

They are made by SQLite's own backup, which copies one state of the store, whatever other programs
write meanwhile. The copy is proved, synced and only then given its name.
"""

from __future__ import annotations

import os
import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from wbc_tracker.errors import OutputError, StoreError, UsageError
from wbc_tracker.files import create_part, part_beside, sync_folder
from wbc_tracker.store import access, connection, failures, migrations
from wbc_tracker.store.soundness import examine, find_problems

#: Where SQLite keeps the number that says whose database a file is.
_APPLICATION_ID = slice(68, 72)
#: Where it keeps how a file is written (sqlite.org/fileformat2.html, 1.3): with a log beside it,
#: which could not stay with a file that is copied about, or without.
_LOG_MODE, _NO_LOG = 18, bytes([1, 1])
#: How each file of SQLite begins, and each of this program's.
_MAGIC, _OURS = b"SQLite format 3\0", migrations.APPLICATION_ID.to_bytes(4, "big")
_HEAD_BYTES, _PIECE = 100, 1 << 20
_STREAM = "Standard input"
_CAME_FROM = "See what the program before the pipe said; nothing was changed."
_KNOWN = migrations.MIGRATIONS[-1].number


@contextmanager
def copied(
    store: Path, beside: Path, *, row_by_row: bool = False
) -> Iterator[tuple[Path, Sequence[str]]]:
    """Copy a store into a new private file, prove the copy, and take it away in the end unless it
    was moved.

    Args:
        store: the file to copy. beside: the file in whose folder the copy is made.
        row_by_row: prove each row, too, as `store check` does.

    Raises:
        StoreError: the store cannot be read, or is no store of this program.
        OutputError: the copy cannot be written.
    """
    with _new_part(beside) as part:
        try:
            problems = _copy(store, part, row_by_row=row_by_row)
        except StoreError as error:
            if error.code != "store_full":
                raise
            raise OutputError(
                f"The disk is full: no copy of {store} could be written to {part.parent}.",
                "Free some space and try again.",
            ) from error
        yield part, problems


@contextmanager
def received(stream: BinaryIO, store: Path) -> Iterator[Path]:
    """Write a backup that comes through a stream into a new private file beside a store, up to the
    length that it says of itself, and take it away in the end.

    Raises:
        StoreError: it is no backup, ends too early, or goes on behind its end.
        OutputError: it cannot be written there.
    """
    with _new_part(store) as part:
        head = stream.read(_HEAD_BYTES)
        if not head:
            raise StoreError(f"{_STREAM} is empty: no backup came through it.", _CAME_FROM)
        left = _length_of(head) - len(head)
        if not head.startswith(_MAGIC) or head[_APPLICATION_ID] != _OURS or left < 0:
            raise StoreError(f"{_STREAM} holds no backup of a store.", _CAME_FROM)
        try:
            with part.open("wb") as out:
                out.write(head)
                while left and (piece := stream.read(min(_PIECE, left))):
                    out.write(piece)
                    left -= len(piece)
        except OSError as problem:
            raise OutputError(f"{part} cannot be written: {problem.strerror}.") from None
        if left:
            told = f"{_STREAM} ends too early: bytes of the backup are missing ({left})."
            raise StoreError(told, _CAME_FROM, code="store_damaged")
        if stream.read(1):
            told = f"{_STREAM} goes on behind the end of the backup."
            raise StoreError(told, _CAME_FROM, code="store_damaged")
        yield part


def _length_of(head: bytes) -> int:
    """Return how many bytes a file has by its own head (sqlite.org/fileformat2.html, 1.3)."""
    page_bytes = int.from_bytes(head[16:18], "big")
    return (65_536 if page_bytes == 1 else page_bytes) * int.from_bytes(head[28:32], "big")


@contextmanager
def _new_part(beside: Path) -> Iterator[Path]:
    """Make a private file in the folder of another one, and take it away in the end."""
    part = part_beside(beside)
    try:
        try:
            os.close(create_part(part))
        except OSError as problem:
            raise OutputError(
                f"{beside} cannot be written: {problem.strerror}.", "Name another place."
            ) from None
        yield part
    finally:
        for each in (part, *access.beside(part)):
            each.unlink(missing_ok=True)


def back_up(store: Path, target: Path) -> None:
    """Write a backup of a store as one file, whole or not at all, for the user alone.

    An older backup of that name is replaced once the new one is proved and on the disk.

    Raises:
        UsageError: the target is no place for a backup.
        StoreError: the store cannot be read or is damaged. A damaged one is copied where nothing
            was, and replaces no backup.
        OutputError: the backup cannot be written.
    """
    target = target.resolve()
    _check_target(store, target)
    with copied(store, target, row_by_row=True) as (part, problems):
        if problems and target.exists():
            raise failures.found_damaged(
                store, problems, f"{target} was left as it was. Name another file."
            )
        try:
            part.replace(target)
        except OSError as problem:
            raise OutputError(f"{target} cannot be written: {problem.strerror}.") from None
        sync_folder(target.parent)
    if problems:
        raise failures.found_damaged(
            store, problems, f"It was copied to {target} as it is, damage and all."
        )


@contextmanager
def streamable(store: Path) -> Iterator[tuple[Path, Sequence[str]]]:
    """Copy a store to where it can be read from start to end: beside it, or where that cannot be
    written, among the temporary files. The copy is taken away in the end.
    """
    with ExitStack() as until:
        beside = store
        if access.why_only_readable(store) is not None:
            folder = until.enter_context(tempfile.TemporaryDirectory(prefix="wbc-tracker-"))
            beside = Path(folder) / store.name
        yield until.enter_context(copied(store, beside, row_by_row=True))


def _copy(store: Path, part: Path, *, row_by_row: bool) -> Sequence[str]:
    """Copy one state of a store into an empty file that nobody else knows; return what is wrong
    with it.
    """
    with failures.translated(store), ExitStack() as until:
        if access.why_only_readable(store) is None:
            source = until.enter_context(closing(connection.connect(store, 5.0)))
            connection.refuse_fragment(source, store)
        else:
            source, _ = connection.open_unwritable(store, until, migrate=False)
        schema = migrations.check(source, store, _KNOWN)
        if schema == 0:
            raise failures.unusable(store, "its file is empty")
        with closing(open_alone(part)) as target:
            target.execute("PRAGMA synchronous = OFF")  # it is synced once, as a whole
            source.backup(target)
    with part.open("rb+") as stream:
        if stream.read(1):
            stream.seek(_LOG_MODE)
            stream.write(_NO_LOG)
            stream.flush()
        os.fsync(stream.fileno())
    with failures.translated(store), closing(open_alone(part)) as target:
        # Of an older schema the rows are proved once it is brought up to date.
        return (
            examine(target).problems if row_by_row and schema == _KNOWN else find_problems(target)
        )


def open_alone(part: Path) -> sqlite3.Connection:
    """Open a file that nobody else knows, without locks: drives of other machines may have none."""
    return sqlite3.connect(f"{part.as_uri()}?nolock=1", uri=True, isolation_level=None)


def _check_target(store: Path, target: Path) -> None:
    own = [store, *access.beside(store)]
    if target.exists() and any(each.exists() and target.samefile(each) for each in own):
        raise UsageError(f"{target} is the store itself.", "Name another file.")
    if target.is_dir():
        raise UsageError(f"{target} is a folder.", "Name a file in it.")
    if target.exists() and not target.is_file():
        raise UsageError(
            f"{target} is no file.", "Name a file, or send the backup on: store backup - | ..."
        )
    if target.exists() and not _is_backup(target):
        raise UsageError(f"{target} is there and is no backup of a store.", "Name another file.")
    if any(each.stat().st_size for each in access.beside(target)):
        raise UsageError(
            f"{target} is a store that is in use, or was left by a crash.", "Name another file."
        )


def _is_backup(path: Path) -> bool:
    with suppress(OSError), path.open("rb") as stream:
        head = stream.read(_APPLICATION_ID.stop)
        return not head or head[_APPLICATION_ID] == _OURS
    return False
