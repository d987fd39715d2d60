"""What stands in the store as CSV that comes in again by `import`: nothing is rounded, an id keeps
its zeros.

Written without pandas: a list is there at once.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

from wbc_tracker.render.csv.cells import defuse

if TYPE_CHECKING:
    from wbc_tracker.store import Event, Infusion, StoredResult

INFUSION_LIST = ("patient_id", "infused_on", "drug", "dose_mg")
EVENT_LIST = ("patient_id", "happened_on", "kind", "note")
RESULT_LIST = (
    *("patient_id", "collected_at", "analyte", "value", "unit", "ref_low", "ref_high"),
    *("status", "source_file"),
)


def infusions_csv(infusions: Iterable[Infusion]) -> str:
    """Return the file that `infusion import` reads."""
    return _written(
        INFUSION_LIST,
        ([one.patient_id, one.infused_on, one.drug, _number(one.dose_mg)] for one in infusions),
    )


def events_csv(events: Iterable[Event]) -> str:
    """Return the file that `event import` reads."""
    return _written(
        EVENT_LIST, ([one.patient_id, one.happened_on, one.kind, one.note] for one in events)
    )


def results_csv(results: Iterable[StoredResult]) -> str:
    """Return the file that `import` reads: values and intervals in the canonical unit, with the
    decimals that were printed.
    """
    return _written(RESULT_LIST, (_result(one) for one in results))


def _result(result: StoredResult) -> list[str]:
    return [
        result.patient_id,
        result.collected_at,
        result.analyte,
        f"{result.comparator}{_printed(result.value, result.value_step)}",
        result.unit,
        _number(result.ref_low),
        _number(result.ref_high),
        result.status,
        result.file,
    ]


def _printed(value: float, step: float | None) -> str:
    """Return a value with the decimals of its rounding step, all of it where that would be another
    number.
    """
    if not step:
        return _number(value)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    told = f"{value:.{decimals}f}"
    return told if float(told) == value else _number(value)


def _number(value: float | None) -> str:
    """Return a number in its shortest form without powers of ten, the absent one empty."""
    return "" if value is None else f"{Decimal(repr(float(value))):f}".removesuffix(".0")


def _written(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([defuse(cell) for cell in row] for row in rows)
    return text.getvalue()
