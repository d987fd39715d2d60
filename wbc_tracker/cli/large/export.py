"""Large lab files, exported: as one file of lines, or as a folder of parts."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from wbc_tracker.cli.large.blocks import annotate_in_blocks, refusal_of
from wbc_tracker.cli.large.workers import Workers
from wbc_tracker.cli.line.own_rules import tell_rules
from wbc_tracker.cli.options import Day, Shown, Sources
from wbc_tracker.cli.output import remark
from wbc_tracker.cli.prepare import Call, check_line
from wbc_tracker.cli.progress import begin
from wbc_tracker.cli.reading import Reading
from wbc_tracker.cli.written.made_with import made_with, meta_text, tell_meta
from wbc_tracker.cli.written.names import NameSet
from wbc_tracker.cli.written.table import ExportFormat, Written
from wbc_tracker.errors import UsageError
from wbc_tracker.wording import count_words

if TYPE_CHECKING:
    from wbc_tracker.catalog import Catalog
    from wbc_tracker.catalog.cdisc import Cdisc
    from wbc_tracker.intake import ReadingOptions
    from wbc_tracker.intake.blocks.plan import NotForBlocks
    from wbc_tracker.scale.filling import Turn
    from wbc_tracker.scale.sinks import RowsWritten, Sink
    from wbc_tracker.scale.totals import Annotated
    from wbc_tracker.selection import Selection

_OF_PARTS = {ExportFormat.CSV: ".csv", ExportFormat.PARQUET: ".parquet"}


def export_in_blocks(
    context: typer.Context,
    sources: Sources,
    shown: Shown,
    day: Day,
    reading: Reading,
    output: Path,
    chosen: ExportFormat,
    names: Cdisc | None,
    meta: Path | None,
    workers: Workers,
) -> int | None:
    """Write the annotated results as one file of lines, and tell what one process would tell.

    Args:
        chosen: CSV or JSON Lines. names: of the columns, where not ours.
        meta: the file that says what they were made with, where it is asked for.

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
    from wbc_tracker.files import write_whole, written_whole
    from wbc_tracker.scale.filling import FilledFile, on_the_way_to_disk
    from wbc_tracker.scale.forms import CSV, JSON_LINES
    from wbc_tracker.scale.sinks import OneFile

    place = workers.temp or output.resolve().parent
    rows = _rows(day, options, catalog, selection, names)
    rows = replace(rows, form=JSON_LINES if chosen is ExportFormat.JSONL else CSV)
    found = None
    with suppress(_Whole), written_whole(output) as part:
        filled = FilledFile(part, str(output))

        def sink_for(turn: Turn | None) -> Sink:
            assert turn is not None, "workers of this machine take turns"
            return OneFile(rows, filled, turn)

        with on_the_way_to_disk(filled):
            found = annotate_in_blocks(context, sources, workers, options, place, sink_for)
        if found is None:
            raise _Whole
        tell_rules(catalog)
        begin(f"writing {output.name}")
        if meta is not None:
            made = _made_with(context, sources, day, reading, selection, catalog, names)
            with write_whole(meta) as beside:
                beside.write(meta_text(made, rows.written, sum(found.made)))
    if found is None:
        return None
    _tell_written(found, output)
    tell_meta(meta)
    return _exit_code(found)


def export_parts(
    context: typer.Context,
    sources: Sources,
    shown: Shown,
    day: Day,
    reading: Reading,
    folder: Path,
    names: Cdisc | None,
    written: Written,
    workers: Workers,
) -> int:
    """Write the annotated results as a folder of parts of whole patients.

    Args:
        names: of the columns, where not ours.

    Returns:
        The exit code.

    Raises:
        UsageError: what was typed is wrong, or the files cannot be cut into parts.
        AmbiguousFileError: one of them can be read in two ways.
        OutputError: a disk is full. WorkerError: a worker was stopped.
    """
    suffix = _OF_PARTS.get(written.format or ExportFormat.PARQUET)
    if suffix is None:
        raise UsageError("Parts are written as Parquet or CSV.", "Choose one with --format.")
    options, catalog, selection = check_line(
        context, sources, shown, day, reading, folder, covariates=()
    )
    if not workers.are_for(sources, always=True):
        raise _no_parts(sources)
    from wbc_tracker.scale.parts import PartsFolder

    made = _made_with(context, sources, day, reading, selection, catalog, names)
    made["results_at_once"] = written.partition
    rows = _rows(day, options, catalog, selection, names)
    parts = PartsFolder(folder.resolve(), rows, suffix, made)
    parts.open(goes_on=written.resume)

    def refuse(problem: NotForBlocks) -> None:
        parts.leave()
        raise refusal_of(problem, _no_parts(sources))

    found = annotate_in_blocks(
        context,
        sources,
        workers,
        options,
        workers.temp or parts.folder,
        lambda _: parts,
        written.partition,
        no_blocks=refuse,
    )
    assert found is not None, "else it is refused"
    parts.finish(found.made)
    tell_rules(catalog)
    _tell_written(found, folder)
    return _exit_code(found)


def _rows(
    day: Day,
    options: ReadingOptions,
    catalog: Catalog,
    selection: Selection,
    names: Cdisc | None,
) -> RowsWritten:
    """Return what is written of a block."""
    from wbc_tracker.scale.sinks import RowsWritten
    from wbc_tracker.schema import EXPORT_COLUMNS, covariate_column

    columns = (*EXPORT_COLUMNS, *map(covariate_column, options.covariates))
    rules = catalog if day.rules else None
    return RowsWritten(day.same_day.value, selection, columns, names, rules)


def _made_with(
    context: typer.Context,
    sources: Sources,
    day: Day,
    reading: Reading,
    selection: Selection,
    catalog: Catalog,
    names: Cdisc | None,
) -> dict[str, object]:
    """Return what the results are made with, of which none is at home."""
    import pandas as pd

    from wbc_tracker.dataset import Dataset, empty_infusions

    nothing = Dataset(pd.DataFrame(), empty_infusions(), day.date)
    call = Call(context, sources, nothing, 0, day.same_day.value, selection, catalog)
    return made_with(call, reading, None, None if names is None else NameSet.CDISC)


class _Whole(Exception):  # noqa: N818 (it only leaves the place where a file would appear)
    """The files are to be read whole."""


def _no_parts(sources: Sources) -> UsageError:
    if not sources.labs:
        return UsageError("A folder of parts is made of lab files.", "Name them with --labs.")
    return UsageError(
        "These files cannot be cut into parts: that needs text or Parquet with a column of "
        "patients, one record a line, and neither --patient nor --sex.",
        "Write one file, as annotated.parquet.",
    )


def _tell_written(found: Annotated, output: Path) -> None:
    results = count_words(sum(found.made), "annotated result was", "annotated results were")
    remark(f"{results} written to {output}.")


def _exit_code(found: Annotated) -> int:
    return 1 if sum(len(each.rejects) for each in found.readings) else 0
