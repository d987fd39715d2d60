"""The JSON Schema (draft 2020-12) of what `report --format json` prints."""

from __future__ import annotations

from pathlib import Path

_FILE = Path(__file__).parent / "report.schema.json"


def report_schema() -> str:
    """Return the schema as JSON text; tests hold its words against the catalogue and the code."""
    return _FILE.read_text(encoding="utf-8").rstrip("\n")
