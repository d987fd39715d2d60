"""What a reference interval says; one that cannot be read for certain is left out, never guessed."""

from __future__ import annotations

import math

import pytest
from tables.intake import ONE_HEADER, delimited, one_row, read, words


def interval(cell="", value="6.1", unit="10^9/L", name="WBC", **options) -> tuple[float | None, float | None]:
    """Return the limits of one result, None where there is none."""
    return limits(one_row(value, unit, name, interval=cell), **options)[0]


def limits(table: str | bytes, **options) -> list[tuple[float | None, float | None]]:
    results = read(table, **options).results
    pairs = zip(results["ref_low"], results["ref_high"], strict=True)
    return [tuple(None if math.isnan(limit) else limit for limit in pair) for pair in pairs]


def each_interval(*cells: str) -> dict[str, tuple]:
    """Read intervals of white cells in one file, keyed by the cell."""
    rows = [("2025-01-15", "WBC", "6.1", "10^9/L", cell) for cell in cells]
    return dict(zip(cells, limits(delimited(ONE_HEADER, *rows)), strict=True))


def test_two_limits():
    cells = words(
        "4.0-11.0|4-11|4,0-11,0|4.0 - 11.0|4.0–11.0|4.0 — 11.0|4.0−11.0|4.0 to 11.0|4.0 TO 11.0|4.0..11.0|"
        "(4.0-11.0)|[4.0-11.0]|４.０－１１.０|4.0-11.0 10^9/L|4.0 - 11.0 10*9/L|4.0-11.0 x10E9/L|"
        "4.0 to 11.0 Thousand/uL|4.0 K/uL - 11.0 K/uL|4.0 10*9/L - 11.0 10*9/L|4000-11000 /uL|4000 - 11000 cells/uL"
    )
    assert each_interval(*cells) == dict.fromkeys(cells, (4, 11))


def test_one_limit():
    upper = ["<11", "< 11.0", "<=11", "≤11,0", "< 11.0 10^9/L", "<11000 /uL", "11 OR LESS", "11 K/uL or lower"]
    lower = [">4", ">= 4.0", "≥4", ">4,0", "> OR = 4", "4 or more", "4,0 oder mehr"]
    assert each_interval(*upper) == dict.fromkeys(upper, (None, 11))
    assert each_interval(*lower) == dict.fromkeys(lower, (4, None))
    assert interval("0-11") == (0, 11)


def test_a_cell_that_says_there_is_no_interval_is_no_loss():
    cells = ["", " ", "-", "--", "n/a", "Not Estab.", "not established", "None", "see note"]
    assert each_interval(*cells) == dict.fromkeys(cells, (None, None))
    assert read(one_row(interval="Not Estab.")).warnings == []


def test_a_cell_that_is_no_certain_interval_is_left_out():
    cells = words(
        "4 000-11 000|11-4|4-4|4.0|"
        "4.0-|-11.0|- mL/min/1.73m2|-4-11|normal|4-Nov|Apr-11|2025-04-11|4.0 11.0|4.0/11.0|4-11-20|"
        "1.0-4.0 or 20-40|4.0-11.0*|4e0-11e0|4.0-11.0 %|4.0-11.0 mg/dL|4.0-11.0 furlong|4 /uL - 11 K/uL|4000-11000|"
        "=4-11|4.0.0-11.0|<|<<5|4·0-11·0|<script>"
    )
    assert each_interval(*cells) == dict.fromkeys(cells, (None, None))


@pytest.mark.parametrize(
    "cell", ["4,000-11,000", "4.000-11.000", "4,000-11,000 /uL", "4,500-11", "4-11,000", "150,000-400,000"]
)
def test_a_limit_with_two_readings_is_left_out_where_no_other_cell_settles_it(cell):
    assert each_interval(cell) == {cell: (None, None)}


def test_a_limit_with_two_readings_is_settled_by_the_other_cells_of_its_column():
    assert each_interval("4,000-11,000 /uL", "4.0-11.0") == {"4,000-11,000 /uL": (4.0, 11.0), "4.0-11.0": (4.0, 11.0)}
    assert each_interval("4.000-11.000 /uL", "4,0-11,0") == {"4.000-11.000 /uL": (4.0, 11.0), "4,0-11,0": (4.0, 11.0)}
    assert each_interval("4.000-11.000", "4,0-11,0", "4.0-11.0")["4.000-11.000"] == (None, None)


@pytest.mark.parametrize("cell", ["4,000-11,000", "normal", "4.0-11.0 %"])
def test_an_interval_that_is_left_out_is_told_and_kept_as_printed(cell):
    reading = read(one_row(interval=cell))
    assert list(reading.results["reported_range"]) == [cell]
    told = f"1 reference interval could not be read and will not be used, such as {cell!r} in line 2."
    assert reading.warnings == [told]


@pytest.mark.parametrize(
    ("cell", "decimal", "expected"),
    [
        ("4,000-11,000 /uL", ".", (4, 11)),
        ("4.000-11.000 /uL", ",", (4, 11)),
        ("4.000-11.000", ".", (4, 11)),
        ("4,000-11,000", ",", (4, 11)),
        ("4.0-11.0", ".", (4, 11)),
        ("4,0-11,0", ",", (4, 11)),
        ("<11,000 /uL", ".", (None, 11)),
    ],
)
def test_the_users_decimal_mark_settles_an_interval(cell, decimal, expected):
    assert interval(cell, value="6", decimal=decimal) == expected


@pytest.mark.parametrize(
    ("name", "value", "unit", "cell", "expected"),
    [
        ("IgG", "980", "mg/dL", "565-1600", (5.65, 16)),
        ("IgG", "9.8", "g/L", "565-1600 mg/dL", (5.65, 16)),
        ("IgG", "980", "mg/dL", "5.65-16.0 g/L", (5.65, 16)),
        ("Hemoglobin", "13.6", "g/dL", "11.5-16.5", (115, 165)),
        ("Hemoglobin", "136", "g/L", "11.5-16.5 g/dL", (115, 165)),
        ("CD19", "0.212", "10^9/L", "0.1-0.5", (100, 500)),
        ("CD19", "212", "/uL", "0.1-0.5 10^9/L", (100, 500)),
        ("WBC", "6100", "/uL", "4000-11000", (4, 11)),
        ("WBC", "6100", "/uL", "4.0-11.0 K/uL", (4, 11)),
        ("Hematocrit", "42", "%", "0.36-0.48 L/L", (36, 48)),
        ("Lymphocytes", "32", "%", "20-40", (20, 40)),
    ],
)
def test_limits_are_converted_by_the_unit_in_their_cell_else_by_the_values(name, value, unit, cell, expected):
    assert interval(cell, value, unit, name) == expected


@pytest.mark.parametrize(
    ("name", "value", "unit", "cell"),
    [
        ("WBC", "6.1", "10^9/L", "4000-11000"),
        ("Hemoglobin", "13.6", "g/dL", "115-165"),
        ("Lymphocytes", "32", "%", "1000-4000"),
        ("Hematocrit", "42", "%", "360-480"),
    ],
)
def test_limits_that_no_cell_can_hold_are_left_out(name, value, unit, cell):
    assert interval(cell, value, unit, name) == (None, None)


def test_every_row_has_its_own_interval():
    table = """
        collected_at,analyte,value,unit,reference range
        2025-01-15,WBC,6.1,10^9/L,4.0-11.0
        2025-02-15,WBC,6.2,10^9/L,3.5-10.5
        2025-03-15,WBC,6.3,10^9/L,<10
        2025-04-15,WBC,6.4,10^9/L,
        2025-04-15,CD19,12,/uL,100-500
        """
    assert limits(table) == [(4, 11), (3.5, 10.5), (None, 10), (None, None), (100, 500)]


@pytest.mark.parametrize(
    ("low", "high", "expected", "printed"),
    [
        ("4.0", "11.0", (4, 11), "4.0-11.0"),
        ("4,0", "11,0", (4, 11), "4,0-11,0"),
        ("4.0", "", (4, None), ">=4.0"),
        ("", "11.0", (None, 11), "<=11.0"),
        ("0", "11", (0, 11), "0-11"),
        ("4.0", "n/a", (4, None), None),
        ("11", "4", (None, None), "11-4"),
        ("4", "4", (None, None), "4-4"),
        ("few", "11", (None, None), "few-11"),
        ("-1", "11", (None, None), "-1-11"),
        ("4000", "11000", (None, None), "4000-11000"),
        ("", "", (None, None), ""),
    ],
)
def test_two_columns_of_limits(low, high, expected, printed):
    header = ("collected_at", "analyte", "value", "unit", "ref_low", "ref_high")
    table = delimited(header, ("2025-01-15", "WBC", "6", "10^9/L", low, high))
    assert limits(table) == [expected]
    if printed is not None:
        assert read(table).results["reported_range"].astype(object).fillna("").tolist() == [printed]


def test_a_unit_beside_a_limit_is_not_lost():
    """Limits of 100 /uL beside a value in 10^9/L are 0.1 of it: converted or left out, never 100 of the other unit."""
    header = ("collected_at", "analyte", "value", "unit", "ref_low", "ref_high")
    table = delimited(header, ("2025-01-15", "WBC", "6.1", "10^9/L", "40 /uL", "110 /uL"))
    assert limits(table) in ([(0.04, 0.11)], [(None, None)])


@pytest.mark.parametrize(
    ("cell", "low", "high", "expected"),
    [("4.0-11.0", "3.0", "10.0", (4, 11)), ("", "3.0", "10.0", (3, 10)), ("normal", "3.0", "10.0", (None, None))],
)
def test_a_range_cell_comes_before_the_two_columns(cell, low, high, expected):
    header = ("collected_at", "analyte", "value", "unit", "ref_range", "ref_low", "ref_high")
    assert limits(delimited(header, ("2025-01-15", "WBC", "6.1", "10^9/L", cell, low, high))) == [expected]


def test_a_bad_interval_takes_no_result_with_it():
    reading = read(delimited(("date", "test", "value", "unit", "range"), ("2025-01-15", "WBC", "6.1", "10^9/L", "?")))
    assert reading.results["value"].tolist() == [6.1]
    assert len(reading.rejects) == 0


def test_intervals_of_cells_that_are_no_results_are_not_counted_as_lost():
    table = delimited(
        ("date", "test", "value", "unit", "range"),
        ("2025-01-15", "WBC", "pending", "10^9/L", "?"),
        ("2025-01-15", "Vitamin D", "30", "nmol/L", "?"),
    )
    assert read(table).warnings == []
