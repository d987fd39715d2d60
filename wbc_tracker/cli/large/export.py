"""Large lab files: exported in blocks by several workers, told as if read whole."""

# No `from __future__ import annotations`: as texts they would be compiled at every start.

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from wbc_tracker.cli.line.inputs import input_names
from wbc_tracker.cli.options import Day, Shown, Sources
from wbc_tracker.cli.output import remark
from wbc_tracker.cli.prepare import check_line
from wbc_tracker.cli.progress import begin
from wbc_tracker.cli.reading import Reading
from wbc_tracker.cli.sources import tell_readings
from wbc_tracker.errors import OutputError, WorkerError
from wbc_tracker.wording import count_words

#: From so many bytes of lab files on, work is shared among workers unless the user says how.
LARGE_BYTES = 100_000_000
_PANEL = "Large files"
_MEGABYTE = 1_000_000


@dataclass(frozen=True)
class Workers:
    """How the work on large files is shared."""

    count: Annotated[
        int | None,
        typer.Option(
            "--workers",
            min=1,
            help="Processes for --labs; default: one a core, at most 8, from 100 MB on.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    temp: Annotated[
        Path | None,
        typer.Option(
            "--temp",
            help="Folder for what they keep meanwhile; default: beside OUTPUT.",
            rich_help_panel=_PANEL,
        ),
    ] = None

    def are_for(self, sources: Sources) -> bool:
        """Tell whether the files of a command are read in blocks."""
        paths = sources.files
        if not sources.labs or sources.patient is not None or sources.sex is not None:
            return False
        if not all(path.is_file() for path in paths) or len({*paths}) < len(paths):
            return False
        return self.count is not None or (
            sum(path.stat().st_size for path in sources.labs) >= LARGE_BYTES
        )


def export_in_blocks(
    context: typer.Context,
    sources: Sources,
    shown: Shown,
    day: Day,
    reading: Reading,
    output: Path,
    workers: Workers,
) -> int | None:
    """Write the annotated results as CSV, and tell what one process would tell.

    Returns:
        The exit code; None where the files are to be read whole, and nothing is told yet.

    Raises:
        UsageError: what was typed is wrong. OutputError: a disk is full.
        WorkerError: a worker was stopped.
    """
    if not workers.are_for(sources) or (output.exists() and not output.is_file()):
        return None
    options, catalog, selection = check_line(
        context, sources, shown, day, reading, output, covariates=()
    )
    if options.covariates:
        return None  # what they tell is told of all patients
    begin("starting the workers")
    from concurrent.futures import BrokenExecutor

    from wbc_tracker.files import written_whole
    from wbc_tracker.intake.blocks.plan import NotForBlocks
    from wbc_tracker.scale.companions import CompanionFiles
    from wbc_tracker.scale.filling import FilledFile
    from wbc_tracker.scale.hands import LabFile
    from wbc_tracker.scale.pool import local_workers, usual_workers
    from wbc_tracker.scale.run import annotate_files
    from wbc_tracker.scale.sinks import OneCsv, RowsWritten
    from wbc_tracker.scale.temp import private_folder, sweep

    count, names = workers.count or usual_workers(), input_names(sources.files)
    place = workers.temp or output.resolve().parent
    try:
        with (
            written_whole(output) as part,
            private_folder(place) as temp,
            local_workers(count) as (hands, turn),
        ):
            for folder in sweep(place):
                remark(f"Removed {folder}, which an earlier run had left when it was stopped.")
            rows = RowsWritten(day.same_day.value, selection)
            sink = OneCsv(rows, FilledFile(part, str(output)), turn)
            found = annotate_files(
                [LabFile(path, names[path]) for path in sources.labs or ()],
                CompanionFiles(
                    tuple((path, names[path]) for path in sources.infusions or ()),
                    tuple((path, names[path]) for path in sources.events or ()),
                ),
                options,
                catalog,
                sink,
                hands,
                temp,
                _progress(sources.labs or ()),
            )
            tell_readings(context, found.readings)
            for warning in found.left_out.words(options.as_of):
                remark(warning)
            begin(f"writing {output.name}")
    except NotForBlocks:
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
    written = count_words(sum(found.made), "annotated result was", "annotated results were")
    remark(f"{written} written to {output}.")
    return 1 if sum(len(each.rejects) for each in found.readings) else 0


def _progress(labs: Sequence[Path]) -> Callable[[int, int], None]:
    """Return what tells how far the work is."""
    total = max(sum(path.stat().st_size for path in labs) // _MEGABYTE, 1)

    def tell(done: int, results: int) -> None:
        words = count_words(results, "result", "results")
        begin(f"annotating, {words} so far", done // _MEGABYTE, total)

    return tell
