"""A private home and `tracker`: the program in this process, through its one boundary."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass

import pytest

from wbc_tracker.cli import main


@dataclass(frozen=True)
class Run:
    """What one call gave: exit code, standard output and standard error."""

    code: int
    out: str
    err: str


@pytest.fixture
def tracker(tmp_path, monkeypatch, capfdbinary):
    """Run the program as a user does: `tracker("export", "-", "--labs", path)`."""
    for name in ("FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS", "NO_COLOR", "TERMINAL_WIDTH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home" / "data"))
    monkeypatch.setenv("WBC_TRACKER_DB", str(tmp_path / "wbc.db"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)

    def run(*arguments: object) -> Run:
        monkeypatch.setattr(sys, "argv", ["wbc-tracker", *(str(argument) for argument in arguments)])
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b""), encoding="utf-8"))
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capfdbinary.readouterr()
        return Run(int(ended.value.code or 0), captured.out.decode("utf-8"), captured.err.decode("utf-8"))

    return run
