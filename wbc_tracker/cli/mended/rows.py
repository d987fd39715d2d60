"""Mending single rows: which of them are meant, and what was done to them."""

# No `from __future__ import annotations`: as texts they would be compiled at every start.

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from wbc_tracker.cli.clock import check_moment
from wbc_tracker.cli.entries import drug_for, patient_for, whose
from wbc_tracker.cli.line.next_step import tell_undo
from wbc_tracker.cli.options import Patient
from wbc_tracker.cli.output import tell
from wbc_tracker.cli.sources import open_store
from wbc_tracker.cli.told import event_words, infusion_words, stored_words
from wbc_tracker.errors import UsageError
from wbc_tracker.wording import visible

if TYPE_CHECKING:
    from wbc_tracker.store import Event, Infusion, Store, StoredResult

_MOST_TOLD = 20
_DAY = 10


@dataclass(frozen=True)
class WhichResults:
    """Which results a command is about: some by their numbers, or a patient's of a date."""

    numbers: Annotated[
        list[int] | None,
        typer.Argument(metavar="[ID]...", help="Numbers from `result list`.", show_default=False),
    ] = None
    patient: Patient = None
    date: Annotated[
        str | None,
        typer.Option("--date", metavar="DATE", help="All of this day, or of the draw of a time."),
    ] = None


def _numbers(store: "Store", which: WhichResults, kind: Literal["visible", "removed"]) -> list[int]:
    """Return the numbers of the results that are meant: those that were typed, else all of a
    patient's draws on a date.

    Args:
        store: where they are. which: as typed. kind: which results it can be about.

    Raises:
        UsageError: neither is told, or both are, or nothing is there on that date.
    """
    if bool(which.numbers) == (which.date is not None) or (which.numbers and which.patient):
        raise UsageError(
            "Which results? Numbers, or a draw by --date and --patient.",
            "`wbc-tracker result list` shows the results, their numbers and dates.",
        )
    if which.date is None:
        return list(which.numbers or ())
    moment, who = check_moment(which.date), patient_for(store, which.patient, yes=True)
    found = [
        result.id
        for result in store.results.list(who, which=kind)
        if moment in (result.collected_at, result.collected_at[:_DAY])
    ]
    if not found:
        option = ["--removed"] if kind == "removed" else []
        raise UsageError(
            f"There is no {'removed ' if option else ''}result of {who!r} on {which.date}.",
            "See which are:",
            commands=[("result", "list", *option, "--patient", who)],
        )
    return found


def results_changed(
    context: typer.Context,
    verb: Literal["remove", "restore", "move"],
    which: WhichResults,
    at: str,
    *,
    to: str = "",
    yes: bool = False,
) -> None:
    """Remove, restore or move results, all of them or none, and print it.

    Args:
        context: knows the store. verb: what to do. which: results are meant.
        at: ISO text for the history. to: whose they are, of a move. yes: do not ask about someone
            new.

    Raises:
        UsageError: one of them is not there, or it cannot be done.
    """
    with open_store(context) as store:
        numbers = _numbers(store, which, "removed" if verb == "restore" else "visible")
        if verb == "move":
            who = patient_for(store, to, yes=yes)
            done, mended = f"Moved to {visible(repr(who))}", store.results.move(numbers, who, at)
        elif verb == "remove":
            done, mended = "Removed", store.results.remove_all(numbers, at)
        else:
            done, mended = "Restored", store.results.restore_all(numbers, at)
    _tell_results(context, done, mended.rows, mended.entry)


def _tell_results(
    context: typer.Context, done: str, results: "Sequence[StoredResult]", entry: int
) -> None:
    from wbc_tracker.catalog import load_catalog

    catalog = load_catalog()
    _tell_rows(context, done, [stored_words(each, catalog) for each in results], entry)


def tell_infusions(
    context: typer.Context, done: str, infusions: "Sequence[Infusion]", entry: int
) -> None:
    """Print what was done to infusions, and how it is taken back."""
    _tell_rows(context, done, [infusion_words(each) for each in infusions], entry)


def tell_events(context: typer.Context, done: str, events: "Sequence[Event]", entry: int) -> None:
    """Print what was done to events, and how it is taken back."""
    _tell_rows(context, done, [event_words(each) for each in events], entry)


def _tell_rows(context: typer.Context, done: str, rows: Sequence[str], entry: int) -> None:
    for row in rows[:_MOST_TOLD]:
        tell(f"{done}: {row}.")
    if len(rows) > _MOST_TOLD:
        tell(f"{done}: and {len(rows) - _MOST_TOLD} more.")
    tell_undo(context, [entry])


def infusions_changed(
    context: typer.Context,
    verb: Literal["remove", "restore"],
    dates: Sequence[str],
    patient: str | None,
    at: str,
) -> None:
    """Remove or restore the infusions of some dates, all of them or none, and print it.

    Raises:
        UsageError: one of them is not there.
    """
    days = list(dict.fromkeys(check_moment(date)[:_DAY] for date in dates))
    with open_store(context) as store:
        who = whose(store, patient)
        change = store.infusions.remove_all if verb == "remove" else store.infusions.restore_all
        mended = change(who, days, at)
    if mended is None:
        what = f"infusion of {who!r} is recorded" if verb == "remove" else "removed infusion"
        on = f"on {days[0]}" if len(days) == 1 else "on one of these dates; nothing was changed"
        options = [] if verb == "remove" else ["--removed"]
        raise UsageError(
            f"No {what} {on}.",
            "See which are:",
            commands=[("infusion", "list", *options, *(["--patient", who] if patient else []))],
        )
    tell_infusions(context, f"{verb.capitalize()}d", mended.rows, mended.entry)


def infusion_edited(
    context: typer.Context,
    day: str,
    patient: str | None,
    drug: str | None,
    dose: float | None,
    at: str,
) -> None:
    """Let an infusion have another drug or dose, and print it.

    Raises:
        UsageError: there is none, nothing is to be another, or the drug or dose cannot be.
    """
    if drug is None and dose is None:
        raise UsageError("What shall be another?", "Say so with --dose or --drug.")
    with open_store(context) as store:
        who = whose(store, patient)
        found = [each for each in store.infusions.list(who) if each.infused_on[:_DAY] == day]
        if not found:
            raise UsageError(
                f"No infusion of {who!r} is recorded on {day}.",
                "See which are:",
                commands=[("infusion", "list", *(["--patient", who] if patient else []))],
            )
        known = drug_for(drug or found[0].drug, found[0].dose_mg if dose is None else dose)
        mended = store.infusions.edit(who, day, at, drug=known, dose_mg=dose)
    if mended is not None:
        before, after = mended.rows
        tell(f"Before: {infusion_words(before)}.")
        tell_infusions(context, "Now", [after], mended.entry)
