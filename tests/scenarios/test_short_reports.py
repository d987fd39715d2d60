"""The short report of each invented patient: one screen of 80 columns, its answers first, in plain words."""

from __future__ import annotations

import re

import pytest
from tables.scenarios import EXPECTED, inputs_of, patient_of

from wbc_tracker.catalog import load_catalog

SCREEN, WIDTH = 23, 80


@pytest.fixture
def report(wbc, monkeypatch):
    """The short report as a terminal of 80 columns shows it, and what calls for something."""
    monkeypatch.setattr("wbc_tracker.cli.deliver.terminal_width", lambda: WIDTH)

    def run(name: str) -> tuple[list[str], list[dict], dict]:
        asked = ("report", *inputs_of(name), "--as-of", EXPECTED[name]["as_of"])
        short, whole = wbc(*asked), patient_of(name, wbc)
        remarks = [
            line[start : start + WIDTH]
            for line in short.err.splitlines()
            for start in range(0, max(1, len(line)), WIDTH)
        ]
        calls = [f for f in whole["flags"] if f["current"] and f["severity"] in ("discuss", "urgent")]
        return [*remarks, *short.out.rstrip("\n").split("\n")], calls, whole

    return run


@pytest.mark.parametrize("name", EXPECTED)
def test_what_matters_stands_on_the_first_screen(name, report):
    lines, calls, whole = report(name)
    assert [line for line in lines if len(line) > WIDTH] == []
    if not calls:
        assert len(lines) <= SCREEN, "\n".join(lines)
    screen, everything = (" ".join(" ".join(part).split()) for part in (lines[:SCREEN], lines))
    steps, urgent = {step_of(flag, whole) for flag in calls}, {}
    for flag in calls:
        if flag["severity"] == "urgent":
            urgent.setdefault((flag["analyte"], flag["collected_at"]), set()).add(step_of(flag, whole))
    assert [count for count, own in urgent.items() if not any(step in screen for step in own)] == []
    assert [step for step in steps if everything.count(step) > 1] == []
    due = [flag["message"] for flag in whole["flags"] if flag["code"] in ("next_infusion", "labs_due")]
    assert [message for message in due if message not in screen] == []
    _no_code_stands_in_the_prose(lines)


def _no_code_stands_in_the_prose(lines):
    prose = re.sub(r"wbc-tracker [^.]*", "", " ".join(lines[1:]))
    codes = {*load_catalog().flags, *load_catalog().analytes} - {"hemoglobin", "platelets", "neutrophils"}
    found = {word for word in re.findall(r"\b[a-z0-9]+(?:_[a-z0-9]+)+\b", prose) if word in codes}
    assert found == set()


def step_of(flag: dict, whole: dict) -> str:
    """The step that the catalogue gives for a flag, by the grade of its result."""
    grades = [
        result["ctcae_v5_grade"]
        for draw in whole["draws"]
        for result in draw["results"]
        if (draw["collected_at"], result["analyte"]) == (flag["collected_at"], flag["analyte"])
    ]
    return load_catalog().flags[flag["code"]].step_of(grades[0] if grades else None)


def test_an_urgent_value_says_once_what_to_do(report):
    lines, _, _ = report("s11")
    screen = " ".join(" ".join(lines[:SCREEN]).split())
    assert screen.count("Contact your care team now; with fever or feeling ill, seek emergency care.") == 1
    assert lines[2].startswith("  Urgent: neutrophils 0.3 ")


def test_a_trend_is_no_chance(wbc):
    """White cells of s13 fall by 36 % over 144 weeks: nobody is told that one in twenty counts lies that far away."""
    patient = patient_of("s13", wbc)
    assert "39 % lower than before treatment" in patient["pattern"]["sentence"]
    assert "by chance" not in patient["pattern"]["sentence"]


def test_a_count_of_the_day_itself(report):
    lines, _, _ = report("s33")
    assert "Drawn on the day of an infusion: the steroid" in " ".join(" ".join(lines).split())


def test_a_count_that_a_steroid_raises_says_so_where_it_is_told(report):
    """White cells of s55 are 13.8 a day after the infusion; the pattern is about the draw before."""
    lines, _, _ = report("s55")
    told = " ".join(" ".join(lines).split())
    assert "white cells are about where they were" in told
    assert (
        "White cells 13.8 x10⁹/L (lab's interval 4.0-11.0), 116 % higher than before treatment; stable. Drawn 1 day "
        "after an infusion: the steroid given with it raises this count for a day or two."
    ) in told
