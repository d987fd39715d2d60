"""How many rows `patients` and `imports` have, and the sum of the checksums that their rows end
with.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from wbc_tracker.store.failures import AlteredError
from wbc_tracker.store.sums.checksums import WRONG_KIND, row_checksum, signed


def is_row_sound(row: tuple[Any, ...]) -> bool:
    """Tell whether the last cell of a row is the checksum of the others."""
    try:
        return bool(row_checksum(*row[:-1]) == row[-1])
    except WRONG_KIND:
        return False


def add_to_total(connection: sqlite3.Connection, name: str, rows: int, total: int) -> None:
    """Add to how many rows a table has, and to the sum of their checksums."""
    count, standing = _total(connection, name)
    connection.execute(
        "UPDATE totals SET rows = ?, total = ? WHERE name = ?",
        (count + rows, signed(standing + total), name),
    )


def prove_total(connection: sqlite3.Connection, name: str, each: Sequence[int]) -> None:
    """Refuse a table with a row more or less than the program wrote.

    Raises:
        AlteredError: it has, or another one.
    """
    if _total(connection, name) != (len(each), signed(sum(each))):
        raise AlteredError(None, f"the {name}")


def _total(connection: sqlite3.Connection, name: str) -> tuple[int, int]:
    found = connection.execute("SELECT rows, total FROM totals WHERE name = ?", (name,)).fetchone()
    if found is None or not all(isinstance(number, int) for number in found):
        raise AlteredError(None, f"the {name}")
    return found[0], found[1]
