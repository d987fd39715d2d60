"""Wiping a file of SQLite: what was deleted is gone, and all that is there reads as before."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing

import pytest

from wbc_tracker.store.sharing import wiping

SECRET = "secret"
SIZES = (512, 1024, 4096, 32768, 65536)


def _made(path, page_bytes: int) -> None:
    """Make a database of all kinds of pages, in which rows were moved about and deleted."""
    rng = random.Random(page_bytes)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute(f"PRAGMA page_size = {page_bytes}")
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("CREATE TABLE rows (id INTEGER PRIMARY KEY, name TEXT, number REAL)")
        connection.execute("CREATE TABLE keys (name TEXT, number REAL, PRIMARY KEY (name, number)) WITHOUT ROWID")
        connection.execute("CREATE INDEX by_number ON rows (number, name)")
        connection.execute("BEGIN")
        for _ in range(4000):
            name = rng.choice(("ann", "mia", "zoe", "kim", SECRET)) + "x" * rng.randrange(20)
            number = rng.random()
            connection.execute("INSERT INTO rows (name, number) VALUES (?, ?)", (name, number))
            connection.execute("INSERT INTO keys VALUES (?, ?)", (name, number))
        connection.execute("INSERT INTO rows (name) VALUES (?)", (f"{SECRET}{'long' * page_bytes}",))
        connection.execute("INSERT INTO rows (name) VALUES (?)", ("kept" * page_bytes,))
        for table in ("rows", "keys"):
            connection.execute(f"DELETE FROM {table} WHERE name LIKE '{SECRET}%'")
        connection.execute("COMMIT")


def _rows(path) -> list[object]:
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        return [connection.execute(f"SELECT * FROM {table}").fetchall() for table in ("rows", "keys")]


@pytest.mark.parametrize("page_bytes", SIZES)
def test_what_was_deleted_is_gone_and_the_rest_reads_as_before(tmp_path, page_bytes):
    path = tmp_path / "file.db"
    _made(path, page_bytes)
    before, size = _rows(path), path.stat().st_size
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        assert wiping.can_be_wiped(path)
        wiping.wipe(connection, path)
        connection.execute("COMMIT")
    assert SECRET.encode() not in path.read_bytes()
    assert (_rows(path), path.stat().st_size) == (before, size)


def test_there_is_something_to_wipe(tmp_path):
    for page_bytes in SIZES:
        _made(tmp_path / f"{page_bytes}.db", page_bytes)
    assert any(SECRET.encode() in path.read_bytes() for path in tmp_path.glob("*.db"))


def test_a_damaged_page_is_left_as_it_is(tmp_path):
    path = tmp_path / "file.db"
    _made(path, 4096)
    content = bytearray(path.read_bytes())
    content[4096 * 3 + 3 : 4096 * 3 + 5] = b"\xff\xff"  # so many rows are in no page
    path.write_bytes(content)
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        wiping.wipe(connection, path)
    assert path.read_bytes()[4096 * 3 : 4096 * 4] == content[4096 * 3 : 4096 * 4]


def test_the_page_of_the_locks_is_not_looked_at(tmp_path, monkeypatch):
    path = tmp_path / "file.db"
    _made(path, 512)
    before = path.read_bytes()
    places = []
    monkeypatch.setattr(wiping, "_LOCKS_AT", 512 * 4 + 1)
    read = wiping._at
    monkeypatch.setattr(wiping, "_at", lambda handle, place: places.append(place) or read(handle, place))
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        wiping.wipe(connection, path)
    assert path.read_bytes()[512 * 4 : 512 * 5] == before[512 * 4 : 512 * 5]
    assert {512 * 5} < set(places)
    assert 512 * 4 not in places
