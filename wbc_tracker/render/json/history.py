"""The history of the store as JSON: what was imported, and what was mended."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Annotated, TypedDict

from wbc_tracker.render.json.patient import dump_json

if TYPE_CHECKING:
    from wbc_tracker.store import ImportRecord, Mending


class HistoryEntryJson(TypedDict):
    """One entry. The counts of a mending are 0."""

    id: Annotated[int, "For `imports undo ID`."]
    kind: Annotated[str, "labs, infusions, events or mending."]
    imported_at: Annotated[str, "Date, time and zone."]
    file: Annotated[str, "Its name; empty for a mending."]
    mended: Annotated[str | None, "What was mended, in words; null for an import."]
    read: int
    added: int
    superseded: Annotated[int, "Of the added ones."]
    duplicates: int
    no_result: int
    ignored: int
    rejected: int
    user: Annotated[str | None, "Who made it, as the system calls them; null where not known."]
    host: Annotated[str | None, "On which computer."]


class HistoryJson(TypedDict):
    """What `imports list --format json` prints."""

    imports: Annotated[list[HistoryEntryJson], "Oldest first."]


def history_json(
    records: Iterable[ImportRecord], mending_words: Callable[[Mending | None], str]
) -> str:
    """Return the history; `mending_words` says what a mending did."""
    told = HistoryJson(imports=[_entry(one, mending_words) for one in records])
    return f"{dump_json(told)}\n"


def _entry(one: ImportRecord, mending_words: Callable[[Mending | None], str]) -> HistoryEntryJson:
    is_mending, maker = one.kind == "mending", one.maker
    return HistoryEntryJson(
        id=one.id,
        kind=one.kind,
        imported_at=one.imported_at,
        file="" if is_mending else one.file,
        mended=mending_words(one.mending) if is_mending else None,
        read=one.read,
        added=one.added,
        superseded=one.superseded,
        duplicates=one.duplicates,
        no_result=one.no_result,
        ignored=one.ignored,
        rejected=one.rejected,
        user=(maker.user or None) if maker else None,
        host=(maker.host or None) if maker else None,
    )
