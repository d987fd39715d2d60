"""A large infusion file read by some patients at a time, so that few of its rows are in memory.

Only where what is decided of a file by all its rows cannot differ between some of them and all:
plain rows of patient, ISO date, drug and whole dose, of which each bucket of patients is read with
nothing to tell. Every other file is read whole, and says what it has to say.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from wbc_tracker.errors import WbcTrackerError
from wbc_tracker.intake import InfusionReading, ReadingOptions, read_infusion_bytes
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.column.wrapping import unwrap_column
from wbc_tracker.intake.rejects import stack_rejects
from wbc_tracker.scale.companions.rows import write_rows
from wbc_tracker.scale.cut import Hashes, Piece, count_lines, hash_column
from wbc_tracker.scale.lines import content_of, cut_lines, read_group, write_groups

#: A file of fewer bytes is read whole.
LARGE_BYTES = 32 << 20
_BUCKET_BYTES, _SAMPLE_BYTES = 4 << 20, 100_000
Given = TypeVar("Given")
_SHAPE = "utf-8, comma, header in line 1"
#: What the cells of each role look like where nothing is left to be decided.
_PLAIN = {
    "patient_id": r"^[0-9A-Za-z._-]+$",
    "infused_on": r"^(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}$",
    "drug": r"^[A-Za-z]*$",
    "dose_mg": r"^[0-9]{0,5}$",
}


#: Has a call done for each of some jobs, by several workers; yields what becomes of them in order.
Do = Callable[[Callable[[Any], Any], Iterable[Any]], Generator[Any, None, None]]


@dataclass(frozen=True)
class InBuckets:
    """An infusion file that is kept.

    Attributes:
        reading: what it says, without the infusions. files: how many files those are in.
    """

    reading: InfusionReading
    files: int


@dataclass(frozen=True)
class _FileWay:
    """How a file is read.

    Attributes:
        name: of the file. header: its first line. options: as of `read_infusions`.
        first: what its first lines say. buckets: how many there are.
    """

    name: str
    header: bytes
    options: ReadingOptions
    first: InfusionReading
    buckets: int


@dataclass(frozen=True)
class _Lines:
    """Lines that are to be spread over the buckets, and where to."""

    way: _FileWay
    lines: Piece
    target: Path


@dataclass(frozen=True)
class _Bucket:
    """A bucket to be read: its number, where its lines are, and where its rows go."""

    way: _FileWay
    number: int
    lines: tuple[Path, ...]
    target: Path


def read_in_buckets(
    path: Path, name: str, options: ReadingOptions, target: Callable[[int], Path], do: Do
) -> InBuckets | None:
    """Read an infusion file by some patients at a time; None where it is to be read whole.

    Args:
        path, name: of the file. options: as of `read_infusions`.
        target: returns where the rows of a bucket go, as `Rows` reads them. do: by whom it is done.
    """
    size = path.stat().st_size
    if size < LARGE_BYTES:
        return None
    with path.open("rb") as stream:
        header = stream.readline()
        sample = stream.read(_SAMPLE_BYTES)
    first = _plain(header + sample[: sample.rfind(b"\n") + 1], name, options)
    if first is None:
        return None
    first = _without_rows(first)
    way = _FileWay(name, header, options, first, size // _BUCKET_BYTES + 1)
    kept: list[Path] = []

    def pieces() -> Iterator[_Lines]:
        for piece in _pieces(path, len(header)):
            kept.append(target(len(kept)).with_suffix(".lines"))
            yield _Lines(way, piece, kept[-1])

    if not _all(do(_spread_lines, pieces())):
        return None
    buckets = [_Bucket(way, n, tuple(kept), target(n)) for n in range(way.buckets)]
    readings = _all(do(_read_bucket, buckets))
    if readings is None:
        return None
    for each in kept:
        each.unlink()
    return InBuckets(_joined(readings), len(buckets))


def _all(found: Generator[Given | None, None, None]) -> list[Given] | None:
    """Return all that was found; None, and the rest is not begun, where one of it is."""
    with closing(found):
        known = []
        for each in found:
            if each is None:
                return None
            known.append(each)
    return known


def _spread_lines(job: _Lines) -> int | None:
    """Keep lines by bucket; return how many, None where they leave something to be decided."""
    content, numbers = job.lines.read()
    if not content.endswith(b"\n"):
        content += b"\n"
    hashes = _hashes_of(content, [column.role for column in job.way.first.columns])
    if hashes is None:
        return None
    count = job.way.buckets
    bucket = ((hashes >> np.uint64(32)) * np.uint64(count)) >> np.uint64(32)
    ends = np.flatnonzero(np.frombuffer(content, dtype=np.uint8) == ord("\n")) + 1
    write_groups(job.target, numbers, cut_lines(content, ends), bucket.astype(np.int64), count)
    return len(numbers)


def _read_bucket(job: _Bucket) -> InfusionReading | None:
    """Read a bucket and keep its infusions; None where it has more to tell than the first lines."""
    way = job.way
    batches = [read_group(each, job.number) for each in job.lines]
    numbers = np.concatenate([batch.column(0).to_numpy() for batch in batches])
    content = b"".join(content_of(batch.column(1)) for batch in batches)
    reading = _plain(way.header + content, way.name, way.options) if len(numbers) else way.first
    if reading is None or not _is_alike(reading, way.first):
        return None
    rejects = reading.rejects.assign(
        source_row=numbers[reading.rejects["source_row"].to_numpy(dtype=np.int64) - 2]
    )
    own = numbers[np.asarray(reading.lines, dtype=np.int64) - 2]
    write_rows(reading.infusions, own, job.target)
    nothing = reading.infusions.iloc[:0]
    return replace(reading, infusions=nothing, rejects=rejects, lines=[], columns=way.first.columns)


def _without_rows(first: InfusionReading) -> InfusionReading:
    """Return what a file without rows would say."""
    return replace(
        first,
        infusions=first.infusions.iloc[:0],
        rejects=first.rejects.iloc[:0],
        lines=[],
        read=0,
        duplicates=0,
        no_result=0,
    )


def _joined(readings: list[InfusionReading]) -> InfusionReading:
    """Return what the file says, without the infusions."""
    return replace(
        readings[0],
        rejects=stack_rejects([reading.rejects for reading in readings]),
        read=sum(reading.read for reading in readings),
        duplicates=sum(reading.duplicates for reading in readings),
        no_result=sum(reading.no_result for reading in readings),
    )


def _plain(content: bytes, name: str, options: ReadingOptions) -> InfusionReading | None:
    """Read rows; None where they have something to tell that may be another of all."""
    try:
        reading = read_infusion_bytes(content, name, options)
    except WbcTrackerError:
        return None
    told = (reading.warnings, reading.mended_by, reading.ignored, reading.named, reading.not_given)
    is_plain = (
        reading.shape == _SHAPE
        and reading.names_patients
        and {column.role for column in reading.columns} <= _PLAIN.keys()
        and not any(told)
        and not len(reading.events)
        and "infusion_conflict" not in set(reading.rejects["code"])
    )
    return reading if is_plain else None


def _is_alike(reading: InfusionReading, first: InfusionReading) -> bool:
    """Tell whether the columns were taken for the same."""
    ours, theirs = (
        [(column.header, column.role, column.state, column.reason) for column in each.columns]
        for each in (reading, first)
    )
    return ours == theirs


def _pieces(path: Path, start: int) -> Iterator[Piece]:
    """Yield whole lines below the header."""
    line, held = 2, b""
    with path.open("rb") as stream:
        stream.seek(start)
        while fresh := stream.read(_BUCKET_BYTES):
            held += fresh
            end = held.rfind(b"\n") + 1
            if end:
                lines = held.count(b"\n", 0, end)
                yield Piece(path, start, start + end, line, lines)
                start, line, held = start + end, line + lines, held[end:]
    if held:
        yield Piece(path, start, start + len(held), line, 1)


def _hashes_of(lines: bytes, roles: list[str]) -> Hashes | None:
    """Return the hash of each line's patient; None where a cell leaves something to be decided."""
    if any(sign in lines for sign in (b'"', b"\r", b"\0", b"\n\n")) or not lines.isascii():
        return None
    text = pa.dictionary(pa.int32(), pa.string())
    try:
        table = pacsv.read_csv(
            pa.BufferReader(lines),
            pacsv.ReadOptions(column_names=roles, use_threads=False, block_size=1 << 22),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(roles, text), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:
        return None
    if table.num_rows != count_lines(lines):
        return None
    for role in roles:
        column = table[role].unify_dictionaries().combine_chunks()
        words = (column.chunk(0) if isinstance(column, pa.ChunkedArray) else column).dictionary
        if not pc.all(pc.match_substring_regex(words, _PLAIN[role])).as_py():
            return None
    patients = TextColumn.of(table["patient_id"])
    if unwrap_column(patients) is not patients:
        return None
    return hash_column(patients)
