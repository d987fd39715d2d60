"""Which fields of a result and of its sightings their checksums are of.

The order of the fields is part of what a store holds: it never changes. A sighting's checksum is
also of the key of its result, so that it cannot come to stand beside another one.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from wbc_tracker.store.sums.checksums import (
    WRONG_KIND,
    Cell,
    CodedTexts,
    Kind,
    mixed,
    row_checksum,
    row_sums,
    signed,
    summed,
)

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Checksums: TypeAlias = npt.NDArray[np.int64]

#: What makes two results the same one. An absent comparator is missing here.
KEY: dict[str, Kind] = {
    "patient_id": "text",
    "analyte": "text",
    "collected_at": "text",
    "comparator": "text",
    "value": "number",
}
#: How an import printed a result.
PRINTED: dict[str, Kind] = {
    "loinc": "text",
    "unit": "text",
    "reported_analyte": "text",
    "reported_value": "text",
    "reported_unit": "text",
    "reported_range": "text",
    "reported_flag": "text",
    "ref_low": "number",
    "ref_high": "number",
    "source_row": "integer",
    "unit_inferred": "integer",
    "value_step": "number",
}
#: What is said of a result `r`, and which import said it where in its file, in its sighting `s`:
#: `_standing` in the five lowest bits, `_said_by` above them. One number is read faster than seven.
SAID = """
    (s.import_id << 44) + (s.seq << 10) + ((s.rank * 2 + s.withdrawn) << 5)
        + r.rank * 4 + r.withdrawn * 2 + r.restored
"""
IMPORT_BITS = 44
_FIELDS = (*KEY, *PRINTED)
_STANDING_BITS = 5
#: The cells of a result's checksum but `_standing`.
_KEY_CELLS = "r.patient_id, r.analyte, r.collected_at, nullif(r.comparator, ''), r.value"


def checksums_of(
    cells: Mapping[str, Sequence[Any] | CodedTexts], said: Sequence[int] | Checksums
) -> tuple[Checksums, Checksums]:
    """Return the checksums of results and of one sighting of each.

    Args:
        cells: the columns of KEY and PRINTED; at least one row. said: of each row as SAID.

    Raises:
        WRONG_KIND: a cell is of another kind.
    """
    import numpy as np

    both = np.array(said)
    if both.dtype != np.int64:
        raise TypeError(f"whole numbers are {both.dtype}")
    key = [mixed(cells[name], kind, place) for place, (name, kind) in enumerate(KEY.items(), 1)]
    after = len(KEY) + 1
    standing = mixed(both & ((1 << _STANDING_BITS) - 1), "integer", after)
    printed = [
        mixed(cells[name], kind, place) for place, (name, kind) in enumerate(PRINTED.items(), after)
    ]
    said_by = mixed(both >> _STANDING_BITS, "integer", after + len(PRINTED))
    of_key = summed(key)
    return row_sums([*of_key, standing]), row_sums([*of_key, *printed, said_by])


def one_by_one(cells: Sequence[Cell], said: int) -> tuple[int, int]:
    """Return the checksums of a result and of one sighting; numpy is not loaded.

    Args:
        cells: the columns of KEY and PRINTED. said: as SAID.

    Raises:
        WRONG_KIND: a cell is of another kind.
    """
    cells = [
        cell or None if name == "comparator" else cell
        for name, cell in zip(_FIELDS, cells, strict=True)
    ]
    key = cells[: len(KEY)]
    standing, said_by = said & ((1 << _STANDING_BITS) - 1), said >> _STANDING_BITS
    return row_checksum(*key, standing), row_checksum(*cells, said_by)


def said_of_new(
    import_id: int, seqs: Sequence[int], ranks: Sequence[int], withdrawn: Sequence[int]
) -> npt.NDArray[np.int64]:
    """Return SAID of results that an import adds."""
    import numpy as np

    said = np.array(ranks) * 2 + np.array(withdrawn)
    by = np.int64(signed(import_id << IMPORT_BITS)) + (np.array(seqs) << 10)
    return by + (said << _STANDING_BITS) + said * 2  # type: ignore[no-any-return]


def resealed_result(**changes: str) -> str:
    """Return SQL for the checksum of a result `r` of which something else is said from now on.

    Args:
        changes: of `rank`, `withdrawn` and `restored` those that change, as SQL.
    """
    now = {"rank": "r.rank", "withdrawn": "r.withdrawn", "restored": "r.restored"}
    old, new = (
        f"{_KEY_CELLS}, {one['rank']} * 4 + {one['withdrawn']} * 2 + {one['restored']}"
        for one in (now, now | changes)
    )
    return f"resealed(r.checksum, {old}, {new})"


def resealed_sighting(old: str, new: Mapping[str, str]) -> str:
    """Return SQL for the checksum of a sighting that is printed otherwise from now on.

    Args:
        old: the name of its row. new: what its columns become, as SQL.
    """
    now = {name: f"{old}.{name}" for name in (*PRINTED, "seq", "rank", "withdrawn")}
    cells = [
        f"{_KEY_CELLS}, {', '.join(row[name] for name in PRINTED)}, (({old}.import_id << 44)"
        f" + ({row['seq']} << 10) + (({row['rank']} * 2 + {row['withdrawn']}) << 5))"
        f" >> {_STANDING_BITS}"
        for row in (now, {**now, **new})
    ]
    return (
        f"(SELECT resealed({old}.checksum, {', '.join(cells)}) FROM results AS r"  # noqa: S608
        f" WHERE r.id = {old}.result_id)"
    )


def add_functions(connection: sqlite3.Connection) -> None:
    """Let the statements of a connection use `resealed`."""
    connection.create_function("resealed", -1, _resealed, deterministic=True)


def _resealed(checksum: object, *cells: Cell) -> int:
    """Return the checksum of the second half of the cells. If the first half is not what the old
    checksum is of, the row was changed outside the program: it stays a row with a wrong one.
    """
    half = len(cells) // 2
    try:
        old, new = row_checksum(*cells[:half]), row_checksum(*cells[half:])
    except WRONG_KIND:
        return 0
    return new if old == checksum else new ^ 1
