"""`infusion add | import | list | remove | restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wbc_tracker.cli.clock import check_moment, now, today
from wbc_tracker.cli.entries import drug_for, patient_for, question_booking
from wbc_tracker.cli.import_files import import_files
from wbc_tracker.cli.option_groups import with_option_groups, without
from wbc_tracker.cli.options import Patient, TakingIn, Yes
from wbc_tracker.cli.output import show
from wbc_tracker.cli.reading import Reading
from wbc_tracker.cli.sources import open_store
from wbc_tracker.errors import UsageError

app = typer.Typer(
    help="Infusion dates: add, import, list, remove.", no_args_is_help=True, rich_markup_mode=None
)


@app.command("add")
def add(
    context: typer.Context,
    date: Annotated[str, typer.Argument(help="2025-03-01, or with a time 2025-03-01T09:30.")],
    drug: Annotated[str, typer.Option(help="Drug or brand name.")] = "ocrelizumab",
    dose: Annotated[float | None, typer.Option(help="Dose in mg.", min=0)] = None,
    patient: Patient = None,
    yes: Yes = False,
) -> None:
    """Record one infusion. A future date is a booking; a dose of a known date is filled in."""
    from wbc_tracker.store import Infusion

    moment, known_drug = check_moment(date), drug_for(drug, dose)
    question_booking(moment[:10], today(), yes=yes)
    with open_store(context) as store:
        infusion = Infusion(patient_for(store, patient, yes=yes), moment, known_drug, dose)
        standing = [i for i in store.infusions.list(infusion.patient_id) if i.dose_mg is None]
        new = store.infusions.add(infusion)
    is_filled = dose is not None and moment[:10] in {i.infused_on[:10] for i in standing}
    told = "Recorded" if new else "Dose filled in" if is_filled else "Already recorded"
    show(f"{told}: {_words(infusion.infused_on, infusion.drug, dose)}.")


@app.command("import")
@with_option_groups
def import_file(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="CSV with infused_on, drug, dose_mg; '-': standard input.")
    ],
    patient: Patient = None,
    *,
    reading: Annotated[Reading, without("units", "layout")],
    how: TakingIn,
) -> None:
    """Read infusions from a file: a list of dates, or of a day unit with drug, dose and status."""
    options = reading.options(today(), patient, only_patient=True)
    raise typer.Exit(import_files(context, "infusions", [file], options, how))


@app.command("list")
def list_infusions(
    context: typer.Context,
    patient: Patient = None,
    removed: Annotated[
        bool, typer.Option("--removed", help="List the removed infusions instead.")
    ] = False,
) -> None:
    """List the recorded infusions."""
    from wbc_tracker.wording import visible

    with open_store(context) as store:
        infusions = store.infusions.list(patient, removed=removed)
    if not infusions:
        add_one = "recorded. Add one: wbc-tracker infusion add 2025-03-01 --dose 600"
        show(f"No infusion is {'removed.' if removed else add_one}")
    for infusion in infusions:
        show(
            f"{visible(infusion.patient_id)}  "
            f"{_words(infusion.infused_on, infusion.drug, infusion.dose_mg)}"
        )


@app.command("remove")
def remove(
    context: typer.Context,
    date: Annotated[str, typer.Argument(help="The infusion's date.")],
    patient: Patient = None,
) -> None:
    """Remove one infusion. It stays removed when its file is imported again; `restore` gives it
    back.
    """
    from wbc_tracker.schema import DEFAULT_PATIENT

    day = check_moment(date)[:10]
    with open_store(context) as store:
        removed = store.infusions.remove(patient or DEFAULT_PATIENT, day, now())
    if removed is None:
        raise UsageError(
            f"No infusion of {patient or DEFAULT_PATIENT!r} is recorded on {date}.",
            "See `wbc-tracker infusion list`.",
        )
    show(f"Removed: {_words(removed.infused_on, removed.drug, removed.dose_mg)}.")


@app.command("restore")
def restore(
    context: typer.Context,
    date: Annotated[str, typer.Argument(help="The infusion's date.")],
    patient: Patient = None,
) -> None:
    """Give a removed infusion back."""
    from wbc_tracker.schema import DEFAULT_PATIENT

    with open_store(context) as store:
        restored = store.infusions.restore(patient or DEFAULT_PATIENT, check_moment(date)[:10])
    if restored is None:
        raise UsageError(
            f"No removed infusion on {date}.", "See `wbc-tracker infusion list --removed`."
        )
    show(f"Restored: {_words(restored.infused_on, restored.drug, restored.dose_mg)}.")


def _words(infused_on: str, drug: str, dose_mg: float | None) -> str:
    dose = "" if dose_mg is None else f" {dose_mg:g} mg"
    return f"{infused_on.replace('T', ' ')}  {drug}{dose}"
