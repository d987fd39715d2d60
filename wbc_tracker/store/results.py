"""Results: adding those of one file, loading what is visible, and mending single ones."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from wbc_tracker.errors import UsageError
from wbc_tracker.schema import RESULT_COLUMNS, STATUS_RANK, WITHDRAWN, names
from wbc_tracker.store import frames, imports, visible
from wbc_tracker.store.connection import StoreFile
from wbc_tracker.store.possible import check_cells, check_results
from wbc_tracker.store.records import Counts, ImportInfo, StoredResult
from wbc_tracker.store.visible import count_hidden, count_standing, set_affected

if TYPE_CHECKING:
    import pandas as pd

#: What makes two results the same one.
_KEY = ("patient_id", "analyte", "collected_at", "comparator", "value")
_SAID = ("rank", "withdrawn")
_LISTED = [
    column
    for column in RESULT_COLUMNS
    if column.name in (*_KEY, "unit", "value_step", "reported_value", "ref_low", "ref_high")
]
_PRINTED = [name for name in names(RESULT_COLUMNS) if name not in (*_KEY, "source_file", "status")]
#: In the order in which `frames.result_rows` gives them.
_STAGED = [
    "seq",
    *(name for name in names(RESULT_COLUMNS) if name not in ("source_file", "status")),
    *_SAID,
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
    INSERT INTO results ({_KEY_LIST}, rank, withdrawn)
    SELECT {_KEY_LIST}, rank, withdrawn FROM staged WHERE true ORDER BY seq
    ON CONFLICT ({_KEY_LIST}) DO UPDATE
    SET rank = max(results.rank, excluded.rank),
        withdrawn = max(results.withdrawn, excluded.withdrawn)
    WHERE excluded.rank > results.rank OR excluded.withdrawn > results.withdrawn
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
_ADD_SIGHTINGS = f"""
    INSERT INTO sightings (import_id, result_id, {_SIGHTED_LIST})
    SELECT ?, results.id, {", ".join(f"staged.{name}" for name in (*_SIGHTED, *_SAID))}
    FROM staged CROSS JOIN results
    WHERE {" AND ".join(f"results.{name} = staged.{name}" for name in _KEY)}
    ORDER BY staged.seq
    ON CONFLICT (import_id, result_id) DO UPDATE
    SET rank = max(sightings.rank, excluded.rank),
        withdrawn = max(sightings.withdrawn, excluded.withdrawn),
        {", ".join(f"{n} = iif({_KNOWS_MORE}, excluded.{n}, sightings.{n})" for n in _SIGHTED)}
    WHERE excluded.rank > sightings.rank OR excluded.withdrawn > sightings.withdrawn
        OR {_KNOWS_MORE}
"""  # noqa: S608
_ADD_WITHDRAWAL = """
    INSERT INTO withdrawals (import_id, patient_id, analyte, collected_at, source_row)
    VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING
"""
_WORDS = " ".join(f"WHEN {rank} THEN '{word}'" for word, rank in STATUS_RANK.items() if word)
#: Column of the frame -> what stands for it, with r a result, s its sighting and i that import.
_SHOWN = {
    **{name: f"r.{name}" for name in _KEY},
    **{name: f"s.{name}" for name in _SIGHTED},
    "comparator": "nullif(r.comparator, '')",
    "source_file": "i.file",
    # What the user has restored counts, whatever the laboratory says.
    "status": f"CASE WHEN r.restored THEN NULL ELSE CASE r.rank {_WORDS} END END",
}
# A result is shown as the import printed it that knows most, else the earliest.
_AS_PRINTED = """
    JOIN sightings AS s ON s.result_id = r.id
        AND s.import_id = (
            SELECT import_id FROM sightings WHERE result_id = r.id
            ORDER BY knows DESC, value_step, ref_low, ref_high, import_id LIMIT 1
        )
    JOIN imports AS i ON i.id = s.import_id
"""
_LOAD = f"""
    SELECT {", ".join(_SHOWN[name] for name in names(RESULT_COLUMNS))}
    FROM visible_results AS r {_AS_PRINTED}
    WHERE {{condition}}
    ORDER BY s.import_id, s.seq
"""  # noqa: S608
# Left to itself SQLite walks through the sightings, which lie in that order. Where most of them
# repeat others it is better to look up the one of each result, and to sort.
_LOAD_REPEATED = _LOAD.replace("JOIN", "CROSS JOIN")
_IS_REPEATED = "SELECT sum(duplicates) > 2 * sum(added) FROM imports WHERE kind = 'labs'"
_LIST = f"""
    SELECT r.id, r.patient_id, r.collected_at, r.analyte, r.comparator, r.value, s.unit,
        s.value_step, s.reported_value, i.file, s.source_row,
        CASE WHEN r.withdrawn THEN '{WITHDRAWN}' ELSE CASE r.rank {_WORDS} ELSE '' END END,
        gone.removed_at, s.ref_low, s.ref_high
    FROM {{source}} AS r {_AS_PRINTED}
    {{how}} JOIN removed_results AS gone
        ON {" AND ".join(f"gone.{name} = r.{name}" for name in _KEY)}
    WHERE {{condition}}
    ORDER BY r.patient_id, r.collected_at, r.analyte, r.id
"""  # noqa: S608
_REMOVE = f"INSERT INTO removed_results SELECT {_KEY_LIST}, ? FROM results WHERE id = ?"  # noqa: S608
_RESTORE = (
    f"DELETE FROM removed_results WHERE ({_KEY_LIST}) = "  # noqa: S608
    f"(SELECT {_KEY_LIST} FROM results WHERE id = ?)"
)
# What the laboratory has replaced or withdrawn needs the user's word to count.
_LET_COUNT = """
    UPDATE results SET restored = 1
    WHERE id = ? AND id IN (SELECT id FROM superseded_results AS r WHERE r.id = results.id)
"""
_NEW_SUPERSEDED = """
    SELECT count(*) FROM known_results WHERE superseded AND id > ?
        AND patient_id IN (SELECT patient_id FROM affected)
"""

_Which: TypeAlias = Literal["visible", "removed", "superseded"]
_SOURCES: dict[_Which, tuple[str, str]] = {
    "visible": ("visible_results", "LEFT"),
    "removed": ("results", ""),
    "superseded": ("superseded_results", "LEFT"),
}


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
        with self._file.reading() as connection:
            if patient_id is None:
                is_repeated = connection.execute(_IS_REPEATED).fetchone()[0]
                question = (_LOAD_REPEATED if is_repeated else _LOAD).format(condition="true")
                return frames.result_frame(connection.execute(question))
            question = _LOAD.format(condition="r.patient_id = ?")
            return frames.result_frame(connection.execute(question, (patient_id,)))

    def list(
        self, patient_id: str | None = None, *, which: _Which = "visible"
    ) -> Sequence[StoredResult]:
        """Return the results with their numbers, or the removed or superseded ones, by patient,
        draw and analyte.

        Does not load pandas.
        """
        with self._file.reading() as connection:
            if patient_id is None:
                return _list(connection, which, "true")
            return _list(connection, which, "r.patient_id = ?", patient_id)

    def remove(self, result_id: int, removed_at: str) -> StoredResult:
        """Remove one result, whatever import it came from, and return it as it was.

        Args:
            result_id: its number. removed_at: ISO 8601 text; the store never reads the clock.

        Raises:
            UsageError: when there is no such result, or it does not count already.
        """
        with self._file.writing() as connection:
            found = _find(connection, "visible", result_id)
            if found is None:
                raise UsageError(
                    f"There is no result {result_id} in the store.",
                    "`wbc-tracker result list` shows the results and their numbers.",
                )
            connection.execute(_REMOVE, (removed_at, result_id))
            connection.execute("UPDATE results SET restored = 0 WHERE id = ?", (result_id,))
            return found

    def restore(self, result_id: int) -> StoredResult:
        """Give a removed or superseded result back, and return it.

        Raises:
            UsageError: when no removed or superseded result has that number.
        """
        with self._file.writing() as connection:
            found = _find(connection, "removed", result_id)
            if found is None:
                found = _find(connection, "superseded", result_id)
            if found is None:
                raise UsageError(
                    f"There is no removed result {result_id} in the store.",
                    "`wbc-tracker result list --removed` shows the removed results and their "
                    "numbers, `--superseded` those that the laboratory has replaced or withdrawn.",
                )
            connection.execute(_RESTORE, (result_id,))
            connection.execute(_LET_COUNT, (result_id,))
            return replace(found, removed_at=None)


def _add(
    connection: sqlite3.Connection, results: pd.DataFrame, rejects: pd.DataFrame, info: ImportInfo
) -> Counts:
    frames.check_columns(results, RESULT_COLUMNS, "results")
    import_id = imports.begin_import(connection, "labs", info)
    set_affected(connection, frames.patient_ids(results))
    new_patients = visible.new_patients(connection)
    before = count_standing(connection)
    latest = connection.execute("SELECT coalesce(max(id), 0) FROM results").fetchone()[0]
    withdrawn = 0
    connection.execute(_CREATE_STAGED)
    for rows, withdrawals in frames.result_rows(results):
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


def _list(
    connection: sqlite3.Connection, which: _Which, condition: str, *parameters: str | int
) -> list[StoredResult]:
    source, how = _SOURCES[which]
    question = _LIST.format(source=source, how=how, condition=condition)
    found = [StoredResult(*row) for row in connection.execute(question, parameters)]
    cells = {column.name: [getattr(each, column.name) for each in found] for column in _LISTED}
    check_cells(cells, _LISTED)
    check_results(cells)
    return found


def _find(connection: sqlite3.Connection, which: _Which, result_id: int) -> StoredResult | None:
    # SQLite's integers end at 64 bits; a longer number cannot be asked for.
    found = _list(connection, which, "r.id = ?", result_id) if result_id.bit_length() < 64 else []
    return found[0] if found else None
