"""A large infusion file read by some patients at a time, so that few of its rows are in memory.

Only where what is decided of a file by all its rows cannot differ between some of them and all:
plain rows of patient, ISO date, drug and whole dose, of which each bucket of patients is read with
nothing to tell. Every other file is read whole, and says what it has to say.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from wbc_tracker.arrays import Whole
from wbc_tracker.errors import WbcTrackerError
from wbc_tracker.intake import InfusionReading, ReadingOptions, read_infusion_bytes
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.column.wrapping import unwrap_column
from wbc_tracker.intake.rejects import stack_rejects
from wbc_tracker.scale.cut import Hashes, count_lines, distinct, hash_texts
from wbc_tracker.scale.lines import bytes_of, cut_lines, read_group, write_groups

#: A file of fewer bytes is read whole.
LARGE_BYTES = 32 << 20
_BUCKET_BYTES, _SAMPLE_BYTES = 4 << 20, 100_000
_SHAPE = "utf-8, comma, header in line 1"
#: What the cells of each role look like where nothing is left to be decided.
_PLAIN = {
    "patient_id": r"^[0-9A-Za-z._-]+$",
    "infused_on": r"^(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}$",
    "drug": r"^[A-Za-z]*$",
    "dose_mg": r"^[0-9]{0,5}$",
}


#: Columns beside those of the frame: the hash of the patient, and the row's place in the files.
HASH, PLACE = "_hash", "_place"


@dataclass(frozen=True)
class Bucket:
    """The rows of some patients: what they say, without the infusions; and those, sorted by the
    hash of the patient, each with its line in the file as its place.
    """

    reading: InfusionReading
    rows: pa.Table


def read_in_buckets(
    path: Path, name: str, options: ReadingOptions, folder: Path
) -> list[Bucket] | None:
    """Read an infusion file by some patients at a time, in the order of their hashes; None where it
    is to be read whole.

    Args:
        path, name: of the file. options: as of `read_infusions`. folder: for what is kept then.
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
    roles = [column.role for column in first.columns]
    count = size // _BUCKET_BYTES + 1
    kept: list[Path] = []
    for number, (lines, start) in enumerate(_pieces(path, len(header))):
        hashes = _hashes_of(lines, roles)
        if hashes is None:
            return None
        kept.append(folder / f"infusions-{number}.arrow")
        bucket = ((hashes >> np.uint64(32)) * np.uint64(count)) >> np.uint64(32)
        numbers = np.arange(start, start + len(hashes), dtype=np.int64)
        ends = np.flatnonzero(np.frombuffer(lines, dtype=np.uint8) == ord("\n")) + 1
        write_groups(kept[-1], numbers, cut_lines(lines, ends), bucket.astype(np.int64), count)
    found = []
    for group in range(count):
        batches = [read_group(each, group) for each in kept]
        numbers = np.concatenate([batch.column(0).to_numpy() for batch in batches])
        content = b"".join(bytes_of(batch.column(1)) for batch in batches)
        reading = _plain(header + content, name, options) if len(numbers) else None
        if len(numbers) and (reading is None or not _is_alike(reading, first)):
            return None
        if reading is not None:
            found.append(_with_lines(reading, first, numbers))
    for each in kept:
        each.unlink()
    return found


def joined_reading(buckets: list[Bucket]) -> InfusionReading:
    """Return what the file says, with no infusions."""
    first = buckets[0].reading
    return replace(
        first,
        rejects=stack_rejects([bucket.reading.rejects for bucket in buckets]),
        read=sum(bucket.reading.read for bucket in buckets),
        duplicates=sum(bucket.reading.duplicates for bucket in buckets),
        no_result=sum(bucket.reading.no_result for bucket in buckets),
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


def _with_lines(reading: InfusionReading, first: InfusionReading, numbers: Whole) -> Bucket:
    """Return a reading with the lines of the file in place of those of the bucket."""
    rejects = reading.rejects.assign(
        source_row=numbers[reading.rejects["source_row"].to_numpy(dtype=np.int64) - 2]
    )
    own = numbers[np.asarray(reading.lines, dtype=np.int64) - 2]
    rows = by_hash(reading.infusions, own)
    nothing = reading.infusions.iloc[:0]
    kept = replace(reading, infusions=nothing, rejects=rejects, lines=[], columns=first.columns)
    return Bucket(kept, rows)


def by_hash(rows: pd.DataFrame, places: Whole) -> pa.Table:
    """Return rows sorted by the hash of the patient, with it and with their places."""
    codes, words = pd.factorize(rows["patient_id"].astype("str"))
    hashes = hash_texts(list(words))[codes]
    order = np.argsort(hashes, kind="stable")
    table = pa.Table.from_pandas(rows.iloc[order], preserve_index=False)
    table = table.append_column(HASH, pa.array(hashes[order]))
    return table.append_column(PLACE, pa.array(places[order]))


def _pieces(path: Path, start: int) -> Iterator[tuple[bytes, int]]:
    """Yield whole lines below the header, each with its end, and the number of the first."""
    line = 2
    with path.open("rb") as stream:
        stream.seek(start)
        held = b""
        while fresh := stream.read(_BUCKET_BYTES):
            held += fresh
            end = held.rfind(b"\n") + 1
            if end:
                yield held[:end], line
                line += held.count(b"\n", 0, end)
                held = held[end:]
        if held:
            yield held + b"\n", line


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
    codes, words = distinct(patients)
    return hash_texts(words)[codes]
