"""Rules of the house: files that can be read at once, one printer, one clock, no loop over rows, light starts."""

from __future__ import annotations

import ast
import os
import statistics
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

import wbc_tracker

ROOT = Path(wbc_tracker.__file__).parent
FILES = sorted(ROOT.rglob("*.py"))
CORE = [path for path in FILES if path.relative_to(ROOT).parts[0] != "cli"]
PRINTER = ROOT / "cli" / "output.py"
CLOCK = {"today", "now", "utcnow", "time", "time_ns", "localtime", "gmtime", "monotonic", "perf_counter"}
ROW_LOOPS = {"iterrows", "itertuples", "apply", "applymap", "map_rows"}


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@cache
def calls(path: Path) -> frozenset[tuple[str, str]]:
    """Return the calls of a file as (what it is called on, name): `date.today()` is ("date", "today")."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name):
                found.add(("", node.func.id))
            elif isinstance(node.func, ast.Attribute):
                found.add((ast.unparse(node.func.value), node.func.attr))
    return frozenset(found)


@pytest.mark.parametrize("path", FILES, ids=name)
def test_no_file_is_too_long_to_read_at_once(path):
    """Over 300 lines is a sign to look; over 400 two things live in it."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_the_median_file_is_short():
    lengths = [len(path.read_text(encoding="utf-8").splitlines()) for path in FILES]
    assert statistics.median(lengths) <= 150


@pytest.mark.parametrize("path", [path for path in FILES if path != PRINTER], ids=name)
def test_one_place_prints(path):
    prints = {call for call in calls(path) if call[1] in ("print", "echo", "secho", "pprint")}
    prints |= {call for call in calls(path) if call[0] in ("sys.stdout", "sys.stderr") and call[1].startswith("write")}
    assert prints == set()


@pytest.mark.parametrize("path", CORE, ids=name)
def test_the_core_never_reads_the_clock(path):
    assert {call for call in calls(path) if call[1] in CLOCK} == set()
    text = path.read_text(encoding="utf-8")
    assert "CURRENT_TIMESTAMP" not in text
    assert "'now'" not in text


@pytest.mark.parametrize(
    "path", [path for path in CORE if path.parent.name in ("annotation", "flags", "trends")], ids=name
)
def test_derivations_do_not_loop_over_rows(path):
    assert {call for call in calls(path) if call[1] in ROW_LOOPS} == set()


@pytest.mark.parametrize("path", CORE, ids=name)
def test_the_core_reads_no_settings_from_outside(path):
    """What the core depends on comes in as an argument, not from the environment."""
    assert {call for call in calls(path) if call[1] in ("getenv", "expanduser") or call[0] == "os.environ"} == set()
    assert "os.environ" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", FILES, ids=name)
def test_every_module_says_what_it_is_for(path):
    docstring = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    assert docstring
    summary = docstring.split("\n\n")[0]
    assert summary.endswith((".", ":", "?"))


_LIGHT = """
import sys
from wbc_tracker.cli import main
for words in (
    "--version", "--help", "infusion --help", "infusion add 2024-01-05 --dose 300", "infusion list",
    "infusion remove 2024-01-05", "report --help", "import --help", "patients list", "imports list",
    "explain neutropenia", "profiles list", "profiles show mimic",
    "explain neutropenia", "event add 2024-01-05 vaccination --note flu", "event list", "event remove 1",
    "result list", "result --help",
):
    sys.argv = ["wbc-tracker", *words.split()]
    try:
        main()
    except SystemExit as ended:
        assert not ended.code, (words, ended.code)
    heavy = {"pandas", "pyarrow", "numpy"} & set(sys.modules)
    assert not heavy, (words, heavy)
"""


def test_pandas_is_loaded_only_by_commands_that_need_it(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", _LIGHT],
        capture_output=True,
        text=True,
        env={**os.environ, "WBC_TRACKER_DB": str(tmp_path / "wbc.db")},
        check=False,
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_errors_know_their_exit_code():
    from wbc_tracker import errors

    tree = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert all(issubclass(kind, errors.WbcTrackerError) for kind in tree)
    assert {kind.exit_code for kind in tree} == {2, 3, 4}
    assert len({kind.code for kind in tree}) == len(tree)
