"""Who is new in the store is told at each import, and ids that are nearly the same are named, never merged."""

from __future__ import annotations

import pytest

HEADER = "patient_id,collected_at,analyte,value,unit"


def labs(*ids: str) -> list[str]:
    return [f"{patient_id},2024-01-02,WBC,6.5,10^9/L" for patient_id in ids]


def told(done) -> list[str]:
    return [line.strip() for line in done.lines if "patient" in line or "Nearly" in line]


@pytest.mark.parametrize("options", [[], ["--dry-run"]])
def test_new_ids_are_counted_and_named_at_each_import(wbc, file, options):
    path = file("a.csv", *labs("anna", "berta"), header=HEADER)
    assert told(wbc("import", path, *options))[-1] == "2 new patients: anna, berta."
    wbc("import", path)
    assert told(wbc("import", path)) == []
    more = file("b.csv", *labs("anna", "c1", "c2", "c3", "c4", "c5", "c6"), header=HEADER)
    assert told(wbc("import", more, *options))[-1] == "6 new patients: c1, c2, c3, c4, c5 and 1 more."


def test_of_oneself_nobody_needs_to_be_told(wbc, file):
    assert told(wbc("import", file("a.csv", "2024-01-02 WBC 6.5"))) == []


def test_infusions_and_events_count_them_too(wbc, file):
    path = file("i.csv", "anna,2024-01-05", header="patient_id,infused_on")
    assert told(wbc("infusion", "import", path)) == ["1 new patient: anna."]
    path = file("e.csv", "anna,2024-01-05,relapse", "berta,2024-01-05,relapse", header="patient_id,happened_on,kind")
    assert told(wbc("event", "import", path)) == ["1 new patient: berta."]


@pytest.mark.parametrize(("there", "new"), [("0081635", "81635"), ("81635", "0081635"), ("P-007", "p-7")])
def test_nearly_the_same_id_is_told_and_stays_another_one(wbc, file, there, new):
    wbc("import", file("a.csv", *labs(there, "81"), header=HEADER))
    lines = told(wbc("import", file("b.csv", *labs(new, "8"), header=HEADER)))
    first, second = sorted([there, new])
    assert lines[0] == f"2 new patients: {', '.join(sorted([new, '8']))}."
    assert lines[1].startswith(f"Nearly the same id: {first!r} and {second!r}. They are kept apart;")
    assert len(wbc("patients", "list").lines) == 4


def test_two_of_one_file_are_told_too(wbc, file):
    path = file("a.csv", *labs("007", "7"), header=HEADER)
    assert told(wbc("import", path, "--dry-run"))[-1].startswith("Nearly the same id: '007' and '7'.")
    assert told(wbc("import", path))[-1].startswith("Nearly the same id: '007' and '7'.")
