"""Giving an older store its checksums: a step of the schema, inside its transaction."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from wbc_tracker.store.failures import AlteredError, ImpossibleRowError
from wbc_tracker.store.records import Event, Infusion
from wbc_tracker.store.sums import history
from wbc_tracker.store.sums.checksums import WRONG_KIND, row_checksum, signed
from wbc_tracker.store.sums.ledger import put
from wbc_tracker.store.sums.naming import name_these
from wbc_tracker.store.sums.pairs import IMPOSSIBLE, portions, seal_pairs
from wbc_tracker.store.sums.possible import check_events, check_infusions
from wbc_tracker.store.sums.small import SMALL
from wbc_tracker.store.sums.states import everybody


def fill(connection: sqlite3.Connection) -> None:
    """Compute the checksums of all rows, and the sums of all patients.

    Raises:
        AlteredError: the file is damaged; no checksum shall say that it is sound.
    """
    if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
        raise AlteredError(None, "the pages of its file")
    for rows in portions(connection):
        seal_pairs(connection, rows)
    for (import_id,) in connection.execute("SELECT id FROM imports").fetchall():
        rejects = connection.execute(
            'SELECT source_file, source_row, "column", code, message, hint, raw FROM rejects'
            " WHERE import_id = ?",
            (import_id,),
        ).fetchall()
        with suppress(ImpossibleRowError):
            connection.execute(
                "UPDATE imports SET rejects_sum = ? WHERE id = ?",
                (signed(history.rejects_sum(rejects)), import_id),
            )
        history.count_line(connection)
        with suppress(*WRONG_KIND):
            history.seal_line(connection, import_id)
    found = everybody(connection, _possible_sums)
    name_these(connection, found)
    put(connection, {}, found)


def _possible_sums(
    connection: sqlite3.Connection, sums: Iterable[str], condition: str
) -> dict[str, dict[str, int]]:
    """As `small.sums_of`, without rows that the program cannot have written."""
    found: dict[str, dict[str, int]] = {}
    for name in sums:
        found[name] = defaultdict(int)
        for table, of in SMALL[name].items():
            for row in connection.execute(of.select(condition)):
                found[name][row[0]] += _checksum_if_possible(
                    table, dict(zip(of.columns, row, strict=True))
                )
    return found


def _checksum_if_possible(table: str, row: dict[str, Any]) -> int:
    with suppress(ImpossibleRowError, *WRONG_KIND):
        if table == "infusions":
            date = (
                f"{row['infused_on']}T{row['infused_time']}"
                if row["infused_time"]
                else row["infused_on"]
            )
            check_infusions([Infusion(row["patient_id"], date, row["drug"], row["dose_mg"])])
        elif table == "events":
            check_events([Event(row["patient_id"], row["happened_on"], row["kind"], row["note"])])
        return row_checksum(table, *row.values())
    return IMPOSSIBLE
