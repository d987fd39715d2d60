"""`--map covariate=HEADER`: columns of the lab file that are carried along, and those that are none."""

from __future__ import annotations

import csv
import io
from zipfile import ZipFile

import pyarrow.parquet as pq
import pytest

from wbc_tracker.dataset import from_readings
from wbc_tracker.intake import ReadingOptions, read_lab_bytes

HEAD = "patient_id,collected_at,analyte,value,unit,Sex,birth_year,Site,arm,name,seen"
ROWS = [
    "a,2024-01-02,WBC,6.5,10^9/L,f,1980,North,Verum,Ann Bell,1980-02-03",
    "b,2024-01-02,WBC,5.5,10^9/L,m,1975,South,Placebo,Bob Cole,1975-02-03",
    "b,2024-02-02,WBC,5.7,10^9/L,m,1975,North,Placebo,Bob Cole,1975-02-03",
    "b,2024-02-02,neutrophils,60,%,m,1975,North,Placebo,Bob Cole,1975-02-03",
    "c,2024-02-02,WBC,5.8,10^9/L,,1971,,Verum,Cis Dean,1971-02-03",
]
DAY = ["--as-of", "2024-05-01"]


@pytest.fixture
def labs(file):
    return file("labs.csv", *ROWS, header=HEAD)


def carried(*names: str) -> list[str]:
    return [word for name in names for word in ("--map", f"covariate={name}")]


def told(text: str, *names: str) -> list[list[str]]:
    return [[row["patient_id"], *(row[name] for name in names)] for row in csv.DictReader(io.StringIO(text))]


def test_columns_are_carried_along_behind_all_others_also_beside_a_calculated_count(wbc, labs):
    run = wbc("export", "-", "--labs", labs, *carried("arm", "Site", "sex"), *DAY)
    assert run.lines[0].endswith(",source_file,source_row,arm,Site,sex")
    assert told(run.out, "analyte", "arm", "Site", "sex") == [
        ["a", "wbc", "Verum", "North", "f"],
        ["b", "wbc", "Placebo", "South", "m"],
        ["b", "wbc", "Placebo", "North", "m"],
        ["b", "neutrophils_pct", "Placebo", "North", "m"],
        ["b", "neutrophils", "Placebo", "North", "m"],
        ["c", "wbc", "Verum", "", ""],
    ]


def test_what_does_not_make_groups_is_told(wbc, labs):
    run = wbc("export", "-", "--labs", labs, *carried("Site"), *DAY)
    assert "'Site': 1 patient has several values in their rows; as a group they are 'several values'." in run.err
    assert "'Site': nothing is told of 1 patient." in run.err


def test_workbook_and_parquet_have_them_too(wbc, labs, tmp_path):
    for name in ("out.xlsx", "out.parquet"):
        assert wbc("export", name, "--labs", labs, *carried("arm"), *DAY).code == 0
    table = pq.read_table(tmp_path / "out.parquet")
    assert table.column_names[-3:] == ["arm", "collected_time", "baseline_time"]
    assert table.column("arm").to_pylist() == ["Verum", *["Placebo"] * 4, "Verum"]
    sheet = ZipFile(tmp_path / "out.xlsx").read("xl/worksheets/sheet1.xml").decode()
    assert "Placebo" in sheet or "Placebo" in ZipFile(tmp_path / "out.xlsx").read("xl/sharedStrings.xml").decode()


def test_a_file_without_the_column_says_nothing_and_one_of_several_must_have_it(wbc, labs, file):
    other = file("other.csv", "2024-01-02 WBC 6.5")
    run = wbc("export", "-", "--labs", labs, "--labs", other, *carried("arm"), *DAY)
    assert told(run.out, "arm")[-1] == ["me", ""]
    run = wbc("export", "-", "--labs", labs, "--labs", other, *carried("Arms of it"), *DAY)
    assert run.code == 2
    assert "None of the lab files has a column 'Arms of it'" in run.err


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("name", "the column 'name' names people"),
        ("seen", "the column 'seen' holds dates (1980-02-03"),
        ("value", "another column of the results has that name"),
        ("sit", "Did you mean 'Site'?"),
    ],
)
def test_names_dates_results_and_unknown_columns_are_no_covariates(wbc, labs, name, why):
    run = wbc("export", "-", "--labs", labs, *carried(name), *DAY)
    assert (run.code, run.out) == (2, "")
    assert why in run.err


def test_a_value_of_ones_own_for_each_of_many_tells_who_they_are(wbc, file):
    labs = file(
        "labs.csv",
        *(f"p{n},2024-01-02,WBC,6,10^9/L,W-{n}" for n in range(5)),
        header="patient_id,collected_at,analyte,value,unit,ward",
    )
    run = wbc("export", "-", "--labs", labs, *carried("ward"), *DAY)
    assert "'ward': each of the 5 patients has a value of their own, so it tells who they are." in run.err


def test_a_pseudonymised_export_keeps_them_and_says_so(wbc, labs):
    run = wbc("export", "-", "--labs", labs, *carried("arm"), *DAY, "--pseudonymize", "my.key")
    assert sorted(row[1] for row in told(run.out, "arm")) == ["Placebo"] * 4 + ["Verum"] * 2
    assert "Kept as in the file: 'arm'. Check that they name nobody." in run.err


def test_the_store_keeps_none_but_the_sex(wbc, labs):
    run = wbc("import", labs, *carried("arm"))
    assert run.code == 2
    assert "The store keeps no covariates." in run.err
    wbc("import", labs, "--as-of", "2024-05-01")
    assert wbc("export", "-", *carried("arm"), *DAY).code == 2
    run = wbc("export", "-", *carried("sex"), *DAY)
    assert told(run.out, "sex")[::2] == [["a", "f"], ["b", "m"], ["b", "m"]]


def test_where_none_is_shown_that_is_told(wbc, labs):
    run = wbc("report", "--labs", labs, *carried("arm"), *DAY)
    assert run.code == 0
    assert "Not shown here: 'arm'." in run.err


def test_a_header_that_is_a_formula_stays_text(wbc, file):
    labs = file("labs.csv", "a,2024-01-02,WBC,6,10^9/L,x", header='patient_id,collected_at,analyte,value,unit,"=cmd,1"')
    run = wbc("export", "-", "--labs", labs, *carried("=cmd,1"), *DAY)
    assert run.lines[0].endswith(""",source_row,"'=cmd,1\"""")


def test_results_that_were_taken_back_are_not_brought_back_by_naming_their_column(wbc, file):
    rows = ["a,2024-01-02,WBC,6,10^9/L,final", "a,2024-02-02,WBC,1,10^9/L,entered in error"]
    labs = file("labs.csv", *rows, header="patient_id,collected_at,analyte,value,unit,kind")
    run = wbc("export", "-", "--labs", labs, *carried("kind"), *DAY)
    assert told(run.out, "collected_at", "value") == [["a", "2024-01-02", "6"]]


def test_words_that_are_also_states_may_be_groups(wbc, file):
    labs = file("labs.csv", *(row.replace("Verum", "Active") for row in ROWS), header=HEAD)
    run = wbc("export", "-", "--labs", labs, *carried("arm"), *DAY)
    assert [row[0] for row in told(run.out, "arm") if row[1] == "Active"] == ["a", "c"]
    assert "status" not in run.err


def test_a_dataset_tells_the_group_of_each_patient():
    text = "\n".join([HEAD, *ROWS]) + "\n"
    options = ReadingOptions(as_of="2024-05-01", covariates=("Site", "arm"))
    dataset = from_readings([read_lab_bytes(text.encode(), "labs.csv", options)], [], "2024-05-01")
    assert dataset.covariates == ("Site", "arm")
    assert dataset.covariate_of_patients("Site").to_dict() == {"a": "North", "b": "several values", "c": ""}
    assert dataset.covariate_of_patients("sex").to_dict() == {"a": "f", "b": "m", "c": ""}
    assert dataset.of_patient("a").covariate_of_patients("arm").to_dict() == {"a": "Verum"}
