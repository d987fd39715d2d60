"""`import`: lab files into the store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wbc_tracker.cli.import_files import import_files
from wbc_tracker.cli.keeping import keeper
from wbc_tracker.cli.line.inputs import found_inputs
from wbc_tracker.cli.option_groups import only, with_option_groups
from wbc_tracker.cli.options import Day, Patient, TakingIn
from wbc_tracker.cli.reading import Reading, refuse_unknown_headers


@with_option_groups
def import_labs(
    context: typer.Context,
    files: Annotated[
        list[Path],
        typer.Argument(
            help="Lab files, folders of them, or patterns: CSV, Excel, FHIR, JSON Lines, Parquet, "
            "each also as gzip or zstd. '-' reads standard input.",
            show_default=False,
        ),
    ],
    patient: Patient = None,
    *,
    reading: Reading,
    day: Annotated[Day, only("as_of")],
    how: TakingIn,
    save_profile: Annotated[
        str | None,
        typer.Option(
            "--save-profile",
            metavar="NAME",
            help="Keep --map, --unit, --date-order, --decimal and --ignore for files like this.",
        ),
    ] = None,
) -> None:
    """Read lab files into the store. Importing a file again adds nothing."""
    files = found_inputs(files)
    options = reading.options(
        day.date, patient, only_patient=True, explain=how.dry_run, files=len(files)
    )
    keep = keeper(save_profile, reading, files) if save_profile else None
    refuse_unknown_headers(options, files)
    raise typer.Exit(import_files(context, "labs", files, options, how, keep))
