"""Entries of the history that are no imports, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from wbc_tracker.cli.line.next_step import tell_undo
from wbc_tracker.cli.line.typed import command_line
from wbc_tracker.cli.output import tell
from wbc_tracker.wording import count_words, visible

if TYPE_CHECKING:
    from wbc_tracker.store import Joined, Mending


def tell_joined(context: typer.Context, done: str, joined: Joined) -> None:
    """Print what went from one id to another."""
    results = count_words(joined.results, "result", "results")
    both = f" (of which both had {joined.repeated})" if joined.repeated else ""
    counts = [
        f"{results}{both}",
        count_words(joined.infusions, "infusion", "infusions"),
        *([count_words(joined.events, "event", "events")] if joined.events else []),
    ]
    tell(visible(f"{done}: {', '.join(counts[:-1])} and {counts[-1]}."))
    if joined.rivals:
        rivals = count_words(
            joined.rivals,
            "test of one draw has two values now; both are kept",
            "tests of one draw have two values now; both are kept",
        )
        listed = command_line(context, "result", "list", "--patient", joined.new)
        tell(visible(f"  {rivals}: {listed}"))
    tell(visible(f"  What comes under {joined.old!r} from now on goes to {joined.new!r}."))
    tell_undo(context, [joined.entry])


def mending_words(mending: Mending | None) -> str:
    """Return what an entry of the history mended."""
    if mending is None:
        return "a patient who was erased since"
    noun = mending.noun if mending.rows == 1 else f"{mending.noun}s"
    of = f" of {mending.from_id!r}" if mending.from_id else ""
    done = {
        "remove": f"{mending.rows} {noun}{of} removed",
        "restore": f"{mending.rows} {noun}{of} restored",
        "edit": f"{mending.rows} {noun}{of} edited",
        "move": f"{mending.rows} {noun}{of} moved"
        + (f" to {mending.into_id!r}" if mending.into_id else ""),
        "rename": f"{mending.from_id!r} renamed to {mending.into_id!r}",
        "merge": f"{mending.from_id!r} merged into {mending.into_id!r}",
    }
    return visible(done[mending.verb])
