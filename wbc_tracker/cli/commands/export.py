"""`export`: the annotated results as CSV or Parquet."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from wbc_tracker.cli.line.places import names_standard_output
from wbc_tracker.cli.line.suffix import format_for
from wbc_tracker.cli.option_groups import with_option_groups
from wbc_tracker.cli.options import Day, Shown, Sources
from wbc_tracker.cli.output import remark, standard_output
from wbc_tracker.cli.prepare import prepare
from wbc_tracker.cli.progress import begin
from wbc_tracker.cli.reading import Reading
from wbc_tracker.wording import count_words


class ExportFormat(StrEnum):
    """Format of the export."""

    CSV = "csv"
    PARQUET = "parquet"


_SUFFIXES = {".csv": (ExportFormat.CSV,), ".parquet": (ExportFormat.PARQUET,)}


@with_option_groups
def export(
    context: typer.Context,
    output: Annotated[
        Path, typer.Argument(help="File to write; '-' is standard output.", show_default=False)
    ],
    sources: Sources,
    shown: Shown,
    day: Day,
    output_format: Annotated[
        ExportFormat | None,
        typer.Option("--format", help="Default: by the file's suffix, else csv."),
    ] = None,
    *,
    reading: Reading,
) -> None:
    """Write every result with its annotations; `explain --columns` tells what each column means."""
    from wbc_tracker.files import write_whole
    from wbc_tracker.render.csv.results import write_csv, write_parquet

    chosen = format_for(
        context, str(output), output_format, _SUFFIXES, default=ExportFormat.CSV, what="an export"
    )
    call = prepare(context, sources, shown, day, reading, output)
    begin(f"annotating {count_words(len(call.dataset.results), 'result', 'results')}")
    annotated, selection, exit_code = call.annotate(), call.selection, call.exit_code
    del call  # lets go of the dataset: of many results it is as large as what is written
    places = selection.places(annotated)
    annotated = annotated if places is None else annotated.iloc[places]
    is_file = not names_standard_output(output)
    if is_file:
        begin(f"writing {output.name}")
    with write_whole(output) if is_file else standard_output() as stream:
        if chosen is ExportFormat.PARQUET:
            write_parquet(annotated, stream)
        else:
            write_csv(annotated, stream, escape_controls=not is_file and sys.stdout.isatty())
    if is_file:
        told = count_words(len(annotated), "annotated result was", "annotated results were")
        remark(f"{told} written to {output}.")
    raise typer.Exit(exit_code)
