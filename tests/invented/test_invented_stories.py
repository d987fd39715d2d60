"""Each of the forty stories shows what it is for, whoever it is told of."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import pytest

from wbc_tracker.analysis import Analysis
from wbc_tracker.catalog import load_catalog
from wbc_tracker.dataset import from_readings
from wbc_tracker.intake import ReadingOptions, read_event_bytes, read_infusion_bytes, read_lab_bytes
from wbc_tracker.invented.files import invent_files
from wbc_tracker.patient.build import build_report
from wbc_tracker.patient.model import PatientReport

READERS = {"infusions": read_infusion_bytes, "events": read_event_bytes}
DAY = "2026-11-23"


@cache
def clinic(seed: int) -> dict[int, PatientReport]:
    """Return the reports of the forty by their number, read from their files."""
    labs, besides = [], {"infusions": [], "events": []}
    for file in invent_files(40, seed):
        if file.kind == "labs":
            options = ReadingOptions(DAY, patient=file.patient or "me", is_patient_named=bool(file.patient))
            labs.append(read_lab_bytes(file.raw, file.name, options))
        else:
            besides[file.kind].append(READERS[file.kind](file.raw, file.name, ReadingOptions(DAY)))
    dataset = from_readings(labs, besides["infusions"], DAY, besides["events"])
    reports = build_report(Analysis(dataset, "before", load_catalog()), {}).patients
    return {int(report.patient_id.removeprefix("demo-")): report for report in reports}


def serious(report: PatientReport) -> set[str]:
    """Return the codes of flags to discuss or urgent ones, current or not."""
    return {flag.code for flag in report.flags if flag.calls}


@pytest.mark.parametrize("seed", [1, 7])
@pytest.mark.parametrize(
    ("numbers", "pattern", "flags"),
    [
        (range(1, 11), "as_described", []),
        ([11, 12], "differs", ["b_cells_not_depleted"]),
        ([13, 14, 15], "as_described", ["extended_interval", "b_cells_returning"]),
        ([16], "returning", ["extended_interval"]),
        ([17], "after_treatment", []),
        ([18, 19], "returning", ["extended_interval"]),
        ([20], "as_described", ["late_onset_neutropenia"]),
        ([21], "differs", ["late_onset_neutropenia", "critical_value"]),
        ([22, 23, 24], "differs", ["lymphopenia"]),
        ([25, 26, 27], "as_described", ["low_immunoglobulin"]),
        ([28], "as_described", ["thrombocytopenia"]),
        ([29], "as_described", ["anemia"]),
        ([30], "as_described", ["critical_value", "high_count"]),
        ([31, 32, 33, 34, 35], "not_assessable", []),
        ([36], "as_described", []),
        ([37, 38], "as_described", ["monitoring_gap"]),
        ([39, 40], "as_described", ["conflicting_result"]),
    ],
)
def test_a_story_shows_what_it_is_for(seed: int, numbers: Sequence[int], pattern: str, flags: list[str]) -> None:
    for number in numbers:
        report = clinic(seed)[number]
        assert (number, report.pattern.code) == (number, pattern)
        assert {code for code in flags if code not in {flag.code for flag in report.flags}} == set(), number


@pytest.mark.parametrize("seed", [1, 7])
def test_what_is_no_story_is_calm(seed: int) -> None:
    """Of those who are as described nothing is to be discussed but what a trend says."""
    for number in [*range(1, 11), 36, 37, 38]:
        assert serious(clinic(seed)[number]) <= {"gradual_decline"}, number
