"""Infusions and events of everybody as mapped files: a block takes those of its patients.

They are read by the ordinary readers, whole, and kept sorted by a hash of the patient.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from time import sleep

import numpy as np
import pandas as pd
import pyarrow as pa

from wbc_tracker.arrays import Mask, Whole
from wbc_tracker.errors import WbcTrackerError
from wbc_tracker.intake import (
    EventReading,
    FileReading,
    InfusionReading,
    ReadingOptions,
    read_event_bytes,
    read_infusion_bytes,
)
from wbc_tracker.intake.blocks.plan import NotForBlocks
from wbc_tracker.intake.file.opening import read_bytes
from wbc_tracker.scale.buckets import (
    HASH,
    PLACE,
    Bucket,
    by_hash,
    joined_reading,
    read_in_buckets,
)
from wbc_tracker.scale.cut import Hashes, hash_texts

#: The file that tells how many there are.
_COUNTS = "counts"
_SHORT_S = 0.02


@dataclass(frozen=True)
class CompanionFiles:
    """Files to be read, each with its name for messages."""

    infusions: tuple[tuple[Path, str], ...]
    events: tuple[tuple[Path, str], ...]


@dataclass(frozen=True)
class Kept:
    """Where the rows of infusion and event files are, or will be: blocks are read meanwhile."""

    folder: Path

    @property
    def infusions(self) -> Path:
        """The infusions, as `Rows` reads them."""
        return self.folder / "infusions.arrow"

    @property
    def events(self) -> Path:
        """The events."""
        return self.folder / "events.arrow"

    def counts(self) -> tuple[int, int]:
        """Return how many infusions and events there are, once that is known.

        Raises:
            NotForBlocks: they could not be read.
        """
        told = self.folder / _COUNTS
        while not told.exists():
            if not self.folder.exists():
                raise NotForBlocks("the work is over")
            sleep(_SHORT_S)
        words = told.read_text().split()
        if len(words) != 2:
            raise NotForBlocks("infusions or events could not be read")
        return int(words[0]), int(words[1])

    def tell(self, *counts: int) -> None:
        """Let the blocks know how many there are; without numbers that they could not be read."""
        part = self.folder / f"{_COUNTS}.part"
        part.write_text(" ".join(map(str, counts)))
        part.replace(self.folder / _COUNTS)


@dataclass(frozen=True)
class Companions:
    """What infusion and event files say, with the rows in two files.

    Attributes:
        kept: where the rows are.
        readings: of the infusion files, then of the event files, without their rows.
        counts: how many infusions and events there are.
    """

    kept: Kept
    readings: tuple[FileReading, ...]
    counts: tuple[int, int]


@dataclass(frozen=True)
class Pending:
    """Companions that are being read; blocks wait for them only where they need them."""

    kept: Kept
    reading: Future[Companions]

    def __post_init__(self) -> None:
        """Let nobody wait for what could not be read."""
        self.reading.add_done_callback(self._tell_failure)

    def _tell_failure(self, reading: Future[Companions]) -> None:
        if reading.cancelled() or reading.exception() is not None:
            try:
                self.kept.tell()
            except OSError:  # the disk is full, or the work is over
                shutil.rmtree(self.kept.folder, ignore_errors=True)

    def result(self) -> Companions:
        """Return them.

        Raises:
            NotForBlocks: they are refused, which whoever reads the files whole will say.
        """
        try:
            return self.reading.result()
        except WbcTrackerError as problem:
            raise NotForBlocks(str(problem)) from None


def keep_companions(files: CompanionFiles, options: ReadingOptions, kept: Kept) -> Companions:
    """Read infusion and event files and keep what they say.

    Raises:
        NotForBlocks: one of them does not say whose its rows are.
        WbcTrackerError: one of them cannot be read; see its reader.
    """
    buckets = None
    if len(files.infusions) == 1:
        buckets = read_in_buckets(*files.infusions[0], options, kept.folder)
    if not buckets:
        given = [read_infusion_bytes(read_bytes(p), name, options) for p, name in files.infusions]
    else:
        given = [joined_reading(buckets)]
    happened = [read_event_bytes(read_bytes(p), name, options) for p, name in files.events]
    told: list[InfusionReading | EventReading] = [*given, *happened]
    if not all(reading.names_patients for reading in told):
        raise NotForBlocks("a file does not say whose its rows are")
    also = [reading.events for reading in given if len(reading.events)]
    counts = (
        _keep([reading.infusions for reading in given], kept.infusions)
        if not buckets
        else _keep_buckets(buckets, kept.infusions),
        _keep([*(reading.events for reading in happened), *also], kept.events),
    )
    kept.tell(*counts)
    return Companions(kept, tuple(each.without_rows() for each in told), counts)


def _keep(frames: Sequence[pd.DataFrame], path: Path) -> int:
    """Write the rows of some frames, one below the other, sorted by the hash of the patient."""
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return 0
    rows = pd.concat(filled, ignore_index=True)
    _write(by_hash(rows, np.arange(len(rows), dtype=np.int64)), path)
    return len(rows)


def _keep_buckets(buckets: list[Bucket], path: Path) -> int:
    """Write the infusions of buckets, which stand in the order of the hashes."""
    table = pa.concat_tables([bucket.rows for bucket in buckets]).combine_chunks()
    lines = table[PLACE].to_numpy()
    places = np.empty(len(lines), dtype=np.int64)
    places[np.argsort(lines, kind="stable")] = np.arange(len(lines))
    at = table.column_names.index(PLACE)
    _write(table.set_column(at, PLACE, pa.array(places)), path)
    return len(places)


def _write(table: pa.Table, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as stream, pa.ipc.new_file(stream, table.schema) as writer:
        writer.write_table(table)


class Rows:
    """The rows of one such file."""

    def __init__(self, path: Path) -> None:
        self._table = pa.ipc.open_file(pa.memory_map(str(path))).read_all().combine_chunks()
        self._hashes: Hashes = self._table[HASH].to_numpy()

    def of(self, people: Sequence[str]) -> tuple[pd.DataFrame, Whole]:
        """Return the rows of some patients in the order of the files, and their places there."""
        wanted = np.unique(hash_texts(list(people)))
        first = np.searchsorted(self._hashes, wanted, "left")
        size = np.searchsorted(self._hashes, wanted, "right") - first
        before = np.append(0, np.cumsum(size)[:-1]) if len(size) else size
        at = np.repeat(first - before, size) + np.arange(int(size.sum()))
        found = self._table.take(pa.array(at)).sort_by(PLACE)
        frame = found.drop([HASH, PLACE]).to_pandas()
        theirs = frame["patient_id"].isin(people).to_numpy(dtype=bool)
        if not theirs.all():  # two patients may share a hash
            frame = frame[theirs].reset_index(drop=True)
        return frame, found[PLACE].to_numpy()[theirs]

    def without(self, known: Mask) -> list[str]:
        """Return whose the rows are that are not known, in the order of the files."""
        places = self._table[PLACE].to_numpy()
        left = np.flatnonzero(~known[places])
        strange = self._table["patient_id"].take(pa.array(left[np.argsort(places[left])]))
        return [str(patient) for patient in strange.to_pylist()]


@lru_cache(maxsize=4)
def rows_at(path: Path) -> Rows:
    """Return the rows of a file; a worker maps it once."""
    return Rows(path)
