"""Two ids of one patient made one, and made two again."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, replace

from wbc_tracker.errors import UsageError
from wbc_tracker.near import ids_like, meant_words
from wbc_tracker.store.mending import doses
from wbc_tracker.store.mending.erased import are_erased, stays_out
from wbc_tracker.store.mending.owners import Owners
from wbc_tracker.store.mending.prints import settle
from wbc_tracker.store.records import Infusion, describe

_RESULTS_OF = "SELECT id FROM results WHERE patient_id = ?"
_RIVALS = """
    SELECT count(*) FROM (
        SELECT DISTINCT one.analyte, one.collected_at FROM visible_results AS one
        JOIN visible_results AS other USING (analyte, collected_at)
        WHERE one.patient_id = ? AND other.patient_id = ?
            AND (one.comparator, one.value) IS NOT (other.comparator, other.value)
    )
"""
_COUNT = "SELECT count(*) FROM visible_results WHERE patient_id = ?"
_COUNT_OTHERS = "SELECT count(*) FROM {table} WHERE patient_id = ? AND removed_at IS NULL"
_MOST_DETAILS = 10


@dataclass(frozen=True)
class Joined:
    """A patient who has another id now, or is one with another, and how much of him was shown.

    `repeated` counts results that both had, `rivals` the tests of one draw of which they had two
    values.
    """

    entry: int
    old: str
    new: str
    results: int
    infusions: int
    events: int
    rivals: int = 0
    repeated: int = 0

    def with_repeated(self, repeated: int) -> Joined:
        """Return the same, once it is known how many results both had."""
        return replace(self, repeated=repeated)


def check_new_id(patient_id: str) -> None:
    """Refuse an id that no file could name.

    Raises:
        UsageError: it is empty, has spaces around it or signs that are not shown.
    """
    if not patient_id or patient_id != patient_id.strip() or not patient_id.isprintable():
        raise UsageError(
            f"{patient_id!r} cannot be an id: it is empty, has spaces around it, or holds signs "
            "that are not shown."
        )


def check_rename(connection: sqlite3.Connection, known: Sequence[str], old: str, new: str) -> None:
    """Refuse a rename of somebody who is not there, or to an id that stands for somebody.

    Raises:
        UsageError: saying why, and naming what does it.
    """
    check_new_id(new)
    _refuse_unknown(connection, known, old, "rename", new)
    if new == old:
        raise UsageError(f"{old!r} is called that already.")
    if new in known:
        raise UsageError(
            f"There is a patient {new!r} already.",
            "If both are one person:",
            commands=[("patients", "merge", old, new)],
        )
    stands_for = Owners(connection).aliases.get(new, old)
    if stands_for != old:
        raise UsageError(
            f"{new!r} is an old id of {stands_for!r}: what files say under it belongs to "
            f"{stands_for!r}.",
            "If all are one person:",
            commands=[("patients", "merge", old, stands_for)],
        )
    refuse_erased(connection, new)


def check_merge(connection: sqlite3.Connection, known: Sequence[str], old: str, new: str) -> None:
    """Refuse a merge of somebody who is not there, or of two who cannot be one person as they
    stand.

    Raises:
        UsageError: saying why; of infusions that contradict each other all are named.
    """
    _refuse_unknown(connection, known, old, "merge", new)
    _refuse_unknown(connection, known, new, "merge", old)
    if new == old:
        raise UsageError(f"{old!r} and {new!r} are one id.")
    clashes = doses.contradictions(connection, old, new)
    if clashes:
        raise _contradiction(clashes)


def _contradiction(clashes: Sequence[tuple[Infusion, Infusion]]) -> UsageError:
    shown = clashes[:_MOST_DETAILS]
    more = len(clashes) - len(shown)
    return UsageError(
        "Nothing was merged: both have an infusion on the same date, and they contradict each "
        "other.",
        "Remove or edit (`infusion edit`) the wrong one of each first:",
        details=[
            *(
                f"{one.infused_on[:10]}: {one.patient_id!r} has {describe(one)}; "
                f"{other.patient_id!r} has {describe(other)}."
                for one, other in shown
            ),
            *([f"And {more} more dates."] if more else []),
        ],
        commands=[
            ("infusion", "remove", each.infused_on[:10], "--patient", each.patient_id)
            for pair in shown
            for each in pair
        ],
    )


def _refuse_unknown(
    connection: sqlite3.Connection, known: Sequence[str], who: str, verb: str, other: str
) -> None:
    if who in known:
        return
    now = Owners(connection).of(who)
    if now != who and now in known:
        raise UsageError(
            f"{who!r} is called {now!r} now.",
            "Say so:" if now != other else "There is nothing left to do.",
            commands=[("patients", verb, now, other)] if now != other else (),
        )
    near = ids_like(who, known)
    raise UsageError(
        f"There is no patient {who!r} in the store.{meant_words(near)}",
        "`wbc-tracker patients list` shows who is in it.",
    )


def refuse_erased(connection: sqlite3.Connection, patient_id: str) -> None:
    """Refuse an id of which nothing is taken in any more.

    Raises:
        UsageError: it is one.
    """
    if are_erased(connection, [patient_id]):
        raise stays_out(patient_id)


def join(connection: sqlite3.Connection, entry: int, old: str, new: str) -> Joined:
    """Give all of one patient to another; the entry that says so stands already."""
    equal = _count(connection, old) + _count(connection, new)
    rivals = int(connection.execute(_RIVALS, (old, new)).fetchone()[0])
    told = Joined(
        entry,
        old,
        new,
        results=_count(connection, old),
        infusions=_count_others(connection, "infusions", old),
        events=_count_others(connection, "events", old),
        rivals=rivals,
    )
    settle(connection, Owners(connection), _results_of(connection, old))
    doses.join(connection, entry, old, new)
    return told.with_repeated(equal - _count(connection, new))


def part(connection: sqlite3.Connection, entry: int, old: str, new: str) -> tuple[int, int, int]:
    """Make two of one patient again; the entry that made them one is no more.

    Returns:
        How many results, infusions and events the first one has again.
    """
    owners = Owners(connection)
    settle(connection, owners, _results_of(connection, new))
    infusions, events = doses.part(connection, owners, entry, old, new)
    return _count(connection, old), infusions, events


def _results_of(connection: sqlite3.Connection, patient: str) -> list[int]:
    return [row[0] for row in connection.execute(_RESULTS_OF, (patient,))]


def _count(connection: sqlite3.Connection, patient: str) -> int:
    return int(connection.execute(_COUNT, (patient,)).fetchone()[0])


def _count_others(connection: sqlite3.Connection, table: str, patient: str) -> int:
    return int(connection.execute(_COUNT_OTHERS.format(table=table), (patient,)).fetchone()[0])
