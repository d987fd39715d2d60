"""Each result against its own past: baseline, change, previous value,
and what exceeds usual variation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.arrays import DAY_SECONDS, Mask, Numbers, Whole, choose, opens_group
from wbc_tracker.catalog import Catalog
from wbc_tracker.rounding import round_significant

KINDS = ("pre_treatment", "first_on_record")
VERDICTS = ("fall", "no", "rise")
_FAR = np.iinfo(np.int64).max


@dataclass(frozen=True)
class SeriesOrder:
    """The rows of a frame, sorted into one series a patient and analyte, by time and then input
    order.

    Attributes:
        order: place in the frame of each sorted row. starts: where each series begins.
        number: the series of each sorted row.
    """

    order: Whole
    starts: Whole
    number: Whole

    @classmethod
    def of(cls, frame: pd.DataFrame, analytes: int) -> SeriesOrder:
        """Sort a frame with keys; `analytes` is the number of analytes in the catalogue."""
        key = frame["_patient"].to_numpy() * analytes + frame["_analyte"].to_numpy()
        instant = frame["_day"].to_numpy() * DAY_SECONDS + frame["_second"].to_numpy()
        order = np.lexsort((instant, key))
        opens = opens_group(key[order])
        return cls(order, np.flatnonzero(opens), np.cumsum(opens) - 1)


def compute_rcv_limits(
    cvi_percent: float, cva_percent: float | None, z: float, *, is_total: bool = False
) -> tuple[float, float]:
    """Return the reference change limits in percent, for a fall (negative) and for a rise.

    sigma^2 = ln(1 + CVA^2) + ln(1 + CVI^2) with CVA = max(study, CVI / 2); limits 100 x (exp(+-z x
    sqrt(2) x sigma) - 1). A total variation holds the analysis already: then CVA is 0. Source:
    Fokkema 2006, doi 10.1373/clinchem.2006.069369.
    """
    cvi = cvi_percent / 100
    cva = 0.0 if is_total else max((cva_percent or 0) / 100, cvi / 2)
    sigma = np.sqrt(np.log1p(cva**2) + np.log1p(cvi**2))
    spread = z * np.sqrt(2) * sigma
    return 100 * float(np.expm1(-spread)), 100 * float(np.expm1(spread))


def rcv_limits(catalog: Catalog) -> dict[str, tuple[float, float]]:
    """Return analyte id -> limits in percent, for the analytes with a published variation."""
    z = catalog.figure("rcv_z")
    return {
        name: compute_rcv_limits(entry.cvi, entry.cva, z, is_total=entry.is_total)
        for name, entry in catalog.variations.items()
    }


def derive_changes(frame: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """Add the columns from `baseline_value` to `beyond_rcv`, and `_baseline_row`.

    Baseline: the latest uncensored result with course 0 (ties: the later in input order), for a
    patient without such a result or without infusions the first uncensored one on record (ties: the
    earlier). Change is empty before the baseline and where the value is censored; percent change
    also where the baseline is 0. The previous value is the previous uncensored one of the series.
    """
    series = SeriesOrder.of(frame, len(catalog.analytes))
    value = frame["value"].to_numpy()[series.order]
    exact = (frame["_comparator"].to_numpy() == 0)[series.order]
    untreated = (frame["_treatable"].to_numpy() & (frame["_course"].to_numpy() == 0))[series.order]
    base, kind = _baseline_places(series, exact, untreated)
    place = np.arange(len(value))
    covered = (base >= 0) & (place >= base)
    baseline = np.where(covered, value[np.maximum(base, 0)], np.nan)
    change = np.where(exact, value - baseline, np.nan)
    with np.errstate(divide="ignore", invalid="ignore"):
        percent = np.where(baseline != 0, 100 * change / baseline, np.nan)
    previous = _previous_exact(series, value, exact)
    verdict = judge_changes(percent, frame["_analyte"].to_numpy()[series.order], catalog)
    verdict[base == place] = -1
    back = np.empty_like(series.order)
    back[series.order] = place
    base_row = np.where(covered, series.order[np.maximum(base, 0)], -1)[back]
    return frame.assign(
        baseline_value=baseline[back],
        baseline_at=frame["collected_at"].astype("category").take(np.maximum(base_row, 0)).array,
        baseline_kind=choose(np.where(covered, kind, -1)[back], KINDS),
        change=round_significant(change)[back],
        percent_change=round_significant(percent)[back],
        previous_value=previous[back],
        change_from_previous=round_significant(np.where(exact, value - previous, np.nan))[back],
        beyond_rcv=choose(verdict[back], VERDICTS),
        _baseline_row=(base == place)[back],
    ).assign(baseline_at=lambda f: f["baseline_at"].where(base_row >= 0))


def _baseline_places(series: SeriesOrder, exact: Mask, untreated: Mask) -> tuple[Whole, Whole]:
    """Return, per sorted row, the place of its series' baseline (-1 without one) and its kind."""
    place = np.arange(len(exact))
    if not len(place):
        return place, place
    before = np.maximum.reduceat(np.where(exact & untreated, place, -1), series.starts)
    first = np.minimum.reduceat(np.where(exact, place, _FAR), series.starts)
    base = np.where(before >= 0, before, np.where(first == _FAR, -1, first))
    return base[series.number], np.where(before >= 0, 0, 1)[series.number]


def _previous_exact(series: SeriesOrder, value: Numbers, exact: Mask) -> Numbers:
    place = np.arange(len(value))
    latest = np.maximum.accumulate(np.where(exact, place, -1))
    previous = np.append(-1, latest[:-1])[: len(value)]
    inside = previous >= series.starts[series.number]
    return np.where(inside, value[np.maximum(previous, 0)], np.nan)


def rcv_arrays(catalog: Catalog) -> tuple[Numbers, Numbers]:
    """Return the limits for a fall and for a rise by place of the analyte,
    NaN without a published variation.
    """
    limits = rcv_limits(catalog)
    nothing = (np.nan, np.nan)
    fall, rise = np.array([limits.get(name, nothing) for name in catalog.analytes]).T
    return fall, rise


def judge_changes(percent: Numbers, analyte: Whole, catalog: Catalog) -> Whole:
    """Return the place in VERDICTS of each change in percent, -1 where it cannot be judged."""
    fall, rise = (limit[analyte] for limit in rcv_arrays(catalog))
    assessable = ~np.isnan(percent) & ~np.isnan(fall)
    return np.asarray(
        np.select([~assessable, percent < fall, percent > rise], [-1, 0, 2], default=1)
    )
