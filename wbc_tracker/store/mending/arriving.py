"""Whose the rows of a file are that is being added: under which ids it files them, and who has them
now.
"""

from __future__ import annotations

import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from wbc_tracker.schema import STATUS_RANK, WITHDRAWN
from wbc_tracker.store.mending.owners import Owners, Test
from wbc_tracker.store.mending.prints import Cells, Print, file_prints, knowledge
from wbc_tracker.store.records import Redirected

if TYPE_CHECKING:
    import pandas as pd

_DATE = 10
_RANK_OF = """
    SELECT rank FROM results
    WHERE (patient_id, analyte, collected_at, comparator, value) = (?, ?, ?, ?, ?)
"""
_HOLDS = """
    SELECT EXISTS (
        SELECT 1 FROM results WHERE patient_id = ? AND analyte = ? AND collected_at = ?
    )
"""
_FOLLOW = """
    INSERT OR IGNORE INTO moves
        (patient_id, analyte, collected_at, comparator, value, entry, into_id)
    VALUES (?, ?, ?, ?, ?, ?, ?)
"""
_FIND = """
    SELECT id FROM results
    WHERE (patient_id, analyte, collected_at, comparator, value) = (?, ?, ?, ?, ?)
"""


@dataclass(frozen=True)
class Arriving:
    """The results of a file, each with whom it belongs to.

    Attributes:
        results: with the ids of today. filed: position -> the id under which the file has it, of
            rows that belong to somebody else now. redirected: where rows went, and why.
    """

    results: pd.DataFrame
    filed: Mapping[int, str] = field(default_factory=dict)
    redirected: tuple[Redirected, ...] = ()


def concerned(connection: sqlite3.Connection, filed: Iterable[str]) -> set[str]:
    """Return all ids of which rows may change when a file adds rows under some ids."""
    owners = Owners(connection)
    return {who for each in filed for who in owners.passed_by(each)}


def arriving(connection: sqlite3.Connection, results: pd.DataFrame) -> Arriving:
    """Return the results of a file as rows of the patients whom they belong to.

    A result that was moved goes where it was moved to. So does what equals it, as a date alone and
    a time of that day do, and what replaces it or is replaced by it: another status of the same
    draw, where its old patient has no other value of the test.
    """
    owners = Owners(connection)
    if owners.change_nothing:
        return Arriving(results)
    ids = [str(each) for each in results["patient_id"].dropna().unique()]
    named = {each: owners.of(each) for each in ids}
    moving = [each for each in ids if any(map(owners.moves_of, owners.passed_by(each)))]
    if not moving and all(old == new for old, new in named.items()):
        return Arriving(results)
    filed_column = results["patient_id"].tolist()
    whose = [named.get(each, each) for each in filed_column]
    moved: Counter[tuple[str, str]] = Counter()
    if moving:
        at = [place for place, each in enumerate(filed_column) if each in set(moving)]
        rows = _rows(results, at)
        _let_follow(connection, owners, rows)
        owners = Owners(connection)
        for place, (under, test, _) in rows.items():
            new = owners.of(under, test)
            if new != whose[place]:
                whose[place] = new
                moved[under, new] += 1
    filed = {
        place: old
        for place, (old, new) in enumerate(zip(filed_column, whose, strict=True))
        if old != new
    }
    renamed = Counter((old, whose[place]) for place, old in filed.items())
    renamed -= moved
    told = [Redirected(*pair, rows, "renamed") for pair, rows in sorted(renamed.items())]
    told += [Redirected(*pair, rows, "moved") for pair, rows in sorted(moved.items())]
    told += [Redirected(*each, "still_counts") for each in _not_reached(owners, results, moving)]
    return Arriving(results.assign(patient_id=whose), filed, tuple(told))


def _rows(results: pd.DataFrame, places: Sequence[int]) -> dict[int, tuple[str, Test, int]]:
    """Return some rows, with a value, by position: id, test and value, rank."""
    some = results.iloc[list(places)]
    columns = [
        some[name].astype(object).where(some[name].notna(), None).tolist()
        for name in ("patient_id", "analyte", "collected_at", "comparator", "value", "status")
    ]
    found = {}
    for place, (who, analyte, at, comparator, value, status) in zip(
        places, zip(*columns, strict=True), strict=True
    ):
        if value is not None:
            rank = 0 if status == WITHDRAWN else STATUS_RANK.get(status or "", 0)
            found[place] = who, (analyte, at, comparator or "", float(value)), rank
    return found


def _not_reached(
    owners: Owners, results: pd.DataFrame, moving: Sequence[str]
) -> list[tuple[str, str, int]]:
    """Return who has results that were moved from a draw that the file takes back without naming a
    value: the id of the file, the patient, and how many such rows.
    """
    taken_back = results["value"].isna() & results["patient_id"].isin(moving)
    named = results.loc[taken_back, ["patient_id", "analyte", "collected_at"]].astype("str")
    reached: Counter[tuple[str, str]] = Counter()
    for filed, *draw in named.itertuples(index=False, name=None):
        tests = [test for test in owners.moves_of(owners.of(filed)) if list(test[:2]) == draw]
        reached.update({(filed, owners.of(filed, test)) for test in tests})
    return [(*pair, rows) for pair, rows in sorted(reached.items())]


def _let_follow(
    connection: sqlite3.Connection,
    owners: Owners,
    rows: Mapping[int, tuple[str, Test, int]],
) -> None:
    """Note of rows that belong beside a moved result that they were moved with it."""
    own: set[tuple[str, str, str]] = set()
    left: list[tuple[str, Test, int]] = []
    for filed, test, rank in rows.values():
        patient = owners.of(filed, test)
        moves = owners.moves_of(patient)
        twin = _twin(moves, test)
        if twin is not None:
            connection.execute(_FOLLOW, (patient, *test, *twin))
        elif test not in moves and any(each[:2] == test[:2] for each in moves):
            left.append((patient, test, rank))
    statuses = {row: _moved_as(connection, owners, *row) for row in left}
    for patient, test, rank in left:
        if rank in statuses[patient, test, rank]:
            own.add((patient, *test[:2]))
    for patient, test, rank in left:
        held = connection.execute(_HOLDS, (patient, *test[:2])).fetchone()[0]
        if (patient, *test[:2]) in own or held:
            continue
        entry, new = statuses[patient, test, rank][min(statuses[patient, test, rank])]
        connection.execute(_FOLLOW, (patient, *test, entry, new))


def _twin(moves: Mapping[Test, Sequence[tuple[int, str]]], test: Test) -> tuple[int, str] | None:
    """Return the move of an equal result of the same day, of which one has no time."""
    analyte, at, *rest = test
    for (other_analyte, other_at, *other_rest), ways in moves.items():
        is_same = other_analyte == analyte and other_rest == rest and other_at != at
        has_date = _DATE in (len(at), len(other_at))
        if is_same and has_date and other_at[:_DATE] == at[:_DATE]:
            return ways[-1]
    return None


def _moved_as(
    connection: sqlite3.Connection, owners: Owners, patient: str, test: Test, rank: int
) -> dict[int, tuple[int, str]]:
    """Return the ranks of the moved results of a test and draw, and how they were moved."""
    found: dict[int, tuple[int, str]] = {}
    for other, ways in owners.moves_of(patient).items():
        if other[:2] == test[:2]:
            row = connection.execute(_RANK_OF, (owners.of(patient, other), *other)).fetchone()
            found[STATUS_RANK[""] if row is None else int(row[0])] = ways[-1]
    return found


def note_filings(
    connection: sqlite3.Connection,
    import_id: int,
    rows: Mapping[int, tuple[str, Test, Cells]],
    filed: Mapping[int, str],
) -> None:
    """Note under which ids an import has filed rows that belong to somebody else.

    Args:
        connection: the rows are added already. import_id: by which import.
        rows: position -> patient, test and cells, of all rows of patients who have such rows.
        filed: position -> id, of such rows.
    """
    prints: dict[tuple[str, Test], dict[str, Cells]] = {}
    for place, (patient, test, cells) in rows.items():
        of_result = prints.setdefault((patient, test), {})
        under = filed.get(place, patient)
        of_result[under] = _better(of_result.get(under), cells)
    for (patient, test), of_result in prints.items():
        (result_id,) = connection.execute(_FIND, (patient, *test)).fetchone()
        found = [Print(import_id, under, cells) for under, cells in sorted(of_result.items())]
        file_prints(connection, result_id, patient, found)


def _better(one: Cells | None, other: Cells) -> Cells:
    """Return of two prints of a file the one that knows more, with the higher status of both."""
    if one is None:
        return other
    best = max(one, other, key=knowledge)
    return (*best[:-2], max(one[-2], other[-2]), max(one[-1], other[-1]))
