"""`imports list | undo | rejects`."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from wbc_tracker.cli.deliver import deliver_data
from wbc_tracker.cli.line.grammar import Commands
from wbc_tracker.cli.mended.entries import mending_words
from wbc_tracker.cli.output import show, tell
from wbc_tracker.cli.sources import open_store
from wbc_tracker.wording import count_words, visible

if TYPE_CHECKING:
    from wbc_tracker.store import ImportRecord

app = Commands(help="What was imported and mended: history, undo, rejected cells.")
ImportId = Annotated[
    int, typer.Argument(metavar="ID", help="Number from `imports list`.", show_default=False)
]


class HistoryFormat(StrEnum):
    """Format of the history."""

    TABLE = "table"
    JSON = "json"


@app.command("list")
def list_imports(
    context: typer.Context,
    told: Annotated[
        HistoryFormat, typer.Option("--format", help="json: also who made each, and where.")
    ] = HistoryFormat.TABLE,
) -> None:
    """List the imports, and what was mended; by whom, where there are several."""
    with open_store(context) as store:
        records = store.imports.list()
    if told is HistoryFormat.JSON:
        from wbc_tracker.render.json.history import history_json

        deliver_data(history_json(records, mending_words))
        return
    by = _makers(records)
    if not records:
        show("Nothing has been imported. Start with: wbc-tracker import FILE")
    for record in records:
        begun = f"{record.id:>4}  {record.imported_at[:16].replace('T', ' ')}  {record.kind:<9}  "
        if record.kind == "mending":
            show(f"{begun}{mending_words(record.mending)}{by[record.id]}")
            continue
        replaced = f" ({record.superseded} superseded)" if record.superseded else ""
        counts = (
            f"{record.read} read, {record.added} added{replaced}, "
            f"{record.duplicates} already there, {record.no_result} without a result, "
            f"{record.ignored} ignored, {record.rejected} rejected"
        )
        show(visible(f"{begun}{record.file}: {counts}{by[record.id]}"))


def _makers(records: Sequence[ImportRecord]) -> dict[int, str]:
    """Return the words for who made each entry: none where all are made by one on one computer."""
    several = len({record.maker for record in records if record.maker}) > 1
    return {
        record.id: visible(f"; by {record.maker.user or '?'} on {record.maker.host or '?'}")
        if several and record.maker
        else ""
        for record in records
    }


@app.command("undo")
def undo(context: typer.Context, import_id: ImportId) -> None:
    """Take back one import, or what was mended; what another import holds too stays."""
    with open_store(context) as store:
        result = store.imports.undo(import_id)
    if result.record.kind == "mending":
        left = "" if result.concerned else " Nothing of it was left."
        what = mending_words(result.record.mending)
        tell(f"Entry {import_id} ({what}) was taken back.{left}")
        return
    removed = [
        count_words(result.removed_results, "result", "results"),
        count_words(result.removed_infusions, "infusion", "infusions"),
    ]
    if result.record.kind == "events":
        removed = [count_words(result.removed_events, "event", "events")]
    tell(
        visible(
            f"Import {import_id} ({result.record.file}) was taken back: {' and '.join(removed)} "
            "removed."
        )
    )
    if result.returned:
        words = count_words(
            result.returned,
            "result that it had replaced or withdrawn is",
            "results that it had replaced or withdrawn are",
        )
        tell(f"  {words} shown again.")
    for holder in result.holders:
        stay = count_words(holder.rows, "row of it stays", "rows of it stay")
        tell(visible(f"  {stay}, held by import {holder.import_id} ({holder.file}) too."))


@app.command("rejects")
def show_rejects(context: typer.Context, import_id: ImportId) -> None:
    """Show the cells of one import that could not be read."""
    from wbc_tracker.render.terminal.imports import reject_lines

    with open_store(context) as store:
        rejects = store.imports.rejects(import_id)
    if not len(rejects):
        show("Every cell of this import was read.")
        return
    for line in reject_lines(str(rejects["source_file"].iloc[0]), rejects, 0, every=True):
        show(line)
