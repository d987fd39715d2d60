"""Results with their sightings, as rows that can be proved one by one."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from wbc_tracker.schema import RESULT_COLUMNS
from wbc_tracker.store.failures import AlteredError, ImpossibleRowError
from wbc_tracker.store.sums.checksums import WRONG_KIND
from wbc_tracker.store.sums.possible import check_cells, check_results
from wbc_tracker.store.sums.rows import KEY, PRINTED, SAID, checksums_of, one_by_one
from wbc_tracker.store.sums.small import MANY_ROWS

_PORTION_ROWS = 50_000
_CHECKED = [column for column in RESULT_COLUMNS if column.name in {*KEY, *PRINTED}]
#: What is read of a result `r` and its sighting `s`: their numbers, the columns of KEY and PRINTED,
#: SAID, and the checksums of both.
PAIR = f"""
    r.id, s.import_id, {", ".join(f"r.{name}" for name in KEY)},
    {", ".join(f"s.{name}" for name in PRINTED)}, {SAID}, r.checksum, s.checksum
"""
#: How many cells that are.
PAIR_CELLS = len(KEY) + len(PRINTED) + 5
#: Everything of them that meets a condition.
PAIRS = f"""
    SELECT {PAIR} FROM results AS r CROSS JOIN sightings AS s ON s.result_id = r.id WHERE
"""  # noqa: S608
#: The checksum of what the program cannot have written; no row has it.
IMPOSSIBLE = 0


def prove_pairs(rows: Sequence[tuple[Any, ...]]) -> Sequence[int]:
    """Refuse rows of PAIR that were changed; return of each the sum of its two checksums.

    Raises:
        ImpossibleRowError: the program cannot have written one. AlteredError: it has written
            another.
    """
    of_results, of_sightings = checksums_of_pairs(rows)
    for row, *found in zip(rows, of_results, of_sightings, strict=True):
        if found != list(row[-2:]):
            _columns([row])
            raise AlteredError(row[2], "the results")
    return [one + other for one, other in zip(of_results, of_sightings, strict=True)]


def portions(connection: sqlite3.Connection) -> Iterator[Sequence[tuple[Any, ...]]]:
    """Yield all sightings with their results, as rows of PAIR; they may be changed meanwhile."""
    done = -(1 << 63)
    while True:
        last = connection.execute(
            "SELECT max(id) FROM (SELECT id FROM results WHERE id > ? ORDER BY id LIMIT ?)",
            (done, _PORTION_ROWS),
        ).fetchone()[0]
        if last is None:
            return
        rows = connection.execute(f"{PAIRS} r.id > ? AND r.id <= ?", (done, last)).fetchall()
        for start in range(0, len(rows), _PORTION_ROWS):
            yield rows[start : start + _PORTION_ROWS]
        done = last


def seal_pairs(connection: sqlite3.Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Give rows of PAIR their checksums."""
    of_results, of_sightings = checksums_of_pairs(rows)
    connection.executemany(
        "UPDATE results SET checksum = ? WHERE id = ?",
        ((one, row[0]) for one, row in zip(of_results, rows, strict=True)),
    )
    connection.executemany(
        "UPDATE sightings SET checksum = ? WHERE import_id = ? AND result_id = ?",
        ((one, row[1], row[0]) for one, row in zip(of_sightings, rows, strict=True)),
    )


def checksums_of_pairs(
    rows: Sequence[tuple[Any, ...]],
) -> tuple[Sequence[int], Sequence[int]]:
    """Return the checksums of the results and sightings of a portion; 0 for what the program cannot
    have written.
    """
    if len(rows) >= MANY_ROWS:
        with suppress(ImpossibleRowError, *WRONG_KIND):
            cells, said = _columns(rows)
            of_results, of_sightings = checksums_of(cells, said)
            return of_results.tolist(), of_sightings.tolist()
    each = [_checksums_of_one(row) for row in rows]
    return [one for one, _ in each], [other for _, other in each]


def _checksums_of_one(row: tuple[Any, ...]) -> tuple[int, int]:
    try:
        _columns([row])
        return one_by_one(row[2:-3], row[-3])
    except (ImpossibleRowError, *WRONG_KIND):
        return IMPOSSIBLE, IMPOSSIBLE


def _columns(rows: Sequence[tuple[Any, ...]]) -> tuple[dict[str, Sequence[Any]], Sequence[int]]:
    """Return rows as columns, the absent comparator missing, and SAID of each.

    Raises:
        ImpossibleRowError: the program cannot have written one of them.
    """
    _, _, *columns, said, _, _ = zip(*rows, strict=True)
    cells: dict[str, Sequence[Any]] = dict(zip((*KEY, *PRINTED), columns, strict=True))
    check_cells(cells, _CHECKED)
    check_results(cells)
    cells["comparator"] = [comparator or None for comparator in cells["comparator"]]
    return cells, said
