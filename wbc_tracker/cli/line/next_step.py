"""What comes next after something was taken in: the infusion dates, the results or the report; and
how it is taken back.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import typer

from wbc_tracker.cli.line.typed import command_line
from wbc_tracker.cli.output import remark
from wbc_tracker.schema import DEFAULT_PATIENT

if TYPE_CHECKING:
    from wbc_tracker.store import Store
    from wbc_tracker.store.records import ImportKind


def tell_undo(context: typer.Context, entries: Sequence[int | None]) -> None:
    """Say how what was added is taken back.

    Args:
        context: of the command. entries: numbers of the history, None for what is not in it.
    """
    numbers = [str(entry) for entry in entries if entry is not None]
    if len(numbers) == 1:
        remark(f"To take this back: {command_line(context, 'imports', 'undo', numbers[0])}")
    elif numbers:
        undo = command_line(context, "imports", "undo", "ID")
        remark(f"To take one back: {undo} (they are {', '.join(numbers)})")


def tell_next(
    context: typer.Context, store: Store, kind: ImportKind, people: Sequence[str]
) -> None:
    """Say what to type next.

    Args:
        context: of the command. store: what it holds now. kind: of what was taken in.
        people: of whom.
    """
    if not people:
        return
    dateless = store.patients.lacking("infusions", people)
    if len(dateless) > 1:
        line = command_line(context, "infusion", "import", "FILE")
        remark(f"Now the infusion dates of {len(dateless)} patients: {line}")
    elif dateless:
        line = command_line(context, "infusion", "add", "DATE", *_whom(store, dateless))
        remark(f"Now the infusion dates, one or more: {line}")
    elif kind != "labs" and store.patients.lacking("results", people) == list(people):
        line = command_line(context, "import", "FILE", *_whom(store, people))
        remark(f"Now the results of the laboratory: {line}")
    else:
        remark(f"See it: {command_line(context, 'report', *_whom(store, people))}")


def _whom(store: Store, people: Sequence[str]) -> list[str]:
    """Return the words that choose one patient, where they are needed."""
    if len(people) != 1 or (people[0] == DEFAULT_PATIENT and len(store.patients.ids()) == 1):
        return []
    return ["--patient", people[0]]
