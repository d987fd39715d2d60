"""The research table as JSON: numbers are numbers, what is absent or not assessable is null.

    {"as_of", "program_version", "catalogue_version", "grading", "disclaimer", "settings": {...},
     "patients": {"on_record", "untreated", "treated", "with_results"},
     "windows": [{"since": "first|last", "results_outside", "patients_outside",
        "rows": [{"window": "4 to <12" or "baseline", "from_week", "to_week", "treated_that_long",
           "values": [{"analyte", "unit", "n", "missing", "q1": QUANTILE, "median": QUANTILE, "q3":
           QUANTILE}], "b_cells": {"depleted", "assessable", "drawn", "percent"} or null for the
           baseline}]}],
     "depletion": {"early": SHARE, "sustained": SHARE, "mostly": SHARE, "ever": SHARE},
     "reappearance": {"seen": SHARE, "not_seen", "days_since_first_infusion": QUARTILES,
        "days_since_last_infusion": QUARTILES, "kaplan_meier_median_days": days from the first
        depleted day},
     "shifts": [{"kind": "reference|ctcae", "analyte", "states": [...], "counts": [baseline][worst
     later],
        "treated", "no_baseline", "no_later", "partly_assessable", "newly_worst": SHARE with its
        "state"}],
     "intervals": {"bands": [{"band", "words", "intervals", "patients", "depleted_before_next":
     SHARE}],
        "open", "continuous"},
     "onsets": {"incident", "prevalent", "not told"},
     "times": [{"origin": "first|last", "event": "depleted|reappeared", "onset", "counts":
        "patients|courses", "units", "patients", "not_at_risk", "not_observed", "observed",
        "events", "censored", "median_gap_days", "median_days", "median_low", "median_high",
        "at_weeks": [{"week", "at_risk", "without", "low", "high"}],
        "steps": [{"day", "at_risk", "events", "censored", "entered", "without", "low", "high"}]}],
     "groups": [{"group", and "patients" to "times" of it}], "notes": [...]}

With several files of --rules: {"comparison": [{"rules", "depleted_by", "treated", "ever_depleted":
SHARE, "seen_again": SHARE, "since": "first|last", "median_days_to_depletion",
"median_days_until_seen_again"}], "cohorts": [one such document each, in the same order]}.

`without` is the share still without the event. With `suppress_below` in the settings a count that
is not shown is null, and so is what rests on it.
QUANTILE is {"value", "comparator"}: with a comparator such as `<` only that limit is known; null is
not assessable. QUARTILES is {"q1", "median", "q3"}. SHARE is {"count", "assessable", "missing",
"percent"}.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from wbc_tracker.cohort import Cohort
from wbc_tracker.cohort.compare import MainFigures, compare_cohorts
from wbc_tracker.cohort.counts import Count, Hidden, Proportion, minus, percent_of
from wbc_tracker.cohort.curves import EventTimes
from wbc_tracker.cohort.intervals import DoseIntervals
from wbc_tracker.cohort.model import SinceTable
from wbc_tracker.cohort.quartiles import Quantile
from wbc_tracker.cohort.shifts import Shift
from wbc_tracker.cohort.windows import BASELINE
from wbc_tracker.cohort.words import CURVE_WORDS, ROUNDING_WORDS, suppressed_words, window_words
from wbc_tracker.render.json.patient import dump_json


def render_cohort_json(cohort: Cohort, version: str) -> str:
    """Return the document; `version` is that of the program."""
    return dump_json(_document(cohort, version))


def render_cohorts_json(cohorts: Sequence[Cohort], names: Sequence[str], version: str) -> str:
    """Return the documents of several definitions, as the list `cohorts` of one, and the main
    figures of each; `names` are those of their rules.
    """
    return dump_json(
        {
            "comparison": [_main_figures(one) for one in compare_cohorts(cohorts, names)],
            "cohorts": [_document(cohort, version) for cohort in cohorts],
        }
    )


def _main_figures(one: MainFigures) -> dict[str, Any]:
    return {
        "rules": one.rules,
        "depleted_by": one.depleted_by,
        "treated": _count(one.treated),
        "ever_depleted": _share(one.depleted),
        "seen_again": _share(one.reappeared),
        "since": one.origin,
        "median_days_to_depletion": one.depletion_days,
        "median_days_until_seen_again": one.reappearance_days,
    }


def _document(cohort: Cohort, version: str) -> dict[str, Any]:
    notes = [CURVE_WORDS, ROUNDING_WORDS, suppressed_words(cohort.settings)]
    return {
        "as_of": cohort.settings.as_of,
        "program_version": version,
        "catalogue_version": cohort.catalogue_version,
        "grading": cohort.grading,
        "disclaimer": cohort.disclaimer,
        "settings": cohort.settings.as_dict(),
        **_body(cohort),
        "groups": [{"group": name, **_body(group)} for name, group in cohort.groups.items()],
        "notes": [words for words in notes if words],
    }


def _body(cohort: Cohort) -> dict[str, Any]:
    """Return the tables of all, or of one group."""
    again = cohort.reappearance
    return {
        "patients": {
            "on_record": _count(cohort.on_record),
            "untreated": _count(minus(cohort.on_record, cohort.treated)),
            "treated": _count(cohort.treated),
            "with_results": _count(cohort.drawn),
        },
        "windows": [_since(table, cohort) for table in cohort.tables],
        "depletion": {
            name: _share(getattr(cohort.depletion, name))
            for name in ("early", "sustained", "mostly", "ever")
        },
        "reappearance": {
            "seen": _share(again.seen),
            "not_seen": _count(again.not_seen),
            "days_since_first_infusion": _quartiles(again.since_first),
            "days_since_last_infusion": _quartiles(again.since_last),
            "kaplan_meier_median_days": again.median_days,
        },
        "shifts": [
            *(_shift("reference", shift) for shift in cohort.reference_shifts),
            *(_shift("ctcae", shift) for shift in cohort.grade_shifts),
        ],
        "intervals": _intervals(cohort.intervals),
        "onsets": {name: _count(count) for name, count in cohort.onsets.items()},
        "times": [_times(times) for times in cohort.times],
    }


def _count(count: Count) -> int | None:
    return None if isinstance(count, Hidden) else int(count)


def _times(times: EventTimes) -> dict[str, Any]:
    curve = times.curve
    names = ("units", "patients", "not_at_risk", "not_observed", "observed", "events", "censored")
    return {
        "origin": times.origin,
        "event": times.event,
        "onset": times.onset,
        "counts": "courses" if times.follows_courses else "patients",
        **{name: _count(getattr(times, name)) for name in names},
        "median_gap_days": times.gap_days,
        "median_days": curve and curve.median,
        "median_low": curve and curve.median_low,
        "median_high": curve and curve.median_high,
        "at_weeks": _steps(curve.marks, week=True) if curve else [],
        "steps": _steps(curve.steps) if curve else [],
    }


def _steps(steps: pd.DataFrame, *, week: bool = False) -> list[dict[str, Any]]:
    """Return the rows of a curve; of marks the week in place of the day."""
    told = []
    for row in steps.to_dict("records"):
        shares = {name: float(row.pop(name)) for name in ("without", "low", "high")}
        day = int(row.pop("day"))
        counts = {str(name): _count(count) for name, count in row.items()}
        when = {"week": day // 7} if week else {"day": day}
        known = {
            name: None if math.isnan(share) else round(share, 12) for name, share in shares.items()
        }
        told.append({**when, **counts, **known})
    return told


def _since(table: SinceTable, cohort: Cohort) -> dict[str, Any]:
    depletion = {int(row["window"]): row for row in table.depletion.to_dict("records")}
    rows = []
    for window, values in table.values.groupby("window", sort=False):
        place = int(str(window))
        counted = depletion.get(place)
        rows.append(
            {
                "window": window_words(place, cohort.settings),
                "from_week": None if place == BASELINE else cohort.settings.window_weeks[place],
                "to_week": None if place == BASELINE else cohort.settings.window_weeks[place + 1],
                "treated_that_long": _count(values["reached"].iloc[0]),
                "values": [_value(row, cohort.units) for row in values.to_dict("records")],
                "b_cells": None if counted is None else _b_cells(counted),
            }
        )
    results, patients = table.outside
    return {
        "since": table.since,
        "results_outside": _count(results),
        "patients_outside": _count(patients),
        "rows": rows,
    }


def _value(row: dict[Any, Any], units: Mapping[str, str]) -> dict[str, Any]:
    quartiles = {
        name: _quantile(
            Quantile(None if math.isnan(row[name]) else row[name], row[f"{name}_comparator"])
        )
        for name in ("q1", "median", "q3")
    }
    return {
        "analyte": row["analyte"],
        "unit": units[row["analyte"]],
        "n": _count(row["n"]),
        "missing": _count(minus(row["reached"], row["n"])),
        **quartiles,
    }


def _b_cells(row: dict[Any, Any]) -> dict[str, Any]:
    counts = {name: _count(row[name]) for name in ("depleted", "assessable", "drawn")}
    return {**counts, "percent": percent_of(row["depleted"], row["assessable"])}


def _quantile(quantile: Quantile) -> dict[str, Any] | None:
    if quantile.value is None:
        return None
    return {"value": quantile.value, "comparator": quantile.comparator or None}


def _quartiles(quartiles: tuple[Quantile, Quantile, Quantile]) -> dict[str, Any]:
    return {
        name: _quantile(one) for name, one in zip(("q1", "median", "q3"), quartiles, strict=True)
    }


def _share(share: Proportion) -> dict[str, Any]:
    return {
        "count": _count(share.count),
        "assessable": _count(share.assessable),
        "missing": _count(share.missing),
        "percent": percent_of(share.count, share.assessable),
    }


def _shift(kind: str, shift: Shift) -> dict[str, Any]:
    return {
        "kind": kind,
        "analyte": shift.analyte,
        "states": list(shift.states),
        "counts": [list(map(_count, row)) for row in shift.counts],
        "treated": _count(shift.treated),
        "no_baseline": _count(shift.no_baseline),
        "no_later": _count(shift.no_later),
        "partly_assessable": _count(shift.partly),
        "newly_worst": {"state": shift.worst_words, **_share(shift.newly_worst)},
    }


def _intervals(intervals: DoseIntervals) -> dict[str, Any]:
    bands = [
        {
            "band": band.name,
            "words": band.words,
            "intervals": _count(band.intervals),
            "patients": _count(band.patients),
            "depleted_before_next": _share(band.depleted_before_next),
        }
        for band in intervals.bands
    ]
    return {
        "bands": bands,
        "open": _count(intervals.open),
        "continuous": _count(intervals.continuous),
    }
