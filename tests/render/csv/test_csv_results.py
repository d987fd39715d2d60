"""CSV: UTF-8 without BOM, LF, shortest numbers, empty for missing, quotes where needed, formulas defused."""

from __future__ import annotations

import csv
import io

import numpy as np
import pandas as pd
import pytest
from tables.annotated import annotated, column_of, csv_bytes

from wbc_tracker.schema import EXPORT_COLUMNS

NAMES = [column.name for column in EXPORT_COLUMNS]


def test_an_empty_frame_gives_the_header_alone():
    assert csv_bytes(annotated(0)) == (",".join(NAMES) + "\n").encode()


def test_missing_is_empty_in_every_column():
    assert csv_bytes(annotated(2)).decode().splitlines()[1:] == ["," * (len(NAMES) - 1)] * 2


def test_lines_end_with_lf_alone_and_there_is_no_bom():
    written = csv_bytes(annotated(3, patient_id=["Zoë", "Łukasz", "李"]))
    assert written.startswith(b"patient_id,")
    assert (written.count(b"\n"), written.count(b"\r")) == (4, 0)
    assert written.decode("utf-8").splitlines()[1].startswith("Zoë,")


@pytest.mark.parametrize(
    ("value", "printed"),
    [(6.0, "6"), (6.5, "6.5"), (0.1, "0.1"), (211.0, "211"), (3.07692307692, "3.07692307692"), (0.0, "0"),
     (-0.4, "-0.4"), (123456.0, "123456"), (0.00123, "0.00123"), (np.nan, "")],
)  # fmt: skip
def test_numbers_are_printed_in_their_shortest_form(value, printed):
    assert column_of(annotated(1, value=[value]), "value") == [printed]


def test_every_number_reads_back_as_itself():
    values = np.round(np.geomspace(1e-3, 1e5, 400), 6)
    assert [float(cell) for cell in column_of(annotated(400, value=values), "value")] == values.tolist()


def test_whole_numbers_have_no_decimal_point_even_beside_missing_ones():
    assert column_of(annotated(3, study_day=[-14, None, 1]), "study_day") == ["-14", "", "1"]


@pytest.mark.parametrize("name", ["a,b", 'say "hi"', "two\nlines", "two\r\nlines", "semi;colon", " space ", "it's"])
def test_text_comes_back_as_it_was(name):
    rows = list(csv.DictReader(io.StringIO(csv_bytes(annotated(1, patient_id=[name])).decode(), newline="")))
    assert rows[0]["patient_id"] == name


def test_only_the_cells_that_need_quotes_get_them():
    written = csv_bytes(annotated(2, patient_id=["a,b", "plain"], analyte=["wbc", "wbc"], value=[6.5, 6.1])).decode()
    assert [line[:12] for line in written.splitlines()[1:]] == ['"a,b",,wbc,,', "plain,,wbc,,"]


def test_numbers_are_printed_alike_beside_cells_that_need_quotes():
    values = [6.0, 6.5, 0.1, -0.4, 3.07692307692, 0.0, 211.0, 0.00123, 0.000045, 123456.0, 4999.5, np.nan]
    columns = {"value": values, "change": values[::-1], "source_row": range(12), "study_day": [None, *range(-5, 6)]}

    def numbers(name):
        rows = csv.DictReader(io.StringIO(csv_bytes(annotated(12, patient_id=[name] * 12, **columns)).decode()))
        return [[row[column] for column in columns] for row in rows]

    assert numbers("a,b") == numbers("ab")


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
@pytest.mark.parametrize("dtype", ["str", "category"])
def test_text_that_starts_like_a_formula_gets_an_apostrophe(start, dtype):
    frame = annotated(3, patient_id=pd.Series([f"{start}1", "a", None]).astype(dtype))
    rows = list(csv.DictReader(io.StringIO(csv_bytes(frame).decode(), newline="")))
    assert [row["patient_id"] for row in rows] == [f"'{start}1", "a", ""]


def test_every_text_column_is_defused_and_no_number():
    cells: dict[str, list] = {c.name: ["=1"] for c in EXPORT_COLUMNS if c.type == "text"}
    numbers: dict[str, list] = {c.name: [-1] for c in EXPORT_COLUMNS if c.type != "text"}
    (row,) = csv.DictReader(io.StringIO(csv_bytes(annotated(1, **cells, **numbers)).decode()))
    assert {row[name] for name in cells} == {"'=1"}
    assert {row[name] for name in numbers} == {"-1"}


def test_a_formula_inside_a_text_is_left_alone():
    assert column_of(annotated(1, patient_id=["a=1"]), "patient_id") == ["a=1"]


def test_text_and_categories_are_written_alike():
    plain = annotated(4, patient_id=["b", None, "a", "b"], flags=["x;y", "", None, "x;y"])
    compact = plain.assign(**{name: plain[name].astype("category") for name in ("patient_id", "flags")})
    assert csv_bytes(compact) == csv_bytes(plain)


def test_categories_that_no_row_uses_are_not_written():
    texts = pd.Series(pd.Categorical(["a"], categories=["=evil", "a", "b,c"]))
    (row,) = csv.DictReader(io.StringIO(csv_bytes(annotated(1, patient_id=texts)).decode()))
    assert row["patient_id"] == "a"


def test_a_large_frame_is_written_in_order():
    size = 130_001  # three slices by two threads
    frame = annotated(size, source_row=np.arange(size), value=np.arange(size) / 8)
    frame["patient_id"] = pd.Categorical.from_codes(np.arange(size) % 7, categories=list("abcdefg"))
    lines = csv_bytes(frame).decode().splitlines()
    assert len(lines) == size + 1
    assert [int(line.rsplit(",", 1)[1]) for line in lines[1:]] == list(range(size))
    assert [line[0] for line in lines[50_000:50_010]] == ["abcdefg"[i % 7] for i in range(49_999, 50_009)]


def test_the_frame_is_not_changed():
    frame = annotated(2, patient_id=["=1", "b"], value=[6.5, None])
    before = frame.copy()
    csv_bytes(frame)
    pd.testing.assert_frame_equal(frame, before)


def test_columns_of_the_program_itself_are_not_written():
    assert csv_bytes(annotated(1).assign(_day=1, note="x")) == csv_bytes(annotated(1))
