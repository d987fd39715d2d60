"""What can stand in a store: a row that the program cannot have written is damage and not shown.

This finds what no value can be: a date that is none, a test that nobody knows, a text in the place
of a number.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from wbc_tracker.schema import Column
from wbc_tracker.store.failures import ImpossibleRowError
from wbc_tracker.store.records import Event, Infusion, is_moment

COMPARATORS = frozenset({"", "<", "<=", ">", ">="})
_NONE = type(None)
#: What SQLite gives for a column of a kind.
_TYPES: dict[str, set[type]] = {
    "text": {str, _NONE},
    "number": {float, _NONE},
    "integer": {int},
    "boolean": {int},
}


def check_cells(cells: Mapping[str, Sequence[Any]], columns: Sequence[Column]) -> None:
    """Refuse rows, given as columns, with a cell of another kind than its column.

    Raises:
        ImpossibleRowError: the first of them.
    """
    for column in columns:
        allowed, values = _TYPES[column.type], cells[column.name]
        if _is_constant(values):
            values = values[:1]
        if not allowed.issuperset(set(map(type, values))):
            at = next(at for at, value in enumerate(values) if type(value) not in allowed)
            raise ImpossibleRowError(
                cells["patient_id"][at], f"{column.name} that is no {column.type}"
            )


def check_results(cells: Mapping[str, Sequence[Any]]) -> None:
    """Refuse results, given as columns of the right kind, that nobody can have measured.

    Raises:
        ImpossibleRowError: the first of them.
    """
    from wbc_tracker.catalog import load_catalog

    analytes = load_catalog().analytes
    _check(cells, "patient_id", bool, "no id")
    _check(cells, "analyte", analytes.__contains__, "a test")
    _check(cells, "collected_at", is_moment, "a date")
    _check(cells, "comparator", COMPARATORS.__contains__, "a comparator")
    values = cells["value"]
    if None in values or not 0 <= min(values, default=0) <= max(values, default=0) < math.inf:
        at = next(at for at, v in enumerate(values) if v is None or not 0 <= v < math.inf)
        raise ImpossibleRowError(cells["patient_id"][at], f"the value {values[at]!r}")


def check_infusions(infusions: Iterable[Infusion]) -> None:
    """Refuse infusions that nobody can have been given.

    Raises:
        ImpossibleRowError: the first of them.
    """
    for one in infusions:
        if not isinstance(one.infused_on, str) or not is_moment(one.infused_on):
            raise ImpossibleRowError(one.patient_id, f"an infusion on {one.infused_on!r}")
        if not one.patient_id or not all(isinstance(t, str) for t in (one.patient_id, one.drug)):
            raise ImpossibleRowError(one.patient_id, f"an infusion of {one.drug!r}")
        dose = one.dose_mg
        if not (dose is None or (isinstance(dose, float) and 0 < dose < math.inf)):
            raise ImpossibleRowError(one.patient_id, f"a dose of {dose!r} mg")


def check_events(events: Iterable[Event]) -> None:
    """Refuse events that cannot have happened.

    Raises:
        ImpossibleRowError: the first of them.
    """
    for one in events:
        texts = (one.patient_id, one.happened_on, one.kind, one.note)
        if not all(isinstance(text, str) for text in texts) or not one.patient_id:
            raise ImpossibleRowError(one.patient_id, "an event that is no text")
        if not is_moment(one.happened_on):
            raise ImpossibleRowError(one.patient_id, f"an event on {one.happened_on!r}")


def _check(
    cells: Mapping[str, Sequence[Any]], name: str, can_be: Callable[[Any], object], what: str
) -> None:
    values = cells[name]
    distinct = set(values[:1] if _is_constant(values) else values)
    if name == "comparator":
        distinct.discard(None)
    wrong = [value for value in distinct if value is None or not can_be(value)]
    if wrong:
        at = min(map(values.index, wrong))
        raise ImpossibleRowError(cells["patient_id"][at], f"{values[at]!r} as {what}")


def _is_constant(values: Sequence[Any]) -> bool:
    """Tell whether a column holds one value alone, as most of what a laboratory prints does."""
    return bool(values) and values[0] == values[-1] and values.count(values[0]) == len(values)
