"""Who was erased: keyed hashes of the ids are all that stays, so that files that name them are kept
out.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import replace
from hashlib import blake2b
from typing import TypeAlias, TypeVar

from wbc_tracker.errors import UsageError
from wbc_tracker.store.mending import entries
from wbc_tracker.store.mending.owners import Owners, Test, ids_question
from wbc_tracker.store.mending.prints import Print, prints_of, write_prints
from wbc_tracker.store.sums import relabelling

_T = TypeVar("_T")
#: The id under which a file has a result, and which result it is.
FiledResult: TypeAlias = tuple[str, Test]

_REFILE = """
    UPDATE OR REPLACE decisions SET patient_id = ?
    WHERE patient_id = ? AND (analyte, collected_at, comparator, value) = (?, ?, ?, ?)
"""
_FILED = """
    SELECT result_id, filed_under FROM filings JOIN results ON results.id = result_id
    WHERE patient_id = ?
"""
_MOVED = "SELECT DISTINCT result_id FROM filings WHERE filed_under IN {ids}"
_FORGET = (
    "DELETE FROM decisions WHERE patient_id IN {ids}",
    "DELETE FROM changes WHERE patient_id IN {ids}",
    "DELETE FROM moves WHERE patient_id IN {ids}",
    "DELETE FROM moves WHERE into_id IN {ids}",
)
# Everybody of whom rows become others with that.
_OTHERS = (
    "SELECT patient_id FROM decisions WHERE patient_id IN {ids}",
    "SELECT patient_id FROM changes WHERE patient_id IN {ids}",
    "SELECT patient_id FROM moves WHERE patient_id IN {ids}",
    "SELECT patient_id FROM moves WHERE into_id IN {ids}",
    "SELECT patient_id FROM results JOIN filings ON filings.result_id = results.id"
    " WHERE filed_under IN {ids}",
)


def are_erased(connection: sqlite3.Connection, ids: Iterable[str]) -> set[str]:
    """Return which of some ids belong to patients who were erased."""
    return _which(connection, ids, lambda each: (each,))


def results_erased(connection: sqlite3.Connection, rows: Iterable[FiledResult]) -> set[FiledResult]:
    """Return which results, each with the id it is filed under, went with an erased patient to whom
    they had been moved.
    """
    return _which(connection, rows, lambda each: (each[0], *map(str, each[1])))


def _which(
    connection: sqlite3.Connection, given: Iterable[_T], words: Callable[[_T], tuple[str, ...]]
) -> set[_T]:
    marks = {row[0] for row in connection.execute("SELECT mark FROM erased")}
    if not marks:
        return set()
    key = _key(connection)
    return {each for each in given if _mark(words(each), key) in marks}


def let_in(connection: sqlite3.Connection, patient_id: str) -> bool:
    """Take an id in again; False when it was not kept out."""
    mark = _mark((patient_id,), _key(connection))
    return connection.execute("DELETE FROM erased WHERE mark = ?", (mark,)).rowcount == 1


def erase_traces(connection: sqlite3.Connection, patient_id: str) -> None:
    """Before a patient's rows are deleted: take every id of him out of what was mended, and keep
    out what is filed under them from now on.

    A result of his that the user has moved to somebody else stays there, as if it had been filed
    so. One that was moved to him is kept out, too, when it comes again.
    """
    owners = Owners(connection)
    ids = {patient_id, *(old for old, new in owners.aliases.items() if new == patient_id)}
    key = _key(connection)
    marks = [("patient", _mark((each,), key)) for each in sorted(ids)]
    marks += [
        ("result", _mark((filed, *map(str, _test(connection, result_id)[1])), key))
        for result_id, filed in connection.execute(_FILED, (patient_id,)).fetchall()
        if filed not in ids
    ]
    connection.executemany("INSERT OR IGNORE INTO erased (mark, what) VALUES (?2, ?1)", marks)
    question, parameters = ids_question(ids)
    others = {
        row[0]
        for each in _OTHERS
        for row in connection.execute(each.format(ids=question), parameters)
    }
    if others:
        with relabelling(connection, (others | ids) - {""}):
            for (result_id,) in connection.execute(
                _MOVED.format(ids=question), parameters
            ).fetchall():
                _file_anew(connection, result_id, ids, patient_id)
            for statement in _FORGET:
                connection.execute(statement.format(ids=question), parameters)
    for entry, mending in entries.load(connection).items():
        if ids & {mending.from_id, mending.into_id}:
            if mending.verb in entries.JOINING:
                entries.forget(connection, entry)
            else:
                gone = {
                    name: "" for name in ("from_id", "into_id") if getattr(mending, name) in ids
                }
                entries.change(connection, entry, **gone)


def _file_anew(
    connection: sqlite3.Connection, result_id: int, ids: set[str], patient_id: str
) -> None:
    """Let a result that was moved from a patient be filed under whom it was moved to."""
    whose, test = _test(connection, result_id)
    if whose == patient_id:
        return
    prints: dict[tuple[int, str], Print] = {}
    for each in prints_of(connection, result_id, whose):
        if each.filed_under in ids:
            connection.execute(_REFILE, (whose, each.filed_under, *test))
            each = replace(each, filed_under=whose)
        prints.setdefault((each.import_id, each.filed_under), each)
    write_prints(connection, result_id, whose, list(prints.values()))


def _test(connection: sqlite3.Connection, result_id: int) -> tuple[str, Test]:
    row = connection.execute(
        "SELECT patient_id, analyte, collected_at, comparator, value FROM results WHERE id = ?",
        (result_id,),
    ).fetchone()
    return row[0], (row[1], row[2], row[3], row[4])


def stays_out(patient_id: str) -> UsageError:
    """Return the error of whoever enters something of an erased patient."""
    return UsageError(
        f"The patient {patient_id!r} was erased, and nothing of that id is taken in.",
        "If it shall be taken in again:",
        commands=[("patients", "restore", patient_id)],
    )


def _key(connection: sqlite3.Connection) -> bytes:
    (key,) = connection.execute("SELECT key FROM keys WHERE name = 'erased'").fetchone()
    return bytes(key)


def _mark(words: tuple[str, ...], key: bytes) -> str:
    text = "\n".join(words).encode(errors="backslashreplace")
    return blake2b(text, key=key, digest_size=16).hexdigest()
