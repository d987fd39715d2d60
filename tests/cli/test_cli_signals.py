"""An interrupt, SIGTERM and SIGHUP: nothing is left half done, and the last sentence says what was added."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from tables.runs import run_alone

from wbc_tracker.cli.process.signals import Interrupted, interruptible
from wbc_tracker.store import Store

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

MAIN = "from wbc_tracker.cli import main; main()"
CODES = {"SIGINT": 130, "SIGTERM": 143, "SIGHUP": 129}


@pytest.fixture
def files(file, tmp_path):
    """Three files: the second is a pipe into which nobody has written yet."""
    file("a.csv", "2024-01-02 WBC 6.5", "2024-01-03 WBC abc")
    os.mkfifo(tmp_path / "b.csv")
    file("c.csv", "2024-03-02 WBC 6.5")
    return ["a.csv", "b.csv", "c.csv"]


def _hear_of_hangups() -> None:
    """As in a terminal, also where the tests themselves run under nohup."""
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


def _begun(files, before=_hear_of_hangups) -> subprocess.Popen[bytes]:
    """Return an import that has added the first file, and waits for the second."""
    program = subprocess.Popen(
        [sys.executable, "-uc", MAIN, "import", *files, "--rejects", "rejects.csv"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        preexec_fn=before,
    )
    assert program.stdout.readline().startswith(b"a.csv")
    return program


def _parts(folder) -> list[str]:
    return [path.name for path in folder.iterdir() if path.name.endswith(".part")]


@pytest.mark.parametrize("name", CODES)
def test_a_signal_between_two_files(db, files, tmp_path, name):
    program = _begun(files)
    assert len(_parts(tmp_path)) == 1
    program.send_signal(getattr(signal, name))
    _, told = program.communicate(timeout=30)
    assert (program.returncode, told.decode().splitlines()[-1]) == (
        CODES[name],
        "Interrupted. Added: a.csv. Not added: b.csv, c.csv.",
    )
    assert _parts(tmp_path) == []
    assert not (tmp_path / "rejects.csv").exists()
    with Store(db) as store:
        assert [record.file for record in store.imports.list()] == ["a.csv"]


_KILLING = """
import os, signal
import {module} as module
def kill(*given, **named):
    {first}
    os.kill(os.getpid(), signal.SIGTERM)
    return before(*given, **named)
before, module.{name} = module.{name}, kill
from wbc_tracker.cli import main
main()
"""


def _killed_at(module: str, name: str, *words: str, first: str = "pass"):
    return run_alone(*words, script=_KILLING.format(module=module, name=name, first=first))


@pytest.mark.parametrize(
    ("place", "told", "held"),
    [
        ("wbc_tracker.catalog.load_catalog", "Nothing was added.", []),
        ("wbc_tracker.importing._add", "Nothing was added.", []),
        ("wbc_tracker.importing._outcome", "Added: a.csv. Not added: c.csv.", ["a.csv"]),
        ("wbc_tracker.cli.line.next_step.command_line", "Added: a.csv, c.csv.", ["a.csv", "c.csv"]),
    ],
    ids=["before the store is opened", "before it is added", "when it is added and not told yet", "when all is added"],
)
def test_what_is_said_is_what_the_store_holds(db, files, place, told, held):
    done = _killed_at(*place.rsplit(".", 1), "import", "a.csv", "c.csv")
    assert (done.code, done.err.splitlines()[-1]) == (143, f"Interrupted. {told}")
    with Store(db) as store:
        assert [record.file for record in store.imports.list()] == held


ENTRIES = {
    "infusion add 2024-05-01 2024-05-15": ("Recorded: 2024-05-01  ocrelizumab.", "Recorded: 2024-05-15  ocrelizumab."),
    "event add 2024-02-01 infection": ("Recorded: 2024-02-01  infection.",),
    "result remove 1": ("Removed: me  2024-01-02  wbc 6.5",),
    "store restore b.sqlite --yes": ("is now that of b.sqlite", "The store before it is kept as"),
    "patients remove me --yes": ("Erased me",),
}
_COMMITTED = """
import os, signal
from contextlib import contextmanager
import wbc_tracker.store.transactions as transactions
import wbc_tracker.store.keeping.restoring as restoring
transaction, put = transactions._transaction, restoring._put
@contextmanager
def committed(*given, **named):
    with transaction(*given, **named):
        yield
    if 'IMMEDIATE' in given[1]:
        os.kill(os.getpid(), signal.SIGTERM)
def has_put(*given):
    put(*given)
    os.kill(os.getpid(), signal.SIGTERM)
transactions._transaction, restoring._put = committed, has_put
from wbc_tracker.cli import main
main()
"""


@pytest.mark.parametrize("words", ENTRIES)
def test_what_is_committed_is_told_before_a_signal_ends_the_command(wbc, files, words):
    """The signal comes when a transaction is over, and its command has said nothing yet."""
    assert wbc("import", "a.csv").code == 1
    assert wbc("store", "backup", "b.sqlite").code == 0
    assert wbc("infusion", "add", "2024-01-05").code == 0
    done = run_alone(*words.split(), script=_COMMITTED)
    assert (done.code, done.err.splitlines()[-1]) == (143, "Interrupted. What is told above was done.")
    assert [told for told in ENTRIES[words] if told not in done.out] == []


@pytest.mark.parametrize("words", ["infusion add 2024-05-01", "store restore b.sqlite --yes"])
def test_before_that_a_signal_leaves_the_store_as_it_was(wbc, db, files, words):
    assert wbc("import", "a.csv").code == 1
    assert wbc("store", "backup", "b.sqlite").code == 0
    before = sorted(path.name for path in db.parent.iterdir())
    place = "wbc_tracker.store.by_hand.add_together" if "add" in words else "wbc_tracker.store.soundness.examine"
    done = _killed_at(*place.rsplit(".", 1), *words.split())
    assert (done.code, done.out) == (143, "")
    assert done.err.splitlines()[-1] == (
        "Interrupted. The store is as it was; a file is there whole or not at all."
        if "add" in words
        else "Interrupted. Nothing was added."
    )
    assert sorted(path.name for path in db.parent.iterdir()) == before
    with Store(db) as store:
        assert (len(store.infusions.list()), len(store.results.load())) == (0, 1)


def test_a_signal_in_the_middle_of_writing_leaves_the_old_file(files, tmp_path):
    (tmp_path / "out.csv").write_text("old")
    export = ["export", "out.csv", "--labs", "a.csv"]
    done = _killed_at("wbc_tracker.render.csv.results", "write_csv", *export, first="given[1].write(b'half')")
    assert done.code == 143
    assert done.err.splitlines()[-1].startswith("Interrupted.")
    assert (tmp_path / "out.csv").read_text() == "old"
    assert _parts(tmp_path) == []


def test_under_nohup_a_hangup_changes_nothing(db, files, tmp_path):
    program = _begun(files, before=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN))
    program.send_signal(signal.SIGHUP)
    (tmp_path / "b.csv").write_text("collected_at,analyte,value,unit\n2024-02-02,WBC,6.5,10^9/L\n")
    program.communicate(timeout=30)
    assert program.returncode == 1  # a reject in the first
    with Store(db) as store:
        assert [record.added for record in store.imports.list()] == [1, 1, 1]


def test_the_part_of_a_process_that_was_killed_is_swept_by_the_next_one(wbc, files, tmp_path):
    program = _begun(files)
    program.kill()
    program.communicate(timeout=30)
    assert len(_parts(tmp_path)) == 1
    assert wbc("export", "out.csv", "--labs", "c.csv").code == 0
    assert _parts(tmp_path) == []


def test_only_old_parts_of_our_own_are_swept(wbc, files, tmp_path):
    kept = [f".wbc-tracker-00000000-{os.getpid()}-1a2b3c4d.part", ".mine.part", "other.part", ".wbc-tracker-x.part"]
    for name in [*kept, ".out.csv.abcd_123.part"]:
        (tmp_path / name).touch(mode=0o600)
    for name in (".mine.part", "other.part", ".out.csv.abcd_123.part"):
        os.utime(tmp_path / name, (1_000_000_000, 1_000_000_000))
    assert wbc("export", "out.csv", "--labs", "c.csv").code == 0
    assert sorted(_parts(tmp_path)) == sorted(kept)


_LOADING = """
import builtins, os, signal
load = builtins.__import__
def interrupted(name, *rest):
    if name == {name!r}:
        os.kill(os.getpid(), signal.SIGINT)
    return load(name, *rest)
builtins.__import__ = interrupted
from wbc_tracker.cli import main
main()
"""


@pytest.mark.parametrize("name", ["wbc_tracker.cli.boundary", "wbc_tracker.cli.app", "typer"])
def test_an_interrupt_while_the_program_is_loaded_is_no_mistake(name):
    done = run_alone("--version", script=_LOADING.format(name=name))
    assert (done.code, done.out) == (130, "")
    assert "Traceback" not in done.err


class _Dying:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)


@interruptible()
def _work_while_something_dies():
    _Dying()
    for _ in range(500):
        time.sleep(0.01)


def test_an_interrupt_that_python_swallows_comes_again():
    with pytest.raises(Interrupted):
        _work_while_something_dies()


_BEHIND = """
import os, signal
import wbc_tracker.cli.boundary as boundary
boundary.rest = lambda: os.kill(os.getpid(), signal.SIGTERM)
from wbc_tracker.cli import main
main()
"""


@pytest.mark.parametrize(
    ("words", "last"),
    [
        (("infusion", "add", "2024-01-10"), "Interrupted. What is told above was done."),
        (("--version",), "Interrupted. Nothing was added."),
    ],
)
def test_a_signal_behind_the_work_is_told_as_one(words, last, db):
    done = run_alone(*words, script=_BEHIND)
    assert (done.code, done.err.splitlines()[-1]) == (143, last)
