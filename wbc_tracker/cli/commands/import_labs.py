"""`import`: lab files into the store."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wbc_tracker.cli.options import (
    AsOf,
    DateOrderOption,
    DecimalOption,
    Delimiter,
    Encoding,
    ImportFormat,
    LayoutOption,
    Map,
    Patient,
    Profile,
    Sheet,
    Units,
    check_date,
    reading_options,
    today,
)
from wbc_tracker.cli.output import complain, remark, show
from wbc_tracker.cli.progress import progress
from wbc_tracker.cli.sources import (
    input_name,
    open_store,
    read_input,
    refuse_overwriting,
    store_path,
)
from wbc_tracker.errors import StoreError, UsageError, WbcTrackerError
from wbc_tracker.wording import count_words

if TYPE_CHECKING:
    from wbc_tracker.catalog import Catalog
    from wbc_tracker.importing import FileOutcome
    from wbc_tracker.intake import ReadingOptions
    from wbc_tracker.store import Store


def import_labs(
    context: typer.Context,
    files: Annotated[
        list[Path], typer.Argument(help="Lab files; '-' reads standard input.", show_default=False)
    ],
    patient: Patient = None,
    columns: Map = None,
    units: Units = None,
    date_order: DateOrderOption = None,
    decimal: DecimalOption = None,
    layout: LayoutOption = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    sheet: Sheet = None,
    profile: Profile = None,
    as_of: AsOf = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be read; write nothing.")
    ] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Any rejected cell keeps its whole file out.")
    ] = False,
    rejects: Annotated[
        Path | None, typer.Option("--rejects", help="Write what was left out to this CSV.")
    ] = None,
    output: Annotated[
        ImportFormat, typer.Option("--format", help="Format of the summary.")
    ] = ImportFormat.TABLE,
) -> None:
    """Read lab files into the store. Importing a file again adds nothing."""
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.files import write_whole
    from wbc_tracker.importing import exit_code_of
    from wbc_tracker.render.csv.rejects import write_rejects
    from wbc_tracker.render.json.imports import outcome_json
    from wbc_tracker.render.terminal.imports import outcome_lines

    day = check_date(as_of, "--as-of") or today()
    options = reading_options(context, as_of=day, only_patient=True, explain=dry_run)
    how = _How(options, load_catalog(), strict=strict, dry_run=dry_run)
    outcomes = []
    with ExitStack() as stack:
        if rejects is not None:
            refuse_overwriting(rejects, files)
        stream = None if rejects is None else stack.enter_context(write_whole(rejects))
        store = _store(context, stack, dry_run=dry_run)
        for path in files:
            outcome = _import_one(store, path, how)
            outcomes.append(outcome)
            if output is ImportFormat.TABLE:
                for line in outcome_lines(outcome, dry_run=dry_run):
                    show(line)
            if outcome.error is not None:
                complain(outcome.error.message, outcome.error.hint)
        if stream is not None:
            write_rejects(stream, outcomes)
    if rejects is not None:
        remark(
            f"{count_words(sum(len(o.rejects) for o in outcomes), 'cell', 'cells')} left out: see "
            f"{rejects}."
        )
    if output is ImportFormat.JSON:
        show(outcome_json(outcomes))
    raise typer.Exit(exit_code_of(outcomes))


@dataclass(frozen=True)
class _How:
    """How the files of one call are imported."""

    options: ReadingOptions
    catalog: Catalog
    strict: bool
    dry_run: bool


def _store(context: typer.Context, stack: ExitStack, *, dry_run: bool) -> Store | None:
    """Open the store; a dry run looks only into one that is there."""
    if dry_run and not store_path(context).exists():
        return None
    return stack.enter_context(open_store(context))


def _import_one(store: Store | None, path: Path, how: _How) -> FileOutcome:
    """Import one file; a file that is refused is an outcome, not an error,
    so that the others are read.
    """
    from wbc_tracker import importing

    now = datetime.now().astimezone().isoformat(timespec="seconds")
    try:
        raw, name = read_input(path)
        with progress(len(importing.STEPS)) as begin:
            return importing.import_labs(
                store,
                raw,
                name,
                how.options,
                how.catalog,
                imported_at=now,
                strict=how.strict,
                write=not how.dry_run,
                begin=lambda step: begin(f"{name}: {step}"),
            )
    except (StoreError, UsageError):
        raise
    except WbcTrackerError as error:
        return importing.FileOutcome(file=input_name(path), error=error)
