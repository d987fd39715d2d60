"""`infusion add | import | list | remove | restore | edit`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wbc_tracker.cli.clock import check_moment, now, today
from wbc_tracker.cli.entries import drug_for, moments_of, patient_for, question_booking, whose
from wbc_tracker.cli.import_files import import_files
from wbc_tracker.cli.line import completion
from wbc_tracker.cli.line.grammar import Commands
from wbc_tracker.cli.line.next_step import tell_next, tell_undo
from wbc_tracker.cli.line.typed import command_line
from wbc_tracker.cli.mended.rows import infusion_edited, infusions_changed
from wbc_tracker.cli.option_groups import with_option_groups, without
from wbc_tracker.cli.options import ListedAs, ListFormat, Patient, TakingIn, Yes
from wbc_tracker.cli.output import show, tell
from wbc_tracker.cli.reading import Reading
from wbc_tracker.cli.sources import open_store
from wbc_tracker.cli.told import infusion_line, infusion_words, infusions_told

app = Commands(help="Infusion dates: add, import, list, remove, edit.")
Dates = Annotated[
    list[str],
    typer.Argument(metavar="DATE...", help="Dates of the infusions.", show_default=False),
]


@app.command("add")
def add(
    context: typer.Context,
    dates: Annotated[
        list[str],
        typer.Argument(
            metavar="DATE...",
            help="2025-03-01, or with a time 2025-03-01T09:30; several dates of one drug and dose.",
            show_default=False,
        ),
    ],
    drug: Annotated[
        str, typer.Option(help="Drug or brand name.", autocompletion=completion.drugs)
    ] = "ocrelizumab",
    dose: Annotated[float | None, typer.Option(help="Dose in mg.", min=0)] = None,
    patient: Patient = None,
    yes: Yes = False,
) -> None:
    """Record infusions: all of them, or none. A future date is a booking; a dose of a known date is
    filled in.
    """
    from wbc_tracker.catalog import load_catalog
    from wbc_tracker.store import ImportInfo, Infusion

    moments, known_drug = moments_of(dates), drug_for(drug, dose)
    question_booking([moment[:10] for moment in moments], today(), yes=yes)
    with open_store(context) as store:
        whose = patient_for(store, patient, yes=yes)
        infusions = [Infusion(whose, moment, known_drug, dose) for moment in moments]
        info = ImportInfo.by_hand(load_catalog().version, now())
        entry = store.infusions.add_by_hand(infusions, info)
        for infusion, fate in zip(infusions, entry.fates, strict=True):
            new = "Booked" if infusion.infused_on[:10] > today() else "Recorded"
            fate_words = {"new": new, "filled": "Dose filled in", "known": "Already recorded"}[fate]
            tell(f"{fate_words}: {infusion_words(infusion)}.")
        tell_undo(context, [entry.import_id])
        tell_next(context, store, "infusions", [whose])


@app.command("import")
@with_option_groups
def import_file(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="Table with infused_on, drug, dose_mg; '-': standard input.")
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
    told: ListedAs = ListFormat.TABLE,
) -> None:
    """List the recorded infusions."""
    with open_store(context) as store:
        infusions = store.infusions.list(patient and whose(store, patient), removed=removed)
    if infusions_told(told, infusions, removed=removed):
        return
    if not infusions:
        add = command_line(context, "infusion", "add", "2025-03-01", "--dose", "600", *_of(patient))
        show("No infusion is removed." if removed else f"No infusion is recorded. Add one: {add}")
    for infusion in infusions:
        is_booked = infusion.infused_on[:10] > today() and not removed
        show(infusion_line(infusion, is_booked=is_booked))


@app.command("remove")
def remove(context: typer.Context, dates: Dates, patient: Patient = None) -> None:
    """Remove infusions, also when their file comes again. `restore` gives them back."""
    infusions_changed(context, "remove", dates, patient, now())


@app.command("restore")
def restore(context: typer.Context, dates: Dates, patient: Patient = None) -> None:
    """Give removed infusions back."""
    infusions_changed(context, "restore", dates, patient, now())


@app.command("edit")
def edit(
    context: typer.Context,
    date: Annotated[str, typer.Argument(help="The infusion's date.")],
    drug: Annotated[
        str | None, typer.Option(help="Drug or brand name.", autocompletion=completion.drugs)
    ] = None,
    dose: Annotated[float | None, typer.Option(help="Dose in mg.", min=0)] = None,
    patient: Patient = None,
) -> None:
    """Correct drug or dose of an infusion. It keeps them when its file comes again."""
    infusion_edited(context, check_moment(date)[:10], patient, drug, dose, now())


def _of(patient: str | None) -> list[str]:
    """Return the words that choose the same patient in another command."""
    return ["--patient", patient] if patient else []
