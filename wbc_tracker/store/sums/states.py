"""What the store holds of patients, counted and summed up from the stored checksums."""

from __future__ import annotations

import sqlite3
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Literal, TypeAlias

from wbc_tracker.store.sums.naming import OF_THESE, name_patients
from wbc_tracker.store.sums.small import SMALL, sums_of

#: Column of `patients` -> what stands there; sums are of any size.
State: TypeAlias = dict[str, Any]
#: What changes together: results with all that hides them, or infusions and events.
Part: TypeAlias = Literal["labs", "doses", "all"]


@dataclass(frozen=True)
class Printed:
    """Some sightings of a patient: how many, the sum of their checksums, and, of the results that
    they print, the sum, the first and the latest draw.
    """

    count: int
    total: int
    of_results: int = 0
    first_at: str | None = None
    latest_at: str | None = None


COUNTS = ("results", "superseded", "removed", "infusions", "events", "sightings")
SUMS = ("results_sum", "superseded_sum", "sightings_sum", *SMALL)
#: The sums of small tables of each part.
SUMS_OF: dict[Part, Sequence[str]] = {
    "labs": ("removed_sum", "withdrawals_sum", "told_sum"),
    "doses": ("infusions_sum", "events_sum", "links_sum", "told_sum"),
    "all": tuple(SMALL),
}
SPAN = ("first_at", "latest_at")

#: What a sum is of, in words.
WORDS = {
    "results_sum": "the results",
    "superseded_sum": "the superseded results",
    "sightings_sum": "the results as they were printed",
    "removed_sum": "the marks of removed results",
    "withdrawals_sum": "the withdrawals",
    "infusions_sum": "the infusions",
    "events_sum": "the events",
    "links_sum": "the links to imports",
    "told_sum": "what files say of the person",
}
_OF_HIDING = {"walk": "", "these": "r.patient_id IN (SELECT patient_id FROM temp.hiding)"}
_OF_ALL = {"walk": "", "these": "true"}
_LOW = 0xFFFF_FFFF
# With one sighting each, the one that is shown.
_PLAIN = f"""
    SELECT r.patient_id, count(*), sum((r.checksum >> 32) + (s.checksum >> 32)),
        sum((r.checksum & {_LOW}) + (s.checksum & {_LOW})), min(r.collected_at), max(r.collected_at)
    FROM results AS r JOIN sightings AS s ON s.result_id = r.id
    WHERE r.patient_id IN (SELECT patient_id FROM temp.plain) GROUP BY r.patient_id
"""  # noqa: S608
_RESULTS = f"""
    SELECT patient_id, count(*), min(length(collected_at)), max(length(collected_at)) FROM results
    WHERE {OF_THESE} GROUP BY patient_id
"""  # noqa: S608
_PRINTED = f"""
    SELECT r.patient_id, count(*), sum(s.checksum >> 32), sum(s.checksum & {_LOW}),
        sum(r.checksum >> 32), sum(r.checksum & {_LOW}), min(r.collected_at), max(r.collected_at)
    FROM sightings AS s JOIN results AS r ON r.id = s.result_id WHERE {{condition}}
    GROUP BY r.patient_id
"""  # noqa: S608
# As a result is shown: as the import printed it that knows most.
_HIDING = f"""
    SELECT r.patient_id, {{superseded}}, count(*),
        sum((r.checksum >> 32) + (s.checksum >> 32)),
        sum((r.checksum & {_LOW}) + (s.checksum & {_LOW})), min(r.collected_at), max(r.collected_at)
    FROM {{{{walk}}}}{{source}} AS r JOIN sightings AS s ON s.result_id = r.id AND s.import_id = (
        SELECT import_id FROM sightings WHERE result_id = r.id
        ORDER BY knows DESC, value_step, ref_low, ref_high, import_id LIMIT 1
    )
    WHERE {{{{these}}}} AND {{condition}}
    GROUP BY r.patient_id, 2
"""  # noqa: S608
_KNOWN = _HIDING.format(superseded="r.superseded", source="known_results", condition="true")
# By the draws in question: all that decides whether a result is shown is of its day and test.
_OF_DRAWS = {
    "walk": "temp.draws AS d CROSS JOIN ",
    "these": (
        "r.patient_id = d.patient_id AND r.analyte = d.analyte AND r.collected_at >= d.day"
        " AND r.collected_at < d.day || 'U'"
    ),
}
_ONLY_WITHDRAWN = _HIDING.format(
    superseded="1", source="results", condition="r.rank = 0 AND NOT r.restored"
)
_IS_SHOWN = """
    SELECT EXISTS (SELECT 1 FROM visible_results WHERE patient_id = ? AND collected_at = ?)
"""
# Before or behind a draw that is not shown.
_ENDS = {
    "first_at": "SELECT min(collected_at) FROM results WHERE patient_id = ? AND collected_at > ?",
    "latest_at": "SELECT max(collected_at) FROM results WHERE patient_id = ? AND collected_at < ?",
}
_BEYOND = {"first_at": "", "latest_at": "~"}
_SAYS_ANYTHING = """
    SELECT EXISTS (SELECT 1 FROM results INDEXED BY results_by_rank WHERE rank <> 2)
        OR EXISTS (SELECT 1 FROM results INDEXED BY results_withdrawn WHERE withdrawn = 1)
        OR EXISTS (SELECT 1 FROM withdrawals) OR EXISTS (SELECT 1 FROM removed_results)
"""
_SMALL_COUNTS = {
    "removed": "SELECT patient_id, count(*) FROM removed_results WHERE {} GROUP BY 1",
    "infusions": "SELECT patient_id, sum(removed_at IS NULL) FROM infusions WHERE {} GROUP BY 1",
    "events": "SELECT patient_id, sum(removed_at IS NULL) FROM events WHERE {} GROUP BY 1",
}


def shown_end(connection: sqlite3.Connection, patient: str, end: str) -> str | None:
    """Return the first or the latest draw that is shown of a patient."""
    draw: str | None = _BEYOND[end]
    while True:
        # Mostly the very first of all is shown.
        draw = connection.execute(_ENDS[end], (patient, draw)).fetchone()[0]
        if draw is None or connection.execute(_IS_SHOWN, (patient, draw)).fetchone()[0]:
            return draw


def empty_state() -> State:
    """Return the state of somebody of whom the store holds nothing."""
    return dict.fromkeys((*COUNTS, *SUMS), 0) | dict.fromkeys(SPAN)


def states(
    connection: sqlite3.Connection,
    sightings: Mapping[str, Printed],
    imports: Iterable[int] | None,
    part: Part = "all",
    *,
    by_draws: bool = False,
) -> dict[str, State]:
    """Return the state of each of these patients of whom the store holds anything.

    Args:
        sightings: what is held of theirs; who has a first draw there has no others. imports: where
            rows belong to imports, only those of these are summed up; None for all. part: what is
            counted; the rest stays 0. by_draws: count and sum up results of the named draws alone.

    Raises:
        ImpossibleRowError: a row of a small table is none that the program writes.
    """
    of_imports = partial(sums_of, imports=imports)
    found = small_states(connection, OF_THESE, SUMS_OF[part], of_imports)
    if part != "doses":
        _add_sightings(found, sightings)
        if by_draws:
            _add_hiding(connection, found, _OF_DRAWS)
        else:
            _add_results(connection, found, sightings)
    return found


def everybody(
    connection: sqlite3.Connection, small_sums: Callable[..., dict[str, dict[str, int]]] = sums_of
) -> dict[str, State]:
    """Return the state of everybody of whom the store holds anything; nothing is written.

    Args:
        small_sums: what sums the rows of the small tables up.

    Raises:
        ImpossibleRowError: a row of a small table is none that the program writes.
    """
    found = small_states(connection, "patient_id IS NOT NULL", SMALL, small_sums)
    _add_sightings(found, printed(connection, "true"))
    _add_hiding(connection, found, _OF_ALL)
    return dict(found)


def printed_by(connection: sqlite3.Connection, imports: Iterable[int]) -> dict[str, Printed]:
    """Return what imports hold of each patient's results."""
    return printed(connection, f"s.import_id IN ({', '.join(map(str, imports)) or 'NULL'})")


def printed(connection: sqlite3.Connection, condition: str) -> dict[str, Printed]:
    """Return of each patient what is held of results by sightings that meet a condition."""
    return {
        patient: Printed(count, whole(*halves[:2]), whole(*halves[2:]), first_at, latest_at)
        for patient, count, *halves, first_at, latest_at in connection.execute(
            _PRINTED.format(condition=condition)
        )
    }


def small_states(
    connection: sqlite3.Connection,
    these: str,
    sums: Collection[str],
    small_sums: Callable[..., dict[str, dict[str, int]]] = sums_of,
) -> defaultdict[str, State]:
    """Return the state of patients but for their results."""
    found: defaultdict[str, State] = defaultdict(empty_state)
    for name, question in _SMALL_COUNTS.items():
        if f"{name}_sum" in sums:
            for patient, count in connection.execute(question.format(these)):
                found[patient][name] = count
    for name, totals in small_sums(connection, sums, these).items():
        for patient, total in totals.items():
            found[patient][name] = total
    return found


def whole(high: int, low: int) -> int:
    """Return a sum of signed numbers of 64 bits, of which SQLite has summed up the halves."""
    return (high << 32) + low


def _add_sightings(found: defaultdict[str, State], sightings: Mapping[str, Printed]) -> None:
    for patient, of in sightings.items():
        found[patient] |= {"sightings": of.count, "sightings_sum": of.total}


def _add_results(
    connection: sqlite3.Connection,
    found: defaultdict[str, State],
    sightings: Mapping[str, Printed],
) -> None:
    """Add what is held of results. Where nothing is said of any, every one is printed once, and all
    are dates or all have a time, none hides another: they are not looked up one by one.
    """
    says_anything = connection.execute(_SAYS_ANYTHING).fetchone()[0]
    hiding, plain = [], {}
    for patient, count, shortest, longest in connection.execute(_RESULTS):
        of = sightings.get(patient, Printed(0, 0))
        if says_anything or of.count != count or shortest != longest:
            hiding.append(patient)
        elif of.first_at is not None:
            found[patient] |= {"results": count, "results_sum": of.total + of.of_results}
            found[patient] |= {"first_at": of.first_at, "latest_at": of.latest_at}
        else:
            plain[patient] = count
    name_patients(connection, "plain", plain)
    for patient, count, high, low, *span in connection.execute(_PLAIN) if plain else ():
        if count != plain.pop(patient):
            hiding.append(patient)
            continue
        found[patient] |= {"results": count, "results_sum": whole(high, low)}
        found[patient] |= dict(zip(SPAN, span, strict=True))
    if hiding or plain:
        name_patients(connection, "hiding", [*hiding, *plain])
        _add_hiding(connection, found, _OF_HIDING)


def _add_hiding(
    connection: sqlite3.Connection, found: defaultdict[str, State], these: Mapping[str, str]
) -> None:
    """Add what is held of results that may hide one another."""
    for question in (_KNOWN, _ONLY_WITHDRAWN):
        for patient, superseded, count, high, low, *span in connection.execute(
            question.format(**these)
        ):
            name, state = "superseded" if superseded else "results", found[patient]
            state[name] += count
            state[f"{name}_sum"] += whole(high, low)
            if not superseded:
                state |= dict(zip(SPAN, span, strict=True))
