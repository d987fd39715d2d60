"""Whether all of a store is as it was written."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from wbc_tracker.schema import RESULT_COLUMNS, names
from wbc_tracker.store import events, failures, infusion_rows
from wbc_tracker.store.mending import entries, makers
from wbc_tracker.store.mending.prints import ALL_FILINGS
from wbc_tracker.store.sums.checking import find_altered
from wbc_tracker.store.sums.possible import check_cells, check_results
from wbc_tracker.store.sums.totals import is_row_sound
from wbc_tracker.store.transactions import reading

_COUNTED = {
    **{name: name for name in ("results", "infusions", "events")},
    "imports": "imports WHERE kind <> 'mending'",
}
_PATIENTS = """
    SELECT count(*) FROM (SELECT patient_id FROM results UNION SELECT patient_id FROM infusions
    UNION SELECT patient_id FROM events)
"""
_PORTION_ROWS = 50_000
_OF_RESULTS = {"patient_id", "analyte", "collected_at", "comparator", "value"}
_KEY = [column for column in RESULT_COLUMNS if column.name in _OF_RESULTS]
_TYPES = {"text": "'text', 'null'", "number": "'real', 'null'"}
_TYPES |= dict.fromkeys(("integer", "boolean"), "'integer'")
_WRONG = " OR ".join(
    f"typeof({column.name}) NOT IN ({_TYPES[column.type]})"
    for column in RESULT_COLUMNS
    if column.name not in {*_OF_RESULTS, "source_file", "status"}
)
_WRONG_KINDS = f"SELECT count(*) FROM sightings WHERE {_WRONG}"  # noqa: S608


@dataclass(frozen=True)
class Soundness:
    """What a check of a store found.

    Attributes:
        problems: what is wrong with it, a line each; none in a sound store.
        patients, results, infusions, events, imports: how many of each it holds, with those that
            do not count; all 0 where there are problems.
    """

    problems: tuple[str, ...]
    patients: int = 0
    results: int = 0
    infusions: int = 0
    events: int = 0
    imports: int = 0


def examine(connection: sqlite3.Connection) -> Soundness:
    """Prove a store of the newest schema, and count what it holds."""
    with reading(connection):
        problems = find_problems(connection) or [
            *_impossible_rows(connection),
            *find_altered(connection),
            *_altered_mendings(connection),
        ]
        if problems:
            return Soundness(tuple(problems))
        counts = {
            table: int(connection.execute(f"SELECT count(*) FROM {question}").fetchone()[0])  # noqa: S608
            for table, question in _COUNTED.items()
        }
        return Soundness((), int(connection.execute(_PATIENTS).fetchone()[0]), **counts)


def _altered_mendings(connection: sqlite3.Connection) -> list[str]:
    """Return what of the mendings is not as it was written."""
    told = []
    for load in (entries.load, makers.load):
        try:
            load(connection)
        except failures.AlteredError as problem:
            told.append(f"Not as it was written: {problem.what}.")
    changed = sum(1 for row in connection.execute(ALL_FILINGS) if not is_row_sound(row))
    return told + ([f"Of filings, rows that were changed: {changed}."] if changed else [])


def find_problems(connection: sqlite3.Connection) -> list[str]:
    """Read every page of a store of any schema, and see that each row has the row it belongs to;
    return what is wrong.
    """
    try:
        return [*_broken_pages(connection), *_lone_rows(connection)]
    except sqlite3.DatabaseError as error:
        if failures.from_sqlite(error, Path()).code != "store_damaged":
            raise
        return [f"SQLite: {error}"]


def _broken_pages(connection: sqlite3.Connection) -> list[str]:
    found = [str(row[0]) for row in connection.execute("PRAGMA integrity_check")]
    return [f"SQLite: {line}" for text in found for line in text.splitlines() if line != "ok"]


def _lone_rows(connection: sqlite3.Connection) -> list[str]:
    lone = Counter((row[0], row[2]) for row in connection.execute("PRAGMA foreign_key_check"))
    return [
        f"Of {table}, rows whose {parent} are not there: {count}."
        for (table, parent), count in sorted(lone.items())
    ]


def _impossible_rows(connection: sqlite3.Connection) -> list[str]:
    """Return of each kind of row the first that the program cannot have written."""
    looks: list[Callable[[sqlite3.Connection], object]] = [
        _look_at_results,
        lambda each: infusion_rows.load(each, "true"),
        lambda each: events.load(each, "true"),
    ]
    told = []
    for look in looks:
        try:
            look(connection)
        except failures.ImpossibleRowError as row:
            told.append(f"Of patient {row.patient_id!r}: {row.what}.")
    wrong = int(connection.execute(_WRONG_KINDS).fetchone()[0])
    return told + ([f"Of sightings, rows with a cell of another kind: {wrong}."] if wrong else [])


def _look_at_results(connection: sqlite3.Connection) -> None:
    rows = connection.execute(f"SELECT {', '.join(names(_KEY))} FROM results")  # noqa: S608
    while portion := rows.fetchmany(_PORTION_ROWS):
        cells = dict(zip(names(_KEY), zip(*portion, strict=True), strict=True))
        check_cells(cells, _KEY)
        check_results(cells)
