"""`patients list | remove`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from wbc_tracker.cli.output import show
from wbc_tracker.cli.sources import open_store
from wbc_tracker.errors import UsageError
from wbc_tracker.wording import count_words, visible

app = typer.Typer(help="Who is in the store; erase one.", no_args_is_help=True, rich_markup_mode=None)


@app.command("list")
def list_patients(context: typer.Context) -> None:
    """List the patients."""
    with open_store(context) as store:
        records = store.patients()
    if not records:
        show("The store is empty. Start with: wbc-tracker import FILE")
    for record in records:
        span = f", {record.first_at[:10]} to {record.latest_at[:10]}" if record.first_at and record.latest_at else ""
        counts = f"{count_words(record.results, 'result', 'results')}{span}"
        show(visible(f"{record.patient_id}: {counts}; {count_words(record.infusions, 'infusion', 'infusions')}"))


@app.command("remove")
def remove(
    context: typer.Context,
    patient_id: Annotated[str, typer.Argument(metavar="ID", help="The patient.", show_default=False)],
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Erase one patient, whole and for good."""
    if not yes and not (sys.stdin and sys.stdin.isatty()):
        raise UsageError("Erasing cannot be undone, and nobody can be asked here.", "Add --yes to do it.")
    if not yes:
        typer.confirm(f"Erase everything about {visible(patient_id)}? This cannot be undone.", abort=True)
    with open_store(context) as store:
        record = store.remove_patient(patient_id)
    show(
        visible(
            f"Erased {record.patient_id}: {count_words(record.results, 'result', 'results')} and "
            f"{count_words(record.infusions, 'infusion', 'infusions')}."
        )
    )
