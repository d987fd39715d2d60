"""Large lab files in blocks, by several workers: what is told is what one process would tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from wbc_tracker.cli.large.workers import Workers
from wbc_tracker.cli.line.inputs import input_names
from wbc_tracker.cli.options import Sources
from wbc_tracker.cli.output import remark
from wbc_tracker.cli.progress import begin
from wbc_tracker.cli.sources import tell_readings
from wbc_tracker.errors import (
    AmbiguousFileError,
    OutputError,
    UsageError,
    WbcTrackerError,
    WorkerError,
)
from wbc_tracker.wording import count_words

if TYPE_CHECKING:
    from wbc_tracker.intake import ReadingOptions
    from wbc_tracker.intake.blocks.plan import NotForBlocks
    from wbc_tracker.scale.filling import Turn
    from wbc_tracker.scale.hands import Hands
    from wbc_tracker.scale.sinks import Sink
    from wbc_tracker.scale.totals import Annotated

_MEGABYTE = 1_000_000


def annotate_in_blocks(
    context: typer.Context,
    sources: Sources,
    workers: Workers,
    options: ReadingOptions,
    place: Path,
    sink_for: Callable[[Turn | None], Sink],
    results_at_once: int | None = None,
    told_first: Sequence[str] = (),
    no_blocks: Callable[[NotForBlocks], None] | None = None,
) -> Annotated | None:
    """Read and annotate lab files in blocks, and tell of them what one process would tell.

    Args:
        context, sources, workers: of the command. options: as of `read_labs`.
        place: a folder for what is kept meanwhile. sink_for: returns where the blocks go; workers
            of this machine can take turns at one file.
        results_at_once: about so many in a block. told_first: remarks before those of the files.
        no_blocks: is told why the files cannot be read in blocks, where that is no way out.

    Returns:
        What became of them; None where the files are to be read whole, and nothing is told yet.

    Raises:
        OutputError: a disk is full. WorkerError: a worker was stopped.
        UsageError: see `dask_workers`.
    """
    begin("starting the workers")
    from concurrent.futures import BrokenExecutor

    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.intake.blocks.plan import NotForBlocks
    from wbc_tracker.scale.companions.files import CompanionFiles
    from wbc_tracker.scale.hands import LabFile
    from wbc_tracker.scale.run import annotate_files
    from wbc_tracker.scale.temp import private_folder, sweep

    names = input_names(sources.files)
    try:
        with private_folder(place) as temp, _workers(workers, sources) as (hands, turn):
            for folder in sweep(place):
                remark(f"Removed {folder}, which an earlier run had left when it was stopped.")
            found = annotate_files(
                [LabFile(*each) for each in _named(sources.labs, names)],
                CompanionFiles(_named(sources.infusions, names), _named(sources.events, names)),
                options,
                load_catalog(),
                sink_for(turn),
                hands,
                temp,
                _progress(sources.labs or ()),
                results_at_once,
            )
            for words in told_first:
                remark(words)
            tell_readings(context, found.readings)
            for warning in found.warnings(options.as_of):
                remark(warning)
            return found
    except NotForBlocks as problem:
        if no_blocks is not None:
            no_blocks(problem)
        return None
    except (BrokenExecutor, MemoryError):
        raise WorkerError(
            "A worker was stopped; probably the memory ran short. Nothing was written.",
            "Try --workers 1, or close other programs.",
        ) from None
    except OSError as problem:
        raise OutputError(
            f"{place} cannot be written: {problem.strerror}.", "Name another place with --temp."
        ) from None


def refusal_of(problem: NotForBlocks, usual: UsageError) -> WbcTrackerError:
    """Return why files cannot be read in blocks: they lack what the user has named, or can be read
    in two ways, as whoever reads them whole would be told; else as usual.
    """
    cause = problem.__cause__
    return cause if isinstance(cause, (UsageError, AmbiguousFileError)) else usual


@contextmanager
def _workers(workers: Workers, sources: Sources) -> Iterator[tuple[Hands, Turn | None]]:
    """Start the workers; those of this machine can take turns."""
    from wbc_tracker.scale.pool import local_workers, usual_workers

    count = workers.count or usual_workers()
    if workers.is_cluster:
        from wbc_tracker.scale.dask import dask_workers

        files = [path.resolve() for path in sources.files]
        with dask_workers(workers.scheduler, count, files) as hands:
            yield hands, None
        return
    with local_workers(count) as (hands, turn):
        yield hands, turn


def _named(paths: Sequence[Path] | None, names: Mapping[Path, str]) -> tuple[tuple[Path, str], ...]:
    return tuple((path.resolve(), names[path]) for path in paths or ())


def _progress(labs: Sequence[Path]) -> Callable[[int, int], None]:
    """Return what tells how far the work is."""
    total = max(sum(path.stat().st_size for path in labs) // _MEGABYTE, 1)

    def tell(done: int, results: int) -> None:
        words = count_words(results, "result", "results")
        begin(f"annotating, {words} so far", done // _MEGABYTE, total)

    return tell
