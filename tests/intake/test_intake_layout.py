"""Which table is it, and which column plays which role: found by headers, told, and overridable."""

from __future__ import annotations

import pytest
from tables.intake import delimited, outcome, read, rejected, told, values, values_of

from wbc_tracker.errors import AmbiguousFileError, UnreadableFileError, UsageError
from wbc_tracker.intake.table.ledger import unread_words

LONG = """
    collected_at,analyte,value,unit
    2025-01-15,WBC,6.1,10^9/L
    """


def test_long_and_wide_are_told_apart():
    assert read(LONG).layout == "long"
    assert read("date,WBC (10^9/L)\n2025-01-15,6.1\n").layout == "wide"


def test_every_column_is_told_with_what_it_was_taken_for():
    reading = read("Date,WBC (10^9/L),CD19,Ward\n2025-01-15,6.1,12,B\n", units={"cd19": "/uL"})
    assert reading.columns[0] == ("Date", "collected_at", "read", "header", "2025-01-15")
    assert [column.header for column in reading.columns] == ["Date", "WBC (10^9/L)", "CD19", "Ward"]
    assert "WBC" in reading.columns[1].role
    assert reading.columns[3] == ("Ward", "", "harmless", "its header", "B")
    assert unread_words(reading.columns) == "Columns not used: Ward (no bearing on results)."


def test_a_column_without_a_role_is_harmless_or_undecided():
    reading = read(
        """
        Date,Test,Result,Unit,Ordering Provider,Kommentar,reviewedBy,Flug,Empty,Batch of ten
        2025-01-15,WBC,6.1,10^9/L,Dr A,ok,Dr C,1.5,,A
        2025-02-15,WBC,6.2,10^9/L,Dr B,so so,Dr D,2.5,,A
    """,
        patient="ann",
        is_patient_named=True,
    )
    states = {column.header: (column.state, column.reason) for column in reading.columns[4:]}
    assert states["Ordering Provider"] == states["Kommentar"] == states["reviewedBy"] == ("harmless", "its header")
    assert states["Empty"] == ("harmless", "empty")
    assert states["Batch of ten"][0] == "harmless"
    assert states["Flug"][0] == "undecided"


@pytest.mark.parametrize(
    "headers",
    [
        "collected_at,analyte,value,unit", "Date,Test,Result,Units", "Collection Date,Test Name,Result,Unit",
        "DATE,Component,Value,UNITS", "Date Collected,Lab Test,Your Value,Unit", "Collected,Name,Value,Unit",
        "taken_on,marker,value,unit", "Specimen Collection Date,Test,Result,UOM", "LBDTC,LBTEST,LBORRES,LBORRESU",
        "date of collection,parameter,result,unit of measure", " Date , Test , Result , Unit ",
    ],
)  # fmt: skip
def test_common_headers_of_a_long_file(headers):
    assert outcome(f"{headers}\n2025-01-15,WBC,6.1,10^9/L\n") == "wbc 6.1"


@pytest.mark.parametrize(
    ("header", "result"),
    [
        ("WBC (10^9/L)", "wbc 11"), ("WBC [K/uL]", "wbc 11"), ("WBC (10^3/uL)", "wbc 11"), ("WBC x10^9/L", "wbc 11"),
        ("WBC, 10^9/L", "wbc 11"), ("wbc_10^9/L", "wbc 11"), ("White Blood Cell Count (K/uL)", "wbc 11"),
        ("WBC (cells/uL)", "wbc 0.011"), ("Lymphocytes (10^9/L)", "lymphocytes 11"),
        ("Lymphocytes (%)", "lymphocytes_pct 11"), ("Lymphocytes %", "lymphocytes_pct 11"),
        ("% Lymphocytes", "lymphocytes_pct 11"), ("Lymphocytes (% of WBC)", "lymphocytes_pct 11"),
        ("Lymphocytes Abs (K/uL)", "lymphocytes 11"), ("Neut #  (10^9/L)", "neutrophils 11"),
        ("CD19 (cells/µL)", "cd19 11"), ("CD19 cells/uL", "cd19 11"), ("CD19 abs [/uL]", "cd19 11"),
        ("CD19 %", "cd19_pct 11"), ("CD19+ (B cells) %", "cd19_pct 11"), ("cd19_pct", "cd19_pct 11"),
        ("IgG (g/L)", "igg 11"), ("IgG mg/dL", "igg 0.11"), ("Hgb (g/dL)", "hemoglobin 110"),
        ("Hct (%)", "hematocrit 11"), ("Plt (K/uL)", "platelets 11"), ("CD4/CD8", "cd4_cd8_ratio 11"),
        ("RBC (M/uL)", "rbc 11"), ("WBC\n(10^9/L)", "wbc 11"),
    ],
)  # fmt: skip
def test_a_header_of_a_wide_file_with_its_unit(header, result):
    assert outcome(delimited(("date", header), ("2025-01-15", "11"))) == result


@pytest.mark.parametrize("header", ["WBC (10^9/dL)", "WBC %", "Lymphocytes Abs (%)", "CD19 (% of WBC)", "IgG (10^9/L)"])
def test_a_header_with_a_unit_that_does_not_fit_is_rejected(header):
    assert outcome(delimited(("date", header), ("2025-01-15", "11"))) == "rejected: unit_unknown"


@pytest.mark.parametrize(
    "header",
    ["HbA1c (%)", "Hemoglobin A1c", "IgG4 (g/L)", "MCV (fL)", "WBC urine", "WBC range", "WBC flag", "CD45 (/uL)", ""],
)
def test_another_header_of_a_wide_file_is_not_used_and_named(header):
    reading = read(delimited(("date", "CD19 (/uL)", header), ("2025-01-15", "12", "11")))
    assert values(reading) == ["cd19 12"]
    assert header == "" or any(header in warning for warning in reading.warnings)


@pytest.mark.parametrize(
    "header",
    [
        "patient_id", "Patient ID", "PatientID", "Patient", "MRN", "Subject ID", "USUBJID", "Person ID", "Pat. ID",
        "Patient Name", "Name", "Participant ID", "Study ID", "NHS Number", "Hospital Number", "Initials", "Surname",
        "Medical Record Number", "ID",
    ],
)  # fmt: skip
def test_two_patients_never_become_one(header):
    """A header that is not known as the patient's must not put two people's results under `me`."""
    table = delimited((header, "Date", "WBC (10^9/L)"), ("Ann", "2025-01-15", "6.1"), ("Bob", "2025-01-15", "3.1"))
    said = values_of(table)
    if not isinstance(said, str):
        assert list(read(table).results["patient_id"]) == ["Ann", "Bob"]


def test_one_patient_is_me_unless_named():
    assert told(read(LONG)) == ["2 me 2025-01-15 wbc 6.1"]
    assert told(read(LONG, patient="Ann")) == ["2 Ann 2025-01-15 wbc 6.1"]


def test_a_row_without_a_patient_is_rejected():
    table = "patient,date,WBC (10^9/L)\nAnn,2025-01-15,6.1\n,2025-01-15,6.2\n"
    assert (values(read(table)), rejected(read(table))) == (["wbc 6.1"], ["3 patient_missing"])


@pytest.mark.parametrize(
    "header",
    [
        "date,WBC,WBC",
        "date,WBC,wbc ",
        "date,WBC (10^9/L),Leukocytes (10^9/L)",
        "date,Lymphocytes,Lymphocytes",
        "date,CD19 %,% CD19",
    ],
)
def test_two_columns_of_one_test_are_refused(header):
    with pytest.raises(AmbiguousFileError, match="mean the same test") as refusal:
        read(f"{header}\n2025-01-15,6.1,6.2\n")
    assert refusal.value.code == "header_ambiguous"


@pytest.mark.parametrize(
    ("header", "role"),
    [
        ("date,collection date,WBC", "collected_at"),
        ("date,date,WBC", "collected_at"),
        ("date,test,result,your value", "value"),
        ("date,test,name,value", "analyte"),
        ("date,test,value,uom,units", "unit"),
        ("patient,mrn,date,WBC", "patient_id"),
    ],
)
def test_two_columns_for_one_role_are_refused_naming_both(header, role):
    with pytest.raises(AmbiguousFileError, match=f"could both be the {role}") as refusal:
        read(header + "\n")
    assert f"--map {role}=" in refusal.value.hint


def test_the_canonical_header_comes_before_a_synonym():
    table = "collected_at,date,analyte,value,unit\n2025-01-15,2025-02-20,WBC,6.1,10^9/L\n"
    assert told(read(table)) == ["2 me 2025-01-15 wbc 6.1"]


def test_a_file_that_could_be_long_or_wide_is_refused():
    table = "date,test,value,unit,WBC (10^9/L),CD19 (/uL)\n2025-01-15,IgG,9.8,g/L,6.1,12\n"
    with pytest.raises(AmbiguousFileError, match=r"long .* or as wide") as refusal:
        read(table)
    assert "--layout" in refusal.value.hint
    assert values(read(table, layout="long")) == ["igg 9.8"]
    assert read(table, layout="long").layout == "long"


def test_one_column_of_a_test_in_a_long_file_is_not_lost_without_a_word():
    table = "date,test,value,unit,WBC (10^9/L)\n2025-01-15,IgG,9.8,g/L,6.1\n"
    said = values_of(table)
    assert isinstance(said, str) or any("WBC (10^9/L)" in warning for warning in read(table).warnings)


@pytest.mark.parametrize(
    ("header", "row", "wrong"),
    [
        ("date,WBC,unit,CD19 (/uL)", "2025-01-15,6.1,10^9/L,12", "cd19 12000"),
        ("date,CD19 (/uL),comparator,WBC (10^9/L)", "2025-01-15,5,<,6.1", "wbc <6.1"),
    ],
)
def test_a_column_beside_one_test_does_not_speak_for_all_tests_of_a_row(header, row, wrong):
    assert wrong not in values_of(f"{header}\n{row}\n")


def test_an_interval_beside_one_test_does_not_speak_for_all_tests_of_a_row():
    """Neutrophils of 3.1 are not low because white cells should be 4 to 11."""
    table = "date,WBC (10^9/L),ref_low,ref_high,Neutrophils (10^9/L)\n2025-01-15,6.1,4.0,11.0,3.1\n"
    if values_of(table) == ["wbc 6.1", "neutrophils 3.1"]:
        assert read(table).results["ref_low"].isna().tolist()[1]


def test_columns_can_be_named():
    table = "when,what,how much,in\n2025-01-15,WBC,6.1,10^9/L\n"
    columns = {"collected_at": "when", "analyte": "what", "value": "how much", "unit": "in"}
    assert outcome(table, columns=columns) == "wbc 6.1"


def test_a_named_column_comes_before_one_that_is_recognised():
    table = "date,drawn,WBC (10^9/L)\n2025-01-15,2025-02-15,6.1\n"
    assert told(read(table, columns={"collected_at": "drawn"})) == ["2 me 2025-02-15 wbc 6.1"]


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"colour": "unit"}, ["colour", "collected_at"]),
        ({"value": "amount"}, ["'amount'", "collected_at, analyte, value, unit"]),
    ],
)
def test_a_wrong_map_names_what_there_is(columns, words):
    with pytest.raises(UsageError) as mistake:
        read(LONG, columns=columns)
    for word in words:
        assert word in f"{mistake.value.message} {mistake.value.hint}"


def test_one_column_cannot_play_two_roles():
    assert values_of(LONG, columns={"value": "unit"}) == "refused: usage"


@pytest.mark.parametrize("layout", ["wide", "long"])
def test_a_layout_that_does_not_fit_is_refused(layout):
    table = LONG if layout == "wide" else "date,WBC (10^9/L)\n2025-01-15,6.1\n"
    with pytest.raises(UnreadableFileError, match=f"for the layout {layout}"):
        read(table, layout=layout)


@pytest.mark.parametrize(
    "table",
    [
        "test,value,unit\nWBC,6.1,10^9/L\n",  # no date
        "date,test,unit\n2025-01-15,WBC,10^9/L\n",  # no value
        "date,value,unit\n2025-01-15,6.1,10^9/L\n",  # no name
        "date,colour\n2025-01-15,red\n",
        "WBC,CD19\n6.1,12\n",
        "patient_id,infused_on,drug,dose_mg\nme,2025-01-15,ocrelizumab,600\n",
    ],
)
def test_a_shape_that_is_not_understood_is_refused(table):
    assert values_of(table) == "refused: no_columns"


def test_a_row_of_units_is_no_row_of_results():
    reading = read("date,WBC,CD19\n,10^9/L,/uL\n2025-01-15,6.1,12\n")
    assert set(values(reading)) <= {"wbc 6.1", "cd19 12"}
    assert all(line == "3" for line in (text.split()[0] for text in told(reading)))
