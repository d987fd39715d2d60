"""A process that dies while it imports: afterwards the import is there whole or not at all."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tables.store import NO_REJECTS, import_info, lab_table

from wbc_tracker.store import Store

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")

EARLIER = ["me wbc 2019-01-01 6.1", "me igg 2019-01-01 9.8"]


class Importer:
    """The process that imports in children; see `tables/dying_import.py`."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tables.dying_import"],
            cwd=Path(__file__).parents[1],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            bufsize=1,
        )
        self.rows = int(self._hear()[1])

    def _hear(self) -> list[str]:
        return self._process.stdout.readline().split()

    def run(self, path: Path, *, kill_on: str = "", delay_s: float = 0.0, limit: int | str = "") -> list[list[str]]:
        """Import into the store; return what the child said until its end.

        Args:
            path: the store.
            kill_on: the word at which SIGKILL is sent; empty: none is.
            delay_s: how long after that word.
            limit: the file size in bytes at which the kernel ends the child.
        """
        self._process.stdin.write(f"{path}\t{limit}\n")
        said = [self._hear()]
        while kill_on and said[-1][0] != kill_on:
            said.append(self._hear())
        if kill_on:
            time.sleep(delay_s)
            os.kill(int(said[0][1]), signal.SIGKILL)
        self._process.stdin.write("wait\n")
        while said[-1] != ["dead"]:
            said.append(self._hear())
        return said

    def close(self) -> None:
        self._process.stdin.close()
        self._process.wait(timeout=30)
        self._process.stdout.close()


@pytest.fixture(scope="module")
def importer():
    importer = Importer()
    yield importer
    importer.close()


@pytest.fixture(scope="module")
def earlier(tmp_path_factory):
    """A closed store that holds an earlier import."""
    path = tmp_path_factory.mktemp("earlier") / "wbc.db"
    with Store(path) as store:
        store.results.add(lab_table(*EARLIER), NO_REJECTS, import_info("earlier.csv"))
    return path


def is_whole_or_absent(importer: Importer, path: Path, held: int) -> bool:
    """Check a store after a death, and that importing again completes it; tell whether it was there."""
    with Store(path) as store:
        assert store._file.connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert store._file.connection.execute("PRAGMA foreign_key_check").fetchall() == []
        files = [record.file for record in store.imports.list()]
        whole = "big.csv" in files
        assert len(store.results.load()) == held + whole * importer.rows
        assert len(files) == bool(held) + whole
    assert importer.run(path)[-2] == ["closed"]
    with Store(path) as store:
        assert len(store.results.load()) == held + importer.rows
        assert store.imports.list()[-1].added == (0 if whole else importer.rows)
    return whole


def seconds_of_an_import(importer: Importer, path: Path) -> float:
    start = time.perf_counter()
    importer.run(path)
    return time.perf_counter() - start


def test_killed_at_any_moment_the_import_is_there_whole_or_not_at_all(importer, earlier, tmp_path):
    rng = random.Random(20250301)
    duration_s = max(seconds_of_an_import(importer, tmp_path / f"measured{n}.db") for n in range(2))
    kills = [("started", duration_s * (step + rng.random()) / 24) for step in range(24)]
    kills += [("COMMIT", duration_s / 10 * rng.random() * step / 8) for step in range(8)]
    kills += [("committed", 0.0), ("committed", 0.002)]
    outcomes = []
    for number, (word, delay_s) in enumerate(kills):
        path, held = tmp_path / f"{number}.db", 0
        if number % 2:  # a store that is there already; the others are killed while they make theirs, too
            shutil.copy(earlier, path)
            held = len(EARLIER)
        last = importer.run(path, kill_on=word, delay_s=delay_s)[-2][0]
        outcomes.append((last, is_whole_or_absent(importer, path, held)))
    assert ("BEGIN", False) in outcomes  # inside the transaction
    assert {whole for last, whole in outcomes if last in {"committed", "closed"}} == {True}
    assert not any(whole for last, whole in outcomes if last in {"started", "BEGIN"})


def test_ended_at_any_byte_of_the_commit_the_import_is_not_there(importer, earlier, tmp_path):
    rng = random.Random(20250302)
    shutil.copy(earlier, tmp_path / "measured.db")
    log_bytes = int(dict(said for said in importer.run(tmp_path / "measured.db") if len(said) == 2)["committed"])
    # The limit also holds for the other files: it starts where the store and the index of the log fit in.
    smallest = max(40_000, earlier.stat().st_size)
    for number in range(10):
        path = tmp_path / f"{number}.db"
        shutil.copy(earlier, path)
        limit = smallest + (log_bytes - smallest) * (number + rng.random()) / 10
        said = importer.run(path, limit=int(limit))
        assert said[-2] == ["COMMIT"]
        assert not is_whole_or_absent(importer, path, len(EARLIER))
