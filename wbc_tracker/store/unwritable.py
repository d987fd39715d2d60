"""Opening a store that cannot be written: as it lies there, or from a private copy."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TypeAlias

from wbc_tracker.store import access, failures

_TRIES = 5
#: When a store's files were last written, and how long they are.
Stamps: TypeAlias = tuple[tuple[str, int, int], ...]


def stamps(path: Path) -> Stamps:
    """Return what changes when another program writes a store."""
    found = []
    for file in (path, *access.beside(path)):
        # The shared memory beside the log says nothing about what is stored.
        if not file.name.endswith("-shm"):
            with suppress(FileNotFoundError):  # whoever closes a store takes its log away
                stat = file.stat()
                found.append((file.name, stat.st_mtime_ns, stat.st_size))
    return tuple(found)


def open_as_it_lies(path: Path) -> sqlite3.Connection:
    """Open a file without a lock and without a log, which nobody may write meanwhile."""
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, isolation_level=None
    )


def open_copy(path: Path, until: ExitStack) -> sqlite3.Connection:
    """Copy a store and its log to where the user alone can look, and open that.

    Args:
        path: the store. until: what takes the copy away again.

    Raises:
        StoreError: the store is written again and again while it is copied.
    """
    folder = Path(until.enter_context(tempfile.TemporaryDirectory(prefix="wbc-tracker-")))
    copy = folder / "store.sqlite"
    for _ in range(_TRIES):
        before = stamps(path)
        with suppress(FileNotFoundError):
            for name, _, _ in before:
                part = folder / name.replace(path.name, copy.name, 1)
                shutil.copyfile(path.with_name(name), part)
        if stamps(path) == before:
            return sqlite3.connect(copy, isolation_level=None)
        for file in folder.iterdir():
            file.unlink()
    raise failures.locked(path)
