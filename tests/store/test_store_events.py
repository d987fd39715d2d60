"""Events: known by patient, date, kind and note, from files and by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from tables.store import NO_REJECTS, NOON, import_info, reject_table

from wbc_tracker.errors import UsageError
from wbc_tracker.schema import EVENT_COLUMNS, names
from wbc_tracker.store import Counts, Event, PatientRecord

FLU = Event("me", "2024-10-01", "vaccination", "flu")
COUGH = Event("me", "2024-11-05", "infection")


@pytest.fixture
def load(store):
    """Import events as one file."""
    return lambda *events: store.events.add_file(list(events), NO_REJECTS, import_info())


def test_events_come_by_patient_and_date(store):
    given = [Event("you", "2024-06-01", "relapse"), COUGH, FLU]
    assert [store.events.add(one) for one in given] == [True] * 3
    assert store.events.list() == [FLU, COUGH, given[0]]
    assert store.events.list("me") == [FLU, COUGH]
    assert store.events.list("nobody") == []


@pytest.mark.parametrize(
    ("other", "is_new"),
    [
        (FLU, False),
        (Event("you", "2024-10-01", "vaccination", "flu"), True),
        (Event("me", "2024-10-02", "vaccination", "flu"), True),
        (Event("me", "2024-10-01", "infection", "flu"), True),
        (Event("me", "2024-10-01", "vaccination", ""), True),
        (Event("me", "2024-10-01", "vaccination", "Flu"), True),
    ],
)
def test_the_same_patient_date_kind_and_note_are_one_event(store, load, other, is_new):
    store.events.add(FLU)
    assert store.events.add(other) is is_new
    assert load(FLU, other) == Counts(1, added=0, duplicates=2)
    assert len(store.events.list()) == 1 + is_new


def test_an_event_without_a_note_is_not_taken_in_again(store, load):
    """Two NULLs in a key would be two events."""
    load(COUGH)
    assert load(COUGH) == Counts(2, added=0, duplicates=1)
    assert store.events.list() == [COUGH]


def test_the_frame_has_the_columns_of_the_schema_and_the_same_dtypes_when_empty(store):
    empty = store.events.load()
    store.events.add(COUGH)
    frame = store.events.load("me")
    assert list(frame) == list(empty) == names(EVENT_COLUMNS)
    pd.testing.assert_series_equal(frame.dtypes, empty.dtypes)
    assert frame.to_dict("records") == [
        {"id": 1, "patient_id": "me", "happened_on": "2024-11-05", "kind": "infection", "note": ""}
    ]


@pytest.mark.parametrize(
    "wrong",
    [
        Event("me", "01.02.2024", "relapse"),
        Event("me", "2024-02-30", "relapse"),
        Event("me", "2024-02-03T08:00:00", "relapse"),
        Event("", "2024-02-03", "relapse"),
        Event("me", "2024-02-03", ""),
    ],
)
def test_an_event_that_is_none_is_refused(store, load, wrong):
    for attempt in (lambda: store.events.add(wrong), lambda: load(FLU, wrong)):
        with pytest.raises(UsageError):
            attempt()
    assert store.events.list() == []
    assert store.imports.list() == []


def test_removing_gives_back_what_was_there(store):
    store.events.add(FLU)
    store.events.add(COUGH)
    assert store.events.remove(1, NOON) == FLU
    assert store.events.list() == [COUGH]
    for unknown in (1, 7, -1, 10**30):
        with pytest.raises(UsageError, match=f"no event {unknown} ") as caught:
            store.events.remove(unknown, NOON)
        assert "event list" in caught.value.hint


def test_the_number_of_a_removed_event_is_not_given_again(store):
    store.events.add(FLU)
    store.events.remove(1, NOON)
    store.events.add(COUGH)
    assert [event.id for event in store.events.list()] == [2]


def test_a_removed_event_stays_removed_when_its_file_comes_again_and_that_is_told(store):
    store.events.add_file([FLU, COUGH], NO_REJECTS, import_info())
    store.events.remove(1, NOON)
    counts = store.events.add_file([FLU, COUGH], NO_REJECTS, import_info())
    assert (counts.added, counts.duplicates, counts.removed) == (0, 2, 1)
    assert store.events.list() == [COUGH]
    assert store.events.list("me", removed=True) == [FLU]
    assert store.patients.list()[0].events == 1
    assert store.events.restore(1, NOON) == FLU
    assert store.events.list() == [FLU, COUGH]
    with pytest.raises(UsageError, match="no removed event 1 ") as caught:
        store.events.restore(1, NOON)
    assert "event list --removed" in caught.value.hint


def test_a_removed_event_can_be_added_by_hand_and_goes_with_the_last_import(store):
    store.events.add_file([FLU, COUGH], NO_REJECTS, import_info())
    store.events.remove(1, NOON)
    store.events.remove(2, NOON)
    assert store.events.add(FLU)
    assert not store.events.add(FLU)
    assert store.events.list() == [FLU]
    assert store.imports.undo(1).removed_events == 0
    assert store.events.list() == [FLU]
    assert store.events.list(removed=True) == []


def test_the_history_tells_of_the_file(store):
    store.events.add_file([FLU, COUGH, FLU], reject_table("?"), import_info("e.csv", read=4))
    (record,) = store.imports.list()
    assert (record.kind, record.file, record.added, record.duplicates, record.rejected) == ("events", "e.csv", 2, 1, 1)
    assert store.imports.rejects(1)["raw"].tolist() == ["?"]


def test_undo_takes_back_what_no_other_import_holds(store, load):
    load(FLU, COUGH)
    load(COUGH, Event("me", "2025-01-01", "steroid"))
    assert store.imports.undo(1).removed_events == 1
    assert store.events.list() == [COUGH, Event("me", "2025-01-01", "steroid")]
    assert store.imports.undo(2).removed_events == 2
    assert store.events.list() == []
    assert store._file.connection.execute("SELECT count(*) FROM import_events").fetchone() == (0,)


@pytest.mark.parametrize("by_hand_first", [True, False])
def test_undo_keeps_what_was_also_given_by_hand(store, load, by_hand_first):
    if by_hand_first:
        store.events.add(FLU)
    load(FLU, COUGH)
    if not by_hand_first:
        assert not store.events.add(FLU)
    assert store.imports.undo(1).removed_events == 1
    assert store.events.list() == [FLU]


def test_who_has_only_events_is_a_patient_and_can_be_erased(store, path, load):
    load(Event("ann", "2024-10-01", "other", "secretnote"))
    store.events.add(COUGH)
    assert store.patients.list() == [
        PatientRecord("ann", 0, 0, None, None, events=1),
        PatientRecord("me", 0, 0, None, None, events=1),
    ]
    assert store.patients.erase("ann").events == 1
    assert store.events.list() == [COUGH]
    assert [patient.patient_id for patient in store.patients.list()] == ["me"]
    assert b"secretnote" not in b"".join(file.read_bytes() for file in path.parent.iterdir())


def test_the_rejects_of_an_event_file_are_erased_with_its_only_patient(store):
    store.events.add_file([Event("ann", "2024-10-01", "other")], reject_table("of ann"), import_info())
    store.events.add(COUGH)
    store.patients.erase("ann")
    assert store.imports.rejects(1).empty
