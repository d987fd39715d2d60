"""Events in the catalogue: the kinds, their names, and what each says in the report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from string import Formatter
from typing import Any

from wbc_tracker.catalog.build import build, build_all
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.errors import CatalogError

_FILE = "events.toml"
#: What `patient/events.py` fills in a remark.
REMARK_PLACEHOLDERS = frozenset(("counts", "since", "last", "until", "window"))


@dataclass(frozen=True)
class EventKind:
    """A kind of event.

    `synonyms` say no more than the kind; `examples` say more, so that such a word is kept as the
    note. A date in the future is a plan where `can_be_planned`, else a mistake.
    """

    id: str
    title: str
    can_be_planned: bool
    synonyms: tuple[str, ...]
    examples: tuple[str, ...]


@dataclass(frozen=True)
class Remark:
    """A sentence that the report puts to an event of a kind, and in words when it does."""

    id: str
    kind: str
    when: str
    text: str


@dataclass(frozen=True)
class Events:
    """The kinds by id, the remarks by id, and the headers of an event file by role."""

    kinds: dict[str, EventKind]
    remarks: dict[str, Remark]
    roles: dict[str, tuple[str, ...]]

    def understand(self, word: str, note: str) -> tuple[str, str] | None:
        """Return (kind, note) for a word as people write it, or None if it means no kind.

        A word that says more than the kind ("flu shot") is put before the note.
        """
        kind, says_more = self._spellings.get(fold_name(word), ("", False))
        told = [word.strip()] if says_more else []
        return (kind, ": ".join(told + ([note] if note else []))) if kind else None

    @cached_property
    def _spellings(self) -> dict[str, tuple[str, bool]]:
        return {
            spelling: (kind, says_more) for spelling, kind, says_more in spelled_kinds(self.kinds)
        }


@dataclass(frozen=True)
class _Roles:
    roles: dict[str, tuple[str, ...]]


def build_events(table: Mapping[str, Any]) -> Events:
    """Build the events from the parsed file.

    Raises:
        CatalogError: an unknown key, a word that would mean two kinds, a remark of an unknown kind
            or with a placeholder that nobody fills.
    """
    if unknown := sorted(set(table) - {"event", "remark", "insertion", "roles"}):
        raise CatalogError(f"{_FILE}: unknown key {', '.join(unknown)}.")
    kinds = build_all(EventKind, table.get("event", []), "id", _FILE)
    remarks = build_all(Remark, table.get("remark", []), "id", _FILE)
    roles = build(_Roles, {"roles": table.get("roles", {})}, _FILE).roles
    for remark in remarks.values():
        if remark.kind not in kinds:
            raise CatalogError(
                f"{_FILE}: {remark.id} is a remark of the unknown kind {remark.kind}."
            )
        named = {name for _, name, _, _ in Formatter().parse(remark.text) if name}
        if unknown := sorted(named - REMARK_PLACEHOLDERS):
            raise CatalogError(f"{_FILE}: {remark.id} has the unknown placeholder {unknown[0]}.")
    return Events(kinds, remarks, roles)


def spelled_kinds(kinds: Mapping[str, EventKind]) -> Iterator[tuple[str, str, bool]]:
    """Yield every folded spelling with its kind, and whether it says more than the kind."""
    for kind in kinds.values():
        for text in (kind.id, kind.title, *kind.synonyms):
            yield fold_name(text), kind.id, False
        for text in kind.examples:
            yield fold_name(text), kind.id, True
