"""Which changes count, T and NK cells, and the broad fall (design, sections 2 and 4)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from reference.annotation import beyond_rcv
from reference.baselines import Base, rule_baseline, series_of
from reference.model import (
    Event,
    Result,
    Row,
    days_between,
    in_steroid_window,
    on_treatment,
    partner,
    round12,
)

#: The counts of which a broad fall is made.
COUNTS = ("wbc", "neutrophils", "lymphocytes")


@dataclass(frozen=True)
class Patient:
    """The annotated results of one patient up to a day, with the events, and the analytes whose trend is `falling`."""

    rows: list[Row]
    events: list[Event]
    falling: set[str]


def after_event(row: Row, events: list[Event]) -> bool:
    """At most 21 days after a steroid or infection event."""
    days = [days_between(e.happened_on, row.result.collected_at) for e in events if e.kind in ("steroid", "infection")]
    return any(0 <= each <= 21 for each in days)


def is_counted(verdict: str | None, base: Base, analyte: str) -> bool:
    """Which falls and rises from an unusual baseline count.

    No fall from a high baseline, of WBC or neutrophils after a steroid or infection, or after another drug; but one
    from a low baseline always. No rise from a low baseline, of lymphocytes after a steroid, or after another drug.
    """
    notes, flag = set(base.notes), base.row["ref_flag"]
    after_other_drug = "after_other_drug" in notes
    if verdict == "fall":
        after = {"after_steroid", "after_infection"} & notes and analyte in ("wbc", "neutrophils")
        return flag == "low" or not (flag == "high" or after or after_other_drug)
    if verdict == "rise":
        after = "after_steroid" in notes and analyte == "lymphocytes"
        return not (flag == "low" or after or after_other_drug)
    return True


def percent_change(value: float, base: float) -> float | None:
    return 100 * (value - base) / base if base > 0 else None


def counted_change(row: Row, patient: Patient) -> str | None:
    """`fall`, `rise` or `no` against the baseline that the rules take, None where nobody can tell or nothing counts."""
    return _counted(row, patient, lambda base: (row.result.value, base.row.result.value))


def change_of_t_and_nk_cells(row: Row, patient: Patient) -> str | None:
    """The same of T and NK cells, on a row of lymphocytes: what is left of them without the B cells."""

    def without_b_cells(base: Base) -> tuple[float, float]:
        now, before = row.result.value, base.row.result.value
        b_cells_now, b_cells_before = b_cells_of(row, patient), b_cells_of(base.row, patient)
        if b_cells_before is None:
            b_cells_before = 0.0 if on_treatment(base.row) else 0.19 * before * 1000
        return max(now - (b_cells_now or 0.0) / 1000, 0.0), max(before - b_cells_before / 1000, 0.0)

    return _counted(row, patient, without_b_cells)


def _counted(row: Row, patient: Patient, values: Callable[[Base], tuple[float, float]]) -> str | None:
    analyte = row.result.analyte
    base = rule_baseline(analyte, patient.rows, patient.events)
    if base is None or row.result.comparator or row["baseline_value"] is None or row["is_baseline"]:
        return None
    now, before = values(base)
    change = percent_change(round12(now), round12(before))
    verdict = beyond_rcv(analyte, change) if change is not None else None
    return verdict if is_counted(verdict, base, analyte) else None


def b_cells_of(row: Row, patient: Patient) -> float | None:
    """CD19 per uL of the draw: 0 for a limit below 40; None where it is not known."""
    usable = [each for each in series_of(patient.rows, "cd19") if each.result.comparator is None or is_few(each.result)]
    found = partner(row.result, usable)
    if found is None:
        return None
    return found.value if found.comparator is None else 0.0


def is_few(limit: Result) -> bool:
    return limit.comparator in ("<", "<=") and limit.value <= 40


def was_so_before(row: Row, patient: Patient) -> bool:
    """Was it so before treatment: a low baseline of the same grade, and no change beyond usual variation?"""
    base = rule_baseline(row.result.analyte, patient.rows, patient.events)
    if base is None or base.kind != "pre_treatment":
        return False
    same_grade = base.row["ctcae_v5_grade"] == row["ctcae_v5_grade"]
    return base.row["ref_flag"] == "low" and same_grade and counted_change(row, patient) == "no"


def was_replaced(row: Row, patient: Patient) -> bool:
    """Do later counts lie inside the interval, from the next one on, until two are at least 7 days apart?

    None of them in a steroid or infection window.
    """
    series = series_of(patient.rows, row.result.analyte)
    first = None
    for other in series[series.index(row) + 1 :]:
        in_window = in_steroid_window(other) or after_event(other, patient.events)
        if other["ref_flag"] != "normal" or in_window:
            return False
        first = first or other.result.collected_at
        if days_between(first, other.result.collected_at) >= 7:
            return True
    return False


def is_broad_fall(row: Row, patient: Patient) -> bool:
    analyte, grade = row.result.analyte, row["ctcae_v5_grade"] or 0
    by_grade = grade >= (2 if analyte == "neutrophils" else 3)
    low_enough = grade >= 2 if analyte == "lymphocytes" else row["ref_flag"] == "low"
    change = change_of_t_and_nk_cells if analyte == "lymphocytes" else counted_change
    by_fall = low_enough and change(row, patient) == "fall"
    if row["course"] == 0 or not (by_grade or by_fall):
        return False
    slow = row["days_since_first_infusion"] >= 365 and bool({analyte, "wbc"} & patient.falling)
    if not by_grade and slow:
        return False
    by_steroid = analyte == "lymphocytes" and in_steroid_window(row)
    return not (was_so_before(row, patient) or by_steroid or was_replaced(row, patient))
