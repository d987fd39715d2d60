"""Lab files in which a patient's rows stand anywhere, or in several files: spread, annotated by
patients, and put back into the order of the input.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np

from wbc_tracker.catalog import Catalog
from wbc_tracker.intake import LabReading, ReadingOptions
from wbc_tracker.intake.blocks.plan import NotForBlocks, Plan
from wbc_tracker.intake.blocks.reader import ColumnEvidence
from wbc_tracker.scale.companions.files import Pending
from wbc_tracker.scale.cut import Piece, cut, piece_size
from wbc_tracker.scale.filling import FilledFile
from wbc_tracker.scale.hands import Hands, LabFile, Progress, annotate_partitions
from wbc_tracker.scale.partition import Job, Recipe
from wbc_tracker.scale.sinks import Sink
from wbc_tracker.scale.spread import (
    IntoWindows,
    SpreadJob,
    SpreadLines,
    WindowJob,
    open_groups,
    spread_piece,
    write_window,
)
from wbc_tracker.scale.totals import MOST_PLANS, Annotated, Totals

#: So many lines of each partition are gathered at once: enough to be worth a look into its file;
#: and not more of all: few enough for a processor's own memory.
_GATHERED_LINES, _MOST_GATHERED = 1_500, 100_000


def annotate_scattered(
    files: Sequence[LabFile],
    plans: Sequence[Plan],
    pending: Pending,
    options: ReadingOptions,
    catalog: Catalog,
    sink: Sink,
    hands: Hands,
    temp: Path,
    progress: Progress,
    results_at_once: int,
) -> Annotated:
    """Annotate files of which every patient's rows may stand anywhere.

    Raises:
        NotForBlocks: see `annotate_files`.
    """
    if len({file.name for file in files}) < len(files):
        raise NotForBlocks  # a row is known by the name of its file
    spread = _Spread(files, plans, results_at_once, temp)
    columns = list(hands.do(spread_piece, spread.jobs()))
    into_windows = None
    if sink.place is not None and sink.shown is not None:
        into_windows = IntoWindows(sink.shown, temp, *spread.windows())
    whole = sum(file.size for file in files)
    for _ in range(MOST_PLANS):
        sink.begin()
        total = Totals(pending, columns=spread.by_file(columns))
        recipe = Recipe(
            tuple(plans), pending.kept, options.as_of, into_windows or sink.task
        ).sealed()
        jobs = (Job(part, spread.lines(part), recipe) for part in range(spread.parts))
        with closing(annotate_partitions(jobs, hands)) as outcomes:
            for outcome in outcomes:
                total.add(outcome)
                progress(whole * (outcome.number + 1) // spread.parts, total.results)
        settled = [
            total.settle(place, plan, catalog, is_complete=file.is_complete())
            for place, (file, plan) in enumerate(zip(files, plans, strict=True))
        ]
        readings = tuple(each for each in settled if isinstance(each, LabReading))
        if len(readings) == len(files):
            found = total.annotated(readings)
            if sink.place is not None and into_windows is not None:
                _gather(into_windows, spread.parts, sink.place, hands)
            return found
        plans = [
            plan if isinstance(found, LabReading) else found
            for plan, found in zip(plans, settled, strict=True)
        ]
    raise NotForBlocks


class _Spread:
    """The pieces of all files, and where their lines are kept."""

    def __init__(
        self, files: Sequence[LabFile], plans: Sequence[Plan], results_at_once: int, temp: Path
    ) -> None:
        self._files, self._plans, self._temp = files, plans, temp
        self._sizes = [
            piece_size(file.sample(), plan, results_at_once)
            for file, plan in zip(files, plans, strict=True)
        ]
        ways = zip(files, self._sizes, strict=True)
        self.parts = int(np.ceil(sum(file.size / size for file, size in ways)))
        self._pieces: list[tuple[int, Piece, Path]] = []

    def jobs(self) -> Iterator[SpreadJob]:
        """Yield the pieces to be spread."""
        for place, (file, plan) in enumerate(zip(self._files, self._plans, strict=True)):
            for piece in cut(file.path, plan, self._sizes[place], anywhere=True):
                target = self._temp / f"in-{len(self._pieces)}.arrow"
                self._pieces.append((place, piece, target))
                yield SpreadJob(piece, plan, self.parts, target)

    def by_file(self, columns: Sequence[ColumnEvidence]) -> dict[int, list[ColumnEvidence]]:
        """Return what the columns of the pieces hold, by the place of their file."""
        found: dict[int, list[ColumnEvidence]] = {}
        for (place, _, _), seen in zip(self._pieces, columns, strict=True):
            found.setdefault(place, []).append(seen)
        return found

    def lines(self, part: int) -> dict[int, SpreadLines]:
        """Return the lines of one partition, by the place of their file."""
        return {
            place: SpreadLines(tuple(path for at, _, path in self._pieces if at == place), part)
            for place in {at for at, _, _ in self._pieces}
        }

    def windows(self) -> tuple[dict[str, int], int, int]:
        """Return how many lines stand in the files before each, how many lines make a window, and
        how many windows there are.
        """
        lines, starts = 0, {}
        for place, file in enumerate(self._files):
            starts[file.name] = lines
            lines += max((p.first_line + p.lines for at, p, _ in self._pieces if at == place))
        window = min(_GATHERED_LINES * self.parts, _MOST_GATHERED)
        return starts, window, lines // window + 1


def _gather(task: IntoWindows, parts: int, place: FilledFile, hands: Hands) -> None:
    """Write the lines in the order of the input."""
    kept = tuple(task.target(part) for part in range(parts))
    jobs = (WindowJob(number, kept, place) for number in range(task.windows))
    try:
        for _ in hands.do(write_window, jobs):
            pass
    finally:
        open_groups.close()
