"""Cuts, limits, variation and sources: every figure by hand from the facts, and each with a source that exists.

The figures that the rules written a second time need stand there, in `reference.py`, and only there.
"""

from __future__ import annotations

import ast
import math
import tomllib
from pathlib import Path

import pytest
from reference import CTCAE_CUTS, INTERVALS, VARIATION
from tables.broken_catalog import FOLDER

from wbc_tracker.annotation.variation import rcv_limits
from wbc_tracker.catalog import load_catalog

CATALOG = load_catalog()

#: CTCAE v5.0: the MedDRA code of each term.
MEDDRA = {
    "wbc": "10049182", "neutrophils": "10029366", "lymphocytes": "10025256", "cd4": "10007839",
    "platelets": "10035528", "hemoglobin": "10002272",
}  # fmt: skip
#: Limits at which many laboratories telephone: below, above.
CRITICAL = {"wbc": (2.0, 30), "neutrophils": (0.5, None), "platelets": (20, 1000), "hemoglobin": (70, 200)}
#: facts.md section 7: the log-normal reference change value, down and up, in percent.
RCV = {
    "wbc": (-32.7, 48.6), "neutrophils": (-46.1, 85.4), "lymphocytes": (-26.2, 35.4), "monocytes": (-37.7, 60.4),
    "eosinophils": (-39.9, 66.5), "basophils": (-42.6, 74.3), "platelets": (-20.0, 25.0), "hemoglobin": (-8.1, 8.9),
}  # fmt: skip
#: The analytes with an interval that the annotation rules, written a second time, have no use for.
MORE_INTERVALS = {
    "neutrophils_pct": (40, 80), "lymphocytes_pct": (20, 40), "monocytes_pct": (2, 10), "eosinophils_pct": (1, 6),
    "cd19_pct": (6, 19), "cd3_pct": (55, 83), "cd4_pct": (28, 57), "cd8_pct": (10, 39),
}  # fmt: skip
#: facts.md section 12.
LIMITS = {
    **dict.fromkeys(("wbc", "lymphocytes", "monocytes", "eosinophils", "basophils"), (0, 500)),
    "neutrophils": (0, 300), "platelets": (0, 5000), "hemoglobin": (10, 260), "hematocrit": (5, 80), "rbc": (0.3, 12),
    **dict.fromkeys(("cd19", "cd20", "cd3", "cd4", "cd8"), (0, 50000)),
    "igg": (0, 150), "igm": (0, 150), "iga": (0, 100),
}  # fmt: skip
INFER = {"wbc": (1, 50), "neutrophils": (0.3, 40), "lymphocytes": (0.2, 15), "platelets": (20, 1500)}
#: The groups of analytes that rules and words speak of.
KINDS = {
    "blood_count": ("wbc", "neutrophils", "lymphocytes"),
    "b_cells": ("cd19", "cd19_pct", "cd20", "cd20_pct"),
    "t_cells": ("cd3", "cd3_pct", "cd4", "cd4_pct", "cd8", "cd8_pct"),
    "antibodies": ("igg", "iga", "igm"),
}
#: Named figures of the design.
THRESHOLDS = {
    "depleted_below_count": 10, "depleted_below_percent": 1, "course_span_days": 21, "half_dose_join_days": 56,
    "continuous_interval_below_days": 60, "continuous_gap_days": 84, "initiation_days": 14, "extended_after_days": 28,
    "interrupted_days": 364, "steroid_window_days": 2, "late_onset_below": 1.5, "late_onset_from_days": 28,
    "few_below_count": 40, "few_below_percent": 3, "few_fall_percent": 90, "coarse_step_count": 5,
    "coarse_step_percent": 0.5, "unusual_baseline_days": 21, "after_other_drug_days": 365, "usual_baseline_days": 365,
    "earlier_interval_days": 730, "returning_from_days": 140, "returning_continuous_days": 56,
    "missing_from_weeks": 130, "broad_grade": 3, "broad_grade_neutrophils": 2, "broad_grade_lymphocytes_fell": 2,
    "broad_slow_from_days": 365, "undone_apart_days": 7, "high_lymphocytes": 5, "high_fold": 1.5,
    "booking_within_days": 400, "past_after_days": 14, "past_after_days_continuous": 7, "labs_old_days": 365,
    "urgent_stands_days": 28, "unrepeated_weeks": 78, "decline_few_fold": 1.25, "unit_step_percent": 25,
    "step_return_fold": 2, "old_baseline_days": 365, "about_same_percent": 20, "old_level_percent": 30,
    "limit_within_months": 24, "infections_within_days": 365,
    "mismatch_percent": 10, "mismatch_steps": 2, "current_weeks": 26,
    "rcv_z": 1.96, "trend_least_days": 4, "trend_least_span_days": 180, "trend_p_below": 0.10, "trend_exact_up_to": 10,
    "trend_interval_from_days": 5,
    "trend_confidence": 0.95, "days_per_year": 365.25,
    "early_from_days": 3, "early_until_days": 84, "risk_neutrophils_below": 1.0, "risk_lymphocytes_below": 0.5,
    "igg_low_below": 5, "unit_jump_fold": 300, "unit_return_fold": 10,
    "close_courses_days": 140, "close_courses_older_days": 152, "gap_weeks": 26, "gap_infusion_weeks": 78,
    "vaccine_from_days": 84, "vaccine_until_days": 28, "event_lookback_days": 42, "steroid_course_days": 21,
    "infection_days": 7,
    "early_window_from_days": 70, "early_window_to_days": 112, "sustained_from_days": 14,
    "mostly_depleted_percent": 80, "pre_dose_days": 56, "labs_due_within_days": 28,
    "labs_recent_days": 28,
}  # fmt: skip
#: Sources that no entry names: they belong to figures without a `source` key.
UNREFERENCED = {"hemoglobin-units", "kesimpta-leaflet"}


def test_the_grading_is_that_of_ctcae_v5():
    assert CATALOG.grading_name == "CTCAE v5.0"
    cuts = {analyte: tuple(cut for _, cut in reversed(grades)) for analyte, grades in CTCAE_CUTS.items()}
    assert {g.analyte: g.cuts for g in CATALOG.gradings.values()} == cuts
    assert {g.analyte: g.meddra for g in CATALOG.gradings.values()} == MEDDRA


def test_the_telephone_limits():
    assert {limit.analyte: (limit.below, limit.above) for limit in CATALOG.critical_limits.values()} == CRITICAL


def test_the_variation_is_the_published_one():
    assert {one.analyte: (one.cvi, one.cva or 0.0) for one in CATALOG.variations.values()} == VARIATION


@pytest.mark.parametrize(("analyte", "published"), RCV.items())
def test_reference_change_values_are_the_published_ones(analyte, published):
    assert rcv_limits(CATALOG)[analyte] == pytest.approx(published, abs=0.06)


def test_the_rough_figure_of_igg_and_none_where_none_is_published():
    sigma = math.sqrt(math.log(1 + 0.101**2))  # a total: nothing is added for the analysis
    limits = tuple(100 * (math.exp(sign * 1.96 * math.sqrt(2) * sigma) - 1) for sign in (-1, 1))
    assert rcv_limits(CATALOG)["igg"] == pytest.approx(limits, rel=1e-9)
    assert "rough" in CATALOG.variations["igg"].note
    without = {"iga", "igm", "cd19", "cd20", "cd4_cd8_ratio", "immature_granulocytes"}
    percentages = {name for name in CATALOG.analytes if name.endswith("_pct")}
    assert set(CATALOG.analytes) - set(CATALOG.variations) == without | percentages


def test_generic_intervals():
    found = {a.id: (a.interval.low, a.interval.high) for a in CATALOG.analytes.values() if a.interval}
    assert found == INTERVALS | MORE_INTERVALS


def test_sex_dependent_analytes_have_no_generic_interval():
    assert [CATALOG.analytes[name].interval for name in ("hemoglobin", "hematocrit", "rbc")] == [None] * 3


def test_input_limits():
    assert {name: CATALOG.analytes[name].limits for name in LIMITS} == LIMITS
    assert {a.limits for a in CATALOG.analytes.values() if a.id.endswith("_pct")} == {(0, 100)}


def test_the_kinds_of_analytes():
    assert {kind: CATALOG.of_kind(kind) for kind in KINDS} == KINDS
    assert {a.kind for a in CATALOG.analytes.values()} == {*KINDS, ""}
    assert {a.id for a in CATALOG.analytes.values() if a.is_blood_count} == set(KINDS["blood_count"])
    assert {a.id for a in CATALOG.analytes.values() if a.is_b_cells} == set(KINDS["b_cells"])


def test_a_percentage_knows_its_count():
    """By the names of the analytes, the second way: a percentage is called as its count, with `_pct`."""
    for analyte in CATALOG.analytes.values():
        assert analyte.count_id == analyte.id.removesuffix("_pct")
        assert analyte.is_percent == analyte.id.endswith("_pct")


def test_only_ofatumumab_is_given_every_few_weeks():
    assert [drug.id for drug in CATALOG.drugs.values() if drug.is_continuous] == ["ofatumumab"]


def test_units_are_inferred_for_four_analytes_only():
    assert {a.id: a.infer for a in CATALOG.analytes.values() if a.infer} == INFER


def test_named_figures_are_those_of_the_design():
    assert {name: CATALOG.figure(name) for name in THRESHOLDS} == THRESHOLDS
    assert set(CATALOG.thresholds) == set(THRESHOLDS)


def test_every_figure_names_a_source_that_exists():
    """Read the files anew: an entry without the key would not be seen in the loaded catalogue."""
    entries = {"ctcae.toml": "grading", "critical.toml": "critical", "variation.toml": "variation",
               "thresholds.toml": "threshold", "drugs.toml": "drug"}  # fmt: skip
    for file, name in entries.items():
        for entry in tomllib.loads((FOLDER / file).read_text(encoding="utf-8"))[name]:
            assert entry["source"] in CATALOG.sources, (file, entry)
    assert [a.id for a in CATALOG.analytes.values() if a.interval and a.interval.source not in CATALOG.sources] == []


def test_every_source_is_used_and_says_something():
    named = {entry.source for group in (CATALOG.gradings, CATALOG.critical_limits, CATALOG.variations,
             CATALOG.smallest_changes, CATALOG.thresholds, CATALOG.drugs) for entry in group.values()}  # fmt: skip
    named |= {a.interval.source for a in CATALOG.analytes.values() if a.interval}
    named |= {drug.source for drug in CATALOG.lists.other_drugs.values()}
    named |= {source for flag in CATALOG.flags.values() for source in flag.sources}
    assert set(CATALOG.sources) - named == UNREFERENCED
    assert [source.id for source in CATALOG.sources.values() if len(source.text) < 10] == []
    assert {source.certainty for source in CATALOG.sources.values()} <= {"HIGH", "MEDIUM", "OUR CHOICE"}


def test_every_threshold_is_used_by_the_program():
    """A figure that no rule reads would be a promise in `explain` that nobody keeps."""
    package = FOLDER.parent
    code = "\n".join(path.read_text(encoding="utf-8") for path in package.rglob("*.py"))
    assert [name for name in CATALOG.thresholds if f'"{name}"' not in code] == []


@pytest.mark.parametrize("path", sorted((FOLDER.parent / "flags").glob("*rules*.py")), ids=lambda path: path.name)
def test_no_clinical_figure_stands_in_the_rules(path):
    """Thresholds live in the catalogue; the rules compare with 0, 1 and 2 at most (7 days make a week)."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    keys = {
        id(number)
        for node in ast.walk(tree)
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Pow)
        for number in (node.left, node.right)
    }  # 10**7 * patient + day: a key, no figure
    numbers = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in keys}
    assert {number for number in numbers if type(number) in (int, float)} <= {0, 1, 2, 7}


def test_the_version_is_told():
    assert CATALOG.version
    assert CATALOG.disclaimer == "Educational information, not medical advice."
    assert Path(FOLDER / "catalog.toml").exists()
