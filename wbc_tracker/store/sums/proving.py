"""Whether what is read is what was written."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from wbc_tracker.store.failures import AlteredError
from wbc_tracker.store.sums.checksums import signed
from wbc_tracker.store.sums.ledger import listed
from wbc_tracker.store.sums.small import SMALL, sums_of_rows
from wbc_tracker.store.sums.states import WORDS, whole

_LOW = 0xFFFF_FFFF
_WRITTEN = f"""
    SELECT sum(results), coalesce(sum(results_sum >> 32), 0),
        coalesce(sum(results_sum & {_LOW}), 0)
    FROM patients
"""  # noqa: S608


def prove_sums(
    connection: sqlite3.Connection, found: Mapping[str, Mapping[str, int]], patient: str | None
) -> None:
    """Refuse rows that do not sum up to what was written.

    Args:
        found: sum -> patient -> the sum of the rows that were read, of any size. patient: whose
            they are; None where they are everybody's.

    Raises:
        AlteredError: the first patient of whom they do not.
    """
    question = f"SELECT patient_id, {', '.join(found)} FROM patients"  # noqa: S608
    rows = (
        connection.execute(question)
        if patient is None
        else connection.execute(f"{question} WHERE patient_id = ?", (patient,))
    )
    written = {row[0]: row[1:] for row in rows}
    for at, (name, sums) in enumerate(found.items()):
        for who in sorted({*written, *sums}, key=str):  # damage may have left none
            if signed(sums.get(who, 0)) != (written[who][at] if who in written else 0):
                raise AlteredError(who, WORDS[name])


def prove_small(connection: sqlite3.Connection, names: Iterable[str], patient: str | None) -> None:
    """Refuse the rows of small tables that do not sum up to what was written.

    Args:
        names: of SMALL. patient: whose rows; None for everybody's.

    Raises:
        AlteredError: the first patient of whom they do not. ImpossibleRowError: one has a cell of
            another kind.
    """
    for name in names:
        read_small(connection, name, patient)


def read_small(
    connection: sqlite3.Connection, name: str, patient: str | None
) -> dict[str, list[tuple[Any, ...]]]:
    """Return table -> its rows, proved: all of a sum of SMALL, as the columns stand there.

    Raises:
        AlteredError, ImpossibleRowError: as of `prove_small`.
    """
    condition, this = ("true", ()) if patient is None else ("patient_id = ?", (patient,))
    total: dict[str, int] = defaultdict(int)
    found = {}
    for table, of in SMALL[name].items():
        found[table] = connection.execute(of.select(condition), this).fetchall()
        for row, one in zip(found[table], sums_of_rows(found[table], of.kinds, table), strict=True):
            total[row[0]] += one
    prove_sums(connection, {name: total}, patient)
    return found


def prove_results(
    connection: sqlite3.Connection,
    count: int,
    total: int,
    by_patient: Callable[[], Mapping[str, int]],
    patient: str | None,
) -> None:
    """Refuse results that do not sum up to what is to be shown: one was changed, added or lost, or
    the sighting as which it is shown. Others are left to `checking`: there may be thousands.

    Args:
        count: of the results that were read. total: the sum of their checksums, and of those of the
            sightings as which they are shown. by_patient: the same of each patient; asked for only
            where something is wrong. patient: whose; None for everybody's.

    Raises:
        AlteredError: naming the first patient of whom they do not.
    """
    rows = connection.execute(
        _WRITTEN if patient is None else f"{_WRITTEN} WHERE patient_id = :id", {"id": patient}
    )
    results, high, low = rows.fetchone()
    if (results or 0, signed(whole(high, low))) != (count, signed(total)):
        prove_sums(connection, {"results_sum": by_patient()}, patient)
        listed(connection)
        raise AlteredError(patient, WORDS["results_sum"])
