"""The vectorised annotation agrees with a second, plain implementation on many thousands of random results.

Two kinds of patients: some in whom anything stands beside anything, and lives that hang together, with events.
"""

from __future__ import annotations

import math
import random
from datetime import date, timedelta

import pandas as pd
import pytest
from reference import Infusion, Result, annotate_reference
from tables.lives import LAST_DAY, event_frame, infusion_frame, lives, result_frame
from tables.trials import examples

from wbc_tracker.annotation import annotate
from wbc_tracker.catalog import load_catalog

AS_OF = "2026-06-30"
ANALYTES = {
    "wbc": (0.5, 14, 1), "neutrophils": (0.1, 9, 1), "lymphocytes": (0.1, 4.5, 1), "monocytes": (0, 1.5, 1),
    "eosinophils": (0, 0.8, 1), "basophils": (0, 0.2, 1), "cd19": (0, 250, 0), "cd4": (20, 1500, 0),
    "cd3": (300, 2400, 0), "platelets": (10, 450, 0), "hemoglobin": (60, 190, 0), "igg": (3, 17, 1),
    "igm": (0.1, 2.5, 1), "rbc": (3, 6, 1),
}  # fmt: skip
DRUGS = ("ocrelizumab", "ocrelizumab", "ocrelizumab_sc", "ublituximab", "rituximab", "ofatumumab")
EXACT = (
    "ref_source", "ref_flag", "drug", "course", "last_infusion_on", "days_since_infusion", "days_since_first_infusion",
    "next_infusion_on", "next_infusion_kind", "days_to_next_infusion", "study_day", "phase", "baseline_at",
    "baseline_kind", "baseline_note", "beyond_rcv", "depletion", "ctcae_v5_grade", "derivation",
)  # fmt: skip
NUMBERS = (
    "ref_low",
    "ref_high",
    "baseline_value",
    "change",
    "percent_change",
    "previous_value",
    "change_from_previous",
)


def random_instant(rng: random.Random, earliest: date, span: int) -> str:
    day = (earliest + timedelta(days=rng.randrange(span))).isoformat()
    return f"{day}T{rng.choice(('07:00', '08:30', '12:00', '16:45'))}:00" if rng.random() < 0.3 else day


def random_infusions(rng: random.Random, patient: str) -> list[Infusion]:
    """Doses at gaps that straddle every rule: 13-22, 56-57, 83-84 days, 24 weeks, a year."""
    infusions, day = [], date(2019, 1, 1) + timedelta(days=rng.randrange(900))
    drug = rng.choice(DRUGS)
    for number in range(rng.randrange(0, 9)):
        if rng.random() < 0.1:
            drug = rng.choice(DRUGS)
        dose = rng.choice((300.0, 300.0, 600.0, 150.0, 450.0, None)) if number < 3 else 600.0
        clock = "T10:00:00" if rng.random() < 0.3 else ""
        infusions.append(Infusion(patient, day.isoformat() + clock, drug, dose))
        day += timedelta(days=rng.choice((1, 13, 14, 21, 22, 28, 55, 56, 57, 83, 84, 85, 140, 168, 196, 363, 364, 500)))
    return infusions


def random_results(rng: random.Random, patient: str, infusions: list[Infusion]) -> list[Result]:
    results = []
    for _ in range(rng.randrange(1, 30)):
        near = rng.choice(infusions).infused_on if infusions and rng.random() < 0.4 else None
        if near and near[:10] <= AS_OF:
            at = near[:10] + rng.choice(("", "T09:59:00", "T10:00:30", "T10:01:00"))
        else:
            at = random_instant(rng, date(2018, 6, 1), 2900)
        analyte = rng.choice(list(ANALYTES))
        low, high, digits = ANALYTES[analyte]
        value = round(rng.uniform(low, high), digits)
        comparator = rng.choice((None,) * 8 + ("<", "<=", ">", ">="))
        kind = rng.random()
        middle = round((low + high) / 2, 1)
        limits = (round(middle / 2, 1), middle) if kind < 0.3 else (None, middle) if kind < 0.4 else (None, None)
        limits = (round(middle / 2, 1), None) if 0.4 <= kind < 0.5 else limits
        results.append(Result(patient, at, analyte, value, comparator, *limits))
    return results


def frames(results: list[Result], infusions: list[Infusion]) -> tuple[pd.DataFrame, pd.DataFrame]:
    infused = pd.DataFrame(infusions, columns=["patient_id", "infused_on", "drug", "dose_mg"])
    return pd.DataFrame(results), infused.astype({"infused_on": "str", "patient_id": "str", "drug": "str"})


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("same_day", ["before", "after"])
def test_agrees_with_the_plain_implementation(seed: int, same_day: str) -> None:
    rng = random.Random(seed)
    results: list[Result] = []
    infusions: list[Infusion] = []
    for number in range(60):
        given = random_infusions(rng, f"p{number}")
        infusions += given
        results += random_results(rng, f"p{number}", given)
    rng.shuffle(results)
    rng.shuffle(infusions)
    expected = annotate_reference(results, infusions, as_of=AS_OF, same_day=same_day)
    labs, infused = frames(results, infusions)
    annotated = annotate(labs, infused, as_of=AS_OF, same_day=same_day, catalog=load_catalog())
    assert len(expected) > 500
    all_columns_agree(annotated, expected)


@pytest.mark.parametrize("same_day", ["before", "after"])
def test_agrees_on_lives_with_events(same_day: str) -> None:
    people = lives(seed=1, number=examples(800))
    results = [result for life in people for result in life.results]
    infusions = [infusion for life in people for infusion in life.infusions]
    events = [event for life in people for event in life.events]
    as_of = LAST_DAY.isoformat()
    expected = annotate_reference(results, infusions, events, as_of=as_of, same_day=same_day)
    tables = result_frame(results), infusion_frame(infusions), event_frame(events)
    all_columns_agree(annotate(*tables, as_of=as_of, same_day=same_day, catalog=load_catalog()), expected)


def all_columns_agree(annotated: pd.DataFrame, expected: list[dict[str, object]]) -> None:
    assert len(annotated) == len(expected)
    told = ["patient_id", "collected_at", "analyte", "comparator", "value"]
    for name in (*EXACT, *NUMBERS):
        for row, (given, wanted) in enumerate(zip(annotated[name].astype(object), expected, strict=True)):
            want = wanted[name]
            if want is None:
                is_right = pd.isna(given)
            elif name in NUMBERS:
                is_right = math.isclose(given, want, rel_tol=1e-9, abs_tol=1e-9)
            else:
                is_right = not pd.isna(given) and given == want
            assert is_right, (name, row, annotated[told].iloc[row].tolist(), given, want)
