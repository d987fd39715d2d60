"""The research table with what is shown of its counts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from wbc_tracker.arrays import Numbers, Whole
from wbc_tracker.cohort.counts import (
    Count,
    Hidden,
    Proportion,
    least_of_median,
    least_of_quartiles,
)
from wbc_tracker.cohort.curves import EventTimes
from wbc_tracker.cohort.depletion import Depletion, Reappearance
from wbc_tracker.cohort.intervals import DoseIntervals
from wbc_tracker.cohort.model import Cohort, SinceTable
from wbc_tracker.cohort.quartiles import Quantile
from wbc_tracker.cohort.shifts import Shift
from wbc_tracker.cohort.small.sums import patients_name, reached_name, risk_name, units_name
from wbc_tracker.cohort.survival import SurvivalCurve, half_reached

#: Given the name of a cell and its count, what is shown of it.
Ask = Callable[[str, Count], Count]
_UNKNOWN = Quantile(None)
Quartiles = tuple[Quantile, Quantile, Quantile]
_SHARES = ["without", "low", "high"]


def rewrite_counts(cohort: Cohort, ask: Ask, least: int = 0) -> Cohort:
    """Return a cohort with what is shown of its counts; `least` is 0 where nothing is hidden."""
    return replace(
        cohort,
        on_record=ask("on-record", cohort.on_record),
        treated=ask("treated", cohort.treated),
        drawn=ask("drawn", cohort.drawn),
        tables=tuple(_table(table, cohort, ask, least) for table in cohort.tables),
        depletion=_depletion(cohort.depletion, ask),
        reappearance=_reappearance(cohort.reappearance, ask, least),
        reference_shifts=tuple(_shift("reference", one, ask) for one in cohort.reference_shifts),
        grade_shifts=tuple(_shift("grade", one, ask) for one in cohort.grade_shifts),
        intervals=_intervals(cohort.intervals, ask),
        onsets={name: ask(f"onset {name}", count) for name, count in cohort.onsets.items()},
        times=tuple(_times(one, cohort, ask, least) for one in cohort.times),
    )


def _table(table: SinceTable, cohort: Cohort, ask: Ask, least: int) -> SinceTable:
    since = table.since

    def reached(row: Mapping[Any, Any]) -> Count:
        return ask(reached_name(since, int(row["window"]), cohort), row["reached"])

    values, depletion = [], []
    for row in table.values.to_dict("records"):
        n = ask(f"n {since} {row['window']} {row['analyte']}", row["n"])
        told = {**row, "n": n, "reached": reached(row)}
        for name, needed in _needed(least).items():
            if row["n"] < needed:
                told |= {name: np.nan, f"{name}_comparator": ""}
        values.append(told)
    for row in table.depletion.to_dict("records"):
        where = f"{since} {row['window']}"
        told = {
            "depleted": ask(f"depleted {where}", row["depleted"]),
            "assessable": ask(f"assessable {where}", row["assessable"]),
            "drawn": ask(f"drawn {where}", row["drawn"]),
            "reached": reached(row),
        }
        depletion.append({**row, **told})
    results, patients = table.outside
    patients = ask(f"outside {since}", patients)
    return replace(
        table,
        values=_like(values, table.values),
        depletion=_like(depletion, table.depletion),
        outside=(Hidden.WITHHELD if isinstance(patients, Hidden) else results, patients),
    )


def _needed(least: int) -> dict[str, int]:
    """Return of how many values each quartile is shown; of any number where nothing is hidden."""
    if not least:
        return {}
    outer = least_of_quartiles(least)
    return {"q1": outer, "median": least_of_median(least), "q3": outer}


def _like(rows: list[dict[Any, Any]], table: pd.DataFrame) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=table.columns, dtype=object)
    floats = [name for name in ("q1", "median", "q3") if name in made]
    return made.astype(dict.fromkeys(floats, "float64"))


def _share(name: str, share: Proportion, ask: Ask, assessable: str = "") -> Proportion:
    of = assessable or name
    return Proportion(
        ask(f"count {name}", share.count),
        ask(f"judged {of}", share.assessable),
        ask(f"missing {of}", share.missing),
    )


def _depletion(depletion: Depletion, ask: Ask) -> Depletion:
    return Depletion(
        early=_share("early", depletion.early, ask),
        sustained=_share("sustained", depletion.sustained, ask),
        mostly=_share("mostly", depletion.mostly, ask, assessable="sustained"),
        ever=_share("ever", depletion.ever, ask),
    )


def _reappearance(again: Reappearance, ask: Ask, least: int) -> Reappearance:
    seen = Proportion(
        ask("count again", again.seen.count),
        ask("count ever", again.seen.assessable),
        ask("missing again", again.seen.missing),
    )
    told = replace(again, seen=seen, not_seen=ask("censored again", again.not_seen))
    count = again.seen.count
    assert isinstance(count, int), "nothing is hidden twice"
    needed = _needed(least)

    def shown(quartiles: Quartiles) -> Quartiles:
        first, median, third = (
            quantile if count >= needed.get(name, 0) else _UNKNOWN
            for name, quantile in zip(("q1", "median", "q3"), quartiles, strict=True)
        )
        return first, median, third

    return replace(
        told,
        since_first=shown(again.since_first),
        since_last=shown(again.since_last),
        median_days=again.median_days if count >= needed.get("median", 0) else None,
    )


def _shift(kind: str, shift: Shift, ask: Ask) -> Shift:
    counts = tuple(
        tuple(
            ask(f"cell {kind} {shift.analyte} {before} {later}", count)
            for later, count in enumerate(row)
        )
        for before, row in enumerate(shift.counts)
    )
    return replace(
        shift,
        counts=counts,
        treated=ask("treated", shift.treated),
        no_baseline=ask(f"no-baseline {shift.analyte}", shift.no_baseline),
        no_later=ask(f"no-later {shift.analyte}", shift.no_later),
        partly=ask(f"partly {kind} {shift.analyte}", shift.partly),
    )


def _intervals(intervals: DoseIntervals, ask: Ask) -> DoseIntervals:
    bands = []
    for band in intervals.bands:
        told: dict[str, Any] = {
            name: ask(f"{name} of {band.name}", getattr(band, name))
            for name in ("intervals", "patients", "depleted", "assessable")
        }
        if told["patients"] is Hidden.SMALL:
            for name in ("intervals", "depleted", "assessable"):
                told[name] = told[name] if isinstance(told[name], Hidden) else Hidden.WITHHELD
        bands.append(replace(band, **told))
    continuous = ask("intervals of continuous", intervals.continuous)
    return DoseIntervals(tuple(bands), ask("treated", intervals.open), continuous)


def _times(times: EventTimes, cohort: Cohort, ask: Ask, least: int) -> EventTimes:
    where = f"{times.origin} {times.event} {times.onset}"
    counts: dict[str, Any] = {
        name: ask(f"{name} {where}", getattr(times, name))
        for name in ("not_at_risk", "not_observed", "events", "censored")
    }
    at_risk = _at_risk(times, cohort.settings.mark_days)
    risk = {day: ask(risk_name(times, day), count) for day, count in at_risk.items()}
    told = replace(
        times,
        units=ask(units_name(times), times.units),
        patients=ask(patients_name(times), times.patients),
        **counts,
    )
    if not least:
        return told
    if isinstance(told.events, Hidden) or told.patients is Hidden.SMALL or times.curve is None:
        return replace(told, curve=None, gap_days=None)
    gap = times.gap_days if times.gaps >= least_of_median(least) else None
    return replace(told, gap_days=gap, curve=coarsen_curve(times.curve, told.observed, least, risk))


def _at_risk(times: EventTimes, days: list[int]) -> dict[int, int]:
    """Return how many are at risk on each day, also behind the end of the curve: nobody."""
    told = dict.fromkeys(days, 0)
    if times.curve is not None:
        marks = times.curve.marks
        told |= dict(zip(marks["day"].tolist(), marks["at_risk"].tolist(), strict=True))
    return told


def coarsen_curve(
    curve: SurvivalCurve, observed: Count, least: int, risk: Mapping[int, Count] | None = None
) -> SurvivalCurve:
    """Return a curve of which each step stands for at least so many events, with as many at risk,
    rounded to whole percent.

    How many were censored or came later is withheld. At risk is told on the marks alone, where it
    differs by as many from what was told last, and where `risk` (day -> count) does not hide it.
    """
    withheld: dict[Any, Any] = dict.fromkeys(("at_risk", "censored", "entered"), Hidden.WITHHELD)
    start = {"day": 0, "without": 1.0, "low": np.nan, "high": np.nan, "events": Hidden.WITHHELD}
    kept: list[dict[Any, Any]] = [{**start, **withheld}]
    came = 0
    for row in curve.steps.to_dict("records"):
        came += row["events"]
        if came >= least and row["at_risk"] >= least:
            kept.append({**row, "events": came, **withheld})
            came = 0
    steps = pd.DataFrame(kept, columns=curve.steps.columns, dtype=object)
    shares = np.floor(steps[_SHARES].to_numpy(dtype=np.float64) * 100 + 0.5) / 100
    steps[_SHARES] = shares
    days = steps["day"].to_numpy(dtype=np.int64)
    without, low, high = shares.T
    return SurvivalCurve(
        steps.astype({"day": "int64", **dict.fromkeys(_SHARES, "float64")}),
        _coarse_marks(curve.marks, days, shares, observed, least, risk or {}),
        half_reached(days, without),
        half_reached(days, low),
        half_reached(days, high),
    )


def _coarse_marks(
    marks: pd.DataFrame,
    days: Whole,
    shares: Numbers,
    observed: Count,
    least: int,
    risk: Mapping[int, Count],
) -> pd.DataFrame:
    told: list[Count] = []
    latest = observed
    for day, count in zip(marks["day"].tolist(), marks["at_risk"].tolist(), strict=True):
        shown = risk.get(day, count)
        if count < least:
            told.append(Hidden.SMALL)
        elif isinstance(shown, Hidden):
            told.append(shown)
        elif isinstance(latest, int) and abs(latest - count) >= least:
            told.append(count)
            latest = count
        else:
            told.append(Hidden.WITHHELD)
    place = np.searchsorted(days, marks["day"].to_numpy(), side="right") - 1
    enough = (marks["at_risk"] >= least).to_numpy()
    known = pd.DataFrame(np.where(enough[:, None], shares[place], np.nan), columns=_SHARES)
    at_risk = pd.Series(told, dtype=object, name="at_risk")
    return pd.concat([marks["day"], at_risk, known], axis=1)
