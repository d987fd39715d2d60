"""A missing unit: settled by `--unit`, or inferred where nothing else fits; never guessed."""

from __future__ import annotations

import pytest
from tables.intake import delimited, is_read, one, one_row, outcome, read, rejected, values, values_of

from wbc_tracker.errors import UsageError


def wide(header: str, *cells: str) -> str:
    return delimited(("date", header), *(("2025-01-15", cell) for cell in cells))


@pytest.mark.parametrize(
    ("units", "name", "value", "unit", "said"),
    [
        ({"wbc": "10^9/L"}, "WBC", "0.4", "", "wbc 0.4"),
        ({"wbc": "/uL"}, "WBC", "6100", "", "wbc 6.1"),
        ({"wbc": "10^9/L"}, "WBC", "6.1", "furlong", "wbc 6.1"),
        ({"White cells": "K/uL"}, "WBC", "6.1", "", "wbc 6.1"),
        ({"cd19": "/uL"}, "CD19", "12", "", "cd19 12"),
        ({"cd19_pct": "%"}, "CD19", "12", "", "cd19_pct 12"),
        ({"igg": "mg/dL"}, "IgG", "980", "", "igg 9.8"),
        ({"wbc": "K/uL"}, "WBC", "6.1", "10^9/L", "wbc 6.1"),
        ({"cd19": "/uL", "cd19_pct": "%"}, "CD19", "12", "", "rejected: name_ambiguous"),
        ({"cd19": "/uL"}, "CD19", "12", "%", "cd19_pct 12"),
    ],
)
def test_the_user_settles_a_missing_or_unknown_unit(units, name, value, unit, said):
    assert one(name=name, value=value, unit=unit, units=units) == said


def test_a_known_printed_unit_is_not_overruled_and_both_are_named():
    reject = read(one_row(value="6.1", unit="10^9/L"), units={"wbc": "/uL"}).rejects.iloc[0]
    assert reject["code"] == "unit_conflict"
    assert "/uL" in reject["message"]
    assert "'10^9/L'" in reject["message"]


@pytest.mark.parametrize(("name", "unit"), [("Absolute lymphocytes", "%"), ("Lymphocyte count", "mg/dL")])
def test_a_known_unit_of_something_else_is_not_overruled(name, unit):
    """A 32 printed in percent is no 32 x 10^9/L, whatever --unit says."""
    assert not is_read(one(name=name, value="32", unit=unit, units={"lymphocytes": "10^9/L"}))


@pytest.mark.parametrize("header", ["WBC (urine)", "WBC (CSF)", "IgG 1", "IgG_4"])
def test_the_users_unit_does_not_make_another_test_of_a_header(header):
    table = delimited(("date", header, "CD19 (/uL)"), ("2025-01-15", "3", "1"))
    assert values_of(table, units={"wbc": "10^9/L", "igg": "g/L"}) == ["cd19 1"]


@pytest.mark.parametrize(
    ("units", "words"),
    [
        ({"leucox": "g/L"}, ["'leucox'", "wbc"]),
        ({"Lymphs": "10^9/L"}, ["'Lymphs'", "lymphocytes", "lymphocytes_pct"]),
        ({"wbc": "furlong"}, ["'furlong'", "10*9/L"]),
        ({"wbc": "%"}, ["'%'", "10*9/L"]),
        ({"cd19": "mg/dL"}, ["'mg/dL'", "/uL"]),
    ],
)
def test_a_wrong_option_names_what_is_accepted(units, words):
    with pytest.raises(UsageError) as mistake:
        read(one_row(), units=units)
    for word in words:
        assert word in f"{mistake.value.message} {mistake.value.hint}"


@pytest.mark.parametrize(
    ("header", "cells", "said"),
    [
        ("WBC", ["6.1", "5.9"], ["wbc 6.1", "wbc 5.9"]),
        ("WBC", ["6100", "5900"], ["wbc 6.1", "wbc 5.9"]),
        ("WBC", ["6.1", "0.4", "5.9"], ["wbc 6.1", "wbc 0.4", "wbc 5.9"]),
        ("WBC", ["6.1", "<0.5", "pending"], ["wbc 6.1", "wbc <0.5"]),
        ("Absolute neutrophils", ["3.1"], ["neutrophils 3.1"]),
        ("ALC", ["1800", "1500"], ["lymphocytes 1.8", "lymphocytes 1.5"]),
        ("Platelets", ["250"], ["platelets 250"]),
        ("Platelets", ["250000"], ["platelets 250"]),
    ],
)
def test_a_unit_is_inferred_from_the_median_of_the_column(header, cells, said):
    reading = read(wide(header, *cells))
    assert values(reading) == said
    assert reading.results["unit_inferred"].all()
    assert reading.results["reported_unit"].isna().all()
    assert any("inferred" in warning for warning in reading.warnings)


def test_a_printed_unit_is_not_inferred():
    reading = read(one_row())
    assert reading.results["unit_inferred"].tolist() == [False]
    assert reading.warnings == []


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("WBC", ["0.5"]),
        ("WBC", ["61"]),
        ("WBC", ["pending"]),
        ("Absolute neutrophils", ["65", "58"]),
        ("Absolute lymphocytes", ["32", "28"]),
        ("Platelets", ["2.5"]),
        ("CD19 count", ["212"]),
        ("Absolute monocytes", ["0.4"]),
        ("IgG", ["9.8"]),
        ("Hemoglobin", ["13.6"]),
        ("Lymphocytes", ["1.8"]),
        ("CD19", ["11.2"]),
    ],
)
def test_nothing_is_inferred_where_another_reading_is_left(header, cells):
    reading = read(wide(header, *cells))
    assert values(reading) == []
    assert len(reading.rejects) == len(cells) - reading.no_result


@pytest.mark.parametrize(
    ("header", "cells", "wrong"),
    [
        ("WBC", ["6.1", "5.9", "5600"], "wbc 5600"),
        ("WBC", ["5600", "6100", "5.6"], "wbc 0.0056"),
        ("WBC", ["6100", "5600", "12"], "wbc 0.012"),
        ("WBC", ["6100", "5600", "45"], "wbc 0.045"),
        ("Absolute neutrophils", ["3100", "2800", "12"], "neutrophils 0.012"),
        ("Absolute lymphocytes", ["1800", "1500", "8"], "lymphocytes 0.008"),
        ("Platelets", ["250000", "260000", "700"], "platelets 0.7"),
    ],
)
def test_a_cell_that_fits_only_the_other_unit_is_not_read_in_the_inferred_one(header, cells, wrong):
    """5.6 among 5600 and 6100 is a count in thousands; 0.0056 would be an emergency."""
    reading = read(wide(header, *cells))
    assert wrong not in values(reading)
    assert len(reading.rejects) == 1


def test_each_column_and_each_test_is_inferred_for_itself():
    table = delimited(("date", "WBC", "Platelets"), ("2025-01-15", "6100", "250"), ("2025-02-15", "5900", "260"))
    assert values(read(table)) == ["wbc 6.1", "platelets 250", "wbc 5.9", "platelets 260"]
    table = delimited(("date", "test", "value"), ("2025-01-15", "WBC", "6.1"), ("2025-01-15", "Platelets", "250000"))
    assert values(read(table)) == ["wbc 6.1", "platelets 250"]


def test_only_the_cells_without_a_unit_are_inferred():
    header = ("date", "test", "value", "unit")
    table = delimited(header, ("2025-01-15", "WBC", "6100", "/uL"), ("2025-02-15", "WBC", "5.9", ""))
    reading = read(table)
    assert values(reading) == ["wbc 6.1", "wbc 5.9"]
    assert reading.results["unit_inferred"].tolist() == [False, True]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("Lymphocytes %", "32", "lymphocytes_pct 32"),
        ("cd19_pct", "11", "cd19_pct 11"),
        ("Neutrophils (%)", "55", "neutrophils_pct 55"),
    ],
)
def test_a_percent_sign_in_the_name_is_a_printed_unit_in_both_layouts(name, value, said):
    assert outcome(wide(name, value)) == said
    assert one(name=name, value=value, unit="") == said


def test_the_unit_of_a_reject_can_be_settled_by_the_option_its_hint_names():
    hint = read(one_row(name="CD19 count", value="12", unit="")).rejects["hint"].iloc[0]
    assert "--unit cd19=" in hint
    assert one(name="CD19 count", value="12", unit="", units={"cd19": "/uL"}) == "cd19 12"


def test_the_rest_of_the_file_is_read_where_one_unit_is_missing():
    reading = read("""
        collected_at,analyte,value,unit
        2025-01-15,WBC,6.1,10^9/L
        2025-01-15,IgG,9.8,
        2025-01-15,CD19,12,/uL
        """)
    assert values(reading) == ["wbc 6.1", "cd19 12"]
    assert rejected(reading) == ["3 unit_missing"]
