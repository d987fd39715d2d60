"""Infusions: at most one per patient and date, from files or by hand."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from wbc_tracker.errors import UsageError
from wbc_tracker.store import frames, imports
from wbc_tracker.store.connection import StoreFile
from wbc_tracker.store.events import add_to_import
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
from wbc_tracker.store.visible import set_affected

if TYPE_CHECKING:
    import pandas as pd

#: Words conflicts as rejects, with REJECT_COLUMNS.
ConflictRejects: TypeAlias = Callable[[list[Conflict]], "pd.DataFrame"]

_Key: TypeAlias = tuple[str, str]

_LOAD = """
    SELECT patient_id, infused_on, infused_time, drug, dose_mg FROM infusions
    WHERE {condition} ORDER BY patient_id, infused_on
"""
_ADD = """
    INSERT INTO infusions (patient_id, infused_on, infused_time, drug, dose_mg, by_hand)
    VALUES (?, ?, ?, ?, ?, ?)
"""


class StoredInfusions:
    """What was given: at most one infusion per patient and date."""

    def __init__(self, file: StoreFile) -> None:
        self._file = file

    def add(self, infusion: Infusion) -> bool:
        """Add one infusion by hand; return False when the very same was there.

        An infusion given by hand outlives the undo of a file that holds it, also when the file came
        first.

        Raises:
            UsageError: when that date has an infusion with another drug, dose or time (a dose that
                is not known differs from a known one), or when a part is missing or no real date or
                dose.
        """
        with self._file.writing() as connection:
            check_infusion(infusion)
            key = _key(infusion)
            existing = _find(connection, key)
            if existing is None:
                connection.execute(_ADD, _row(infusion, by_hand=True))
                return True
            if existing != infusion:
                raise UsageError(
                    f"The infusion ({describe(infusion)}) contradicts the one in the store "
                    f"({describe(existing)}).",
                    "If the one in the store is wrong, remove it first: `wbc-tracker infusion "
                    f"remove {key[1]}`.",
                )
            connection.execute(
                "UPDATE infusions SET by_hand = 1 WHERE patient_id = ? AND infused_on = ?", key
            )
            return False

    def add_file(
        self,
        infusions: Sequence[Infusion],
        rejects: pd.DataFrame,
        info: ImportInfo,
        *,
        conflict_rejects: ConflictRejects | None = None,
        events: Sequence[Event] = (),
    ) -> Counts:
        """Add the infusions, events and rejects of one file of infusions, in one transaction.

        The very same infusion is a duplicate. One that contradicts the store, or an earlier one of
        the list, on the same date is not added: it is among the `conflicts`, and counts as rejected
        in the history.

        Args:
            infusions: in the order of the file.
            rejects: REJECT_COLUMNS.
            info: the file, and the cells that gave no infusion.
            conflict_rejects: words the conflicts as rejects; they are kept with the others. What it
                raises (for `--strict`) undoes the whole import.
            events: what the file tells beside infusions, such as another drug.

        Raises:
            UsageError: when an infusion lacks a part or has no real date or dose; nothing is added.
        """
        with self._file.writing() as connection:
            for infusion in infusions:
                check_infusion(infusion)
            import_id = imports.begin_import(connection, "infusions", info)
            set_affected(connection, [(who,) for who in {i.patient_id for i in infusions}])
            standing = {
                _key(i): i
                for i in _load(connection, "patient_id IN (SELECT patient_id FROM temp.affected)")
            }
            new: dict[_Key, Infusion] = {}
            conflicts: list[Conflict] = []
            links: dict[_Key, None] = {}
            for position, infusion in enumerate(infusions):
                key = _key(infusion)
                if key not in standing:
                    standing[key] = new[key] = infusion
                if standing[key] == infusion:
                    links[key] = None
                else:
                    conflicts.append((position, infusion, standing[key]))
            connection.executemany(_ADD, [_row(one, by_hand=False) for one in new.values()])
            connection.executemany(
                "INSERT INTO import_infusions VALUES (?, ?, ?)",
                [(import_id, *key) for key in links],
            )
            rejected = imports.add_rejects(connection, import_id, rejects) + len(conflicts)
            if conflicts and conflict_rejects is not None:
                imports.add_rejects(connection, import_id, conflict_rejects(conflicts))
            added = len(new) + add_to_import(connection, import_id, events)
            duplicates = len(infusions) + len(events) - added - len(conflicts)
            imports.finish_import(
                connection, import_id, added=added, duplicates=duplicates, rejected=rejected
            )
            return Counts(import_id, added, duplicates, conflicts)

    def load(self, patient_id: str | None = None) -> pd.DataFrame:
        """Return the infusions as a frame with INFUSION_COLUMNS, by patient and date."""
        return frames.infusion_frame(self.list(patient_id))

    def list(self, patient_id: str | None = None) -> Sequence[Infusion]:
        """Return the infusions of one patient or of all, by patient and date.

        Does not load pandas.
        """
        with self._file.reading() as connection:
            if patient_id is None:
                return _load(connection, "true")
            return _load(connection, "patient_id = ?", patient_id)

    def remove(self, patient_id: str, date: str) -> Infusion | None:
        """Remove the infusion of a date, whether by hand or from a file; None when there is none.

        Raises:
            UsageError: when `date` is no date.
        """
        with self._file.writing() as connection:
            key = (patient_id, split_moment(date)[0])
            existing = _find(connection, key)
            connection.execute("DELETE FROM infusions WHERE patient_id = ? AND infused_on = ?", key)
            return existing


def _load(connection: sqlite3.Connection, condition: str, *parameters: str) -> list[Infusion]:
    return [
        Infusion(patient_id, f"{date}T{time}" if time else date, drug, dose_mg)
        for patient_id, date, time, drug, dose_mg in connection.execute(
            _LOAD.format(condition=condition), parameters
        )
    ]


def _find(connection: sqlite3.Connection, key: _Key) -> Infusion | None:
    found = _load(connection, "patient_id = ? AND infused_on = ?", *key)
    return found[0] if found else None


def _key(infusion: Infusion) -> _Key:
    return infusion.patient_id, split_moment(infusion.infused_on)[0]


def _row(infusion: Infusion, *, by_hand: bool) -> tuple[str, str, str, str, float | None, bool]:
    date, time = split_moment(infusion.infused_on)
    dose_mg = None if infusion.dose_mg is None else float(infusion.dose_mg)
    return infusion.patient_id, date, time, infusion.drug, dose_mg, by_hand
