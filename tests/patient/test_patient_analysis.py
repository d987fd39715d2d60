"""One analysis for all: each part is computed once, and says of each patient what one of that patient alone says."""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from tables.labs import CATALOG

from wbc_tracker.analysis import Analysis
from wbc_tracker.annotation.courses import find_courses
from wbc_tracker.cli import main
from wbc_tracker.dataset import Dataset, from_readings
from wbc_tracker.flags.facts import collect_facts
from wbc_tracker.intake import ReadingOptions, read_infusions, read_labs
from wbc_tracker.panel.series import collect_panel_series
from wbc_tracker.patient.build import build_report

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
AS_OF = "2026-11-23"


@pytest.fixture(scope="module")
def clinic() -> Dataset:
    options = ReadingOptions(as_of=AS_OF)
    labs = read_labs(EXAMPLES / "clinic_labs.csv", options)
    return from_readings([labs], [read_infusions(EXAMPLES / "clinic_infusions.csv", options)], AS_OF)


@pytest.fixture(scope="module")
def whole(clinic: Dataset) -> Analysis:
    return Analysis(clinic, "before", CATALOG)


def count_calls(monkeypatch: pytest.MonkeyPatch, *functions: Any) -> Counter[str]:
    """Count the calls of functions, wherever in the package they are known."""
    calls: Counter[str] = Counter()

    def counted(function: Any) -> Any:
        def call(*given: Any, **named: Any) -> Any:
            calls[function.__name__] += 1
            return function(*given, **named)

        return call

    for function in functions:
        instead = counted(function)
        for module in [module for name, module in sys.modules.items() if name.startswith("wbc_tracker")]:
            if getattr(module, function.__name__, None) is function:
                monkeypatch.setattr(module, function.__name__, instead)
    return calls


def test_the_json_of_a_clinic_finds_courses_and_collects_facts_once(monkeypatch, tmp_path):
    calls = count_calls(monkeypatch, find_courses, collect_facts)
    files = ["--labs", EXAMPLES / "clinic_labs.csv", "--infusions", EXAMPLES / "clinic_infusions.csv"]
    chosen = ["--as-of", AS_OF, "--severity", "discuss", "--format", "json", "--output", tmp_path / "report.json"]
    monkeypatch.setattr(sys, "argv", ["wbc-tracker", "report", *map(str, [*files, *chosen])])
    with pytest.raises(SystemExit) as ended:
        main()
    assert not ended.value.code
    assert json.loads((tmp_path / "report.json").read_text())["patients"]
    assert calls == {"find_courses": 1, "collect_facts": 1}


def test_the_report_of_a_patient_among_all_is_that_of_the_patient_alone(clinic, whole):
    for patient in build_report(whole, {}).patients:
        alone = Analysis(clinic.of_patient(patient.patient_id), "before", CATALOG)
        assert build_report(alone, {}).patients == [patient]


def test_a_portion_says_what_the_whole_says(clinic, whole):
    chosen = list(reversed(clinic.patients[3:12]))
    expected = build_report(whole, {}, patients=chosen).patients
    drawn = collect_panel_series(whole, chosen).strands
    for place, portion in enumerate(whole.portions(chosen, 5)):
        analysis = portion.resume()
        own = slice(5 * place, 5 * place + 5)
        assert analysis.dataset.patients == chosen[own]
        assert set(analysis.dataset.results["patient_id"]) == set(chosen[own])
        assert build_report(analysis, {}).patients == expected[own]
        assert collect_panel_series(analysis, chosen[own]).strands == drawn[own]
