"""`export`: the annotated results as CSV or Parquet."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from wbc_tracker.cli.options import (
    Analytes,
    AsOf,
    DateOrderOption,
    DecimalOption,
    Delimiter,
    Encoding,
    EventFiles,
    InfusionFiles,
    Labs,
    LayoutOption,
    Map,
    Patient,
    Profile,
    SameDay,
    SameDayOption,
    Sheet,
    Since,
    Units,
    Until,
    check_date,
    reading_options,
    today,
)
from wbc_tracker.cli.output import remark, standard_output
from wbc_tracker.cli.sources import load_dataset, refuse_overwriting
from wbc_tracker.wording import count_words


class ExportFormat(StrEnum):
    """Format of the export."""

    CSV = "csv"
    PARQUET = "parquet"


def export(
    context: typer.Context,
    output: Annotated[
        Path, typer.Argument(help="File to write; '-' is standard output.", show_default=False)
    ],
    labs: Labs = None,
    infusions: InfusionFiles = None,
    events: EventFiles = None,
    patient: Patient = None,
    analytes: Analytes = None,
    since: Since = None,
    until: Until = None,
    as_of: AsOf = None,
    same_day: SameDayOption = SameDay.BEFORE,
    output_format: Annotated[
        ExportFormat | None,
        typer.Option("--format", help="Default: by the file's suffix, else csv."),
    ] = None,
    columns: Map = None,
    units: Units = None,
    date_order: DateOrderOption = None,
    decimal: DecimalOption = None,
    layout: LayoutOption = None,
    encoding: Encoding = None,
    delimiter: Delimiter = None,
    sheet: Sheet = None,
    profile: Profile = None,
) -> None:
    """Write every result with its annotations; `explain --columns` tells what each column means."""
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.files import write_whole
    from wbc_tracker.render.csv.results import write_csv, write_parquet
    from wbc_tracker.selection import Selection

    options = reading_options(
        context, as_of=check_date(as_of, "--as-of") or today(), reject_future=False
    )
    catalog = load_catalog()
    selection = Selection.of(
        analytes, check_date(since, "--since"), check_date(until, "--until"), catalog
    )
    refuse_overwriting(output, [*(labs or []), *(infusions or []), *(events or [])])
    dataset, rejected = load_dataset(context, labs, infusions, options, patient, events)
    annotated = dataset.annotate(same_day.value, catalog)
    del dataset
    places = selection.places(annotated)
    annotated = annotated if places is None else annotated.iloc[places]
    by_suffix = ExportFormat.PARQUET if output.suffix.lower() == ".parquet" else ExportFormat.CSV
    as_parquet = (output_format or by_suffix) is ExportFormat.PARQUET
    target = standard_output() if str(output) == "-" else write_whole(output)
    with target as stream:
        if as_parquet:
            write_parquet(annotated, stream)
        else:
            write_csv(annotated, stream, escape_controls=str(output) == "-" and sys.stdout.isatty())
    if str(output) != "-":
        were = "was" if len(annotated) == 1 else "were"
        remark(
            f"{count_words(len(annotated), 'annotated result', 'annotated results')} {were} "
            f"written to {output}."
        )
    raise typer.Exit(1 if rejected else 0)
