"""What the user has decided about results: that one is removed, or counts all the same.

A decision is kept under the ids under which the result was filed, and follows the result to whom it
belongs. The marks that hide it or let it count are what follows from the decisions.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

from wbc_tracker.store.mending.owners import Owners, Test, ids_question
from wbc_tracker.store.sums.rows import resealed_result
from wbc_tracker.store.visible import Covered

_DecisionKind: TypeAlias = Literal["removed", "counts"]
#: Id, analyte, draw, comparator, value, what was decided, by which entry, and when.
_Standing: TypeAlias = tuple[str, str, str, str, float, str, int, str]

_DAY = 10

_TEST = "(analyte, collected_at, comparator, value) = (?, ?, ?, ?)"
_KEY_OF_MARK = "(patient_id, analyte, collected_at, comparator, value)"
_STANDING = f"""
    SELECT patient_id, what, decided_at FROM decisions
    WHERE patient_id IN {{ids}} AND {_TEST} AND ended_by IS NULL ORDER BY entry
"""  # noqa: S608  # the text above
_FORGET_MARK = f"""
    DELETE FROM removed_results WHERE {_KEY_OF_MARK} = (
        SELECT patient_id, analyte, collected_at, comparator, value FROM results WHERE id = ?
    )
"""  # noqa: S608  # the text above
_MARK = """
    INSERT OR IGNORE INTO removed_results
        (patient_id, analyte, collected_at, comparator, value, removed_at)
    VALUES (?, ?, ?, ?, ?, ?)
"""
_COUNT, _COUNT_NOT = (
    f"UPDATE results AS r SET restored = {restored},"  # noqa: S608
    f" checksum = {resealed_result(restored=restored)} WHERE id = ? AND restored <> ?"
    for restored in ("1", "0")
)
_DECIDE = """
    INSERT OR IGNORE INTO decisions
        (patient_id, analyte, collected_at, comparator, value, what, entry, decided_at)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?)
"""
_END = f"""
    UPDATE decisions SET ended_by = ?
    WHERE patient_id IN {{ids}} AND {_TEST} AND what = ? AND ended_by IS NULL
"""  # noqa: S608  # the text above
_OF_ENTRY = """
    SELECT DISTINCT patient_id, analyte, collected_at, comparator, value FROM decisions
    WHERE entry = ?1 OR ended_by = ?1
"""
_FIND = f"SELECT id FROM results WHERE {_KEY_OF_MARK} = (?, ?, ?, ?, ?)"  # noqa: S608
_FORGET = f"DELETE FROM decisions WHERE {_KEY_OF_MARK} = (?, ?, ?, ?, ?)"  # noqa: S608
_IS_HELD = "SELECT EXISTS (SELECT 1 FROM temp.held WHERE result_id = ?)"
_ALL = """
    SELECT patient_id, analyte, collected_at, comparator, value, what, entry, decided_at
    FROM decisions
"""
_FILED = """
    SELECT filed_under FROM filings WHERE result_id = ?1
    UNION SELECT ?2 WHERE EXISTS (
        SELECT 1 FROM sightings WHERE result_id = ?1 AND NOT EXISTS (
            SELECT 1 FROM filings
            WHERE filings.result_id = ?1 AND filings.import_id = sightings.import_id
        )
    )
"""


def decide(
    connection: sqlite3.Connection,
    what: _DecisionKind,
    result: tuple[int, str, Test],
    entry: int,
    at: str,
) -> None:
    """Note a decision about a result, given as number, patient and test."""
    result_id, patient, test = result
    for filed in filed_under(connection, result_id, patient):
        connection.execute(_DECIDE, (filed, *test, what, entry, at))


def end(
    connection: sqlite3.Connection,
    owners: Owners,
    what: _DecisionKind,
    result: tuple[int, str, Test],
    entry: int,
) -> None:
    """Let an entry end what was decided about a result."""
    _, patient, test = result
    ids = [each for each in owners.sources(patient) if owners.of(each, test) == patient]
    question, parameters = ids_question(ids)
    connection.execute(_END.format(ids=question), (entry, *parameters, *test, what))


def take_back(connection: sqlite3.Connection, owners: Owners, entry: int) -> int:
    """Take back what an entry decided and ended; return how many results that concerns."""
    concerned = connection.execute(_OF_ENTRY, (entry,)).fetchall()
    connection.execute("DELETE FROM decisions WHERE entry = ?", (entry,))
    connection.execute("UPDATE decisions SET ended_by = NULL WHERE ended_by = ?", (entry,))
    found = set()
    for filed, *test in concerned:
        key = (test[0], test[1], test[2], test[3])
        patient = owners.of(filed, key)
        row = connection.execute(_FIND, (patient, *key)).fetchone()
        if row is not None:
            found.add((int(row[0]), patient, key))
    for result_id, patient, key in sorted(found):
        decide_again(connection, owners, result_id, patient, key)
    return len(found)


def concerned(connection: sqlite3.Connection, owners: Owners, entry: int) -> set[str]:
    """Return whose the results are that an entry decided about."""
    rows = connection.execute(_OF_ENTRY, (entry,)).fetchall()
    return {owners.of(row[0], (row[1], row[2], row[3], row[4])) for row in rows}


def decide_again(
    connection: sqlite3.Connection, owners: Owners, result_id: int, patient: str, test: Test
) -> None:
    """Make the marks of a result those that follow from the decisions."""
    question, ids = ids_question(owners.sources(patient))
    standing = [
        (what, at)
        for filed, what, at in connection.execute(
            _STANDING.format(ids=question), (*ids, *test)
        ).fetchall()
        if owners.of(filed, test) == patient
    ]
    forget_marks(connection, result_id)
    removed = [at for what, at in standing if what == "removed"]
    if removed:
        connection.execute(_MARK, (patient, *test, removed[-1]))
    counts = int(any(what == "counts" for what, _ in standing))
    connection.execute(_COUNT if counts else _COUNT_NOT, (result_id, counts))


def forget_marks(connection: sqlite3.Connection, result_id: int) -> None:
    """Take the mark of the removed away from a result, if it has one."""
    connection.execute(_FORGET_MARK, (result_id,))


def filed_under(connection: sqlite3.Connection, result_id: int, patient: str) -> Iterable[str]:
    """Return the ids under which the imports filed a result of a patient."""
    return [row[0] for row in connection.execute(_FILED, (result_id, patient))]


def standing_of(connection: sqlite3.Connection, owners: Owners) -> list[_Standing]:
    """Return the decisions about results of an import that is being taken back, those in `held`."""
    found = []
    for row in connection.execute(_ALL).fetchall():
        test = (row[1], row[2], row[3], row[4])
        result = connection.execute(_FIND, (owners.of(row[0], test), *test)).fetchone()
        if result and connection.execute(_IS_HELD, result).fetchone()[0]:
            found.append(row)
    return found


def keep_covered(
    connection: sqlite3.Connection, decided: Sequence[_Standing], covered: Sequence[Covered]
) -> None:
    """Note that results which were hidden by an equal removed one are removed with it now, by the
    same entries.
    """
    for result_id, patient, analyte, drawn_at, comparator, value, at in covered:
        test = (analyte, drawn_at, comparator, value)
        equal = (analyte, drawn_at[:_DAY], comparator, value, "removed", at)
        for _, of_analyte, of_draw, *of, what, entry, decided_at in decided:
            if (of_analyte, of_draw[:_DAY], *of, what, decided_at) == equal:
                decide(connection, "removed", (result_id, patient, test), int(entry), at)


def forget_lost(
    connection: sqlite3.Connection, owners: Owners, decided: Sequence[_Standing]
) -> None:
    """Forget those of some decisions whose result no import holds any more."""
    for filed, analyte, at, comparator, value, *_ in decided:
        test = (analyte, at, comparator, value)
        if connection.execute(_FIND, (owners.of(filed, test), *test)).fetchone() is None:
            connection.execute(_FORGET, (filed, *test))
