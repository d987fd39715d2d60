"""Lab files in blocks: planned, handed out, settled; and planned again where they prove other."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing, suppress
from pathlib import Path

from wbc_tracker.catalog import Catalog
from wbc_tracker.intake import LabReading, ReadingOptions
from wbc_tracker.intake.blocks.plan import NotForBlocks, Plan, plan_file
from wbc_tracker.scale.companions.files import CompanionFiles, Kept, Pending, begin_companions
from wbc_tracker.scale.cut import Piece, Seen, cut, patients_of, piece_size, survey
from wbc_tracker.scale.hands import Hands, LabFile, Progress, annotate_partitions
from wbc_tracker.scale.partition import Job, Recipe
from wbc_tracker.scale.scattered import annotate_scattered
from wbc_tracker.scale.sinks import Sink
from wbc_tracker.scale.totals import MOST_PLANS, Annotated, Totals
from wbc_tracker.scale.unpacked import unpacked

#: So many results are annotated at once: more need more memory, fewer more time.
PIECE_RESULTS = 200_000
#: A piece ends before the patient who would not fit, so it is a little smaller than asked for.
_SLACK = 1.02


class NotGrouped(Exception):  # noqa: N818 (no mistake of anyone: the lines are spread instead)
    """The rows of a patient do not all stand together."""


def annotate_files(
    files: Sequence[LabFile],
    beside: CompanionFiles,
    options: ReadingOptions,
    catalog: Catalog,
    sink: Sink,
    hands: Hands,
    temp: Path,
    progress: Progress,
    results_at_once: int | None = None,
) -> Annotated:
    """Annotate lab files in blocks of whole patients.

    Args:
        files: they. beside: files of infusions and events. options, catalog: as of `read_labs`.
        sink: where the blocks go. hands: who does it. temp: a folder for what is kept meanwhile.
        progress: is told how far it is. results_at_once: about so many in a block.

    Raises:
        NotForBlocks: the files are to be read whole, which will say why.
        OutputError: a disk is full. BrokenExecutor: a worker was stopped.
    """
    at_once = results_at_once or PIECE_RESULTS
    kept = Kept(temp)
    pending = begin_companions(beside, options, kept, hands.do, hands.apart)
    try:
        files, progress = _unpacked(files, temp, progress)
        plans = plan_files(files, options, catalog)
        if len(files) == 1 and _may_be_grouped(files[0], plans[0]):
            with suppress(NotGrouped):
                return _annotate_grouped(
                    files[0], plans[0], pending, options, catalog, sink, hands, progress, at_once
                )
        return annotate_scattered(
            files, plans, pending, options, catalog, sink, hands, temp, progress, at_once
        )
    except NotForBlocks:
        if pending.reading.done():
            pending.result()  # its own trouble, as a worker that is gone, comes first
        raise


def _unpacked(
    files: Sequence[LabFile], temp: Path, progress: Progress
) -> tuple[list[LabFile], Progress]:
    """Return files whose lines can be cut, and what is told how far they are, in bytes of the files
    that were given.

    Raises:
        NotForBlocks: one of them cannot be written so.
    """
    texts = [unpacked(file, temp / f"text-{place}") for place, file in enumerate(files)]
    given, whole = (sum(file.size for file in each) for each in (files, texts))
    if given == whole:
        return texts, progress
    return texts, lambda done, results: progress(done * given // max(whole, 1), results)


def _may_be_grouped(file: LabFile, plan: Plan) -> bool:
    """Tell whether the rows of each patient stand together in the first lines; where they do not,
    whole blocks need not be made to see it.

    Raises:
        NotForBlocks: lines and records are not the same.
    """
    return survey(patients_of(file.sample()[plan.start :], plan)).is_grouped


def plan_files(
    files: Sequence[LabFile], options: ReadingOptions, catalog: Catalog
) -> tuple[Plan, ...]:
    """Return how the blocks of each file are read.

    Raises:
        NotForBlocks: one of them is to be read whole.
    """
    return tuple(
        plan_file(file.sample(), file.name, options, catalog, file.typed) for file in files
    )


def _annotate_grouped(
    file: LabFile,
    plan: Plan,
    pending: Pending,
    options: ReadingOptions,
    catalog: Catalog,
    sink: Sink,
    hands: Hands,
    progress: Progress,
    results_at_once: int,
) -> Annotated:
    """Annotate a file in which all rows of a patient stand together, piece by piece.

    Raises:
        NotGrouped: they do not.
        NotForBlocks: see `annotate_files`.
    """
    size = piece_size(file.sample(), plan, results_at_once)
    if sink.place is not None:  # parts are cut alike by any number of workers
        size = _even(size, file.size, hands.workers)
    for _ in range(MOST_PLANS):
        sink.begin()
        recipe = Recipe((plan,), pending.kept, options.as_of, sink.task).sealed()
        pieces: dict[int, Piece] = {}
        jobs = (
            Job(number, {0: pieces.setdefault(number, piece)}, recipe)
            for number, piece in enumerate(cut(file.path, plan, size))
        )
        seen, total = Seen(), Totals(pending)
        with closing(annotate_partitions(jobs, hands)) as outcomes:
            for outcome in outcomes:
                if not seen.add(outcome.runs):
                    raise NotGrouped(file.name)
                total.add(outcome)
                progress(pieces.pop(outcome.number).end, total.results)
        settled = total.settle(0, plan, catalog, is_complete=file.is_complete())
        if isinstance(settled, LabReading):
            return total.annotated((settled,))
        plan = settled
    raise NotForBlocks(file.name)


def _even(size: int, whole: int, workers: int) -> int:
    """Return a size of pieces, not larger than one given, that leaves no worker idle at the end."""
    pieces = -(-whole // size)
    return min(size, int(_SLACK * whole / (-(-pieces // workers) * workers)) + 1)
