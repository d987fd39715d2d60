"""Undo: the store is as if the import had never been made."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables.store import NO_REJECTS, import_info, infusion, lab_table, reject_table, shown, store_in_memory
from tables.trials import examples

from wbc_tracker.errors import UsageError
from wbc_tracker.store import Store

WBC, WBC_TIMED = "me wbc 2024-01-01 6.1", "me wbc 2024-01-01T08:00:00 6.1"
IGG, CD19, OTHER = "me igg 2024-01-01 9.8", "me cd19 2024-01-01 <5", "you wbc 2024-01-01 6.1"


def test_a_then_b_then_undo_a_is_only_b(store, tmp_path, add):
    add("a.csv", WBC, IGG, lab="north")
    add("b.csv", OTHER, WBC, CD19, lab="south")
    store.imports.undo(1)
    with Store(tmp_path / "only_b.db") as only_b:
        only_b.results.add(lab_table(OTHER, WBC, CD19, lab="south"), NO_REJECTS, import_info("b.csv"))
        pd.testing.assert_frame_equal(store.results.load(), only_b.results.load())
        assert store.patients.list() == only_b.patients.list()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ([WBC, IGG], [WBC, CD19, OTHER]),
        ([WBC], [WBC_TIMED]),
        ([WBC_TIMED], [WBC]),
        ([WBC, WBC_TIMED], [WBC]),
        ([], [WBC, WBC]),
    ],
)
def test_undo_restores_the_state_before(store, add, first, second):
    add("a.csv", *first, lab="north")
    before, history, patients = store.results.load(), store.imports.list(), store.patients.list()
    counts = add("b.csv", *second, lab="south", rejects=reject_table("?"))
    undone = store.imports.undo(counts.import_id)
    assert (undone.record.file, undone.removed_results) == ("b.csv", counts.added)
    pd.testing.assert_frame_equal(store.results.load(), before)
    assert store.imports.list() == history
    assert store.patients.list() == patients


def test_undo_of_the_timed_result_shows_the_date_only_one_again(store, add):
    add("a.csv", WBC_TIMED)
    add("b.csv", WBC)
    assert shown(store) == [WBC_TIMED]
    assert store.imports.undo(1).removed_results == 0
    assert shown(store) == [WBC]


def test_importing_again_after_undo_restores_the_state(store, add):
    add("a.csv", WBC, IGG, OTHER)
    before = store.results.load()
    store.imports.undo(1)
    assert store.results.load().empty
    assert store.patients.list() == []
    assert add("a.csv", WBC, IGG, OTHER).added == 3
    pd.testing.assert_frame_equal(store.results.load(), before)


def test_the_number_of_an_undone_import_is_not_given_again(store, add):
    add("a.csv", WBC)
    store.imports.undo(1)
    assert add("b.csv", WBC).import_id == 2
    with pytest.raises(UsageError, match="no import 1"):
        store.imports.undo(1)
    assert shown(store) == [WBC]


@pytest.mark.parametrize("import_id", [0, -1, 2, 10**30])
def test_an_unknown_import_is_named(store, add, import_id):
    add("a.csv", WBC)
    for question in (store.imports.undo, store.imports.rejects):
        with pytest.raises(UsageError, match=f"There is no import {import_id} ") as caught:
            question(import_id)
        assert "imports list" in caught.value.hint


def test_undo_leaves_no_row_of_the_import_behind(store, add):
    add("a.csv", WBC, IGG, rejects=reject_table("?"))
    store.imports.undo(1)
    store.infusions.add_file([infusion("2024-01-01")], reject_table("?"), import_info())
    store.imports.undo(2)
    for table in ("imports", "results", "sightings", "rejects", "infusions", "import_infusions"):
        assert store._file.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table


# Three files that overlap: the same result, a date-only and a timed one, one twice in a file.
FILES = {
    "A": [WBC, IGG, CD19, OTHER],
    "B": [OTHER, WBC_TIMED, WBC, IGG, IGG],
    "C": [CD19, WBC, "me wbc 2024-01-01T20:00:00 6.1", "me igg 2024-01-02 9.8"],
}


def expected(held: list[tuple[int, str]]) -> list[tuple[str, str, int]]:
    """What is visible when these imports are held: the line, its file and its row, in order."""
    first: dict[str, tuple[str, int]] = {}
    for _, file in held:
        for row, line in enumerate(FILES[file], start=2):
            first.setdefault(line, (file, row))

    def hidden(line: str) -> bool:
        who, analyte, at, value = line.split()
        timed = (other.split() for other in first)
        return len(at) == 10 and any(
            (other[0], other[1], other[2][:11], other[3]) == (who, analyte, f"{at}T", value) for other in timed
        )

    return [(line, *place) for line, place in first.items() if not hidden(line)]


@settings(deadline=None, max_examples=examples(30))
@given(st.lists(st.sampled_from(["A", "B", "C", 0, 1, 2]), max_size=9))
def test_any_sequence_of_imports_and_undos_leaves_what_a_plain_model_says(steps):
    with store_in_memory() as store:
        held: list[tuple[int, str]] = []
        for step in steps:
            before = len(expected(held))
            if isinstance(step, str):
                counts = store.results.add(lab_table(*FILES[step]), NO_REJECTS, import_info(step))
                held.append((counts.import_id, step))
                assert counts.added == len(expected(held)) - before
                assert counts.added + counts.duplicates == len(FILES[step])
            elif held:
                import_id, _ = held.pop(step % len(held))
                assert store.imports.undo(import_id).removed_results == before - len(expected(held))
        frame = store.results.load()
        assert list(zip(shown(store), frame["source_file"], frame["source_row"], strict=True)) == expected(held)
