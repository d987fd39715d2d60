"""FHIR R4 as one more layout; and JSON that could be read in two ways, or not at all, is refused in a sentence."""

from __future__ import annotations

import json

import pytest
from tables.intake import outcome, read

from wbc_tracker.errors import UnreadableFileError

WBC = {
    "resourceType": "Observation",
    "status": "final",
    "code": {"coding": [{"system": "http://loinc.org", "code": "6690-2"}], "text": "WBC"},
    "effectiveDateTime": "2025-01-15",
    "valueQuantity": {"value": 6.1, "unit": "10*3/uL"},
}


def observed(**changes) -> str:
    """Say what becomes of an Observation of white cells with these changes; None takes a key out."""
    changed = {key: value for key, value in {**WBC, **changes}.items() if value is not None}
    return outcome(json.dumps(changed).encode())


def quantity(value: object, unit: str = "10*3/uL", **more: object) -> dict[str, object]:
    return {"value": value, "unit": unit, **more}


def coded(code: str, system: str = "http://loinc.org", text: str = "") -> dict[str, object]:
    return {"coding": [{"system": system, "code": code}], "text": text}


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({}, "wbc 6.1"),
        ({"valueQuantity": quantity(1, "/uL", comparator="<"), "code": coded("8116-6")}, "cd19 <1"),
        ({"valueQuantity": quantity(1, "/uL", comparator="ad")}, "rejected: comparator_unknown"),
        ({"valueQuantity": {"value": 6.1, "code": "10*3/uL"}}, "wbc 6.1"),
        ({"valueQuantity": quantity(6100, "cells", code="{cells}/uL")}, "wbc 6.1"),
        ({"valueQuantity": quantity(6.1, "10*3/uL", code="/uL")}, "rejected: unit_contradiction"),
        ({"valueQuantity": quantity(6.1, "furlong")}, "rejected: unit_unknown"),
        ({"valueQuantity": {"value": 6.1}}, "wbc 6.1"),
        ({"valueQuantity": None, "valueString": "5.9 K/uL"}, "wbc 5.9"),
        ({"valueQuantity": None, "valueString": "see comment"}, "no result"),
        ({"valueQuantity": None, "valueString": "6,100"}, "refused: decimal_ambiguous"),
        ({"valueQuantity": None, "valueCodeableConcept": {"text": "Not detected"}}, "rejected: value_not_a_number"),
        ({"valueQuantity": None, "valueRange": {"low": {"value": 4}}}, "rejected: value_not_a_number"),
        ({"valueQuantity": None, "dataAbsentReason": {"text": "unknown"}}, "no result"),
        ({"valueQuantity": None}, "no result"),
        ({"status": "entered-in-error"}, "ignored"),
        ({"status": "cancelled"}, "ignored"),
        ({"effectiveDateTime": None, "issued": "2025-01-15"}, "rejected: date_missing"),
        ({"effectiveDateTime": "2025-01"}, "rejected: date_unreadable"),
        ({"effectiveDateTime": None, "effectivePeriod": {"start": "2025-01-15"}}, "wbc 6.1"),
        ({"code": coded("6690-2", "urn:oid:2.16.840.1.113883.6.1")}, "wbc 6.1"),
        ({"code": coded("6690-2", "http://example.org/local", "Ferritin")}, "ignored"),
        ({"code": {"text": "Leukozyten"}}, "wbc 6.1"),
        ({"code": {"coding": [{"display": "WBC"}], "text": "Lab 7"}}, "wbc 6.1"),
        ({"code": coded("806-0", text="WBC"), "valueQuantity": quantity(3, "/uL")}, "rejected: code_unknown"),
        ({"code": coded("6690-2", text="CD19")}, "rejected: name_conflict"),
        ({"specimen": {"display": "Cerebrospinal fluid"}}, "ignored"),
        ({"bodySite": {"text": "CSF"}}, "ignored"),
        ({"valueQuantity": quantity(999)}, "rejected: value_missing_code"),
    ],
)
def test_an_observation_is_judged_as_a_row_is(changes, said):
    assert observed(**changes) == said


@pytest.mark.parametrize(
    ("subject", "patient"),
    [
        ({"reference": "Patient/7"}, "7"),
        ({"reference": "https://example.org/fhir/Patient/7"}, "7"),
        ({"reference": "urn:uuid:7"}, "7"),
        ({"identifier": {"value": "MRN 7"}}, "MRN 7"),
        ({"display": "Ada A"}, "Ada A"),
        (None, "me"),
    ],
)
def test_the_subject_is_the_patient(subject, patient):
    reading = read(json.dumps({**WBC, **({"subject": subject} if subject else {})}).encode())
    assert list(reading.results["patient_id"]) == [patient]
    assert (reading.layout, reading.shape) == ("fhir", "FHIR R4, 1 observation")


def test_one_of_several_subjects_is_missing():
    other = {**WBC, "subject": {"reference": "Patient/7"}}
    reading = read("\n".join(json.dumps(line) for line in (WBC, other)).encode())
    assert list(reading.rejects["code"]) == ["patient_missing"]
    assert list(reading.results["source_row"]) == [2]


@pytest.mark.parametrize(
    ("intervals", "limits"),
    [
        ([{"low": quantity(4), "high": quantity(11)}], (4, 11)),
        ([{"low": quantity(4000, "/uL"), "high": quantity(11000, "/uL")}], (4, 11)),
        ([{"high": quantity(11)}], (None, 11)),
        ([{"text": "4.0 - 11.0"}], (4, 11)),
        ([{"text": "4.0 - 11.0", "age": {"low": {"value": 65}}}], (None, None)),
        ([{"text": "4.0 - 11.0"}, {"text": "3.0 - 9.0"}], (None, None)),
        ([{"text": "4.0 - 11.0"}, {"text": "1 - 2", "type": coded("treatment")}], (4, 11)),
    ],
)
def test_the_interval_of_healthy_people(intervals, limits):
    [row] = read(json.dumps({**WBC, "referenceRange": intervals}).encode()).results.to_dict("records")
    found = tuple(None if row[side] != row[side] else row[side] for side in ("ref_low", "ref_high"))
    assert found == limits


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'{"resourceType": "Observation", "status": "final", "status": "amended"}', "the key 'status' twice"),
        (b'{"resourceType": "Observation", "valueQuantity": {"value": NaN}}', "NaN, which is no number"),
        (b'{"resourceType": "Observation", "valueQuantity": {"value": -Infinity}}', "no number"),
        (json.dumps(WBC).encode()[:-9], "damaged or cut off JSON"),
        (b'{"resourceType": "Observation"} {', "damaged or cut off JSON"),
        (json.dumps(WBC).encode() + b"\n" + json.dumps(WBC).encode()[:-9], "line 2 is damaged or cut off"),
        (b'{"a": ' * 100_000, "nested without measure"),
        (b"[" * 100_000, "damaged or cut off|not a table|nested without measure"),
        (b'{"resourceType": "Observation", "text": "\xff\xfe"}', "no UTF-8 text"),
        (b'{"resourceType": "Observation", "text": "M\xfcller"}', "no UTF-8 text"),
        (b"{}", "no FHIR resource"),
        (b'{"resourceType": 7}', "no FHIR resource"),
        (b'{"resourceType": "Bundle", "entry": {}}', "no FHIR resource"),
        (b'{"resourceType": "Patient"}', "holds no Observation"),
    ],
)
def test_json_that_is_no_whole_fhir_is_a_sentence(raw, words):
    with pytest.raises(UnreadableFileError) as refused:
        read(raw)
    assert any(word in refused.value.message for word in words.split("|"))
    assert refused.value.exit_code == 3


@pytest.mark.parametrize("digits", ["9" * 5000, "6E99999999999999999999", "1e400"])
def test_a_number_without_measure_is_rejected(digits):
    raw = json.dumps(WBC).replace("6.1", digits).encode()
    assert outcome(raw).startswith("rejected: value_")


@pytest.mark.parametrize(
    "odd",
    [
        {"code": None},
        {"code": []},
        {"code": "WBC"},
        {"code": {"coding": {"code": 7}}},
        {"subject": 7},
        {"subject": []},
        {"component": "x"},
        {"component": [7]},
        {"referenceRange": {"low": 4}},
        {"valueQuantity": [6.1]},
        {"interpretation": 7},
        {"contained": [7], "specimen": {"reference": "#s"}},
        {"effectiveDateTime": 20250115},
    ],
)
def test_parts_of_another_kind_are_no_crash(odd):
    read(json.dumps({**WBC, **odd}).encode())


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16"])
def test_a_byte_order_mark_is_read_through(encoding):
    assert outcome(json.dumps(WBC).encode(encoding)) == "wbc 6.1"


def test_the_layout_can_be_named():
    assert outcome(json.dumps(WBC).encode(), layout="fhir") == "wbc 6.1"
    assert outcome(b"date,test,value,unit\n", layout="fhir").startswith("refused: file_")
    assert outcome(json.dumps(WBC).encode(), layout="long") == "refused: file_not_text"


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("final", "final"),
        ("preliminary", "preliminary"),
        ("amended", "corrected"),
        ("corrected", "corrected"),
        ("entered-in-error", "withdrawn"),
        ("cancelled", "withdrawn"),
    ],
)
def test_the_state_of_an_observation(status, said):
    assert list(read(json.dumps({**WBC, "status": status}).encode()).rows["status"]) == [said]


def test_a_report_that_was_withdrawn_withdraws_its_results():
    report = {"resourceType": "DiagnosticReport", "status": "entered-in-error", "contained": [WBC]}
    reading = read(json.dumps(report).encode())
    assert list(reading.ignored) == ["WBC (withdrawn)"]
