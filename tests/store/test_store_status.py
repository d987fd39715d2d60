"""What the laboratory says about a value: preliminary, final, corrected, withdrawn; and what two equal rows know."""

from __future__ import annotations

from itertools import permutations

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables.store import NO_REJECTS, NOON, import_info, lab_table, shown, store_in_memory
from tables.trials import examples

from wbc_tracker.errors import UsageError
from wbc_tracker.repeats import drop_repeated, hide_superseded
from wbc_tracker.store import Counts, Holder, Store

WRONG, RIGHT = "me wbc 2024-03-01T08:00:00 61", "me wbc 2024-03-01T08:00:00 6.1"
NO_VALUE, IGG = "me wbc 2024-03-01T08:00:00 - withdrawn", "me igg 2024-03-01T08:00:00 9"


def superseded(store: Store) -> list[tuple[float, str]]:
    return [(result.value, result.status) for result in store.results.list(which="superseded")]


@pytest.mark.parametrize("second", [f"{RIGHT} corrected", f"{RIGHT} final"])
def test_a_correction_replaces_the_value_of_an_earlier_import_and_undo_shows_it_again(store, add, second):
    add("march.csv", WRONG, IGG)
    assert add("april.csv", second) == Counts(2, added=1, duplicates=0, replaced=1)
    assert shown(store) == [IGG, RIGHT]
    assert superseded(store) == [(61, "")]
    assert store.patients.list()[0].results == 2
    assert store.patients.list()[0].superseded == 1
    undone = store.imports.undo(2)
    assert (undone.removed_results, undone.returned) == (1, 1)
    assert shown(store) == [WRONG, IGG]


def test_what_was_replaced_before_it_came_is_stored_hidden_and_counted(store, add):
    add("april.csv", f"{RIGHT} corrected")
    assert add("march.csv", WRONG, IGG) == Counts(2, added=2, duplicates=0, superseded=1)
    assert shown(store) == [RIGHT, IGG]
    assert store.imports.list()[1].superseded == 1
    assert add("march.csv", WRONG, IGG) == Counts(3, added=0, duplicates=2)


def test_two_values_without_a_word_or_with_the_same_are_both_kept(store, add):
    add("a.csv", WRONG)
    add("b.csv", RIGHT)
    assert shown(store) == [WRONG, RIGHT]
    add("c.csv", f"{WRONG} final", f"{RIGHT} final")
    assert shown(store) == [WRONG, RIGHT]


def test_what_an_import_withdraws_is_hidden_and_undo_shows_it_again(store, add):
    add("a.csv", WRONG, IGG)
    assert add("b.csv", f"{WRONG} withdrawn") == Counts(2, added=0, duplicates=0, withdrawn=1, replaced=1)
    assert shown(store) == [IGG]
    assert superseded(store) == [(61, "withdrawn")]
    assert store.imports.undo(2).returned == 1
    assert shown(store) == [WRONG, IGG]


def test_a_withdrawal_without_a_value_is_kept_and_takes_back_all_but_corrections(store, add):
    assert add("b.csv", NO_VALUE, IGG) == Counts(1, added=1, duplicates=0, withdrawn=1, new_patients=("me",))
    assert add("a.csv", WRONG) == Counts(2, added=1, duplicates=0, superseded=1)
    assert shown(store) == [IGG]
    add("c.csv", f"{RIGHT} corrected")
    assert shown(store) == [IGG, RIGHT]
    store.imports.undo(3)
    assert store.imports.undo(1).returned == 1
    assert shown(store) == [WRONG]
    assert store.results.load()["value"].notna().all()


def test_a_patient_of_whom_only_a_withdrawal_is_kept_can_be_erased(store, path, add):
    add("a.csv", NO_VALUE.replace("me", "secretpatient", 1), IGG)
    assert store.patients.ids() == ["me", "secretpatient"]
    store.patients.erase("secretpatient")
    assert store.patients.ids() == ["me"]
    assert b"secretpatient" not in b"".join(file.read_bytes() for file in path.parent.iterdir())


@pytest.mark.parametrize("hides", [f"{RIGHT} corrected", f"{WRONG} withdrawn", NO_VALUE])
def test_the_user_can_let_count_what_the_laboratory_has_replaced_or_withdrawn(store, add, hides):
    add("a.csv", f"{WRONG} final")
    add("b.csv", hides)
    (hidden,) = store.results.list(which="superseded")
    assert store.results.restore(hidden.id, NOON).value == 61
    assert WRONG in shown(store)
    assert superseded(store) == []
    add("b.csv", hides)
    assert WRONG in shown(store)
    assert store.results.load()["status"].dropna().isin(["corrected"]).all()
    store.results.remove(hidden.id, NOON)
    assert WRONG not in shown(store)
    assert store.results.restore(hidden.id, NOON).value == 61
    assert WRONG in shown(store)


def test_a_value_that_was_only_ever_withdrawn_can_be_restored_too(store, add):
    add("a.csv", f"{WRONG} withdrawn", IGG)
    assert superseded(store) == [(61, "withdrawn")]
    store.results.restore(store.results.list(which="superseded")[0].id, NOON)
    assert shown(store) == [WRONG, IGG]


def test_what_counts_or_is_not_there_is_not_restored(store, add):
    add("a.csv", WRONG)
    for number in (1, 7):
        with pytest.raises(UsageError, match=f"no removed result {number} ") as caught:
            store.results.restore(number, NOON)
        assert "--superseded" in caught.value.hint


def test_what_an_import_would_replace_is_foreseen(store, add):
    add("a.csv", WRONG)
    told = store.results.foresee(lab_table(f"{RIGHT} final"), NO_REJECTS, import_info())
    assert (told.added, told.replaced) == (1, 1)
    assert shown(store) == [WRONG]


def knowing(line: str, file: str, **known: object) -> pd.DataFrame:
    return lab_table(line).assign(ref_low=float("nan"), **known), NO_REJECTS, import_info(file)


MORE = [
    {"reported_unit": "10^9/L"},
    {"reported_unit": "10^9/L", "ref_high": 11.0},
    {"ref_high": 11.0},
    {"value_step": 0.1},
]


@pytest.mark.parametrize("more", MORE)
def test_of_two_equal_rows_the_one_that_knows_more_is_shown_in_any_order_and_after_undo(store, more):
    store.results.add(*knowing(RIGHT, "poor.csv"))
    store.results.add(*knowing(RIGHT, "rich.csv", **more))
    store.results.add(*knowing(RIGHT, "poor again.csv"))
    assert store.results.load()["source_file"].tolist() == ["rich.csv"]
    undone = store.imports.undo(2)
    assert undone.removed_results == 0
    assert undone.holders == (Holder(1, "poor.csv", 1),)
    assert store.results.load()["source_file"].tolist() == ["poor.csv"]


def test_the_order_of_the_rows_of_a_file_does_not_matter_either(path, tmp_path):
    parts = [lab_table(RIGHT).assign(ref_low=float("nan"), source_row=row, **more) for row, more in enumerate(MORE)]
    for number, order in enumerate(permutations(parts)):
        with Store(tmp_path / f"{number}.db") as store:
            store.results.add(pd.concat(order, ignore_index=True), NO_REJECTS, import_info())
            assert store.results.load()["source_row"].tolist() == [1]


def test_undo_tells_which_imports_hold_the_rest(store, add):
    add("a.csv", WRONG, IGG, RIGHT)
    add("b.csv", IGG)
    add("c.csv", IGG, RIGHT)
    undone = store.imports.undo(1)
    assert undone.removed_results == 1
    assert undone.holders == (Holder(2, "b.csv", 1), Holder(3, "c.csv", 1))


# What is visible, said once more in plain Python: a row is (time, value, status, printed unit).

DAY, EIGHT, TEN = "2024-03-01", "2024-03-01T08:00:00", "2024-03-01T10:00:00"
RANK = {"preliminary": 1, "": 2, "final": 3, "corrected": 4}
ROWS = st.one_of(
    st.tuples(
        st.sampled_from([DAY, EIGHT, TEN]),
        st.sampled_from([61.0, 6.1, 7.0]),
        st.sampled_from([*RANK, "withdrawn"]),
        st.sampled_from(["", "10^9/L"]),
    ),
    st.tuples(st.sampled_from([DAY, EIGHT]), st.none(), st.just("withdrawn"), st.just("")),
)


def visible(rows: list[tuple]) -> list[tuple[str, float, str]]:
    said = [row for row in rows if row[2] != "withdrawn"]
    gone = [row for row in rows if row[2] == "withdrawn"]
    rank: dict[tuple[str, float], int] = {}
    units: dict[tuple[str, float], str] = {}
    for at, value, status, unit in said:
        rank[at, value] = max(rank.get((at, value), 0), RANK[status])
        units[at, value] = max(units.get((at, value), ""), unit)
    shown = []
    for at, value in rank:
        is_repeat = len(at) == 10 and any(other[:10] == at < other and v == value for other, v in rank)
        is_withdrawn = any(
            v == value and (at == w or (at[:10] == w[:10] and 10 in (len(at), len(w)))) for w, v, *_ in gone
        )
        is_emptied = rank[at, value] < 4 and any(v is None and w == at for w, v, *_ in gone)
        is_replaced = any(other == at and above > rank[at, value] for (other, _), above in rank.items())
        if not (is_repeat or is_withdrawn or is_emptied or is_replaced):
            shown.append((at, value, units[at, value]))
    return sorted(shown)


def frame_of(rows: list[tuple]) -> pd.DataFrame:
    lines = [f"me wbc {at} {'-' if value is None else value} {status}" for at, value, status, _ in rows]
    return lab_table(*lines).assign(reported_unit=[row[3] for row in rows], ref_low=float("nan"))


def told(frame: pd.DataFrame) -> list[tuple[str, float, str]]:
    return sorted(zip(frame["collected_at"], frame["value"], frame["reported_unit"], strict=True))


@settings(deadline=None, max_examples=examples(60))
@given(st.lists(st.one_of(st.lists(ROWS, min_size=1, max_size=4), st.integers(0, 3)), max_size=7))
def test_neither_the_order_of_rows_nor_of_imports_nor_an_undo_changes_what_is_visible(steps):
    with store_in_memory() as store:
        held: dict[int, list[tuple]] = {}
        for step in steps:
            before = told(store.results.load())
            if isinstance(step, list):
                counts = store.results.add(frame_of(step), NO_REJECTS, import_info())
                held[counts.import_id] = step
                assert counts.added + counts.duplicates + counts.withdrawn == len(step)
                assert 0 <= counts.superseded <= counts.added
                assert min(counts.duplicates, counts.replaced) >= 0
                grown = len(store.results.load()) - len(before)
                assert grown == counts.added - counts.superseded - counts.replaced
            elif held:
                import_id = list(held)[step % len(held)]
                undone = store.imports.undo(import_id)
                del held[import_id]
                assert len(before) - undone.removed_results + undone.returned == len(store.results.load())
            rows = [row for part in held.values() for row in part]
            assert told(store.results.load()) == visible(rows)
            in_memory = drop_repeated(hide_superseded(frame_of(rows)))
            assert told(in_memory) == visible(rows)
        numbers = [result.id for which in ("visible", "superseded") for result in store.results.list(which=which)]
        assert len(numbers) == len(set(numbers))
