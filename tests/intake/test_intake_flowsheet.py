"""A row a test and a column a date: read as if each cell were a row of its own."""

from __future__ import annotations

import pytest
from tables.intake import read, rejected, told, values, values_of

SHEET = """
    Test,Unit,Range,2025-01-15,2025-02-16
    WBC,10^9/L,4.0-11.0,6.1,6.2
    CD19,/uL,100-500,<1,
    Vitamin D,nmol/L,,30,31
    """
READ = ["2 me 2025-01-15 wbc 6.1", "2 me 2025-02-16 wbc 6.2", "3 me 2025-01-15 cd19 <1"]


def test_a_flowsheet_is_read():
    reading = read(SHEET)
    assert (reading.layout, told(reading)) == ("flowsheet", READ)
    assert (reading.read, reading.no_result, reading.ignored) == (6, 1, {"Vitamin D": 2})
    assert reading.results["ref_high"].tolist() == [11.0, 11.0, 500.0]


@pytest.mark.parametrize(
    "header",
    [
        "Test,Unit,Range,15.01.2025,16.02.2025",
        ",Unit,Range,15/01/2025,16/02/2025",
        "Date,Unit,Range,15-Jan-2025,16-Feb-2025",
        "Component,Units,Reference range,01/15/2025,02/16/2025",
        "Test,Unit,Range,20250115,20250216",
        "Anything,Unit,Range,2025-01-15,2025-02-16",
    ],
)
def test_the_dates_may_be_written_in_any_provable_way(header):
    assert told(read(SHEET.replace("Test,Unit,Range,2025-01-15,2025-02-16", header))) == READ


def test_dates_in_two_possible_orders_are_refused_naming_both_readings():
    sheet = "Test,Unit,03/04/2025,05/06/2025\nWBC,10^9/L,6.1,6.2\n"
    assert values_of(sheet) == "refused: date_order_ambiguous"
    assert told(read(sheet, date_order="mdy")) == ["2 me 2025-03-04 wbc 6.1", "2 me 2025-05-06 wbc 6.2"]


def test_times_may_stand_under_the_dates():
    sheet = "Test,2025-01-15,2025-01-15\n,08:20,14:00\nWBC (10^9/L),6.1,6.2\n"
    assert told(read(sheet)) == ["3 me 2025-01-15T08:20:00 wbc 6.1", "3 me 2025-01-15T14:00:00 wbc 6.2"]


def test_a_column_of_patients_is_kept():
    sheet = "Patient,Test,2025-01-15,2025-02-16\nAnn,WBC (10^9/L),6.1,6.2\nBob,WBC (10^9/L),3.1,\n"
    assert told(read(sheet)) == ["2 Ann 2025-01-15 wbc 6.1", "2 Ann 2025-02-16 wbc 6.2", "3 Bob 2025-01-15 wbc 3.1"]


def test_one_decimal_mark_holds_for_the_whole_sheet():
    """`6,100` could be 6.1 or 6100; `6,25` in another column proves the comma."""
    sheet = "Test;2025-01-15;2025-02-16\nWBC (10^9/L);6,100;6,25\n"
    assert values(read(sheet)) == ["wbc 6.1", "wbc 6.25"]
    assert values_of("Test;2025-01-15;2025-02-16\nWBC (10^9/L);6,100;6,200\n") == "refused: decimal_ambiguous"


def test_a_missing_unit_is_inferred_from_the_row_not_from_the_column():
    """One value a column is no evidence; 6100, 5900 and 6300 in a row are."""
    sheet = "Test,2025-01-15,2025-02-16,2025-03-16\nWBC,6100,5900,6300\n"
    assert values(read(sheet)) == ["wbc 6.1", "wbc 5.9", "wbc 6.3"]


def test_a_second_sheet_below_is_refused_never_read_under_the_first_dates():
    sheet = SHEET + "    Test,Unit,Range,2025-03-15,2025-04-16\n    WBC,10^9/L,4.0-11.0,7.1,7.2\n"
    assert values_of(sheet) == "refused: several_tables"


def test_a_second_sheet_without_a_title_is_refused_too():
    assert values_of("Test,2025-01-15\nWBC (10^9/L),6.1\n,2025-03-15\nWBC (10^9/L),7.1\n") == "refused: several_tables"


def test_a_cell_that_cannot_be_read_names_line_and_date():
    reading = read(SHEET.replace("6.2", "many"))
    assert rejected(reading) == ["2 value_not_a_number"]
    assert reading.rejects["column"].tolist() == ["2025-02-16"]


def test_a_flowsheet_asked_for_where_there_is_none_is_refused():
    assert values_of("date,WBC (10^9/L)\n2025-01-15,6.1\n", layout="flowsheet") == "refused: no_columns"


def test_a_booking_in_the_future_is_rejected_by_cell():
    reading = read("Test,2025-01-15,2030-02-16\nWBC (10^9/L),6.1,6.2\n")
    assert (values(reading), rejected(reading)) == (["wbc 6.1"], ["2 date_future"])
