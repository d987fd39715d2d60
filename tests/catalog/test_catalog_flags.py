"""The flags of the catalogue: rule and entry belong together, every statement is taught, nothing advises."""

from __future__ import annotations

import re
import string

import pytest

from wbc_tracker.catalog import Severity, load_catalog
from wbc_tracker.flags.patient import PATIENT_RULES
from wbc_tracker.flags.rules import OTHER_SEVERITY, RULES

CATALOG = load_catalog()

#: Design section 7.
SEVERITY = {
    "critical_value": "urgent",
    "late_onset_neutropenia": "discuss",
    "infection_risk": "discuss",
    "early_broad_drop": "discuss",
    "low_immunoglobulin": "info",
    "gradual_decline": "discuss",
    "b_cells_not_depleted": "discuss",
    "b_cells_returning": "info",
    "conflicting_result": "info",
    "differential_mismatch": "info",
    "unit_inferred": "info",
    "unit_suspect": "info",
    "t_cell_shift": "info",
    "extended_interval": "info",
    "steroid_window": "info",
    "next_infusion": "info",
    "monitoring_gap": "info",
    "vaccine_window": "info",
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
    "unit_suspect": "", "gradual_decline": "D5", "early_broad_drop": "D3", "t_cell_shift": "D6",
    "low_immunoglobulin": "D7 D9", "infection_risk": "D7", "steroid_window": "D10", "extended_interval": "D9",
    "next_infusion": "D9", "vaccine_window": "D8", "monitoring_gap": "D10",
}  # fmt: skip
OTHER = {"low_immunoglobulin": "discuss", "gradual_decline": "info"}
OF_PATIENT = {"next_infusion", "vaccine_window", "monitoring_gap"}


def test_the_flags_are_those_of_the_design():
    assert set(CATALOG.flags) == {*SEVERITY, *BY_GRADE}
    assert {flag.code for flag in CATALOG.flags.values() if flag.is_of_patient} == OF_PATIENT


def test_severities():
    assert [severity.word for severity in Severity] == ["expected", "info", "discuss", "urgent"]
    assert Severity.EXPECTED < Severity.INFO < Severity.DISCUSS < Severity.URGENT
    assert all(severity and f"{severity:>9}" == severity.word.rjust(9) for severity in Severity)
    assert all(Severity.of(str(severity)) is severity for severity in Severity)
    plain = {flag.code: flag.severity.word for flag in CATALOG.flags.values() if not flag.analyte}
    graded = {
        flag.code: " ".join(flag.severity_by_grade[grade].word for grade in sorted(flag.severity_by_grade))
        for flag in CATALOG.flags.values()
        if flag.analyte
    }
    assert (plain, graded) == (SEVERITY, BY_GRADE)
    assert {
        flag.code: str(flag.other_severity) for flag in CATALOG.flags.values() if flag.other_severity is not None
    } == OTHER


def test_every_rule_has_an_entry_and_every_entry_a_rule():
    by_rule = {flag.code for flag in CATALOG.flags.values() if flag.analyte is None}
    assert set(RULES) | set(PATIENT_RULES) == by_rule
    assert set(PATIENT_RULES) == OF_PATIENT
    assert set(OTHER_SEVERITY) == set(OTHER)


def test_only_a_gradual_decline_does_not_speak_against_the_picture():
    """The document expects it (D5); every other flag to discuss or urgent one vetoes the pattern."""
    assert [flag.code for flag in CATALOG.flags.values() if not flag.against_pattern] == ["gradual_decline"]


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
    assert set(CATALOG.statements) == taught


def told(flag) -> tuple[str, ...]:
    """Return the sentences of a flag: its message, or one for each situation."""
    return tuple(flag.situations.values()) or (flag.message,)


@pytest.mark.parametrize("code", CATALOG.flags)
def test_a_flag_says_rule_limits_of_meaning_and_next_step(code):
    flag = CATALOG.flags[code]
    for text in (flag.rule, *told(flag), flag.means_not, flag.next_step):
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
    assert figures - known - {"1", "2", "3"} == set()


@pytest.mark.parametrize("code", sorted(set(CATALOG.flags) - OF_PATIENT))
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
    text = " ".join((flag.title, flag.rule, *told(flag), flag.means_not, flag.next_step)).lower()
    assert re.findall(ADVICE, text) == []


#: "Nothing anywhere calls an unknown value normal": where normal is said at all, it is denied or it is variation.
NORMAL = r"\bnormal\b(?! variation)"


@pytest.mark.parametrize("code", CATALOG.flags)
def test_no_text_calls_anything_normal(code):
    flag = CATALOG.flags[code]
    for text in (flag.title, flag.rule, *told(flag), flag.next_step):
        assert re.findall(NORMAL, text.lower()) == []
    denied = [sentence for sentence in re.split(r"[.;]", flag.means_not) if re.findall(NORMAL, sentence.lower())]
    assert [sentence for sentence in denied if not re.search(r"\b(not|nor)\b", sentence)] == []


def urgent_codes() -> list[str]:
    """Return the flags that can be urgent, some of them by their grade."""
    return [
        flag.code
        for flag in CATALOG.flags.values()
        if Severity.URGENT in (flag.severity, *flag.severity_by_grade.values())
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
