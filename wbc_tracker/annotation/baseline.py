"""Each result against its own past: baseline, change, previous value, and what exceeds usual
variation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.annotation.happenings import Happenings
from wbc_tracker.annotation.series import SeriesOrder, previous_exact
from wbc_tracker.annotation.unusual import CONFLICT, find_reasons, forbids, notes_as_words
from wbc_tracker.annotation.variation import VERDICTS, judge_changes
from wbc_tracker.arrays import Mask, Numbers, Whole, choose
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
    value = frame["value"].to_numpy()[series.order]
    exact = (frame["_comparator"].to_numpy() == 0)[series.order]
    reasons = find_reasons(frame, happenings, catalog)
    bases = _find_baselines(frame, series, exact, reasons, catalog)
    place = np.arange(len(value))
    base = bases.place
    covered = (base >= 0) & (place >= base)
    baseline = np.where(covered, value[np.maximum(base, 0)], np.nan)
    change = np.where(exact, value - baseline, np.nan)
    percent = _percent(change, baseline)
    previous = previous_exact(series, value, exact)
    analyte = frame["_analyte"].to_numpy()[series.order]
    verdict = judge_changes(percent, analyte, catalog)
    verdict[base == place] = -1
    rule_base = np.where(covered, bases.rule_place, -1)
    rule_value = np.where(rule_base >= 0, value[np.maximum(rule_base, 0)], np.nan)
    rule_percent = _percent(np.where(exact, value - rule_value, np.nan), rule_value)
    rule_note = np.where(rule_base >= 0, bases.rule_note, 0)
    counted = judge_changes(rule_percent, analyte, catalog)
    counted[(base == place) | forbids(rule_note, analyte, counted, catalog)] = -1
    back = np.empty_like(series.order)
    back[series.order] = place

    def row_of(places: Whole) -> Whole:
        return np.where(places >= 0, series.order[np.maximum(places, 0)], -1)[back]

    rule_row = row_of(rule_base)
    grade = frame["ctcae_v5_grade"].to_numpy(dtype=np.int64, na_value=-1)
    base_row = row_of(np.where(covered, base, -1))
    return frame.assign(
        baseline_value=baseline[back],
        baseline_at=frame["collected_at"].astype("category").take(np.maximum(base_row, 0)).array,
        baseline_kind=choose(np.where(covered, bases.kind, -1)[back], KINDS),
        baseline_note=notes_as_words(np.where(covered, bases.note, 0)[back]),
        change=round_significant(change)[back],
        percent_change=round_significant(percent)[back],
        previous_value=previous[back],
        change_from_previous=round_significant(np.where(exact, value - previous, np.nan))[back],
        beyond_rcv=choose(verdict[back], VERDICTS),
        _baseline_row=(base == place)[back],
        _rule_verdict=counted[back].astype(np.int8),
        _rule_percent=round_significant(rule_percent)[back],
        _rule_value=rule_value[back],
        _rule_day=np.where(rule_row >= 0, frame["_day"].to_numpy()[rule_row], 0).astype(np.int32),
        _rule_grade=np.where(rule_row >= 0, grade[rule_row], -1).astype(np.int8),
        _rule_base=rule_row,
        _rule_note=rule_note[back].astype(np.int8),
        _reasons=reasons.astype(np.int8),
    ).assign(baseline_at=lambda f: f["baseline_at"].where(base_row >= 0))


def _percent(change: Numbers, baseline: Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(baseline != 0, 100 * change / baseline, np.nan)


@dataclass(frozen=True)
class _Baselines:
    """Per sorted row, of its series: the place of the baseline (-1 without one), its kind (place in
    KINDS) and its reasons; the place of what the rules take, and the reasons of that.
    """

    place: Whole
    kind: Whole
    note: Whole
    rule_place: Whole
    rule_note: Whole


def _find_baselines(
    frame: pd.DataFrame, series: SeriesOrder, exact: Mask, reasons: Whole, catalog: Catalog
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
        base[series.number],
        np.where(before >= 0, 0, 1)[series.number],
        of_base[series.number],
        np.where(replaced, usual, base)[series.number],
        np.where(replaced, 0, of_base)[series.number],
    )


def _first(chosen: Mask, place: Whole, series: SeriesOrder) -> Whole:
    return np.minimum.reduceat(np.where(chosen, place, _FAR), series.starts)
