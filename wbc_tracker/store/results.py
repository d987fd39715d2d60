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
from wbc_tracker.store.mending import joining, moving
from wbc_tracker.store.mending.arriving import Arriving, arriving, concerned, note_filings
from wbc_tracker.store.mending.entries import only
from wbc_tracker.store.mending.moving import MendedResults
from wbc_tracker.store.mending.owners import Owners, Test
from wbc_tracker.store.mending.prints import CELLS, Cells
from wbc_tracker.store.records import Counts, ImportInfo, Mending, StoredResult, Verb
from wbc_tracker.store.shown import Which
from wbc_tracker.store.sums import changing, relabelling
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
_PATIENT_AT = _STAGED.index("patient_id")

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
    INSERT INTO withdrawals
        (import_id, patient_id, analyte, collected_at, source_row, filed_under)
    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_NOT_SHOWN = "result", "`wbc-tracker result list` shows the results and their numbers."
_NOT_REMOVED = (
    "removed result",
    "`wbc-tracker result list --removed` shows the removed results and their numbers, "
    "`--superseded` those that the laboratory has replaced or withdrawn.",
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
        """Remove one result, as `remove_all`, and return it as it was."""
        return self.remove_all([result_id], removed_at).rows[0]

    def restore(self, result_id: int, restored_at: str) -> StoredResult:
        """Give one result back, as `restore_all`, and return it."""
        return self.restore_all([result_id], restored_at).rows[0]

    def remove_all(self, numbers: Sequence[int], removed_at: str) -> MendedResults:
        """Remove results, whatever imports they came from: all of them, or none. It is an entry of
        the history that can be undone.

        Args:
            numbers: theirs. removed_at: ISO 8601 text; the store never reads the clock.

        Raises:
            UsageError: when one of them is not there, or does not count already.
        """
        with self._file.writing() as connection:
            found = _find_all(connection, ("visible",), numbers, _NOT_SHOWN)
            with changing(connection, moving.concerned(connection, found), part="labs"):
                entry = imports.begin_mending(connection, _mending("remove", found), removed_at)
                moving.remove(connection, found, entry, removed_at)
            return MendedResults(entry, found)

    def restore_all(self, numbers: Sequence[int], restored_at: str) -> MendedResults:
        """Give removed or superseded results back: all of them, or none. As `remove_all`.

        Raises:
            UsageError: when one of them is neither removed nor superseded.
        """
        with self._file.writing() as connection:
            found = _find_all(connection, ("removed", "superseded"), numbers, _NOT_REMOVED)
            with changing(connection, moving.concerned(connection, found), part="labs"):
                entry = imports.begin_mending(connection, _mending("restore", found), restored_at)
                moving.restore(connection, found, entry, restored_at)
            return MendedResults(entry, tuple(replace(each, removed_at=None) for each in found))

    def move(self, numbers: Sequence[int], into_id: str, moved_at: str) -> MendedResults:
        """Give results that were filed under the wrong patient to another one: all of them, or
        none. What they replaced or hid goes with them, and they stay there when their file is
        imported again. As `remove_all`.

        Raises:
            UsageError: when one of them is not there or belongs to that patient, or the patient was
                erased.
        """
        with self._file.writing() as connection:
            found = _find_all(connection, ("visible",), numbers, _NOT_SHOWN)
            joining.check_new_id(into_id)
            joining.refuse_erased(connection, into_id)
            into_id = Owners(connection).of(into_id)
            if any(each.patient_id == into_id for each in found):
                own = next(each.id for each in found if each.patient_id == into_id)
                raise UsageError(f"Result {own} belongs to {into_id!r} already.")
            with relabelling(connection, moving.concerned(connection, found, into_id)):
                mending = _mending("move", found, into_id)
                entry = imports.begin_mending(connection, mending, moved_at)
                moving.move(connection, found, into_id, entry)
            return MendedResults(entry, found)


def _add(
    connection: sqlite3.Connection, results: pd.DataFrame, rejects: pd.DataFrame, info: ImportInfo
) -> Counts:
    frames.check_columns(results, RESULT_COLUMNS, "results")
    filed_ids = {who for (who,) in frames.patient_ids(results)}
    people = concerned(connection, filed_ids) | imports.told_of(connection, info)
    draws = (
        (len(results), lambda: frames.draws_of(results))
        if Owners(connection).change_nothing
        else None
    )
    with changing(connection, people, part="labs", draws=draws) as touched:
        come = arriving(connection, results)
        set_affected(connection, frames.patient_ids(come.results))
        counts = _add_rows(connection, come, rejects, info)
        touched.add(counts.import_id)
        return counts


def _add_rows(
    connection: sqlite3.Connection, come: Arriving, rejects: pd.DataFrame, info: ImportInfo
) -> Counts:
    """Add what `_add` adds; the affected patients are named."""
    import_id = imports.begin_import(connection, "labs", info)
    results, filed = come.results, come.filed
    theirs = set(results["patient_id"].iloc[list(filed)]) if filed else set()
    mended: dict[int, tuple[str, Test, Cells]] = {}
    new_patients = visible.new_patients(connection)
    before = count_standing(connection)
    latest = connection.execute("SELECT coalesce(max(id), 0) FROM results").fetchone()[0]
    withdrawn = 0
    connection.execute(_CREATE_STAGED)
    for rows, withdrawals in frames.result_rows(results, import_id, filed):
        connection.executemany(_STAGE, rows)
        if theirs:
            mended |= {row[0]: _print_of(row) for row in rows if row[_PATIENT_AT] in theirs}
        connection.execute(_ADD_RESULTS)
        connection.execute(_ADD_SIGHTINGS, (import_id,))
        withdrawn += connection.execute("SELECT sum(withdrawn) FROM staged").fetchone()[0] or 0
        connection.execute("DELETE FROM staged")
        connection.executemany(_ADD_WITHDRAWAL, ((import_id, *row) for row in withdrawals))
        withdrawn += len(withdrawals)
    connection.execute("DROP TABLE staged")
    note_filings(connection, import_id, mended, filed)
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
        redirected=come.redirected,
    )


def _print_of(row: frames.Row) -> tuple[str, Test, Cells]:
    """Return whose a staged row is, its test and value, and what is printed beside it."""
    staged = dict(zip(_STAGED, row, strict=True))
    patient, *test = (staged[name] for name in _KEY)
    return patient, (test[0], test[1], test[2], test[3]), tuple(staged[name] for name in CELLS)


def _find_all(
    connection: sqlite3.Connection,
    kinds: Sequence[Which],
    numbers: Sequence[int],
    missing: tuple[str, str],
) -> tuple[StoredResult, ...]:
    """Return results of one of some kinds by their numbers, each once.

    Raises:
        UsageError: in the given words, naming those that are not there.
    """
    found = {}
    for number in dict.fromkeys(numbers):
        # SQLite's integers end at 64 bits; a longer number cannot be asked for.
        if number.bit_length() < 64:
            rows = (shown.find(connection, which, number) for which in kinds)
            found[number] = next((row for row in rows if row), None)
    lost = [str(number) for number in dict.fromkeys(numbers) if not found.get(number)]
    if lost:
        what, hint = missing
        is_are = "is no" if len(lost) == 1 else "are no"
        noun = what if len(lost) == 1 else f"{what}s"
        done = "" if len(found) < 2 else " Nothing was changed."
        raise UsageError(f"There {is_are} {noun} {', '.join(lost)} in the store.{done}", hint)
    return tuple(each for each in found.values() if each is not None)


def _mending(verb: Verb, found: Sequence[StoredResult], into_id: str = "") -> Mending:
    return Mending(verb, "result", len(found), only(each.patient_id for each in found), into_id)
