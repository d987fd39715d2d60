"""The Typer app: the commands and the options that stand before them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.main import get_command

from wbc_tracker.cli.commands import (
    about,
    chart,
    cohort,
    demo,
    event,
    explain,
    export,
    import_labs,
    imports,
    infusion,
    patients,
    profiles,
    report,
    result,
    store,
)
from wbc_tracker.cli.line.grammar import Commands

app = Commands(
    name="wbc-tracker",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        about.version()
        raise typer.Exit


@app.callback()
def run(
    context: typer.Context,
    db: Annotated[
        Path | None,
        typer.Option(
            "--db",
            envvar="WBC_TRACKER_DB",
            help="File of the store (default: in your data folder).",
        ),
    ] = None,
    debug: Annotated[bool, typer.Option("--debug", help="Show the traceback of an error.")] = False,
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_show_version, is_eager=True),
    ] = False,
) -> None:
    """Blood counts on anti-CD20 therapy, shown against the infusions. Educational, not medical
    advice.

    Lab CSV files in; trend tables with educational flags and an annotated CSV out. All data stays
    on this machine.
    """
    context.obj = db


app.command("help", hidden=True)(about.help_of)
app.command("version", hidden=True)(about.version)
app.command("demo")(demo.demo)
app.command("import")(import_labs.import_labs)
app.add_typer(result.app, name="result")
app.add_typer(infusion.app, name="infusion")
app.add_typer(event.app, name="event")
app.add_typer(imports.app, name="imports")
app.command("report")(report.report)
app.command("export")(export.export)
app.command("chart")(chart.chart)
app.command("cohort")(cohort.cohort)
app.command("explain")(explain.explain)
app.add_typer(patients.app, name="patients")
app.add_typer(store.app, name="store")
app.add_typer(profiles.app, name="profiles")


@cache
def command_line() -> Any:
    """Return what takes the words of a line, made once a process: Typer's app makes it at each
    call.
    """
    return get_command(app)
