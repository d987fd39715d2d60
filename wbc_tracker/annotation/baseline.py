"""Each result against its own past: baseline, change, previous value, and what exceeds usual
variation.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from wbc_tracker.annotation.happenings import Happenings
from wbc_tracker.annotation.series import SeriesOrder, previous_exact
from wbc_tracker.annotation.unusual import CONFLICT, find_reasons, forbids, notes_as_words
from wbc_tracker.annotation.variation import VERDICTS, judge_changes
from wbc_tracker.arrays import Mask, Numbers, Small, Whole, choose
from wbc_tracker.catalog import Catalog
from wbc_tracker.rounding import round_significant

KINDS = ("pre_treatment", "first_on_record")
_FAR = np.iinfo(np.int64).max


def derive_changes(frame: pd.DataFrame, happenings: Happenings, catalog: Catalog) -> pd.DataFrame:
    """Add the columns from `baseline_value` to `beyond_rcv`, and what the rules count.

    Baseline: the latest uncensored result with course 0, for a patient without such a result or
    without infusions the first uncensored one on record; a draw with two different values is none.
    Change is empty before the baseline and where the value is censored; percent change also where
    the baseline is 0. The previous value is the previous uncensored one of the series.

    `baseline_note` says why a baseline is unusual, see `find_reasons`. The rules take a usual count
    of the 12 months before it in its place, if there is one. `_rule_verdict` is the place in
    VERDICTS of the change against that, -1 where nobody can tell: a fall from a baseline that was
    high for a reason is none, nor a rise from one that was low. `_rule_percent` is that change;
    `_rule_value`, `_rule_day` and `_rule_grade` (-1 without) tell that baseline, `_rule_note` why
    it is unusual, `_rule_base` its row (-1 without). `_baseline_row`: the baseline itself;
    `_reasons`: why the row would be an unusual one.
    """
    series = SeriesOrder.of(frame, len(catalog.analytes))
    reasons = find_reasons(frame, happenings, catalog)
    exact = (frame["_comparator"].to_numpy() == 0)[series.order]
    bases = _find_baselines(frame, series, exact, reasons, catalog)
    back = np.empty_like(series.order)
    back[series.order] = np.arange(len(back))
    # Each column goes back to the order of the frame at once: of many results little is held twice.
    return frame.assign(
        **_against_baseline(frame, series, exact, bases, back, catalog),
        **_against_rule_baseline(frame, series, exact, bases, back, catalog),
        _reasons=reasons,
    )


def _against_baseline(
    frame: pd.DataFrame,
    series: SeriesOrder,
    exact: Mask,
    bases: _Baselines,
    back: Whole,
    catalog: Catalog,
) -> dict[str, Any]:
    """Return the columns from `baseline_value` to `beyond_rcv`, and `_baseline_row`."""
    value = frame["value"].to_numpy()[series.order]
    base = bases.place[series.number]
    place = np.arange(len(value))
    covered = (base >= 0) & (place >= base)
    baseline = np.where(covered, value[np.maximum(base, 0)], np.nan)
    row = np.where(covered, series.order[np.maximum(base, 0)], -1)[back]
    at = frame["collected_at"].astype("category").take(np.maximum(row, 0)).reset_index(drop=True)
    columns: dict[str, Any] = {
        "baseline_value": baseline[back],
        "baseline_at": at.where(row >= 0).array,
        "baseline_kind": choose(np.where(covered, bases.kind[series.number], -1)[back], KINDS),
        "baseline_note": notes_as_words(np.where(covered, bases.note[series.number], 0)[back]),
    }
    del row, at
    change = np.where(exact, value - baseline, np.nan)
    percent = _percent(change, baseline)
    columns["change"] = round_significant(change)[back]
    columns["percent_change"] = round_significant(percent)[back]
    del change, baseline, covered
    analyte, is_man = (frame[name].to_numpy()[series.order] for name in ("_analyte", "_is_man"))
    verdict = judge_changes(percent, analyte, is_man, catalog)
    verdict[base == place] = -1
    previous = previous_exact(series, value, exact)
    columns["previous_value"] = previous[back]
    columns["change_from_previous"] = round_significant(np.where(exact, value - previous, np.nan))[
        back
    ]
    columns["beyond_rcv"] = choose(verdict[back], VERDICTS)
    columns["_baseline_row"] = (base == place)[back]
    return columns


def _against_rule_baseline(
    frame: pd.DataFrame,
    series: SeriesOrder,
    exact: Mask,
    bases: _Baselines,
    back: Whole,
    catalog: Catalog,
) -> dict[str, Any]:
    """Return the columns whose names begin with `_rule`."""
    value, analyte = (frame[name].to_numpy()[series.order] for name in ("value", "_analyte"))
    own = bases.place[series.number]
    place = np.arange(len(value))
    covered = (own >= 0) & (place >= own)
    base = np.where(covered, bases.rule_place[series.number], -1)
    of_base = np.where(base >= 0, value[np.maximum(base, 0)], np.nan)
    note = np.where(base >= 0, bases.rule_note[series.number], 0).astype(np.int8)
    percent = _percent(np.where(exact, value - of_base, np.nan), of_base)
    verdict = judge_changes(percent, analyte, frame["_is_man"].to_numpy()[series.order], catalog)
    verdict[(own == place) | forbids(note, analyte, verdict, catalog)] = -1
    row = np.where(base >= 0, series.order[np.maximum(base, 0)], -1)[back]
    grade = frame["ctcae_v5_grade"].to_numpy(dtype=np.int8, na_value=-1)
    return {
        "_rule_verdict": verdict.astype(np.int8)[back],
        "_rule_percent": round_significant(percent)[back],
        "_rule_value": of_base[back],
        "_rule_day": np.where(row >= 0, frame["_day"].to_numpy()[row], 0).astype(np.int32),
        "_rule_grade": np.where(row >= 0, grade[row], -1).astype(np.int8),
        "_rule_base": row,
        "_rule_note": note[back],
    }


def _percent(change: Numbers, baseline: Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(baseline != 0, 100 * change / baseline, np.nan)


@dataclass(frozen=True)
class _Baselines:
    """Of each series: the place of the baseline among the sorted rows (-1 without one), its kind
    (place in KINDS) and its reasons; the place of what the rules take, and the reasons of that.
    """

    place: Whole
    kind: Whole
    note: Whole
    rule_place: Whole
    rule_note: Whole


def _find_baselines(
    frame: pd.DataFrame, series: SeriesOrder, exact: Mask, reasons: Small, catalog: Catalog
) -> _Baselines:
    place = np.arange(len(exact))
    if not len(place):
        return _Baselines(place, place, place, place, place)
    untreated = (frame["_treatable"].to_numpy() & (frame["_course"].to_numpy() == 0))[series.order]
    rivals = series.find_rivals(frame, exact)
    note = reasons[series.order]
    one = exact & ~rivals

    def last(chosen: Mask) -> Whole:
        return np.maximum.reduceat(np.where(chosen, place, -1), series.starts)

    before = last(one & untreated)
    first = np.minimum.reduceat(np.where(one, place, _FAR), series.starts)
    base = np.where(before >= 0, before, np.where(first == _FAR, -1, first))
    of_base = np.where(base >= 0, note[np.maximum(base, 0)], 0)
    # Rivals that a baseline was passed over for: behind it before treatment, else in front of it.
    passed = np.where(
        before >= 0, last(rivals & untreated) > before, _first(rivals, place, series) < first
    )
    of_base = np.bitwise_or(of_base, np.where(passed & (base >= 0), CONFLICT, 0))
    day = frame["_day"].to_numpy()[series.order]
    usual = last(one & untreated & (note == 0))
    near = day[np.maximum(base, 0)] - day[np.maximum(usual, 0)]
    replaced = (before >= 0) & (usual >= 0) & (usual != before)
    replaced &= near <= catalog.figure("usual_baseline_days")
    return _Baselines(
        place=base,
        kind=np.where(before >= 0, 0, 1),
        note=of_base,
        rule_place=np.where(replaced, usual, base),
        rule_note=np.where(replaced, 0, of_base),
    )


def _first(chosen: Mask, place: Whole, series: SeriesOrder) -> Whole:
    return np.minimum.reduceat(np.where(chosen, place, _FAR), series.starts)
