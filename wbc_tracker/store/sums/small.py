"""The small tables: their rows carry no checksum of their own, only their sum stands in `patients`.

They are read whole whenever they are proved, so that the sum is taken of what they hold.
"""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wbc_tracker.store.failures import ImpossibleRowError
from wbc_tracker.store.sums.checksums import WRONG_KIND, Kind, checksums, row_checksum

#: From so many rows on numpy is worth its loading.
MANY_ROWS = 3000


@dataclass(frozen=True)
class SmallTable:
    """A table whose rows belong to patients.

    Attributes:
        columns: all of them, the patient's id first. source: where they are read from.
    """

    columns: Mapping[str, Kind]
    source: str

    @property
    def kinds(self) -> list[Kind]:
        """Return the kinds of the columns."""
        return list(self.columns.values())

    @property
    def is_of_imports(self) -> bool:
        """Tell whether each row belongs to one import, so that only that import changes it."""
        return "import_id" in self.columns

    def select(self, condition: str) -> str:
        """Return the question for the rows that meet a condition."""
        return f"SELECT {', '.join(self.columns)} FROM {self.source} WHERE {condition}"  # noqa: S608


def _table(name: str, source: str = "", **columns: Kind) -> SmallTable:
    return SmallTable(columns, source or name)


#: Sum of `patients` -> the tables whose rows it is of.
SMALL: dict[str, dict[str, SmallTable]] = {
    "removed_sum": {
        "removed_results": _table(
            "removed_results",
            patient_id="text",
            analyte="text",
            collected_at="text",
            comparator="text",
            value="number",
            removed_at="text",
        )
    },
    "withdrawals_sum": {
        "withdrawals": _table(
            "withdrawals",
            patient_id="text",
            import_id="integer",
            analyte="text",
            collected_at="text",
            source_row="integer",
            filed_under="text",
        )
    },
    "infusions_sum": {
        "infusions": _table(
            "infusions",
            patient_id="text",
            infused_on="text",
            infused_time="text",
            drug="text",
            dose_mg="number",
            by_hand="integer",
            removed_at="text",
            hand_dose_mg="number",
            filed_drug="text",
            is_dose_edited="integer",
        )
    },
    "events_sum": {
        "events": _table(
            "events",
            patient_id="text",
            id="integer",
            happened_on="text",
            kind="text",
            note="text",
            by_hand="integer",
            removed_at="text",
        )
    },
    "links_sum": {
        "import_infusions": _table(
            "import_infusions",
            patient_id="text",
            import_id="integer",
            infused_on="text",
            dose_mg="number",
            filed_under="text",
        ),
        "import_events": _table(
            "import_events",
            "import_events JOIN events ON events.id = event_id",
            patient_id="text",
            import_id="integer",
            event_id="integer",
            filed_under="text",
        ),
    },
    "told_sum": {
        "sexes": _table(
            "sexes", patient_id="text", import_id="integer", sex="text", filed_under="text"
        ),
        "named": _table(
            "named",
            patient_id="text",
            import_id="integer",
            what="text",
            mark="text",
            filed_under="text",
        ),
        "decisions": _table(
            "decisions",
            patient_id="text",
            analyte="text",
            collected_at="text",
            comparator="text",
            value="number",
            what="text",
            entry="integer",
            decided_at="text",
            ended_by="integer",
        ),
        "moves": _table(
            "moves",
            patient_id="text",
            analyte="text",
            collected_at="text",
            comparator="text",
            value="number",
            entry="integer",
            into_id="text",
        ),
        "changes": _table(
            "changes",
            patient_id="text",
            entry="integer",
            what="text",
            on_row="text",
            before="text",
            after="text",
        ),
    },
}


def sums_of_rows(rows: Sequence[tuple[Any, ...]], kinds: Sequence[Kind], table: str) -> list[int]:
    """Return the checksum of each row of a table; the table's name is part of it.

    Raises:
        ImpossibleRowError: a cell is of another kind.
    """
    try:
        if len(rows) >= MANY_ROWS:
            columns = [(table,) * len(rows), *zip(*rows, strict=True)]
            each: list[int] = checksums(columns, ["text", *kinds]).tolist()
            return each
        return [row_checksum(table, *row) for row in rows]
    except WRONG_KIND as error:
        raise ImpossibleRowError(_whose(rows), f"a cell of another kind in {table}") from error


def sums_of(
    connection: sqlite3.Connection,
    sums: Iterable[str],
    condition: str,
    imports: Iterable[int] | None = None,
) -> dict[str, dict[str, int]]:
    """Return sum -> patient -> the sum of the checksums of the rows, of any size.

    Args:
        sums: of SMALL. condition: which patients, as SQL on `patient_id`. imports: where rows
            belong to imports, only those of these; None for all.

    Raises:
        ImpossibleRowError: a cell is of another kind.
    """
    found: dict[str, dict[str, int]] = {}
    for name in sums:
        total: dict[str, int] = defaultdict(int)
        found[name] = total
        for table, of in SMALL[name].items():
            which = condition
            if of.is_of_imports and imports is not None:
                which = f"import_id IN ({', '.join(map(str, imports)) or 'NULL'})"
            rows = connection.execute(of.select(which)).fetchall()
            each = sums_of_rows(rows, of.kinds, table)
            for row, checksum in zip(rows, each, strict=True):
                total[row[0]] += checksum
    return found


def _whose(rows: Sequence[tuple[Any, ...]]) -> object:
    """Return whose the first row with a cell of another kind is."""
    for row in rows:
        try:
            row_checksum(*row)
        except WRONG_KIND:
            return row[0]
    return None
