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
from wbc_tracker.scale.cut import Hashes, hash_texts

#: Columns beside those of the frame: the hash of the patient, and the row's place in the files.
_HASH, _PLACE = "_hash", "_place"
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
    given = [read_infusion_bytes(read_bytes(p), name, options) for p, name in files.infusions]
    happened = [read_event_bytes(read_bytes(p), name, options) for p, name in files.events]
    told: list[InfusionReading | EventReading] = [*given, *happened]
    if not all(reading.names_patients for reading in told):
        raise NotForBlocks("a file does not say whose its rows are")
    also = [reading.events for reading in given if len(reading.events)]
    counts = (
        _keep([reading.infusions for reading in given], kept.infusions),
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
    codes, words = pd.factorize(rows["patient_id"].astype("str"))
    hashes = hash_texts(list(words))[codes]
    order = np.argsort(hashes, kind="stable")
    table = pa.Table.from_pandas(rows.iloc[order], preserve_index=False)
    table = table.append_column(_HASH, pa.array(hashes[order]))
    table = table.append_column(_PLACE, pa.array(order.astype(np.int64)))
    with pa.OSFile(str(path), "wb") as stream, pa.ipc.new_file(stream, table.schema) as writer:
        writer.write_table(table)
    return len(rows)


class Rows:
    """The rows of one such file."""

    def __init__(self, path: Path) -> None:
        self._table = pa.ipc.open_file(pa.memory_map(str(path))).read_all().combine_chunks()
        self._hashes: Hashes = self._table[_HASH].to_numpy()

    def of(self, people: Sequence[str]) -> tuple[pd.DataFrame, Whole]:
        """Return the rows of some patients in the order of the files, and their places there."""
        wanted = np.unique(hash_texts(list(people)))
        first = np.searchsorted(self._hashes, wanted, "left")
        size = np.searchsorted(self._hashes, wanted, "right") - first
        before = np.append(0, np.cumsum(size)[:-1]) if len(size) else size
        at = np.repeat(first - before, size) + np.arange(int(size.sum()))
        found = self._table.take(pa.array(at)).sort_by(_PLACE)
        frame = found.drop([_HASH, _PLACE]).to_pandas()
        theirs = frame["patient_id"].isin(people).to_numpy(dtype=bool)
        if not theirs.all():  # two patients may share a hash
            frame = frame[theirs].reset_index(drop=True)
        return frame, found[_PLACE].to_numpy()[theirs]

    def without(self, known: Mask) -> list[str]:
        """Return whose the rows are that are not known, in the order of the files."""
        places = self._table[_PLACE].to_numpy()
        left = np.flatnonzero(~known[places])
        strange = self._table["patient_id"].take(pa.array(left[np.argsort(places[left])]))
        return [str(patient) for patient in strange.to_pylist()]


@lru_cache(maxsize=4)
def rows_at(path: Path) -> Rows:
    """Return the rows of a file; a worker maps it once."""
    return Rows(path)
