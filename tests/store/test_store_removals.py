"""A wrong result: removed it is hidden and stays hidden, restored it is back, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables.store import NO_REJECTS, import_info, infusion, lab_table, shown, store_in_memory
from tables.trials import examples

from wbc_tracker.errors import UsageError
from wbc_tracker.store import Counts, Store

WBC, WBC_TIMED, WBC_LATER = "me wbc 2024-01-01 61", "me wbc 2024-01-01T08:00:00 61", "me wbc 2024-01-01T20:00:00 61"
IGG, CD19 = "me igg 2024-01-01 9.8", "me cd19 2024-01-01 <5"
NOON = "2025-03-01T12:00:00"


def number_of(store: Store, line: str, *, removed: bool = False) -> int:
    """The number of the result that a line of `lab_table` made."""
    who, analyte, at, printed = line.split()
    (found,) = [
        result.id
        for result in store.results.list(which="removed" if removed else "visible")
        if (result.patient_id, result.analyte, result.collected_at, f"{result.comparator}{result.value:g}")
        == (who, analyte, at, printed)
    ]
    return found


def remove(store: Store, line: str) -> None:
    store.results.remove(number_of(store, line), NOON)


def removed(store: Store) -> list[str]:
    return [
        f"{r.patient_id} {r.analyte} {r.collected_at} {r.comparator}{r.value:g}"
        for r in store.results.list(which="removed")
    ]


def test_the_list_tells_where_a_result_comes_from(store, add):
    add("b.csv", "you wbc 2024-03-01 5", lab="south")
    add("a.csv", IGG, CD19, WBC_TIMED)
    add("again.csv", IGG)
    told = [(r.patient_id, r.analyte, r.comparator, r.value, r.file, r.source_row) for r in store.results.list()]
    assert told == [
        ("me", "cd19", "<", 5, "a.csv", 3),
        ("me", "igg", "", 9.8, "a.csv", 2),
        ("me", "wbc", "", 61, "a.csv", 4),
        ("you", "wbc", "", 5, "b.csv", 2),
    ]
    assert [r.patient_id for r in store.results.list("you")] == ["you"]
    assert {r.removed_at for r in store.results.list()} == {None}


def test_a_removed_result_is_gone_from_the_results_and_kept_among_the_removed(store, add):
    add("a.csv", WBC, IGG)
    number = number_of(store, WBC)
    gone = store.results.remove(number, NOON)
    assert (gone.id, gone.analyte, gone.value, gone.reported_value) == (number, "wbc", 61, "61")
    assert shown(store) == [IGG]
    assert removed(store) == [WBC]
    assert store.results.list(which="removed")[0].removed_at == NOON
    assert store.patients.list()[0].results == 1
    assert store.patients.list()[0].removed == 1


def test_restoring_shows_it_where_it_stood(store, add):
    add("a.csv", WBC, IGG)
    before = store.results.load()
    number = number_of(store, WBC)
    store.results.remove(number, NOON)
    assert store.results.restore(number, NOON).analyte == "wbc"
    assert store.results.load().equals(before)
    assert removed(store) == []


@pytest.mark.parametrize("number", [0, 99, -1, 10**30])
def test_an_unknown_number_is_named(store, add, number):
    add("a.csv", WBC)
    with pytest.raises(UsageError, match=f"no result {number} ") as caught:
        store.results.remove(number, NOON)
    assert "result list`" in caught.value.hint
    with pytest.raises(UsageError, match=f"no removed result {number} ") as caught:
        store.results.restore(number, NOON)
    assert "result list --removed`" in caught.value.hint


def test_a_result_is_not_removed_twice_nor_restored_unremoved(store, add):
    add("a.csv", WBC)
    with pytest.raises(UsageError, match="no removed result 1"):
        store.results.restore(1, NOON)
    store.results.remove(1, NOON)
    with pytest.raises(UsageError, match="no result 1"):
        store.results.remove(1, NOON)


@pytest.mark.parametrize("again", [WBC, WBC_TIMED])
def test_it_does_not_come_back_with_its_file_or_an_equal_one_and_that_is_told(store, add, again):
    """A date alone and a time of that day with the same value are one result."""
    add("a.csv", WBC)
    remove(store, WBC)
    assert add("b.csv", again, IGG) == Counts(3, added=1, duplicates=1, removed=1)
    assert shown(store) == [IGG]


def test_a_removed_time_is_not_replaced_by_its_date_and_that_is_told(store, add):
    add("a.csv", WBC_TIMED)
    remove(store, WBC_TIMED)
    assert add("b.csv", WBC) == Counts(3, added=0, duplicates=1, removed=1)
    assert shown(store) == []


def test_a_date_beside_a_time_that_is_shown_is_a_repeat_and_not_removed(store, add):
    add("a.csv", WBC_TIMED, WBC_LATER)
    remove(store, WBC_TIMED)
    assert add("b.csv", WBC) == Counts(3, added=0, duplicates=1, removed=0)
    assert shown(store) == [WBC_LATER]


def test_another_time_of_that_day_is_another_result(store, add):
    add("a.csv", WBC_TIMED, WBC_LATER)
    remove(store, WBC_TIMED)
    assert shown(store) == [WBC_LATER]


def test_a_corrected_value_is_another_result(store, add):
    add("a.csv", WBC)
    remove(store, WBC)
    assert add("corrected.csv", "me wbc 2024-01-01 6.1") == Counts(3, added=1, duplicates=0)
    assert shown(store) == ["me wbc 2024-01-01 6.1"]


def test_undo_of_the_last_import_that_holds_it_forgets_the_removal(store, add):
    add("a.csv", WBC, IGG)
    remove(store, WBC)
    assert store.imports.undo(1).removed_results == 1
    assert removed(store) == []
    assert add("a.csv", WBC, IGG).added == 2
    assert shown(store) == [WBC, IGG]


@pytest.mark.parametrize(("first", "second"), [(WBC, WBC), (WBC_TIMED, WBC), (WBC, WBC_TIMED)])
def test_while_another_import_holds_it_or_an_equal_one_it_stays_removed(store, add, first, second):
    add("a.csv", first)
    remove(store, first)
    add("b.csv", second)
    assert store.imports.undo(1).removed_results == 0
    assert shown(store) == []
    assert removed(store) == [second]
    store.results.restore(number_of(store, second, removed=True), NOON)
    assert shown(store) == [second]


def test_undo_does_not_hide_what_was_shown(store, add):
    add("a.csv", WBC_TIMED)
    remove(store, WBC_TIMED)
    add("b.csv", WBC, WBC_LATER)
    assert shown(store) == [WBC_LATER]
    store.imports.undo(1)
    assert shown(store) == [WBC_LATER]


def test_a_patient_of_whom_all_results_are_removed_can_still_be_erased(store, path, add):
    add("a.csv", "secretpatient wbc 2024-01-01 61", IGG)
    remove(store, "secretpatient wbc 2024-01-01 61")
    assert [patient.patient_id for patient in store.patients.list()] == ["me", "secretpatient"]
    assert store.patients.erase("secretpatient").removed == 1
    assert b"secretpatient" not in b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert removed(store) == []


def test_what_an_import_would_do_is_told_and_not_done(store, add):
    add("a.csv", WBC, IGG)
    remove(store, WBC)
    told = store.results.foresee(lab_table(WBC_TIMED, CD19, IGG), NO_REJECTS, import_info())
    assert (told.added, told.duplicates, told.removed) == (1, 2, 1)
    assert shown(store) == [IGG]
    assert len(store.imports.list()) == 2
    assert add("b.csv", WBC_TIMED, CD19, IGG) == told


LINES = [WBC, WBC_TIMED, WBC_LATER, IGG]


@settings(deadline=None, max_examples=examples(60))
@given(st.lists(st.one_of(st.sets(st.sampled_from(LINES), min_size=1), st.integers(0, 5), st.just("undo")), max_size=8))
def test_what_is_removed_comes_back_by_no_import(steps):
    """Imports only ever add; a removed result is shown again only after every import with an equal one is undone."""
    with store_in_memory() as store:
        store.infusions.add(infusion("2024-01-01"))
        gone: set[str] = set()
        for step in steps:
            held = shown(store)
            if isinstance(step, set):
                store.results.add(lab_table(*sorted(step)), NO_REJECTS, import_info())
            elif step == "undo":
                if store.imports.list():
                    assert store.imports.undo(store.imports.list()[0].id).removed_results >= 0
                gone &= set(removed(store))
                continue
            elif held:
                line = held[step % len(held)]
                remove(store, line)
                gone.add(line)
            assert not gone & set(shown(store))
            assert gone <= set(removed(store))
