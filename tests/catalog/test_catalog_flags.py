"""The flags of the catalogue: rule and entry belong together, every statement is taught, nothing advises."""

from __future__ import annotations

import dataclasses
import re
import string

import pytest
from tables.labs import SPLIT, annotated, at

from wbc_tracker.catalog import Severity, load_catalog
from wbc_tracker.flags.facts import collect_facts
from wbc_tracker.flags.patient import PATIENT_RULES
from wbc_tracker.flags.rules import OTHER_SEVERITY, RULES

CATALOG = load_catalog()

#: Design section 7.
SEVERITY = {
    "critical_value": "urgent",
    "late_onset_neutropenia": "discuss",
    "infection_risk": "discuss",
    "early_broad_drop": "discuss",
    "broad_fall": "discuss",
    "infusion_missing": "discuss",
    "b_cells_few": "info",
    "high_count": "info",
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
    "labs_due": "info",
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
    "b_cells_few": "D1 D2", "infusion_missing": "D1", "broad_fall": "D4 D5", "high_count": "D10", "labs_due": "D10",
}  # fmt: skip
OTHER = {
    "low_immunoglobulin": "discuss", "gradual_decline": "info", "b_cells_returning": "discuss",
    "high_count": "discuss", "conflicting_result": "discuss",
}  # fmt: skip
OF_PATIENT = {"next_infusion", "labs_due", "vaccine_window", "monitoring_gap"}


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
    figures = set(re.findall(r"\d+(?:\.\d+)?", re.sub(r"CTCAE v5\.0|CD\d+|x10⁹|day 0-2|0-2 days", "", flag.rule)))
    known = {f"{CATALOG.thresholds[name].value:g}" for name in flag.thresholds}
    if code == "gradual_decline":  # how much is worth telling, an analyte each
        known |= {f"{smallest.percent:g}" for smallest in CATALOG.smallest_changes.values()}
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
    flag = CATALOG.flags[code]
    grades = [grade for grade, severity in flag.severity_by_grade.items() if severity == Severity.URGENT]
    for grade in grades or [""]:
        assert "care team now" in flag.next_step_by_grade.get(grade, flag.next_step).lower()


@pytest.mark.parametrize("code", urgent_codes())
def test_only_the_step_of_an_urgent_grade_sends_anyone_at_once(code):
    """Grade 2 beside "Contact your care team now" would frighten for nothing; bruises beside platelets need it."""
    flag = CATALOG.flags[code]
    if flag.severity_by_grade and code != "thrombocytopenia":
        assert "now" not in flag.next_step.lower().split()


class Recorder:
    """A catalogue that writes down which figures are asked of it."""

    def __init__(self) -> None:
        self.asked: set[str] = set()

    def __getattr__(self, name: str) -> object:
        return getattr(CATALOG, name)

    def figure(self, name: str) -> float:
        self.asked.add(name)
        return CATALOG.figure(name)


@pytest.mark.parametrize("code", RULES)
def test_a_flag_names_every_figure_that_its_rule_asks_for(code):
    """`explain` shows the thresholds of a flag: none that decides may be missing there."""
    labs = at("-5 wbc 9.0", "-5 lymphocytes 2.0", "60 wbc 0.9", "60 wbc 12", "60 lymphocytes 0.3", "60 cd19 2",
              "60 neutrophils 0.4", "60 igg 4", "90 cd19 50", "95 wbc 6", "110 wbc 6", "110 wbc 0.006")  # fmt: skip
    recorder = Recorder()
    facts = dataclasses.replace(collect_facts(annotated(labs, *SPLIT), CATALOG), catalog=recorder)
    RULES[code](facts)
    OTHER_SEVERITY.get(code, RULES[code])(facts)
    assert recorder.asked - set(CATALOG.flags[code].thresholds) == set()
