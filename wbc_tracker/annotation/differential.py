"""Percentages and absolute counts of one draw: compute the missing absolutes,
mark those that disagree.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.arrays import DAY_SECONDS, Mask, Numbers, Whole, group_starts
from wbc_tracker.catalog import Analyte, Catalog
from wbc_tracker.frames import stack_frames
from wbc_tracker.rounding import round_significant

_DAY_SPAN = 10**6


def derive_absolutes(frame: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """Add rows for absolute counts that only a percentage reports, `derivation` and `_mismatch`.

    counts = WBC x percent / 100; lymphocyte subsets in /uL = lymphocytes (reported or derived) x
    1000 x percent / 100. Computed only where neither part is censored and the pair has no reported
    absolute: one of that day drawn at the time of either part, or without a time on one side. The
    partner is the one with the same `collected_at`, else the nearest in time on the same calendar
    day; two different values at the partner's time make it unusable. A derived row stands behind
    its percent row and carries that row's file, line and reported columns.

    `_mismatch` marks percent and absolute results that are both reported and lie more than 10 % and
    two printed rounding steps apart.
    """
    frame = frame.assign(derivation=_nothing(len(frame)), _mismatch=False)
    order = np.arange(len(frame), dtype=np.float64)
    present = set(np.flatnonzero(np.bincount(frame["_analyte"].to_numpy())).tolist())
    known = list(catalog.analytes)
    shares = [a for a in catalog.analytes.values() if a.share and known.index(a.id) in present]
    if not shares:
        return frame
    for level in _levels(shares):
        added = [
            rows
            for analyte in level
            if (rows := _derive_one(frame, order, analyte, catalog)) is not None
        ]
        if added:
            frame = stack_frames([frame, *(rows for rows, _ in added)])
            order = np.concatenate([order, *(places for _, places in added)])
    mismatch = np.zeros(len(frame), dtype=bool)
    for analyte in shares:
        _mark_mismatches(frame, analyte, mismatch, catalog)
    frame["_mismatch"] = mismatch
    if np.any(order[1:] < order[:-1]):
        frame = frame.iloc[np.argsort(order, kind="stable")].reset_index(drop=True)
    return frame


def _levels(shares: list[Analyte]) -> list[list[Analyte]]:
    """Return shares of white cells before shares of lymphocytes,
    which may need a derived denominator.
    """
    computed = {
        analyte.share.absolute
        for analyte in shares
        if analyte.share and analyte.share.denominator == "wbc"
    }
    second = [a for a in shares if a.share and a.share.denominator in computed]
    return [[a for a in shares if a not in second], second]


def _rows_of(frame: pd.DataFrame, analyte: str, catalog: Catalog, *, exact: bool = True) -> Whole:
    chosen = frame["_analyte"].to_numpy() == list(catalog.analytes).index(analyte)
    return np.flatnonzero(chosen & (frame["_comparator"].to_numpy() == 0) if exact else chosen)


def _days(frame: pd.DataFrame, rows: Whole) -> Whole:
    return np.asarray(
        frame["_patient"].to_numpy()[rows] * _DAY_SPAN + frame["_day"].to_numpy()[rows]
    )


@dataclass(frozen=True)
class Pairs:
    """Rows that have a partner, and the partners."""

    rows: Whole
    partners: Whole

    def where(self, chosen: Mask) -> Pairs:
        """Return the chosen pairs."""
        return Pairs(self.rows[chosen], self.partners[chosen])


def _of_one_draw(frame: pd.DataFrame, pairs: Pairs, others: Whole) -> Mask:
    """Return which pairs have their other row at the time of either part,
    or without a time on one side.
    """
    timed, second = frame["_timed"].to_numpy(), frame["_second"].to_numpy()
    same = (second[others] == second[pairs.rows]) | (second[others] == second[pairs.partners])
    return np.asarray(same | ~timed[others] | ~timed[pairs.rows], dtype=bool)


def _has_one_of(frame: pd.DataFrame, pairs: Pairs, rows: Whole) -> Mask:
    """Return which pairs have one of the rows at their own time of that day,
    or without a time on one side.
    """
    timed, second = frame["_timed"].to_numpy(), frame["_second"].to_numpy()
    day_of_pair, day_of_row = _days(frame, pairs.rows), _days(frame, rows)
    found = np.isin(day_of_pair, day_of_row[~timed[rows]])
    found |= np.isin(day_of_pair, day_of_row) & ~timed[pairs.rows]
    instant_of_row = day_of_row * DAY_SECONDS + second[rows]
    for part in (pairs.rows, pairs.partners):
        found |= np.isin(day_of_pair * DAY_SECONDS + second[part], instant_of_row)
    return np.asarray(found, dtype=bool)


def pair_rows(frame: pd.DataFrame, rows: Whole, partners: Whole) -> Pairs:
    """Pair each row with the partner of the same time, else the nearest of the same day (ties: the
    earlier); a time with two different values of the partner pairs with nothing.
    """
    if not len(rows) or not len(partners):
        return Pairs(rows[:0], partners[:0])
    second = frame["_second"].to_numpy()
    partner_time = _days(frame, partners) * DAY_SECONDS + second[partners]
    order = np.argsort(partner_time, kind="stable")
    partners, partner_time = partners[order], partner_time[order]
    time = _days(frame, rows) * DAY_SECONDS + second[rows]
    right = np.searchsorted(partner_time, time, side="left")
    candidates = np.stack([np.maximum(right - 1, 0), np.minimum(right, len(partners) - 1)])
    distance = np.abs(partner_time[candidates] - time)
    distance[partner_time[candidates] // DAY_SECONDS != time // DAY_SECONDS] = DAY_SECONDS
    best = np.where(distance[1] < distance[0], candidates[1], candidates[0])
    found = np.minimum(distance[0], distance[1]) < DAY_SECONDS
    chosen = _single(frame, partners, partner_time, best[found])
    return Pairs(rows[found][chosen >= 0], chosen[chosen >= 0])


def _single(
    frame: pd.DataFrame,
    partners: Whole,
    partner_time: Whole,
    best: Whole,
) -> Whole:
    """Return the partner rows, -1 where that time has two different values."""
    value = frame["value"].to_numpy()[partners]
    starts = group_starts(partner_time)
    differs = np.maximum.reduceat(value, starts) != np.minimum.reduceat(value, starts)
    group = np.searchsorted(starts, best, side="right") - 1
    return np.where(differs[group], -1, partners[best])


def _derive_one(
    frame: pd.DataFrame, order: Numbers, percentage: Analyte, catalog: Catalog
) -> tuple[pd.DataFrame, Numbers] | None:
    """Return the derived rows for one percentage, and their places in the order of the frame."""
    share = percentage.share
    assert share is not None
    rows = _rows_of(frame, percentage.id, catalog)
    reported = _rows_of(frame, share.absolute, catalog, exact=False)
    pairs = pair_rows(frame, rows, _rows_of(frame, share.denominator, catalog))
    pairs = pairs.where(~_has_one_of(frame, pairs, reported))
    if not len(pairs.rows):
        return None
    value = frame["value"].to_numpy()
    step = frame["value_step"].to_numpy(dtype=np.float64)
    absolute = catalog.analytes[share.absolute]
    whole = frame["derivation"].iloc[pairs.partners].to_numpy(dtype=object)
    rule = [
        f"{part if isinstance(part, str) else share.denominator}*{percentage.id}" for part in whole
    ]
    inferred = frame["unit_inferred"].to_numpy(dtype=bool)
    derived = frame.iloc[pairs.rows].assign(
        analyte=_one_word(absolute.id, len(pairs.rows)),
        _analyte=list(catalog.analytes).index(absolute.id),
        loinc=_one_word(absolute.loinc, len(pairs.rows)),
        unit=_one_word(catalog.canonical_unit(absolute.id), len(pairs.rows)),
        value=round_significant(value[pairs.partners] * value[pairs.rows] * share.factor),
        ref_low=np.nan,
        ref_high=np.nan,
        value_step=step[pairs.rows] * value[pairs.partners] * share.factor,
        unit_inferred=inferred[pairs.partners],
        derivation=pd.Categorical(rule),
    )
    return derived, order[pairs.rows] + 0.25 + 0.25 * (share.denominator != "wbc")


def _nothing(size: int) -> pd.Categorical:
    return pd.Categorical.from_codes(
        np.full(size, -1, dtype=np.int8), categories=pd.Index([], dtype="str")
    )


def _one_word(word: str, size: int) -> pd.Categorical:
    return pd.Categorical.from_codes(
        np.zeros(size, dtype=np.int8), categories=pd.Index([word], dtype="str")
    )


def _mark_mismatches(
    frame: pd.DataFrame, percentage: Analyte, mismatch: Mask, catalog: Catalog
) -> None:
    """Mark in place the percent and absolute rows that are both reported and disagree."""
    share = percentage.share
    assert share is not None
    derived = frame["derivation"].notna().to_numpy()
    absolutes = _rows_of(frame, share.absolute, catalog)
    with_absolute = pair_rows(
        frame, _rows_of(frame, percentage.id, catalog), absolutes[~derived[absolutes]]
    )
    with_whole = pair_rows(frame, with_absolute.rows, _rows_of(frame, share.denominator, catalog))
    absolute = with_absolute.partners[np.isin(with_absolute.rows, with_whole.rows)]
    own_time = _of_one_draw(frame, with_whole, absolute)
    absolute, percent, whole = (
        absolute[own_time],
        with_whole.rows[own_time],
        with_whole.partners[own_time],
    )
    value, step = (
        frame["value"].to_numpy(),
        np.nan_to_num(frame["value_step"].to_numpy(dtype=np.float64)),
    )
    distance = np.abs(value[whole] * value[percent] * share.factor - value[absolute])
    rounding = np.maximum(step[absolute], step[percent] * value[whole] * share.factor)
    apart = distance > value[absolute] * catalog.figure("mismatch_percent") / 100
    apart &= distance > catalog.figure("mismatch_steps") * rounding
    mismatch[percent[apart]] = True
    mismatch[absolute[apart]] = True
