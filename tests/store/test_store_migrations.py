"""Migrations: ordered, each whole or not at all, also when two processes open a new store at once."""

from __future__ import annotations

import sqlite3
import subprocess
import sys

import pytest
from tables.store import NO_REJECTS, import_info, lab_table, shown

from wbc_tracker.errors import StoreError
from wbc_tracker.store import Store, migrations
from wbc_tracker.store.migrations import MIGRATIONS, Migration

WBC = "me wbc 2024-01-01 6.1"
GOOD = Migration(len(MIGRATIONS) + 1, "a note", ("ALTER TABLE imports ADD COLUMN note TEXT",))
BROKEN = Migration(
    len(MIGRATIONS) + 2,
    "breaks after its first statement",
    ("CREATE TABLE half (x)", "DELETE FROM results", "CREATE TABLE results (x)"),
)


def state(store: Store) -> tuple[int, list[int], set[str]]:
    """The schema's number, the recorded migrations and the tables."""
    connection = store._file.connection
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'")
    return (
        connection.execute("PRAGMA user_version").fetchone()[0],
        [number for (number,) in connection.execute("SELECT number FROM migrations ORDER BY number")],
        {name for (name,) in tables},
    )


def test_migrations_are_numbered_from_one_without_a_gap():
    assert [migration.number for migration in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))


def test_a_new_store_records_every_migration(store):
    version, recorded, tables = state(store)
    assert version == len(MIGRATIONS)
    assert recorded == [migration.number for migration in MIGRATIONS]
    assert tables >= {"imports", "results", "sightings", "rejects", "infusions", "import_infusions"}


def test_opening_again_applies_nothing_twice(path, store):
    before = state(store)
    with Store(path) as again:
        assert state(again) == before


def test_a_later_migration_keeps_the_results(path, store, add):
    add("a.csv", WBC)
    migrations.apply(store._file.connection, path, (*MIGRATIONS, GOOD))
    assert state(store)[:2] == (GOOD.number, [*range(1, GOOD.number), GOOD.number])
    assert shown(store) == [WBC]


def test_a_migration_that_fails_half_way_leaves_the_version_before_it(path, store, add):
    add("a.csv", WBC)
    with pytest.raises(sqlite3.OperationalError):
        migrations.apply(store._file.connection, path, (*MIGRATIONS, GOOD, BROKEN))
    version, recorded, tables = state(store)
    assert version == GOOD.number == recorded[-1]
    assert "half" not in tables
    assert shown(store) == [WBC]


def test_a_migration_that_fails_while_opening_is_told_in_one_sentence(path, monkeypatch):
    monkeypatch.setattr(migrations, "MIGRATIONS", (*MIGRATIONS, BROKEN))
    with pytest.raises(StoreError) as caught:
        Store(path)
    assert caught.value.code == "store_unusable"
    monkeypatch.undo()
    with Store(path) as store:
        assert state(store)[0] == len(MIGRATIONS)
        store.results.add(lab_table(WBC), NO_REJECTS, import_info())


OPEN_ALL = """
import sys
from wbc_tracker.store import Infusion, Store
folder, name = sys.argv[1:]
print("ready", flush=True)
sys.stdin.readline()
for number in range(40):
    with Store(f"{folder}/{number}/wbc.db", patience_s=30) as store:
        assert store.infusions.add(Infusion(name, "2024-01-01", "ocrelizumab", 600.0))
"""


def test_processes_that_create_the_same_stores_at_once_all_succeed(tmp_path):
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", OPEN_ALL, str(tmp_path), name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for name in ("ann", "bob", "mia")
    ]
    assert [process.stdout.readline() for process in processes] == ["ready\n"] * 3
    for process in processes:
        process.stdin.write("go\n")
        process.stdin.close()
    assert [process.wait(timeout=60) for process in processes] == [0, 0, 0]
    for process in processes:
        process.stdout.close()
    for number in range(40):
        with Store(tmp_path / str(number) / "wbc.db") as store:
            assert [infusion.patient_id for infusion in store.infusions.list()] == ["ann", "bob", "mia"]
            assert state(store)[1] == [migration.number for migration in MIGRATIONS]
