"""A store of the second schema, made when the program knew no later one, opens with everything that was in it.

`store_v2.sqlite` was written by that program: two lab files that overlap (with one reject), a file of infusions, one
of events, an infusion and an event by hand, and one result removed.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tables.store import NO_REJECTS, NOON, import_info, infusion, lab_table, shown

from wbc_tracker.store import Event, PatientRecord, Store
from wbc_tracker.store.migrations import MIGRATIONS, read_migration

HERE = Path(__file__).parent


@pytest.fixture
def old(path):
    """The path of a copy of that store."""
    path.parent.mkdir()
    shutil.copyfile(HERE / "store_v2.sqlite", path)
    return path


def schema(connection: sqlite3.Connection) -> dict[str, str]:
    """The text of every table, index and view; how it is indented does not matter."""
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {name: " ".join(sql.split()) for name, sql in rows}


def test_everything_is_kept(old):
    with Store(old) as store:
        assert shown(store) == [
            "me cd19 2024-01-01 <5", "me igg 2024-02-01 9.8", "you wbc 2024-03-01T08:00:00 5.5",
            "me wbc 2024-01-01T08:00:00 6.1",
        ]  # fmt: skip
        assert [(r.id, r.value) for r in store.results.list(which="removed")] == [(6, 61.0)]
        assert store.infusions.list() == [
            infusion("2024-01-05", 300), infusion("2024-01-19T09:30:00", 300),
            infusion("2024-07-01", None, "rituximab", "you"),
        ]  # fmt: skip
        assert store.events.list() == [
            Event("me", "2024-10-01", "vaccination", "flu"), Event("me", "2024-11-01", "infection"),
            Event("you", "2024-12-01", "other", "holiday"),
        ]  # fmt: skip
        assert [(r.id, r.file, r.added, r.duplicates) for r in store.imports.list()] == [
            (1, "north.csv", 4, 0), (2, "south.csv", 1, 2), (3, "doses.csv", 2, 0), (4, "events.csv", 2, 0),
        ]  # fmt: skip
        assert store.imports.rejects(1)["raw"].tolist() == ["abc"]
        assert store.patients.list() == [
            PatientRecord("me", 3, 2, "2024-01-01", "2024-02-01", 2, 1),
            PatientRecord("you", 1, 1, "2024-03-01T08:00:00", "2024-03-01T08:00:00", 1),
        ]


def test_old_and_new_parts_work_together(old):
    with Store(old) as store:
        again = lab_table("me wbc 2024-02-01 61", "me wbc 2024-02-01 6.1")
        assert store.results.add(again, NO_REJECTS, import_info()).removed == 1
        assert store.imports.undo(1).removed_results == 2
        store.results.restore(6, NOON)
        assert shown(store) == [
            "me wbc 2024-01-01T08:00:00 6.1", "me cd19 2024-01-01 <5", "me wbc 2024-02-01 61", "me wbc 2024-02-01 6.1",
        ]  # fmt: skip


@pytest.mark.parametrize("made_by", ["store_v1.sqlite", "store_v2.sqlite"])
def test_an_old_store_has_the_schema_of_a_new_one(path, tmp_path, made_by):
    shutil.copyfile(HERE / made_by, tmp_path / "old.db")
    with Store(tmp_path / "old.db") as old, Store(path) as new:
        assert schema(old._file.connection) == schema(new._file.connection)
        recorded = "SELECT number, name FROM migrations"
        assert (
            old._file.connection.execute(recorded).fetchall()
            == new._file.connection.execute(recorded).fetchall()
            == [(migration.number, migration.name) for migration in MIGRATIONS]
        )


def test_the_second_step_is_what_it_was_when_it_was_released(tmp_path):
    """The schema that this program's first two steps make is, word for word, the one that the old program stored."""
    with (
        closing(sqlite3.connect(HERE / "store_v2.sqlite")) as old,
        closing(sqlite3.connect(tmp_path / "new.db")) as new,
    ):
        for migration in MIGRATIONS[:2]:
            for statement in migration.statements:
                new.execute(statement)
        assert schema(new) == schema(old)


def test_a_step_is_read_from_its_file(tmp_path):
    (tmp_path / "007.sql").write_text(
        "-- a; name\n\n-- A comment; it's long.\nCREATE TABLE a (\n    x TEXT DEFAULT ';' -- inside;\n);\n"
        "CREATE INDEX i ON a (x);\n"
    )
    step = read_migration(tmp_path / "007.sql")
    assert (step.number, step.name) == (7, "a; name")
    assert step.statements == (
        "CREATE TABLE a (\n    x TEXT DEFAULT ';' -- inside;\n)",
        "CREATE INDEX i ON a (x)",
    )
