"""The invented patients of `scenarios/`, with their right answers."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tables.runs import Run

_HERE = Path(__file__).parent.parent / "scenarios"
EXPECTED = tomllib.loads((_HERE / "expected.toml").read_text(encoding="utf-8"))
_OPTIONS = {"labs": "--labs", "inf": "--infusions", "ev": "--events"}
#: Name -> what the program printed, once for all tests of a process.
_REPORTS: dict[str, str] = {}


def inputs_of(name: str) -> list[str]:
    """The options that name the files of a patient."""
    return [
        part
        for end, option in _OPTIONS.items()
        if (path := _HERE / "patients" / f"{name}_{end}.csv").exists()
        for part in (option, str(path))
    ]


def patient_of(name: str, wbc: Callable[..., Run]) -> dict[str, Any]:
    """The report of a patient as JSON has it."""
    if name not in _REPORTS:
        told = wbc("report", *inputs_of(name), "--as-of", EXPECTED[name]["as_of"], "--format", "json")
        assert told.code in {0, 1}, told.err
        _REPORTS[name] = told.out
    (patient,) = json.loads(_REPORTS[name])["patients"]
    return patient
