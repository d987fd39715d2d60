"""Infusion files: one row an infusion, read with the same care as lab files."""

from __future__ import annotations

import math

import pytest
from tables.intake import AS_OF, delimited, read_infusions_of, rejected

from wbc_tracker import schema
from wbc_tracker.errors import WbcTrackerError
from wbc_tracker.intake import ReadingOptions, read_infusions

HEADER = ("patient_id", "infused_on", "drug", "dose_mg")


def told(table: str | bytes, **options) -> list[str]:
    """Tell every infusion as `line patient date drug dose`."""
    reading = read_infusions_of(table, **options)
    rows = reading.infusions.itertuples(index=False)
    return [
        f"{line} {r.patient_id} {r.infused_on} {r.drug} {'-' if math.isnan(r.dose_mg) else f'{r.dose_mg:g}'}"
        for line, r in zip(reading.lines, rows, strict=True)
    ]


def one(patient="me", date="2025-01-15", drug="ocrelizumab", dose="600", **options) -> str:
    """Say what becomes of a file with one infusion: `2025-01-15 ocrelizumab 600`, the problem, or the refusal."""
    table = delimited(HEADER, (patient, date, drug, dose))
    try:
        reading = read_infusions_of(table, **options)
    except WbcTrackerError as refusal:
        return f"refused: {refusal.code}"
    if len(reading.rejects):
        return f"rejected: {reading.rejects['code'].iloc[0]}"
    return told(table, **options)[0].split(" ", 2)[2]


def test_a_canonical_file():
    table = """
        patient_id,infused_on,drug,dose_mg
        Ann,2025-01-15,ocrelizumab,300
        Ann,2025-01-29T09:30,Ocrevus,300 mg
        Bob,2024-12-31,Kesimpta,
        """
    assert told(table) == [
        "2 Ann 2025-01-15 ocrelizumab 300",
        "3 Ann 2025-01-29T09:30:00 ocrelizumab 300",
        "4 Bob 2024-12-31 ofatumumab -",
    ]
    reading = read_infusions_of(table)
    assert list(reading.infusions.columns) == schema.names(schema.INFUSION_COLUMNS)
    assert (reading.read, reading.names_patients) == (3, True)


def test_a_date_is_enough():
    table = "Infusion date\n2025-01-15\n2024-07-20\n"
    assert told(table) == ["2 me 2025-01-15 ocrelizumab -", "3 me 2024-07-20 ocrelizumab -"]
    assert told(table, patient="Ann")[0] == "2 Ann 2025-01-15 ocrelizumab -"
    assert not read_infusions_of(table).names_patients


@pytest.mark.parametrize(
    "headers",
    [
        "Patient,Infusion date,Drug,Dose", "MRN,Date of infusion,Medication,Dose (mg)",
        "UMRN,Infusion date,RTX type,Infusion dose (mg)", "USUBJID,EXSTDTC,EXTRT,EXDOSE",
        "patient id;date given;drug name;dose mg",
    ],
)  # fmt: skip
def test_common_headers(headers):
    delimiter = ";" if ";" in headers else ","
    table = headers + "\n" + delimiter.join(("Ann", "2025-01-15", "Ocrevus", "600")) + "\n"
    assert told(table) == ["2 Ann 2025-01-15 ocrelizumab 600"]


@pytest.mark.parametrize(
    ("printed", "drug"),
    [
        ("", "ocrelizumab"), ("Ocrevus", "ocrelizumab"), ("OCRELIZUMAB", "ocrelizumab"),
        ("Ocrevus Zunovo", "ocrelizumab_sc"), ("Briumvi", "ublituximab"), ("MabThera", "rituximab"),
        ("Rituxan", "rituximab"), ("Kesimpta", "ofatumumab"), ("ofatumumab", "ofatumumab"),
    ],
)  # fmt: skip
def test_a_drug_by_its_name_or_brand(printed, drug):
    assert one(drug=printed) == f"2025-01-15 {drug} 600"


@pytest.mark.parametrize(
    ("drug", "code"),
    [
        ("aspirin", "drug_unknown"), ("none", "drug_unknown"), ("?", "drug_unknown"),
        ("[red]Ocrevus[/red]", "drug_unclear"), ("no Ocrevus", "drug_unclear"),
        ("bloods before Ocrevus", "drug_unclear"),
        ("Tysabri, then Ocrevus", "drug_unclear"), ("Ocrevus or Briumvi", "drug_unclear"),
    ],
)  # fmt: skip
def test_what_is_no_drug_or_more_than_one_is_rejected_and_named(drug, code):
    reject = read_infusions_of(delimited(HEADER, ("me", "2025-01-15", drug, "600"))).rejects.iloc[0]
    assert (reject["code"], reject["column"]) == (code, "drug")
    assert repr(drug) in reject["message"]


@pytest.mark.parametrize(
    ("printed", "dose"),
    [
        ("600", "600"), ("600 mg", "600"), ("600mg", "600"), ("600 MG.", "600"), ("600.0", "600"), ("600,0", "600"),
        ("", "-"), ("0.6 g", "600"), ("0,3 g", "300"), ("300mg/10ml", "300"), ("600 mg IV", "600"),
        ("600 mg i.v.", "600"),
        ("300 mg in 250 ml", "300"), ("600000 mcg", "600"), ("600 milligrams", "600"), ("-", "-"),
    ],
)  # fmt: skip
def test_a_dose(printed, dose):
    assert one(dose=printed) == f"2025-01-15 ocrelizumab {dose}"


@pytest.mark.parametrize(
    "dose",
    [
        "half",
        "-300",
        "<300",
        "2x300",
        "300+300",
        "300/600",
        "600 mg/dL",
        "600 g/L",
        "300 1",
        "0",
        "10 mL",
        "375 mg/m2",
        "6 mg/kg",
    ],
)
def test_a_dose_that_is_no_number_of_milligrams_is_rejected(dose):
    assert one(dose=dose) == "rejected: dose_unreadable"


@pytest.mark.parametrize("dose", ["cancelled", "Not done", "not performed"])
def test_an_infusion_that_was_not_given_is_not_recorded(dose):
    """`cancelled` is no infusion with an unknown dose: it would move every day count and every course."""
    assert one(dose=dose).startswith("rejected: ")


def test_an_unproved_decimal_mark_of_a_dose_refuses_the_file():
    assert one(dose="1,000") == one(dose="1.000") == "refused: decimal_ambiguous"
    assert one(drug="rituximab", dose="1,000", decimal=".") == "2025-01-15 rituximab 1000"


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("5 Jun 2025", "2025-06-05 ocrelizumab 600"),
        ("13/05/2025", "2025-05-13 ocrelizumab 600"),
        ("2025-01-15 14:00", "2025-01-15T14:00:00 ocrelizumab 600"),
        ("03/05/2025", "refused: date_order_ambiguous"),
        ("", "rejected: date_missing"),
        ("soon", "rejected: date_unreadable"),
        ("2025-02-30", "rejected: date_unreadable"),
        ("45813", "rejected: date_serial"),
        ("1825-01-15", "rejected: date_before_1900"),
    ],
)
def test_a_date_is_read_as_in_a_lab_file(date, said):
    assert one(date=date) == said


def test_a_booking_is_kept():
    assert one(date="2025-12-15") == "2025-12-15 ocrelizumab 600"


def test_the_order_of_the_date_can_be_given():
    assert one(date="03/05/2025", date_order="mdy") == "2025-03-05 ocrelizumab 600"


def test_a_row_without_a_patient_is_rejected():
    assert one(patient="") == "rejected: patient_missing"


def test_the_same_infusion_twice_counts_once():
    table = delimited(HEADER, *[("me", "2025-01-15", "Ocrevus", "600"), ("me", "2025-01-15", "ocrelizumab", "600 mg")])
    assert told(table) == ["2 me 2025-01-15 ocrelizumab 600"]
    assert read_infusions_of(table).duplicates == 1


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (("me", "2025-01-15", "ocrelizumab", "300"), ["300 mg", "600 mg", "line 2"]),
        (("me", "2025-01-15", "rituximab", "600"), ["rituximab", "ocrelizumab"]),
    ],
)
def test_a_second_infusion_that_contradicts_the_first_is_rejected_naming_both(second, words):
    reading = read_infusions_of(delimited(HEADER, ("me", "2025-01-15", "ocrelizumab", "600"), second))
    assert rejected(reading) == ["3 infusion_conflict"]
    for word in words:
        assert word in reading.rejects["message"].iloc[0]


def test_infusions_of_two_patients_on_one_day_do_not_meet():
    table = delimited(HEADER, ("Ann", "2025-01-15", "Ocrevus", "600"), ("Bob", "2025-01-15", "Ocrevus", "300"))
    assert len(told(table)) == 2


def test_lines_are_those_of_the_users_file_and_rejects_in_their_order():
    header = 'infused_on,dose_mg,"note\nor two"\n'
    table = header + '2025-01-15,600,\n\nsoon,600,\n2025-02-15,600,"a\nb"\n2025-03-15\n2025-04-15,half,\n'
    reading = read_infusions_of(table.encode())
    assert reading.lines == [3, 6]
    assert rejected(reading) == ["5 date_unreadable", "8 row_shape", "9 dose_unreadable"]
    assert reading.rejects["raw"].iloc[0] == "soon,600,"


@pytest.mark.parametrize(
    "table",
    [
        "when,how much\n2025-01-15,600\n",
        "collected_at,analyte,value,unit\n2025-01-15,WBC,6.1,10^9/L\n",
        "Date,Test,Result,Unit\n2025-01-15,WBC,6.1,10^9/L\n",
        "date,WBC (10^9/L),CD19 (/uL)\n2025-01-15,6.1,12\n",
        "Date,WBC\n2025-01-15,6.1\n",
    ],
)
def test_a_lab_file_is_no_infusion_file(table):
    """Otherwise every blood draw becomes an infusion."""
    with pytest.raises(WbcTrackerError) as refusal:
        read_infusions_of(table)
    assert refusal.value.exit_code == 3


def test_a_registry_of_infusions_may_show_a_count_beside_them():
    table = "UMRN,Infusion date,Infusion dose (mg),RTX type,CD19 abs count\n7,2025-01-15,1000,Mabthera,2\n"
    assert told(table) == ["2 7 2025-01-15 rituximab 1000"]


def test_two_patients_never_become_one():
    table = "Name,Infusion date,Dose\nAnn,2025-01-15,600\nBob,2025-02-15,600\n"
    try:
        patients = [text.split()[1] for text in told(table)]
    except WbcTrackerError:
        return
    assert patients == ["Ann", "Bob"]


@pytest.mark.parametrize(
    ("raw", "code"), [(b"", "file_empty"), (b"%PDF-1.7", "file_not_text"), (b"infused_on\n\x00", "file_not_text")]
)
def test_what_is_no_table_is_refused(raw, code):
    with pytest.raises(WbcTrackerError) as refusal:
        read_infusions_of(raw)
    assert refusal.value.code == code


def test_a_file_on_disk(tmp_path):
    path = tmp_path / "given.csv"
    path.write_bytes("infused_on;dose_mg\r\n15.01.2025;600,0\r\n".encode("utf-16"))
    reading = read_infusions(path, ReadingOptions(as_of=AS_OF))
    assert reading.file == "given.csv"
    assert reading.infusions["infused_on"].tolist() == ["2025-01-15"]
    assert reading.infusions["dose_mg"].tolist() == [600]
