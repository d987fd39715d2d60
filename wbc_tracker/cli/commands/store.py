"""`store path | check | backup | restore`."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from wbc_tracker.cli.clock import now
from wbc_tracker.cli.entries import make_sure
from wbc_tracker.cli.line.grammar import Commands
from wbc_tracker.cli.line.overwriting import refuse_overwriting
from wbc_tracker.cli.line.places import names_standard_output, store_path
from wbc_tracker.cli.options import Yes
from wbc_tracker.cli.output import remark, show, standard_output, tell
from wbc_tracker.cli.process.signals import hold
from wbc_tracker.cli.process.streams import TELLING
from wbc_tracker.cli.progress import begin
from wbc_tracker.cli.sources import backup_source, open_store
from wbc_tracker.cli.told import soundness_words
from wbc_tracker.errors import UsageError

app = Commands(help="Where the store is; prove it, back it up, bring it back.")


@app.command("path")
def path(context: typer.Context) -> None:
    """Print where the store is."""
    place = store_path(context).absolute()
    show(str(place))
    if not place.exists():
        remark("Nothing is there yet: the first import makes it.")


@app.command("check")
def check(context: typer.Context) -> None:
    """Prove that the store is sound."""
    from wbc_tracker.store import failures

    place = _existing(context)
    with open_store(context) as store:
        found = store.check()
    if found.problems:
        raise failures.found_damaged(
            place,
            found.problems,
            "Bring back a backup: wbc-tracker store restore FILE. Without one, keep what there is "
            "(wbc-tracker store backup FILE) and import your files into a new store (--db).",
        )
    show(f"The store {place} is sound: {soundness_words(found)}.")


@app.command("backup")
def backup(
    context: typer.Context,
    target: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="Where to; '-' is standard output.", show_default=False
        ),
    ],
) -> None:
    """Back the store up, also while it is written to."""
    from wbc_tracker.store import failures
    from wbc_tracker.store.keeping import backups

    place = _existing(context)
    refuse_overwriting(context, target)
    begin("copying the store")
    if not names_standard_output(target):
        backups.back_up(place, target)
        remark(f"The store was backed up to {target}. It holds health data and is not encrypted.")
        return
    if sys.stdout is not None and sys.stdout.isatty():
        raise UsageError(
            "A backup is no text for a terminal.",
            "Name a file, or send it on: wbc-tracker store backup - | age -p > store.age",
        )
    with (
        backups.streamable(place) as (copy, problems),
        copy.open("rb") as stream,
        standard_output() as out,
    ):
        shutil.copyfileobj(stream, out)
    if problems:
        raise failures.found_damaged(place, problems, "It was copied as it is.")


@app.command("restore")
def restore(
    context: typer.Context,
    source: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", help="A backup of a store; '-': standard input.", show_default=False
        ),
    ],
    yes: Yes = False,
) -> None:
    """Bring a backup back; the present store is kept."""
    from wbc_tracker.store.keeping import restoring
    from wbc_tracker.store.store import KEPT

    place = store_path(context).absolute()
    given, named = backup_source(context, source)
    if given is source:  # the program before a pipe may use the terminal, too
        begin(f"reading {named}")
    with restoring.prepared(place, given) as prepared:
        told = soundness_words(prepared.found)
        if place.exists():
            make_sure(
                f"Replace the store {place} by {named} ({told})? The present one is kept beside "
                "it.",
                yes=yes,
                refusal=f"The store {place} would be replaced by {named} ({told}), and nobody can "
                "be asked here.",
                hint="Add --yes to do it; the present store is kept beside it.",
            )
        TELLING.has_opened = True
        stamp = now()[:19].replace(":", "").replace("-", "")
        beside = place.with_name(f"{place.name}{KEPT}{stamp}")
        kept = restoring.restore(place, prepared, beside, on_commit=hold)
    tell(f"The store {place} is now that of {named}: {told}.")
    if kept is not None:
        tell(f"The store before it is kept as {kept}; it holds health data, too.")


def _existing(context: typer.Context) -> Path:
    """Return where the store is.

    Raises:
        UsageError: nothing is there.
    """
    place = store_path(context).absolute()
    if not place.exists():
        raise UsageError(f"There is no store {place} yet.", "Start with: wbc-tracker import FILE")
    return place
