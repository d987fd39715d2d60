"""The results of patients as lines, from the annotated frame and the arrays of the rules."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from wbc_tracker.analysis import Analysis
from wbc_tracker.annotation.b_cells import STATES
from wbc_tracker.annotation.unusual import INFECTION, STEROID
from wbc_tracker.arrays import DAY_SECONDS, Mask, Whole, iso_dates
from wbc_tracker.catalog import Severity
from wbc_tracker.flags.defence_rules import igg_is_very_low
from wbc_tracker.frames import plain_list
from wbc_tracker.patient.result_lines import Draw, FoundFlag, ResultLine, RuleBaseline
from wbc_tracker.scales import Scales


def read_results(analysis: Analysis, rows: Whole, scales: Scales) -> list[ResultLine]:
    """Return annotated rows as lines, in the order of `rows` (places in the analysis).

    Args:
        analysis: of everybody. rows: whose.
        scales: in which units they are told.
    """
    frame, facts = analysis.unflagged.iloc[rows], analysis.facts
    known = list(analysis.catalog.analytes.values())
    analytes = [known[place] for place in facts.analyte[rows].tolist()]
    steps = [step or 0 for step in plain_list(frame["value_step"])]
    values, comparators = frame["value"].tolist(), plain_list(frame["comparator"])
    told = [
        scales.of(patient, analyte.id)
        for patient, analyte in zip(frame["patient_id"].tolist(), analytes, strict=True)
    ]
    columns: dict[str, list[Any]] = {
        "analyte": analytes,
        "collected_at": plain_list(frame["collected_at"]),
        "value": values,
        "comparator": comparators,
        "unit": plain_list(frame["unit"]),
        "step": steps,
        "scale": told,
        "words": [
            scale.value(value, comparator or "", step)
            for scale, value, comparator, step in zip(told, values, comparators, steps, strict=True)
        ],
    }
    for name in ("ref_low", "ref_high", "ref_source", "ref_flag", "derivation"):
        columns[name] = plain_list(frame[name])
    columns["is_baseline"] = facts.is_baseline[rows].tolist()
    for name in ("baseline_value", "baseline_kind", "baseline_note", "previous_value"):
        columns[name] = plain_list(frame[name])
    columns["percent_change"] = plain_list(frame["percent_change"])
    for name in ("beyond_rcv", "ctcae_v5_grade", "depletion"):
        columns[name] = plain_list(frame[name])
    drugs = analysis.catalog.drugs
    columns["drug"] = [None if drug is None else drugs[drug] for drug in plain_list(frame["drug"])]
    columns["course"] = plain_list(frame["course"])
    columns["days_since_infusion"] = plain_list(frame["days_since_infusion"])
    columns["study_day"] = plain_list(frame["study_day"])
    columns["phase"] = plain_list(frame["phase"])
    columns["last_infusion_on"] = plain_list(frame["last_infusion_on"])
    columns["against"] = _rule_baselines(frame)
    first_day = facts.instant // DAY_SECONDS - facts.days_since_first
    age = first_day[rows] - frame["_rule_day"].to_numpy()
    treated = facts.days_since_first[rows] >= 0
    is_old = treated & (age > analysis.catalog.figure("old_baseline_days"))
    columns["is_baseline_old"] = is_old.tolist()
    columns["t_nk"], columns["t_nk_percent"] = (
        plain_list(frame[name]) for name in ("_t_nk", "_t_nk_percent")
    )
    arrays = {
        "rest_fell": facts.rest_fell,
        "is_fall": facts.is_fall,
        "was_so_before": facts.was_so_before,
        "is_after_steroid": facts.after_steroid,
        "after_steroid_course": facts.reasons & STEROID != 0,
        "after_infection": facts.reasons & INFECTION != 0,
        "state": np.array(["", *STATES], dtype=object)[facts.day_state],
        "fell_most": facts.fell_most,
        "infections_before": analysis.infections_before,
    }
    columns |= {name: array[rows].tolist() for name, array in arrays.items()}
    columns["flags"] = _flags_of(analysis, rows)
    arrays = {
        "depleted_before": facts.depleted_before,
        "seen_before": facts.seen_before,
        "is_confirmed": facts.confirmed,
        "repeat": np.array(analysis.repeats, dtype=object),
        "is_very_low": igg_is_very_low(facts),
        "is_other_laboratory": _are_of_another_laboratory(analysis),
    }
    columns |= {name: array[rows].tolist() for name, array in arrays.items()}
    assert list(columns) == list(ResultLine.__slots__)  # told apart by their place below
    return [ResultLine(*cells) for cells in zip(*columns.values(), strict=True)]


def _rule_baselines(frame: pd.DataFrame) -> list[RuleBaseline]:
    """Return what the rules compare each row with."""
    values, percents = (plain_list(frame[name]) for name in ("_rule_value", "_rule_percent"))
    notes, days = frame["_rule_note"].tolist(), iso_dates(frame["_rule_day"].to_numpy()).tolist()
    baselines = plain_list(frame["baseline_at"])
    return [
        RuleBaseline(
            value,
            None if value is None else day,
            percent,
            note,
            value is not None and at is not None and at[:10] != day,
        )
        for value, day, percent, note, at in zip(
            values, days, percents, notes, baselines, strict=True
        )
    ]


def _flags_of(analysis: Analysis, rows: Whole) -> list[tuple[FoundFlag, ...]]:
    """Return the flags of each row, most severe first."""
    found: dict[int, list[FoundFlag]] = {}
    each = {
        (code, int(severity), stands): FoundFlag(flag, severity, stands)
        for code, flag in analysis.catalog.flags.items()
        for severity in Severity
        for stands in (False, True)
    }
    table = analysis.row_flags
    stand = analysis.stand(table["row"].to_numpy(), table["rank"].to_numpy())
    columns = (table[name].tolist() for name in ("row", "code", "rank"))
    for row, code, rank, stands in zip(*columns, stand.tolist(), strict=True):
        found.setdefault(row, []).append(each[code, rank, stands])
    return [tuple(found.get(row, ())) for row in rows.tolist()]


def _are_of_another_laboratory(analysis: Analysis) -> Mask:
    """Return which rows the laboratory printed another interval beside than beside the baseline."""
    facts, frame = analysis.facts, analysis.unflagged
    series = np.unique(facts.series, return_inverse=True)[1]
    baseline = np.full(series.max(initial=-1) + 1, -1)
    at = np.flatnonzero(facts.is_baseline)
    baseline[series[at]] = at
    own = baseline[series]
    reported = (frame["ref_source"] == "reported").to_numpy(dtype=bool)
    differs = np.zeros(len(frame), dtype=bool)
    for name in ("ref_low", "ref_high"):
        limit = frame[name].to_numpy(dtype=np.float64)
        differs |= (limit != limit[own]) & ~(np.isnan(limit) & np.isnan(limit[own]))
    return np.asarray((own >= 0) & reported & reported[own] & differs)


def draws_of(
    results: Sequence[ResultLine], shown: Sequence[int], places: Mapping[str, int]
) -> list[Draw]:
    """Return the draws of one patient in time order; every shown result stands in one of them.

    Args:
        results: of the patient. shown: places of the shown ones, by time and then in the order of
            the catalogue.
        places: code -> place of a flag in the catalogue.
    """
    grouped: dict[str, list[ResultLine]] = {}
    for at in shown:
        grouped.setdefault(results[at].collected_at, []).append(results[at])
    return [_draw(lines, places) for lines in grouped.values()]


def _draw(results: list[ResultLine], places: Mapping[str, int]) -> Draw:
    first = results[0]
    flags = {found.flag.code: found.flag for result in results for found in result.flags}
    return Draw(
        collected_at=first.collected_at,
        course=first.course,
        days_since_infusion=first.days_since_infusion,
        study_day=first.study_day,
        phase=first.phase,
        results=results,
        flags=sorted(flags.values(), key=lambda flag: places[flag.code]),
    )
