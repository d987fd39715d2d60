"""Rooms one can see: folders and files of a size to be read, names that stand once, no column read past its door.

Each rule is one test that collects what breaks it. What a rule lets pass is listed here by name, with a reason;
an entry whose module is gone must go too.
"""

from __future__ import annotations

import ast
import re
import statistics
from collections import Counter, defaultdict

import pandas as pd
from tables.package import MODULES, classes, imports, length, part, place, private_texts, source, tree

from wbc_tracker import schema
from wbc_tracker.annotation import annotate

#: Over 300 lines is a sign to look: someone looked, and this is why it is one file.
LONG_FILES = {
    "catalog/model.py": "what the catalogue holds, as types: one dataclass a kind of entry",
    "cli/options.py": "the options that commands share, one field each with its help",
    "importing.py": "one import from bytes to what was stored; its steps share what they count",
    "intake/result/collect.py": "the one walk from cells to results, whose steps share their masks",
    "intake/table/table.py": "the table of texts and the one order in which its dialect, head and layout are found",
    "patient/messages.py": "every figure of a message: one short function each, beside the table that names them",
    "patient/model.py": "what a report says, one short type a thing, to be read from end to end",
    "patient/pattern/sentences.py": "the one teller of the contrast; a method a code, and they share what was decided",
    "render/json/contract.py": "the contract of one document, key by key, to be read from end to end",
    "render/terminal/cohort.py": "one subject in one format; each section is one function",
    "schema.py": "the dictionary of all columns, each with what it means",
    "store/infusions.py": "one collection of the store with all its SQL",
    "store/mending/doses.py": "two patients made one and one made two again: what one way does the other takes back",
    "store/records.py": "what goes into the store and comes out of it, one short type a thing",
    "store/results.py": "one collection of the store with all its SQL",
}
#: A module under 60 lines that one other module imports: why it is not part of that one.
SMALL_MODULES = {
    "annotation/events.py": "one column of the export with a rule of its own",
    "cli/boundary.py": "the one boundary where an error becomes a sentence and an exit code",
    "cli/large/place.py": "a file or a folder: what a typed name means",
    "cli/sharing/names.py": "what is for the screen alone, apart from what is written",
    "cli/commands/demo.py": "one file a command",
    "cli/commands/about.py": "one file a command",
    "cli/commands/explain.py": "one file a command",
    "cli/commands/import_labs.py": "one file a command",
    "intake/guards/look.py": "the guards meet the file here; they themselves know only columns",
    "intake/guards/own_date.py": "one file a guard",
    "intake/guards/own_export.py": "one file a guard",
    "intake/names.py": "one file a kind of file",
    "notebook/rules.py": "one file a thing that is called; the door alone imports it",
    "flags/repeats.py": "a derivation of the flags, not of who prints it",
    "patient/pattern/evidence.py": "the numbers under the first sentence, in words; the sentence itself is another's",
    "render/html/called.py": "names of people, apart from all that goes into a page",
    "render/json/clinic_contract.py": "a part of the contract of one document, which is long enough",
    "render/csv/draws.py": "one file a subject and format",
    "render/ics/draws.py": "one file a subject and format",
    "render/ics/patient.py": "one file a subject and format",
    "render/terminal/draws.py": "one file a subject and format",
    "render/terminal/compared.py": "one file a subject and format",
    "render/csv/panel.py": "one file a subject and format",
    "render/csv/rejects.py": "one file a subject and format",
    "render/xlsx/panel.py": "one file a subject and format",
    "render/json/imports.py": "one file a subject and format",
    "render/message/patient.py": "one file a subject and format",
    "render/terminal/sparkline.py": "one picture with rules of its own",
    "scale/cohorts.py": "what is made of a block, one file a kind",
    "scale/temp.py": "what lies on the disk meanwhile, apart from who asks for it",
    "scale/warm.py": "what the server of processes loads, by its name",
    "store/unwritable.py": "what a store without locks and log needs, apart from how one is opened with them",
    "intake/guards/sexes.py": "the one guard whose answer is kept: whose sex a column tells",
}
#: Outside annotation, who reads the columns that begin with an underscore, and why.
_SAME_ARRAYS = "a derivation over the same arrays as annotation, vectorised for all patients at once"
PRIVATE_READERS = {
    "analysis.py": _SAME_ARRAYS,
    "cohort/parts.py": "the widths of columns that are annotation's own keys",
    "cohort/people.py": _SAME_ARRAYS,
    "cohort/shifts.py": _SAME_ARRAYS,
    "cohort/windows.py": _SAME_ARRAYS,
    "flags/b_cell_days.py": _SAME_ARRAYS,
    "flags/declines.py": _SAME_ARRAYS,
    "flags/facts.py": "the door: it turns the columns into facts for all who come later",
    "flags/standings.py": _SAME_ARRAYS,
    "panel/counts.py": _SAME_ARRAYS,
    "panel/current.py": _SAME_ARRAYS,
    "panel/doses.py": _SAME_ARRAYS,
    "panel/facts.py": _SAME_ARRAYS,
    "panel/series.py": _SAME_ARRAYS,
    "patient/results.py": "what the rules compare a result with, told beside it",
    "trends/courses.py": "`_comparator` is the ending of its own columns; `_course` is read as annotation's array",
    "trends/points.py": _SAME_ARRAYS,
    "trends/series.py": _SAME_ARRAYS,
}


#: Renderers that are given the catalogue, and why.
CATALOG_READERS = {
    "render/json/contract.py": "the schema lists the words of the catalogue",
    "render/json/schema.py": "the schema lists the words of the catalogue",
}


def test_what_the_rules_let_pass_is_still_there():
    listed = {*LONG_FILES, *SMALL_MODULES, *PRIVATE_READERS, *CATALOG_READERS}
    assert listed - {place(module) for module in MODULES} == set()


def test_no_folder_holds_more_modules_than_one_can_see():
    sizes = Counter(module.rpartition(".")[0] for module, path in MODULES.items() if path.name != "__init__.py")
    assert {folder: size for folder, size in sizes.items() if size > 20} == {}


def test_no_file_is_too_long_to_read_at_once():
    """Over 300 lines is listed above with its reason; over 400 two things live in it."""
    lengths = {place(module): length(module) for module in MODULES}
    assert {file: lines for file, lines in lengths.items() if lines > (400 if file in LONG_FILES else 300)} == {}


def test_a_command_is_options_in_and_renderer_out():
    """What is longer than this is done in the command, and belongs into a room of its own."""
    lengths = {place(module): length(module) for module in MODULES if "cli.commands." in module}
    assert len(lengths) > 10
    assert {file: lines for file, lines in lengths.items() if lines > 150} == {}


def test_the_median_file_is_short():
    assert statistics.median(length(module) for module in MODULES) <= 150


def test_a_small_module_that_one_other_needs_has_a_reason():
    importers = defaultdict(set)
    for module in MODULES:
        for name in imports(module):
            importers[name].add(module)
    offenders = {
        place(module): importers[module]
        for module, path in MODULES.items()
        if path.name != "__init__.py" and length(module) < 60 and len(importers[module]) == 1
    }
    assert {file: users for file, users in offenders.items() if file not in SMALL_MODULES} == {}


def test_the_door_tells_of_every_room_and_its_words_exist():
    """A newcomer reads the docstring of the package first."""
    told = ast.get_docstring(tree("wbc_tracker")) or ""
    rooms = {part(module) for module, path in MODULES.items() if path.name == "__init__.py"} - {"wbc_tracker"}
    assert {room for room in rooms if f"`{room}" not in told} == set()
    words = set(re.findall(r"\*([A-Z]\w+)\*", told))
    assert {"TextColumn", "Facts", "BetweenDraws", "ResultLine", "Said"} <= words
    known = {name for module in MODULES for name in classes(module)}
    assert {word for word in words if not any(name.endswith(word) for name in known)} == set()


def test_no_class_name_stands_twice():
    homes = defaultdict(list)
    for module in MODULES:
        for name in classes(module):
            homes[name].append(place(module))
    assert {name: files for name, files in homes.items() if len(files) > 1} == {}


def test_no_renderer_needs_the_catalogue():
    """What is told holds the catalogue's own objects; a renderer gives them a place."""
    offenders = {}
    for module in MODULES:
        if part(module) != "render" or place(module) in CATALOG_READERS:
            continue
        arguments = [node.arg for node in ast.walk(tree(module)) if isinstance(node, ast.arg)]
        loaders = {"wbc_tracker.catalog.loader"} & imports(module)
        if "catalog" in arguments or loaders or "load_catalog" in source(module):
            offenders[place(module)] = loaders
    assert offenders == {}


def test_no_renderer_needs_another():
    """The formats are neighbours: what two of them say stands in the room of its subject."""
    formats = {module: module.split(".")[2] for module in MODULES if module.startswith("wbc_tracker.render.")}
    offenders = {
        place(module): others
        for module, own in formats.items()
        if (others := [name for name in imports(module) if formats.get(name, own) != own])
    }
    assert offenders == {}


def test_annotation_alone_reads_the_columns_that_begin_with_an_underscore():
    """They are annotation's own keys: who reads them elsewhere knows how it works inside."""
    draw = pd.DataFrame({"patient_id": ["me"], "collected_at": ["2024-01-10"], "analyte": ["wbc"], "value": [6.1]})
    none = pd.DataFrame(columns=schema.names(schema.INFUSION_COLUMNS))
    columns = {name for name in annotate(draw, none, as_of="2024-02-01") if name.startswith("_")}
    assert {"_day", "_analyte", "_course", "_baseline_row"} <= columns
    readers = {place(module): private_texts(module) & columns for module in MODULES if part(module) != "annotation"}
    assert {file: read for file, read in readers.items() if read and file not in PRIVATE_READERS} == {}
    assert {file for file in PRIVATE_READERS if not readers.get(file)} == set(), (
        "these ask no more: take them off the list"
    )
