"""Patience: how long a store that others hold is waited for."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from wbc_tracker.errors import StoreError
from wbc_tracker.store.sharing.patience import Patience


class Others:
    """Other programs that let go after so many looks, and write between some of them."""

    def __init__(self, held: int, writes: set[int] = frozenset()) -> None:
        self.looks, self.held, self.writes, self.written = 0, held, writes, 0

    def attempt(self) -> str:
        self.looks += 1
        if self.looks <= self.held:
            raise sqlite3.OperationalError("database is locked")
        return "done"

    def signs_of_life(self) -> int:
        self.written += self.looks in self.writes
        return self.written


def waited_for(others: Others, most_s: float, told: list[str], is_of_lock=lambda error: True) -> str:
    patience = Patience(most_s, is_of_lock, others.signs_of_life, lambda: told.append("waiting"))
    with closing(sqlite3.connect(":memory:")) as connection:
        return patience.until_free(connection, others.attempt)


@pytest.fixture(autouse=True)
def _in_no_time(monkeypatch):
    """A pause is 10 s here, and takes none."""
    monkeypatch.setattr("wbc_tracker.store.sharing.patience._PAUSE_S", 10)
    monkeypatch.setattr("time.sleep", lambda _: None)


@pytest.mark.parametrize(
    ("held", "writes", "done"),
    [
        (0, set(), True),
        (3, set(), True),
        (6, set(), True),
        (7, set(), False),
        (7, {1}, True),
        (100, set(range(100)), True),
        (100, {5, 10, 15}, False),
        (20, {5, 10, 15}, True),
    ],
)
def test_60_seconds_without_a_byte_are_waited_for(held, writes, done):
    others = Others(held, writes)
    if done:
        assert waited_for(others, 60, []) == "done"
    else:
        with pytest.raises(sqlite3.OperationalError):
            waited_for(others, 60, [])


@pytest.mark.parametrize(("held", "told"), [(0, []), (1, ["waiting"]), (6, ["waiting"])])
def test_whoever_waits_is_told_once(held, told):
    heard: list[str] = []
    waited_for(Others(held), 60, heard)
    assert heard == told


def test_other_errors_are_not_waited_for():
    others = Others(100)
    with pytest.raises(sqlite3.OperationalError):
        waited_for(others, 60, [], is_of_lock=lambda error: isinstance(error, StoreError))
    assert others.looks == 1
