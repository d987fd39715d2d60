"""A whole lab file: tidy results as the schema says, every other cell accounted for with its reason."""

from __future__ import annotations

import pandas as pd
import pytest
from tables.intake import AS_OF, CATALOG, delimited, read, rejected, told, values

from wbc_tracker import schema
from wbc_tracker.intake import ReadingOptions, read_labs

CANONICAL = """
    patient_id,collected_at,analyte,value,unit,ref_low,ref_high
    Ann,2025-01-15,WBC,6.1,10^9/L,4.0,11.0
    Ann,2025-01-15T08:30,CD19,<1,cells/uL,100,500
    Bob,2024-12-31,Lymphocytes,32 L,%,,40
    """
WIDE = """
    Patient ID,Date,WBC (K/uL),CD19 (cells/uL),CD19 %,IgG (mg/dL),Comment
    Ann,2025-01-15,6.1,<1,--,980,well
    Bob,2025-01-16,,212,11.2,pending,
    """


def cells(reading, *names: str) -> list[tuple]:
    """Return the named columns of the results row by row, None for a missing value."""
    frame = reading.results[list(names)].astype(object)
    return [tuple(None if pd.isna(cell) else cell for cell in row) for row in frame.itertuples(index=False)]


def test_a_canonical_file():
    assert told(read(CANONICAL)) == [
        "2 Ann 2025-01-15 wbc 6.1",
        "3 Ann 2025-01-15T08:30:00 cd19 <1",
        "4 Bob 2024-12-31 lymphocytes_pct 32",
    ]


def test_the_results_have_the_columns_of_the_schema():
    reading = read(CANONICAL)
    assert list(reading.results.columns) == schema.names(schema.RESULT_COLUMNS)
    assert list(reading.rejects.columns) == schema.names((*schema.REJECT_COLUMNS, *schema.MENDABLE_COLUMNS))
    assert list(reading.results.index) == [0, 1, 2]


def test_the_printed_words_stay_beside_the_normalised_ones():
    names = ("reported_analyte", "reported_value", "reported_unit", "reported_range", "reported_flag")
    assert cells(read(CANONICAL), *names) == [
        ("WBC", "6.1", "10^9/L", "4.0-11.0", None),
        ("CD19", "<1", "cells/uL", "100-500", None),
        ("Lymphocytes", "32 L", "%", "<=40", "L"),
    ]


def test_value_comparator_unit_and_code_are_normalised():
    assert cells(read(CANONICAL), "value", "comparator", "unit", "loinc", "ref_low", "ref_high") == [
        (6.1, None, "10*9/L", "6690-2", 4.0, 11.0),
        (1.0, "<", "/uL", "8116-6", 100.0, 500.0),
        (32.0, None, "%", "736-9", None, 40.0),
    ]


def test_a_printed_code_and_mark_are_kept():
    table = """
        date,test,loinc,result,units,flag,reference range
        2025-01-15,White Blood Cells,26464-8,3.6,K/uL,L,4.0-11.0
        """
    names = ("analyte", "loinc", "reported_flag", "reported_range")
    assert cells(read(table), *names) == [("wbc", "26464-8", "L", "4.0-11.0")]


def test_a_wide_file():
    reading = read(WIDE)
    assert told(reading) == [
        "2 Ann 2025-01-15 wbc 6.1",
        "2 Ann 2025-01-15 cd19 <1",
        "2 Ann 2025-01-15 igg 9.8",
        "3 Bob 2025-01-16 cd19 212",
        "3 Bob 2025-01-16 cd19_pct 11.2",
    ]
    assert (reading.read, reading.no_result) == (8, 3)
    assert cells(reading, "reported_analyte", "reported_unit")[:2] == [("WBC", "K/uL"), ("CD19", "cells/uL")]


def test_the_same_results_in_long_and_wide_are_the_same():
    long = """
        Patient ID,Date,Test,Result,Units
        Ann,2025-01-15,WBC,6.1,K/uL
        Ann,2025-01-15,CD19,<1,cells/uL
        Ann,2025-01-15,IgG,980,mg/dL
        Bob,2025-01-16,CD19,212,cells/uL
        Bob,2025-01-16,CD19,11.2,%
        """
    names = ("patient_id", "collected_at", "analyte", "loinc", "value", "comparator", "unit", "reported_value")
    assert cells(read(long), *names) == cells(read(WIDE), *names)


def test_results_keep_the_order_of_the_file_and_doubles_stay():
    table = """
        date,test,value,unit
        2025-03-15,WBC,6.3,10^9/L
        2025-01-15,CD19,12,/uL
        2025-03-15,WBC,6.3,10^9/L
        2025-03-15,WBC,6.4,10^9/L
        """
    assert values(read(table)) == ["wbc 6.3", "cd19 12", "wbc 6.3", "wbc 6.4"]


def test_equal_values_in_different_units_are_equal():
    table = """
        date,test,value,unit
        2025-01-15,WBC,6.1,10^9/L
        2025-01-15,WBC,6100,/uL
        2025-01-15,WBC,6.1,K/uL
        2025-01-15,WBC,6100000000,cells/L
        2025-01-15,WBC,6.100,10*3/uL
        """
    assert read(table, decimal=".").results["value"].nunique() == 1


ACCOUNTED = """
    date,test,value,unit
    2025-01-15,WBC,6.1,10^9/L
    2025-01-15,CD19,pending,/uL
    2025-01-15,Vitamin D,30,nmol/L
    2025-01-15,Vitamin D,pending,nmol/L
    2025-01-15,Ferritin,40,ug/L
    2025-01-15,IgG,many,g/L
    2025-01-15,IgG
    """


def test_every_cell_is_accounted_for():
    reading = read(ACCOUNTED)
    assert (reading.read, values(reading), reading.no_result) == (7, ["wbc 6.1"], 1)
    assert reading.ignored == {"Vitamin D": 2, "Ferritin": 1}
    assert rejected(reading) == ["7 value_not_a_number", "8 row_shape"]


def test_a_reject_says_where_what_and_what_to_do():
    reject = read(ACCOUNTED).rejects.iloc[0].to_dict()
    assert {name: reject[name] for name in schema.names(schema.REJECT_COLUMNS)} == {
        "source_file": "labs.csv",
        "source_row": 7,
        "column": "value",
        "code": "value_not_a_number",
        "message": "'many' is not a number.",
        "hint": "Write a plain number such as 6.1, or <1 for below a limit.",
        "raw": "many",
    }


#: One row for every problem of one cell: patient, date, name, code, value, unit -> problem.
ROWS = [
    (("", "2025-01-15", "WBC", "", "6.1", "10^9/L"), "patient_missing"),
    (("Ann", "2025-01-15", "", "", "6.1", "10^9/L"), "name_missing"),
    (("Ann", "2025-01-15", "Lymphocytes", "", "1.8", ""), "name_ambiguous"),
    (("Ann", "2025-01-15", "WBC", "770-8", "6.1", "10^9/L"), "name_conflict"),
    (("Ann", "2025-01-15", "WBC", "", "=B2/C2", "10^9/L"), "formula_unsaved"),
    (("Ann", "2025-01-15", "CD19", "", "999", "/uL"), "value_missing_code"),
    (("Ann", "2025-01-15", "CD19", "", "12 (3)", "/uL"), "value_two_numbers"),
    (("Ann", "2025-01-15", "WBC", "806-0", "3", "/uL"), "code_unknown"),
    (("Ann", "", "WBC", "", "6.1", "10^9/L"), "date_missing"),
    (("Ann", "soon", "WBC", "", "6.1", "10^9/L"), "date_unreadable"),
    (("Ann", "45000", "WBC", "", "6.1", "10^9/L"), "date_serial"),
    (("Ann", "1825-01-15", "WBC", "", "6.1", "10^9/L"), "date_before_1900"),
    (("Ann", "2225-01-15", "WBC", "", "6.1", "10^9/L"), "date_future"),
    (("Ann", "2025-01-15", "WBC", "", "many", "10^9/L"), "value_not_a_number"),
    (("Ann", "2025-01-15", "WBC", "", "-6.1", "10^9/L"), "value_negative"),
    (("Ann", "2025-01-15", "IgG", "", "9.8", ""), "unit_missing"),
    (("Ann", "2025-01-15", "IgG", "", "9.8", "furlong"), "unit_unknown"),
    (("Ann", "2025-01-15", "CD19", "", "12", "10^9/L"), "unit_conflict"),
    (("Ann", "2025-01-15", "WBC", "", "6.1 K/uL", "/uL"), "unit_contradiction"),
    (("Ann", "2025-01-15", "WBC", "", "6.1 /uL", "10^9/L"), "unit_contradiction"),
    (("Ann", "2025-01-15", "WBC", "", "6100", "10^9/L"), "value_implausible"),
]


@pytest.mark.parametrize(("row", "code"), ROWS)
def test_a_problem_of_a_cell(row, code):
    header = ("patient", "date", "test", "loinc", "value", "unit")
    reject = read(delimited(header, row), units={"cd19": "/uL"}).rejects.iloc[0]
    assert (reject["code"], reject["source_row"], reject["column"], reject["raw"]) == (code, 2, "value", row[4])
    assert reject["message"].endswith(".")
    assert reject["hint"].endswith(".")


def test_the_rows_above_show_every_problem_of_a_lab_cell():
    of_infusions = """
    infusion_conflict drug_unknown drug_unclear route_conflict dose_unreadable dose_implausible status_unknown
    status_missing status_partial booking_past booking_far infusion_ahead
    """
    by_columns = {"patient_conflict", "specimen_unclear", "result_status_unknown", "comparator_unknown"}
    elsewhere = {"row_shape", *of_infusions.split(), "event_unknown", "event_future", *by_columns}
    assert {code for _, code in ROWS} | elsewhere == set(CATALOG.problems)


def test_rejects_stand_in_the_order_of_the_file():
    header = ("patient", "date", "test", "loinc", "value", "unit")
    reading = read(delimited(header, *(row for row, _ in reversed(ROWS))), units={"cd19": "/uL"})
    assert rejected(reading) == [f"{line} {code}" for line, (_, code) in enumerate(reversed(ROWS), start=2)]


def test_a_cell_with_two_problems_is_rejected_once():
    reading = read("date,test,value,unit\nsoon,IgG,-many,furlong\n")
    assert (reading.read, len(reading.rejects)) == (1, 1)


def test_a_row_without_name_and_value_holds_no_result():
    reading = read("date,test,value,unit\n2025-01-15,,,10^9/L\n")
    assert (reading.read, reading.no_result, len(reading.rejects)) == (1, 1, 0)


def test_a_missing_text_is_missing_never_empty():
    results = read(CANONICAL).results
    for name in results.columns:
        assert not (results[name].astype(object) == "").any()


def test_the_file_is_named_in_results_and_rejects(tmp_path):
    path = tmp_path / "January.csv"
    path.write_text("date,WBC (10^9/L)\n2025-01-15,6.1\n2025-02-15,x\n")
    reading = read_labs(str(path), ReadingOptions(as_of=AS_OF))
    assert [*reading.results["source_file"], *reading.rejects["source_file"]] == ["January.csv"] * 2


@pytest.mark.parametrize(
    "hostile",
    ["=cmd|' /C calc'!A1", "[red]x[/red]", "\x1b[31mx", "<script>alert(1)</script>", "../../x", "{raw}", "%s"],
)
def test_hostile_cells_are_only_text(hostile):
    table = delimited(
        ("patient", "date", "test", "value", "unit", "flag"),
        (hostile, "2025-01-15", "WBC", "6.1", "10^9/L", hostile),
        ("Ann", "2025-01-15", "WBC", hostile, "10^9/L", ""),
        ("Ann", "2025-01-15", "WBC", "6.1", hostile, ""),
        ("Ann", "2025-01-15", hostile, "6.1", "10^9/L", ""),
        ("Ann", hostile, "WBC", "6.1", "10^9/L", ""),
    )
    reading = read(table)
    assert cells(reading, "patient_id", "value", "reported_flag") == [(hostile, 6.1, hostile)]
    no_number = "formula_unsaved" if hostile.startswith("=") else "value_not_a_number"
    assert rejected(reading) == [f"3 {no_number}", "4 unit_unknown", "6 date_unreadable"]
    assert reading.rejects["raw"].iloc[0] == hostile
    assert reading.ignored == {hostile: 1}
