"""Per patient and analyte: first and latest result, baseline and change."""

from __future__ import annotations

import numpy as np
import pandas as pd

from wbc_tracker.annotate.baseline import SeriesOrder
from wbc_tracker.catalog import Catalog, load_catalog

_LATEST_COLUMNS = {
    "collected_at": "latest_at",
    "value": "latest",
    "comparator": "latest_comparator",
    "baseline_value": "baseline",
    "baseline_at": "baseline_at",
    "baseline_kind": "baseline_kind",
    "change": "change",
    "percent_change": "percent_change",
    "beyond_rcv": "beyond_rcv",
    "ref_flag": "ref_flag",
}


def summarize_trends(annotated: pd.DataFrame, catalog: Catalog | None = None) -> pd.DataFrame:
    """Summarise each series: one row a patient and analyte, in the order of the catalogue's analytes.

    Args:
        annotated: a frame that `annotate` returned.
        catalog: the analytes; by default the program's own.

    Returns:
        `patient_id`, `analyte`, `n`, `first_at`, and the latest result with its baseline, change and verdict
        against the reference change value. A censored latest result has no change.
    """
    catalog = catalog or load_catalog()
    series = SeriesOrder.of(annotated, len(catalog.analytes))
    ends = np.append(series.starts[1:], len(series.order)) - 1 if len(series.starts) else series.starts
    told = annotated[["patient_id", "analyte", *_LATEST_COLUMNS]]
    first, last = told["collected_at"].iloc[series.order[series.starts]], told.iloc[series.order[ends]]
    summary = pd.DataFrame(
        {
            "patient_id": last["patient_id"].astype("str").to_numpy(),
            "analyte": last["analyte"].astype("str").to_numpy(),
            "n": ends - series.starts + 1,
            "first_at": first.to_numpy(),
        }
    )
    for name, new_name in _LATEST_COLUMNS.items():
        summary[new_name] = last[name].array
    return summary
