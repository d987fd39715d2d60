"""Imports run one way (design section 3). Every module has a place; a new one fails here until it is given one."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import wbc_tracker

ROOT = Path(wbc_tracker.__file__).parent

#: From the lowest to the highest. A module may import what stands on a lower line, and its own package.
#: On one line stand neighbours that do not know each other.
LAYERS = [
    ["errors", "rounding"],
    ["frames", "files", "schema"],
    ["catalog"],
    ["wording"],
    ["intake", "store"],
    ["annotation"],
    ["trends"],
    ["flags"],
    ["dataset", "cohort"],
    ["importing", "selection"],
    ["patient", "by_hand"],
    ["panel"],
    ["charts"],
    ["render"],
    ["wbc_tracker"],  # the door: the public Python API
    ["cli"],
]
#: `annotation`, `flags`, `trends` and `cohort` take frames: where the frames come from is not their business.
FRAMES_ONLY = ("annotation", "flags", "trends", "cohort")
PLACE = {name: level for level, names in enumerate(LAYERS) for name in names}


def module_name(path: Path) -> str:
    parts = path.relative_to(ROOT.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {module_name(path): path for path in sorted(ROOT.rglob("*.py"))}


def part(module: str) -> str:
    """Return the part of the house a module belongs to: `wbc_tracker.store.results` to `store`."""
    names = module.split(".")
    return names[1] if len(names) > 1 else names[0]


@cache
def all_imports(module: str) -> frozenset[str]:
    """Return what a module imports, anywhere in it, also for types alone."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} imports relatively; write the whole name"
            name = node.module or ""
            found |= {f"{name}.{a.name}" if f"{name}.{a.name}" in MODULES else name for a in node.names}
    return frozenset(found)


def imports(module: str) -> set[str]:
    """Return the modules of the package that a module imports."""
    return {name for name in all_imports(module) if name.split(".")[0] == "wbc_tracker"}


def outside(module: str) -> set[str]:
    return {name for name in imports(module) if part(name) != part(module)}


@pytest.mark.parametrize("module", MODULES)
def test_every_module_has_a_place(module):
    assert part(module) in PLACE


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_only_what_stands_lower(module):
    own = PLACE.get(part(module), len(LAYERS))
    wrong = {name for name in outside(module) if PLACE.get(part(name), 0) >= own}
    assert wrong == set()


@pytest.mark.parametrize("module", [name for name in MODULES if part(name) in FRAMES_ONLY])
def test_derivations_know_neither_files_nor_the_store(module):
    assert {part(name) for name in imports(module)} & {"intake", "store"} == set()


def test_every_place_is_taken():
    assert set(PLACE) == {part(module) for module in MODULES}


def test_there_is_no_circle_inside_a_package():
    TopologicalSorter({module: imports(module) & set(MODULES) for module in MODULES}).prepare()


def test_who_may_use_which_library():
    def users(library: str) -> set[str]:
        return {part(m) for m in MODULES if library in {name.split(".")[0] for name in all_imports(m)}}

    assert users("typer") == {"cli"}
    assert users("rich") <= {"cli", "render"}
    assert users("sqlite3") == {"store"}
    assert users("vl_convert") == {"charts"}
    assert users("jinja2") == {"render"}
    assert users("altair") == set()  # half a second at every start; a specification is plain data
    assert users("click") == set()
    for library in ("socket", "urllib", "http", "requests", "httpx"):
        assert users(library) == set()  # all data stays on the machine


def test_every_public_name_is_what_it_says_however_it_is_imported() -> None:
    """A name of the public API must not be hidden by a module of the same name."""
    script = "import wbc_tracker.annotation.compose, wbc_tracker.flags, wbc_tracker as w\n"
    script += "assert [n for n in w.__all__ if type(getattr(w, n)).__name__ == 'module'] == []\n"
    script += "from wbc_tracker import annotate, read_labs\nassert callable(annotate) and callable(read_labs)\n"
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)
