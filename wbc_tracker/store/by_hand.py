"""Infusions typed by hand: what becomes of each, and the entry of the history that holds them.

An infusion of a hand outlives the undo of every file that holds it; the undo of its own entry takes
it back, if no other entry and no file holds it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from wbc_tracker.errors import UsageError
from wbc_tracker.schema import DEFAULT_PATIENT
from wbc_tracker.store import imports
from wbc_tracker.store.infusion_rows import (
    ADD,
    KEY,
    LINK,
    Key,
    agrees,
    find,
    is_same_dose,
    key_of,
    row_of,
)
from wbc_tracker.store.mending.owners import owners_of
from wbc_tracker.store.records import (
    BY_HAND,
    ImportInfo,
    Infusion,
    check_infusion,
    describe,
)

#: `new`: it was not there, or removed. `filled`: its dose was not known. `known`: nothing is new.
Fate: TypeAlias = Literal["new", "filled", "known"]

_CONFIRM = f"""
    UPDATE infusions
    SET by_hand = 1, removed_at = NULL, dose_mg = coalesce(dose_mg, ?),
        hand_dose_mg = coalesce(hand_dose_mg, ?)
    WHERE {KEY}
"""  # noqa: S608  # the text of a neighbour
# 1: by a hand whose entry is in the history; 2: by one without an entry.
_HOLDING_HAND = f"""
    SELECT CASE WHEN NOT by_hand THEN 0 WHEN EXISTS (
        SELECT 1 FROM import_infusions AS held JOIN imports ON imports.id = held.import_id
        WHERE imports.file = '{BY_HAND}' AND held.patient_id = infusions.patient_id
            AND held.infused_on = infusions.infused_on
    ) THEN 1 ELSE 2 END
    FROM infusions WHERE {KEY}
"""  # noqa: S608  # the texts of neighbours


@dataclass(frozen=True)
class HandEntry:
    """What became of infusions typed together, in their order, and the number of their entry; None
    where nothing was new.
    """

    fates: tuple[Fate, ...]
    import_id: int | None


def add_one(connection: sqlite3.Connection, infusion: Infusion) -> Fate:
    """Add one infusion without an entry in the history.

    Raises:
        UsageError: it contradicts the one of that date, lacks a part or has no real date or dose.
    """
    check_infusion(infusion)
    key = key_of(infusion)
    existing, removed_at = find(connection, key)
    if existing is None or (removed_at and not is_same_dose(existing, infusion)):
        connection.execute(ADD, row_of(infusion, by_hand=True))
        return "new"
    if not removed_at and not agrees(existing, infusion):
        raise _contradictions([(infusion, existing)], 1)
    connection.execute(_CONFIRM, (infusion.dose_mg, infusion.dose_mg, *key))
    if removed_at:
        return "new"
    return "filled" if existing.dose_mg is None and infusion.dose_mg is not None else "known"


def add_together(
    connection: sqlite3.Connection, infusions: Sequence[Infusion], info: ImportInfo
) -> HandEntry:
    """Add infusions, and an entry of the history that holds what is new of them.

    Raises:
        UsageError: naming all that contradict the store, or as of `add_one`.
    """
    whose, _ = owners_of(connection, infusions)
    filed = [infusion.patient_id for infusion in infusions]
    infusions = [replace(i, patient_id=whose[i.patient_id]) for i in infusions]
    standing = [(infusion, *find(connection, key_of(infusion))) for infusion in infusions]
    conflicts = [
        (infusion, existing)
        for infusion, existing, removed_at in standing
        if existing is not None and not removed_at and not agrees(existing, infusion)
    ]
    if conflicts:
        raise _contradictions(conflicts, len(infusions))
    before = [_holding_hand(connection, key_of(infusion)) for infusion in infusions]
    fates = tuple(add_one(connection, infusion) for infusion in infusions)
    held = [
        (infusion, "" if under == infusion.patient_id else under)
        for infusion, fate, hand, under in zip(infusions, fates, before, filed, strict=True)
        if fate == "new" or hand == 0 or (fate == "filled" and hand == 1)
    ]
    if not held:
        return HandEntry(fates, None)
    counted = replace(info, file=BY_HAND, layout="infusions", read=len(infusions))
    import_id = imports.begin_import(connection, "infusions", counted)
    connection.executemany(
        LINK,
        [(import_id, *key_of(infusion), infusion.dose_mg, under) for infusion, under in held],
    )
    added = fates.count("new")
    imports.finish_import(
        connection, import_id, added=added, duplicates=len(infusions) - added, rejected=0
    )
    return HandEntry(fates, import_id)


def _holding_hand(connection: sqlite3.Connection, key: Key) -> int:
    row = connection.execute(_HOLDING_HAND, key).fetchone()
    return 0 if row is None else int(row[0])


def _contradictions(conflicts: Sequence[tuple[Infusion, Infusion]], given: int) -> UsageError:
    """Return the error of infusions, each beside the one in the store."""
    commands = [
        ("infusion", "remove", date, *([] if who == DEFAULT_PATIENT else ["--patient", who]))
        for who, date in (key_of(infusion) for infusion, _ in conflicts)
    ]
    wrong = "If the one in the store is wrong, remove it first:"
    if given == 1:
        ((infusion, existing),) = conflicts
        return UsageError(
            f"The infusion ({describe(infusion)}) contradicts the one in the store "
            f"({describe(existing)}).",
            wrong,
            commands=commands,
        )
    return UsageError(
        f"Nothing was recorded: {len(conflicts)} of {given} infusions contradict the store.",
        wrong,
        details=[
            f"{infusion.infused_on[:10]}: the store has {describe(existing)}."
            for infusion, existing in conflicts
        ],
        commands=commands,
    )
