"""`infusion|event|result list --format csv|json`: a CSV comes in again, in another store, as what it was."""

from __future__ import annotations

import json

import pytest

LABS = (
    "0081635,2024-01-10,WBC,6.10,10^9/L,4.0-11.0",
    "0081635,2024-01-10T08:20,CD19,<1,/uL,",
    "0081635,2024-03-01,WBC,6000,/uL,4000-11000",
    "81635,2024-01-10,IgG,812,mg/dL,",
    "81635,2024-02-01,CD19,>=600,/uL,100-500",
)
INFUSIONS = ("0081635,2024-02-01,ocrelizumab,300", "0081635,2024-02-15T09:30,Ocrevus,", "81635,2024-02-02,Kesimpta,20")


@pytest.fixture
def filled(wbc, file):
    """A store with results, infusions and events of two people whose ids differ by their zeros."""
    labs = file("labs.csv", *LABS, header="patient_id,collected_at,analyte,value,unit,ref_range")
    doses = file("doses.csv", *INFUSIONS, header="patient_id,infused_on,drug,dose_mg")
    for words in (
        ("import", labs), ("infusion", "import", doses),
        ("event", "add", "2024-01-05", "vaccination", "--note", '=1+1, "flu"', "--patient", "0081635"),
        ("event", "add", "2024-03-05", "infection", "--patient", "81635"),
    ):  # fmt: skip
        assert wbc(*words).code == 0
    return wbc


def listed(wbc, kind: str, *words: str) -> str:
    done = wbc(kind, "list", *words)
    assert (done.code, done.err) == (0, "")
    return done.out


def test_results_are_told_in_canonical_units_with_the_decimals_that_were_printed(filled):
    assert listed(filled, "result", "--format", "csv").splitlines() == [
        "patient_id,collected_at,analyte,value,unit,ref_low,ref_high,status,source_file",
        "0081635,2024-01-10,wbc,6.10,10*9/L,4,11,,labs.csv",
        "0081635,2024-01-10T08:20:00,cd19,<1,/uL,,,,labs.csv",
        "0081635,2024-03-01,wbc,6.000,10*9/L,4,11,,labs.csv",
        "81635,2024-01-10,igg,8.12,g/L,,,,labs.csv",
        "81635,2024-02-01,cd19,>=600,/uL,100,500,,labs.csv",
    ]


def test_infusions_and_events(filled):
    assert listed(filled, "infusion", "--format", "csv").splitlines() == [
        "patient_id,infused_on,drug,dose_mg",
        "0081635,2024-02-01,ocrelizumab,300",
        "0081635,2024-02-15T09:30:00,ocrelizumab,",
        "81635,2024-02-02,ofatumumab,20",
    ]
    assert listed(filled, "event", "--format", "csv").splitlines() == [
        "patient_id,happened_on,kind,note",
        '0081635,2024-01-05,vaccination,"\'=1+1, ""flu"""',
        "81635,2024-03-05,infection,",
    ]


def test_of_one_patient_and_analyte(filled):
    told = listed(filled, "result", "--format", "csv", "--patient", "0081635", "--analyte", "wbc").splitlines()
    assert [line[:22] for line in told[1:]] == ["0081635,2024-01-10,wbc", "0081635,2024-03-01,wbc"]


@pytest.mark.parametrize("kind", ["result", "infusion", "event"])
def test_a_list_comes_in_again_as_what_it_was(filled, tmp_path, monkeypatch, kind):
    told = listed(filled, kind, "--format", "csv")
    as_json = json.loads(listed(filled, kind, "--format", "json"))
    (tmp_path / "labs.csv").write_text(told, encoding="utf-8")  # the file is told in the list of results
    again = (() if kind == "result" else (kind,)) + ("import", tmp_path / "labs.csv", "--format", "json")
    (here,) = filled(*again).json["files"]
    assert (here["added"], here["duplicates"], here["rejected"]) == (0, here["read"], 0)
    monkeypatch.setenv("WBC_TRACKER_DB", str(tmp_path / "other.db"))
    (there,) = filled(*again).json["files"]
    assert (there["added"], there["duplicates"], there["rejected"]) == (here["read"], 0, 0)
    assert listed(filled, kind, "--format", "csv") == told

    def known(document):
        (rows,) = document.values()
        own = ("id", "source_row", "reported_value")
        return sorted(json.dumps({key: row[key] for key in row if key not in own}) for row in rows)

    assert known(json.loads(listed(filled, kind, "--format", "json"))) == known(as_json)


def test_a_status_goes_along(wbc, file, tmp_path, monkeypatch):
    header = "patient_id,collected_at,analyte,value,unit,status"
    labs = file("a.csv", "a,2024-01-10,WBC,6.1,10^9/L,final", "a,2024-02-10,WBC,6.2,10^9/L,corrected", header=header)
    assert wbc("import", labs).code == 0
    told = listed(wbc, "result", "--format", "csv")
    assert [line.split(",")[7] for line in told.splitlines()[1:]] == ["final", "corrected"]


@pytest.mark.parametrize(("kind", "option"), [("result", "--removed"), ("result", "--superseded"),
                                              ("infusion", "--removed"), ("event", "--removed")])  # fmt: skip
def test_what_was_taken_out_is_listed_as_json_alone(filled, kind, option):
    done = filled(kind, "list", option, "--format", "csv")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(f"{option} --format csv: an import of that file would bring back")
    assert [*json.loads(listed(filled, kind, option, "--format", "json")).values()] == [[]]


def test_nothing_is_a_header_and_an_empty_list(wbc):
    assert listed(wbc, "infusion", "--format", "csv") == "patient_id,infused_on,drug,dose_mg\n"
    assert json.loads(listed(wbc, "event", "--format", "json")) == {"events": []}
    assert listed(wbc, "result", "--format", "csv").count("\n") == 1


@pytest.mark.parametrize("who", ["=cmd", "+1", "-1", "@x"])
def test_ids_that_a_spreadsheet_would_run_are_defused_and_come_back(wbc, file, tmp_path, monkeypatch, who):
    doses = file("d.csv", f'"{who}",2024-02-01,ocrelizumab,300', header="patient_id,infused_on,drug,dose_mg")
    assert wbc("infusion", "import", doses).code == 0
    told = listed(wbc, "infusion", "--format", "csv")
    assert "'" in told
    (tmp_path / "i.csv").write_text(told, encoding="utf-8")
    monkeypatch.setenv("WBC_TRACKER_DB", str(tmp_path / "other.db"))
    assert wbc("infusion", "import", tmp_path / "i.csv").code == 0
    (one,) = json.loads(listed(wbc, "infusion", "--format", "json"))["infusions"]
    assert one["patient_id"] == who
