"""A store of the first schema, made when the program knew no other, is brought up to date and keeps everything.

`store_v1.sqlite` was written by that program: three imports (two lab files that overlap, with one reject, and a file
of infusions), then one infusion by hand.
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from tables.store import NO_REJECTS, import_info, infusion, lab_table, shown

from wbc_tracker.errors import StoreError
from wbc_tracker.store import Event, PatientRecord, Store
from wbc_tracker.store.migrations import MIGRATIONS

MADE_BY_V1 = Path(__file__).parent / "store_v1.sqlite"
NEW = [Event("me", "2024-10-01", "vaccination", "flu")]


@pytest.fixture
def old(path):
    """The path of a copy of that store."""
    path.parent.mkdir()
    shutil.copyfile(MADE_BY_V1, path)
    return path


def test_the_file_is_of_the_first_schema(old):
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (1,)
        assert connection.execute("SELECT number FROM migrations").fetchall() == [(1,)]


def test_everything_is_kept(old):
    with Store(old) as store:
        assert shown(store) == [
            "me cd19 2024-01-01 <5",
            "me igg 2024-02-01 9.8",
            "you wbc 2024-03-01T08:00:00 5.5",
            "me wbc 2024-01-01T08:00:00 6.1",
        ]
        assert store.results.load()["reported_analyte"].tolist() == [
            "cd19 (north)", "igg (north)", "wbc (north)", "wbc (south)",
        ]  # fmt: skip
        assert store.infusions.list() == [
            infusion("2024-01-05", 300), infusion("2024-01-19T09:30:00", 300),
            infusion("2024-07-01", None, "rituximab", "you"),
        ]  # fmt: skip
        assert [(r.id, r.kind, r.file, r.added) for r in store.imports.list()] == [
            (1, "labs", "north.csv", 4), (2, "labs", "south.csv", 0), (3, "infusions", "doses.csv", 2),
        ]  # fmt: skip
        assert store.imports.rejects(1)["raw"].tolist() == ["abc"]
        assert store.patients.list() == [
            PatientRecord("me", 3, 2, "2024-01-01", "2024-02-01"),
            PatientRecord("you", 1, 1, "2024-03-01T08:00:00", "2024-03-01T08:00:00"),
        ]
        assert store.events.list() == []


def test_it_is_of_the_newest_schema_then_and_opens_again(old):
    for _ in range(2):
        with Store(old) as store:
            connection = store._file.connection
            assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            assert len(shown(store)) == 4


def test_old_and_new_parts_work_together(old):
    with Store(old) as store:
        store.events.add_file(NEW, NO_REJECTS, import_info("e.csv"))
        (wrong,) = [result.id for result in store.results.list() if result.analyte == "igg"]
        store.results.remove(wrong, "2025-03-01T12:00:00")
        assert store.results.add(lab_table("me igg 2024-02-01 9.8"), NO_REJECTS, import_info()).removed == 1
        assert store.imports.undo(3).removed_infusions == 2
        assert store.imports.undo(4).removed_events == 1
        assert store.imports.undo(1).removed_results == 2
        assert shown(store) == ["me wbc 2024-01-01T08:00:00 6.1"]


def test_a_newer_store_is_refused_and_left_as_it_is(old):
    with closing(sqlite3.connect(old)) as connection:
        connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    before = old.read_bytes()
    with pytest.raises(StoreError) as caught:
        Store(old)
    assert caught.value.code == "store_newer"
    assert old.read_bytes() == before
