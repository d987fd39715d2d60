"""Wiping: no byte of an erased row stays in the file of a store, and the file is not written anew.

SQLite overwrites what it deletes (`secure_delete`). But when it moves rows from a page that is full
to another, the old bytes stay in the gap in the middle of the first page, between the list of its
rows and the rows, until that page fills again (sqlite.org/fileformat2.html, 1.6). Bytes in a gap
mean nothing; they are overwritten here with zeros, beside SQLite, while nobody can write and the
log is empty.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from struct import Struct

#: Of the file: its page size, the bytes at the end of each page that are not SQLite's, the page up
#: to which pages of pointers stand between the others (0: there are none).
_SIZE, _RESERVED, _POINTERS = slice(16, 18), 20, slice(52, 56)
_HEAD_BYTES = 100
#: Of a page: its kind, how many rows it has, where the first of them begins.
_HEAD_OF_PAGE = Struct(">BxxHH").unpack_from
#: Kind of a page -> where its list of rows begins; pages of other kinds have no gap.
_LIST_AT = {2: 12, 5: 12, 10: 8, 13: 8}
#: Other pages begin with the number of a page: so many, and one could be taken for a kind.
_MOST_PAGES = 2 << 24
_LARGEST_PAGE = 65_536
#: Here lie SQLite's locks. The page of this byte is never used.
_LOCKS_AT = 1 << 30
_PAGES_AT_ONCE = 1024
_BINARY: int = getattr(os, "O_BINARY", 0)

#: File -> its handle. Closing one would let go of the locks that SQLite holds on the file for other
#: connections of this process (POSIX locks belong to the process), so that they stay open.
_handles: dict[tuple[int, int], int] = {}


def can_be_wiped(path: Path) -> bool:
    """Tell whether a file is of the plain form in which gaps can be told from all else."""
    with _opened(path) as handle:
        head = os.read(_at(handle, 0), _HEAD_BYTES)
    pages = path.stat().st_size // _page_bytes(head)
    return not (head[_RESERVED] or any(head[_POINTERS])) and pages < _MOST_PAGES


def wipe(connection: sqlite3.Connection, path: Path) -> None:
    """Overwrite the gaps of all pages with zeros, as far as anything else stands in them, and wait
    until that has reached the disk.

    Whatever the current transaction then writes makes the other connections forget the pages that
    they remember, with what stood in the gaps.

    Args:
        connection: has begun a transaction that writes and has not read or written anything in it;
            the log beside the file is empty. path: its file, which `can_be_wiped`.
    """
    connection.execute("PRAGMA shrink_memory")  # our own connection forgets them here
    with _opened(path) as handle:
        page_bytes = _page_bytes(os.read(_at(handle, 0), _HEAD_BYTES))
        zeros = bytes(page_bytes)
        for place, piece in _pieces(handle, path.stat().st_size, page_bytes):
            for start in range(0, len(piece), page_bytes):
                first, end = _gap(piece, start, 0 if place + start else _HEAD_BYTES, page_bytes)
                if piece[first:end] != zeros[: end - first]:
                    os.write(_at(handle, place + first), zeros[: end - first])
        os.fsync(handle)


def _gap(piece: bytes, start: int, head_bytes: int, page_bytes: int) -> tuple[int, int]:
    """Return where the gap of a page begins and ends; the same place twice if it has none."""
    kind, rows, content = _HEAD_OF_PAGE(piece, start + head_bytes)
    if kind not in _LIST_AT:
        return start, start
    first = start + head_bytes + _LIST_AT[kind] + 2 * rows
    end = start + (content or _LARGEST_PAGE)
    # A page that says something else is damaged: it is left as it is.
    return (first, end) if first <= end <= start + page_bytes else (start, start)


def _pieces(handle: int, size: int, page_bytes: int) -> Iterator[tuple[int, bytes]]:
    """Yield the pages of a file, many at once, each time with the place of the first."""
    locks_at = _LOCKS_AT // page_bytes * page_bytes
    place = 0
    while place + page_bytes <= size:
        # Windows lets nobody read where there are locks.
        place += page_bytes * (place == locks_at)
        until = locks_at if place < locks_at else size
        piece = os.read(_at(handle, place), min(_PAGES_AT_ONCE * page_bytes, until - place))
        piece = piece[: len(piece) // page_bytes * page_bytes]
        if not piece:
            return
        yield place, piece
        place += len(piece)


def _page_bytes(head: bytes) -> int:
    # 65536 does not fit into two bytes, and is written as 1.
    size = int.from_bytes(head[_SIZE], "big")
    return _LARGEST_PAGE if size == 1 else size


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    """Open a file beside SQLite."""
    if os.name == "nt":  # there locks belong to handles, and nobody can delete an open file
        handle = os.open(path, os.O_RDWR | _BINARY)
        try:
            yield handle
        finally:
            os.close(handle)
        return
    found = path.stat()
    key = found.st_dev, found.st_ino
    if key not in _handles:
        _handles[key] = os.open(path, os.O_RDWR)
    yield _handles[key]


def _at(handle: int, place: int) -> int:
    os.lseek(handle, place, os.SEEK_SET)
    return handle
