"""Infusions: one per patient and date, from files and by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from store_tables import NO_REJECTS, import_info, infusion, reject_table

from wbc_tracker.errors import UsageError
from wbc_tracker.schema import INFUSION_COLUMNS, names
from wbc_tracker.store import Counts, Infusion

FIRST, SECOND = infusion("2024-01-01", 300), infusion("2024-01-15T09:30:00", 300)


@pytest.fixture
def load(store):
    """Import infusions as one file."""
    return lambda *infusions: store.import_infusions(list(infusions), NO_REJECTS, import_info())


def test_infusions_come_by_patient_and_date_as_they_were_given(store):
    given = [
        infusion("2024-06-01", who="you"),
        SECOND,
        FIRST,
        infusion("2023-01-01", None, "rituximab", "you"),
    ]
    assert [store.add_infusion(one) for one in given] == [True] * 4
    assert store.infusions() == [FIRST, SECOND, given[3], given[0]]
    assert store.infusions("me") == [FIRST, SECOND]
    assert store.infusions("nobody") == []


def test_the_frame_has_the_columns_of_the_schema_and_the_same_dtypes_when_empty(store):
    empty = store.infusion_frame()
    store.add_infusion(infusion("2024-01-01", None))
    frame = store.infusion_frame("me")
    assert list(frame) == list(empty) == names(INFUSION_COLUMNS)
    pd.testing.assert_series_equal(frame.dtypes, empty.dtypes)
    assert frame["dose_mg"].isna().all()


def test_the_very_same_infusion_by_hand_is_not_new(store):
    assert store.add_infusion(FIRST)
    assert not store.add_infusion(FIRST)
    assert store.infusions() == [FIRST]


@pytest.mark.parametrize(
    "other",
    [
        infusion("2024-01-01", 600),
        infusion("2024-01-01", None),
        infusion("2024-01-01", 300, "rituximab"),
        infusion("2024-01-01T08:00:00", 300),
    ],
)
def test_a_different_infusion_on_the_same_date_is_refused_naming_both(store, other):
    store.add_infusion(FIRST)
    with pytest.raises(UsageError, match="contradicts") as caught:
        store.add_infusion(other)
    assert "ocrelizumab, 300 mg, on 2024-01-01)" in caught.value.message
    assert "infusion remove 2024-01-01" in caught.value.hint
    assert store.infusions() == [FIRST]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (infusion("01.02.2024"), "'01.02.2024' is not a date"),
        (infusion("2024-02-30"), "'2024-02-30' is not a date"),
        (infusion("2024-01-01T25:00:00"), "is not a date"),
        (infusion("2024-01-01 08:00:00"), "is not a date"),
        (infusion("2024-01-01", 0), "0 is not a dose"),
        (infusion("2024-01-01", float("nan")), "nan is not a dose"),
        (infusion("2024-01-01", drug=""), "needs a patient and a drug"),
        (infusion("2024-01-01", who=""), "needs a patient and a drug"),
    ],
)
def test_an_infusion_that_is_none_is_refused(store, load, wrong, message):
    for attempt in (lambda: store.add_infusion(wrong), lambda: load(FIRST, wrong)):
        with pytest.raises(UsageError, match=message):
            attempt()
    assert store.infusions() == []
    assert store.imports() == []


def test_removing_gives_back_what_was_there(store, load):
    load(FIRST, SECOND)
    assert store.remove_infusion("me", "2024-01-15") == SECOND
    assert store.remove_infusion("me", "2024-01-15") is None
    assert store.remove_infusion("you", "2024-01-01") is None
    assert store.infusions() == [FIRST]
    with pytest.raises(UsageError, match="is not a date"):
        store.remove_infusion("me", "yesterday")


def test_importing_the_same_file_again_adds_nothing(store, load):
    assert load(FIRST, SECOND, FIRST) == Counts(1, added=2, duplicates=1)
    assert load(FIRST, SECOND, FIRST) == Counts(2, added=0, duplicates=3)
    assert store.infusions() == [FIRST, SECOND]


def test_contradictions_in_a_file_are_given_back_and_not_added(store, load):
    more, none = infusion("2024-01-01", 600), infusion("2024-03-01", None)
    store.add_infusion(FIRST)
    info = import_info(read=5)
    counts = store.import_infusions([more, SECOND, none, infusion("2024-03-01", 600), FIRST], reject_table("?"), info)
    assert counts.conflicts == [(0, more, FIRST), (3, infusion("2024-03-01", 600), none)]
    assert (counts.added, counts.duplicates) == (2, 1)
    assert store.infusions() == [FIRST, SECOND, none]
    (record,) = store.imports()
    assert (record.kind, record.added, record.duplicates, record.rejected) == ("infusions", 2, 1, 3)


def test_conflicts_can_be_kept_among_the_rejects(store):
    def conflict_rejects(conflicts):
        return reject_table(*[f"{given.dose_mg:g} against {old.dose_mg:g}" for _, given, old in conflicts])

    infusions = [FIRST, infusion("2024-01-01", 600)]
    store.import_infusions(infusions, reject_table("?"), import_info(), conflict_rejects=conflict_rejects)
    assert store.rejects(1)["raw"].tolist() == ["?", "600 against 300"]
    assert store.imports()[0].rejected == 2


def test_what_wording_the_conflicts_raises_undoes_the_import(store):
    def strict(conflicts):
        raise UsageError("strict")

    with pytest.raises(UsageError, match="strict"):
        store.import_infusions([FIRST, infusion("2024-01-01", 600)], NO_REJECTS, import_info(), conflict_rejects=strict)
    assert store.infusions() == []
    assert store.imports() == []


def test_undo_takes_back_what_no_other_import_holds(store, load):
    load(FIRST, SECOND)
    load(SECOND, infusion("2024-07-01"))
    assert store.undo(1).removed_infusions == 1
    assert store.infusions() == [SECOND, infusion("2024-07-01")]
    assert store.undo(2).removed_infusions == 2
    assert store.infusions() == []


@pytest.mark.parametrize("by_hand_first", [True, False])
def test_undo_keeps_what_was_also_given_by_hand(store, load, by_hand_first):
    if by_hand_first:
        store.add_infusion(FIRST)
    load(FIRST, SECOND)
    if not by_hand_first:
        assert not store.add_infusion(FIRST)
    assert store.undo(1).removed_infusions == 1
    assert store.infusions() == [FIRST]


def test_an_infusion_removed_by_hand_comes_back_with_its_file_only(store, load):
    load(FIRST, SECOND)
    store.remove_infusion("me", "2024-01-01")
    assert load(FIRST, SECOND) == Counts(2, added=1, duplicates=1)
    store.undo(1)
    assert store.infusions() == [FIRST, SECOND]


def test_numbers_of_other_types_are_stored_as_numbers(store):
    dose = pd.Series([300], dtype="int64").iloc[0]
    store.add_infusion(Infusion("me", "2024-01-01", "ocrelizumab", dose))
    assert store.infusions() == [FIRST]
