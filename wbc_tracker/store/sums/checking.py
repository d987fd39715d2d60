"""Proving every checksum and every sum of a store."""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterator

from wbc_tracker.store.failures import AlteredError, ImpossibleRowError
from wbc_tracker.store.sums.checksums import signed
from wbc_tracker.store.sums.history import prove_lines, prove_rejects
from wbc_tracker.store.sums.ledger import COLUMNS, rows_of_patients
from wbc_tracker.store.sums.pairs import checksums_of_pairs, portions
from wbc_tracker.store.sums.states import SUMS, WORDS, empty_state, everybody
from wbc_tracker.store.sums.totals import is_row_sound, prove_total

_LONE = """
    SELECT count(*) FROM results
    WHERE NOT EXISTS (SELECT 1 FROM sightings WHERE result_id = results.id)
"""
_REJECTS = """
    SELECT source_file, source_row, "column", code, message, hint, raw FROM rejects
    WHERE import_id = ? ORDER BY id
"""
#: What a count is of, in words.
_COUNTED = {name: f"how many {name}" for name in ("results", "infusions", "events", "sightings")}
_COUNTED |= {"superseded": "how many superseded results", "removed": "how many removed results"}
_COUNTED |= {"first_at": "the first draw", "latest_at": "the latest draw"}


def find_altered(connection: sqlite3.Connection) -> Iterator[str]:
    """Yield what is not as the program wrote it, a line each. The store's pages are sound."""
    yield from _altered_results(connection)
    lone = connection.execute(_LONE).fetchone()[0]
    if lone:
        yield f"Of results, rows that no import holds: {lone}."
    yield from _altered_patients(connection)
    yield from _altered_imports(connection)


def _altered_results(connection: sqlite3.Connection) -> Iterator[str]:
    changed: Counter[object] = Counter()
    for rows in portions(connection):
        for row, *found in zip(rows, *checksums_of_pairs(rows), strict=True):
            if found != list(row[-2:]):
                changed[row[2]] += 1
    for patient, count in changed.items():
        yield f"Of patient {patient!r}, results that were changed: {count}."


def _altered_patients(connection: sqlite3.Connection) -> Iterator[str]:
    rows = rows_of_patients(connection)
    for row in rows:
        if not is_row_sound(row):
            yield f"Of patient {row[0]!r}, the counts and sums were changed."
    written = {row[0]: dict(zip(COLUMNS, row, strict=False)) for row in rows if is_row_sound(row)}
    unsound = {row[0] for row in rows} - set(written)
    try:
        prove_total(connection, "patients", [row[-1] for row in rows])
    except AlteredError:
        yield "The counts and sums of a patient were changed, added or lost."
    try:
        found = everybody(connection)
    except ImpossibleRowError as wrong:
        yield f"Of patient {wrong.patient_id!r}: {wrong.what}."
        return
    nothing = empty_state()
    for patient in sorted({*written, *found} - unsound, key=str):
        was, now = written.get(patient, nothing), found.get(patient, nothing)
        for name in COLUMNS:
            is_sum = name in SUMS
            if name != "patient_id" and was[name] != (signed(now[name]) if is_sum else now[name]):
                yield f"Of patient {patient!r}, {(WORDS if is_sum else _COUNTED)[name]}: changed."


def _altered_imports(connection: sqlite3.Connection) -> Iterator[str]:
    try:
        prove_lines(connection, None)
        for (import_id,) in connection.execute("SELECT id FROM imports").fetchall():
            rows = connection.execute(_REJECTS, (import_id,)).fetchall()
            prove_rejects(connection, import_id, rows)
    except (AlteredError, ImpossibleRowError) as problem:
        yield f"Not as it was written: {problem.what}."
