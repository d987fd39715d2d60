"""Every way in which SQLite can fail, as one sentence that a user can act on."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from wbc_tracker.errors import StoreError, UsageError

_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL}
_DAMAGED = {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
_READ_ONLY = {sqlite3.SQLITE_READONLY, sqlite3.SQLITE_PERM}
#: Extended codes of SQLITE_IOERR that tell more than "the disk failed".
_DAMAGED_IO = {sqlite3.SQLITE_IOERR_SHORT_READ, sqlite3.SQLITE_IOERR_CORRUPTFS}
_FULL_IO = {sqlite3.SQLITE_IOERR_SHMSIZE}
_FULL_OS = {errno.ENOSPC, errno.EDQUOT}
_READ_ONLY_OS = {errno.EROFS, errno.EACCES, errno.EPERM}

_MOST = 10
_LOCKED_CODE = "store_locked"
_MEND = (
    "`wbc-tracker store check` tells all that is wrong. Bring back a backup with `wbc-tracker "
    "store restore FILE`; without one keep what there is (`wbc-tracker store backup FILE`) and "
    "import your files into a new store (--db)."
)
_ELSEWHERE = "or choose another store with --db"


def primary_code(error: sqlite3.Error) -> int | None:
    """Return SQLite's primary result code; None where Python itself raised the error."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def is_of_lock(error: sqlite3.Error | StoreError) -> bool:
    """Tell whether something failed because another program holds the store, for now."""
    if isinstance(error, StoreError):
        return error.code == _LOCKED_CODE
    return primary_code(error) == sqlite3.SQLITE_BUSY


def locked(path: Path) -> StoreError:
    """Say that another program holds the store."""
    return StoreError(
        f"The store {path} is in use by another program.",
        "Wait until that program is done, or close it, and try again.",
        code=_LOCKED_CODE,
    )


def damaged(path: Path) -> StoreError:
    """Say that the file is not a store, or no longer one."""
    return StoreError(
        f"The store {path} is damaged, or the file is not a store.",
        "Bring back a backup with `wbc-tracker store restore FILE`; the file that is there is kept."
        f" Or move the file away and import again, {_ELSEWHERE}.",
        code="store_damaged",
    )


class ImpossibleRowError(Exception):
    """A row that the program cannot have written; inside this package only."""

    def __init__(self, patient_id: object, what: str) -> None:
        super().__init__(what)
        self.patient_id = patient_id
        self.what = what


class AlteredError(Exception):
    """Rows that are not those that the program wrote; inside this package only."""

    def __init__(self, patient_id: object, what: str) -> None:
        super().__init__(what)
        self.patient_id = patient_id
        self.what = what


def altered(path: Path, rows: AlteredError) -> StoreError:
    """Say that the checksums of rows are not right."""
    whose = f" of patient {rows.patient_id!r}" if isinstance(rows.patient_id, str) else ""
    return StoreError(
        f"The store {path} is damaged: {rows.what}{whose} are not as this program wrote them. "
        "Something was changed, added or lost in the file.",
        _MEND,
        code="store_damaged",
    )


def impossible(path: Path, row: ImpossibleRowError) -> StoreError:
    """Say that a row was changed by something else than the program."""
    whose = f" of patient {row.patient_id!r}" if isinstance(row.patient_id, str) else ""
    return StoreError(
        f"The store {path} is damaged: among the rows{whose} it holds {row.what}, which this "
        "program did not write.",
        _MEND,
        code="store_damaged",
    )


def found_damaged(path: Path, problems: Sequence[str], hint: str) -> StoreError:
    """Say what a check found in a store that can be opened."""
    told = [*problems[:_MOST], *([f"and {len(problems) - _MOST} more"] if problems[_MOST:] else [])]
    return StoreError(f"The store {path} is damaged:", hint, code="store_damaged", details=told)


def full(path: Path) -> StoreError:
    """Say that the disk is full."""
    return StoreError(
        f"The disk is full: the store {path} could not be written and is as it was.",
        "Free some space and try again.",
        code="store_full",
    )


def read_only(path: Path) -> StoreError:
    """Say that the file or its folder must not be written."""
    return StoreError(
        f"The store {path} cannot be written: the file or its folder is read-only for you.",
        f"Change the permissions, {_ELSEWHERE}.",
        code="store_read_only",
    )


def on_network(path: Path, drive: str) -> StoreError:
    """Say that a store on a network drive is not written."""
    return StoreError(
        f"The store {path} lies on a network drive ({drive}), where it can be damaged while it is"
        " written. It is only read there.",
        "Copy it to a disk of this machine with `wbc-tracker store backup FILE`, and name that file"
        " with --db. Backups may lie on the network drive.",
        code="store_on_network",
    )


def newer(path: Path, found: int, known: int) -> StoreError:
    """Say that a later version of the program made the store."""
    return StoreError(
        f"The store {path} was made by a newer version of wbc-tracker"
        f" (its schema is {found}, this version knows {known}).",
        f"Update wbc-tracker, {_ELSEWHERE}.",
        code="store_newer",
    )


def unusable(path: Path, why: str) -> StoreError:
    """Say that the store cannot be used for a reason that has no answer of its own."""
    return StoreError(
        f"The store {path} cannot be used: {why}.",
        f"Check the path, {_ELSEWHERE}.",
        code="store_unusable",
    )


def from_os(error: OSError, path: Path) -> StoreError:
    """Translate an error of the file system met while the store's file was made."""
    if error.errno in _FULL_OS:
        return full(path)
    if error.errno in _READ_ONLY_OS:
        return read_only(path)
    return unusable(path, (error.strerror or "the file system refused").lower())


def from_sqlite(error: sqlite3.Error, path: Path) -> StoreError:
    """Translate an error of SQLite. Anything unforeseen keeps SQLite's own words."""
    primary, extended = primary_code(error), getattr(error, "sqlite_errorcode", None)
    if primary in _LOCKED:
        return locked(path)
    # Text that is not UTF-8 has no code: only a damaged file holds such text.
    if primary in _DAMAGED or extended in _DAMAGED_IO or "decode" in str(error):
        return damaged(path)
    if primary == sqlite3.SQLITE_FULL or extended in _FULL_IO:
        return full(path)
    if extended == sqlite3.SQLITE_READONLY_DBMOVED:
        return unusable(path, "its file was moved or deleted while it was open")
    if primary in _READ_ONLY:
        return read_only(path)
    if primary == sqlite3.SQLITE_CANTOPEN:
        return _cannot_open(path)
    if primary == sqlite3.SQLITE_IOERR:
        return unusable(path, "the disk could not be read or written")
    return unusable(path, str(error).rstrip("."))


def _cannot_open(path: Path) -> StoreError:
    """Find out why SQLite could not open the file, or the write-ahead log beside it."""
    if path.is_dir():
        return unusable(path, "it is a folder, not a file")
    if path.exists() and not (
        os.access(path, os.R_OK | os.W_OK) and os.access(path.parent, os.W_OK)
    ):
        return read_only(path)
    return unusable(path, "its file cannot be opened")


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Let no raw error of SQLite out of the package.

    Raises:
        StoreError: instead of any `sqlite3.Error`, `ImpossibleRowError` and `AlteredError`.
        UsageError: when a text holds half a character (a file name or argument that is not valid
            UTF-8).
    """
    try:
        yield
    except sqlite3.Error as error:
        raise from_sqlite(error, path) from error
    except ImpossibleRowError as row:
        raise impossible(path, row) from row
    except AlteredError as rows:
        raise altered(path, rows) from rows
    except UnicodeDecodeError as error:  # SQLite quotes names of a damaged schema in its errors
        raise damaged(path) from error
    except UnicodeEncodeError as error:
        raise UsageError(
            "A text holds bytes that are not valid Unicode and cannot be stored.",
            "Check the encoding of the file or of the terminal.",
        ) from error
