"""Rules of the house: one printer, one clock, no loop over rows, light starts.

Each rule is one test that collects what breaks it.
"""

from __future__ import annotations

import ast
import os
import subprocess
import sys

from tables.package import MODULES, calls, part, place, source, tree

CORE = [module for module in MODULES if part(module) != "cli"]
PRINTER = "wbc_tracker.cli.output"
PRINTS = {"print", "echo", "secho", "pprint"}
READS_THE_CLOCK = "wbc_tracker.cli.clock"
CLOCK = {"today", "now", "utcnow", "time", "time_ns", "localtime", "gmtime", "monotonic", "perf_counter"}
ROW_LOOPS = {"iterrows", "itertuples", "apply", "applymap", "map_rows"}


def _prints(on: str, name: str) -> bool:
    return name in PRINTS or (on in ("sys.stdout", "sys.stderr") and name.startswith("write"))


def test_one_place_prints():
    assert PRINTER in MODULES
    printing = {module: [call for call in calls(module) if _prints(*call)] for module in MODULES if module != PRINTER}
    assert {place(module): found for module, found in printing.items() if found} == {}


def test_the_core_never_reads_the_clock():
    offenders = {
        place(module): found
        for module in CORE
        if (found := [call for call in calls(module) if call[1] in CLOCK]
            + [word for word in ("CURRENT_TIMESTAMP", "'now'") if word in source(module)])
    }  # fmt: skip
    assert offenders == {}


def test_the_command_line_reads_the_clock_in_one_place():
    cli = [module for module in MODULES if part(module) == "cli" and module != READS_THE_CLOCK]
    assert READS_THE_CLOCK in MODULES
    reading = {module: [call for call in calls(module) if call[1] in CLOCK and call[0]] for module in cli}
    assert {place(module): found for module, found in reading.items() if found} == {}


def test_a_command_is_made_in_the_folder_of_commands():
    """`app` only hangs them up; the others in cli/ are what commands share."""
    own = {"wbc_tracker.cli.app"} | {module for module in MODULES if module.startswith("wbc_tracker.cli.commands.")}
    makers = {module for module in MODULES if {"Typer", "Commands"} & {name for _, name in calls(module)}}
    assert makers - own == set()


def test_options_come_as_objects_and_not_by_name():
    """A group of options has fields that mypy knows; `context.params` has texts, for whoever types them again."""
    offenders = {place(module) for module in MODULES if "context.params" in source(module)} - {"cli/line/typed.py"}
    assert offenders == set()


def test_derivations_do_not_loop_over_rows():
    derivations = [module for module in MODULES if part(module) in ("annotation", "flags", "trends")]
    looping = {module: [call for call in calls(module) if call[1] in ROW_LOOPS] for module in derivations}
    assert {place(module): found for module, found in looping.items() if found} == {}


def test_the_core_reads_no_settings_from_outside():
    """What the core depends on comes in as an argument, not from the environment."""
    offenders = {
        place(module): found
        for module in CORE
        if (found := [call for call in calls(module) if call[1] in ("getenv", "expanduser")]
            + ["os.environ"] * ("os.environ" in source(module)))
    }  # fmt: skip
    assert offenders == {}


def test_every_module_says_what_it_is_for():
    first = {place(module): (ast.get_docstring(tree(module)) or "").split("\n\n")[0] for module in MODULES}
    assert {file: words for file, words in first.items() if not words.endswith((".", ":", "?"))} == {}


_LIGHT = """
import sys
from wbc_tracker.cli import main
for words in (
    "--version", "--help", "infusion --help", "infusion add 2024-01-05 --dose 300", "infusion list",
    "infusion remove 2024-01-05", "report --help", "import --help", "patients list", "imports list",
    "explain neutropenia", "profiles list", "profiles show mimic",
    "explain neutropenia", "event add 2024-01-05 vaccination --note flu", "event list", "event remove 1",
    "result list", "result --help", "demo --help", "infusion list --format csv", "event list --format csv",
    "result list --format csv",
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
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr


def test_errors_know_their_exit_code():
    from wbc_tracker import errors

    kinds = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, Exception)]
    assert all(issubclass(kind, errors.WbcTrackerError) for kind in kinds)
    assert {kind.exit_code for kind in kinds} == {1, 2, 3, 4}
    assert len({kind.code for kind in kinds}) == len(kinds)
