"""The table of results in each form in which it is written; what only some need is loaded then."""

# No `from __future__ import annotations`: as texts they would be compiled at every start.

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from wbc_tracker.cli.progress import begin
from wbc_tracker.cli.written.names import NameSet
from wbc_tracker.wording import count_words

if TYPE_CHECKING:
    import pandas as pd

    from wbc_tracker.schema import Column


class ExportFormat(StrEnum):
    """Format of the export."""

    CSV = "csv"
    PARQUET = "parquet"
    XLSX = "xlsx"
    JSONL = "jsonl"


SUFFIXES = {
    ".csv": (ExportFormat.CSV,),
    ".parquet": (ExportFormat.PARQUET,),
    ".xlsx": (ExportFormat.XLSX,),
    ".jsonl": (ExportFormat.JSONL,),
    ".ndjson": (ExportFormat.JSONL,),
}


@dataclass(frozen=True)
class Written:
    """How the table is written."""

    format: Annotated[
        ExportFormat | None,
        typer.Option("--format", help="Default: by the file's suffix, else csv."),
    ] = None
    names: Annotated[
        NameSet | None,
        typer.Option(
            "--names",
            help="Columns in the names and words of CDISC ADaM (BDS); `explain --columns --names "
            "cdisc` lists them.",
        ),
    ] = None
    partition: Annotated[
        int | None,
        typer.Option(
            "--partition",
            min=1,
            metavar="N",
            help="A folder of parts of whole patients, about N results each; default of a folder: "
            "200000.",
        ),
    ] = None
    resume: Annotated[
        bool,
        typer.Option("--resume", help="Go on with the parts that a run has left in the folder."),
    ] = False
    with_meta: Annotated[
        bool,
        typer.Option(
            "--meta",
            help="Say in NAME.meta.json beside it what it was made with: versions, settings, "
            "hashes of the inputs, columns.",
        ),
    ] = False


def write_table(
    annotated: "pd.DataFrame",
    stream: BinaryIO,
    chosen: ExportFormat,
    columns: "Sequence[Column]",
    made: Mapping[str, object] | None,
    about: Sequence[str],
    *,
    is_file: bool,
) -> None:
    """Write the rows.

    Args:
        annotated: with these columns. stream: where to. chosen: the format.
        columns: in their order.
        made: what they were made with, as plain data. about: the same in sentences.
        is_file: it is no standard output, where a terminal would obey some letters.
    """
    if chosen is ExportFormat.PARQUET:
        from wbc_tracker.render.parquet.results import write_parquet

        write_parquet(annotated, stream, columns=columns, made_with=made)
    elif chosen is ExportFormat.XLSX:
        from wbc_tracker.render.xlsx.results import write_workbook

        write_workbook(annotated, stream, about, columns, _tell_rows(len(annotated)))
    elif chosen is ExportFormat.JSONL:
        from wbc_tracker.render.jsonl.results import write_jsonl

        write_jsonl(annotated, stream, columns=columns)
    else:
        from wbc_tracker.render.csv.results import write_csv

        is_shown = not is_file and sys.stdout.isatty()
        write_csv(annotated, stream, columns=columns, escape_controls=is_shown)


def _tell_rows(total: int) -> Callable[[int], None]:
    """Return what tells how many rows are written."""
    words = count_words(total, "row", "rows")
    return lambda done: begin(f"writing {words}", done, total)
