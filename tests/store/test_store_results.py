"""Adding results: what is the same result, what is shown of it, and what is refused."""

from __future__ import annotations

import pandas as pd
import pytest
from tables.store import NO_REJECTS, import_info, lab_table, reject_table, shown

from wbc_tracker.errors import FrameError
from wbc_tracker.schema import RESULT_COLUMNS, names
from wbc_tracker.store import Counts, frames

WBC = "me wbc 2024-01-01 6.1"
CENSORED = "me cd19 2024-01-01 <5"


def test_importing_the_same_file_again_adds_nothing(store, add):
    assert add("a.csv", WBC, CENSORED) == Counts(import_id=1, added=2, duplicates=0, new_patients=("me",))
    before = store.results.load()
    assert add("a.csv", WBC, CENSORED) == Counts(import_id=2, added=0, duplicates=2)
    pd.testing.assert_frame_equal(store.results.load(), before)


@pytest.mark.parametrize(
    "other",
    [
        "you wbc 2024-01-01 6.1",
        "me neutrophils 2024-01-01 6.1",
        "me wbc 2024-01-02 6.1",
        "me wbc 2024-01-01 6.2",
        "me wbc 2024-01-01 <6.1",
    ],
)
def test_a_result_that_differs_in_any_part_of_its_identity_is_another_one(store, add, other):
    add("a.csv", WBC)
    assert add("b.csv", other).added == 1
    assert shown(store) == [WBC, other]


@pytest.mark.parametrize("absent", [None, pd.NA, float("nan"), ""])
def test_an_absent_comparator_is_one_and_the_same_however_it_is_written(store, add, absent):
    # A NULL in the key would let every one of them in again.
    add("a.csv", WBC)
    again = lab_table(WBC).assign(comparator=pd.Series([absent], dtype=object))
    assert store.results.add(again, NO_REJECTS, import_info()).duplicates == 1
    assert store.results.load()["comparator"].isna().all()


def test_a_result_printed_twice_in_one_file_is_added_once_with_its_first_line(store, add):
    assert add("a.csv", WBC, CENSORED, WBC) == Counts(1, added=2, duplicates=1, new_patients=("me",))
    assert store.results.load()["source_row"].tolist() == [2, 3]


DATE, MORNING, EVENING = (
    "me wbc 2024-01-01 6.1",
    "me wbc 2024-01-01T08:00:00 6.1",
    "me wbc 2024-01-01T20:00:00 6.1",
)


@pytest.mark.parametrize(
    ("first", "second", "added", "visible"),
    [
        ([DATE], [MORNING], 0, [MORNING]),
        ([MORNING], [DATE], 0, [MORNING]),
        ([DATE, MORNING], [], 0, [MORNING]),
        ([DATE], [MORNING, EVENING], 1, [MORNING, EVENING]),
        ([MORNING], [EVENING, DATE], 1, [MORNING, EVENING]),
        ([DATE], ["me wbc 2024-01-01T08:00:00 6.2"], 1, [DATE, "me wbc 2024-01-01T08:00:00 6.2"]),
        ([DATE], ["me wbc 2024-01-02T00:00:00 6.1"], 1, [DATE, "me wbc 2024-01-02T00:00:00 6.1"]),
        ([DATE], ["me wbc 2023-12-31T23:59:59 6.1"], 1, [DATE, "me wbc 2023-12-31T23:59:59 6.1"]),
        ([DATE], ["me wbc 2024-01-01T08:00:00 <6.1"], 1, [DATE, "me wbc 2024-01-01T08:00:00 <6.1"]),
        ([DATE], ["you wbc 2024-01-01T08:00:00 6.1"], 1, [DATE, "you wbc 2024-01-01T08:00:00 6.1"]),
    ],
)
def test_a_date_only_result_equal_to_a_timed_one_of_that_day_is_a_duplicate(store, add, first, second, added, visible):
    add("a.csv", *first)
    counts = add("b.csv", *second)
    assert (counts.added, counts.duplicates) == (added, len(second) - added)
    assert shown(store) == visible
    assert store.patients.list()[0].results == sum(line.startswith("me") for line in visible)


def test_of_two_that_know_the_same_the_earlier_import_is_shown(store, add):
    add("a.csv", WBC, lab="north")
    add("b.csv", CENSORED, WBC, lab="south")
    frame = store.results.load()
    assert frame["reported_analyte"].tolist() == ["wbc (north)", "cd19 (south)"]
    assert frame["source_file"].tolist() == ["a.csv", "b.csv"]
    assert frame["source_row"].tolist() == [2, 2]


def test_results_come_in_the_order_of_the_files(store, add):
    later, earlier = "zoe wbc 2024-05-01 6.1", "ann igg 2020-01-01 9"
    add("a.csv", later, earlier)
    add("b.csv", "ann igg 2019-01-01 9")
    assert shown(store) == [later, earlier, "ann igg 2019-01-01 9"]
    assert store.results.load("ann").index.tolist() == [0, 1]
    assert store.results.load("nobody").empty


@pytest.mark.parametrize("lines", [[], [WBC, CENSORED]])
def test_columns_and_dtypes_are_the_same_for_an_empty_store(store, add, lines):
    add("a.csv", *lines)
    frame = store.results.load()
    kinds = {"text": "str", "number": "float64", "integer": "int64", "boolean": "bool"}
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {
        column.name: kinds[column.type] for column in RESULT_COLUMNS
    }
    assert isinstance(frame.index, pd.RangeIndex)


def test_reported_texts_are_kept_exactly_as_printed(store):
    texts = ["", "  6,1 H ", "=SUM(A1)", "Leukozyten\n(gesamt)", "\uff14.\uff11", "[red]\x1b[0m", "a\x00b"]
    table = lab_table(*[f"me wbc 2024-01-{day:02} 6.1" for day in range(1, len(texts) + 1)])
    store.results.add(table.assign(reported_value=texts), NO_REJECTS, import_info())
    assert store.results.load()["reported_value"].tolist() == texts


def test_everything_but_the_file_name_comes_back_as_it_went_in(store):
    table = lab_table(WBC, CENSORED).assign(
        loinc=["6690-2", None], ref_high=[11.0, None], value_step=[0.1, 1.0], unit_inferred=[True, False]
    )
    store.results.add(table, NO_REJECTS, import_info("a.csv"))
    expected = table.assign(source_file="a.csv").astype(store.results.load().dtypes)
    pd.testing.assert_frame_equal(store.results.load(), expected)


@pytest.mark.parametrize("kind", ["category", "string", "str", "object"])
def test_text_columns_may_have_any_dtype(store, kind):
    table = lab_table(WBC, CENSORED)
    columns = ["patient_id", "analyte", "comparator", "unit", "reported_value", "loinc"]
    store.results.add(table.astype(dict.fromkeys(columns, kind)), NO_REJECTS, import_info())
    assert shown(store) == [WBC, CENSORED]


def test_the_input_is_left_untouched(store):
    table = lab_table(WBC, CENSORED)
    copy = table.copy(deep=True)
    store.results.add(table, NO_REJECTS, import_info())
    pd.testing.assert_frame_equal(table, copy)


@pytest.mark.parametrize("portion_rows", [1, 2, 3])
def test_large_files_go_in_and_out_in_portions(store, add, monkeypatch, portion_rows):
    monkeypatch.setattr(frames, "_PORTION_ROWS", portion_rows)
    lines = [WBC, CENSORED, "me igg 2024-01-01 9", "me iga 2024-01-01 2"]
    assert add("a.csv", *lines, WBC) == Counts(1, added=4, duplicates=1, new_patients=("me",))
    assert shown(store) == lines
    assert store.results.load()["source_row"].tolist() == [2, 3, 4, 5]


def test_a_file_without_any_usable_result_is_in_the_history(store):
    info = import_info("empty.csv", read=3, no_result=1, ignored=1)
    assert store.results.add(lab_table(), reject_table("??"), info) == Counts(1, added=0, duplicates=0)
    (record,) = store.imports.list()
    assert (record.file, record.read, record.no_result, record.ignored, record.rejected) == (
        "empty.csv",
        3,
        1,
        1,
        1,
    )


def test_rejects_are_kept_in_order_and_as_they_stand_in_the_file(store):
    given = reject_table("6,1,2", "", "\x1b[31m", "x")
    import_id = store.results.add(lab_table(WBC), given, import_info()).import_id
    kept = store.imports.rejects(import_id)
    pd.testing.assert_frame_equal(kept, given.astype(kept.dtypes))
    assert store.imports.list()[0].rejected == 4


def test_a_file_name_that_is_not_valid_unicode_is_shown_escaped(store):
    store.results.add(lab_table(WBC), NO_REJECTS, import_info("caf\udce9.csv"))
    assert store.imports.list()[0].file == "caf\\udce9.csv"


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"patient_id": [None]}, "patient_id of the results has missing"),
        ({"analyte": [""]}, "analyte of the results has missing"),
        ({"value": [float("nan")]}, "value of the results has values that are no finite"),
        ({"value": [float("inf")]}, "value of the results has values that are no finite"),
        ({"value": ["high"]}, "value has values that are no number"),
        ({"collected_at": ["01.02.2024"]}, "no ISO 8601 date"),
        ({"collected_at": ["2024-02-30"]}, "no ISO 8601 date"),
        ({"collected_at": ["2024-01-01 08:00:00"]}, "no ISO 8601 date"),
        ({"comparator": ["~"]}, "no comparator"),
        ({"status": ["cancelled"]}, "status of the results has the unknown 'cancelled'"),
        ({"status": ["withdrawn"], "value": [None], "analyte": [""]}, "analyte of the results has missing"),
        ({"source_row": [None]}, "source_row has values that are no integer"),
        ({"reported_value": [6.1]}, "reported_value has values that are no text"),
    ],
)
def test_a_frame_with_wrong_values_is_refused_and_nothing_is_added(store, add, change, message):
    add("a.csv", WBC)
    table = pd.concat([lab_table(CENSORED), lab_table(WBC).assign(**change).astype(object)])
    with pytest.raises(FrameError, match=message):
        store.results.add(table, NO_REJECTS, import_info("b.csv"))
    assert shown(store) == [WBC]
    assert [record.file for record in store.imports.list()] == ["a.csv"]


@pytest.mark.parametrize("column", names(RESULT_COLUMNS))
def test_a_frame_that_lacks_a_column_is_refused(store, column):
    with pytest.raises(FrameError, match=f"lack the column {column}"):
        store.results.add(lab_table(WBC).drop(columns=column), NO_REJECTS, import_info())
    assert store.imports.list() == []


def test_rejects_that_lack_a_column_undo_the_whole_import(store):
    with pytest.raises(FrameError, match="rejects lack the column raw"):
        store.results.add(lab_table(WBC), NO_REJECTS.drop(columns="raw"), import_info())
    assert shown(store) == []
    assert store.imports.list() == []
