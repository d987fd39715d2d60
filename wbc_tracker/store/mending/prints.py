"""What each import printed, under which id it filed it, and moving it to whom it belongs now.

A row of `results` holds the prints of one test, draw and value of one patient. When mendings change
whose a print is, it goes to the row of its new patient; rows that nobody prints any more go.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeAlias

from wbc_tracker.schema import RESULT_COLUMNS, names
from wbc_tracker.store.failures import AlteredError
from wbc_tracker.store.mending.decisions import decide_again, forget_marks
from wbc_tracker.store.mending.owners import Owners, Test
from wbc_tracker.store.sums.checksums import row_checksum
from wbc_tracker.store.sums.totals import is_row_sound

KEY = ("patient_id", "analyte", "collected_at", "comparator", "value")
_OF_IMPORT = ("source_file", "status")
#: What a sighting holds beside its key, in this order.
CELLS = (
    "seq",
    *(name for name in names(RESULT_COLUMNS) if name not in (*KEY, *_OF_IMPORT)),
    "rank",
    "withdrawn",
)
_RANK, _WITHDRAWN = CELLS.index("rank"), CELLS.index("withdrawn")
_UNIT, _STEP = CELLS.index("reported_unit"), CELLS.index("value_step")
_LOW, _HIGH = CELLS.index("ref_low"), CELLS.index("ref_high")
_KEY_LIST, _CELL_LIST = ", ".join(KEY), ", ".join(CELLS)

# The statements are composed of the names above and of nothing else (hence the `noqa: S608`).
_RESULT = f"SELECT {_KEY_LIST} FROM results WHERE id = ?"  # noqa: S608
_SIGHTINGS = f"SELECT import_id, {_CELL_LIST} FROM sightings WHERE result_id = ?"  # noqa: S608
ALL_FILINGS = "SELECT import_id, result_id, filed_under, printed, checksum FROM filings"
_FILINGS = f"{ALL_FILINGS} WHERE result_id = ?"
_FIND = f"SELECT id FROM results WHERE ({_KEY_LIST}) = (?, ?, ?, ?, ?)"  # noqa: S608
_MAKE = f"INSERT INTO results ({_KEY_LIST}, rank, withdrawn) VALUES (?, ?, ?, ?, ?, 2, 0)"  # noqa: S608
_SEE = (
    f"INSERT INTO sightings (import_id, result_id, {_CELL_LIST})"  # noqa: S608
    f" VALUES ({', '.join('?' * (len(CELLS) + 2))})"
)
_FILE = "INSERT INTO filings VALUES (?, ?, ?, ?, ?)"
_SAY = """
    UPDATE results SET rank = ?, withdrawn = ? WHERE id = ? AND (rank, withdrawn) IS NOT (?, ?)
"""

Cells: TypeAlias = tuple[Any, ...]


@dataclass(frozen=True)
class Print:
    """One result as one import printed it beside one id."""

    import_id: int
    filed_under: str
    cells: Cells


def knowledge(cells: Sequence[Any]) -> tuple[float, ...]:
    """Return the measure by which one print knows more than another; as `results` orders them."""
    step, low, high = cells[_STEP], cells[_LOW], cells[_HIGH]
    known = 4 * bool(cells[_UNIT]) + 2 * (low is not None or high is not None) + (step is not None)
    infinite = float("inf")
    return (
        known,
        -(infinite if step is None else step),
        -(-infinite if low is None else low),
        -(-infinite if high is None else high),
        -cells[0],
    )


def settle(connection: sqlite3.Connection, owners: Owners, results: Iterable[int]) -> None:
    """Take every print of some results to whom it belongs, and the user's decisions with it.

    Args:
        connection: inside a change of all patients that this can concern. owners: as they stand
            now. results: the numbers of those whose prints may belong to somebody else.
    """
    touched: dict[int, list[Print]] = {}
    whose: dict[int, tuple[str, Test]] = {}
    displaced: dict[tuple[str, Test], list[Print]] = {}
    left: set[int] = set()
    for result_id in sorted(set(results)):
        row = connection.execute(_RESULT, (result_id,)).fetchone()
        if row is None:
            continue
        patient, test = row[0], (row[1], row[2], row[3], row[4])
        prints = prints_of(connection, result_id, patient)
        staying = [each for each in prints if owners.of(each.filed_under, test) == patient]
        if len(staying) == len(prints):
            continue
        touched[result_id], whose[result_id] = staying, (patient, test)
        left.add(result_id)
        for each in prints:
            if (new := owners.of(each.filed_under, test)) != patient:
                displaced.setdefault((new, test), []).append(each)
    for result_id in left:
        forget_marks(connection, result_id)
    for (patient, test), prints in displaced.items():
        result_id = _row_for(connection, patient, test, touched, whose)
        if result_id not in touched:
            touched[result_id] = prints_of(connection, result_id, patient)
            whose[result_id] = patient, test
        touched[result_id] = [*touched[result_id], *prints]
    for result_id, prints in touched.items():
        write_prints(connection, result_id, whose[result_id][0], prints)
    for result_id, prints in touched.items():
        if prints:
            decide_again(connection, owners, result_id, *whose[result_id])
        else:
            connection.execute("DELETE FROM results WHERE id = ?", (result_id,))


def _row_for(
    connection: sqlite3.Connection,
    patient: str,
    test: Test,
    touched: dict[int, list[Print]],
    whose: dict[int, tuple[str, Test]],
) -> int:
    """Return the number of the row of a patient: the one that is there, else one that nobody prints
    any more, which keeps its number, else a new one.
    """
    row = connection.execute(_FIND, (patient, *test)).fetchone()
    if row is not None:
        return int(row[0])
    for result_id, (before, of_test) in whose.items():
        if of_test == test and not touched[result_id] and before != patient:
            connection.execute(
                "UPDATE results SET patient_id = ? WHERE id = ?", (patient, result_id)
            )
            whose[result_id] = patient, test
            return result_id
    cursor = connection.execute(_MAKE, (patient, *test))
    assert cursor.lastrowid is not None
    return cursor.lastrowid


def prints_of(connection: sqlite3.Connection, result_id: int, patient: str) -> list[Print]:
    """Return every print of one result of a patient."""
    filed: dict[int, list[tuple[str, str | None]]] = {}
    for row in connection.execute(_FILINGS, (result_id,)):
        if not is_row_sound(row):
            raise AlteredError(patient, "under which ids results were filed")
        filed.setdefault(row[0], []).append((row[2], row[3]))
    found = []
    for import_id, *cells in connection.execute(_SIGHTINGS, (result_id,)):
        for under, printed in filed.get(import_id, [(patient, None)]):
            shown = tuple(cells) if printed is None else tuple(json.loads(printed))
            found.append(Print(import_id, under, shown))
    return found


def write_prints(
    connection: sqlite3.Connection, result_id: int, patient: str, prints: Sequence[Print]
) -> None:
    """Let a result have these prints and no other: of each import the one that knows most is
    shown.
    """
    connection.execute("DELETE FROM filings WHERE result_id = ?", (result_id,))
    connection.execute("DELETE FROM sightings WHERE result_id = ?", (result_id,))
    by_import = sorted(prints, key=attrgetter("import_id", "filed_under"))
    for import_id, group in groupby(by_import, key=attrgetter("import_id")):
        of_import = list(group)
        shown = list(max(of_import, key=lambda each: knowledge(each.cells)).cells)
        shown[_RANK] = max(each.cells[_RANK] for each in of_import)
        shown[_WITHDRAWN] = max(each.cells[_WITHDRAWN] for each in of_import)
        connection.execute(_SEE, (import_id, result_id, *shown))
        file_prints(connection, result_id, patient, of_import)
    if prints:
        said = tuple(max(each.cells[at] for each in prints) for at in (_RANK, _WITHDRAWN))
        connection.execute(_SAY, (*said, result_id, *said))


def file_prints(
    connection: sqlite3.Connection, result_id: int, patient: str, of_import: Sequence[Print]
) -> None:
    """Note under which ids one import filed a result of a patient; nothing where that is the
    patient himself.
    """
    if len(of_import) == 1 and of_import[0].filed_under == patient:
        return
    for each in of_import:
        printed = json.dumps(each.cells) if len(of_import) > 1 else None
        cells = each.import_id, result_id, each.filed_under, printed
        connection.execute(_FILE, (*cells, row_checksum(*cells)))
