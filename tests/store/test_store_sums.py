"""The sums of each patient stay right whatever is done; what is done to the file outside the program is seen."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables.store import NO_REJECTS, NOON, import_info, infusion, lab_table, reject_table
from tables.trials import examples

from wbc_tracker.errors import StoreError, UsageError
from wbc_tracker.store import Event, Store
from wbc_tracker.store.sums import ledger, relabelling

LINES = [
    f"{who} {analyte} {when} {value}{status}"
    for who in ("ann", "bob")
    for analyte in ("wbc", "cd19")
    for when in ("2024-01-01", "2024-01-01T08:00:00", "2024-02-01")
    for value, status in [("6.1", ""), ("<5", ""), ("7", " final"), ("6.1", " corrected"), ("6.1", " withdrawn"),
                          ("-", " withdrawn"), ("6.1", " preliminary")]
]  # fmt: skip
FILES = st.lists(st.sampled_from(LINES), min_size=1, max_size=4)
PEOPLE = st.sampled_from(["ann", "bob"])
DAYS = st.sampled_from(["2024-01-05", "2024-01-19", "2024-07-01"])
DOSES = st.sampled_from([None, 300.0, 600.0])
NUMBERS = st.integers(1, 6)


def labs(store, lines, lab):
    table = lab_table(*lines, lab=lab).assign(reported_unit="K/uL" if lab == "south" else None)
    sexes = {"ann": "f"} if lab == "south" else {}
    said = {"name": frozenset({"Ann"})} if lab == "north" else {}
    store.results.add(table, reject_table("abc"), import_info(sexes=sexes, named=said, patient="ann"))


def doses(store, who, day, dose):
    events = [Event(who, day, "infection", "cold")]
    store.infusions.add_file([infusion(day, dose, who=who)], NO_REJECTS, import_info(), events=events)


def dose(who, day, dose_mg):
    return infusion(day, dose_mg, who=who)


LABS = st.tuples(st.just(labs), FILES, st.sampled_from(["north", "south"]))
UNDO = st.tuples(st.just(lambda store, n: store.imports.undo(n)), NUMBERS)
REMOVE = st.tuples(st.just(lambda store, n: store.results.remove(n, NOON)), NUMBERS)
RESTORE = st.tuples(st.just(lambda store, n: store.results.restore(n, NOON)), NUMBERS)
OTHERS = st.one_of(
    st.tuples(st.just(doses), PEOPLE, DAYS, DOSES),
    st.tuples(st.just(lambda store, *of: store.infusions.add(dose(*of))), PEOPLE, DAYS, DOSES),
    st.tuples(st.just(lambda store, who, day: store.infusions.remove(who, day, NOON)), PEOPLE, DAYS),
    st.tuples(st.just(lambda store, who, day: store.infusions.restore(who, day, NOON)), PEOPLE, DAYS),
    st.tuples(st.just(lambda store, who, day: store.events.add(Event(who, day, "infection", "cold"))), PEOPLE, DAYS),
    st.tuples(st.just(lambda store, n: store.events.remove(n, NOON)), NUMBERS),
    st.tuples(st.just(lambda store, n: store.events.restore(n, NOON)), NUMBERS),
    st.tuples(st.just(lambda store, who: store.patients.erase(who)), PEOPLE),
)
STEPS = st.one_of(LABS, LABS, UNDO, REMOVE, RESTORE, OTHERS, OTHERS)  # fmt: skip


@settings(max_examples=examples(40))
@given(st.lists(STEPS, min_size=3, max_size=14), st.sampled_from([0, 4]))
def test_the_sums_stay_right_whatever_is_done(tmp_path_factory, steps, few):
    """Also where the draws that a change touches are few beside all (0: they always are)."""
    with pytest.MonkeyPatch.context() as patch, Store(tmp_path_factory.mktemp("store") / "wbc.db") as store:
        patch.setattr(ledger, "_FEW", few)
        for do, *arguments in steps:
            with suppress(UsageError):
                do(store, *arguments)
            assert store.check().problems == ()
            read_all(store)


def read_all(store, patient=None):
    store.results.load(patient), store.infusions.load(patient), store.events.load(patient)
    store.patients.sexes(patient)
    for which in ("visible", "removed", "superseded"):
        store.results.list(patient, which=which)
    store.imports.list()
    for record in store.imports.list():
        store.imports.rejects(record.id)


def test_rows_may_become_those_of_another_patient(store):
    labs(store, LINES[:9], "north"), doses(store, "ann", "2024-01-05", 300)
    with store._file.writing() as connection, relabelling(connection, ["ann", "anna"]):
        for table in ("results", "withdrawals", "infusions", "events", "named", "sexes"):
            connection.execute("PRAGMA defer_foreign_keys = ON")
            connection.execute(f"UPDATE {table} SET patient_id = 'anna' WHERE patient_id = 'ann'")
        connection.execute("UPDATE import_infusions SET patient_id = 'anna'")
    assert store.check().problems == ()
    assert set(store.results.load()["patient_id"]) == {"anna"}
    read_all(store)


def test_what_was_damaged_is_not_sealed_by_a_new_name(store):
    labs(store, LINES[:9], "north")
    with closing(sqlite3.connect(store.path)) as other, other:
        other.execute("UPDATE results SET value = 7.5 WHERE value = 7")
    with (
        pytest.raises(StoreError, match="of patient 'ann'"),
        store._file.writing() as connection,
        relabelling(connection, ["ann", "anna"]),
    ):
        raise AssertionError


@pytest.mark.parametrize("few", [0, 4])
def test_the_sums_stay_right_where_results_hide_one_another(store, monkeypatch, few):
    monkeypatch.setattr(ledger, "_FEW", few)
    labs(store, ["ann wbc 2024-01-01 6.1", "ann wbc 2024-02-01 7 final"], "north")
    labs(store, ["ann wbc 2024-01-01 7 corrected", "ann wbc 2024-02-01T08:00:00 7", "ann wbc 2024-05-01 5"], "south")
    labs(store, ["ann wbc 2024-05-01 5 withdrawn", "ann wbc 2023-01-01 4"], "south")
    (replaced,) = [result.id for result in store.results.list(which="superseded") if result.value == 6.1]
    spans = []
    for step in (
        lambda: store.results.restore(replaced, NOON),
        lambda: store.results.remove(replaced, NOON),
        lambda: store.imports.undo(3),
        lambda: store.imports.undo(2),
        lambda: store.imports.undo(1),
    ):
        step()
        assert store.check().problems == ()
        spans += [(record.first_at, record.latest_at) for record in store.patients.list()]
    assert [span[0] for span in spans] == ["2023-01-01", "2023-01-01", "2024-01-01", "2024-02-01"]
    assert [(latest or "")[:10] for _, latest in spans] == ["2024-02-01", "2024-02-01", "2024-05-01", "2024-02-01"]
