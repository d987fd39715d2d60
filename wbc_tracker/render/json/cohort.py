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
        "open", "continuous"}}

QUANTILE is {"value", "comparator"}: with a comparator such as `<` only that limit is known; null is
not assessable. QUARTILES is {"q1", "median", "q3"}. SHARE is {"count", "assessable", "missing",
"percent"}.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from wbc_tracker.cohort import Cohort
from wbc_tracker.cohort.intervals import DoseIntervals
from wbc_tracker.cohort.model import SinceTable
from wbc_tracker.cohort.people import Proportion
from wbc_tracker.cohort.quartiles import Quantile
from wbc_tracker.cohort.shifts import Shift
from wbc_tracker.cohort.windows import BASELINE
from wbc_tracker.cohort.words import percent_of, window_words
from wbc_tracker.render.json.patient import dump_json


def render_cohort_json(cohort: Cohort, version: str) -> str:
    """Return the document; `version` is that of the program."""
    again = cohort.reappearance
    return dump_json(
        {
            "as_of": cohort.settings.as_of,
            "program_version": version,
            "catalogue_version": cohort.catalogue_version,
            "grading": cohort.grading,
            "disclaimer": cohort.disclaimer,
            "settings": cohort.settings.as_dict(),
            "patients": {
                "on_record": cohort.on_record,
                "untreated": cohort.on_record - cohort.treated,
                "treated": cohort.treated,
                "with_results": cohort.drawn,
            },
            "windows": [_since(table, cohort) for table in cohort.tables],
            "depletion": {
                name: _share(getattr(cohort.depletion, name))
                for name in ("early", "sustained", "mostly", "ever")
            },
            "reappearance": {
                "seen": _share(again.seen),
                "not_seen": again.not_seen,
                "days_since_first_infusion": _quartiles(again.since_first),
                "days_since_last_infusion": _quartiles(again.since_last),
                "kaplan_meier_median_days": again.median_days,
            },
            "shifts": [
                *(_shift("reference", shift) for shift in cohort.reference_shifts),
                *(_shift("ctcae", shift) for shift in cohort.grade_shifts),
            ],
            "intervals": _intervals(cohort.intervals),
        }
    )


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
                "treated_that_long": int(values["reached"].iloc[0]),
                "values": [_value(row, cohort.units) for row in values.to_dict("records")],
                "b_cells": None if counted is None else _b_cells(counted),
            }
        )
    results, patients = table.outside
    return {
        "since": table.since,
        "results_outside": results,
        "patients_outside": patients,
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
        "n": row["n"],
        "missing": row["reached"] - row["n"],
        **quartiles,
    }


def _b_cells(row: dict[Any, Any]) -> dict[str, Any]:
    counts = {name: int(row[name]) for name in ("depleted", "assessable", "drawn")}
    return {**counts, "percent": percent_of(counts["depleted"], counts["assessable"])}


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
        "count": share.count,
        "assessable": share.assessable,
        "missing": share.missing,
        "percent": percent_of(share.count, share.assessable),
    }


def _shift(kind: str, shift: Shift) -> dict[str, Any]:
    return {
        "kind": kind,
        "analyte": shift.analyte,
        "states": list(shift.states),
        "counts": [list(row) for row in shift.counts],
        "treated": shift.treated,
        "no_baseline": shift.no_baseline,
        "no_later": shift.no_later,
        "partly_assessable": shift.partly,
        "newly_worst": {"state": shift.worst_words, **_share(shift.newly_worst)},
    }


def _intervals(intervals: DoseIntervals) -> dict[str, Any]:
    bands = [
        {
            "band": band.name,
            "words": band.words,
            "intervals": band.intervals,
            "patients": band.patients,
            "depleted_before_next": _share(
                Proportion(band.depleted, band.assessable, band.intervals - band.assessable)
            ),
        }
        for band in intervals.bands
    ]
    return {"bands": bands, "open": intervals.open, "continuous": intervals.continuous}
