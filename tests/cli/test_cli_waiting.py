"""Several programs at one store: they wait for each other and say so, and none is held up without need."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, contextmanager

import pytest

from wbc_tracker.store import Store

MAIN = "from wbc_tracker.cli import main; main()"
WAITING = "Another program is writing to the store; waiting until it is done ..."
HELD = "2024-01-02 WBC 6.5"


@pytest.fixture
def kept(wbc, db, file):
    """The path of a store with one result and one event."""
    assert wbc("import", file("a.csv", HELD)).code == 0
    assert wbc("event", "add", "2024-01-05", "infection").code == 0
    return db


@contextmanager
def another_that_writes(db, begin: str = "BEGIN IMMEDIATE"):
    """Yield the connection of another program, which is in the middle of a change."""
    with closing(sqlite3.connect(db, isolation_level=None)) as other:
        other.execute(begin)
        other.execute("INSERT INTO keys VALUES ('half done', x'00')")
        yield other


@pytest.fixture
def until_told(monkeypatch):
    """Let another program end when whoever waits for it says so; there nobody waits for a second."""

    def release(other: sqlite3.Connection) -> None:
        from wbc_tracker.cli import sources

        def tell_and_end() -> None:
            tell()
            other.execute("ROLLBACK")

        tell = sources._tell_waiting
        monkeypatch.setattr(sources, "_tell_waiting", tell_and_end)
        monkeypatch.setattr("wbc_tracker.store.sharing.patience._TELL_AFTER_S", 0)

    return release


@pytest.mark.parametrize(
    "words",
    [
        "import b.csv",
        "import b.csv --dry-run",
        "result add 2024-03-01 WBC=6.1",
        "result remove 1",
        "infusion add 2024-03-01",
        "event add 2024-03-01 infection",
        "event remove 1",
        "imports undo 1",
        "patients remove me --yes",
    ],
)
def test_whoever_changes_something_waits_and_says_so_once(wbc, kept, file, until_told, words):
    file("b.csv", "2024-02-02 WBC 5.5")
    with another_that_writes(kept) as other:
        until_told(other)
        done = wbc(*words.split())
    assert (done.code, done.err.splitlines().count(WAITING)) == (0, 1)


@pytest.mark.parametrize("words", ["import b.csv", "report", "patients list"])
def test_whoever_finds_the_store_locked_whole_waits_too(wbc, kept, file, until_told, words):
    file("b.csv", "2024-02-02 WBC 5.5")
    with closing(sqlite3.connect(kept, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        until_told(other)
        done = wbc(*words.split())
    assert (done.code, done.err.splitlines().count(WAITING)) == (0, 1)


@pytest.mark.parametrize("words", ["report", "export -", "patients list", "imports list", "store check"])
def test_whoever_reads_during_an_import_is_not_held_up_and_sees_what_was_before(wbc, kept, words):
    before = wbc(*words.split())
    with another_that_writes(kept):
        assert wbc(*words.split()) == before
    assert before.code == 0


def _importing(*files: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", MAIN, "import", *files], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_a_real_import_waits_until_the_other_has_written(kept, file):
    file("b.csv", "2024-02-02 WBC 5.5")
    with another_that_writes(kept) as other:
        program = _importing("b.csv")
        assert program.stderr.readline() == f"{WAITING}\n"
        other.execute("INSERT INTO keys VALUES ('written', x'00')")
        other.execute("COMMIT")
    told, remarks = program.communicate(timeout=30)
    assert (program.returncode, WAITING in remarks) == (0, False)
    assert "1 added" in told
    with Store(kept) as store:
        assert "b.csv" in {record.file for record in store.imports.list()}
        written = "SELECT count(*) FROM keys WHERE name = 'written'"
        assert store._file.connection.execute(written).fetchone() == (1,)


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_an_interrupt_ends_the_waiting_at_once_and_nothing_is_done(kept, file):
    file("b.csv", "2024-02-02 WBC 5.5")
    with Store(kept) as store:
        before = store.imports.list()
    with another_that_writes(kept) as other:
        program = _importing("b.csv")
        assert program.stderr.readline() == f"{WAITING}\n"
        program.send_signal(signal.SIGINT)
        _, remarks = program.communicate(timeout=30)  # the other goes on holding the store
        other.execute("ROLLBACK")
    assert (program.returncode, remarks) == (130, "Interrupted. Nothing was added.\n")
    with Store(kept) as store:
        assert store.imports.list() == before


def test_nobody_adds_between_the_look_at_a_patient_and_the_adding(wbc, kept, file, monkeypatch):
    from wbc_tracker import importing

    def look(*given):
        other = sqlite3.connect(kept, timeout=0, isolation_level=None)
        with closing(other), pytest.raises(sqlite3.OperationalError, match="locked"):
            other.execute("BEGIN IMMEDIATE")
        return compare(*given)

    compare = importing.compare_with_store
    monkeypatch.setattr(importing, "compare_with_store", look)
    assert wbc("import", file("b.csv", "2024-02-02 WBC 5.5")).code == 0


RACE = """
import os, sys
from wbc_tracker.cli import main
import wbc_tracker.importing
ready, go = os.pipe()
children = []
for number in range(int(sys.argv[1])):
    if not (child := os.fork()):
        os.close(go)
        os.read(ready, 1)
        for stream, name in ((1, "out"), (2, "err")):
            os.dup2(os.open(f"{name}{number}", os.O_WRONLY | os.O_CREAT, 0o600), stream)
        sys.argv = ["wbc-tracker", "import", "same.csv", f"{number}.csv"]
        main()
    children.append(child)
os.close(ready), os.close(go)
sys.exit(any(os.waitpid(child, 0)[1] for child in children))
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_imports_at_once_are_as_imports_one_after_another(wbc, db, file, tmp_path):
    """All begin with a store that is not there yet; one file is the same for all."""
    file("same.csv", HELD)
    for number in range(5):
        file(f"{number}.csv", f"2024-02-{number + 10} WBC 5.{number}")
    done = subprocess.run([sys.executable, "-c", RACE, "5"], check=False, timeout=60)
    assert done.returncode == 0, [path.read_text() for path in tmp_path.glob("err*")]
    racing = wbc("export", "-").lines
    for number in range(5):
        assert wbc("--db", "calm.db", "import", "same.csv", f"{number}.csv").code == 0
    assert sorted(wbc("--db", "calm.db", "export", "-").lines) == sorted(racing)
    assert len(racing) == 1 + 1 + 5
