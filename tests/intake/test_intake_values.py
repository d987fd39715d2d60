"""What a value cell says: number, comparator, mark, unit, no result; and the decimal mark by proof only."""

from __future__ import annotations

import pytest
from tables.intake import (
    column,
    delimited,
    each,
    each_value,
    is_read,
    one,
    one_row,
    outcome,
    read,
    rejected,
    values,
    values_of,
    words,
)

from wbc_tracker.errors import AmbiguousFileError


def test_a_number_with_or_without_a_comparator():
    numbers = {
        "6.1": "6.1", "6": "6", "0": "0", "0.0": "0", "-0": "0", "6.": "6", ".5": "0.5", "0.05": "0.05",
        "006.10": "6.1", "+6.1": "6.1", "12.34": "12.34", "0.123": "0.123", "6.1E1": "61", "6.1e+1": "61",
        "610e-2": "6.1", "６．１": "6.1", "６.１": "6.1", "<5": "<5", "<.5": "<0.5", "< 0.5": "<0.5", "<=5": "<=5",
        "=<5": "<=5", "≤5": "<=5", "＜5": "<5", ">60": ">60", ">= 60": ">=60", "≥60": ">=60", "less than 1": "<1",
        "LESS THAN 1": "<1", "greater than 60": ">60", "at least 3": ">=3",
    }  # fmt: skip
    assert each_value(*numbers) == {cell: f"wbc {value}" for cell, value in numbers.items()}


def test_a_number_with_a_decimal_comma():
    numbers = {
        "6,1": "6.1",
        "6": "6",
        ",5": "0.5",
        "< 0,5": "<0.5",
        "12,34": "12.34",
        "0,123": "0.123",
        "6,1E1": "61",
        "６，１": "6.1",
    }
    assert each_value(*numbers) == {cell: f"wbc {value}" for cell, value in numbers.items()}


@pytest.mark.parametrize(
    ("cell", "value", "mark"),
    [
        ("4.3 H", "4.3", "H"), ("4.3H", "4.3", "H"), ("9.9 High", "9.9", "High"), ("12 L", "12", "L"),
        ("2.1 LL", "2.1", "LL"), ("4.3*", "4.3", "*"), ("4.3 (H)", "4.3", "(H)"), ("7,9↑", "7.9", "↑"),
        ("2.1 ↓", "2.1", "↓"), ("<1.0 L", "<1", "L"), ("4.3 H 10^9/L", "4.3", "H"), ("4.3 10^9/L H", "4.3", "H"),
    ],
)  # fmt: skip
def test_a_mark_glued_to_the_value_is_taken_off_and_kept(cell, value, mark):
    reading = read(one_row(value=cell))
    result = reading.results.iloc[0]
    assert values(reading) == [f"wbc {value}"]
    assert (result["reported_flag"], result["reported_value"]) == (mark, cell)


NO_RESULT = words(
    "| |-|--|---|n/a|N/A|n.a.|NA|pending|PENDING|TNP|DNR|QNS|*|see comments|See Comment|not measured|Not Done|"
    "Cancelled|null|NaN|test not performed"
)
NO_NUMBER = words(
    "many|NEG.|Negative|Not detected|Trace|6.1 6.2|6.1/6.2|5-6|4.0-11.0|6..1|6.1.2|5,6,7|1,23,4|6x1|6.1x|x6.1|~6|"
    "ca. 6|6?|(6.1)|5e|e5|0x1F|1_000|10^3|Infinity|inf|½|6½|٣|五|<|>|<<5|<>5|LESS THAN 10 mEq/L|6.1 mEq/L|"
    "6.1 K|#REF!|#N/A|TRUE|=6.1|''6.1|&lt;b5|6 .1|12 10|6·1|6-Jan|06.Jan|01.06.2025|2025-06-01|06:01|\x1b[31m6|"
    "[red]6[/red]|<script>|{6}|%s|1.000.00|6.1\n6.2"
)


def test_a_cell_that_says_there_is_no_result():
    assert each_value(*NO_RESULT) == dict.fromkeys(NO_RESULT, "nothing")
    assert [one(value=cell) for cell in ("", "--", "pending", "TNP")] == ["no result"] * 4


def test_a_cell_that_is_not_a_number_is_rejected():
    assert each_value(*NO_NUMBER) == dict.fromkeys(NO_NUMBER, "rejected: value_not_a_number")


@pytest.mark.parametrize("cells", [["-6.1", "−6.1", "- 6.1", "<-6.1", "-0.01", "-1e2"], ["-6,1"]])
def test_a_negative_number_is_rejected(cells):
    assert each_value(*cells) == dict.fromkeys(cells, "rejected: value_negative")


@pytest.mark.parametrize(
    ("cell", "wrong"),
    [
        ("6 1", "wbc 6"),
        ("6. 1", "wbc 6"),
        ("6.1 1", "wbc 6.1"),
        ("3+", "wbc 3"),
        ("6.1①", "wbc 6.11"),
        ("6.1₁", "wbc 6.11"),
    ],
)
def test_a_number_that_falls_apart_is_not_read_in_part(cell, wrong):
    """A lost decimal mark, a graded word such as 3+, a footnote: none is the number that remains."""
    assert one(value=cell) != wrong


@pytest.mark.parametrize(
    ("cells", "value"),
    [(["3,490", "0.5"], ["3490", "0.5"]), (["3.490", "0,5"], ["3490", "0.5"]), (["3,49", "12"], ["3.49", "12"]),
     (["1,234.5"], ["1234.5"]), (["1.234,5"], ["1234.5"]), (["12,345", "1,234.5"], ["12345", "1234.5"]),
     (["12,345", "<0.5"], ["12345", "<0.5"]), (["1'234"], ["1234"]), (["1’234"], ["1234"]), (["1 020"], ["1020"]),
     (["1\u202f234", "1\u00a0234"], ["1234", "1234"]), (["1234"], ["1234"]),
     (["12.345", "12.34"], ["12.345", "12.34"]), (["0.345", "12.345"], ["0.345", "12.345"]),
     (["1234.567", "1.234"], ["1234.567", "1.234"])],
)  # fmt: skip
def test_the_decimal_mark_is_proved_by_the_column(cells, value):
    assert column(*cells) == value


@pytest.mark.parametrize(
    "cells",
    [["3,490"], ["3.490"], ["<3,490"], ["3,490 H"], ["3,490 cells/uL"], ["12.345", "123.456"], ["1,234", "1.234"],
     ["1,234", "800", "pending", "many"], ["6.1", "6,1"], ["1,234.5", "1.234,5"], ["1,234", "5."]],
)  # fmt: skip
def test_an_unproved_decimal_mark_refuses_the_file(cells):
    assert column(*cells) == "refused: decimal_ambiguous"


@pytest.mark.parametrize("junk", ["see 1.5 above", "1.5 or so", "rerun 0.5x"])
def test_a_cell_that_is_not_read_proves_no_decimal_mark(junk):
    assert column("1,234", junk) == "refused: decimal_ambiguous"


def test_an_exponent_does_not_settle_the_decimal_mark():
    """`1,234E1` is 12.34 or 12 340."""
    assert not is_read(one(value="1,234E1", unit="/uL", name="CD4"))


def test_the_refusal_names_both_readings_and_the_option():
    with pytest.raises(AmbiguousFileError) as refusal:
        read(one_row(value="3,490", unit="/uL"))
    assert "column 'value'" in refusal.value.message
    for reading in ("'3,490'", "3.490", "3490"):
        assert reading in refusal.value.message
    assert "--decimal" in refusal.value.hint


def test_the_refusal_of_two_marks_names_a_cell_of_each():
    with pytest.raises(AmbiguousFileError, match=r"'6\.1' has a decimal point and '6,2' a decimal comma"):
        read(delimited(("date", "WBC (10^9/L)"), ("2025-01-15", "6.1"), ("2025-02-15", "6,2")))


@pytest.mark.parametrize(
    ("decimal", "cells", "value"),
    [(".", ["3,490"], ["3490"]), (",", ["3,490"], ["3.49"]), (".", ["3.490"], ["3.49"]), (",", ["3.490"], ["3490"]),
     (".", ["0.5", "0,5"], ["0.5"]), (",", ["0.5", "0,5"], ["0.5"]), (",", ["12"], ["12"])],
)  # fmt: skip
def test_the_decimal_mark_can_be_given(decimal, cells, value):
    assert column(*cells, decimal=decimal) == value


def test_each_column_of_a_wide_file_proves_its_own_decimal_mark():
    table = delimited(("date", "WBC (10^9/L)", "CD4 (/uL)"), ("2025-01-15", "6.1", "1,234"))
    assert values_of(table) == "refused: decimal_ambiguous"
    assert values_of(table, decimal=".") == ["wbc 6.1", "cd4 1234"]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("6.1 K/uL", "wbc 6.1"),
        ("6.1K/uL", "wbc 6.1"),
        ("6.1 x10^9/L", "wbc 6.1"),
        ("5.7 10*9/L", "wbc 5.7"),
        ("6100 cells/uL", "wbc 6.1"),
        ("5 x10(3)/mcL", "wbc 5"),
        ("<0.5 K/uL", "wbc <0.5"),
        ("6.1 g/dL", "rejected: unit_unknown"),
        ("6.1 %", "rejected: unit_unknown"),
    ],
)
def test_the_unit_may_stand_in_the_value_cell(cell, said):
    assert one(value=cell, unit="") == said


@pytest.mark.parametrize(
    ("name", "cell", "unit"),
    [
        ("Neutrophils", "65%", "10^9/L"),
        ("Lymphocytes", "1.8 10^9/L", "%"),
        ("WBC", "6.1 K/uL", "/uL"),
        ("WBC", "6100 /uL", "10^9/L"),
        ("CD19", "0.2 10^9/L", "/uL"),
        ("IgG", "980 mg/dL", "g/L"),
        ("Hemoglobin", "13.6 g/dL", "g/L"),
    ],
)
def test_a_unit_in_the_value_cell_that_contradicts_the_unit_column_is_rejected(name, cell, unit):
    """Two printed units of different size: nobody knows which is right."""
    assert not is_read(one(name=name, value=cell, unit=unit))
    assert not is_read(outcome(delimited(("date", f"{name} ({unit})"), ("2025-01-15", cell))))


@pytest.mark.parametrize(("cell", "unit"), [("6.1 K/uL", "10^9/L"), ("6.1 x10E9/L", "10*9/L"), ("6100 /mm3", "/uL")])
def test_a_unit_printed_twice_in_two_spellings_is_read(cell, unit):
    assert one(value=cell, unit=unit) == "wbc 6.1"


@pytest.mark.parametrize(
    ("value", "sign", "said"),
    [
        ("5", "<", "cd19 <5"),
        ("5", "<=", "cd19 <=5"),
        ("5", "≥", "cd19 >=5"),
        ("5", "less than", "cd19 <5"),
        ("5", "", "cd19 5"),
        ("5", "=", "cd19 5"),
        ("<5", "", "cd19 <5"),
        ("<5", "<", "cd19 <5"),
        ("<5", ">", "rejected: comparator_unknown"),
        ("5", "~", "rejected: comparator_unknown"),
        ("", "<", "no result"),
    ],
)
def test_the_comparator_may_have_its_own_column(value, sign, said):
    header = ("date", "test", "comparator", "value", "unit")
    assert outcome(delimited(header, ("2025-01-15", "CD19", sign, value, "/uL"))) == said


def test_a_value_that_no_cell_can_hold_is_rejected():
    inside = {
        ("WBC", "500", "10^9/L"): "wbc 500",
        ("Lymphocytes", "100", "%"): "lymphocytes_pct 100",
        ("Hb", "10", "g/L"): "hemoglobin 10",
    }
    outside = [
        ("WBC", "501", "10^9/L"), ("WBC", "6100", "10^9/L"), ("WBC", ">600", "10^9/L"), ("WBC", "1e400", "10^9/L"),
        ("WBC", "9" * 400, "10^9/L"), ("Neutrophils", "301", "10^9/L"), ("Platelets", "5001", "10^9/L"),
        ("Hb", "8.5", "g/L"), ("Hb", "27", "g/dL"), ("Hct", "0.42", "%"), ("RBC", "0.2", "10^12/L"),
        ("CD19", "50001", "/uL"), ("Lymphocytes", "101", "%"), ("IgG", "980", "g/L"), ("IgA", "101", "g/L"),
    ]  # fmt: skip
    assert each(*inside, *outside) == inside | dict.fromkeys(outside, "rejected: value_implausible")


@pytest.mark.parametrize(
    ("name", "cell", "unit", "probable"),
    [
        ("WBC", "6100", "10^9/L", ("/uL", "10*6/L")),
        ("Hemoglobin", "8.5", "g/L", ("g/dL", "mmol/L")),
        ("IgG", "980", "g/L", ("mg/dL",)),
        ("Hematocrit", "0.42", "%", ("L/L",)),
    ],
)
def test_an_implausible_value_is_told_with_the_unit_it_probably_is_in(name, cell, unit, probable):
    message = read(one_row(name=name, value=cell, unit=unit)).rejects["message"].iloc[0]
    assert repr(cell) in message
    assert any(f"the unit probably is {unit}" in message for unit in probable)


@pytest.mark.parametrize(
    ("cell", "unit", "step"),
    [
        ("6.1", "10^9/L", 0.1), ("6.10", "10^9/L", 0.01), ("6", "10^9/L", 1), ("6100", "/uL", 0.001),
        ("61e-1", "10^9/L", 0.1), ("6.1e3", "/uL", 0.1),
    ],
)  # fmt: skip
def test_the_rounding_step_is_that_of_the_printed_number(cell, unit, step):
    assert read(one_row(value=cell, unit=unit)).results["value_step"].tolist() == [pytest.approx(step)]


def test_one_bad_cell_does_not_touch_its_neighbours():
    reading = read(delimited(("date", "WBC (10^9/L)"), *(("2025-01-15", cell) for cell in ("6.1", "x", "6.3"))))
    assert (values(reading), rejected(reading)) == (["wbc 6.1", "wbc 6.3"], ["3 value_not_a_number"])
