"""Every list of tests/fixtures/infusions is taken in as its goldens say, or is refused with its message.

Beside NAME.csv (or .xlsx) lies either NAME.message.txt, as for lab files, or NAME.golden.txt, what `infusion list` and
then `event list` (without its numbers) show of it, with NAME.told.json, how its rows and columns are accounted for,
and NAME.rejects.csv. NAME.options.txt holds options. All were worked out by hand, none copied from the program.
"""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

LISTS = Path(__file__).parents[1] / "fixtures" / "infusions"
INPUTS = sorted(
    path
    for path in LISTS.iterdir()
    if path.suffix in (".csv", ".xlsx") and not re.search(r"\.(golden|rejects|message|options)\.", path.name)
)
READ = [path for path in INPUTS if path.with_name(f"{path.stem}.golden.txt").exists()]
REFUSED = [path for path in INPUTS if path.with_name(f"{path.stem}.message.txt").exists()]


def beside(path: Path, kind: str) -> str:
    there = path.with_name(f"{path.stem}.{kind}")
    return there.read_text(encoding="utf-8") if there.exists() else ""


def run_on(wbc, path: Path, *more: object):
    if path.suffix == ".xlsx":
        pytest.importorskip("python_calamine", reason="workbooks need the extra wbc-tracker[excel]")
    return wbc("infusion", "import", path, *shlex.split(beside(path, "options.txt")), *more)


def stored(wbc) -> list[str]:
    """Return what the store shows, each event without its number."""
    infusions = [line for line in wbc("infusion", "list").lines if not line.startswith("No infusion is recorded")]
    events = [line for line in wbc("event", "list").lines if not line.startswith("No event is recorded")]
    return [*infusions, *(line.split(maxsplit=1)[1] for line in events)]


def role_or_state(column: dict[str, str]) -> str:
    return column["role"] if column["state"] == "read" else column["state"]


def test_every_list_says_what_it_is_for():
    assert len(INPUTS) >= 8
    assert sorted([*READ, *REFUSED]) == INPUTS
    stems = {path.stem for path in INPUTS}
    assert [path.name for path in LISTS.iterdir() if path.name.split(".")[0] not in stems] == []


@pytest.mark.parametrize("path", READ, ids=lambda path: path.stem)
def test_becomes_what_its_golden_says(wbc, tmp_path, path):
    left = tmp_path / "left.csv"
    done = run_on(wbc, path, "--format", "json", "--rejects", left)
    golden, expected = beside(path, "golden.txt").splitlines(), json.loads(beside(path, "told.json"))
    assert stored(wbc) == golden
    (told,) = json.loads(done.out)["files"]
    assert {name: told[name] for name in expected if name != "columns"} == {
        name: value for name, value in expected.items() if name != "columns"
    }
    assert {column["header"]: role_or_state(column) for column in told["columns"]} == expected["columns"]
    rejects = beside(path, "rejects.csv").splitlines()[1:]
    lines = [line.split(",") for line in left.read_text(encoding="utf-8").splitlines()[1:]]
    assert [",".join(line[1:4]) for line in lines] == rejects
    accounted = ("added", "duplicates", "no_result", "ignored", "rejected")
    assert told["read"] == sum(told[part] for part in accounted)
    assert told["ignored"] == sum(told["ignored_kinds"].values())
    assert done.code == (1 if rejects else 0)


@pytest.mark.parametrize("path", READ, ids=lambda path: path.stem)
def test_the_summary_names_what_was_left_out_and_the_file_adds_nothing_twice(wbc, path):
    expected = json.loads(beside(path, "told.json"))
    first = run_on(wbc, path)
    for kind, count in expected["ignored_kinds"].items():
        assert f"{kind} ({count})" in first.out
    foreseen = run_on(wbc, path, "--dry-run")
    assert f"0 would be added, {expected['added']} already there" in foreseen.out
    before = stored(wbc)
    assert f"0 added, {expected['added']} already there" in run_on(wbc, path).out
    assert stored(wbc) == before


@pytest.mark.parametrize("path", REFUSED, ids=lambda path: path.stem)
def test_is_refused_with_its_message(wbc, path):
    code, *fragments = beside(path, "message.txt").splitlines()
    done = run_on(wbc, path)
    assert done.code == int(code)
    assert [fragment for fragment in fragments if fragment not in done.err] == [], done.err
    assert stored(wbc) == []


def test_a_name_that_is_nearly_known_is_told(wbc):
    done = run_on(wbc, LISTS / "day_unit_workbook.xlsx")
    assert "'Ocrevis 600mg' (1; did you mean ocrelizumab?)" in done.out
