"""Lines of files with their numbers, kept in groups on the disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa

from wbc_tracker.arrays import Whole

LINES = pa.schema([("number", pa.int64()), ("line", pa.large_binary())])


def cut_lines(content: bytes, ends: Whole) -> pa.Array:
    """Return the lines that end at some places."""
    offsets = np.append(0, ends).astype(np.int64)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(content)]
    return pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(ends), buffers)


def bytes_of(lines: pa.Array) -> bytes:
    """Return lines one behind the other."""
    if not len(lines):
        return b""
    _, offsets, content = lines.buffers()
    at = np.frombuffer(offsets, np.int64)[lines.offset : lines.offset + len(lines) + 1]
    return bytes(memoryview(content)[int(at[0]) : int(at[-1])])


def write_groups(target: Path, numbers: Whole, lines: pa.Array, group: Whole, groups: int) -> None:
    """Write lines as a batch a group, each in the order in which they are given."""
    order = np.argsort(group, kind="stable")
    bounds = np.searchsorted(group[order], np.arange(groups + 1))
    columns = [pa.array(np.asarray(numbers)[order]), lines.take(pa.array(order))]
    whole = pa.record_batch(columns, schema=LINES)
    with pa.OSFile(str(target), "wb") as stream, pa.ipc.new_file(stream, LINES) as writer:
        for first, last in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            writer.write_batch(whole.slice(first, last - first))


def read_group(path: Path, group: int) -> pa.RecordBatch:
    """Return the lines of one group."""
    with pa.OSFile(str(path)) as stream:
        return pa.ipc.open_file(stream).get_batch(group)
