"""The documents in examples/ cannot rot: their commands run one after the other, and print what is shown."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from readme import ROOT, STORIES, run_story

EXAMPLES = ROOT / "examples"

#: Commands that are shown because a file is refused, or a cell left out -> their exit codes. All others end with 0.
CODES = {
    "wbc-tracker import examples/sheet.csv": 3,
    "wbc-tracker import examples/sheet.csv --date-order dmy": 1,
}


@pytest.mark.parametrize("document", STORIES, ids=[document.stem for document in STORIES])
def test_each_command_prints_what_is_shown(document: Path, tmp_path: Path) -> None:
    """After a wanted change of what is printed: python tests/readme_refresh.py"""
    for step, printed, code in run_story(document, tmp_path):
        assert printed == step.shown, step.command
        assert code == CODES.get(step.command, 0), step.command


def test_every_example_file_is_told_of_in_a_document() -> None:
    told = "".join(document.read_text(encoding="utf-8") for document in (*STORIES, EXAMPLES / "README.md"))
    files = [path.name for path in EXAMPLES.iterdir() if path.suffix in {".csv", ".py", ".md"}]
    assert [name for name in files if name != "README.md" and name not in told] == []


@pytest.mark.parametrize("document", [*STORIES, EXAMPLES / "README.md"], ids=lambda document: document.stem)
def test_every_link_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    parts = set(re.findall(r"^#+ (.*)$", text, re.MULTILINE))
    for link in re.findall(r"\]\(([^)]+)\)", text):
        if link.startswith("#"):
            assert link[1:] in parts
        else:
            assert (document.parent / link).exists(), link
