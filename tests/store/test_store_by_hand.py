"""Infusions typed together: one entry of the history, taken back as one."""

from __future__ import annotations

import pytest
from tables.store import NO_REJECTS, import_info, infusion

from wbc_tracker.errors import UsageError
from wbc_tracker.store import ImportInfo

INFO = ImportInfo.by_hand("2.0", "2026-01-01T08:00:00+00:00")
FIRST, SECOND = infusion("2024-01-01", 300), infusion("2024-01-15", 300)


@pytest.fixture
def add_file(store):
    """Import infusions as one file, and return the number of the import."""
    return lambda *given: store.infusions.add_file(list(given), NO_REJECTS, import_info()).import_id


def test_they_are_one_entry_and_its_undo_takes_them_back(store):
    entry = store.infusions.add_by_hand([FIRST, SECOND], INFO)
    assert entry.fates == ("new", "new")
    (record,) = store.imports.list()
    assert (record.id, record.file, record.kind, record.read, record.added) == (
        entry.import_id, "by hand", "infusions", 2, 2,
    )  # fmt: skip
    assert store.imports.undo(entry.import_id).removed_infusions == 2
    assert store.infusions.list() == []


def test_all_or_nothing_naming_every_contradiction(store):
    store.infusions.add_by_hand([FIRST, SECOND], INFO)
    other = [infusion("2024-01-01", 600), infusion("2024-01-15", 600), infusion("2024-07-01", 600)]
    with pytest.raises(UsageError, match="2 of 3 infusions contradict the store") as caught:
        store.infusions.add_by_hand(other, INFO)
    assert [detail[:10] for detail in caught.value.details] == ["2024-01-01", "2024-01-15"]
    assert caught.value.commands == (("infusion", "remove", "2024-01-01"), ("infusion", "remove", "2024-01-15"))
    assert store.infusions.list() == [FIRST, SECOND]
    assert len(store.imports.list()) == 1


def test_what_is_there_already_makes_no_entry(store):
    store.infusions.add_by_hand([FIRST], INFO)
    entry = store.infusions.add_by_hand([FIRST], INFO)
    assert (entry.fates, entry.import_id) == (("known",), None)
    assert len(store.imports.list()) == 1


def test_a_dose_filled_in_later_is_forgotten_with_its_entry(store):
    store.infusions.add_by_hand([infusion("2024-01-01", None)], INFO)
    entry = store.infusions.add_by_hand([FIRST], INFO)
    assert entry.fates == ("filled",)
    assert store.infusions.list() == [FIRST]
    store.imports.undo(entry.import_id)
    assert store.infusions.list() == [infusion("2024-01-01", None)]


def test_the_later_entry_holds_what_the_first_one_lets_go(store):
    first = store.infusions.add_by_hand([infusion("2024-01-01", None)], INFO)
    store.infusions.add_by_hand([FIRST], INFO)
    store.imports.undo(first.import_id)
    assert store.infusions.list() == [FIRST]


@pytest.mark.parametrize("hand_first", [True, False])
def test_what_a_hand_and_a_file_hold_goes_with_the_last_of_them(store, add_file, hand_first):
    def by_hand() -> int:
        return store.infusions.add_by_hand([FIRST], INFO).import_id

    hand, file = (by_hand(), add_file(FIRST)) if hand_first else (add_file(FIRST), by_hand())[::-1]
    store.imports.undo(file)
    assert store.infusions.list() == [FIRST]
    store.imports.undo(hand)
    assert store.infusions.list() == []


def test_undoing_a_hand_leaves_what_a_file_holds(store, add_file):
    add_file(FIRST)
    entry = store.infusions.add_by_hand([FIRST, SECOND], INFO)
    assert entry.fates == ("known", "new")
    undone = store.imports.undo(entry.import_id)
    assert (undone.removed_infusions, [holder.rows for holder in undone.holders]) == (1, [1])
    assert store.infusions.list() == [FIRST]


def test_a_removed_one_is_there_again(store, add_file):
    add_file(FIRST)
    store.infusions.remove("me", "2024-01-01", "2026-01-01T00:00:00")
    assert store.infusions.add_by_hand([FIRST], INFO).fates == ("new",)
    assert store.infusions.list() == [FIRST]


def test_an_infusion_without_an_entry_stays_when_a_later_entry_goes(store):
    """`add` writes no line into the history: nothing that was typed with it is taken back by another line."""
    store.infusions.add(infusion("2024-01-01", None))
    entry = store.infusions.add_by_hand([FIRST, SECOND], INFO)
    store.imports.undo(entry.import_id)
    assert [one.infused_on for one in store.infusions.list()] == ["2024-01-01"]
