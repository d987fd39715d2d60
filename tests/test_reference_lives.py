"""Pattern, broad falls and trends agree with the plain second implementation on hundreds of random lives."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import cached_property

import numpy as np
import pandas as pd
import pytest
from reference import Row, Trend, annotate_patient, broad_falls, counted_changes, pattern_code, trends_of
from tables.labs import CATALOG
from tables.lives import LAST_DAY, Life, event_frame, infusion_frame, lives, result_frame
from tables.trials import examples

from wbc_tracker.analysis import Analysis
from wbc_tracker.annotation.bounds import COMPARATORS
from wbc_tracker.annotation.variation import VERDICTS
from wbc_tracker.dataset import assemble
from wbc_tracker.patient.build import build_report

NUMBERS = ("slope_per_year", "slope_low", "slope_high", "p_value")


@dataclass(frozen=True)
class Clinic:
    """Many lives on one day: what the program tells of them, and what the plain implementation does."""

    lives: list[Life]
    as_of: str

    @cached_property
    def analysis(self) -> Analysis:
        results = result_frame([result for life in self.lives for result in life.results])
        infusions = infusion_frame([infusion for life in self.lives for infusion in life.infusions])
        events = event_frame([event for life in self.lives for event in life.events])
        return Analysis(assemble(results, infusions, self.as_of, events), "before", CATALOG)

    @cached_property
    def plain(self) -> dict[str, list[Row]]:
        """Patient -> annotated rows of the results that are known on the day."""
        return {life.patient: self._rows_of(life) for life in self.lives}

    def _rows_of(self, life: Life) -> list[Row]:
        known = [result for result in life.results if result.collected_at[:10] <= self.as_of]
        return annotate_patient(known, life.infusions, life.events, as_of=self.as_of, same_day="before")


def clinic(seed: int, number: int, days_before: int = 0) -> Clinic:
    return Clinic(lives(seed, examples(number)), (LAST_DAY - timedelta(days=days_before)).isoformat())


@pytest.fixture(scope="module")
def today() -> Clinic:
    return clinic(2, 1200)


@pytest.fixture(scope="module")
def a_year_ago() -> Clinic:
    return clinic(3, 600, 400)


@pytest.fixture(scope="module", params=["today", "a_year_ago"])
def day(request: pytest.FixtureRequest) -> Clinic:
    return request.getfixturevalue(request.param)


def test_the_pattern_s_code_of_every_patient(day: Clinic) -> None:
    told = {patient.patient_id: patient.pattern.code for patient in build_report(day.analysis, {}).patients}
    plain = {
        life.patient: pattern_code(day.plain[life.patient], life.infusions, life.events, as_of=day.as_of)
        for life in day.lives
        if life.patient in told
    }
    assert {who: (told[who], code) for who, code in plain.items() if told[who] != code} == {}


def test_every_change_that_counts(day: Clinic) -> None:
    """After the first infusion: no rule asks before it."""
    frame = day.analysis.unflagged
    frame = frame[(frame["course"] >= 1).to_numpy(dtype=bool)]
    names = ["patient_id", "collected_at", "analyte", "value", "_comparator"]
    verdicts = [[word_of(place) for place in frame[name]] for name in ("_rule_verdict", "_t_nk_verdict")]
    told = set(zip(*(frame[name] for name in names), *verdicts, strict=True))
    plain = set()
    for life in day.lives:
        rows = day.plain[life.patient]
        for row, counted in zip(rows, counted_changes(rows, life.events, as_of=day.as_of), strict=True):
            at = row.result
            comparator = COMPARATORS.index(at.comparator or "")
            if row["course"] >= 1:
                plain.add((at.patient_id, at.collected_at, at.analyte, at.value, comparator, *counted))
    assert (sorted(told - plain, key=str), sorted(plain - told, key=str)) == ([], [])


def word_of(verdict: int) -> str | None:
    return VERDICTS[verdict] if verdict >= 0 else None


def test_every_broad_fall(day: Clinic) -> None:
    frame, broad = day.analysis.unflagged, day.analysis.broad
    told = set(zip(*(frame[name][broad] for name in ("patient_id", "collected_at", "analyte", "value")), strict=True))
    plain = {
        (life.patient, row.result.collected_at, row.result.analyte, row.result.value)
        for life in day.lives
        for row in broad_falls(day.plain[life.patient], life.events, as_of=day.as_of)
    }
    assert plain
    assert (sorted(told - plain, key=str), sorted(plain - told, key=str)) == ([], [])


def test_every_trend(day: Clinic) -> None:
    told = {(row.patient_id, row.analyte): row for row in day.analysis.trends.itertuples()}
    plain = {(who, name): trend for who, rows in day.plain.items() for name, trend in trends_of(rows).items()}
    assert told.keys() == plain.keys()
    assert [(key, trend, told[key]) for key, trend in plain.items() if not is_same(told[key], trend)] == []


def is_same(told: object, plain: Trend) -> bool:
    verdict = told.verdict
    if (None if pd.isna(verdict) else verdict) != plain.verdict:
        return False
    pairs = [(float(getattr(told, name)), getattr(plain, name)) for name in NUMBERS]
    return all(math.isnan(a) if b is None else math.isclose(a, b, rel_tol=1e-9, abs_tol=1e-9) for a, b in pairs)


def test_all_that_the_rules_speak_of_happens(today: Clinic) -> None:
    """The agreement is worth what the lives are: each of these in more than a few of a thousand."""
    rows = [row for each in today.plain.values() for row in each]
    codes = Counter(
        pattern_code(today.plain[life.patient], life.infusions, life.events, as_of=today.as_of) for life in today.lives
    )
    assert min(codes.values()) > 0.03 * len(today.lives)
    assert set(codes) == {"as_described", "returning", "differs", "not_assessable", "after_treatment"}
    seen = {name: Counter(row[name] for row in rows) for name in ("ref_source", "phase", "depletion", "baseline_kind")}
    assert set(seen["ref_source"]) >= {"reported", "earlier", "catalogue", None}
    assert set(seen["phase"]) >= {"pre_treatment", "initiation", "on_schedule", "extended", "interrupted"}
    assert {"after_treatment", None} <= set(seen["phase"])
    assert set(seen["depletion"]) == {"depleted", "few", "present", None}
    notes = Counter(note for row in rows for note in (row["baseline_note"] or "").split(";"))
    assert set(notes) == {
        "", "outside_interval", "after_steroid", "after_infection", "after_other_drug", "b_cells_already_depleted",
        "conflicting_result",
    }  # fmt: skip
    assert min(min(each.values()) for each in (*seen.values(), notes)) > 0.001 * len(rows)
    derived = np.mean([row["derivation"] is not None for row in rows])
    assert derived > 0.05
