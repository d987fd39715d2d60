"""Imports run one way (design section 3). Every module has a place; a new one fails here until it is given one.

Each rule is one test that collects what breaks it.
"""

from __future__ import annotations

import subprocess
import sys
from graphlib import TopologicalSorter

from tables.package import MODULES, all_imports, imports, part, room

#: From the lowest to the highest. A module may import what stands on a lower line, and its own package.
#: On one line stand neighbours that do not know each other.
LAYERS = [
    ["arrays", "errors", "near", "page_policy", "rounding"],
    ["files", "schema"],
    ["frames"],
    ["catalog", "repeats"],
    ["wording"],
    ["intake", "store", "explanation", "invented"],
    ["annotation", "scales"],
    ["trends"],
    ["flags"],
    ["dataset", "cohort", "erased", "import_notes", "whose"],
    ["analysis"],
    ["importing", "selection", "sharing"],
    ["patient", "by_hand"],
    ["panel"],
    ["charts"],
    ["render"],
    ["notebook", "scale"],
    ["wbc_tracker"],  # the door: the public Python API
    ["cli"],
]
#: The floors of intake, from bytes to results. A folder is one room; the modules on top are one each.
INTAKE_FLOORS = [
    ["intake.options", "intake.rejects"],
    ["intake.file", "intake.column"],
    ["intake.table"],
    ["intake.guards"],
    ["intake.result"],
    ["intake.reading"],
    ["intake.dated_rows"],
    ["intake.dated_columns"],
    ["intake.infusion"],
    ["intake.labs", "intake.infusions", "intake.events", "intake.names"],
    ["intake.groups", "intake.blocks"],
    ["intake"],
]
#: `annotation`, `flags`, `trends` and `cohort` take frames: where the frames come from is not their business.
FRAMES_ONLY = ("annotation", "flags", "trends", "cohort")
PLACE = {name: level for level, names in enumerate(LAYERS) for name in names}
FLOOR = {name: level for level, names in enumerate(INTAKE_FLOORS) for name in names}


def test_every_module_has_a_place_and_every_place_is_taken():
    assert {part(module) for module in MODULES} == set(PLACE)


def test_a_module_imports_only_what_stands_lower():
    offenders = {
        module: wrong
        for module in MODULES
        if (wrong := [name for name in imports(module)
                      if part(name) != part(module) and PLACE[part(name)] >= PLACE[part(module)]])
    }  # fmt: skip
    assert offenders == {}


def test_every_room_of_intake_has_a_floor_and_every_floor_is_lived_on():
    assert {room(module) for module in MODULES if part(module) == "intake"} == set(FLOOR)


def test_inside_intake_a_room_imports_only_what_lies_lower():
    """A column knows no table, a table no result, and only the readers on top know them all."""
    inside = [module for module in MODULES if part(module) == "intake"]
    offenders = {
        module: wrong
        for module in inside
        if (wrong := [name for name in imports(module) & set(inside)
                      if room(name) != room(module) and FLOOR[room(name)] >= FLOOR[room(module)]])
    }  # fmt: skip
    assert offenders == {}


def test_derivations_know_neither_files_nor_the_store():
    inside = [module for module in MODULES if part(module) in FRAMES_ONLY]
    strangers = {module: {part(name) for name in imports(module)} & {"intake", "store"} for module in inside}
    assert {module: known for module, known in strangers.items() if known} == {}


def test_there_is_no_circle_between_modules():
    TopologicalSorter({module: imports(module) & set(MODULES) for module in MODULES}).prepare()


def test_there_is_no_circle_between_folders():
    arrows: dict[str, set[str]] = {}
    for module in MODULES:
        known = {room(name) for name in imports(module) & set(MODULES)}
        arrows.setdefault(room(module), set()).update(known - {room(module)})
    TopologicalSorter(arrows).prepare()


def test_who_may_use_which_library():
    def users(library: str) -> set[str]:
        return {part(m) for m in MODULES if library in {name.split(".")[0] for name in all_imports(m)}}

    assert users("typer") == {"cli"}
    assert users("rich") <= {"cli", "render"}
    assert users("sqlite3") == {"store"}
    assert users("vl_convert") == {"charts"}
    assert users("jinja2") == {"render"}
    assert users("xlsxwriter") == {"render"}
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
