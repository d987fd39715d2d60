"""The invented patients of `scenarios/`, with their right answers."""

from __future__ import annotations

import tomllib
from pathlib import Path

_HERE = Path(__file__).parent.parent / "scenarios"
EXPECTED = tomllib.loads((_HERE / "expected.toml").read_text(encoding="utf-8"))
_OPTIONS = {"labs": "--labs", "inf": "--infusions", "ev": "--events"}


def inputs_of(name: str) -> list[str]:
    """The options that name the files of a patient."""
    return [
        part
        for end, option in _OPTIONS.items()
        if (path := _HERE / "patients" / f"{name}_{end}.csv").exists()
        for part in (option, str(path))
    ]
