"""What the program cannot have written is damage: told, and never shown; never a mistake of the program."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from tables.store import NO_REJECTS, import_info, infusion, lab_table

from wbc_tracker.errors import StoreError
from wbc_tracker.store import Event, Store

RESULTS = ["me wbc 2024-01-01 6.1", "me cd19 2024-01-01 <5", "ann wbc 2024-02-01T08:00:00 5.5"]


@pytest.fixture
def small(path):
    with Store(path) as store:
        store.results.add(lab_table(*RESULTS), NO_REJECTS, import_info())
        store.infusions.add(infusion("2024-01-05"))
        store.events.add(Event("me", "2024-03-01", "infection", "cold"))
    return path


@pytest.fixture
def change(small):
    """Change a store behind the program's back."""

    def change(table: str, what: str) -> None:
        with closing(sqlite3.connect(small)) as connection, connection:
            connection.execute("PRAGMA ignore_check_constraints = ON")
            connection.execute(f"UPDATE {table} SET {what}")

    return change


@pytest.mark.parametrize(
    ("table", "what", "told"),
    [
        ("results", "value = 'abc' WHERE value = 6.1", "value that is no number"),
        ("results", "value = -6.1 WHERE value = 6.1", "the value -6.1"),
        ("results", "value = 9e999 WHERE value = 6.1", "the value inf"),
        ("results", "comparator = '=' WHERE value = 6.1", "'=' as a comparator"),
        ("results", "analyte = 'wbb' WHERE value = 6.1", "'wbb' as a test"),
        ("results", "analyte = CAST('wbc' AS BLOB) WHERE value = 6.1", "analyte that is no text"),
        ("results", "collected_at = '2024-13-01' WHERE value = 6.1", "'2024-13-01' as a date"),
        ("results", "patient_id = '' WHERE value = 6.1", "'' as no id"),
        ("sightings", "unit = CAST('x' AS BLOB)", "unit that is no text"),
        ("sightings", "ref_low = 'x'", "ref_low that is no number"),
        ("infusions", "infused_on = '2024-01-95'", "an infusion on '2024-01-95'"),
        ("infusions", "dose_mg = 'x'", "a dose of 'x' mg"),
        ("events", "happened_on = 'soon'", "an event on 'soon'"),
        ("events", "note = x'00'", "an event that is no text"),
    ],
)
def test_a_row_that_cannot_be_is_told_and_not_shown(small, change, table, what, told):
    change(table, what)
    with Store(small) as store:
        with pytest.raises(StoreError) as caught:
            store.results.load(), store.infusions.load(), store.events.load()
        if table == "results":
            with pytest.raises(StoreError):
                store.results.list()
        assert store.check().problems != ()
    assert caught.value.code == "store_damaged"
    assert told in caught.value.message
    assert "store check" in caught.value.hint
    assert "store backup" in caught.value.hint


def test_the_rows_of_another_patient_are_still_read(small, change):
    change("results", "value = -6.1 WHERE patient_id = 'ann'")
    with Store(small) as store:
        assert len(store.results.load("me")) == 2
        with pytest.raises(StoreError, match="ann"):
            store.results.load("ann")


def test_a_name_of_the_schema_that_is_no_text_is_damage(small):
    whole = small.read_bytes()
    at = whole.index(b"CREATE INDEX sightings_by_result")
    small.write_bytes(whole[: at + 13] + b"\xff\xfe" + whole[at + 15 :])
    with pytest.raises(StoreError) as caught, Store(small) as store:
        store.results.load()
    assert caught.value.code == "store_damaged"
