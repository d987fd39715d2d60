"""`event add | import | list | remove | restore`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from wbc_tracker.cli.clock import check_moment, now, today
from wbc_tracker.cli.entries import patient_for, question_drug, whose
from wbc_tracker.cli.import_files import import_files
from wbc_tracker.cli.line import completion
from wbc_tracker.cli.line.grammar import Commands
from wbc_tracker.cli.mended.rows import tell_events
from wbc_tracker.cli.option_groups import with_option_groups, without
from wbc_tracker.cli.options import ListedAs, ListFormat, Patient, TakingIn, Yes
from wbc_tracker.cli.output import show, tell
from wbc_tracker.cli.reading import Reading
from wbc_tracker.cli.sources import open_store
from wbc_tracker.cli.told import event_words, events_told
from wbc_tracker.errors import UsageError
from wbc_tracker.near import did_you_mean
from wbc_tracker.wording import visible

app = Commands(
    help="Vaccinations, infections, relapses, steroid courses: add, import, list, remove."
)


Numbers = Annotated[
    list[int],
    typer.Argument(metavar="ID...", help="Numbers from `event list`.", show_default=False),
]


@app.command("add")
def add(
    context: typer.Context,
    date: Annotated[
        str, typer.Argument(help="2025-03-01; of something that lasted, its first day.")
    ],
    kind: Annotated[
        str,
        typer.Argument(
            help="vaccination, infection, relapse, steroid, other, stopped, other_drug (its note "
            "says which) or left.",
            autocompletion=completion.event_kinds,
        ),
    ],
    note: Annotated[str, typer.Option(help="Your own words.")] = "",
    patient: Patient = None,
    yes: Yes = False,
) -> None:
    """Record one event. A future date is a plan; an infection or a relapse cannot be planned."""
    from wbc_tracker.catalog import load_events
    from wbc_tracker.store import Event

    kinds = load_events().kinds
    understood = load_events().understand(kind, note.strip())
    if understood is None:
        raise UsageError(
            f"The kind of event {kind!r} is not known.{did_you_mean(kind, kinds)}",
            f"Known are {', '.join(kinds)}; the rest belongs into the note: event add {date[:10]} "
            "other --note ...",
        )
    day = _date(date)
    if day > today() and not kinds[understood[0]].can_be_planned:
        raise UsageError(
            f"{day} lies in the future; an event of the kind {understood[0]} cannot be planned."
        )
    if understood[0] == "other_drug":
        question_drug(understood[1], yes=yes)
    with open_store(context) as store:
        event = Event(patient_for(store, patient, yes=yes), day, *understood)
        new = store.events.add(event)
    tell(f"{'Recorded' if new else 'Already recorded'}: {event_words(event)}.")


@app.command("import")
@with_option_groups
def import_file(
    context: typer.Context,
    file: Annotated[
        Path, typer.Argument(help="Table with happened_on, kind, note; '-': standard input.")
    ],
    patient: Patient = None,
    *,
    reading: Annotated[Reading, without("units", "layout", "decimal")],
    how: TakingIn,
) -> None:
    """Read events from a file. Importing it again adds nothing."""
    options = reading.options(today(), patient, only_patient=True)
    raise typer.Exit(import_files(context, "events", [file], options, how))


@app.command("list")
def list_events(
    context: typer.Context,
    patient: Patient = None,
    removed: Annotated[
        bool, typer.Option("--removed", help="List the removed events instead.")
    ] = False,
    told: ListedAs = ListFormat.TABLE,
) -> None:
    """List the recorded events with their numbers."""
    with open_store(context) as store:
        events = store.events.list(patient and whose(store, patient), removed=removed)
    if events_told(told, events, removed=removed):
        return
    if not events:
        show(
            "No event is removed."
            if removed
            else "No event is recorded. Add one: wbc-tracker event add 2025-03-01 vaccination "
            "--note flu"
        )
    for event in events:
        planned = " (planned)" if event.happened_on > today() else ""
        show(f"{event.id:>4}  {visible(event.patient_id)}  {event_words(event)}{planned}")


@app.command("remove")
def remove(context: typer.Context, numbers: Numbers) -> None:
    """Remove events. They stay removed when their file comes again; `restore` gives them back."""
    with open_store(context) as store:
        mended = store.events.remove_all(numbers, now())
    tell_events(context, "Removed", mended.rows, mended.entry)


@app.command("restore")
def restore(context: typer.Context, numbers: Numbers) -> None:
    """Give removed events back."""
    with open_store(context) as store:
        mended = store.events.restore_all(numbers, now())
    tell_events(context, "Restored", mended.rows, mended.entry)


def _date(text: str) -> str:
    """Return an ISO date; a time has no meaning here.

    Raises:
        UsageError: it is no date, or has a time.
    """
    moment = check_moment(text)
    if "T" in moment:
        raise UsageError(
            f"{text!r} has a time; an event has a date alone.", f"Write it as {moment[:10]}."
        )
    return moment
