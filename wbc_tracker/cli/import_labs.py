"""`import`: lab files into the store."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

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
    Units,
    check_date,
    reading_options,
    today,
)
from wbc_tracker.cli.output import complain, remark, show
from wbc_tracker.cli.sources import open_store, read_input
from wbc_tracker.errors import StoreError, UsageError, WbcTrackerError


def import_labs(
    context: typer.Context,
    files: Annotated[list[Path], typer.Argument(help="Lab files; '-' reads standard input.", show_default=False)],
    patient: Patient = None,
    columns: Map = None,
    units: Units = None,
    date_order: DateOrderOption = None,
    decimal: DecimalOption = None,
    layout: LayoutOption = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    as_of: AsOf = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be read; write nothing.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Any rejected cell keeps its whole file out.")] = False,
    rejects: Annotated[Path | None, typer.Option("--rejects", help="Write what was left out to this CSV.")] = None,
    output: Annotated[ImportFormat, typer.Option("--format", help="Format of the summary.")] = ImportFormat.TABLE,
) -> None:
    """Read lab files into the store. Importing a file again adds nothing."""
    from wbc_tracker import importing
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.cli.outcomes import outcome_json, outcome_lines, write_rejects

    options = reading_options(
        as_of=check_date(as_of, "--as-of") or today(),
        patient=patient,
        only_patient=True,
        columns=columns,
        units=units,
        date_order=date_order,
        decimal=decimal,
        layout=layout,
        encoding=encoding,
        delimiter=delimiter,
    )
    catalog, now = load_catalog(), datetime.now().astimezone().isoformat(timespec="seconds")
    store = None if dry_run else open_store(context)
    outcomes = []
    try:
        for path in files:
            name = "standard input" if str(path) == "-" else path.name
            try:
                raw, name = read_input(path)
                outcome = importing.import_labs(store, raw, name, options, catalog, imported_at=now, strict=strict)
            except (StoreError, UsageError):
                raise
            except WbcTrackerError as error:
                outcome = importing.FileOutcome(file=name, error=error)
            outcomes.append(outcome)
            if output is ImportFormat.TABLE:
                for line in outcome_lines(outcome, dry_run=dry_run):
                    show(line)
            if outcome.error is not None:
                complain(outcome.error.message, outcome.error.hint)
    finally:
        if store is not None:
            store.close()
    if rejects is not None:
        write_rejects(rejects, outcomes)
        remark(f"{sum(len(o.rejects) for o in outcomes)} rejected cells were written to {rejects}.")
    if output is ImportFormat.JSON:
        show(outcome_json(outcomes))
    raise typer.Exit(importing.exit_code_of(outcomes))
