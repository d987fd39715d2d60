"""Workers begin to start before the command line is understood: a guess, and a wrong one does no harm."""

import signal
import subprocess
import sys

import pytest

from wbc_tracker.cli.large import ahead
from wbc_tracker.scale import pool


@pytest.fixture
def labs(tmp_path):
    """A file that is large, by one byte."""
    path = tmp_path / "labs.csv"
    with path.open("wb") as stream:
        stream.truncate(ahead.LARGE_BYTES)
    return path


@pytest.mark.parametrize(
    ("words", "starts"),
    [
        (("export", "out.csv", "--labs", "labs.csv"), True),
        (("--debug", "cohort", "--labs", "labs.csv", "--workers", "2"), True),
        (("export", "out.csv", "--labs", "labs.csv", "--workers", "1"), False),
        (("export", "out", "--labs", "labs.csv", "--engine", "dask"), False),
        (("report", "--labs", "labs.csv"), False),
        (("export", "out.csv", "--labs", "small.csv"), False),
        (("export", "out.csv", "--labs", "half.csv", "half too.csv"), True),
        (("export", "out.csv", "--labs", "a\0b", "nowhere.csv", "", "x" * 5000), False),
        (("export", "out.csv", "--labs", "labs.csv", "--workers=1"), False),
        (("export", "labs.csv", "--patient", "p"), False),
        (("export",), False),
        ((), False),
    ],
)
def test_the_words_alone_say_whether_workers_start(labs, monkeypatch, words, starts):
    monkeypatch.chdir(labs.parent)
    for name, size in [("small.csv", 1), ("half.csv", 1 / 2), ("half too.csv", 1 / 2)]:
        with (labs.parent / name).open("wb") as stream:
            stream.truncate(round(ahead.LARGE_BYTES * size) if size < 1 else ahead.LARGE_BYTES - 1)
    started = []
    monkeypatch.setattr(pool, "start_server", started.append)
    ahead.start_ahead(words)
    assert started == ([None] if starts else [])


def test_what_cannot_begin_is_left_to_who_needs_it(labs, monkeypatch):
    def full(count):
        raise BlockingIOError

    monkeypatch.setattr(pool, "start_server", full)
    ahead.start_ahead(["export", "out.csv", "--labs", str(labs)])


@pytest.mark.skipif(sys.platform == "win32", reason="needs sh")
def test_a_server_never_has_the_place_of_a_closed_stream(labs):
    """What is told to a closed stream goes nowhere, and never into a pipe of the server's."""
    program = [sys.executable, "-c", "'from wbc_tracker.cli import main; main()'"]
    line = " ".join([*program, "export", "--labs", str(labs), "--help", "<&- >&-"])
    ended = subprocess.run(["sh", "-c", line], capture_output=True, timeout=60)
    assert (ended.returncode, ended.stdout, ended.stderr) == (3, b"", b"Standard output is closed.\n")


def test_a_server_that_nobody_needs_ends_with_the_command(labs):
    program = [sys.executable, "-c", "from wbc_tracker.cli import main; main()"]
    words = ["export", "out.csv", "--labs", str(labs), "--no-such-option"]
    ended = subprocess.run([*program, *words], capture_output=True, timeout=60)  # waits for who holds its streams
    assert ended.returncode == 2
    assert b"--no-such-option" in ended.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_an_interrupt_while_the_server_loads_is_left_to_the_command():
    """Python's own server would print a traceback for it."""
    script = (
        "from pathlib import Path; from multiprocessing import forkserver; from wbc_tracker.scale import pool\n"
        "pool.start_server(2)\n"
        "print(Path(f'/proc/{forkserver._forkserver._forkserver_pid}/status').read_text())"
    )
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=60, text=True)
    told = dict(line.split(":\t", 1) for line in ended.stdout.splitlines() if ":\t" in line)
    assert int(told["SigBlk"], 16) & 1 << (signal.SIGINT - 1)
