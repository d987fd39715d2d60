"""Infusions and events of everybody, read once and kept on the disk: a block takes those of its
patients.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from time import sleep

import numpy as np
import pandas as pd

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
from wbc_tracker.scale.companions.buckets import Do, InBuckets, read_in_buckets
from wbc_tracker.scale.companions.rows import Rows, rows_at, write_rows

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

    def infusions(self, number: int) -> Path:
        """Return the file of some of the infusions, as `Rows` reads them."""
        return self.folder / f"infusions-{number}.arrow"

    def events(self, number: int) -> Path:
        """Return the file of some of the events."""
        return self.folder / f"events-{number}.arrow"

    def rows(self) -> tuple[Rows | None, Rows | None]:
        """Return infusions and events, once they are there; None where there are none.

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
        given, happened = (range(int(word)) for word in words)
        infusions, events = map(self.infusions, given), map(self.events, happened)
        return (
            rows_at(tuple(infusions)) if given else None,
            rows_at(tuple(events)) if happened else None,
        )

    def tell(self, *files: int) -> None:
        """Let the blocks know how many files there are of infusions and of events; without numbers
        that they could not be read.
        """
        part = self.folder / f"{_COUNTS}.part"
        part.write_text(" ".join(map(str, files)))
        part.replace(self.folder / _COUNTS)


@dataclass(frozen=True)
class Companions:
    """What infusion and event files say, with the rows on the disk.

    Attributes:
        kept: where they are.
        readings: of the infusion files, then of the event files, without their rows.
    """

    kept: Kept
    readings: tuple[FileReading, ...]


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


def begin_companions(
    files: CompanionFiles,
    options: ReadingOptions,
    kept: Kept,
    do: Do,
    apart: Callable[..., Future[Companions]],
) -> Pending:
    """Begin to read infusion and event files, and to keep what they say; a large infusion file is
    read at once, by all workers.

    Args:
        files: they. options: as of their readers. kept: where to.
        do, apart: of the workers; see `Hands`.

    Raises:
        OSError: a disk is full. BrokenExecutor: a worker was stopped.
    """
    spread = None
    if len(files.infusions) == 1:
        spread = read_in_buckets(*files.infusions[0], options, kept.infusions, do)
    return Pending(kept, apart(keep_companions, files, options, kept, spread))


def keep_companions(
    files: CompanionFiles, options: ReadingOptions, kept: Kept, spread: InBuckets | None = None
) -> Companions:
    """Read infusion and event files and keep what they say; `spread`: the infusions, kept already.

    Raises:
        NotForBlocks: one of them does not say whose its rows are.
        WbcTrackerError: one of them cannot be read; see its reader.
    """
    if spread is not None:
        given = [spread.reading]
    else:
        given = [read_infusion_bytes(read_bytes(p), name, options) for p, name in files.infusions]
    happened = [read_event_bytes(read_bytes(p), name, options) for p, name in files.events]
    told: list[InfusionReading | EventReading] = [*given, *happened]
    if not all(reading.names_patients for reading in told):
        raise NotForBlocks("a file does not say whose its rows are")
    also = [reading.events for reading in given if len(reading.events)]
    infusions = [reading.infusions for reading in given]
    kept.tell(
        spread.files if spread is not None else _keep(infusions, kept.infusions(0)),
        _keep([*(reading.events for reading in happened), *also], kept.events(0)),
    )
    return Companions(kept, tuple(each.without_rows() for each in told))


def _keep(frames: Sequence[pd.DataFrame], path: Path) -> int:
    """Write the rows of some frames, one below the other; return how many files that makes."""
    filled = [frame for frame in frames if len(frame)]
    if not filled:
        return 0
    rows = pd.concat(filled, ignore_index=True)
    write_rows(rows, np.arange(len(rows), dtype=np.int64), path)
    return 1
