"""A private home, an empty store and `wbc`: the program in this process."""

from __future__ import annotations

import io
import sys

import pytest
from tables.runs import Run, labs_text

from wbc_tracker.cli import main


@pytest.fixture(autouse=True)
def _private_home(tmp_path, monkeypatch):
    """Keep the user's own store, terminal and colours out of the tests."""
    for name in ("FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS", "NO_COLOR", "TERMINAL_WIDTH"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home" / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / "config"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("WBC_TRACKER_DB", raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def db(tmp_path, monkeypatch):
    """The path of the store, which WBC_TRACKER_DB names; nothing is there yet."""
    path = tmp_path / "store" / "wbc.db"
    monkeypatch.setenv("WBC_TRACKER_DB", str(path))
    return path


@pytest.fixture
def wbc(db, monkeypatch, capfdbinary):
    """Run the program through its one boundary: `wbc("report", "--patient", "me")`."""

    def run(*arguments: object, stdin: bytes | None = b"") -> Run:
        monkeypatch.setattr(sys, "argv", ["wbc-tracker", *(str(argument) for argument in arguments)])
        given = None if stdin is None else io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8")
        monkeypatch.setattr(sys, "stdin", given)
        capfdbinary.readouterr()
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capfdbinary.readouterr()
        code = ended.value.code
        return Run(0 if code is None else int(code), captured.out, captured.err.decode("utf-8"))

    return run


@pytest.fixture
def file(tmp_path):
    """Write a file: `file("labs.csv", "2024-01-02 WBC 6.5")` or whole lines with their own header."""

    def write(name: str, *lines: str, header: str | None = None):
        path = tmp_path / name
        path.write_text(labs_text(*lines, header=header), encoding="utf-8")
        return path

    return write
