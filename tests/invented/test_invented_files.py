"""What the generator holds is what is read from its files, in every shape."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables.trials import examples

from wbc_tracker.intake import (
    FileReading,
    ReadingOptions,
    read_event_bytes,
    read_infusion_bytes,
    read_lab_bytes,
)
from wbc_tracker.invented.files import InventedFile, invent_files, invent_person
from wbc_tracker.invented.laboratories import SI_LAB, US_LAB
from wbc_tracker.invented.patients import TrueResult
from wbc_tracker.invented.shapes import SHAPES, PrintedResult

AS_OF = "2026-11-23"
READERS = {"labs": read_lab_bytes, "infusions": read_infusion_bytes, "events": read_event_bytes}
#: The canonical units of design section 2.
UNITS = {
    **dict.fromkeys(("wbc", "neutrophils", "lymphocytes", "platelets"), "10*9/L"),
    **dict.fromkeys(("neutrophils_pct", "lymphocytes_pct", "cd19_pct"), "%"),
    **dict.fromkeys(("cd19", "cd3", "cd4", "cd8"), "/uL"),
    **dict.fromkeys(("igg", "iga", "igm", "hemoglobin"), "g/L"),
}


def read(file: InventedFile) -> FileReading:
    """Read a file as its user would, naming the patient where it does not."""
    named = {"patient": file.patient, "is_patient_named": True} if file.patient else {}
    return READERS[file.kind](file.raw, file.name, ReadingOptions(as_of=AS_OF, **named))


def held(file: InventedFile) -> list[tuple]:
    """Return patient, date, analyte, comparator, unit and value of what the generator holds."""
    return sorted(
        (each.patient_id, each.drawn_on, each.analyte, each.comparator, UNITS[each.analyte], each.value)
        for each in file.printed
    )


def found(file: InventedFile) -> list[tuple]:
    """Return the same of what is read."""
    rows = read(file).results.astype(object).fillna("")
    columns = ("patient_id", "collected_at", "analyte", "comparator", "unit", "value")
    return sorted(zip(*(rows[column].tolist() for column in columns), strict=True))


@settings(max_examples=examples(12))
@given(patients=st.integers(1, 60), seed=st.integers(1, 10**6))
def test_every_shape_reads_back_to_what_the_generator_holds(patients, seed):
    for file in invent_files(patients, seed):
        reading = read(file)
        assert (file.name, len(reading.rejects), sum(reading.ignored.values())) == (file.name, 0, 0)
        if file.kind != "labs":
            continue
        was, is_now = held(file), found(file)
        assert [row[:-1] for row in is_now] == [row[:-1] for row in was]
        assert all(math.isclose(a[-1], b[-1], rel_tol=1e-11) for a, b in zip(is_now, was, strict=True))


def test_every_shape_is_there_and_nobody_stands_in_two():
    labs = [file for file in invent_files(40) if file.kind == "labs"]
    assert [file.name for file in labs] == [shape.name for shape in SHAPES]
    people = [person for file in labs for person in file.people]
    assert sorted(people) == [f"demo-{number:02d}" for number in range(1, 41)]
    layouts = {file.name: read(file).layout for file in labs}
    assert set(layouts.values()) == {"long", "wide", "flowsheet", "fhir"}
    assert {layouts[file.name] for file in labs if file.patient} == {"flowsheet"}


def test_of_few_patients_the_stories_are_spread():
    """Stories 1, 11, 21 and 31 of the clinic."""
    as_described, never_depleted, neutropenic, untested = (
        {name: [each.value for each in file.printed if each.analyte == name] for name in ("cd19", "neutrophils")}
        for file in invent_files(4)[:4]
    )
    assert as_described["cd19"][0] > 100
    assert max(as_described["cd19"][2:]) < 10
    assert min(never_depleted["cd19"]) > 100
    assert neutropenic["neutrophils"][-1] == 0.4
    assert untested["cd19"] == []


def test_the_same_numbers_give_the_same_bytes_and_another_seed_other_people():
    assert [file.raw for file in invent_files(12, 3)] == [file.raw for file in invent_files(12, 3)]
    first, other = invent_files(12, 3)[0], invent_files(12, 4)[0]
    assert first.people == other.people
    assert first.raw != other.raw


def test_more_patients_than_stories_are_other_people():
    labs = [file for file in invent_files(80) if file.kind == "labs"]
    ids = {person for file in labs for person in file.people}
    assert len(ids) == 80
    first, again = ({each.text for each in labs[0].printed if each.patient_id == who} for who in ("demo-01", "demo-41"))
    assert first != again


def test_the_person_of_the_demo_has_labs_doses_and_events():
    assert [(file.kind, file.people) for file in invent_person()] == [
        ("labs", ("demo",)),
        ("infusions", ("demo",)),
        ("events", ("demo",)),
    ]


@pytest.mark.parametrize(
    ("analyte", "value", "laboratory", "text", "canonical", "mark"),
    [
        ("wbc", 3.94, SI_LAB, "3.9", 3.9, "L"),
        ("cd19", 0.2, SI_LAB, "<1", 1.0, "L"),
        ("igg", 9.876, US_LAB, "988", 9.88, ""),
        ("hemoglobin", 171.2, US_LAB, "17.1", 171.0, "H"),
    ],
)
def test_what_a_laboratory_prints_is_known_in_the_canonical_unit(analyte, value, laboratory, text, canonical, mark):
    printed = PrintedResult.of(TrueResult("a", "2025-01-15", analyte, value), laboratory)
    assert (printed.text, printed.value, printed.mark) == (text, canonical, mark)
