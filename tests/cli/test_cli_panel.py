"""`report` over many patients: the filters as a nurse types them, in the table and in JSON."""

from __future__ import annotations

import pytest
from tables.runs import CLINIC, ON_THE_DAY, ONE

from wbc_tracker.catalog import Severity
from wbc_tracker.cli.options import SeverityName

HEADER = "patient_id,collected_at,analyte,value,unit"
FILTERS = (["--flag", "anemia"], ["--severity", "urgent"], ["--overdue"], ["--labs-due"])


def shown(done) -> list[str]:
    """The ids of the table, in its order."""
    return [line.split()[0] for line in done.lines if line.startswith("clinic-")]


def in_json(wbc, *words: str) -> list[str]:
    done = wbc("report", *CLINIC, *ON_THE_DAY, *words, "--format", "json")
    return [patient["patient_id"] for patient in done.json["patients"]]


@pytest.mark.parametrize(
    ("words", "who"),
    [
        (["--severity", "urgent"], ["clinic-21", "clinic-30"]),
        (["--severity", "discuss"],
         ["clinic-21", "clinic-30", "clinic-23", "clinic-27", "clinic-24", "clinic-14", "clinic-33", "clinic-11",
          "clinic-22", "clinic-12", "clinic-26", "clinic-25"]),
        (["--overdue"], ["clinic-17", "clinic-16", "clinic-19", "clinic-18"]),
        (["--labs-due"], ["clinic-09", "clinic-20"]),
        (["--flag", "b_cells_not_depleted"], ["clinic-11", "clinic-12"]),
        (["--flag", "b_cells_not_depleted", "--flag", "anemia"], ["clinic-11", "clinic-12", "clinic-29"]),
        (["--flag", "b_cells_returning", "--overdue", "--severity", "info"],
         ["clinic-17", "clinic-16", "clinic-19", "clinic-18"]),
    ],
)  # fmt: skip
def test_each_filter_shows_whom_it_names(wbc, words, who):
    done = wbc("report", *CLINIC, *ON_THE_DAY, *words)
    assert done.code == 0
    assert shown(done) == who
    assert done.lines[0] == f"wbc-tracker   {len(who)} of 40 patients   as of 2026-11-23"
    assert done.lines[1].startswith("Shown are those who ")
    assert sorted(in_json(wbc, *words)) == sorted(who)


def test_labs_due_tells_what_is_missing(wbc):
    done = wbc("report", *CLINIC, *ON_THE_DAY, "--labs-due")
    assert "labs due" in next(line for line in done.lines if line.startswith("patient "))
    assert all("count, IgG" in line for line in done.lines if line.startswith("clinic-"))


def test_nobody_is_a_sentence_and_no_error(wbc):
    done = wbc("report", *CLINIC, *ON_THE_DAY, "--severity", "urgent", "--overdue")
    assert done.code == 0
    assert done.lines[0].startswith("wbc-tracker   0 of 40 patients ")
    assert done.lines[1].startswith("None of the 40 patients fits; shown would be those who ")
    assert in_json(wbc, "--severity", "urgent", "--overdue") == []


def test_json_says_which_filters_were_used_and_how_many_patients_there_are(wbc):
    done = wbc("report", *CLINIC, *ON_THE_DAY, "--severity", "urgent", "--flag", "neutropenia", "--format", "json")
    settings = done.json["settings"]
    assert {key: settings[key] for key in ("flags", "severity", "overdue", "labs_due", "patients_on_record")} == {
        "flags": ["neutropenia"], "severity": "urgent", "overdue": False, "labs_due": False, "patients_on_record": 40,
    }  # fmt: skip
    everyone = wbc("report", *CLINIC, *ON_THE_DAY, "--format", "json").json
    (chosen,) = done.json["patients"]
    assert chosen == next(p for p in everyone["patients"] if p["patient_id"] == "clinic-21")
    assert (everyone["settings"]["flags"], everyone["settings"]["severity"]) == ([], None)


@pytest.mark.parametrize("words", FILTERS, ids=lambda words: words[0])
def test_beside_a_patient_chosen_by_name_they_are_refused(wbc, words):
    for kind in ("table", "json"):
        done = wbc("report", *CLINIC, *ON_THE_DAY, "--patient", "clinic-01", *words, "--format", kind)
        assert (done.code, done.out) == (2, "")
        assert done.err.splitlines()[-2:] == [
            "--flag, --severity, --overdue, --labs-due and --new choose among several patients; --patient names one.",
            "Leave one of them out.",
        ]


def test_over_one_patient_they_give_a_panel_of_one(wbc):
    done = wbc("report", *ONE, *ON_THE_DAY, "--severity", "expected")
    assert done.lines[0] == "wbc-tracker   1 of 1 patient   as of 2026-11-23"
    assert wbc("report", *ONE, *ON_THE_DAY, "--overdue").lines[1].startswith("The one patient does not fit; ")


def test_an_unknown_flag_or_severity_is_refused(wbc):
    done = wbc("report", *CLINIC, "--flag", "neutropaenia")
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines() == [
        "--flag: there is no 'neutropaenia'. Did you mean 'neutropenia'?",
        "`wbc-tracker explain` lists all.",
    ]
    assert wbc("report", *CLINIC, "--severity", "bad").code == 2


@pytest.mark.parametrize("words", FILTERS, ids=lambda words: words[0])
def test_an_empty_store_says_what_to_do_first(wbc, words):
    assert wbc("report", *words).lines[0].startswith("There are no results yet.")
    assert wbc("report", *words, "--format", "json").json["patients"] == []


def test_the_store_gives_the_same_panel_as_the_files(wbc):
    from_files = wbc("report", *CLINIC, *ON_THE_DAY, "--overdue").out
    wbc("import", CLINIC[1])
    wbc("infusion", "import", CLINIC[3])
    assert wbc("report", *ON_THE_DAY, "--overdue").out == from_files


def test_infusions_alone_give_a_line_each(wbc, file):
    wbc("infusion", "import", file("i.csv", "a,2024-01-01", "b,2024-02-01", header="patient_id,infused_on"))
    done = wbc("report", "--as-of", "2024-07-01")
    assert [line.split()[:3] for line in done.lines if line.startswith(("a ", "b "))] == [
        ["a", "i", "labs_due"],
        ["b", "i", "labs_due"],
    ]


def test_the_analytes_asked_for_are_the_columns(wbc):
    done = wbc("report", *CLINIC, *ON_THE_DAY, "--analyte", "platelets", "--severity", "urgent")
    heading = next(line for line in done.lines if line.startswith("patient "))
    assert heading.split()[-3:] == ["last", "count", "Plt"]


def test_hostile_ids_and_codes_stay_text(wbc, file):
    rows = ['"\x1b[31mred",2024-01-02,Neutrophils,0.4,K/uL', "[red]b,2024-01-02,Neutrophils,0.4,K/uL"]
    labs = file("a.csv", *rows, header=HEADER)
    done = wbc("report", "--labs", labs, "--as-of", "2024-02-01", "--severity", "urgent")
    assert "\x1b" not in done.out
    assert [line.split()[0] for line in done.lines if "critical_value" in line] == ["\\x1b[31mred", "[red]b"]
    assert "\x1b" not in wbc("report", "--labs", labs, "--flag", "\x1b[31m").err


def test_the_panel_goes_to_a_file_too(wbc, tmp_path):
    done = wbc("report", *CLINIC, *ON_THE_DAY, "--overdue", "--output", "panel.txt")
    assert (done.code, done.out) == (0, "")
    assert "clinic-17" in (tmp_path / "panel.txt").read_text(encoding="utf-8")


def test_the_severities_that_can_be_asked_for_are_those_of_the_catalogue_the_worst_first():
    """They are typed out in the options, so that --help need not read the catalogue."""
    assert [name.value for name in SeverityName] == [severity.word for severity in sorted(Severity, reverse=True)]
