"""Lines of files with their numbers, kept in groups on the disk."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from wbc_tracker.arrays import Whole, ascending

#: So many files a process holds open.
_MOST_OPEN = 128
#: Less is written, and less memory holds what waits for the disk.
_PACKED = pa.ipc.IpcWriteOptions(compression="lz4")
LINES = pa.schema([("number", pa.int64()), ("line", pa.large_binary())])


def cut_lines(content: bytes, ends: Whole) -> pa.Array:
    """Return the lines that end at some places."""
    offsets = np.append(0, ends).astype(np.int64)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(content)]
    return pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(ends), buffers)


def content_of(lines: pa.Array) -> memoryview:
    """Return lines one behind the other, as they lie in memory."""
    if not len(lines):
        return memoryview(b"")
    _, offsets, content = lines.buffers()
    at = np.frombuffer(offsets, np.int64)[lines.offset : lines.offset + len(lines) + 1]
    return memoryview(content)[int(at[0]) : int(at[-1])]


def write_groups(target: Path, numbers: Whole, lines: pa.Array, group: Whole, groups: int) -> None:
    """Write lines as a batch a group, each in the order in which they are given."""
    if (group[1:] < group[:-1]).any():
        order = ascending(group)
        numbers, lines, group = numbers[order], lines.take(pa.array(order)), group[order]
    bounds = np.searchsorted(group, np.arange(groups + 1))
    whole = pa.record_batch([pa.array(numbers), lines], schema=LINES)
    with (
        pa.OSFile(str(target), "wb") as stream,
        pa.ipc.new_file(stream, LINES, options=_PACKED) as writer,
    ):
        for first, last in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            writer.write_batch(whole.slice(first, last - first))


def read_group(path: Path, group: int) -> pa.RecordBatch:
    """Return the lines of one group."""
    with pa.OSFile(str(path)) as stream:
        return pa.ipc.open_file(stream).get_batch(group)


class OpenGroups:
    """Files of groups of which many groups are read, one file after the other: they stay open."""

    def __init__(self) -> None:
        self._open = lru_cache(maxsize=_MOST_OPEN)(_reader_of)

    def read(self, path: Path, group: int) -> pa.RecordBatch:
        """Return the lines of one group."""
        return self._open(path).get_batch(group)

    def close(self) -> None:
        """Close all."""
        self._open.cache_clear()


def _reader_of(path: Path) -> Any:
    return pa.ipc.open_file(pa.OSFile(str(path)))
