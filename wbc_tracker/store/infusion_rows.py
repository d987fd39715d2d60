"""Rows of infusions: how they are read and written, and when two of them are one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from operator import itemgetter
from typing import TypeAlias

from wbc_tracker.store.failures import AlteredError, ImpossibleRowError
from wbc_tracker.store.records import Infusion, split_moment
from wbc_tracker.store.sums.possible import check_infusions
from wbc_tracker.store.sums.proving import read_small

#: Patient and date.
Key: TypeAlias = tuple[str, str]

_LOAD = """
    SELECT patient_id, infused_on, infused_time, drug, dose_mg, removed_at FROM infusions
    WHERE {condition} ORDER BY patient_id, infused_on
"""
# It takes the place of a removed one of that date, which it contradicts.
ADD = """
    INSERT OR REPLACE INTO infusions
        (patient_id, infused_on, infused_time, drug, dose_mg, by_hand, hand_dose_mg)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_HOLDING_REMOVED = """
    SELECT held.import_id FROM infusions JOIN import_infusions AS held
        USING (patient_id, infused_on)
    WHERE patient_id = ? AND removed_at IS NOT NULL
"""
# As the user's hand and the files told it, before it was edited.
_BEFORE_EDITS = """
    SELECT patient_id, infused_on, infused_time, filed_drug, iif(is_dose_edited,
        coalesce(hand_dose_mg, (
            SELECT max(dose_mg) FROM import_infusions AS held
            WHERE held.patient_id = infusions.patient_id
                AND held.infused_on = infusions.infused_on
        )), dose_mg)
    FROM infusions
    WHERE filed_drug IS NOT NULL AND patient_id IN (SELECT patient_id FROM temp.affected)
"""
#: Import, patient, date, dose, and the id under which it was filed, '' for the patient's.
LINK = """
    INSERT INTO import_infusions (import_id, patient_id, infused_on, dose_mg, filed_under)
    VALUES (?, ?, ?, ?, ?)
"""
KEY = "patient_id = ? AND infused_on = ?"


def is_same_dose(one: Infusion, other: Infusion) -> bool:
    """Tell whether two infusions of a date may be one, whatever their times."""
    return one.drug == other.drug and (
        one.dose_mg is None or other.dose_mg is None or one.dose_mg == other.dose_mg
    )


def agrees(one: Infusion, other: Infusion) -> bool:
    """Tell whether two infusions are one; the other may lack the time, and either the dose."""
    moments = (one.infused_on, split_moment(one.infused_on)[0])
    return other.infused_on in moments and is_same_dose(one, other)


def load(
    connection: sqlite3.Connection, condition: str, *parameters: str | int
) -> list[tuple[Infusion, str | None]]:
    """Return infusions, each with when it was removed."""
    found = [
        (Infusion(patient_id, f"{date}T{time}" if time else date, drug, dose_mg), removed_at)
        for patient_id, date, time, drug, dose_mg, removed_at in connection.execute(
            _LOAD.format(condition=condition), parameters
        )
    ]
    check_infusions(infusion for infusion, _ in found)
    return found


def listed(
    connection: sqlite3.Connection, patient: str | None
) -> list[tuple[Infusion, str | None]]:
    """Return the infusions of one patient or of all, by patient and date, proved, each with when it
    was removed.

    Raises:
        ImpossibleRowError, AlteredError: they are not those that were written.
    """
    try:
        rows = read_small(connection, "infusions_sum", patient)["infusions"]
    except (AlteredError, ImpossibleRowError):
        # What cannot be at all is told before what is only another.
        load(connection, "true") if patient is None else load(connection, "patient_id = ?", patient)
        raise
    return [
        (Infusion(who, f"{date}T{time}" if time else date, drug, dose_mg), removed_at)
        for who, date, time, drug, dose_mg, _, removed_at, *_ in sorted(rows, key=itemgetter(0, 1))
    ]


def before_edits(connection: sqlite3.Connection) -> dict[Key, Infusion]:
    """Return what files tell of the infusions of the affected patients that the user has edited."""
    return {
        (patient_id, date): Infusion(patient_id, f"{date}T{time}" if time else date, drug, dose_mg)
        for patient_id, date, time, drug, dose_mg in connection.execute(_BEFORE_EDITS)
    }


def holding_removed(connection: sqlite3.Connection, patients: Iterable[str]) -> set[int]:
    """Return the imports that hold removed infusions of some patients: with one that is replaced
    they hold it no more.
    """
    return {
        row[0]
        for patient in set(patients)
        for row in connection.execute(_HOLDING_REMOVED, (patient,))
    }


def find(
    connection: sqlite3.Connection, key: Key
) -> tuple[Infusion, str | None] | tuple[None, None]:
    """Return the infusion of a patient and date, and when it was removed; None without one."""
    found = load(connection, KEY, *key)
    return found[0] if found else (None, None)


def key_of(infusion: Infusion) -> Key:
    """Return what an infusion is known by."""
    return infusion.patient_id, split_moment(infusion.infused_on)[0]


def row_of(infusion: Infusion, *, by_hand: bool) -> tuple[str | float | None, ...]:
    """Return an infusion as a row for `ADD`."""
    date, time = split_moment(infusion.infused_on)
    dose_mg = None if infusion.dose_mg is None else float(infusion.dose_mg)
    hand_dose_mg = dose_mg if by_hand else None
    return infusion.patient_id, date, time, infusion.drug, dose_mg, by_hand, hand_dose_mg
