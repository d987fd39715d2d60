"""`demo`: the report of an invented person, or invented patients as files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wbc_tracker.cli.endings import Target, deliver_panel, deliver_patient
from wbc_tracker.cli.invented import invented_call, refuse_files_that_are_there, write_files
from wbc_tracker.cli.line.report_format import ReportFormat
from wbc_tracker.cli.output import show, tell
from wbc_tracker.cli.progress import begin
from wbc_tracker.wording import count_words

_NOBODY = "Invented: nobody in this {} exists. For your own results see below."
_NEXT = (
    "Your own results, from a lab file and the infusion dates:\n"
    "  wbc-tracker import FILE\n"
    "  wbc-tracker infusion add 2025-03-01 --dose 600\n"
    "  wbc-tracker report\n"
    "Files of invented patients to try it with: wbc-tracker demo FOLDER"
)
_USUAL_PATIENTS = 40


def demo(
    context: typer.Context,
    folder: Annotated[
        Path | None,
        typer.Argument(help="Write lab files in many shapes, infusions and events here."),
    ] = None,
    patients: Annotated[
        int | None,
        typer.Option(help="How many; without a folder: their overview.", min=1, max=1000),
    ] = None,
    seed: Annotated[int, typer.Option(help="Another number, other people.", min=1)] = 1,
    full: Annotated[
        bool, typer.Option("--full", help="The table with every draw, slope and code.")
    ] = False,
) -> None:
    """Show the report of an invented person, without any file; or write invented files."""
    from wbc_tracker.invented.files import invent_files, invent_person
    from wbc_tracker.panel.filter import PanelFilter

    begin(f"inventing {count_words(patients or _USUAL_PATIENTS, 'patient', 'patients')}")
    if folder is not None:
        files = invent_files(patients or _USUAL_PATIENTS, seed)
        refuse_files_that_are_there(context, folder, files)
        tell(write_files(folder, files))
        return
    target = Target.of(None, ReportFormat.TABLE)
    if patients is None:
        show(f"{_NOBODY.format('report')}\n")
        deliver_patient(invented_call(context, invent_person(seed)), target, full=full)
    else:
        show(f"{_NOBODY.format('overview')}\n")
        deliver_panel(invented_call(context, invent_files(patients, seed)), PanelFilter(), target)
    show(f"\n{_NEXT}")
