"""The annotated rows of one patient as mappings, with what their sentences need of the patient's
other rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from wbc_tracker.catalog import Catalog
from wbc_tracker.flags.facts import Facts
from wbc_tracker.flags.repeats import Repeat
from wbc_tracker.flags.rules import igg_is_very_low, infection_risk, weakens_defence
from wbc_tracker.patient.messages import Row, result_words
from wbc_tracker.patient.records import Record, plain_list
from wbc_tracker.schema import EXPORT_COLUMNS, names


def rows_of(
    frame: pd.DataFrame,
    facts: Facts,
    repeats: Sequence[Repeat],
    trends: list[Record],
    catalog: Catalog,
) -> list[Row]:
    """Return the annotated rows as mappings with None for missing values.

    Args:
        frame: the annotated rows of one patient. facts: their facts. repeats: see
            `find_repeats`. trends: the summaries of its series.
        catalog: names and figures.

    Returns:
        The export columns, `value_step`, and: `_baseline_row`; `_depleted_before`, `_seen_before`
        and `_confirmed` of the B cells; `_repeat`, see `find_repeats`; `_very_low`; `_weak`, what
        weakens the defence on a day with `infection_risk`; `_trend`, the summary of the row's
        series; `_other_laboratory`.
    """
    columns: dict[str, list[Any]] = {}
    for name in (*names(EXPORT_COLUMNS), "value_step"):
        columns[name] = plain_list(frame[name])
    columns["_confirmed"] = facts.confirmed.tolist()
    columns["_depleted_before"] = facts.depleted_before.tolist()
    columns["_seen_before"] = facts.seen_before.tolist()
    columns["_baseline_row"] = frame["_baseline_row"].tolist()
    columns["_repeat"] = list(repeats)
    columns["_very_low"] = igg_is_very_low(facts).tolist()
    by_analyte = {trend["analyte"]: trend for trend in trends}
    columns["_trend"] = [by_analyte.get(analyte) for analyte in columns["analyte"]]
    rows: list[Row] = [
        dict(zip(columns, cells, strict=True)) for cells in zip(*columns.values(), strict=True)
    ]
    baselines = {row["analyte"]: row for row in rows if row["_baseline_row"]}
    weak = _weak_words(rows, facts, catalog)
    return [
        {**row, "_other_laboratory": _is_other(row, baselines), "_weak": weak[i]}
        for i, row in enumerate(rows)
    ]


def _is_other(row: Row, baselines: dict[str, Row]) -> bool:
    """Return whether the laboratory printed another interval than beside the baseline."""
    baseline = baselines.get(row["analyte"])
    if baseline is None or {row["ref_source"], baseline["ref_source"]} != {"reported"}:
        return False
    return bool((row["ref_low"], row["ref_high"]) != (baseline["ref_low"], baseline["ref_high"]))


def _weak_words(rows: list[Row], facts: Facts, catalog: Catalog) -> list[str]:
    """Name for each row with `infection_risk` what is low that day: `low neutrophils (0.80
    10^9/L)`.
    """
    risk, weak = infection_risk(facts), weakens_defence(facts)
    told = [""] * len(rows)
    for at in np.flatnonzero(risk).tolist():
        same_day = np.flatnonzero(weak & (facts.patient_day == facts.patient_day[at]))
        lows = sorted(same_day.tolist(), key=lambda i: (facts.analyte[i], facts.instant[i]))
        words = [
            f"low {catalog.analytes[rows[i]['analyte']].name} ({result_words(rows[i], catalog)})"
            for i in lows
        ]
        told[at] = " and ".join(dict.fromkeys(words))
    return told
