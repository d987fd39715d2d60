"""Which result is a baseline, why it is unusual, and which one the rules take instead."""

from __future__ import annotations

from dataclasses import dataclass

from reference.b_cells import STATES, is_cd19, is_depleted, of_the_day, own_state
from reference.figures import MS_DRUGS
from reference.model import Event, Result, Row, days_between, round12, sort_key


@dataclass(frozen=True)
class Base:
    """The result that the rules hold others against; the notes say why it is unusual."""

    row: Row
    kind: str
    notes: list[str]

    @property
    def is_usual(self) -> bool:
        return self.kind == "pre_treatment" and not self.notes


def series_of(rows: list[Row], analyte: str) -> list[Row]:
    return sorted((row for row in rows if row.result.analyte == analyte), key=lambda row: sort_key(row.result))


def has_rivals(row: Row, series: list[Row]) -> bool:
    """Has the draw two different values of the analyte?"""
    same = [other.result for other in series if other.result.collected_at == row.result.collected_at]
    return len({round12(other.value) for other in same if other.comparator is None}) > 1


def baseline_of(series: list[Row], treated: bool) -> tuple[int | None, str | None]:
    """Place of the baseline in the sorted series, and its kind."""
    usable = [
        place for place, row in enumerate(series) if row.result.comparator is None and not has_rivals(row, series)
    ]
    untreated = [place for place in usable if series[place]["course"] == 0]
    if treated and untreated:
        return untreated[-1], "pre_treatment"
    return (usable[0], "first_on_record") if usable else (None, None)


def unusual(row: Row, all_rows: list[Row], events: list[Event]) -> list[str]:
    """Why a baseline, or a result that could be one, is unusual."""
    at = row.result.collected_at
    notes = ["outside_interval"] if row["ref_flag"] in ("low", "high") else []
    shortly_before = {event.kind for event in events if 0 <= days_between(event.happened_on, at) <= 21}
    notes += [f"after_{kind}" for kind in ("steroid", "infection") if kind in shortly_before]
    drugs = [event for event in events if event.kind == "other_drug" and MS_DRUGS.get(event.note)]
    if any(0 <= days_between(event.happened_on, at) <= 365 for event in drugs):
        notes.append("after_other_drug")
    if is_cd19(row.result) and row["course"] == 0 and is_depleted(row, all_rows):
        notes.append("b_cells_already_depleted")
    return notes


def baseline_note(series: list[Row], base: int, kind: str, all_rows: list[Row], events: list[Event]) -> list[str]:
    notes = unusual(series[base], all_rows, events)
    passed = series[:base] if kind == "first_on_record" else [row for row in series[base + 1 :] if row["course"] == 0]
    if any(row.result.comparator is None and has_rivals(row, series) for row in passed):
        notes.append("conflicting_result")
    return notes


def rule_baseline(analyte: str, rows: list[Row], events: list[Event]) -> Base | None:
    """The baseline; instead of an unusual one the latest usual result of the 12 months before it, if there is one."""
    series = series_of(rows, analyte)
    treated = any(row["phase"] for row in rows)
    place, kind = baseline_of(series, treated)
    if place is None or kind is None:
        return None
    notes = baseline_note(series, place, kind, rows, events)
    if kind == "pre_treatment" and unusual(series[place], rows, events):  # rivals passed over make no value unusual
        at = series[place].result.collected_at
        for row in series[:place][::-1]:
            is_usable = row.result.comparator is None and not has_rivals(row, series) and row["course"] == 0
            if is_usable and days_between(row.result.collected_at, at) <= 365 and not unusual(row, rows, events):
                return Base(row, kind, [])
    return Base(series[place], kind, notes)


def usual_before(result: Result, rows: list[Row], events: list[Event]) -> float | None:
    """The usual CD19 count, or share, from before treatment, None where there is none and for CD20."""
    base = rule_baseline(result.analyte, rows, events) if is_cd19(result) else None
    return base.row.result.value if base and base.is_usual else None


def state_of(row: Row, rows: list[Row], events: list[Event]) -> str | None:
    """The B-cell state of the calendar day: of all results that show one, the one that shows more."""
    found = [own_state(e.result, usual_before(e.result, rows, events)) for e in of_the_day(row, rows)]
    known = [state for state in found if state is not None]
    return STATES[max(known)] if known else None
