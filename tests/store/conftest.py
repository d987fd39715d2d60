"""A store in a fresh folder, and a way to import lines as a file."""

from __future__ import annotations

import pytest
from tables.store import MANY, NO_REJECTS, import_info, lab_table

from wbc_tracker.store import Store


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "wbc.db"


@pytest.fixture
def store(path):
    with Store(path) as store:
        yield store


@pytest.fixture
def add(store):
    """Import lines as one file: `add("a.csv", "me wbc 2024-01-01 6.1", ...)`."""

    def add(file: str, *lines: str, lab: str = "north", rejects=NO_REJECTS):
        return store.results.add(lab_table(*lines, lab=lab), rejects, import_info(file, read=len(lines)))

    return add


@pytest.fixture
def filled(path):
    """The path of a closed store with some hundred results."""
    with Store(path) as store:
        store.results.add(lab_table(*MANY), NO_REJECTS, import_info())
    return path
