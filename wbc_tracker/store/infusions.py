"""Infusions: at most one per patient and date, from files or by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeAlias

from wbc_tracker.errors import UsageError
from wbc_tracker.store import by_hand, frames, imports
from wbc_tracker.store.by_hand import HandEntry
from wbc_tracker.store.connection import StoreFile
from wbc_tracker.store.events import add_to_import, count_removed
from wbc_tracker.store.infusion_rows import (
    ADD,
    KEY,
    LINK,
    Key,
    agrees,
    before_edits,
    find,
    holding_removed,
    is_same_dose,
    key_of,
    listed,
    load,
    row_of,
)
from wbc_tracker.store.mending import edits
from wbc_tracker.store.mending.entries import only
from wbc_tracker.store.mending.owners import owners_of
from wbc_tracker.store.records import (
    Conflict,
    Counts,
    Event,
    ImportInfo,
    Infusion,
    Mending,
    Verb,
    check_infusion,
    describe,
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


# The drug before the first edit stays known, for files that tell it.
_EDIT = f"""
    UPDATE infusions
    SET filed_drug = coalesce(filed_drug, drug), drug = ?, dose_mg = ?,
        is_dose_edited = max(is_dose_edited, ?)
    WHERE {KEY}
"""  # noqa: S608  # the text of a neighbour


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
        with self._file.writing() as connection:
            whose, _ = owners_of(connection, [infusion])
            infusion = replace(infusion, patient_id=whose[infusion.patient_id])
            replaced = holding_removed(connection, [infusion.patient_id])
            with changing(connection, [infusion.patient_id], replaced, part="doses"):
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
        with self._file.writing() as connection:
            whose, _ = owners_of(connection, infusions)
            replaced = holding_removed(connection, whose.values())
            with changing(connection, whose.values(), replaced, part="doses") as touched:
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
            whose, redirected = owners_of(connection, [*infusions, *events])
            filed = [infusion.patient_id for infusion in infusions]
            infusions = [replace(i, patient_id=whose[i.patient_id]) for i in infusions]
            people, told = set(whose.values()), imports.told_of(connection, info)
            replaced = holding_removed(connection, people)
            with changing(connection, people | told, replaced, part="doses") as touched:
                import_id = imports.begin_import(connection, "infusions", info)
                touched.add(import_id)
                set_affected(connection, [(who,) for who in people])
                newcomers = new_patients(connection)
                taken = _Taken(connection)
                for position, infusion in enumerate(infusions):
                    taken.take(position, infusion, filed[position])
                connection.executemany(
                    ADD, [row_of(one, by_hand=False) for one in taken.new.values()]
                )
                connection.executemany(
                    LINK,
                    [
                        (import_id, *key, dose_mg, "" if filed_under == key[0] else filed_under)
                        for (key, filed_under), dose_mg in taken.links.items()
                    ],
                )
                connection.executemany(
                    f"UPDATE infusions SET dose_mg = ? WHERE {KEY}",  # noqa: S608
                    [(dose_mg, *key) for key, dose_mg in taken.filled.items()],
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
                    redirected=redirected,
                    edited=taken.edited,
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
        It is an entry of the history that can be undone.

        Args:
            patient_id: whose. date: ISO 8601. removed_at: ISO 8601 text; the store never reads the
                clock.

        Raises:
            UsageError: when `date` is no date.
        """
        removed = self.remove_all(patient_id, [date], removed_at)
        return removed.rows[0] if removed else None

    def remove_all(
        self, patient_id: str, dates: Sequence[str], removed_at: str
    ) -> MendedInfusions | None:
        """Remove the infusions of some dates: all of them, or none where one is not there (None).

        Raises:
            UsageError: when a date is none.
        """
        keys = [(patient_id, split_moment(date)[0]) for date in dates]
        with self._file.writing() as connection:
            found = [one for one, gone in _standing(connection, keys) if one and not gone]
            if len(found) < len(keys):
                return None
            with _changing(connection, "remove", keys, removed_at) as entry:
                connection.executemany(
                    f"UPDATE infusions SET removed_at = ? WHERE {KEY}",  # noqa: S608
                    [(removed_at, *key) for key in keys],
                )
            return MendedInfusions(entry, tuple(found))

    def restore(self, patient_id: str, date: str, restored_at: str) -> Infusion | None:
        """Give the removed infusion of a date back; None when there is none. As `remove`.

        Raises:
            UsageError: when `date` is no date.
        """
        restored = self.restore_all(patient_id, [date], restored_at)
        return restored.rows[0] if restored else None

    def restore_all(
        self, patient_id: str, dates: Sequence[str], restored_at: str
    ) -> MendedInfusions | None:
        """Give the removed infusions of some dates back: all of them, or none where one is not
        removed (None).

        Raises:
            UsageError: when a date is none.
        """
        keys = [(patient_id, split_moment(date)[0]) for date in dates]
        with self._file.writing() as connection:
            if not all(gone for _, gone in _standing(connection, keys)):
                return None
            with _changing(connection, "restore", keys, restored_at) as entry:
                connection.executemany(_RESTORE, keys)
            found = [infusion for infusion, _ in _standing(connection, keys) if infusion]
            return MendedInfusions(entry, tuple(found))

    def edit(
        self,
        patient_id: str,
        date: str,
        edited_at: str,
        *,
        drug: str | None = None,
        dose_mg: float | None = None,
    ) -> MendedInfusions | None:
        """Let the infusion of a date have another drug or dose; None when there is none. It keeps
        them when its file is imported again. As `remove`.

        Args:
            patient_id, date: which. edited_at: ISO 8601 text. drug, dose_mg: None leaves it.

        Returns:
            The infusion as it was, and as it is.

        Raises:
            UsageError: when `date` is no date, or nothing would be another.
        """
        keys = [(patient_id, split_moment(date)[0])]
        with self._file.writing() as connection:
            ((before, gone),) = _standing(connection, keys)
            if before is None or gone:
                return None
            after = replace(
                before,
                drug=drug or before.drug,
                dose_mg=before.dose_mg if dose_mg is None else float(dose_mg),
            )
            check_infusion(after)
            if after == before:
                raise UsageError(f"The infusion is that already: {describe(before)}.")
            with _changing(connection, "edit", keys, edited_at) as entry:
                is_dose_new = after.dose_mg != before.dose_mg
                connection.execute(_EDIT, (after.drug, after.dose_mg, is_dose_new, *keys[0]))
            return MendedInfusions(entry, (before, after))


@dataclass(frozen=True)
class MendedInfusions:
    """Infusions that were changed together, and the number of the entry."""

    entry: int
    rows: tuple[Infusion, ...]


def _standing(
    connection: sqlite3.Connection, keys: Sequence[Key]
) -> list[tuple[Infusion, str | None] | tuple[None, None]]:
    return [find(connection, key) for key in keys]


@contextmanager
def _changing(
    connection: sqlite3.Connection, verb: Verb, keys: Sequence[Key], at: str
) -> Iterator[int]:
    """Make a line of the history for what the block does to some infusions, and keep what they
    were.
    """
    patients = {key[0] for key in keys}
    with changing(connection, patients, part="doses"):
        mending = Mending(verb, "infusion", len(keys), only(patients))
        entry = imports.begin_mending(connection, mending, at)
        before = [edits.state(connection, "infusion", *key) for key in keys]
        yield entry
        for key, was in zip(keys, before, strict=True):
            if was is not None:
                edits.note_change(connection, entry, "infusion", *key, was)


class _Taken:
    """What becomes of the infusions of a file, one after the other.

    Attributes:
        new: to be added. links: what the file holds of the store, each with the id under which the
            file has it, and the dose where it tells one. filled: doses that were not known.
        conflicts: what contradicts one on its date. removed: rows that the user has removed before.
        edited: rows that say what was before the user edited it.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        of_affected = "patient_id IN (SELECT patient_id FROM temp.affected)"
        self._there = {key_of(i): (i, gone) for i, gone in load(connection, of_affected)}
        self._before_edits = before_edits(connection)
        self.new: dict[Key, Infusion] = {}
        self.links: dict[tuple[Key, str], float | None] = {}
        self.filled: dict[Key, float | None] = {}
        self.conflicts: list[Conflict] = []
        self.removed = 0
        self.edited = 0

    def take(self, position: int, infusion: Infusion, filed_under: str) -> None:
        """Compare one infusion with what stands on its date, here or earlier in the file."""
        key = key_of(infusion)
        standing, gone = self._there.get(key, (None, None))
        was = self._before_edits.get(key)
        is_gone = gone and any(each and is_same_dose(each, infusion) for each in (standing, was))
        if standing is None or (gone and not is_gone):
            self._there[key] = infusion, None
            self.new[key] = infusion
            for link in [link for link in self.links if link[0] == key]:
                del self.links[link]
        elif gone:
            self.removed += 1
        elif not agrees(standing, infusion):
            if was is None or not agrees(was, infusion):
                self.conflicts.append((position, infusion, standing))
                return
            self.edited += 1
        if not gone and standing and standing.dose_mg is None and infusion.dose_mg is not None:
            filled = replace(standing, dose_mg=infusion.dose_mg)
            self._there[key] = filled, None
            if key in self.new:
                self.new[key] = filled
            else:
                self.filled[key] = infusion.dose_mg
        link = key, filed_under
        known = self.links.get(link)
        self.links[link] = infusion.dose_mg if known is None else known
