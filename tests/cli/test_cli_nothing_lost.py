"""What `report --labs` leaves out it names, as `import` does."""

from __future__ import annotations

HEADER = "patient_id,collected_at,analyte,value,unit"


def test_infusions_of_people_without_results_are_counted(wbc, file):
    labs = file("a.csv", "anna,2024-01-02,WBC,6.5,K/uL", header=HEADER)
    doses = file("i.csv", "anna,2024-01-05", "ana,2024-06-20", "zz,2024-06-20", header="patient_id,infused_on")
    done = wbc("report", "--labs", labs, "--infusions", doses, "--as-of", "2024-07-01")
    assert done.code == 0
    assert "no results have that patient_id: 2 infusions of 'ana', 'zz'." in done.err


def test_tests_that_are_not_known_are_named(wbc, file):
    labs = file("a.csv", "anna,2024-01-02,WBC,6.5,K/uL", "anna,2024-01-02,Sodium,140,mmol/L", header=HEADER)
    for command in (["report"], ["export", "-"]):
        assert "Ignored tests: Sodium (1)." in wbc(*command, "--labs", labs, "--as-of", "2024-07-01").err


def test_patient_settles_an_unclear_column_as_the_message_says(wbc, file):
    labs = file("a.csv", "x,2024-01-02,WBC,6.5,K/uL", "y,2024-02-02,WBC,6.4,K/uL", header=f"Initials{HEADER[10:]}")
    refused = wbc("report", "--labs", labs, "--as-of", "2024-07-01")
    assert (refused.code, "--patient" in refused.err) == (3, True)
    assert wbc("report", "--labs", labs, "--patient", "anna", "--as-of", "2024-07-01").code == 0


def test_a_latest_result_outside_its_interval_is_named_beside_the_flags(wbc, file):
    rows = ("anna,2024-01-02,IgG,4.7,g/L", "anna,2024-01-02,CD8,150,/uL", "anna,2024-01-02,neutrophils,1.4,K/uL")
    words = " ".join(
        wbc("report", "--full", "--labs", file("a.csv", *rows, header=HEADER), "--as-of", "2024-02-01").out.split()
    )
    assert "[neutropenia" in words
    assert "Latest results outside their interval: neutr 1.4 (low), CD8 150 (low), IgG 4.7 (low)." in words


def test_the_larger_variation_is_said(wbc, file):
    labs = file("a.csv", "anna,2024-01-02,neutrophils,3.4,K/uL", header=HEADER)
    words = " ".join(wbc("report", "--full", "--labs", labs, "--as-of", "2024-02-01").out.split())
    assert (
        "Usual variation: neutr -46 % to +85 % (the figure for women, the larger one, because sex is not recorded)."
        in words
    )
