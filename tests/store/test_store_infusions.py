"""Infusions: one per patient and date, from files and by hand."""

from __future__ import annotations

import pandas as pd
import pytest
from tables.store import NO_REJECTS, NOON, import_info, infusion, reject_table

from wbc_tracker.errors import UsageError
from wbc_tracker.schema import INFUSION_COLUMNS, names
from wbc_tracker.store import Counts, Infusion

FIRST, SECOND = infusion("2024-01-01", 300), infusion("2024-01-15T09:30:00", 300)


@pytest.fixture
def load(store):
    """Import infusions as one file."""
    return lambda *infusions: store.infusions.add_file(list(infusions), NO_REJECTS, import_info())


def test_infusions_come_by_patient_and_date_as_they_were_given(store):
    given = [
        infusion("2024-06-01", who="you"),
        SECOND,
        FIRST,
        infusion("2023-01-01", None, "rituximab", "you"),
    ]
    assert [store.infusions.add(one) for one in given] == [True] * 4
    assert store.infusions.list() == [FIRST, SECOND, given[3], given[0]]
    assert store.infusions.list("me") == [FIRST, SECOND]
    assert store.infusions.list("nobody") == []


def test_the_frame_has_the_columns_of_the_schema_and_the_same_dtypes_when_empty(store):
    empty = store.infusions.load()
    store.infusions.add(infusion("2024-01-01", None))
    frame = store.infusions.load("me")
    assert list(frame) == list(empty) == names(INFUSION_COLUMNS)
    pd.testing.assert_series_equal(frame.dtypes, empty.dtypes)
    assert frame["dose_mg"].isna().all()


def test_the_very_same_infusion_by_hand_is_not_new(store):
    assert store.infusions.add(FIRST)
    assert not store.infusions.add(FIRST)
    assert store.infusions.list() == [FIRST]


@pytest.mark.parametrize(
    "other",
    [
        infusion("2024-01-01", 600),
        infusion("2024-01-01", None, "rituximab"),
        infusion("2024-01-01", 300, "rituximab"),
        infusion("2024-01-01T08:00:00", 300),
    ],
)
def test_a_different_infusion_on_the_same_date_is_refused_naming_both(store, other):
    store.infusions.add(FIRST)
    with pytest.raises(UsageError, match="contradicts") as caught:
        store.infusions.add(other)
    assert "ocrelizumab, 300 mg, on 2024-01-01)" in caught.value.message
    assert caught.value.commands == (("infusion", "remove", "2024-01-01"),)
    assert store.infusions.list() == [FIRST]


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
    for attempt in (lambda: store.infusions.add(wrong), lambda: load(FIRST, wrong)):
        with pytest.raises(UsageError, match=message):
            attempt()
    assert store.infusions.list() == []
    assert store.imports.list() == []


def test_removing_gives_back_what_was_there(store, load):
    load(FIRST, SECOND)
    assert store.infusions.remove("me", "2024-01-15", NOON) == SECOND
    assert store.infusions.remove("me", "2024-01-15", NOON) is None
    assert store.infusions.remove("you", "2024-01-01", NOON) is None
    assert store.infusions.list() == [FIRST]
    with pytest.raises(UsageError, match="is not a date"):
        store.infusions.remove("me", "yesterday", NOON)


def test_importing_the_same_file_again_adds_nothing(store, load):
    assert load(FIRST, SECOND, FIRST) == Counts(1, added=2, duplicates=1, new_patients=("me",))
    assert load(FIRST, SECOND, FIRST) == Counts(2, added=0, duplicates=3)
    assert store.infusions.list() == [FIRST, SECOND]


def test_contradictions_in_a_file_are_given_back_and_not_added(store, load):
    more, other = infusion("2024-01-01", 600), infusion("2024-03-01", None, "rituximab")
    store.infusions.add(FIRST)
    info = import_info(read=5)
    given = [more, SECOND, other, infusion("2024-03-01", 600), FIRST]
    counts = store.infusions.add_file(given, reject_table("?"), info)
    assert counts.conflicts == [(0, more, FIRST), (3, infusion("2024-03-01", 600), other)]
    assert (counts.added, counts.duplicates) == (2, 1)
    assert store.infusions.list() == [FIRST, SECOND, other]
    (record,) = store.imports.list()
    assert (record.kind, record.added, record.duplicates, record.rejected) == ("infusions", 2, 1, 3)


def test_conflicts_can_be_kept_among_the_rejects(store):
    def conflict_rejects(conflicts):
        return reject_table(*[f"{given.dose_mg:g} against {old.dose_mg:g}" for _, given, old in conflicts])

    infusions = [FIRST, infusion("2024-01-01", 600)]
    store.infusions.add_file(infusions, reject_table("?"), import_info(), conflict_rejects=conflict_rejects)
    assert store.imports.rejects(1)["raw"].tolist() == ["?", "600 against 300"]
    assert store.imports.list()[0].rejected == 2


def test_what_wording_the_conflicts_raises_undoes_the_import(store):
    def strict(conflicts):
        raise UsageError("strict")

    with pytest.raises(UsageError, match="strict"):
        store.infusions.add_file(
            [FIRST, infusion("2024-01-01", 600)], NO_REJECTS, import_info(), conflict_rejects=strict
        )
    assert store.infusions.list() == []
    assert store.imports.list() == []


def test_undo_takes_back_what_no_other_import_holds(store, load):
    load(FIRST, SECOND)
    load(SECOND, infusion("2024-07-01"))
    assert store.imports.undo(1).removed_infusions == 1
    assert store.infusions.list() == [SECOND, infusion("2024-07-01")]
    assert store.imports.undo(2).removed_infusions == 2
    assert store.infusions.list() == []


@pytest.mark.parametrize("by_hand_first", [True, False])
def test_undo_keeps_what_was_also_given_by_hand(store, load, by_hand_first):
    if by_hand_first:
        store.infusions.add(FIRST)
    load(FIRST, SECOND)
    if not by_hand_first:
        assert not store.infusions.add(FIRST)
    assert store.imports.undo(1).removed_infusions == 1
    assert store.infusions.list() == [FIRST]


UNDOSED, OTHER_DOSE = infusion("2024-01-01", None), infusion("2024-01-01", 600)


@pytest.mark.parametrize("again", [FIRST, UNDOSED, infusion("2024-01-01T09:00:00", 300)])
def test_a_removed_infusion_stays_removed_when_its_file_comes_again_and_that_is_told(store, load, again):
    load(FIRST, SECOND)
    store.infusions.remove("me", "2024-01-01", NOON)
    assert load(again, SECOND) == Counts(3, added=0, duplicates=2, removed=1)
    assert store.infusions.list() == [SECOND]
    assert store.infusions.list(removed=True) == [FIRST]
    assert store.infusions.restore("me", "2024-01-01", NOON) == FIRST
    assert store.infusions.restore("me", "2024-01-01", NOON) is None
    assert store.infusions.list() == [FIRST, SECOND]


def test_another_infusion_of_that_date_is_not_the_removed_one(store, load):
    load(FIRST)
    store.infusions.remove("me", "2024-01-01", NOON)
    assert load(OTHER_DOSE).added == 1
    assert store.infusions.list() == [OTHER_DOSE]
    assert store.infusions.list(removed=True) == []
    assert load(FIRST).conflicts == [(0, FIRST, OTHER_DOSE)]
    assert store.check().problems == ()


def test_what_was_removed_can_be_added_by_hand(store, load):
    load(FIRST)
    for by_hand in (FIRST, OTHER_DOSE):
        store.infusions.remove("me", "2024-01-01", NOON)
        assert store.infusions.add(by_hand)
        assert store.infusions.list() == [by_hand]
        assert store.check().problems == ()


def test_undo_forgets_a_removal_with_the_last_import_that_holds_it(store, load):
    load(FIRST)
    store.infusions.remove("me", "2024-01-01", NOON)
    load(FIRST, SECOND)
    assert store.imports.undo(1).removed_infusions == 0
    assert store.infusions.list(removed=True) == [FIRST]
    assert store.patients.list()[0].infusions == 1
    assert store.imports.undo(3).removed_infusions == 1
    assert store.infusions.list(removed=True) == []
    assert load(FIRST).added == 1


def test_a_dose_is_filled_in_and_an_undo_takes_it_back(store, load):
    load(UNDOSED)
    assert load(FIRST, SECOND) == Counts(2, added=1, duplicates=1, filled=1)
    assert store.infusions.list() == [FIRST, SECOND]
    assert load(UNDOSED) == Counts(3, added=0, duplicates=1)
    assert store.infusions.list() == [FIRST, SECOND]
    assert load(OTHER_DOSE).conflicts == [(0, OTHER_DOSE, FIRST)]
    store.imports.undo(2)
    assert store.infusions.list() == [UNDOSED]


@pytest.mark.parametrize("order", [(UNDOSED, FIRST), (FIRST, UNDOSED)])
def test_a_dose_that_one_row_tells_is_known_in_any_order(store, load, order):
    load(*order)
    assert store.infusions.list() == [FIRST]
    assert store.imports.undo(1).removed_infusions == 1
    for one in order:
        load(one)
    assert store.infusions.list() == [FIRST]


def test_a_dose_given_by_hand_outlives_the_file_and_the_other_way_round(store, load):
    load(UNDOSED)
    assert not store.infusions.add(FIRST)
    assert store.infusions.list() == [FIRST]
    store.imports.undo(1)
    assert store.infusions.list() == [FIRST]
    store.infusions.add(infusion("2024-03-01", None))
    load(infusion("2024-03-01", 600))
    store.imports.undo(2)
    assert store.infusions.list() == [FIRST, infusion("2024-03-01", None)]


def test_numbers_of_other_types_are_stored_as_numbers(store):
    dose = pd.Series([300], dtype="int64").iloc[0]
    store.infusions.add(Infusion("me", "2024-01-01", "ocrelizumab", dose))
    assert store.infusions.list() == [FIRST]
