"""`result add | list | remove | restore | move`."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Annotated, Literal

import typer

from wbc_tracker.cli.clock import check_moment, now, today
from wbc_tracker.cli.entries import patient_for, question_unit, whose
from wbc_tracker.cli.line import completion
from wbc_tracker.cli.line.grammar import Commands
from wbc_tracker.cli.mended.rows import WhichResults, results_changed
from wbc_tracker.cli.option_groups import only, with_option_groups
from wbc_tracker.cli.options import Analytes, ListedAs, ListFormat, Patient, Yes
from wbc_tracker.cli.output import show, tell
from wbc_tracker.cli.reading import Reading
from wbc_tracker.cli.sources import open_store
from wbc_tracker.cli.told import results_told, stored_words
from wbc_tracker.errors import UsageError

app = Commands(help="Single results: add one from paper, list, remove or move wrong ones.")


@app.command("add")
@with_option_groups
def add(
    context: typer.Context,
    date: Annotated[str, typer.Argument(help="2025-03-01, or with a time 2025-03-01T08:20.")],
    results: Annotated[
        list[str],
        typer.Argument(
            metavar="NAME=VALUE...",
            help="'WBC=6.1 K/uL', 'CD19=<1 /uL', 'WBC=6.1 K/uL (4.0-11.0)'.",
            show_default=False,
        ),
    ],
    patient: Patient = None,
    yes: Yes = False,
    *,
    reading: Annotated[Reading, only("units", "decimal")],
) -> None:
    """Add results of one draw from paper: all of them, or none. `imports undo` takes them back."""
    from wbc_tracker.by_hand import add_by_hand
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.render.terminal.imports import outcome_lines

    moment = check_moment(date)
    options = reading.options(today(), patient, only_patient=True)
    with open_store(context) as store:
        options = replace(options, patient=patient_for(store, patient, yes=yes))
        outcome = add_by_hand(
            store,
            moment,
            results,
            options,
            load_catalog(),
            imported_at=now(),
            on_doubt=partial(question_unit, yes=yes),
        )
    for line in outcome_lines(outcome, dry_run=False):
        tell(line)
    tell(f"  To take this back: wbc-tracker imports undo {outcome.import_id}")


@app.command("list")
def list_results(
    context: typer.Context,
    patient: Patient = None,
    analytes: Analytes = None,
    removed: Annotated[
        bool, typer.Option("--removed", help="List the removed results instead.")
    ] = False,
    superseded: Annotated[
        bool,
        typer.Option(
            "--superseded", help="List what the laboratory has replaced or withdrawn instead."
        ),
    ] = False,
    told: ListedAs = ListFormat.TABLE,
) -> None:
    """List the results with their numbers and where each comes from."""
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.catalog.naming import choose_analyte

    catalog = load_catalog()
    chosen = [choose_analyte(name, catalog, "--analyte") for name in analytes or ()]
    if removed and superseded:
        raise UsageError("--removed and --superseded are two lists.", "Ask for one of them.")
    which: Literal["visible", "removed", "superseded"] = (
        "removed" if removed else "superseded" if superseded else "visible"
    )
    with open_store(context) as store:
        found = store.results.list(patient and whose(store, patient), which=which)
    found = [result for result in found if not chosen or result.analyte in chosen]
    if results_told(told, found, which):
        return
    if not found:
        show(
            "No result is removed."
            if removed
            else "No result is replaced or withdrawn by the laboratory."
            if superseded
            else "No result is recorded. Start with: wbc-tracker import FILE"
        )
    for result in found:
        show(f"{result.id:>6}  {stored_words(result, catalog)}")


@app.command("remove")
@with_option_groups
def remove(context: typer.Context, *, which: WhichResults) -> None:
    """Remove wrong results. They stay removed when their file comes again; `restore` gives them
    back.
    """
    results_changed(context, "remove", which, now())


@app.command("restore")
@with_option_groups
def restore(context: typer.Context, *, which: WhichResults) -> None:
    """Give back what was removed, or what the laboratory has replaced or withdrawn (by number)."""
    results_changed(context, "restore", which, now())


@app.command("move")
@with_option_groups
def move(
    context: typer.Context,
    to: Annotated[
        str,
        typer.Option(
            "--to", metavar="ID", help="Whose they are.", autocompletion=completion.patients
        ),
    ],
    yes: Yes = False,
    *,
    which: WhichResults,
) -> None:
    """Give results that were filed under the wrong patient to the right one; they stay there when
    their file comes again.
    """
    results_changed(context, "move", which, now(), to=to, yes=yes)
