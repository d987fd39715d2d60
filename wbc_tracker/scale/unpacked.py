"""Lab files that are packed, or Parquet, as lines of text on the disk, where blocks are cut."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.errors import UnreadableFileError
from wbc_tracker.intake.blocks.plan import NotForBlocks, Typed
from wbc_tracker.intake.file.named_columns import NamedColumns
from wbc_tracker.intake.file.opening import GZIP, ZSTD, is_bomb
from wbc_tracker.intake.file.parquet import PARQUET, parquet_pieces
from wbc_tracker.render.csv.results import csv_text, quoted_words
from wbc_tracker.scale.hands import LabFile

_PIECE = 4 << 20
_ROWS, _FIRST_ROWS = 100_000, 2_000


def unpacked(file: LabFile, target: Path) -> LabFile:
    """Return a file whose lines can be cut: itself if it is text, else what is in it, as `target`.

    Raises:
        NotForBlocks: nothing is in it, or it cannot be written so; whoever reads it whole will say.
        OSError: the disk is full.
    """
    text = _as_text(file, target)
    if not text.size:
        raise NotForBlocks(file.name)
    return text


def is_packed(path: Path) -> bool:
    """Tell whether a file is an archive or Parquet."""
    return _begins(path).startswith((GZIP, ZSTD, PARQUET))


def _begins(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(len(PARQUET))


def _as_text(file: LabFile, target: Path) -> LabFile:
    begins = _begins(file.path)
    if begins == PARQUET:
        return replace(file, path=target, typed=_write_rows(file, target))
    if begins.startswith((GZIP, ZSTD)):
        packed = file.size
        with target.open("wb") as stream:
            size = 0
            for piece in _pieces(file.path, begins):
                stream.write(piece)
                size += len(piece)
                if is_bomb(size, packed):
                    raise NotForBlocks(file.name)
        return replace(file, path=target)
    return file


def _pieces(path: Path, begins: bytes) -> Iterator[bytes]:
    """Yield what is in an archive.

    Raises:
        NotForBlocks: it is damaged.
    """
    try:
        with _opened(path, begins) as stream:
            while piece := stream.read(_PIECE):
                yield piece
    except (OSError, EOFError, zlib.error):
        raise NotForBlocks(path.name) from None


def _opened(path: Path, begins: bytes) -> Any:
    if begins.startswith(GZIP):
        return gzip.open(path)
    return pa.CompressedInputStream(pa.OSFile(str(path)), "zstd")


def _write_rows(file: LabFile, target: Path) -> Typed:
    """Write the rows of a Parquet file as lines, without a header.

    Raises:
        NotForBlocks: it is damaged, or holds what is no text.
    """
    fractions: set[int] = set()
    with target.open("wb") as stream:
        for piece in _rows_of(file):
            stream.write(_lines_of(piece))
            fractions |= {at for at in piece.numbers if _has_fraction(piece.columns[at])}
    try:
        return Typed(_first_rows(file), frozenset(fractions))
    except (pa.ArrowException, ValueError):  # a kind of column that can be read and not written
        raise NotForBlocks(file.name) from None


def _rows_of(file: LabFile) -> Iterator[NamedColumns]:
    """Yield the rows of a Parquet file.

    Raises:
        NotForBlocks: see `_write_rows`.
    """
    try:
        yield from parquet_pieces(file.path, file.name, _ROWS)
    except (UnreadableFileError, pa.ArrowException, OSError, ValueError, KeyError):
        raise NotForBlocks(file.name) from None


def _first_rows(file: LabFile) -> bytes:
    """Return a Parquet file of the first rows."""
    import pyarrow.parquet as pq

    with pq.ParquetFile(file.path) as source:
        first = next(source.iter_batches(batch_size=_FIRST_ROWS), None)
        table = (
            source.schema_arrow.empty_table() if first is None else pa.Table.from_batches([first])
        )
    written = pa.BufferOutputStream()
    pq.write_table(table, written)
    return bytes(written.getvalue().to_pybytes())


def _lines_of(piece: NamedColumns) -> bytes:
    columns = [
        pa.DictionaryArray.from_arrays(column.indices, quoted_words(column.dictionary))
        for column in piece.columns
    ]
    return csv_text(pa.table(columns, names=list(map(str, range(len(columns))))))


def _has_fraction(column: pa.DictionaryArray) -> bool:
    return bool(pc.any(pc.match_substring(column.dictionary, ".")).as_py())
