"""Results as they are shown: read, and proved."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from typing import TYPE_CHECKING, Literal, TypeAlias

from wbc_tracker.schema import RESULT_COLUMNS, STATUS_RANK, WITHDRAWN, names
from wbc_tracker.store import frames
from wbc_tracker.store.failures import AlteredError
from wbc_tracker.store.records import StoredResult
from wbc_tracker.store.sums.checksums import row_checksum
from wbc_tracker.store.sums.history import prove_lines
from wbc_tracker.store.sums.pairs import PAIR, PAIR_CELLS, prove_pairs
from wbc_tracker.store.sums.possible import check_cells, check_results
from wbc_tracker.store.sums.proving import prove_results, prove_small, prove_sums
from wbc_tracker.store.sums.rows import KEY, PRINTED, SAID

if TYPE_CHECKING:
    import pandas as pd

_KEY_LIST = ", ".join(KEY)
_KEY_COLUMNS = [column for column in RESULT_COLUMNS if column.name in KEY]
# NOT INDEXED: what stands in the table, which an index may hold otherwise.
_KEYS = f"SELECT {_KEY_LIST} FROM results NOT INDEXED WHERE patient_id = :id"  # noqa: S608
_WORDS = " ".join(f"WHEN {rank} THEN '{word}'" for word, rank in STATUS_RANK.items() if word)
#: Column of the frame -> what stands for it, with r a result, s its sighting and i that import.
_SHOWN = {
    **{name: f"r.{name}" for name in KEY},
    **{name: f"s.{name}" for name in PRINTED},
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
    SELECT {", ".join(_SHOWN[name] for name in names(RESULT_COLUMNS))}, {SAID}
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
        gone.removed_at, s.ref_low, s.ref_high, {PAIR}
    FROM {{source}} AS r {_AS_PRINTED}
    {{how}} JOIN removed_results AS gone
        ON {" AND ".join(f"gone.{name} = r.{name}" for name in KEY)}
    WHERE {{condition}}
    ORDER BY r.patient_id, r.collected_at, r.analyte, r.id
"""  # noqa: S608
Which: TypeAlias = Literal["visible", "removed", "superseded"]
_SOURCES: dict[Which, tuple[str, str]] = {
    "visible": ("visible_results", "LEFT"),
    "removed": ("results", ""),
    "superseded": ("superseded_results", "LEFT"),
}


def load(connection: sqlite3.Connection, patient_id: str | None) -> pd.DataFrame:
    """Return the results that are shown, proved.

    Raises:
        ImpossibleRowError, AlteredError: they are not those that were written.
    """
    if patient_id is None:
        is_repeated = connection.execute(_IS_REPEATED).fetchone()[0]
        question = (_LOAD_REPEATED if is_repeated else _LOAD).format(condition="true")
    else:
        question = _LOAD.format(condition="r.patient_id = :id")
    frame, found = frames.result_frame(connection.execute(question, {"id": patient_id}))
    try:
        prove_results(
            connection,
            found.rows,
            found.total,
            lambda: found.by_patient(frame["patient_id"]),
            patient_id,
        )
    except AlteredError as altered:
        # What cannot be at all is told before what is only another.
        rows = connection.execute(_KEYS, {"id": altered.patient_id}).fetchall()
        if rows:
            cells = dict(zip(KEY, zip(*rows, strict=True), strict=True))
            check_cells(cells, _KEY_COLUMNS)
            check_results(cells)
        raise
    prove_small(connection, ("removed_sum", "withdrawals_sum"), patient_id)
    prove_lines(connection, found.import_ids)
    return frame


def listed(
    connection: sqlite3.Connection, which: Which, patient_id: str | None
) -> list[StoredResult]:
    """Return results with their numbers, proved; of one patient or of all.

    Raises:
        ImpossibleRowError, AlteredError: they are not those that were written.
    """
    condition = "true" if patient_id is None else "r.patient_id = :id"
    found, sums = _select(connection, which, condition, patient_id)
    if which == "removed":
        marks: dict[str, int] = defaultdict(int)
        for one in found:
            cells = [getattr(one, name) for name in (*KEY, "removed_at")]
            marks[one.patient_id] += row_checksum("removed_results", *cells)
        prove_sums(connection, {"removed_sum": marks}, patient_id)
    else:
        name = "results_sum" if which == "visible" else "superseded_sum"
        prove_sums(connection, {name: sums}, patient_id)
    return found


def find(connection: sqlite3.Connection, which: Which, result_id: int) -> StoredResult | None:
    """Return the result of a number, proved; None if there is none.

    Raises:
        ImpossibleRowError, AlteredError: it is not the one that was written.
    """
    # SQLite's integers end at 64 bits; a longer number cannot be asked for.
    if result_id.bit_length() >= 64:
        return None
    found, _ = _select(connection, which, "r.id = :id", result_id)
    return found[0] if found else None


def _select(
    connection: sqlite3.Connection, which: Which, condition: str, this: str | int | None
) -> tuple[list[StoredResult], dict[str, int]]:
    """Return results whose rows are proved, and patient -> the sum of their checksums."""
    source, how = _SOURCES[which]
    question = _LIST.format(source=source, how=how, condition=condition)
    rows = connection.execute(question, {"id": this}).fetchall()
    sums: dict[str, int] = defaultdict(int)
    for row, checksum in zip(rows, prove_pairs([row[-PAIR_CELLS:] for row in rows]), strict=True):
        sums[row[1]] += checksum
    prove_lines(connection, {row[-PAIR_CELLS + 1] for row in rows})
    return [StoredResult(*row[:-PAIR_CELLS]) for row in rows], sums
