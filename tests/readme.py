"""The documents for people: the commands in them, what they show beneath each, and how both are run.

A `console` block holds commands, each a line that starts with `$ `, and below it what it prints. The blocks of one
document are one story: they run in order, in one fresh folder with the example files and a store of its own. A comment
`<!-- on 2026-11-30 -->` says on which day the blocks behind it run.
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tables import warm

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
_WALKS = ("portals", "patient", "clinic", "research", "sharing")
STORIES = (README, *(ROOT / "examples" / f"{name}.md" for name in _WALKS))

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
#: A day on which everything in the examples has just happened.
_USUAL_DAY = "2026-11-23"
_DAY = re.compile(r"<!-- on (\d{4}-\d\d-\d\d) -->")
#: The program as a reader has it, on the day of the story.
_PROGRAM = """
import datetime
import os
import wbc_tracker.cli.clock as clock
class Day(datetime.date):
    today = classmethod(lambda cls: datetime.date.fromisoformat(os.environ["STORY_DAY"]))
class Moment(datetime.datetime):
    now = classmethod(lambda cls: datetime.datetime.fromisoformat(os.environ["STORY_DAY"] + "T09:00"))
clock.date, clock.datetime = Day, Moment
if __name__ == "__main__":
    from wbc_tracker.cli import main
    main()
"""
_EXPORT = re.compile(r"export (\w+)=(\S+)")


@dataclass(frozen=True)
class Step:
    """One command of a document. shown: what the document says that it prints. day: on which it runs."""

    command: str
    shown: str
    day: str = _USUAL_DAY


def blocks(document: Path = README) -> list[tuple[str, str]]:
    """Return (language, text) of every fenced block."""
    return _BLOCK.findall(document.read_text(encoding="utf-8"))


def setup_commands() -> list[str]:
    """Return the shell commands of the first two `sh` blocks: install and run, install for tests and test."""
    return [text.strip() for language, text in blocks() if language == "sh"][:2]


def cut_steps(block: re.Match[str]) -> list[Step]:
    """Cut a `console` block, found in its document, into its commands."""
    day = [_USUAL_DAY, *_DAY.findall(block.string[: block.start()])][-1]
    parts = re.split(r"^\$ ", block[2], flags=re.MULTILINE)[1:]
    return [Step(command, shown, day) for command, _, shown in (part.partition("\n") for part in parts)]


def steps(document: Path) -> list[Step]:
    """Return the commands of a document, in order."""
    found = _BLOCK.finditer(document.read_text(encoding="utf-8"))
    return [step for block in found if block[1] == "console" for step in cut_steps(block)]


class Story:
    """Runs commands one after the other as a reader would, with the program on the path."""

    def __init__(self, folder: Path) -> None:
        """Prepare a folder: the example files, and an environment in which nothing of the user's is seen."""
        self._folder = folder / "story"
        shutil.copytree(ROOT / "examples", self._folder / "examples")
        programs = folder / "bin"
        programs.mkdir()
        (folder / "program.py").write_text(_PROGRAM, encoding="utf-8")
        started = shlex.join([*warm.python(), str(folder / "program.py")])
        for name, text in (
            ("wbc-tracker", f'#!/bin/sh\nexec {started} "$@"\n'),
            ("python", f'#!/bin/sh\nexec "{sys.executable}" "$@"\n'),
        ):
            (programs / name).write_text(text, encoding="utf-8")
            (programs / name).chmod(0o755)
        kept = {name: value for name, value in os.environ.items() if name not in {"COLUMNS", "FORCE_COLOR"}}
        self._environment = {
            **kept,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "XDG_DATA_HOME": str(folder / "data"),
            "WBC_TRACKER_DB": str(folder / "store.sqlite"),
            "PYTHONPATH": str(ROOT),
            "PYTHONUTF8": "1",
        }

    def run(self, command: str, day: str = _USUAL_DAY) -> tuple[str, int]:
        """Return what a command prints on a day, messages included, and its exit code."""
        if named := _EXPORT.fullmatch(command):
            self._environment[named[1]] = named[2]
            return "", 0
        done = subprocess.run(
            ["bash", "-c", command], cwd=self._folder, env={**self._environment, "STORY_DAY": day}, encoding="utf-8",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
        )  # fmt: skip
        return done.stdout, done.returncode


def run_story(document: Path, folder: Path) -> Iterator[tuple[Step, str, int]]:
    """Yield each command of a document with what it prints and its exit code."""
    story = Story(folder)
    for step in steps(document):
        yield (step, *story.run(step.command, step.day))


if __name__ == "__main__":
    sys.stdout.write(setup_commands()[int(sys.argv[1])] + "\n")
