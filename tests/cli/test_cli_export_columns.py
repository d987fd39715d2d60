"""The columns of the export, written out by hand from design section 5, and what stands in them for the examples."""

from __future__ import annotations

import csv
import io
import re

import pytest
from tables.runs import CLINIC, ON_THE_DAY, ONE, run_alone

from wbc_tracker.catalog import load_catalog
from wbc_tracker.schema import EXPORT_COLUMNS

_COLUMNS = """
patient_id collected_at
analyte loinc value comparator unit
reported_analyte reported_value reported_unit reported_range reported_flag
ref_low ref_high ref_source ref_flag
derivation
drug course last_infusion_on days_since_infusion days_since_first_infusion
next_infusion_on next_infusion_kind days_to_next_infusion
study_day phase
baseline_value baseline_at baseline_kind baseline_note
change percent_change
previous_value change_from_previous
beyond_rcv
depletion
ctcae_v5_grade
flags
events
catalogue_version source_file source_row
"""
COLUMNS = _COLUMNS.split()
NUMBERS = ["value", "ref_low", "ref_high", "baseline_value", "change", "percent_change", "previous_value",
           "change_from_previous"]  # fmt: skip
WHOLE = ["course", "days_since_infusion", "days_since_first_infusion", "days_to_next_infusion", "study_day",
         "ctcae_v5_grade", "source_row"]  # fmt: skip
WORDS = {
    "comparator": {"", "<", "<=", ">", ">="},
    "unit": {"10*9/L", "10*12/L", "/uL", "%", "g/L", "1"},
    "ref_source": {"", "reported", "earlier", "catalogue"},
    "ref_flag": {"", "low", "normal", "high"},
    "next_infusion_kind": {"", "recorded", "planned"},
    "phase": {"", "pre_treatment", "initiation", "on_schedule", "extended", "interrupted", "after_treatment"},
    "baseline_kind": {"", "pre_treatment", "first_on_record"},
    "baseline_note": {"", "outside_interval"},
    "beyond_rcv": {"", "fall", "rise", "no"},
    "depletion": {"", "depleted", "few", "present"},
    "ctcae_v5_grade": {"", "0", "1", "2", "3", "4"},
    "events": {""},
}


@pytest.fixture(scope="module")
def clinic():
    return run_alone("export", "-", *CLINIC, *ON_THE_DAY).out


@pytest.fixture(scope="module")
def example():
    done = run_alone("export", "-", *ONE, *ON_THE_DAY)
    return {(row["collected_at"][:10], row["analyte"]): row for row in csv.DictReader(io.StringIO(done.out))}


def test_the_header_is_that_of_the_design(clinic):
    assert len(COLUMNS) == 43
    assert clinic.split("\n", 1)[0] == ",".join(COLUMNS)


def test_cells_hold_the_words_and_kinds_of_the_design(clinic):
    rows = list(csv.DictReader(io.StringIO(clinic)))
    catalog = load_catalog()
    assert {row["analyte"] for row in rows} <= set(catalog.analytes)
    assert {row["drug"] for row in rows} == {"", *catalog.drugs}
    for name, allowed in WORDS.items():
        assert {row[name] for row in rows} <= allowed, name
    for name in WHOLE:
        assert [row[name] for row in rows if not re.fullmatch(r"-?[1-9]\d*|0|", row[name])] == [], name
    for name in NUMBERS:
        assert [row[name] for row in rows if not re.fullmatch(r"-?\d+(\.\d*[1-9])?|", row[name])] == [], name
    codes = {code for row in rows for code in row["flags"].split(";") if code}
    assert codes <= set(catalog.flags)


def test_the_words_that_the_schema_allows_are_those_of_the_design():
    told = {column.name: {"", *column.words} for column in EXPORT_COLUMNS if column.words}
    assert {name: WORDS[name] for name in told} == told


def test_numbers_have_at_most_12_significant_digits(clinic):
    for row in csv.DictReader(io.StringIO(clinic)):
        digits = [row[name].lstrip("-").replace(".", "").lstrip("0") for name in NUMBERS]
        assert max(map(len, digits)) <= 12, row


def test_rows_stand_in_the_order_of_the_input(clinic):
    by_file: dict[str, list[int]] = {}
    for row in csv.DictReader(io.StringIO(clinic)):
        by_file.setdefault(row["source_file"], []).append(int(row["source_row"]))
    assert list(by_file) == ["clinic_labs.csv"]
    reported = [int(row["source_row"]) for row in csv.DictReader(io.StringIO(clinic)) if not row["derivation"]]
    assert reported == sorted(reported)


@pytest.mark.parametrize(
    ("day", "analyte", "expected"),
    [
        (
            "2022-06-13",
            "wbc",
            "course=0 study_day=-126 days_to_next_infusion=126 next_infusion_on=2022-10-17 phase=pre_treatment "
            "baseline_value= change= ref_flag=normal ctcae_v5_grade=0 source_row=2",
        ),
        (
            "2022-10-03",
            "wbc",
            "course=0 study_day=-14 baseline_value=6.5 baseline_at=2022-10-03 baseline_kind=pre_treatment change=0 "
            "percent_change=0 beyond_rcv= previous_value=6.8 change_from_previous=-0.3",
        ),
        (
            "2022-10-28",
            "cd19",
            "value=1 comparator=< ref_flag=low course=1 days_since_infusion=11 study_day=12 phase=initiation "
            "next_infusion_on=2022-10-31 next_infusion_kind=recorded baseline_value=211 change= percent_change= "
            "beyond_rcv= previous_value=211 change_from_previous= flags=b_cells_depleted reported_value=<1",
        ),
        (
            "2023-01-16",
            "wbc",
            "last_infusion_on=2022-10-31 days_since_infusion=77 days_since_first_infusion=91 course=1 change=0.2 "
            "percent_change=3.07692307692 beyond_rcv=no flags=selective_depletion;wbc_stable",
        ),
        (
            "2024-06-14",
            "neutrophils",
            "days_since_infusion=100 course=4 change=-2.82 percent_change=-70.1492537313 beyond_rcv=fall "
            "ctcae_v5_grade=2 flags=neutropenia;late_onset_neutropenia",
        ),
        ("2024-06-14", "wbc", "ref_flag=low ctcae_v5_grade=1 beyond_rcv=fall flags=leukopenia"),
        (
            "2025-04-03",
            "cd19",
            "value=28 course=5 phase=extended days_since_infusion=224 next_infusion_on=2025-04-17 "
            "days_to_next_infusion=14 flags=b_cells_returning;extended_interval ctcae_v5_grade=",
        ),
        (
            "2025-07-07",
            "neutrophils",
            "value=3.72 unit=10*9/L reported_value=3720 reported_unit=cells/uL ref_low=1.5 ref_high=7.8",
        ),
        ("2025-07-07", "igg", "value=9.71 unit=g/L reported_value=971 reported_unit=mg/dL ref_low=6 ref_high=16.4"),
        ("2025-07-07", "igm", "value=0.68 ref_low=0.5 ref_high= ref_flag=normal"),
        ("2025-07-07", "hemoglobin", "value=133 reported_value=13.3 reported_unit=g/dL ref_low=117 ref_high=155"),
        ("2022-10-03", "cd8", "ref_low= ref_high=900 ref_flag=normal"),
        (
            "2026-11-04",
            "wbc",
            "course=9 days_since_infusion=63 next_infusion_on=2027-02-17 next_infusion_kind=planned "
            "days_to_next_infusion=105 change=-1.3 percent_change=-20 beyond_rcv=no catalogue_version=2.0",
        ),
    ],
)  # fmt: skip
def test_the_example_by_hand(example, day, analyte, expected):
    row = example[day, analyte]
    assert " ".join(f"{part.split('=')[0]}={row[part.split('=')[0]]}" for part in expected.split()) == expected


def test_a_derived_row_says_how_and_carries_what_its_percentage_printed(clinic):
    rows = [row for row in csv.DictReader(io.StringIO(clinic)) if row["derivation"]]
    assert {row["derivation"] for row in rows} == {"wbc*neutrophils_pct", "wbc*lymphocytes_pct"}
    assert {row["reported_unit"] for row in rows} == {"%"}
    assert {row["patient_id"] for row in rows} == {"clinic-03", "clinic-09", "clinic-32"}
    row = rows[0]
    partner = next(
        r for r in csv.DictReader(io.StringIO(clinic))
        if (r["patient_id"], r["collected_at"], r["analyte"]) == (row["patient_id"], row["collected_at"], "wbc")
    )  # fmt: skip
    assert float(row["value"]) == pytest.approx(float(partner["value"]) * float(row["reported_value"]) / 100, abs=1e-9)
