"""A store from before the checksums gets them when it is opened: all of them, or none."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from wbc_tracker.errors import StoreError
from wbc_tracker.store import Store
from wbc_tracker.store.migrations import MIGRATIONS
from wbc_tracker.store.sums import filling

HERE = Path(__file__).parent


@pytest.fixture(params=["store_v1.sqlite", "store_v2.sqlite"])
def old(request, path):
    """The path of an old store as the program before the checksums left it."""
    path.parent.mkdir()
    shutil.copyfile(HERE / request.param, path)
    with closing(sqlite3.connect(path)) as connection:
        made_by = connection.execute("PRAGMA user_version").fetchone()[0]
        for migration in MIGRATIONS[made_by:5]:
            for statement in migration.statements:
                connection.execute(statement)
            connection.execute(f"INSERT INTO migrations VALUES ({migration.number}, '{migration.name}')")
        connection.execute("PRAGMA user_version = 5")
        connection.commit()
    return path


def change(path, statement):
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(statement)


def test_everything_gets_its_checksum(old):
    with Store(old) as store:
        assert store.check().problems == ()
        assert len(store.results.load()) > 3


def test_they_are_computed_all_at_once_as_one_by_one(old, path, tmp_path, monkeypatch):
    shutil.copyfile(old, tmp_path / "other.db")
    with Store(old) as store:
        one_by_one = store._file.connection.execute("SELECT * FROM patients").fetchall()
    for module in ("pairs", "ledger"):
        monkeypatch.setattr(f"wbc_tracker.store.sums.{module}.MANY_ROWS", 1)
    with Store(tmp_path / "other.db") as store:
        assert store._file.connection.execute("SELECT * FROM patients").fetchall() == one_by_one
        assert store.check().problems == ()


def test_what_cannot_be_stays_damage(old):
    change(old, "UPDATE results SET value = -6.1 WHERE patient_id = 'me' AND value = 6.1")
    with Store(old) as store:
        with pytest.raises(StoreError, match=r"the value -6\.1"):
            store.results.load("me")
        assert store.check().problems != ()


def test_a_damaged_file_is_given_none(old):
    with closing(sqlite3.connect(old)) as connection, connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master WHERE name = 'import_infusions_by_infusion'")
    with pytest.raises(StoreError) as caught:
        Store(old)
    assert caught.value.code == "store_damaged"


def test_filling_that_is_cut_short_leaves_the_store_as_it_was(old, monkeypatch):
    before = old.read_bytes()

    def cut_short(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(filling, "put", cut_short)
    with pytest.raises(KeyboardInterrupt):
        Store(old)
    with closing(sqlite3.connect(old)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (6,)
        assert connection.execute("SELECT count(*) FROM patients").fetchone() == (0,)
    monkeypatch.undo()
    with Store(old) as store:
        assert store.check().problems == ()
    assert old.read_bytes() != before
