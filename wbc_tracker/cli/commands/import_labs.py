"""`import`: lab files into the store."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wbc_tracker.cli.import_one import foresee_one, import_one, show_outcome
from wbc_tracker.cli.keeping import keeper
from wbc_tracker.cli.option_groups import only, with_option_groups
from wbc_tracker.cli.options import Day, Patient
from wbc_tracker.cli.output import complain, remark, show
from wbc_tracker.cli.reading import Reading, refuse_unknown_headers
from wbc_tracker.cli.sources import input_name, open_store, refuse_overwriting, store_path
from wbc_tracker.errors import StoreError, UsageError, WbcTrackerError
from wbc_tracker.wording import count_words

if TYPE_CHECKING:
    from wbc_tracker.importing import FileOutcome


class ImportFormat(StrEnum):
    """Format of an import's summary."""

    TABLE = "table"
    JSON = "json"


@with_option_groups
def import_labs(
    context: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(help="Lab files; '-' reads standard input.", show_default=False)
    ],
    patient: Patient = None,
    *,
    reading: Reading,
    day: Annotated[Day, only("as_of")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be read; write nothing.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Any rejected cell keeps its whole file out.")
    ] = False,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", help="Write what was left out to this CSV.")
    ] = None,
    save_profile: Annotated[
        str | None,
        typer.Option(
            "--save-profile",
            metavar="NAME",
            help="Keep --map, --unit, --date-order, --decimal and --ignore for files like this.",
        ),
    ] = None,
    output: Annotated[
        ImportFormat, typer.Option("--format", help="Format of the summary.")
    ] = ImportFormat.TABLE,
) -> None:
    """Read lab files into the store. Importing a file again adds nothing."""
    from wbc_tracker.files import write_whole
    from wbc_tracker.importing import exit_code_of
    from wbc_tracker.render.csv.rejects import write_rejects
    from wbc_tracker.render.json.imports import outcome_json

    options = reading.options(
        day.date, patient, only_patient=True, explain=dry_run, files=len(files)
    )
    keep = keeper(save_profile, reading, files) if save_profile else None
    refuse_unknown_headers(options, files)
    outcomes = []
    with ExitStack() as stack:
        if rejects is not None:
            refuse_overwriting(rejects, files)
        stream = None if rejects is None else stack.enter_context(write_whole(rejects))
        take_in = _dry(context, stack) if dry_run else _for_good(context, stack)
        for path in files:
            outcome = _outcome_of(path, partial(take_in, options=options, strict=strict))
            outcomes.append(outcome)
            if output is ImportFormat.TABLE:
                show_outcome(outcome, dry_run=dry_run)
            if outcome.error is not None:
                complain(outcome.error.message, outcome.error.hint)
        if stream is not None:
            write_rejects(stream, outcomes)
    if rejects is not None:
        remark(
            f"{count_words(sum(len(o.rejects) for o in outcomes), 'cell', 'cells')} left out: see "
            f"{rejects}."
        )
    if keep is not None and not dry_run and outcomes[0].error is None:
        remark(keep(outcomes[0].reading))
    if output is ImportFormat.JSON:
        show(outcome_json(outcomes))
    raise typer.Exit(exit_code_of(outcomes))


def _for_good(context: typer.Context, stack: ExitStack) -> Callable[..., FileOutcome]:
    """Return what adds a file to the store."""
    return partial(import_one, stack.enter_context(open_store(context)), "labs")


def _dry(context: typer.Context, stack: ExitStack) -> Callable[..., FileOutcome]:
    """Return what tells the outcome alone; it looks only into a store that is there."""
    is_there = store_path(context).exists()
    return partial(foresee_one, stack.enter_context(open_store(context)) if is_there else None)


def _outcome_of(path: Path, take_in: Callable[[Path], FileOutcome]) -> FileOutcome:
    """Take in one file; one that is refused is an outcome, not an error, so that the others are
    read.
    """
    from wbc_tracker.importing import FileOutcome
    from wbc_tracker.intake import FileReading

    try:
        return take_in(path)
    except (StoreError, UsageError):
        raise
    except WbcTrackerError as error:
        return FileOutcome(FileReading(file=input_name(path)), error=error)
