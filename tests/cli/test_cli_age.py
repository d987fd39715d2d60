"""Backups and exports through real pipes, and through age (age-encryption.org) where it is installed."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tables.runs import EXAMPLES

pytestmark = pytest.mark.skipif(os.name == "nt", reason="a shell of POSIX")
needs_age = pytest.mark.skipif(not (shutil.which("age") and shutil.which("age-keygen")), reason="age is not installed")


@pytest.fixture
def shell(wbc, file, tmp_path, monkeypatch):
    """A shell that knows the program, with a store of two results."""
    program = tmp_path / "bin" / "wbc-tracker"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "from wbc_tracker.cli import main; main()" "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{program.parent}{os.pathsep}{os.environ['PATH']}")
    assert wbc("import", file("labs.csv", "2024-01-02 WBC 6.5", "2024-03-02 WBC 6.1")).code == 0

    def run(line: str) -> tuple[list[int], str]:
        """Return the exit code of each end of the pipe, and what was told."""
        words = ["bash", "-c", f'{line}; echo "${{PIPESTATUS[@]}}" >&3']
        reading, writing = os.pipe()
        command = [*words[:2], words[2].replace("&3", f"&{writing}")]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, pass_fds=[writing])
        os.close(writing)
        with os.fdopen(reading) as codes:
            return [int(code) for code in codes.read().split()], done.stdout + done.stderr

    return run


def test_a_backup_streams_whole_through_a_slow_pipe_and_back(shell, wbc, tmp_path):
    line = "wbc-tracker store backup - | dd bs=1000 status=none | wbc-tracker --db copy.sqlite store restore -"
    assert shell(line)[0] == [0, 0, 0]
    assert wbc("--db", "copy.sqlite", "result", "list").out == wbc("result", "list").out


def test_a_reader_of_a_backup_that_goes_away_is_no_error(shell, db):
    before = sorted(path.name for path in db.parent.iterdir())
    assert shell("wbc-tracker store backup - | head -c 10 > /dev/null")[0] == [0, 0]
    assert sorted(path.name for path in db.parent.iterdir()) == before


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
@pytest.mark.parametrize("words", ["store backup -", "export - --pseudonymize my.key"])
def test_a_full_disk_behind_it_is(shell, words):
    codes, told = shell(f"wbc-tracker {words} > /dev/full")
    assert (codes, "Standard output cannot be written: No space left on device." in told) == ([3], True)


def test_a_half_backup_restores_nothing(shell, db):
    codes, told = shell("wbc-tracker store backup - | head -c 9000 | wbc-tracker --db new.sqlite store restore -")
    assert codes[1:] == [0, 3]
    assert "ends too early" in told
    assert not Path("new.sqlite").exists()


@needs_age
def test_the_lines_of_the_walk_with_a_key_in_place_of_a_passphrase(shell, wbc, tmp_path):
    """`age -p` asks on a terminal; everything else is as it stands there."""
    text = (EXAMPLES / "sharing.md").read_text(encoding="utf-8")
    lines = [line for block in re.findall(r"^```sh\n(.*?)^```$", text, re.M | re.S) for line in block.splitlines()]
    assert len(lines) == 3
    made = subprocess.run(["age-keygen", "-o", "age.key"], capture_output=True, text=True, check=True)
    public = re.search(r"age1\w+", made.stderr)[0]
    for line in lines:
        line = (
            line.replace("age -p", f"age -r {public}").replace("age -d", "age -d -i age.key").replace("age1...", public)
        )
        codes, told = shell(line)
        assert codes == [0, 0], told
    assert wbc("--db", "copy.sqlite", "result", "list").out == wbc("result", "list").out
    opened = subprocess.run(["age", "-d", "-i", "age.key", "shared.csv.age"], capture_output=True, check=True).stdout
    assert opened == wbc("export", "-", "--pseudonymize", "my.key").out_bytes
    assert b"2024" not in opened


@needs_age
def test_what_age_cannot_decrypt_restores_nothing(shell, wbc, tmp_path):
    (tmp_path / "store.age").write_bytes(b"age-encryption.org/v1\n")
    codes, told = shell("age -d store.age | wbc-tracker store restore - --yes")
    assert (codes[0] != 0, codes[1]) == (True, 3)
    assert "Standard input is empty: no backup came through it." in told
    assert len(wbc("result", "list").lines) == 2
