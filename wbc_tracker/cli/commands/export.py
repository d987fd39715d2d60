"""`export`: the annotated results as a table, for oneself or to be shared."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wbc_tracker.cli.large.export import export_in_blocks, export_parts
from wbc_tracker.cli.large.place import is_folder
from wbc_tracker.cli.large.workers import Workers
from wbc_tracker.cli.line.own_rules import tell_rules
from wbc_tracker.cli.line.places import names_standard_output, typed_output
from wbc_tracker.cli.line.suffix import format_for
from wbc_tracker.cli.option_groups import with_option_groups
from wbc_tracker.cli.options import Day, Shown, Sources
from wbc_tracker.cli.output import remark, standard_output
from wbc_tracker.cli.prepare import Call, prepare
from wbc_tracker.cli.progress import begin
from wbc_tracker.cli.reading import Reading
from wbc_tracker.cli.sharing.pseudonymize import Sharing, key_of, shared_by
from wbc_tracker.cli.sources import load_first_ids
from wbc_tracker.cli.written.made_with import made_with, meta_place, meta_text, tell_meta
from wbc_tracker.cli.written.names import cdisc_for, first_drugs_of, in_names
from wbc_tracker.cli.written.table import SUFFIXES, ExportFormat, Written, write_table
from wbc_tracker.wording import count_words


@with_option_groups
def export(
    context: typer.Context,
    output: Annotated[
        Path,
        typer.Argument(
            help="File to write; '-' is standard output. A name that ends in / is a folder of "
            "parts, for large files.",
            show_default=False,
            parser=typed_output,
        ),
    ],
    sources: Sources,
    shown: Shown,
    day: Day,
    sharing: Sharing,
    workers: Workers,
    written: Written,
    reading: Reading,
) -> None:
    """Write every result with its annotations; `explain --columns` tells what each column means."""
    workers.check(sources)
    is_shared, cdisc = sharing.key_file is not None, None
    if written.names is not None:
        cdisc = cdisc_for(reading.covariates, is_shared=is_shared)
    typed = context, sources, shown, day, reading, output
    if is_folder(output, written, sharing, workers):
        raise typer.Exit(export_parts(*typed, cdisc, written, workers))
    chosen = format_for(
        context, str(output), written.format, SUFFIXES, default=ExportFormat.CSV, what="an export"
    )
    if chosen is ExportFormat.XLSX:
        from wbc_tracker.render.xlsx.book import require_workbooks

        require_workbooks()
    key = key_of(context, sharing, sources)
    inputs = [sharing.key_file] if sharing.key_file else []
    meta = meta_place(context, output, [*sources.files, *inputs]) if written.with_meta else None
    is_file = not names_standard_output(output)
    is_of_lines = chosen in (ExportFormat.CSV, ExportFormat.JSONL)
    if is_of_lines and is_file and not is_shared:
        code = export_in_blocks(*typed, chosen, cdisc, meta, workers)
        if code is not None:
            raise typer.Exit(code)

    # Not before workers have begun to start: these take long to load.
    from wbc_tracker.files import write_whole
    from wbc_tracker.render.xlsx.book import refuse_too_many
    from wbc_tracker.schema import EXPORT_COLUMNS, covariate_column
    from wbc_tracker.sharing.columns import shared_columns
    from wbc_tracker.sharing.remaining import shared_words

    call = prepare(*typed, inputs, covariates=())
    tell_rules(call.catalog)
    begin(f"annotating {count_words(len(call.dataset.results), 'result', 'results')}")
    annotated, selection, exit_code = call.annotate(), call.selection, call.exit_code
    about = [*_about(call), call.catalog.disclaimer]
    remarks, people = call.remarks, call.dataset.patients
    made = dict[str, object]()
    if meta or chosen is ExportFormat.PARQUET:
        made = made_with(call, reading, sharing.dates if is_shared else None, written.names)
    covariates = tuple(map(covariate_column, call.dataset.covariates))
    catalog = call.catalog
    drugs = {} if is_shared or cdisc is None else first_drugs_of(call.dataset)
    del call  # lets go of the dataset: of many results it is as large as what is written
    places = selection.places(annotated)
    columns, told = (*EXPORT_COLUMNS, *covariates), list[str]()
    if sharing.key_file:
        shared = shared_by(
            annotated, places, sharing, key, load_first_ids(context, sources), covariates
        )
        annotated, columns = shared.frame, shared_columns(sharing.dates, covariates)
        about = about[1:]  # without a date
        told = shared_words(shared, sharing.dates, sharing.key_file, people, remarks)
    elif places is not None:
        annotated = annotated.iloc[places]
    if cdisc is not None:
        annotated, columns = in_names(annotated, columns, drugs, cdisc, catalog)
    if chosen is ExportFormat.XLSX:
        refuse_too_many(len(annotated))
    if is_file:
        begin(f"writing {output.name}")
    with write_whole(output) if is_file else standard_output() as stream:
        write_table(annotated, stream, chosen, columns, made, about, is_file=is_file)
        if meta is not None:
            with write_whole(meta) as beside:
                beside.write(meta_text(made, columns, len(annotated)))
    if is_file:
        results = count_words(len(annotated), "annotated result was", "annotated results were")
        remark(f"{results} written to {output}.")
    tell_meta(meta)
    for line in told:
        remark(line)
    raise typer.Exit(exit_code)


def _about(call: Call) -> list[str]:
    """Say what the results were made with."""
    from wbc_tracker.explanation import own_rules_words
    from wbc_tracker.patient.provenance import rule_words

    catalog = call.catalog
    own_words = own_rules_words(catalog.own_rules)
    grading, version = catalog.grading_name, catalog.version
    return rule_words(call.dataset.as_of, grading, version, call.same_day, own_words)
