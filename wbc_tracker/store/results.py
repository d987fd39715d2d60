"""Results: adding those of one file, loading what is visible, and mending single ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from wbc_tracker.errors import UsageError
from wbc_tracker.schema import RESULT_COLUMNS, names
from wbc_tracker.store import frames, imports, shown, visible
from wbc_tracker.store.connection import StoreFile
from wbc_tracker.store.records import Counts, ImportInfo, StoredResult
from wbc_tracker.store.shown import Which
from wbc_tracker.store.sums import changing
from wbc_tracker.store.sums.rows import resealed_result, resealed_sighting
from wbc_tracker.store.visible import count_hidden, count_standing, set_affected

if TYPE_CHECKING:
    import pandas as pd

#: What makes two results the same one.
_KEY = ("patient_id", "analyte", "collected_at", "comparator", "value")
_SAID = ("rank", "withdrawn")
_PRINTED = [name for name in names(RESULT_COLUMNS) if name not in (*_KEY, "source_file", "status")]
#: In the order in which `frames.result_rows` gives them.
_STAGED = [
    "seq",
    *(name for name in names(RESULT_COLUMNS) if name not in ("source_file", "status")),
    *_SAID,
    "checksum",
    "sighting_checksum",
]
_SIGHTED = ["seq", *_PRINTED]

# The statements are composed of the names above and of nothing else (hence the `noqa: S608`).
_KEY_LIST = ", ".join(_KEY)
_SIGHTED_LIST = ", ".join([*_SIGHTED, *_SAID])
_CREATE_STAGED = f"CREATE TEMP TABLE staged ({', '.join(_STAGED)})".replace(
    "(seq", "(seq INTEGER PRIMARY KEY"
)
_STAGE = f"INSERT INTO staged VALUES ({', '.join('?' * len(_STAGED))})"  # noqa: S608

# For a repeated key only. INSERT OR IGNORE would also drop a row with a NULL without a word.
# `WHERE true` keeps the parser from reading ON CONFLICT as the condition of a join.
_ADD_RESULTS = f"""
    INSERT INTO results AS r ({_KEY_LIST}, rank, withdrawn, checksum)
    SELECT {_KEY_LIST}, rank, withdrawn, checksum FROM staged WHERE true ORDER BY seq
    ON CONFLICT ({_KEY_LIST}) DO UPDATE
    SET rank = max(r.rank, excluded.rank),
        withdrawn = max(r.withdrawn, excluded.withdrawn),
        checksum = {
    resealed_result(
        rank="max(r.rank, excluded.rank)", withdrawn="max(r.withdrawn, excluded.withdrawn)"
    )
}
    WHERE excluded.rank > r.rank OR excluded.withdrawn > r.withdrawn
"""  # noqa: S608


def _knowledge(row: str) -> str:
    """Return the measure by which one printing of a result knows more than another; the migration
    orders its index by the same.
    """
    return (
        f"(4 * (coalesce({row}.reported_unit, '') <> '')"
        f" + 2 * ({row}.ref_low IS NOT NULL OR {row}.ref_high IS NOT NULL)"
        f" + ({row}.value_step IS NOT NULL), -coalesce({row}.value_step, 9e999),"
        f" -coalesce({row}.ref_low, -9e999), -coalesce({row}.ref_high, -9e999))"
    )


_KNOWS_MORE = f"{_knowledge('excluded')} > {_knowledge('sightings')}"
# A result that a file prints twice is seen once: as the row prints it that knows more, else where
# it comes first. CROSS JOIN: SQLite shall walk through the few staged rows and look each up, not
# through the whole store.
_SEEN_AGAIN = {
    "rank": "max(sightings.rank, excluded.rank)",
    "withdrawn": "max(sightings.withdrawn, excluded.withdrawn)",
    **{name: f"iif({_KNOWS_MORE}, excluded.{name}, sightings.{name})" for name in _SIGHTED},
}
_SEEN_AGAIN["checksum"] = resealed_sighting("sightings", _SEEN_AGAIN)
_ADD_SIGHTINGS = f"""
    INSERT INTO sightings (import_id, result_id, {_SIGHTED_LIST}, checksum)
    SELECT ?, results.id, {", ".join(f"staged.{name}" for name in (*_SIGHTED, *_SAID))},
        staged.sighting_checksum
    FROM staged CROSS JOIN results
    WHERE {" AND ".join(f"results.{name} = staged.{name}" for name in _KEY)}
    ORDER BY staged.seq
    ON CONFLICT (import_id, result_id) DO UPDATE
    SET {", ".join(f"{name} = {becomes}" for name, becomes in _SEEN_AGAIN.items())}
    WHERE excluded.rank > sightings.rank OR excluded.withdrawn > sightings.withdrawn
        OR {_KNOWS_MORE}
"""  # noqa: S608
_ADD_WITHDRAWAL = """
    INSERT INTO withdrawals (import_id, patient_id, analyte, collected_at, source_row)
    VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_REMOVE = f"INSERT INTO removed_results SELECT {_KEY_LIST}, ? FROM results WHERE id = ?"  # noqa: S608
_RESTORE = (
    f"DELETE FROM removed_results WHERE ({_KEY_LIST}) = "  # noqa: S608
    f"(SELECT {_KEY_LIST} FROM results WHERE id = ?)"
)
# What the laboratory has replaced or withdrawn needs the user's word to count.
_LET_COUNT = f"""
    UPDATE results AS r SET restored = 1, checksum = {resealed_result(restored="1")}
    WHERE id = :id AND EXISTS (SELECT 1 FROM superseded_results AS gone WHERE gone.id = :id)
"""  # noqa: S608
_LET_NOT_COUNT = (
    f"UPDATE results AS r SET restored = 0, checksum = {resealed_result(restored='0')}"  # noqa: S608
    " WHERE id = ?"
)
_NEW_SUPERSEDED = """
    SELECT count(*) FROM known_results WHERE superseded AND id > ?
        AND patient_id IN (SELECT patient_id FROM affected)
"""


class StoredResults:
    """What was measured. A result is known by patient, analyte, draw, comparator and value.

    Of one patient, analyte and draw the value of the higher status hides the lower: corrected,
    final, without a word, preliminary, whatever the order of rows and imports. Withdrawn hides the
    equal value, and without a value every one of the draw that is not a correction. What is hidden
    so is superseded: it stays in the store, and can be restored.

    A removed result is marked, not deleted: it is hidden everywhere, stays hidden when its file is
    imported again, and can be restored too.
    """

    def __init__(self, file: StoreFile) -> None:
        self._file = file

    def add(self, results: pd.DataFrame, rejects: pd.DataFrame, info: ImportInfo) -> Counts:
        """Add the results and the rejects of one lab file, in one transaction.

        Same patient, analyte, `collected_at`, comparator and value is a duplicate; so is a
        date-only result equal to a timed one of that day, in whichever order they arrive. `added`
        is by how many results there are more, also of those that another value of their draw has
        replaced (`superseded`). Withdrawn rows are `withdrawn`, all others `duplicates`. A file
        without any result is recorded too. A result that the user has removed stays removed: it is
        among the duplicates, and `removed` counts it.

        Args:
            results: RESULT_COLUMNS, values in the canonical unit; `source_file` is taken from
                `info`. A withdrawn row may have no value.
            rejects: REJECT_COLUMNS.
            info: the file, and the cells that gave no result.

        Raises:
            FrameError: when a frame lacks a column or has values of the wrong kind; nothing is
                added.
        """
        with self._file.writing() as connection:
            return _add(connection, results, rejects, info)

    def foresee(self, results: pd.DataFrame, rejects: pd.DataFrame, info: ImportInfo) -> Counts:
        """Return what `add` would do, and do nothing. Raises as it."""
        with self._file.trying() as connection:
            return _add(connection, results, rejects, info)

    def load(self, patient_id: str | None = None) -> pd.DataFrame:
        """Return the results with RESULT_COLUMNS, of one patient or of all, in the order they were
        imported.

        A result is shown as the import printed it that knows most (the unit, the laboratory's
        interval), else the earliest. Left out are removed and superseded results, and a date-only
        result while an equal timed one of that day is there. An unknown patient gives an empty
        frame of the same dtypes.
        """
        with self._file.proving() as connection:
            return shown.load(connection, patient_id)

    def list(
        self, patient_id: str | None = None, *, which: Which = "visible"
    ) -> Sequence[StoredResult]:
        """Return the results with their numbers, or the removed or superseded ones, by patient,
        draw and analyte.

        Does not load pandas.
        """
        with self._file.proving() as connection:
            return shown.listed(connection, which, patient_id)

    def remove(self, result_id: int, removed_at: str) -> StoredResult:
        """Remove one result, whatever import it came from, and return it as it was.

        Args:
            result_id: its number. removed_at: ISO 8601 text; the store never reads the clock.

        Raises:
            UsageError: when there is no such result, or it does not count already.
        """
        with self._file.writing() as connection:
            found = shown.find(connection, "visible", result_id)
            if found is None:
                raise UsageError(
                    f"There is no result {result_id} in the store.",
                    "`wbc-tracker result list` shows the results and their numbers.",
                )
            with changing(connection, [found.patient_id], part="labs"):
                connection.execute(_REMOVE, (removed_at, result_id))
                connection.execute(_LET_NOT_COUNT, (result_id,))
            return found

    def restore(self, result_id: int) -> StoredResult:
        """Give a removed or superseded result back, and return it.

        Raises:
            UsageError: when no removed or superseded result has that number.
        """
        with self._file.writing() as connection:
            found = shown.find(connection, "removed", result_id)
            if found is None:
                found = shown.find(connection, "superseded", result_id)
            if found is None:
                raise UsageError(
                    f"There is no removed result {result_id} in the store.",
                    "`wbc-tracker result list --removed` shows the removed results and their "
                    "numbers, `--superseded` those that the laboratory has replaced or withdrawn.",
                )
            with changing(connection, [found.patient_id], part="labs"):
                connection.execute(_RESTORE, (result_id,))
                connection.execute(_LET_COUNT, {"id": result_id})
            return replace(found, removed_at=None)


def _add(
    connection: sqlite3.Connection, results: pd.DataFrame, rejects: pd.DataFrame, info: ImportInfo
) -> Counts:
    frames.check_columns(results, RESULT_COLUMNS, "results")
    patients = frames.patient_ids(results)
    people = {*(who for (who,) in patients), *imports.told_of(info)}
    with changing(connection, people, part="labs") as touched:
        set_affected(connection, patients)
        counts = _add_rows(connection, results, rejects, info)
        touched.add(counts.import_id)
        return counts


def _add_rows(
    connection: sqlite3.Connection, results: pd.DataFrame, rejects: pd.DataFrame, info: ImportInfo
) -> Counts:
    """Add what `_add` adds; the affected patients are named."""
    import_id = imports.begin_import(connection, "labs", info)
    new_patients = visible.new_patients(connection)
    before = count_standing(connection)
    latest = connection.execute("SELECT coalesce(max(id), 0) FROM results").fetchone()[0]
    withdrawn = 0
    connection.execute(_CREATE_STAGED)
    for rows, withdrawals in frames.result_rows(results, import_id):
        connection.executemany(_STAGE, rows)
        connection.execute(_ADD_RESULTS)
        connection.execute(_ADD_SIGHTINGS, (import_id,))
        withdrawn += connection.execute("SELECT sum(withdrawn) FROM staged").fetchone()[0] or 0
        connection.execute("DELETE FROM staged")
        connection.executemany(_ADD_WITHDRAWAL, ((import_id, *row) for row in withdrawals))
        withdrawn += len(withdrawals)
    connection.execute("DROP TABLE staged")
    after = count_standing(connection)
    added = after.known - before.known
    superseded = 0
    if after.superseded:
        found = connection.execute(_NEW_SUPERSEDED, (latest,)).fetchone()[0]
        superseded = min(int(found), added)
    # A time of the day may take the place of an equal date alone that was replaced, or the other
    # way round: what is shown grows by `added - superseded - replaced` in any case.
    replaced = after.superseded - before.superseded - superseded
    added, replaced = added + max(-replaced, 0), max(replaced, 0)
    duplicates = len(results) - added - withdrawn
    rejected = imports.add_rejects(connection, import_id, rejects)
    imports.finish_import(
        connection,
        import_id,
        added=added,
        duplicates=duplicates,
        rejected=rejected,
        superseded=superseded,
    )
    return Counts(
        import_id,
        added,
        duplicates,
        removed=count_hidden(connection, import_id),
        withdrawn=withdrawn,
        superseded=superseded,
        replaced=replaced,
        new_patients=new_patients,
    )
