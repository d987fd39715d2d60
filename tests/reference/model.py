"""What goes into the rules, and what a number that is only a limit can stand for."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from reference.figures import WITH_STEROID


@dataclass(frozen=True)
class Result:
    """One tidy result, in the canonical unit; the step is that of the last printed digit."""

    patient_id: str
    collected_at: str
    analyte: str
    value: float
    comparator: str | None
    ref_low: float | None
    ref_high: float | None
    reported_unit: str | None = None
    reported_range: str | None = None
    value_step: float | None = None
    derivation: str | None = None


@dataclass(frozen=True)
class Infusion:
    """One dose on a date, or on a date and time."""

    patient_id: str
    infused_on: str
    drug: str
    dose_mg: float | None


@dataclass(frozen=True)
class Event:
    """Something that happened beside the counts."""

    patient_id: str
    happened_on: str
    kind: str
    note: str = ""


@dataclass(eq=False)
class Row:
    """A result with what is derived of it: `row["course"]`."""

    result: Result
    columns: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, name: str) -> Any:
        return self.columns[name]


def day_of(text: str) -> date:
    return date.fromisoformat(text[:10])


def moment(text: str) -> datetime:
    """A date alone is its midnight."""
    return datetime.fromisoformat(text)


def days_between(earlier: str, later: str) -> int:
    return (day_of(later) - day_of(earlier)).days


def round12(number: float) -> float:
    return float(f"{number:.12g}")  # significant digits


def sort_key(result: Result) -> tuple[datetime, float, str]:
    """Results go by time; at one `collected_at` by value, then by comparator."""
    return moment(result.collected_at), round12(result.value), result.comparator or ""


def possible(result: Result) -> tuple[float, float]:
    """The least and the greatest value a result can stand for: wider than a point when it is censored."""
    value = round12(result.value)
    least = 0.0 if result.comparator in ("<", "<=") else value
    return least, math.inf if result.comparator in (">", ">=") else value


def surely_below(result: Result, cut: float) -> bool:
    greatest, cut = possible(result)[1], round12(cut)
    return cut > 0 and (greatest < cut or (greatest == cut and result.comparator == "<"))  # none is negative


def surely_above(result: Result, cut: float) -> bool:
    least, cut = possible(result)[0], round12(cut)
    return least > cut or (least == cut and result.comparator == ">")


def partner(of: Result, among: list[Row]) -> Result | None:
    """The result of the same `collected_at`, else the nearest in time on the same calendar day, of two the earlier.

    None where there is none, and where that draw has two different values.
    """
    of_day = [row.result for row in among if days_between(of.collected_at, row.result.collected_at) == 0]
    of_day.sort(key=sort_key)
    away = [abs(moment(each.collected_at) - moment(of.collected_at)) for each in of_day]
    if not of_day:
        return None
    nearest = of_day[away.index(min(away))]
    rivals = [each for each in of_day if moment(each.collected_at) == moment(nearest.collected_at)]
    return nearest if len({round12(each.value) for each in rivals}) == 1 else None


def on_treatment(row: Row) -> bool:
    return row["course"] >= 1 and row["phase"] != "after_treatment"


def in_steroid_window(row: Row) -> bool:
    """0-2 days after a dose of a drug that a steroid is given before."""
    return row["drug"] in WITH_STEROID and row["days_since_infusion"] <= 2
