"""`infusion add | import | list | remove`."""

from __future__ import annotations

import shlex

import pytest


def listed(wbc) -> list[str]:
    return wbc("infusion", "list").lines


def test_add_list_and_remove(wbc):
    assert wbc("infusion", "add", "2024-01-05", "--dose", "300").out == "Recorded: 2024-01-05  ocrelizumab 300 mg.\n"
    assert wbc("infusion", "add", "2024-01-19T09:30").out == "Recorded: 2024-01-19 09:30:00  ocrelizumab.\n"
    assert listed(wbc) == ["me  2024-01-05  ocrelizumab 300 mg", "me  2024-01-19 09:30:00  ocrelizumab"]
    assert wbc("infusion", "remove", "2024-01-05").out == "Removed: 2024-01-05  ocrelizumab 300 mg.\n"
    assert wbc("infusion", "remove", "2024-01-19").code == 0
    assert listed(wbc) == ["No infusion is recorded. Add one: wbc-tracker infusion add 2025-03-01 --dose 600"]


def test_the_same_infusion_twice_is_one_infusion(wbc):
    wbc("infusion", "add", "2024-01-05", "--dose", "300")
    assert wbc("infusion", "add", "2024-01-05", "--dose", "300").out.startswith("Already recorded: 2024-01-05")
    assert len(listed(wbc)) == 1


def test_a_contradiction_is_refused_and_named(wbc):
    wbc("infusion", "add", "2024-01-05", "--dose", "300")
    done = wbc("infusion", "add", "2024-01-05", "--dose", "600")
    assert done.code == 2
    assert "600 mg" in done.err
    assert "300 mg" in done.err
    assert "wbc-tracker infusion remove 2024-01-05" in done.err


@pytest.mark.parametrize(
    ("given", "drug"),
    [
        ("Ocrevus", "ocrelizumab"),
        ("OCREVUS  ", "ocrelizumab"),
        ("Zunovo", "ocrelizumab_sc"),
        ("ocrelizumab under the skin", "ocrelizumab_sc"),
        ("Briumvi", "ublituximab"),
        ("MabThera", "rituximab"),
        ("Kesimpta", "ofatumumab"),
    ],
)
def test_brand_names(wbc, given, drug):
    assert wbc("infusion", "add", "2024-01-05", "--drug", given).out == f"Recorded: 2024-01-05  {drug}.\n"


@pytest.mark.parametrize(
    "words",
    [
        ("infusion", "add", "2024-02-05"),
        ("event", "add", "2024-02-05", "vaccination"),
        ("result", "add", "2024-02-05", "WBC=6.1 K/uL"),
    ],
)
def test_an_entry_by_hand_does_not_make_a_second_person(wbc, words):
    wbc("infusion", "add", "2024-01-05", "--patient", "anna")
    done = wbc(*words)
    assert done.code == 2
    assert done.err.splitlines() == [
        "Whose is this? The store holds anna, and nobody called 'me'.",
        "Say so with --patient, e.g. --patient anna.",
        f"  wbc-tracker {shlex.join(words)} --patient anna",
    ]
    assert wbc("patients", "list").lines == ["anna: 0 results; 1 infusion"]
    assert wbc(*words, "--patient", "me", "--yes").code == 0
    assert wbc(*words[:2], "2024-03-05", *words[3:]).code == 0, "now 'me' is somebody"
    assert len(wbc("patients", "list").lines) == 2


def test_infusions_belong_to_patients(wbc):
    wbc("infusion", "add", "2024-02-05")
    wbc("infusion", "add", "2024-01-05", "--patient", "anna", "--yes")
    assert listed(wbc) == ["anna  2024-01-05  ocrelizumab", "me  2024-02-05  ocrelizumab"]
    assert wbc("infusion", "list", "--patient", "anna").lines == ["anna  2024-01-05  ocrelizumab"]
    assert wbc("infusion", "remove", "2024-01-05").code == 2
    assert wbc("infusion", "remove", "2024-01-05", "--patient", "anna").code == 0


def test_a_file_of_infusions_is_taken_once(wbc, file):
    path = file("i.csv", "2024-01-05,Ocrevus,300", "2024-01-19,,300", header="infused_on,drug,dose_mg")
    assert wbc("infusion", "import", path).out.startswith("i.csv (infusions): 2 read: 2 added, 0 already there")
    assert wbc("infusion", "import", path).out.startswith("i.csv (infusions): 2 read: 0 added, 2 already there")
    assert listed(wbc) == ["me  2024-01-05  ocrelizumab 300 mg", "me  2024-01-19  ocrelizumab 300 mg"]


def test_infusions_from_standard_input(wbc):
    done = wbc("infusion", "import", "-", stdin=b"infused_on\n2024-01-05\n")
    assert done.out.startswith("standard input (infusions): 1 read: 1 added")


def test_a_contradiction_in_a_file_is_a_reject_and_the_rest_goes_in(wbc, file):
    wbc("infusion", "add", "2024-01-05", "--dose", "600")
    path = file("i.csv", "2024-01-05,300", "2024-06-20,600", header="infused_on,dose_mg")
    done = wbc("infusion", "import", path)
    assert done.code == 1
    assert "line 2, column 'infused_on': ocrelizumab 300 mg on 2024-01-05 contradicts" in done.out
    assert listed(wbc) == ["me  2024-01-05  ocrelizumab 600 mg", "me  2024-06-20  ocrelizumab 600 mg"]


def test_the_patient_names_a_file_without_patients(wbc, file):
    wbc("infusion", "import", file("i.csv", "2024-01-05", header="infused_on"), "--patient", "anna")
    assert listed(wbc) == ["anna  2024-01-05  ocrelizumab"]


def test_a_file_that_names_other_patients_is_refused(wbc, file):
    path = file("i.csv", "berta,2024-01-05", header="patient_id,infused_on")
    done = wbc("infusion", "import", path, "--patient", "anna")
    assert done.code == 3
    assert "'berta', not of 'anna'" in done.err
    assert listed(wbc)[0].startswith("No infusion is recorded.")


def test_a_future_date_is_a_booking(wbc, file):
    wbc("infusion", "add", "2025-01-05", "--yes")
    wbc("import", file("a.csv", "2024-01-02 WBC 6.5"))
    told = wbc("report", "--as-of", "2024-02-01", "--format", "json").json["patients"][0]
    assert told["next_infusion"] == {"on": "2025-01-05", "kind": "recorded", "days": 339}
    assert [draw["course"] for draw in told["draws"]] == [0]


def test_a_removed_infusion_stays_removed_until_it_is_restored(wbc, file):
    path = file("i.csv", "2024-01-05,300", "2024-01-19,300", header="infused_on,dose_mg")
    wbc("infusion", "import", path)
    wbc("infusion", "remove", "2024-01-05")
    told = wbc("infusion", "import", path).lines
    assert told[0].startswith("i.csv (infusions): 2 read: 0 added, 2 already there")
    assert told[1].endswith("1 infusion of it was removed by you and stays removed: see `wbc-tracker infusion list "
                            "--removed`.")  # fmt: skip
    assert listed(wbc) == ["me  2024-01-19  ocrelizumab 300 mg"]
    assert wbc("infusion", "list", "--removed").lines == ["me  2024-01-05  ocrelizumab 300 mg"]
    assert wbc("infusion", "restore", "2024-01-05").out == "Restored: 2024-01-05  ocrelizumab 300 mg.\n"
    assert wbc("infusion", "list", "--removed").out == "No infusion is removed.\n"
    assert len(listed(wbc)) == 2
    again = wbc("infusion", "restore", "2024-01-05")
    assert (again.code, "No removed infusion on 2024-01-05." in again.err) == (2, True)


def test_a_dose_is_filled_in_and_that_is_told(wbc, file):
    wbc("infusion", "import", file("dates.csv", "2024-01-05", header="infused_on"))
    told = wbc("infusion", "import", file("doses.csv", "2024-01-05,300", header="infused_on,dose_mg")).lines
    assert told[0].startswith("doses.csv (infusions): 1 read: 0 added, 1 already there")
    assert told[1:] == ["  1 dose that was not known is filled in."]
    assert listed(wbc) == ["me  2024-01-05  ocrelizumab 300 mg"]
