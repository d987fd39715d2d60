"""Patients: who is in the store, and erasing one down to the last byte."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest
from tables.store import NO_REJECTS, import_info, infusion, lab_table, reject_table, shown

from wbc_tracker.errors import StoreError, UsageError
from wbc_tracker.store import PatientRecord, Store
from wbc_tracker.store.sharing import wiping

WHO = ("ann", "secretpatient", "zoe")
ANN, ZOE = "ann wbc 2024-01-01 6.1", "zoe wbc 2024-05-01T08:00:00 5.5"


def bytes_on_disk(path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(path.parent.iterdir()))


def test_patients_are_those_with_a_result_or_an_infusion(store, add):
    add("a.csv", ZOE, ANN, "ann igg 2023-02-03 9", "ann wbc 2024-01-01T08:00:00 6.1")
    store.infusions.add(infusion("2024-01-01", who="ann"))
    store.infusions.add(infusion("2022-01-01", who="mia"))
    assert store.patients.list() == [
        PatientRecord("ann", 2, 1, "2023-02-03", "2024-01-01T08:00:00"),
        PatientRecord("mia", 0, 1, None, None),
        PatientRecord("zoe", 1, 0, "2024-05-01T08:00:00", "2024-05-01T08:00:00"),
    ]


def test_removing_a_patient_leaves_the_others_and_the_history(store, add):
    add("a.csv", ANN, ZOE)
    store.infusions.add(infusion("2024-01-01", who="ann"))
    store.infusions.add(infusion("2024-01-01", who="zoe"))
    history = store.imports.list()
    assert store.patients.erase("ann") == PatientRecord("ann", 1, 1, "2024-01-01", "2024-01-01")
    assert shown(store) == [ZOE]
    assert store.infusions.list() == [infusion("2024-01-01", who="zoe")]
    assert store.imports.list() == history
    assert [patient.patient_id for patient in store.patients.list()] == ["zoe"]


def test_an_unknown_patient_is_named(store, add):
    add("a.csv", ANN)
    with pytest.raises(UsageError, match="no patient 'bob'") as caught:
        store.patients.erase("bob")
    assert "patients list" in caught.value.hint


def test_a_patient_of_an_undone_import_is_unknown(store, add):
    add("a.csv", ANN)
    store.imports.undo(1)
    with pytest.raises(UsageError, match="no patient 'ann'"):
        store.patients.erase("ann")


def test_rejects_of_imports_with_nobody_else_are_erased(store, add):
    add("ann.csv", ANN, rejects=reject_table("of ann"))
    add("both.csv", ANN, ZOE, rejects=reject_table("of either"))
    add("nobody.csv", rejects=reject_table("of whom"))
    store.infusions.add_file([infusion("2024-01-01", who="ann")], reject_table("dose of ann"), import_info())
    store.patients.erase("ann")
    kept = [store.imports.rejects(record.id)["raw"].tolist() for record in store.imports.list()]
    assert kept == [[], ["of either"], ["of whom"], []]
    store.patients.erase("zoe")
    assert all(store.imports.rejects(record.id).empty for record in store.imports.list())


def test_the_bytes_of_an_erased_patient_are_gone(store, path, add):
    secrets = [f"secretpatient wbc 2024-{month:02}-{day:02} 6.1" for month in range(1, 13) for day in range(1, 29)]
    others = [f"zoe wbc 2024-{month:02}-{day:02} 5.5" for month in range(1, 13) for day in range(1, 29)]
    mixed = [line for pair in zip(secrets, others, strict=True) for line in pair]
    add("mixed.csv", *mixed, lab="secretlab")
    add("zoe.csv", *others, lab="north")
    add("undone.csv", "secretpatient igg 2024-01-01 9", lab="secretlab")
    store.imports.undo(3)
    store.infusions.add(infusion("2024-01-01", who="secretpatient"))
    assert b"secretpatient" in bytes_on_disk(path)
    store.patients.erase("secretpatient")
    assert b"secretpatient" not in bytes_on_disk(path)
    assert len(store.results.load()) == len(others)
    store.imports.undo(1)  # zoe's rows carry the mark of that laboratory until here
    store.patients.erase("zoe")
    assert b"secretlab" not in bytes_on_disk(path)


def test_others_that_remember_the_old_pages_write_none_of_them_back(path):
    """Whoever has the store open, in the same program or another one, forgets what it has read."""
    lines = [f"{who} wbc {year}-03-{day:02} 6.1" for year in (2022, 2023) for day in range(1, 29) for who in WHO]
    later = [line.replace("202", "201") for line in lines]
    with Store(path) as store, Store(path) as other:
        store.results.add(lab_table(*lines), NO_REJECTS, import_info())
        assert len(other.results.load()) == len(lines)
        store.patients.erase("secretpatient")
        kept = [line for line in later if "secretpatient" not in line]
        for each in (store, other):
            each.results.add(lab_table(*kept), NO_REJECTS, import_info())
            each.imports.undo(each.imports.list()[-1].id)
            assert b"secretpatient" not in bytes_on_disk(path)


def test_erasing_writes_the_pages_of_that_patient_and_not_the_file(path):
    lines = [f"p{who:03} wbc {year}-03-01 6.1" for who in range(120) for year in range(2000, 2020)]
    with Store(path) as store:
        store.results.add(lab_table(*lines), NO_REJECTS, import_info())
        store.patients.erase("p017")  # the traces of the import are wiped with the first one
        before = path.read_bytes()
        assert store.patients.erase("p042").results == 20
        after = path.read_bytes()
    assert len(after) == len(before)
    changed = [place for place in range(0, len(after), 4096) if after[place:][:4096] != before[place:][:4096]]
    assert len(changed) < len(after) / 4096 / 5


def test_what_could_not_be_wiped_is_wiped_once_when_the_store_is_opened_again(path, monkeypatch):
    with Store(path) as store:
        store.results.add(lab_table(ANN, ZOE), NO_REJECTS, import_info())
        with monkeypatch.context() as patched:
            patched.setattr(wiping, "wipe", _fail)
            with pytest.raises(StoreError, match="erased, but") as caught:
                store.patients.erase("ann")
        assert caught.value.exit_code == 1
        assert shown(store) == [ZOE]
    wiped = []
    wipe = wiping.wipe
    monkeypatch.setattr(wiping, "wipe", lambda *given: wiped.append(given) or wipe(*given))
    for _ in range(2):
        with Store(path) as store:
            assert shown(store) == [ZOE]
        assert len(wiped) == 1


def test_no_trace_is_left_in_the_gaps_of_pages(path):
    """In the order of dates the index moves rows about; of somebody among these SQLite alone leaves a trace."""
    people = [f"person{number:03}" for number in range(60)]
    lines = [f"{who} wbc {2000 + year}-01-01 6.1" for year in range(5) for who in people]
    with Store(path) as store:
        store.results.add(lab_table(*lines), NO_REJECTS, import_info())
        for who in people[::3]:
            store.patients.erase(who)
            assert who.encode() not in bytes_on_disk(path), who


def _fail(*_):
    raise sqlite3.OperationalError("no")


def test_a_store_of_another_form_is_written_anew(path):
    """Where pages of pointers stand between the others, gaps cannot be told from them."""
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA auto_vacuum = FULL")
        connection.execute("VACUUM")
    lines = [f"{who} wbc 2024-03-{day:02} {day}" for day in range(1, 29) for who in WHO]
    with Store(path) as store:
        store.results.add(lab_table(*lines), NO_REJECTS, import_info())
        assert not wiping.can_be_wiped(path)
        store.patients.erase("secretpatient")
        assert b"secretpatient" not in bytes_on_disk(path)
        assert store.check().problems == ()


def test_while_another_program_reads_nothing_is_erased(path):
    with Store(path, patience_s=0.05) as store, closing(sqlite3.connect(path)) as reader:
        store.results.add(lab_table(ANN), NO_REJECTS, import_info())
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM results").fetchall()
        store.results.add(lab_table(ZOE), NO_REJECTS, import_info())
        with pytest.raises(StoreError) as caught:
            store.patients.erase("ann")
        assert caught.value.code == "store_locked"
        assert shown(store) == [ANN, ZOE]
        reader.execute("COMMIT")
        store.patients.erase("ann")
        assert shown(store) == [ZOE]
