"""Infusions and events of two patients that become one, and of one that become two again.

At most one infusion of a patient has a date, so of two that are the same one row is left; what both
were is kept with the entry.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from wbc_tracker.store.infusion_rows import is_same_dose, load
from wbc_tracker.store.mending.owners import Owners
from wbc_tracker.store.records import BY_HAND, Infusion

Row: TypeAlias = dict[str, Any]
#: Import, the id under which it filed the row, whether it is an entry by hand, and the dose.
_Link: TypeAlias = tuple[int, str, int, float | None]

_INFUSION = (
    "infused_on",
    "infused_time",
    "drug",
    "dose_mg",
    "by_hand",
    "removed_at",
    "hand_dose_mg",
    "filed_drug",
    "is_dose_edited",
)
_EVENT = ("id", "happened_on", "kind", "note", "by_hand", "removed_at")
_KEEP = "INSERT INTO changes VALUES (?, ?, ?, ?, ?, '')"
_KEPT = "SELECT on_row, before FROM changes WHERE entry = ? AND patient_id = ? AND what = ?"
# Of rows that change hands: the id under which they were filed stays told.
_FILED = "CASE filed_under WHEN '' THEN ?1 WHEN ?2 THEN '' ELSE filed_under END"
_KNOWN_DOSE = """
    SELECT max(dose_mg) FROM import_infusions WHERE patient_id = ? AND infused_on = ?
"""
_LINKS = f"""
    SELECT held.import_id, held.filed_under, imports.file = '{BY_HAND}', held.dose_mg
    FROM import_infusions AS held JOIN imports ON imports.id = held.import_id
    WHERE held.patient_id = ? AND held.infused_on = ?
"""  # noqa: S608  # the text of a neighbour
_RELINK = """
    UPDATE import_infusions SET patient_id = ?1, filed_under = iif(?2 = ?1, '', ?2)
    WHERE import_id = ?3 AND patient_id = ?4 AND infused_on = ?5 AND filed_under = ?6
"""
#: Tables of which a row is whole in itself: they follow the id under which they were filed.
_FOLLOWING = ("withdrawals", "named", "sexes")


def contradictions(
    connection: sqlite3.Connection, old: str, new: str
) -> list[tuple[Infusion, Infusion]]:
    """Return the infusions of one date that two patients have and that cannot be one."""
    standing = "patient_id = ? AND removed_at IS NULL"
    theirs = {each.infused_on[:10]: each for each, _ in load(connection, standing, new)}
    pairs = [
        (each, theirs[each.infused_on[:10]])
        for each, _ in load(connection, standing, old)
        if each.infused_on[:10] in theirs
    ]
    return [
        (one, other)
        for one, other in pairs
        if not is_same_dose(one, other) or _differ_in_time(one, other)
    ]


def _differ_in_time(one: Infusion, other: Infusion) -> bool:
    has_times = "T" in one.infused_on and "T" in other.infused_on
    return has_times and one.infused_on != other.infused_on


def join(connection: sqlite3.Connection, entry: int, old: str, new: str) -> None:
    """Give infusions, events and what else files tell of one patient to another."""
    for table in _FOLLOWING:
        connection.execute(
            f"UPDATE {table} SET filed_under = {_FILED}, patient_id = ?2 WHERE patient_id = ?1",  # noqa: S608
            (old, new),
        )
    _join_infusions(connection, entry, old, new)
    _join_events(connection, entry, old, new)


def _join_infusions(connection: sqlite3.Connection, entry: int, old: str, new: str) -> None:
    theirs = {row["infused_on"]: row for row in _rows(connection, "infusions", _INFUSION, new)}
    for row in _rows(connection, "infusions", _INFUSION, old):
        date = row["infused_on"]
        _keep(connection, entry, old, "infusion", date, row)
        if date in theirs:
            _keep(connection, entry, new, "infusion", date, theirs[date])
            _write_infusion(connection, new, _one_of(theirs[date], row))
        else:
            _write_infusion(connection, new, row)
    connection.execute(
        f"UPDATE import_infusions SET filed_under = {_FILED}, patient_id = ?2"  # noqa: S608
        " WHERE patient_id = ?1",
        (old, new),
    )
    connection.execute("DELETE FROM infusions WHERE patient_id = ?", (old,))


def _join_events(connection: sqlite3.Connection, entry: int, old: str, new: str) -> None:
    theirs = {_event_key(row): row for row in _rows(connection, "events", _EVENT, new)}
    for row in _rows(connection, "events", _EVENT, old):
        _keep(connection, entry, old, "event", str(row["id"]), row)
        same = theirs.get(_event_key(row))
        target = row["id"] if same is None else same["id"]
        connection.execute(
            f"UPDATE import_events SET filed_under = {_FILED}, event_id = ?3 WHERE event_id = ?4",  # noqa: S608
            (old, new, target, row["id"]),
        )
        if same is None:
            connection.execute("UPDATE events SET patient_id = ? WHERE id = ?", (new, row["id"]))
            continue
        _keep(connection, entry, new, "event", str(same["id"]), same)
        connection.execute("DELETE FROM events WHERE id = ?", (row["id"],))
        connection.execute(
            "UPDATE events SET by_hand = max(by_hand, ?), removed_at = coalesce(removed_at, ?)"
            " WHERE id = ?",
            (row["by_hand"], row["removed_at"], same["id"]),
        )


def part(
    connection: sqlite3.Connection, owners: Owners, entry: int, old: str, new: str
) -> tuple[int, int]:
    """Give back to a patient what `join` took from him, and what was filed under his id since.

    Args:
        connection: inside a change of both. owners: as they are without the entry.
        entry: of which the rows that were are still kept. old, new: as of `join`.

    Returns:
        How many infusions and events he has again.
    """
    for table in _FOLLOWING:
        for filed in _filed_ids(connection, table, new):
            if owners.of(filed or new) != new:
                connection.execute(
                    f"UPDATE {table} SET patient_id = ?1,"  # noqa: S608
                    " filed_under = iif(?2 = ?1, '', ?2)"
                    " WHERE patient_id = ?3 AND filed_under = ?4",
                    (owners.of(filed or new), filed or new, new, filed),
                )
    return (
        _part_infusions(connection, owners, entry, old, new),
        _part_events(connection, owners, entry, old, new),
    )


def _part_infusions(
    connection: sqlite3.Connection, owners: Owners, entry: int, old: str, new: str
) -> int:
    before, theirs_before = (_kept(connection, entry, who, "infusion") for who in (old, new))
    returned = 0
    for row in _rows(connection, "infusions", _INFUSION, new):
        date = row["infused_on"]
        links = connection.execute(_LINKS, (new, date)).fetchall()
        going = [link for link in links if owners.of(link[1] or new) == old]
        staying = [link for link in links if link not in going]
        was, kept = before.get(date), theirs_before.get(date)
        is_lone = bool(row["by_hand"]) and not any(link[2] for link in links)
        theirs = {
            **(was or row),
            **_of_hand(was, going, is_lone=is_lone),
        }
        stays_lone = is_lone and (was is None or kept is not None)
        own = {**(kept or row), **_of_hand(kept or row, staying, is_lone=stays_lone)}
        if going or theirs["by_hand"]:
            _write_infusion(connection, old, theirs)
            returned += 1
        connection.executemany(
            _RELINK,
            [(old, filed or new, import_id, new, date, filed) for import_id, filed, *_ in going],
        )
        if staying or own["by_hand"]:
            _write_infusion(connection, new, own)
        else:
            connection.execute(
                "DELETE FROM infusions WHERE patient_id = ? AND infused_on = ?", (new, date)
            )
        for who in (old, new):
            know_dose(connection, who, date)
    return returned


def _of_hand(before: Row | None, links: Sequence[_Link], *, is_lone: bool) -> Row:
    """Return what of an infusion is of a hand, for one of two patients.

    Args:
        before: as the one had it. links: imports and entries that hold it.
        is_lone: it is of a hand of which the history has no entry, and that was the one's.
    """
    by_hand = [dose for _, _, is_entry, dose in links if is_entry]
    if by_hand:
        doses = [dose for dose in by_hand if dose is not None]
        return {"by_hand": 1, "hand_dose_mg": max(doses, default=None)}
    if is_lone and before is not None and before["by_hand"]:
        return {"by_hand": 1, "hand_dose_mg": before["hand_dose_mg"]}
    return {"by_hand": 0, "hand_dose_mg": None}


def _part_events(
    connection: sqlite3.Connection, owners: Owners, entry: int, old: str, new: str
) -> int:
    before, theirs_before = (_kept(connection, entry, who, "event") for who in (old, new))
    was_by_key = {_event_key(row): row for row in before.values()}
    returned = 0
    for row in _rows(connection, "events", _EVENT, new):
        links = connection.execute(
            "SELECT import_id, filed_under FROM import_events WHERE event_id = ?", (row["id"],)
        ).fetchall()
        going = [link for link in links if owners.of(link[1] or new) == old]
        was, kept = was_by_key.get(_event_key(row)), theirs_before.get(str(row["id"]))
        theirs = bool(was is not None and was["by_hand"])
        own = bool(kept["by_hand"] if kept is not None else row["by_hand"] and was is None)
        stays = own or len(going) < len(links)
        if going or theirs:
            returned += 1
            # The number stays with the one who had it; the other has the old one, or a new one.
            keeps_number = not stays or (was is not None and was["id"] == row["id"])
            copy = {**row, "by_hand": theirs, "id": row["id"] if keeps_number else None}
            target = _write_event(connection, old, copy if was is None else was)
            here = row["id"]
            if stays and keeps_number:
                here = _write_event(connection, new, {**row, "by_hand": own, "id": None})
                _relink(connection, row["id"], here, [x for x in links if x not in going], new, new)
            _relink(connection, row["id"], target, going, new, old)
            if not stays and target != row["id"]:
                connection.execute("DELETE FROM events WHERE id = ?", (row["id"],))
        if stays and kept is not None:
            _write_event(connection, new, kept)
    return returned


def _relink(
    connection: sqlite3.Connection,
    event_id: int,
    target: int,
    links: Sequence[tuple[int, str]],
    before: str,
    patient: str,
) -> None:
    """Let imports hold another event, of a patient, than the one of the patient before."""
    connection.executemany(
        "UPDATE import_events SET event_id = ?1, filed_under = iif(?2 = ?3, '', ?2)"
        " WHERE import_id = ?4 AND event_id = ?5 AND filed_under = ?6",
        [(target, filed or before, patient, at, event_id, filed) for at, filed in links],
    )


def _one_of(one: Row, other: Row) -> Row:
    """Return the infusion that two of a date, which may be one, are together."""
    if bool(one["removed_at"]) != bool(other["removed_at"]):
        removed, standing = (one, other) if one["removed_at"] else (other, one)
        if not is_same_dose(_infusion(removed), _infusion(standing)):
            return standing
    first = other if other["filed_drug"] is not None or other["is_dose_edited"] else one
    second = one if first is other else other
    return {
        **first,
        "infused_time": first["infused_time"] or second["infused_time"],
        "dose_mg": second["dose_mg"] if first["dose_mg"] is None else first["dose_mg"],
        "by_hand": max(first["by_hand"], second["by_hand"]),
        "hand_dose_mg": (
            second["hand_dose_mg"] if first["hand_dose_mg"] is None else first["hand_dose_mg"]
        ),
        "removed_at": first["removed_at"] or second["removed_at"],
    }


def _infusion(row: Row) -> Infusion:
    return Infusion("", row["infused_on"], row["drug"], row["dose_mg"])


def know_dose(connection: sqlite3.Connection, patient: str, date: str) -> None:
    """Let an infusion have the dose that its files and the user tell, unless it was edited."""
    known = connection.execute(_KNOWN_DOSE, (patient, date)).fetchone()[0]
    connection.execute(
        "UPDATE infusions SET dose_mg = coalesce(hand_dose_mg, ?) WHERE patient_id = ?"
        " AND infused_on = ? AND NOT is_dose_edited",
        (known, patient, date),
    )


def _filed_ids(connection: sqlite3.Connection, table: str, patient: str) -> list[str]:
    question = f"SELECT DISTINCT filed_under FROM {table} WHERE patient_id = ?"  # noqa: S608
    return [row[0] for row in connection.execute(question, (patient,))]


def _rows(
    connection: sqlite3.Connection, table: str, columns: Sequence[str], patient: str
) -> list[Row]:
    question = f"SELECT {', '.join(columns)} FROM {table} WHERE patient_id = ?"  # noqa: S608
    return [
        dict(zip(columns, row, strict=True)) for row in connection.execute(question, (patient,))
    ]


def _write_infusion(connection: sqlite3.Connection, patient: str, row: Row) -> None:
    """Let a patient have this infusion on its date; its imports stay its own."""
    updates = ", ".join(f"{name} = excluded.{name}" for name in _INFUSION[1:])
    connection.execute(
        f"INSERT INTO infusions (patient_id, {', '.join(_INFUSION)})"  # noqa: S608
        f" VALUES (?, {', '.join('?' * len(_INFUSION))})"
        f" ON CONFLICT (patient_id, infused_on) DO UPDATE SET {updates}",
        (patient, *(row[name] for name in _INFUSION)),
    )


def _write_event(connection: sqlite3.Connection, patient: str, row: Row) -> int:
    """Let a patient have this event, and return its number."""
    cursor = connection.execute(
        f"INSERT INTO events (patient_id, {', '.join(_EVENT)})"  # noqa: S608
        f" VALUES (?, {', '.join('?' * len(_EVENT))}) ON CONFLICT (id) DO UPDATE"
        " SET patient_id = excluded.patient_id, by_hand = excluded.by_hand,"
        " removed_at = excluded.removed_at RETURNING id",
        (patient, *(row[name] for name in _EVENT)),
    )
    return int(cursor.fetchone()[0])


def _event_key(row: Row) -> tuple[str, str, str]:
    return row["happened_on"], row["kind"], row["note"]


def _keep(
    connection: sqlite3.Connection, entry: int, patient: str, what: str, on: str, row: Row
) -> None:
    connection.execute(_KEEP, (entry, patient, what, on, json.dumps(row)))


def _kept(connection: sqlite3.Connection, entry: int, patient: str, what: str) -> Mapping[str, Row]:
    rows = connection.execute(_KEPT, (entry, patient, what))
    return {on: json.loads(before) for on, before in rows}
