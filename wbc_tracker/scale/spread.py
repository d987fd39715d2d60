"""Lab files in which a patient's rows stand anywhere: spread over partitions of whole patients, and
brought back into the order of the input.

Each piece of a file becomes a temporary file of its lines by partition (by a hash of the patient).
What is made of a partition becomes one of lines by windows of the input, and a window is written
when those of all partitions are there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from wbc_tracker.arrays import Whole, ascending
from wbc_tracker.catalog import load_catalog
from wbc_tracker.dataset import Dataset
from wbc_tracker.intake.blocks.plan import Plan
from wbc_tracker.intake.blocks.reader import BlockReader, ColumnEvidence
from wbc_tracker.scale.cut import Piece, hash_column
from wbc_tracker.scale.filling import FilledFile
from wbc_tracker.scale.forms import LinesForm, line_ends
from wbc_tracker.scale.lines import (
    LINES,
    OpenGroups,
    content_of,
    cut_lines,
    read_group,
    write_groups,
)
from wbc_tracker.scale.sinks import RowsWritten


@dataclass(frozen=True)
class SpreadJob:
    """A piece whose lines are to be spread over `parts` partitions, and where to."""

    piece: Piece
    plan: Plan
    parts: int
    target: Path


def spread_piece(job: SpreadJob) -> ColumnEvidence:
    """Write the lines of a piece by partition; return what its columns hold.

    Raises:
        NotForBlocks: see `settle_blocks`.
    """
    content, numbers = job.piece.read()
    reader = BlockReader(job.plan, load_catalog())
    table = reader.cut(content, numbers)
    part = (hash_column(table.ids(job.plan.patient)) % np.uint64(job.parts)).astype(np.int64)
    if not content.endswith(b"\n"):
        content += b"\n"
    lines = cut_lines(content, line_ends(content))
    write_groups(job.target, numbers, lines, part, job.parts)
    return reader.look(table)


@dataclass(frozen=True)
class SpreadLines:
    """The lines of one file that belong to one partition, in the order of the file."""

    pieces: tuple[Path, ...]
    part: int

    @property
    def is_piece(self) -> bool:
        """They stand anywhere."""
        return False

    def read(self) -> tuple[bytes, Whole]:
        """Return the lines and their numbers."""
        found = [read_group(path, self.part) for path in self.pieces]
        content = b"".join(content_of(batch.column(1)) for batch in found)
        numbers = [np.asarray(batch.column(0).to_numpy(), np.int64) for batch in found]
        return content, np.concatenate(numbers)


@dataclass(frozen=True)
class IntoWindows:
    """Keeps the lines of a partition by windows of the input; returns how many.

    Attributes:
        shown: which rows and columns. folder: where they are kept.
        starts: name of a lab file -> how many lines the files before it have.
        window: so many lines of the input make one. windows: how many there are.
    """

    shown: RowsWritten
    folder: Path
    starts: Mapping[str, int]
    window: int
    windows: int

    def __call__(self, dataset: Dataset, number: int) -> int:
        """Keep the lines of a partition."""
        if len(dataset.results):
            rows = self.shown.of(dataset)
            lines = _as_lines(self.shown.lines_of(rows, dataset), self.shown.form)
            places = _places(rows, self.starts)
        else:
            lines, places = _as_lines([], self.shown.form), np.zeros(0, dtype=np.int64)
        order = ascending(places)
        lines, places = lines.take(pa.array(order)), places[order]
        window = np.minimum(places // self.window, self.windows - 1)
        write_groups(self.target(number), places, lines, window, self.windows)
        return len(places)

    def target(self, number: int) -> Path:
        """Return where the lines of a partition are kept."""
        return self.folder / f"out-{number}.arrow"

    def give_up(self) -> None:
        """Nobody waits."""


#: The files that this process gathers lines from.
open_groups = OpenGroups()


@dataclass(frozen=True)
class WindowJob:
    """A window of the input, whose lines are to be gathered and written at their place."""

    number: int
    parts: tuple[Path, ...]
    place: FilledFile


def write_window(job: WindowJob) -> None:
    """Write the lines of one window in the order of the input."""
    try:
        found = [open_groups.read(path, job.number) for path in job.parts]
        table = pa.Table.from_batches(found, LINES)
        order = ascending(table.column(0).to_numpy())
        lines = table.column(1).combine_chunks()
        lines = lines.chunk(0) if isinstance(lines, pa.ChunkedArray) else lines
        content = content_of(lines.take(pa.array(order)))
    except BaseException:
        job.place.give_up()
        raise
    job.place.write(job.number, [content])


def _places(rows: pd.DataFrame, starts: Mapping[str, int]) -> Whole:
    """Return where the line of each row stands among all lines of the files."""
    file = rows["source_file"].astype("category")
    before = np.array([starts[str(name)] for name in file.cat.categories], dtype=np.int64)
    line = rows["source_row"].to_numpy(dtype=np.int64)
    return np.asarray(before[file.cat.codes.to_numpy()] + line, dtype=np.int64)


def _as_lines(parts: Sequence[bytes], form: LinesForm) -> pa.Array:
    """Return the rows of a text that comes in parts of whole rows."""
    sizes = np.cumsum([0, *map(len, parts)])
    ends = [form.ends(part) + before for part, before in zip(parts, sizes[:-1], strict=True)]
    return cut_lines(b"".join(parts), np.concatenate([np.zeros(0, np.int64), *ends]))
