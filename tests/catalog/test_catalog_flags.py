"""The flags of the catalogue: rule and entry belong together, every statement is taught, nothing advises."""

from __future__ import annotations

import re
import string

import pytest

from wbc_tracker.catalog import SEVERITIES, load_catalog
from wbc_tracker.flags.rules import RULES

CATALOG = load_catalog()

#: Design section 7. Flags of the patient and those of later issues are listed below.
SEVERITY = {
    "critical_value": "urgent",
    "late_onset_neutropenia": "discuss",
    "b_cells_not_depleted": "discuss",
    "b_cells_returning": "info",
    "conflicting_result": "info",
    "differential_mismatch": "info",
    "unit_inferred": "info",
    "selective_depletion": "expected",
    "b_cells_depleted": "expected",
    "wbc_stable": "expected",
}
BY_GRADE = {
    "leukopenia": "info info discuss urgent",
    "lymphopenia": "info info discuss urgent",
    "neutropenia": "info discuss urgent urgent",
    "cd4_low": "info info discuss urgent",
    "thrombocytopenia": "info info discuss urgent",
    "anemia": "info info discuss",  # grade 4 is a clinical judgement, not a number
}
TEACHES = {
    "b_cells_depleted": "D1 D2", "b_cells_not_depleted": "D1 D2", "b_cells_returning": "D1 D9", "wbc_stable": "D4",
    "selective_depletion": "D1 D3 D4", **dict.fromkeys(BY_GRADE, "D7"), "late_onset_neutropenia": "D3 D7",
    "critical_value": "D10", "conflicting_result": "", "differential_mismatch": "", "unit_inferred": "",
}  # fmt: skip
#: Flags of the design that a later issue brings, and the statements that only they teach. Empty both in the end.
LATER = {
    "gradual_decline", "early_broad_drop", "t_cell_shift", "low_immunoglobulin", "infection_risk", "steroid_window",
    "extended_interval", "unit_suspect", "next_infusion", "vaccine_window", "monitoring_gap",
}  # fmt: skip
TAUGHT_LATER = {"D5", "D6", "D8"}


def test_the_flags_are_those_of_the_design():
    assert set(CATALOG.flags) | LATER == {*SEVERITY, *BY_GRADE, *LATER}
    assert set(CATALOG.flags) & LATER == set()  # a flag that has come is taken off the list


def test_severities():
    assert SEVERITIES == ("expected", "info", "discuss", "urgent")
    plain = {flag.code: flag.severity for flag in CATALOG.flags.values() if not flag.analyte}
    graded = {
        flag.code: " ".join(flag.severity_by_grade[grade] for grade in sorted(flag.severity_by_grade))
        for flag in CATALOG.flags.values()
        if flag.analyte
    }
    assert (plain, graded) == (SEVERITY, BY_GRADE)


def test_every_rule_has_an_entry_and_every_entry_a_rule():
    by_rule = {flag.code for flag in CATALOG.flags.values() if flag.analyte is None}
    assert set(RULES) == by_rule


def test_every_grade_that_the_cuts_can_reach_has_a_severity():
    """A grade without one would not be flagged at all."""
    for flag in CATALOG.flags.values():
        if flag.analyte:
            reachable = range(1, len(CATALOG.gradings[flag.analyte].cuts) + 2)
            assert set(flag.severity_by_grade) == {str(grade) for grade in reachable}


def test_every_graded_analyte_has_one_flag():
    graded = [flag.analyte for flag in CATALOG.flags.values() if flag.analyte]
    assert sorted(graded) == sorted(CATALOG.gradings)


def test_what_each_flag_teaches():
    assert {flag.code: " ".join(flag.statements) for flag in CATALOG.flags.values()} == TEACHES


def test_every_statement_is_taught_by_some_flag():
    assert list(CATALOG.statements) == [f"D{number}" for number in range(1, 11)]
    taught = {statement for flag in CATALOG.flags.values() for statement in flag.statements}
    assert set(CATALOG.statements) - taught == TAUGHT_LATER


@pytest.mark.parametrize("code", CATALOG.flags)
def test_a_flag_says_rule_limits_of_meaning_and_next_step(code):
    flag = CATALOG.flags[code]
    for text in (flag.rule, flag.message, flag.means_not, flag.next_step):
        assert text.strip() == text
        assert text.endswith((".", "}"))
    assert flag.title == flag.title.strip(".")


@pytest.mark.parametrize("code", CATALOG.flags)
def test_a_clinical_flag_has_a_source_and_its_figures_are_named(code):
    flag = CATALOG.flags[code]
    if code not in ("conflicting_result",):  # nothing is measured against anything
        assert flag.sources
    figures = set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"CTCAE v5\.0|CD\d+|10\^9|day 0-2|0-2 days", "", flag.rule)))
    known = {f"{CATALOG.thresholds[name].value:g}" for name in flag.thresholds}
    assert figures - known - {"1", "3"} == set()


@pytest.mark.parametrize("code", CATALOG.flags)
def test_messages_name_the_analyte_the_value_and_the_date(code):
    fields = {name for _, name, _, _ in string.Formatter().parse(CATALOG.flags[code].message) if name}
    assert {"analyte", "value", "date"} <= fields
    if CATALOG.flags[code].analyte:
        assert {"grade", "inside"} <= fields


#: A tool that educates names no dose and no diagnosis, and never tells anyone that they are fine.
ADVICE = r"\b(you are fine|nothing to worry|harmless|stop (taking|the)|skip|delay (the|your)|take \d|mg\b|reassur)"


@pytest.mark.parametrize("code", CATALOG.flags)
def test_no_text_advises(code):
    flag = CATALOG.flags[code]
    text = " ".join((flag.title, flag.rule, flag.message, flag.means_not, flag.next_step)).lower()
    assert re.findall(ADVICE, text) == []


def urgent_codes() -> list[str]:
    """Return the flags that can be urgent, some of them by their grade."""
    return [
        flag.code for flag in CATALOG.flags.values() if "urgent" in (flag.severity, *flag.severity_by_grade.values())
    ]


def test_which_flags_can_be_urgent():
    assert urgent_codes() == [
        "critical_value",
        "neutropenia",
        "leukopenia",
        "lymphopenia",
        "cd4_low",
        "thrombocytopenia",
    ]


@pytest.mark.parametrize("code", urgent_codes())
def test_what_can_be_urgent_says_whom_to_contact_now(code):
    """Severity urgent means: contact the care team now. "Ask at the next appointment" beside it would undo that."""
    assert "care team now" in CATALOG.flags[code].next_step.lower()
