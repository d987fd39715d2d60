"""The report of the examples, word for word. To accept a wanted change: UPDATE_GOLDEN=1 pytest, then read the diff."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from tables.runs import CLINIC, ON_THE_DAY, ONE

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("report_example.txt", ["report", *ONE, "--full"]),
        ("report_example_short.txt", ["report", *ONE]),
        ("report_clinic.txt", ["report", *CLINIC]),
        ("report_clinic_21.txt", ["report", *CLINIC, "--patient", "clinic-21", "--full"]),
        ("report_example.md", ["report", *ONE, "--format", "markdown"]),
    ],
)
def test_the_report_of_the_examples(wbc, name, words):
    done = wbc(*words, *ON_THE_DAY)
    assert done.code == 0
    path = GOLDEN / name
    if os.environ.get("UPDATE_GOLDEN"):
        path.write_bytes(done.out_bytes)
    assert done.lines == path.read_text(encoding="utf-8").splitlines()
