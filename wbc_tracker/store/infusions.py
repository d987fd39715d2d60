"""Infusions: at most one per patient and date, from files or by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from wbc_tracker.errors import UsageError
from wbc_tracker.store import frames, imports
from wbc_tracker.store.connection import StoreFile
from wbc_tracker.store.events import add_to_import, count_removed
from wbc_tracker.store.records import (
    Conflict,
    Counts,
    Event,
    ImportInfo,
    Infusion,
    check_infusion,
    describe,
    split_moment,
)
from wbc_tracker.store.visible import new_patients, set_affected

if TYPE_CHECKING:
    import pandas as pd

#: Words conflicts as rejects, with REJECT_COLUMNS.
ConflictRejects: TypeAlias = Callable[[list[Conflict]], "pd.DataFrame"]

_Key: TypeAlias = tuple[str, str]

_LOAD = """
    SELECT patient_id, infused_on, infused_time, drug, dose_mg, removed_at FROM infusions
    WHERE {condition} ORDER BY patient_id, infused_on
"""
# It takes the place of a removed one of that date, which it contradicts.
_ADD = """
    INSERT OR REPLACE INTO infusions
        (patient_id, infused_on, infused_time, drug, dose_mg, by_hand, hand_dose_mg)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_ADD_BY_HAND = """
    UPDATE infusions
    SET by_hand = 1, removed_at = NULL, dose_mg = coalesce(dose_mg, :dose_mg),
        hand_dose_mg = coalesce(hand_dose_mg, :dose_mg)
    WHERE patient_id = :patient_id AND infused_on = :date
"""
# A file that came again meanwhile may have told the dose.
_RESTORE = """
    UPDATE infusions SET removed_at = NULL, dose_mg = coalesce(dose_mg, (
        SELECT max(dose_mg) FROM import_infusions AS held
        WHERE held.patient_id = infusions.patient_id AND held.infused_on = infusions.infused_on
    ))
    WHERE patient_id = ? AND infused_on = ?
"""
_KEY = "patient_id = ? AND infused_on = ?"


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
            check_infusion(infusion)
            key = _key(infusion)
            existing, removed_at = _find(connection, key)
            if existing is None or (removed_at and not _is_same_dose(existing, infusion)):
                connection.execute(_ADD, _row(infusion, by_hand=True))
                return True
            if not removed_at and not _agrees(existing, infusion):
                raise UsageError(
                    f"The infusion ({describe(infusion)}) contradicts the one in the store "
                    f"({describe(existing)}).",
                    "If the one in the store is wrong, remove it first: `wbc-tracker infusion "
                    f"remove {key[1]}`.",
                )
            given = {"patient_id": key[0], "date": key[1], "dose_mg": infusion.dose_mg}
            connection.execute(_ADD_BY_HAND, given)
            return removed_at is not None

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
            import_id = imports.begin_import(connection, "infusions", info)
            people = {i.patient_id for i in infusions} | {e.patient_id for e in events}
            set_affected(connection, [(who,) for who in people])
            newcomers = new_patients(connection)
            taken = _Taken(connection)
            for position, infusion in enumerate(infusions):
                taken.take(position, infusion)
            connection.executemany(_ADD, [_row(one, by_hand=False) for one in taken.new.values()])
            connection.executemany(
                "INSERT INTO import_infusions VALUES (?, ?, ?, ?)",
                [(import_id, *key, dose_mg) for key, dose_mg in taken.links.items()],
            )
            connection.executemany(
                f"UPDATE infusions SET dose_mg = ? WHERE {_KEY}",  # noqa: S608
                [(taken.links[key], *key) for key in taken.filled],
            )
            rejected = imports.add_rejects(connection, import_id, rejects) + len(taken.conflicts)
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
        state = f"removed_at IS {'NOT ' if removed else ''}NULL"
        with self._file.reading() as connection:
            if patient_id is None:
                return [infusion for infusion, _ in _load(connection, state)]
            found = _load(connection, f"{state} AND patient_id = ?", patient_id)
            return [infusion for infusion, _ in found]

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
            existing, gone = _find(connection, key)
            if existing is None or gone:
                return None
            connection.execute(
                f"UPDATE infusions SET removed_at = ? WHERE {_KEY}",  # noqa: S608
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
            _, gone = _find(connection, key)
            if not gone:
                return None
            connection.execute(_RESTORE, key)
            return _find(connection, key)[0]


class _Taken:
    """What becomes of the infusions of a file, one after the other.

    Attributes:
        new: to be added. links: what the file holds of the store, with the dose where it tells one.
        filled: of these, where the dose was not known. conflicts: what contradicts one on its date.
        removed: rows that the user has removed before.
    """

    def __init__(self, connection: sqlite3.Connection) -> None:
        of_affected = "patient_id IN (SELECT patient_id FROM temp.affected)"
        self._there = {_key(i): (i, gone) for i, gone in _load(connection, of_affected)}
        self.new: dict[_Key, Infusion] = {}
        self.links: dict[_Key, float | None] = {}
        self.filled: set[_Key] = set()
        self.conflicts: list[Conflict] = []
        self.removed = 0

    def take(self, position: int, infusion: Infusion) -> None:
        """Compare one infusion with what stands on its date, here or earlier in the file."""
        key = _key(infusion)
        standing, gone = self._there.get(key, (None, None))
        if standing is None or (gone and not _is_same_dose(standing, infusion)):
            self._there[key] = infusion, None
            self.new[key] = infusion
            self.links.pop(key, None)
        elif gone:
            self.removed += 1
        elif not _agrees(standing, infusion):
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


def _is_same_dose(one: Infusion, other: Infusion) -> bool:
    """Tell whether two infusions of a date may be one, whatever their times."""
    return one.drug == other.drug and (
        one.dose_mg is None or other.dose_mg is None or one.dose_mg == other.dose_mg
    )


def _agrees(one: Infusion, other: Infusion) -> bool:
    """Tell whether two infusions are one; the other may lack the time, and either the dose."""
    moments = (one.infused_on, split_moment(one.infused_on)[0])
    return other.infused_on in moments and _is_same_dose(one, other)


def _load(
    connection: sqlite3.Connection, condition: str, *parameters: str
) -> list[tuple[Infusion, str | None]]:
    """Return infusions, each with when it was removed."""
    return [
        (Infusion(patient_id, f"{date}T{time}" if time else date, drug, dose_mg), removed_at)
        for patient_id, date, time, drug, dose_mg, removed_at in connection.execute(
            _LOAD.format(condition=condition), parameters
        )
    ]


def _find(
    connection: sqlite3.Connection, key: _Key
) -> tuple[Infusion, str | None] | tuple[None, None]:
    found = _load(connection, _KEY, *key)
    return found[0] if found else (None, None)


def _key(infusion: Infusion) -> _Key:
    return infusion.patient_id, split_moment(infusion.infused_on)[0]


def _row(infusion: Infusion, *, by_hand: bool) -> tuple[str | float | None, ...]:
    date, time = split_moment(infusion.infused_on)
    dose_mg = None if infusion.dose_mg is None else float(infusion.dose_mg)
    hand_dose_mg = dose_mg if by_hand else None
    return infusion.patient_id, date, time, infusion.drug, dose_mg, by_hand, hand_dose_mg
