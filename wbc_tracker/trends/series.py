"""Per patient and analyte: first and latest result, baseline and change, slope and verdict."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from wbc_tracker.annotation.series import SeriesOrder
from wbc_tracker.annotation.variation import VERDICTS, judge_changes
from wbc_tracker.arrays import Whole, choose
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.rounding import round_significant
from wbc_tracker.trends.points import select_points
from wbc_tracker.trends.verdicts import (
    TREND_VERDICTS,
    estimate_trends,
    is_long_enough,
    judge_trends,
    smallest_changes,
)

_LATEST_COLUMNS = {
    "collected_at": "latest_at",
    "value": "latest",
    "comparator": "latest_comparator",
    "baseline_value": "baseline",
    "baseline_at": "baseline_at",
    "baseline_kind": "baseline_kind",
    "baseline_note": "baseline_note",
    "change": "change",
    "percent_change": "percent_change",
    "beyond_rcv": "beyond_rcv",
    "ref_flag": "ref_flag",
}
_PREVIOUS_COLUMNS = ["_analyte", "_is_man", "previous_value", "change_from_previous"]


def summarize_trends(annotated: pd.DataFrame, catalog: Catalog | None = None) -> pd.DataFrame:
    """Summarise each series: one row a patient and analyte, in the order of the catalogue's
    analytes.

    Args:
        annotated: a frame that `annotate` returned.
        catalog: the analytes; by default the program's own.

    Returns:
        `patient_id`, `analyte`, `n` (all results), `first_at`; the latest result with its baseline,
        change and verdict against the reference change value, and `beyond_rcv_previous`, the same
        against the previous result. A censored latest result has no change.

        Of the results on treatment (see `select_points`): `n_used` days over `span_days`;
        `slope_per_year` (Theil-Sen) with its 95 % interval `slope_low` to `slope_high`; `p_value`
        (Mann-Kendall); `fitted_change_percent`, the slope over the span in percent of the fitted
        value on the first day; and `verdict`, one of TREND_VERDICTS. They are empty for B cells,
        which are depleted or not, and but for the verdict also where it is "not enough data".
    """
    catalog = catalog or load_catalog()
    series = SeriesOrder.of(annotated, len(catalog.analytes))
    ends = (
        np.append(series.starts[1:], len(series.order)) - 1 if len(series.starts) else series.starts
    )
    told = annotated[["patient_id", "analyte", *_LATEST_COLUMNS, *_PREVIOUS_COLUMNS]]
    first, last = (
        told["collected_at"].iloc[series.order[series.starts]],
        told.iloc[series.order[ends]],
    )
    summary: dict[str, Any] = {
        "patient_id": last["patient_id"].astype("str").to_numpy(),
        "analyte": last["analyte"].astype("str").to_numpy(),
        "n": ends - series.starts + 1,
        "first_at": first.to_numpy(),
    }
    for name, new_name in _LATEST_COLUMNS.items():
        summary[new_name] = last[name].array
    summary["beyond_rcv_previous"] = judge_previous(last, catalog)
    return pd.DataFrame(
        summary | _trend_columns(annotated, series, last["_analyte"].to_numpy(), catalog)
    )


def judge_previous(annotated: pd.DataFrame, catalog: Catalog) -> pd.Categorical:
    """Judge each row against the previous uncensored result of its series: `fall`, `rise` or `no`.

    Empty where the row is censored, nothing came before, that was 0, or no variation is published.
    Limits and words are those of `beyond_rcv`.
    """
    previous = annotated["previous_value"].to_numpy(dtype=np.float64)
    change = annotated["change_from_previous"].to_numpy(dtype=np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = np.where(previous != 0, 100 * change / previous, np.nan)
    analyte, is_man = (annotated[name].to_numpy() for name in ("_analyte", "_is_man"))
    return choose(judge_changes(percent, analyte, is_man, catalog), VERDICTS)


def _trend_columns(
    annotated: pd.DataFrame, series: SeriesOrder, analyte: Whole, catalog: Catalog
) -> dict[str, Any]:
    """Return the columns from `n_used` to `verdict`; `analyte` is the place of each series'
    analyte.
    """
    known = list(catalog.analytes)
    judged = ~np.isin(analyte, [known.index(name) for name in catalog.of_kind("b_cells")])
    points = select_points(annotated, series)
    long_enough = is_long_enough(points, catalog)
    found = estimate_trends(points, judged & long_enough, catalog)
    verdict = judge_trends(found, long_enough, smallest_changes(catalog)[analyte], catalog)
    year = catalog.figure("days_per_year")
    return {
        "n_used": points.sizes,
        "span_days": points.span_days,
        "slope_per_year": round_significant(found.slope * year),
        "slope_low": round_significant(found.low * year),
        "slope_high": round_significant(found.high * year),
        "p_value": round_significant(found.p_value),
        "fitted_change_percent": round_significant(found.fitted_percent),
        "verdict": choose(np.where(judged, verdict, -1), TREND_VERDICTS),
    }
