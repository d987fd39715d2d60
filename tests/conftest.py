"""Shared by all tests: a private home, the program in this process, and properties that are repeatable.

Hypothesis tries the same examples in every run, so that a run says something about the change and not about
its luck. `HYPOTHESIS_PROFILE=quick python -m pytest` tries few of them, for the inner loop; `search` looks for
new ones. A property that names a number of its own asks `tables.trials.examples` for it.
"""

from __future__ import annotations

import io
import os
import sys

import pytest
from hypothesis import settings
from tables.runs import Run

settings.register_profile("repeatable", derandomize=True, deadline=None)
settings.register_profile("quick", derandomize=True, deadline=None, max_examples=20)
settings.register_profile("search", deadline=None, max_examples=500)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "repeatable"))


#: Files of few and long tests: at the end one process would wait for the other.
_LONG = ("test_readme_stories.py", "test_browser_", "test_reference_lives.py", "test_store_crash.py")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with the long tests; all others stay in their order."""
    items.sort(key=lambda item: not item.path.name.startswith(_LONG))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    """Give each process the tests of whole files, as far as it goes: what a file computes once is computed once."""
    from xdist.scheduler import WorkStealingScheduling

    return WorkStealingScheduling(config, log)


@pytest.fixture
def private_home(tmp_path, monkeypatch):
    """Keep the user's own store, terminal and colours out of the tests."""
    for name in ("FORCE_COLOR", "PY_COLORS", "GITHUB_ACTIONS", "NO_COLOR", "TERMINAL_WIDTH", "WBC_TRACKER_DB"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home" / "data"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / "config"))
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def db(private_home, tmp_path, monkeypatch):
    """The path of the store, which WBC_TRACKER_DB names; nothing is there yet."""
    path = tmp_path / "store" / "wbc.db"
    monkeypatch.setenv("WBC_TRACKER_DB", str(path))
    return path


@pytest.fixture
def wbc(db, monkeypatch, capfdbinary):
    """Run the program through its one boundary: `wbc("report", "--patient", "me")`."""

    from wbc_tracker.cli import main

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
