"""Infusions: at most one per patient and date, from files or by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from wbc_tracker.store import by_hand, frames, imports
from wbc_tracker.store.by_hand import HandEntry
from wbc_tracker.store.connection import StoreFile
from wbc_tracker.store.events import add_to_import, count_removed
from wbc_tracker.store.infusion_rows import (
    ADD,
    KEY,
    Key,
    agrees,
    find,
    is_same_dose,
    key_of,
    listed,
    load,
    row_of,
)
from wbc_tracker.store.records import (
    Conflict,
    Counts,
    Event,
    ImportInfo,
    Infusion,
    check_infusion,
    split_moment,
)
from wbc_tracker.store.sums import changing
from wbc_tracker.store.visible import new_patients, set_affected

if TYPE_CHECKING:
    import pandas as pd

#: Words conflicts as rejects, with REJECT_COLUMNS.
ConflictRejects: TypeAlias = Callable[[list[Conflict]], "pd.DataFrame"]

# A file that came again meanwhile may have told the dose.
_RESTORE = """
    UPDATE infusions SET removed_at = NULL, dose_mg = coalesce(dose_mg, (
        SELECT max(dose_mg) FROM import_infusions AS held
        WHERE held.patient_id = infusions.patient_id AND held.infused_on = infusions.infused_on
    ))
    WHERE patient_id = ? AND infused_on = ?
"""


class StoredInfusions:
    """What was given: at most one infusion per patient and date.

    An infusion without a dose and the same one with a dose are one infusion: the dose is filled in.
    A removed infusion is marked, not deleted: it stays removed when its file is imported again,
    until it is restored or added by hand.
    """

    def __init__(self, file: StoreFile) -> None:
        self._file = file

    def add(self, infusion: Infusion) -> bool:
        """Add one infusion by hand; return False when it was there.

        An infusion given by hand outlives the undo of a file that holds it, also when the file came
        first. One that was removed is there again.

        Raises:
            UsageError: when that date has an infusion with another drug, dose or time, or when a
                part is missing or no real date or dose.
        """
        with (
            self._file.writing() as connection,
            changing(connection, [infusion.patient_id], part="doses"),
        ):
            return by_hand.add_one(connection, infusion) == "new"

    def add_by_hand(self, infusions: Sequence[Infusion], info: ImportInfo) -> HandEntry:
        """Add infusions that were typed together: all of them, or none.

        They are one entry of the history, whose undo takes them back; where nothing of them is new
        there is none. Else as `add`.

        Args:
            infusions: of different dates. info: the entry; its counts are made here.

        Raises:
            UsageError: as of `add`, naming every date that has another infusion.
        """
        people = {infusion.patient_id for infusion in infusions}
        with (
            self._file.writing() as connection,
            changing(connection, people, part="doses") as touched,
        ):
            entry = by_hand.add_together(connection, infusions, info)
            if entry.import_id is not None:
                touched.add(entry.import_id)
            return entry

    def add_file(
        self,
        infusions: Sequence[Infusion],
        rejects: pd.DataFrame,
        info: ImportInfo,
        *,
        conflict_rejects: ConflictRejects | None = None,
        events: Sequence[Event] = (),
        on_trial: bool = False,
    ) -> Counts:
        """Add the infusions, events and rejects of one file of infusions, in one transaction.

        The same infusion is a duplicate, also when only one of the two knows the dose: a dose that
        was not known is `filled`. One that the user has removed is a duplicate too, stays removed,
        and `removed` counts it. One that contradicts the store, or an earlier one of the list, on
        the same date is not added: it is among the `conflicts`, and counts as rejected in the
        history.

        Args:
            infusions: in the order of the file.
            rejects: REJECT_COLUMNS.
            info: the file, and the cells that gave no infusion.
            conflict_rejects: words the conflicts as rejects; they are kept with the others. What it
                raises (for `--strict`) undoes the whole import.
            events: what the file tells beside infusions, such as another drug.
            on_trial: take everything back again; only the counts are wanted.

        Raises:
            UsageError: when an infusion lacks a part or has no real date or dose; nothing is added.
        """
        with self._file.trying() if on_trial else self._file.writing() as connection:
            for infusion in infusions:
                check_infusion(infusion)
            people = {i.patient_id for i in infusions} | {e.patient_id for e in events}
            with changing(connection, people | imports.told_of(info), part="doses") as touched:
                import_id = imports.begin_import(connection, "infusions", info)
                touched.add(import_id)
                set_affected(connection, [(who,) for who in people])
                newcomers = new_patients(connection)
                taken = _Taken(connection)
                for position, infusion in enumerate(infusions):
                    taken.take(position, infusion)
                connection.executemany(
                    ADD, [row_of(one, by_hand=False) for one in taken.new.values()]
                )
                connection.executemany(
                    "INSERT INTO import_infusions VALUES (?, ?, ?, ?)",
                    [(import_id, *key, dose_mg) for key, dose_mg in taken.links.items()],
                )
                connection.executemany(
                    f"UPDATE infusions SET dose_mg = ? WHERE {KEY}",  # noqa: S608
                    [(taken.links[key], *key) for key in taken.filled],
                )
                rejected = imports.add_rejects(connection, import_id, rejects) + len(
                    taken.conflicts
                )
                if taken.conflicts and conflict_rejects is not None:
                    imports.add_rejects(connection, import_id, conflict_rejects(taken.conflicts))
                added = len(taken.new) + add_to_import(connection, import_id, events)
                duplicates = len(infusions) + len(events) - added - len(taken.conflicts)
                imports.finish_import(
                    connection, import_id, added=added, duplicates=duplicates, rejected=rejected
                )
                return Counts(
                    import_id,
                    added,
                    duplicates,
                    taken.conflicts,
                    removed=taken.removed + count_removed(connection, import_id),
                    filled=len(taken.filled),
                    new_patients=newcomers,
                )

    def load(self, patient_id: str | None = None) -> pd.DataFrame:
        """Return the infusions as a frame with INFUSION_COLUMNS, by patient and date."""
        return frames.infusion_frame(self.list(patient_id))

    def list(self, patient_id: str | None = None, *, removed: bool = False) -> Sequence[Infusion]:
        """Return the infusions of one patient or of all, or the removed ones, by patient and date;
        pandas is not loaded.
        """
        with self._file.proving() as connection:
            found = listed(connection, patient_id)
            return [infusion for infusion, removed_at in found if bool(removed_at) == removed]

    def remove(self, patient_id: str, date: str, removed_at: str) -> Infusion | None:
        """Remove the infusion of a date, whether by hand or from a file; None when there is none.

        Args:
            patient_id: whose. date: ISO 8601. removed_at: ISO 8601 text; the store never reads the
                clock.

        Raises:
            UsageError: when `date` is no date.
        """
        with self._file.writing() as connection:
            key = (patient_id, split_moment(date)[0])
            existing, gone = find(connection, key)
            if existing is None or gone:
                return None
            with changing(connection, [patient_id], part="doses"):
                connection.execute(
                    f"UPDATE infusions SET removed_at = ? WHERE {KEY}",  # noqa: S608
                    (removed_at, *key),
                )
            return existing

    def restore(self, patient_id: str, date: str) -> Infusion | None:
        """Give the removed infusion of a date back; None when there is none.

        Raises:
            UsageError: when `date` is no date.
        """
        with self._file.writing() as connection:
            key = (patient_id, split_moment(date)[0])
            _, gone = find(connection, key)
            if not gone:
                return None
            with changing(connection, [patient_id], part="doses"):
                connection.execute(_RESTORE, key)
            return find(connection, key)[0]


class _Taken:
    """What becomes of the infusions of a file, one after the other.

    Attributes:
        new: to be added. links: what the file holds of the store, with the dose where it tells one.
        filled: of these, where the dose was not known. conflicts: what contradicts one on its date.
        removed: rows that the user has removed before.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        of_affected = "patient_id IN (SELECT patient_id FROM temp.affected)"
        self._there = {key_of(i): (i, gone) for i, gone in load(connection, of_affected)}
        self.new: dict[Key, Infusion] = {}
        self.links: dict[Key, float | None] = {}
        self.filled: set[Key] = set()
        self.conflicts: list[Conflict] = []
        self.removed = 0

    def take(self, position: int, infusion: Infusion) -> None:
        """Compare one infusion with what stands on its date, here or earlier in the file."""
        key = key_of(infusion)
        standing, gone = self._there.get(key, (None, None))
        if standing is None or (gone and not is_same_dose(standing, infusion)):
            self._there[key] = infusion, None
            self.new[key] = infusion
            self.links.pop(key, None)
        elif gone:
            self.removed += 1
        elif not agrees(standing, infusion):
            self.conflicts.append((position, infusion, standing))
            return
        elif standing.dose_mg is None and infusion.dose_mg is not None:
            filled = replace(standing, dose_mg=infusion.dose_mg)
            self._there[key] = filled, None
            if key in self.new:
                self.new[key] = filled
            else:
                self.filled.add(key)
        known = self.links.get(key)
        self.links[key] = infusion.dose_mg if known is None else known
