"""Changes of single infusions and events: each is kept as it was before and after, so that it can
be taken back while nothing else has changed it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from wbc_tracker.errors import UsageError
from wbc_tracker.store.mending.doses import know_dose
from wbc_tracker.store.mending.owners import Owners

_Changed: TypeAlias = Literal["infusion", "event"]
_Row: TypeAlias = dict[str, Any]

_TABLES: Mapping[_Changed, tuple[str, str, tuple[str, ...]]] = {
    "infusion": (
        "infusions",
        "infused_on",
        ("drug", "dose_mg", "removed_at", "filed_drug", "is_dose_edited"),
    ),
    "event": ("events", "id", ("removed_at",)),
}
_OF_ENTRY = "SELECT patient_id, what, on_row, before, after FROM changes WHERE entry = ?"
_LATER = """
    SELECT min(entry) FROM changes
    WHERE patient_id = ? AND what = ? AND on_row = ? AND entry > ? AND after <> ''
"""
_ANY_LATER = "SELECT min(entry) FROM changes WHERE patient_id = ? AND entry > ? AND after <> ''"


def state(connection: sqlite3.Connection, what: _Changed, patient: str, on: str) -> _Row | None:
    """Return what can be changed of an infusion of a date, or of an event of a number; None without
    it.
    """
    table, key, columns = _TABLES[what]
    row = connection.execute(
        f"SELECT {', '.join(columns)} FROM {table} WHERE patient_id = ? AND {key} = ?",  # noqa: S608
        (patient, on),
    ).fetchone()
    return None if row is None else dict(zip(columns, row, strict=True))


def note_change(
    connection: sqlite3.Connection,
    entry: int,
    what: _Changed,
    patient: str,
    on: str,
    before: _Row,
) -> None:
    """Note with its entry what a change has done to an infusion or an event."""
    after = state(connection, what, patient, on)
    connection.execute(
        "INSERT INTO changes VALUES (?, ?, ?, ?, ?, ?)",
        (entry, patient, what, on, json.dumps(before), json.dumps(after)),
    )


def later_change(connection: sqlite3.Connection, entry: int, patient: str) -> int | None:
    """Return the first entry, after another one, that changed an infusion or event of a patient."""
    row = connection.execute(_ANY_LATER, (patient, entry)).fetchone()
    return None if row[0] is None else int(row[0])


def concerned(connection: sqlite3.Connection, owners: Owners, entry: int) -> set[str]:
    """Return whose infusions and events an entry has changed, as they are called now."""
    rows = connection.execute(_OF_ENTRY, (entry,)).fetchall()
    return {owners.since(row[0], entry) for row in rows}


def take_back(connection: sqlite3.Connection, owners: Owners, entry: int) -> int:
    """Make infusions and events what they were before an entry; return how many.

    Raises:
        UsageError: one was changed since.
    """
    returned = 0
    for patient, what, on, before_text, after_text in connection.execute(
        _OF_ENTRY, (entry,)
    ).fetchall():
        before, after = json.loads(before_text), json.loads(after_text)
        now_of = owners.since(patient, entry)
        current = state(connection, what, now_of, on)
        if current is None:
            continue  # with its last import it is gone
        changed = {name: value for name, value in before.items() if value != after[name]}
        later = connection.execute(_LATER, (now_of, what, on, entry)).fetchone()[0]
        if later is not None:
            raise UsageError(
                f"Entry {entry} cannot be taken back: entry {later} has changed the same {what} "
                "since.",
                "Take that one back first:",
                commands=[("imports", "undo", str(later))],
            )
        if any(current[name] != after[name] for name in changed):
            raise UsageError(
                f"Entry {entry} cannot be taken back: the {what} was entered again since.",
                f"See it with `wbc-tracker {what} list`.",
            )
        _put(connection, what, now_of, on, changed)
        returned += 1
    return returned


def _put(
    connection: sqlite3.Connection, what: _Changed, patient: str, on: str, values: _Row
) -> None:
    table, key, _ = _TABLES[what]
    connection.execute(
        f"UPDATE {table} SET {', '.join(f'{name} = ?' for name in values)}"  # noqa: S608
        f" WHERE patient_id = ? AND {key} = ?",
        (*values.values(), patient, on),
    )
    if what == "infusion" and "dose_mg" in values:
        # A file that came since may have told a dose, and the one that told it may be gone.
        know_dose(connection, patient, on)
