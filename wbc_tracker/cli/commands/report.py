"""`report`: trend tables and flags."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from wbc_tracker.cli.clinic import deliver_draws, refuse_beside_draws
from wbc_tracker.cli.deliver import deliver_text
from wbc_tracker.cli.endings import (
    NOTHING_YET,
    Target,
    deliver_json,
    deliver_panel,
    deliver_patient,
    deliver_visit,
    refuse_beside,
)
from wbc_tracker.cli.line.report_format import ReportFormat, report_format
from wbc_tracker.cli.opening import open_in_browser
from wbc_tracker.cli.option_groups import with_option_groups
from wbc_tracker.cli.options import Chosen, Day, Shown, Sources, UnitChoice
from wbc_tracker.cli.prepare import prepare
from wbc_tracker.cli.reading import Reading
from wbc_tracker.cli.sharing.names import read_names_of, refuse_names
from wbc_tracker.errors import UsageError


@with_option_groups
def report(
    context: typer.Context,
    sources: Sources,
    shown: Shown,
    chosen: Chosen,
    day: Day,
    output_format: Annotated[
        ReportFormat | None,
        typer.Option(
            "--format",
            help="Default: by the suffix of --output, else table. csv, xlsx: one line a patient; "
            "ics: the next days for a calendar; message: three lines for the clinic.",
        ),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(
            "--output",
            metavar="PATH",
            help="Write to this file; HTML also to a folder (a name without suffix), with a page "
            "of each patient.",
        ),
    ] = None,
    title: Annotated[
        str | None,
        typer.Option(
            "--title",
            metavar="TEXT",
            help="Heading of one patient's report: a name, beside the id.",
        ),
    ] = None,
    opens: Annotated[
        bool,
        typer.Option("--open", help="Make a page and show it in the browser."),
    ] = False,
    names: Annotated[
        Path | None,
        typer.Option(
            "--names",
            metavar="FILE",
            help="A table of ids and names: names stand beside the ids on the screen, and go into "
            "no report.",
        ),
    ] = None,
    full: Annotated[
        bool,
        typer.Option("--full", help="The table with every draw, slope and code of one patient."),
    ] = False,
    draws: Annotated[
        bool,
        typer.Option(
            "--draws",
            help="Of several patients: the next blood draws by week, before their infusions; as "
            "table, csv or ics.",
        ),
    ] = False,
    told_in: Annotated[
        UnitChoice | None,
        typer.Option(
            "--units",
            help="Of one patient: as the laboratory printed them last (default), or always the "
            "same.",
        ),
    ] = None,
    *,
    reading: Reading,
) -> None:
    """Show one patient's trend report, or an overview of several, worst first."""
    target = Target.of(to, report_format(context, to, output_format), opens=opens)
    filters = chosen.filters(sources.patient, day.catalog)
    if filters.new and sources.labs:
        raise UsageError(
            "--new compares with what the store held before; --labs touches no store.",
            "Import the files, or leave out --new.",
        )
    if names is not None:
        refuse_names(target)
    inputs = [] if names is None else [names]
    call = prepare(context, sources, shown, day, reading, target.file, inputs)
    if names is not None:
        call = replace(call, names=read_names_of(names, call, target))
    is_draws = draws or (
        target.format is ReportFormat.ICS and (len(call.dataset.patients) > 1 or bool(filters))
    )
    is_list = target.format.is_of_lines
    is_one = len(call.dataset.patients) <= 1 and not filters and not is_list
    is_one = is_one or target.folder is not None
    if told_in is UnitChoice.REPORTED and (target.format is ReportFormat.JSON or not is_one):
        raise UsageError(
            "--units reported: JSON and the overview of several hold the same units for all.",
            "Leave out --units.",
        )
    if told_in is not None:
        call = replace(call, units=told_in.value)
    if is_draws:
        refuse_beside_draws(call, target.format, title)
    if target.format is ReportFormat.JSON:
        deliver_json(call, filters, target, chosen.new_since)
    elif not call.dataset.patients and not is_list:
        is_prose = target.format in (ReportFormat.TABLE, ReportFormat.MARKDOWN)
        deliver_text(NOTHING_YET, target.file if is_prose else None)
    elif is_draws:
        deliver_draws(call, filters, target.format, target.file, chosen.new_since)
    elif target.format.is_of_one:
        refuse_beside(call, filters, target.format, title)
        deliver_visit(call, target)
    elif is_one and target.folder is None:
        deliver_patient(call, target, title, full=full)
    else:
        if title is not None:
            raise UsageError("--title is that of one patient.", "Choose one with --patient ID.")
        deliver_panel(call, filters, target, chosen.new_since)
    if target.to_open is not None and call.dataset.patients:
        open_in_browser(target.to_open)
    raise typer.Exit(call.exit_code)
