"""Damage that needs a word of its own; hundreds of damaged files are swept in tests/reading/test_damaged.py."""

from __future__ import annotations

import pytest
from tables.intake import read, rejected, shown, told, values, values_of

from wbc_tracker.errors import UnreadableFileError

LONG = """\
patient_id,collected_at,analyte,value,unit,ref_low,ref_high,note
p1,2024-01-15,WBC,6.1,10^9/L,4.0,11.0,
p1,2024-01-15,Lymphocytes,32,%,20,40,"well, rested"
p1,2024-01-15T08:30,CD19,<5,cells/µL,100,500,ok
p1,2024-02-16,WBC,6100,/uL,4000,11000,
p1,2024-02-16,IgG,981,mg/dL,565,1600,"two
lines"
p1,2024-03-17,Hemoglobin,13.61,g/dL,11.5,16.5,ok
"""
WIDE = """\
patient_id,date,WBC (10^9/L),CD19 (cells/µL),Lymphocytes (%),IgG (g/L),note
p1,2024-01-15,6.1,<5,32,9.81,
p1,2024-02-16,5.9,12,31,,ok
p1,2024-04-18,6.3,211,,9.61,
"""


def by_day_and_test(reading) -> list[tuple[str, str, str]]:
    return [(r["collected_at"], r["analyte"], shown(r)) for r in reading.results.to_dict("records")]


@pytest.mark.parametrize("order", [[2, 0, 1, 3, 5, 4, 6], [6, 5, 4, 3, 2, 1, 0]])
def test_columns_in_another_order_read_the_same(order):
    rows = [line.split(",") for line in WIDE.splitlines()]
    table = "\n".join(",".join(row[at] for at in order) for row in rows)
    assert set(by_day_and_test(read(table))) == set(by_day_and_test(read(WIDE)))


@pytest.mark.parametrize(
    ("first", "second"),
    [("collected_at", "analyte"), ("analyte", "value"), ("value", "unit"), ("collected_at", "value")],
)
def test_headers_on_the_wrong_columns_read_no_value(first, second):
    swapped = LONG.replace(first, "?").replace(second, first).replace("?", second)
    said = values_of(swapped.encode())
    assert isinstance(said, str) or said == []


def test_a_cell_of_a_million_characters_is_refused():
    with pytest.raises(UnreadableFileError, match="from line 9: a cell is longer than 1000000 characters"):
        read(f"{LONG}{'x' * 1_500_000}\n")


def test_a_date_of_200_000_digits_is_rejected_alone():
    reading = read(f"{LONG}p1,{'9' * 200_000},WBC,6.1,,,,\n")
    assert by_day_and_test(reading) == by_day_and_test(read(LONG))
    assert list(reading.rejects["code"]) == ["date_unreadable"]


def test_an_unquoted_decimal_comma_before_an_empty_note():
    """The row is one cell longer than the header; the last one is empty. It must not be read moved by one."""
    reading = read(WIDE.replace("2024-01-15,6.1,", "2024-01-15,6,1,"))
    assert set(by_day_and_test(reading)) <= set(by_day_and_test(read(WIDE)))
    assert "2 row_shape" in rejected(reading)


def test_a_number_cut_at_the_very_end():
    """A number in the last cell of a cut file may be shorter than it was. Only that one; it cannot be seen."""
    table = "date,CD19 (/uL),WBC (10^9/L)\n2025-01-15,12,6.1\n2025-02-15,13,5.9\n2025-03-15,14,16.25"
    whole = values(read(table))
    for cut in range(1, 6):
        found = values_of(table[:-cut].encode())
        assert isinstance(found, str) or found[:5] == whole[:5]


def test_a_patient_is_not_invented_by_a_blank_line_or_a_footer():
    damaged = LONG + "\n\nEnd of report\nPrinted 2024-06-01\n"
    assert {text.split()[1] for text in told(read(damaged))} == {"p1"}
