"""The rows of `patients`, kept right while the rows of patients change."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from wbc_tracker.store.failures import AlteredError
from wbc_tracker.store.sums.checksums import WRONG_KIND, Cell, Kind, checksums, row_checksum, signed
from wbc_tracker.store.sums.naming import OF_THESE, Draw, name_draws, name_these
from wbc_tracker.store.sums.pairs import PAIRS, prove_pairs, seal_pairs
from wbc_tracker.store.sums.small import MANY_ROWS
from wbc_tracker.store.sums.states import (
    COUNTS,
    SPAN,
    SUMS,
    WORDS,
    Part,
    Printed,
    State,
    empty_state,
    printed,
    printed_by,
    shown_end,
    states,
)
from wbc_tracker.store.sums.totals import add_to_total, is_row_sound, prove_total

#: The columns of `patients` but its checksum. Their order is part of what a store holds.
COLUMNS: dict[str, Kind] = {
    "patient_id": "text",
    "results": "integer",
    "first_at": "text",
    "latest_at": "text",
    "superseded": "integer",
    "removed": "integer",
    "infusions": "integer",
    "events": "integer",
    "sightings": "integer",
    "results_sum": "integer",
    "superseded_sum": "integer",
    "sightings_sum": "integer",
    "removed_sum": "integer",
    "withdrawals_sum": "integer",
    "infusions_sum": "integer",
    "events_sum": "integer",
    "links_sum": "integer",
    "told_sum": "integer",
}
_ROWS = f"SELECT {', '.join(COLUMNS)}, checksum FROM patients"  # noqa: S608
_PUT = f"INSERT OR REPLACE INTO patients VALUES ({', '.join('?' * (len(COLUMNS) + 1))})"  # noqa: S608
_DELETE = "DELETE FROM patients WHERE patient_id = ?"
#: A draw that is looked up costs as much as so many results that are walked through.
_FEW = 4
_Row = tuple[Any, ...]


@contextmanager
def changing(
    connection: sqlite3.Connection,
    patients: Iterable[str] | str,
    imports: Iterable[int] = (),
    part: Part = "all",
    draws: tuple[int, Callable[[], Iterable[Draw] | str]] | None = None,
) -> Iterator[set[int]]:
    """Let the block change rows of some patients, and add to their sums what it has changed.

    What was wrong before stays wrong: only the difference is added. Not to be nested.

    Args:
        connection: in a transaction. patients: all whose rows the block may change, by their ids or
            as a question that gives them. imports: whose sightings it may change, and what else
            belongs to them. part: what it may change of a patient. draws: of which tests on which
            days it may change results: how many at most, and what gives them likewise; None for any
            of these patients. Where they are few, the others are not read.

    Yields:
        These imports; the block adds the one it makes.
    """
    touched = set(imports)
    name_these(connection, patients)
    sightings = {
        row[0]: Printed(*row[1:])
        for row in connection.execute(
            f"SELECT patient_id, sightings, sightings_sum FROM patients WHERE {OF_THESE}"  # noqa: S608
        )
    }
    held = {} if part == "doses" else printed_by(connection, touched)
    by_draws = draws is not None and _FEW * draws[0] < sum(of.count for of in sightings.values())
    if draws is not None and by_draws:
        name_draws(connection, draws[1]())
    before = states(connection, sightings, touched, part, by_draws=by_draws)
    if part == "doses":
        _prove_doses(connection, before)
    yield touched
    now = {} if part == "doses" else printed_by(connection, touched)
    for who in {*held, *now}:
        was, less, more = (each.get(who, Printed(0, 0)) for each in (sightings, held, now))
        sightings[who] = (
            replace(
                was,
                count=was.count - less.count + more.count,
                total=was.total - less.total + more.total,
            )
            if was.count
            else more
        )
    after = states(connection, sightings, touched, part, by_draws=by_draws)
    put(connection, before, after, by_draws=by_draws)


@contextmanager
def relabelling(connection: sqlite3.Connection, patients: Iterable[str]) -> Iterator[None]:
    """Let the block change rows of some patients in any way, also whose they are; afterwards every
    result and sighting of theirs gets its checksum anew.

    So that no damage is sealed, all that is held of them is proved first. Not to be nested, also
    not with `changing`.

    Args:
        connection: in a transaction. patients: those before and those after it.

    Raises:
        AlteredError, ImpossibleRowError: something of them was changed outside the program.
    """
    name_these(connection, patients)
    prove_pairs(connection.execute(f"{PAIRS} r.{OF_THESE}").fetchall())
    before = states(connection, printed(connection, f"r.{OF_THESE}"), None)
    _prove_all(connection, before)
    yield
    seal_pairs(connection, connection.execute(f"{PAIRS} r.{OF_THESE}").fetchall())
    put(connection, before, states(connection, printed(connection, f"r.{OF_THESE}"), None))


def _prove_all(connection: sqlite3.Connection, found: dict[str, State]) -> None:
    written = proved_rows(connection)
    nothing = empty_state()
    for who in {*written, *found}:
        was, now = written.get(who, nothing), found.get(who, nothing)
        for name in COLUMNS:
            if name != "patient_id" and was[name] != (
                signed(now[name]) if name in SUMS else now[name]
            ):
                raise AlteredError(who, WORDS.get(name, "the counts"))


def _prove_doses(connection: sqlite3.Connection, found: Mapping[str, State]) -> None:
    """Refuse infusions and events that were changed outside the program: what is entered is held
    against them, and told of them.
    """
    nothing = empty_state()
    held = proved_rows(connection)
    for who in {*held, *found}:
        for name in ("infusions_sum", "events_sum"):
            if signed(found.get(who, nothing)[name]) != held.get(who, nothing)[name]:
                raise AlteredError(who, WORDS[name])


def put(
    connection: sqlite3.Connection,
    before: Mapping[str, State],
    after: Mapping[str, State],
    *,
    by_draws: bool = False,
) -> None:
    """Add the difference of two states of these patients to their rows.

    Args:
        by_draws: of results they hold those of the named draws alone.

    Raises:
        AlteredError: a row was changed outside the program.
    """
    changed = [who for who in {**before, **after} if before.get(who) != after.get(who)]
    if not changed:
        return
    held = proved_rows(connection)
    nothing = empty_state()
    rows, gone, left = [], [], 0
    for who in changed:
        old = held.get(who, nothing)
        was, now = before.get(who, nothing), after.get(who, nothing)
        new: State = {name: signed(old[name] + now[name] - was[name]) for name in (*COUNTS, *SUMS)}
        if who in held:
            left += held[who]["checksum"]
        if not any(new.values()):
            gone.append((who,))
            continue
        new["patient_id"] = who
        for end in SPAN:
            new[end] = old[end] if was[end] == now[end] else now[end]
            # The draws in question are not all. If one of them was the first, another may be now.
            if by_draws and old[end] is not None and not _is_beyond(end, now[end], old[end]):
                is_gone = was[end] == old[end] != now[end]
                new[end] = shown_end(connection, who, end) if is_gone else old[end]
        rows.append(tuple(new[name] for name in COLUMNS))
    each = _checksums(rows)
    connection.executemany(_DELETE, gone)
    connection.executemany(_PUT, [(*row, one) for row, one in zip(rows, each, strict=True)])
    were = sum(1 for who in changed if who in held)
    add_to_total(connection, "patients", len(rows) - were, sum(each) - left)


def _is_beyond(end: str, draw: str | None, other: str) -> bool:
    """Tell whether a draw lies before the first one, or behind the latest."""
    return draw is not None and (draw < other if end == "first_at" else draw > other)


def proved_rows(connection: sqlite3.Connection) -> dict[str, dict[str, Any]]:
    """Return the rows of these patients, with their checksums.

    Raises:
        AlteredError: one was changed outside the program.
    """
    rows = connection.execute(f"{_ROWS} WHERE {OF_THESE}").fetchall()
    return {row["patient_id"]: row for row in _sound(rows)}


def forget(connection: sqlite3.Connection, patient_id: str) -> None:
    """Take away the row of a patient all of whose rows go; none of them is read."""
    name_these(connection, [patient_id])
    for row in connection.execute(f"{_ROWS} WHERE {OF_THESE}").fetchall():
        connection.execute(_DELETE, (patient_id,))
        add_to_total(connection, "patients", -1, -row[-1])


def listed(connection: sqlite3.Connection) -> Sequence[Mapping[str, Any]]:
    """Return the rows of `patients`, proved, by id.

    Raises:
        AlteredError: one was changed, or is lost.
    """
    rows = rows_of_patients(connection)
    prove_total(connection, "patients", [row[-1] for row in rows])
    return _sound(rows)


def rows_of_patients(connection: sqlite3.Connection) -> Sequence[tuple[Any, ...]]:
    """Return the rows of `patients` by id: COLUMNS and the checksum, not proved."""
    return connection.execute(f"{_ROWS} ORDER BY patient_id").fetchall()


def _sound(rows: Sequence[_Row]) -> list[dict[str, Any]]:
    """Return rows of `patients` by their columns.

    Raises:
        AlteredError: the checksum of one is another one.
    """
    try:
        are_sound = _checksums([row[:-1] for row in rows]) == [row[-1] for row in rows]
    except WRONG_KIND:
        are_sound = False
    if not are_sound:
        whose = next((row[0] for row in rows if not is_row_sound(row)), None)
        raise AlteredError(whose, "the counts and sums")
    return [dict(zip((*COLUMNS, "checksum"), row, strict=True)) for row in rows]


def _checksums(rows: Sequence[tuple[Cell, ...]]) -> list[int]:
    if len(rows) < MANY_ROWS:
        return [row_checksum(*row) for row in rows]
    each: list[int] = checksums(list(zip(*rows, strict=True)), list(COLUMNS.values())).tolist()
    return each
