"""Where the table begins: preambles, headers of two lines, rows of units, files without a header, several tables."""

from __future__ import annotations

import pytest
from tables.intake import read, rejected, told, values, values_of

from wbc_tracker.errors import AmbiguousFileError, UnreadableFileError

TABLE = "Date,Test,Result,Unit\n2025-01-15,WBC,6.1,10^9/L\n"


@pytest.mark.parametrize(
    ("above", "line"),
    [
        ("Laboratory report\n", 3),
        ("Laboratory report\n\n", 4),
        ("Laboratory report,,,\nPrinted,2025-03-01,,\n", 4),
        ("Results,,,\n,,,\nDate:,2025-01-15,,\n", 5),
        ('"Report\nof two lines"\n', 4),
        ("sep=,\n", 3),
    ],
)
def test_lines_above_the_header_are_passed_over_and_lines_stay_those_of_the_file(above, line):
    assert told(read(above + TABLE)) == [f"{line} me 2025-01-15 wbc 6.1"]


def test_what_stands_above_the_table_is_told():
    warnings = read("Laboratory report\nPrinted 2025-03-01\n" + TABLE).warnings
    assert any("Laboratory report / Printed 2025-03-01" in warning for warning in warnings)
    assert any("patient 'me'" in warning for warning in warnings)


@pytest.mark.parametrize("line", ["Patient: Ann Example", "Patient,Ann Example", "Name: Ann", "NHS Number: 123 456"])
def test_a_name_above_the_table_is_not_passed_over(line):
    """Two exports with two names above them must not become one person without a word."""
    with pytest.raises(AmbiguousFileError, match="may name the patient") as refusal:
        read(f"{line}\n{TABLE}")
    assert refusal.value.code == "patient_unclear"
    assert "--patient" in refusal.value.hint
    assert told(read(f"{line}\n{TABLE}", patient="ann", is_patient_named=True)) == ["3 ann 2025-01-15 wbc 6.1"]


def test_a_header_is_known_by_its_words_not_by_its_place():
    above = "Name of the laboratory,Somewhere,,\nOrdered by,Dr Who,,\n"
    assert told(read(above + TABLE)) == ["4 me 2025-01-15 wbc 6.1"]


def test_a_header_that_is_named_is_found_below_other_lines():
    table = "Report,,,\nwhen,what,how much,in\n2025-01-15,WBC,6.1,10^9/L\n"
    columns = {"collected_at": "when", "analyte": "what", "value": "how much", "unit": "in"}
    assert told(read(table, columns=columns)) == ["3 me 2025-01-15 wbc 6.1"]


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ("Date,WBC,CD19\n,10^9/L,/uL\n2025-01-15,6.1,12\n", ["wbc 6.1", "cd19 12"]),
        ("Date,WBC,CD19\nUnit,K/uL,cells/uL\n2025-01-15,6.1,12\n", ["wbc 6.1", "cd19 12"]),
        ("Date,Lymphocytes,,WBC\n,%,G/L,G/L\n2025-01-15,31,1.9,6.1\n",
         ["lymphocytes_pct 31", "lymphocytes 1.9", "wbc 6.1"]),
        ("Date,Lymphocytes,,CD19,\n,%,abs,%,abs\n2025-01-15,31,,,\n", ["lymphocytes_pct 31"]),
        (",,Blood count,,Subsets\nPatient,Date,WBC (10^9/L),,CD19 (/uL)\nAnn,2025-01-15,6.1,,12\n",
         ["wbc 6.1", "cd19 12"]),
        ("Date,WBC,,CD19,\n,value,unit,value,unit\n2025-01-15,6.1,K/uL,12,cells/uL\n", ["wbc 6.1", "cd19 12"]),
    ],
)  # fmt: skip
def test_a_second_line_of_the_header_is_joined(table, found):
    assert values(read(table)) == found


def test_a_row_of_intervals_under_the_header_is_the_interval_of_its_column():
    table = "Date,WBC (10^9/L),CD19 (/uL)\nReference range,4.0-11.0,100-500\n2025-01-15,6.1,12\n2025-02-15,6.2,13\n"
    results = read(table).results
    assert results[["ref_low", "ref_high"]].to_numpy().tolist() == [[4.0, 11.0], [100.0, 500.0]] * 2
    assert results["source_row"].tolist() == [3, 3, 4, 4]


def test_a_row_of_data_is_no_second_line_of_the_header():
    """A draw whose date is missing is a row of data, and rejected as one."""
    reading = read("Date,WBC (10^9/L),CD19 (/uL)\n,6.1,12\n2025-01-15,6.2,13\n")
    assert (values(reading), rejected(reading)) == (["wbc 6.2", "cd19 13"], ["2 date_missing", "2 date_missing"])


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ("2025-01-15,WBC,6.1,10^9/L\n2025-02-15,WBC,6.2,10^9/L\n",
         ["1 me 2025-01-15 wbc 6.1", "2 me 2025-02-15 wbc 6.2"]),
        ('"05-Jun-2025","Total white cell count","5.7 10*9/L","2.9 - 9.6 10*9/L",""\n', ["1 me 2025-06-05 wbc 5.7"]),
        ("Lab\nWBC;15.01.2025;6,1;10^9/L\n", ["2 me 2025-01-15 wbc 6.1"]),
    ],
)  # fmt: skip
def test_a_file_without_a_header_is_told_by_its_cells(table, found):
    reading = read(table)
    assert told(reading) == found
    assert any("no header line" in warning for warning in reading.warnings)


def test_a_file_without_a_header_with_two_columns_of_numbers_is_refused():
    table = "2025-01-15,WBC,6.1,10^9/L,4.0\n2025-02-15,WBC,6.2,10^9/L,4.0\n"
    with pytest.raises(AmbiguousFileError, match="column 3 and column 5") as refusal:
        read(table)
    assert '--map value="column 3"' in refusal.value.hint
    assert values(read(table, columns={"value": "column 3"})) == ["wbc 6.1", "wbc 6.2"]


def test_a_file_without_a_header_does_not_merge_two_people():
    table = "A17,2025-01-15,WBC,6.1 10^9/L\nB21,2025-01-15,WBC,3.1 10^9/L\n"
    assert values_of(table) == "refused: patient_unclear"
    assert told(read(table, columns={"patient_id": "column 1"})) == [
        "1 A17 2025-01-15 wbc 6.1",
        "2 B21 2025-01-15 wbc 3.1",
    ]


@pytest.mark.parametrize(
    ("table", "line"),
    [
        ("Date,WBC (K/uL)\n2025-01-15,6.1\n\nDate,IgG (g/L)\n2025-02-15,9.2\n", 4),
        ("Date,WBC (K/uL),CD19 (/uL)\n2025-01-15,6.1,12\nDate,IgG (g/L)\n2025-02-15,9.2\n", 3),
        ("Test,Result,Unit,Date\nWBC,6.1,K/uL,2025-01-15\n\nTest,Date,Unit,Result\nWBC,2025-02-15,K/uL,6.2\n", 4),
    ],
)
def test_several_tables_in_one_file_are_refused_naming_the_line(table, line):
    with pytest.raises(UnreadableFileError, match="several tables") as refusal:
        read(table)
    assert f"line {line}" in refusal.value.message


def test_a_quotation_mark_in_the_header_that_closes_rows_later_is_refused():
    assert values_of('date,"WBC (K/uL)\n2025-01-15,6.1\n2025-02-15,6.2"\n') == "refused: file_cut"


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ("Date,Test,Result,Unit,Result,Unit\n2025-01-15,Lymphocytes,31,%,1.9,G/L\n",
         ["lymphocytes_pct 31", "lymphocytes 1.9"]),
        ("Date,Test,Result (%),Result (G/L)\n2025-01-15,Lymphocytes,31,1.9\n",
         ["lymphocytes_pct 31", "lymphocytes 1.9"]),
        ("Date,Test,%,G/L\n2025-01-15,Lymphocytes,31,1.9\n", ["lymphocytes_pct 31", "lymphocytes 1.9"]),
        ("Date,Test,Result 1,Unit 1,Result 2,Unit 2\n2025-01-15,Lymphocytes,31,%,1.9,G/L\n",
         ["lymphocytes_pct 31", "lymphocytes 1.9"]),
        ("Date,WBC,WBC unit,WBC range,CD19,CD19 unit\n2025-01-15,6.1,K/uL,4-11,<1,cells/uL\n", ["wbc 6.1", "cd19 <1"]),
        ("Date,WBC,Unit,CD19,Unit\n2025-01-15,6100,/uL,<1,cells/uL\n", ["wbc 6.1", "cd19 <1"]),
        ("Date,WBC_value,WBC_unit\n2025-01-15,6.1,K/uL\n", ["wbc 6.1"]),
    ],
)  # fmt: skip
def test_several_values_in_a_row_keep_their_own_units(table, found):
    assert values(read(table)) == found


def test_an_interval_beside_percent_and_count_is_that_of_the_one_it_fits():
    table = "Date,Test,%,G/L,Range\n2025-01-15,Lymphocytes,31,1.9,1.0-4.8\n2025-01-15,Neutrophils,61,3.9,40-80\n"
    results = read(table).results
    assert results[["analyte", "ref_low"]].fillna(0).to_numpy().tolist() == [
        ["lymphocytes_pct", 0], ["lymphocytes", 1.0], ["neutrophils_pct", 40.0], ["neutrophils", 0],
    ]  # fmt: skip


def test_a_unit_behind_the_name_of_the_test_is_its_unit():
    table = "Date,Test,Result\n2025-01-15,WBC (K/uL),6.1\n2025-01-15,CD19 [cells/µL],12\n"
    assert values(read(table)) == ["wbc 6.1", "cd19 12"]


def test_two_units_that_contradict_each_other_are_rejected():
    assert rejected(read("Date,Test,Result,Unit\n2025-01-15,WBC (K/uL),6.1,/uL\n")) == ["2 unit_contradiction"]
    assert rejected(read("Date,WBC (K/uL),WBC unit\n2025-01-15,6.1,/uL\n")) == ["2 unit_contradiction"]


def test_a_file_that_ends_within_its_last_value_is_told():
    assert any("cut off" in warning for warning in read("Date,WBC (K/uL)\n2025-01-15,6.1").warnings)
    assert not read("Date,WBC (K/uL)\n2025-01-15,6.1\n").warnings
