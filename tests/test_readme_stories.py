"""The documents in examples/ cannot rot: their commands run one after the other, and print what is shown."""

from __future__ import annotations

from pathlib import Path

import pytest
from readme import STORIES, run_story

#: Begin of a command that is shown because it is refused, or leaves something out -> its exit code.
CODES: dict[str, int] = {}


@pytest.mark.parametrize("document", STORIES, ids=[document.stem for document in STORIES])
def test_each_command_prints_what_is_shown(document: Path, tmp_path: Path) -> None:
    """After a wanted change of what is printed: python tests/readme_refresh.py"""
    for step, printed, code in run_story(document, tmp_path):
        assert printed == step.shown, step.command
        assert code == next((c for begin, c in CODES.items() if step.command.startswith(begin)), 0), step.command
