"""Whose a row is: it follows from the id under which it was filed, and from what was mended since.

A rename or merge takes everything of one patient to another, a move takes single results. They are
applied in the order of their entries, each once: so a chain of them ends, and renaming back is
renaming.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable
from typing import TypeAlias

from wbc_tracker.store.mending import entries
from wbc_tracker.store.records import Event, Infusion, Redirected

#: What a result is known by, beside its patient: analyte, draw, comparator, value.
Test: TypeAlias = tuple[str, str, str, float]

_MOVES = """
    SELECT analyte, collected_at, comparator, value, entry, into_id FROM moves
    WHERE patient_id = ? ORDER BY entry
"""
_MOVED_FROM = "SELECT DISTINCT patient_id FROM moves WHERE into_id = ?"


class Owners:
    """Where mendings bring rows; read once, as they stand."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._aliases: dict[str, list[tuple[int, str]]] = {}
        self._old_ids: dict[str, set[str]] = {}
        for entry, mending in entries.load(connection).items():
            if mending.verb in entries.JOINING:
                way = entry, mending.into_id
                self._aliases.setdefault(mending.from_id, []).append(way)
                self._old_ids.setdefault(mending.into_id, set()).add(mending.from_id)
        self._has_moves = bool(
            connection.execute("SELECT EXISTS (SELECT 1 FROM moves)").fetchone()[0]
        )
        self._moves: dict[str, dict[Test, list[tuple[int, str]]]] = {}

    @property
    def change_nothing(self) -> bool:
        """Whether every row belongs to whom it was filed under."""
        return not self._aliases and not self._has_moves

    @property
    def aliases(self) -> dict[str, str]:
        """Old id -> who that is now, of those who are called otherwise now."""
        named = {old: self.of(old) for old in self._aliases}
        return {old: new for old, new in named.items() if old != new}

    def of(self, filed_under: str, test: Test | None = None) -> str:
        """Return whose a row is that was filed under an id: of a result of this test and value, or
        of anything else.
        """
        return self.since(filed_under, 0, test)

    def since(self, patient: str, entry: int, test: Test | None = None) -> str:
        """Return whose a row is that was a patient's when an entry was made."""
        last = entry
        while True:
            ways = list(self._aliases.get(patient, ()))
            if test is not None:
                ways += self.moves_of(patient).get(test, ())
            later = [way for way in ways if way[0] > last]
            if not later:
                return patient
            last, patient = min(later)

    def moves_of(self, patient_id: str) -> dict[Test, list[tuple[int, str]]]:
        """Return which results of a patient were moved: by which entries, to whom."""
        if not self._has_moves:
            return {}
        if patient_id not in self._moves:
            found: dict[Test, list[tuple[int, str]]] = {}
            for *test, entry, new in self._connection.execute(_MOVES, (patient_id,)):
                found.setdefault((test[0], test[1], test[2], test[3]), []).append((entry, new))
            self._moves[patient_id] = found
        return self._moves[patient_id]

    def passed_by(self, filed_under: str) -> set[str]:
        """Return every id that a row filed under one may come to, that one among them."""
        found, left = {filed_under}, [filed_under]
        while left:
            here = left.pop()
            ways = {new for _, new in self._aliases.get(here, ())}
            ways |= {new for ways in self.moves_of(here).values() for _, new in ways}
            left += ways - found
            found |= ways
        return found

    def sources(self, patient_id: str) -> set[str]:
        """Return every id under which rows of a patient may have been filed, his own among them."""
        found, left = {patient_id}, [patient_id]
        while left:
            here = left.pop()
            ways = set(self._old_ids.get(here, ()))
            if self._has_moves:
                ways |= {row[0] for row in self._connection.execute(_MOVED_FROM, (here,))}
            left += ways - found
            found |= ways
        return found


def owners_of(
    connection: sqlite3.Connection, rows: Iterable[Infusion | Event]
) -> tuple[dict[str, str], tuple[Redirected, ...]]:
    """Return whose rows of a file are: id of the file -> id of today; and which went elsewhere."""
    owners, counts = Owners(connection), Counter(row.patient_id for row in rows)
    whose = {filed: owners.of(filed) for filed in counts}
    redirected = tuple(
        Redirected(filed, now, counts[filed], "renamed")
        for filed, now in sorted(whose.items())
        if filed != now
    )
    return whose, redirected


def ids_question(ids: Iterable[str]) -> tuple[str, list[str]]:
    """Return the text of a list for `IN`, and its parameters."""
    listed = sorted(set(ids))
    return f"({', '.join('?' * len(listed))})", listed
