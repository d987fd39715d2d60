"""`report --format csv|xlsx`, one line a patient, and `export x.xlsx`: what a clinic works on with."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from python_calamine import load_workbook
from tables.runs import CLINIC, ON_THE_DAY, ONE

REPORT = ("report", *CLINIC, *ON_THE_DAY)


def records(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def sheet(path, name: str) -> list[list[object]]:
    return load_workbook(str(path)).get_sheet_by_name(name).to_python()


def lines(path) -> list[dict[object, object]]:
    header, *rows = sheet(path, "patients")
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_one_line_a_patient_in_the_order_of_the_panel(wbc):
    done = wbc(*REPORT, "--format", "csv")
    shown = [line.split()[0] for line in wbc(*REPORT).lines if line.startswith("clinic-")]
    told = records(done.out)
    assert (done.code, len(told)) == (0, 40)
    assert [one["patient_id"] for one in told] == shown
    first = told[0]
    assert {key: first[key] for key in ("severity", "drug", "days_since_infusion", "next_infusion_kind", "overdue",
                                        "last_count_on", "wbc", "wbc_flag", "cd19_comparator", "cd19")} == {
        "severity": "urgent", "drug": "ocrelizumab", "days_since_infusion": "119", "next_infusion_kind": "planned",
        "overdue": "no", "last_count_on": "2026-10-16", "wbc": "2.7", "wbc_flag": "low", "cd19_comparator": "<",
        "cd19": "1",
    }  # fmt: skip
    assert first["flags"].startswith("critical_value;neutropenia;")


def test_the_suffix_decides_and_the_filters_count(wbc, tmp_path):
    done = wbc(*REPORT, "--overdue", "--output", "late.csv")
    assert done.code == 0
    assert done.err.splitlines()[-1] == "4 lines were written to late.csv. Educational information, not medical advice."
    told = records((tmp_path / "late.csv").read_text(encoding="utf-8"))
    assert [(one["patient_id"], one["overdue"], one["days_to_next_infusion"]) for one in told] == [
        ("clinic-17", "yes", "-557"), ("clinic-16", "yes", "-381"), ("clinic-19", "yes", "-145"),
        ("clinic-18", "yes", "-110"),
    ]  # fmt: skip


def test_the_analytes_asked_for_are_the_columns(wbc):
    done = wbc(*REPORT, "--analyte", "hemoglobin", "--patient", "clinic-01", "--format", "csv")
    header, line = done.lines
    assert ",last_count_on,hemoglobin_comparator,hemoglobin,hemoglobin_flag,hemoglobin_on,last_dose_on," in header
    assert line.startswith("clinic-01,")


def test_a_percentage_that_stands_in_for_the_count_has_columns_of_its_own(wbc, file):
    labs = file("l.csv", "a,2024-03-01,CD19 %,0.4,%", "b,2024-03-01,CD19,12,/uL",
                header="patient_id,collected_at,analyte,value,unit")  # fmt: skip
    told = records(wbc("report", "--labs", labs, "--as-of", "2024-04-01", "--format", "csv").out)
    assert {one["patient_id"]: (one["cd19"], one["cd19_pct"]) for one in told} == {"a": ("", "0.4"), "b": ("12", "")}


def test_in_a_workbook_ids_are_texts_dates_are_dates_and_limits_are_numbers(wbc, file, tmp_path):
    header = "patient_id,collected_at,analyte,value,unit,range"
    rows = ("007,2024-03-01,WBC,6.10,10^9/L,4-11", "007,2024-03-01,CD19,<1,/uL,", "=1+1,2024-03-02,WBC,2.0,10^9/L,4-11")
    labs = file("l.csv", *rows, header=header)
    doses = file("i.csv", "007,2024-01-01,600", "=1+1,2024-01-01,600", header="patient_id,infused_on,dose_mg")
    words = ("report", "--labs", labs, "--infusions", doses, "--as-of", "2024-04-01", "--output", "p.xlsx")
    assert wbc(*words).code == 0
    told = {one["patient_id"]: one for one in lines(tmp_path / "p.xlsx")}
    assert set(told) == {"007", "=1+1"}
    one = told["007"]
    assert (one["last_infusion_on"], one["wbc"], one["cd19_comparator"], one["cd19"], one["wbc_on"]) == (
        date(2024, 1, 1), 6.1, "<", 1.0, date(2024, 3, 1),
    )  # fmt: skip
    about = [row[0] for row in sheet(tmp_path / "p.xlsx", "about")]
    assert about[0] == "Blood counts of 2 patients, as of 2024-04-01."
    assert "Educational information, not medical advice." in about


def test_the_filter_stands_in_the_workbook(wbc, tmp_path):
    assert wbc(*REPORT, "--overdue", "--output", "p.xlsx").code == 0
    about = [row[0] for row in sheet(tmp_path / "p.xlsx", "about")]
    assert about[0] == "Blood counts of 4 of 40 patients, as of 2026-11-23."
    assert about[1].startswith("Shown are those who are past the planned date of the next infusion")


def test_without_anyone_there_is_a_header(wbc):
    done = wbc("report", "--format", "csv")
    assert (done.code, done.out.count("\n")) == (0, 1)
    assert done.out.startswith("patient_id,severity,")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--format", "xlsx"), "A workbook is written to a file."),
        (("--format", "csv", "--title", "Anna"), "--title is that of one patient."),
        (("--format", "csv", "--since", "2024-01-01"), "An overview shows the latest results."),
        (("--format", "csv", "--open"), "--open shows a page in the browser."),
        (("--format", "csv", "--units", "reported"), "--units reported: JSON and the overview of several hold"),
    ],
)
def test_what_does_not_go_with_lines_is_refused(wbc, words, said):
    done = wbc("report", *ONE, *ON_THE_DAY, *words)
    assert (done.code, done.out) == (2, "")
    assert done.err.splitlines()[0].startswith(said)


def test_an_export_as_workbook_holds_what_the_csv_holds(wbc, tmp_path):
    words = ("export", *ONE, *ON_THE_DAY, "--since", "2025-01-01")
    assert wbc(*words[:1], "e.csv", *words[1:]).code == 0
    done = wbc(*words[:1], "e.xlsx", *words[1:])
    assert done.code == 0
    header, *rows = sheet(tmp_path / "e.xlsx", "results")
    told = list(csv.reader(io.StringIO((tmp_path / "e.csv").read_text(encoding="utf-8"))))
    assert header == told[0]

    def plain(cell: object) -> str:
        return cell.isoformat() if isinstance(cell, date) else str(cell).removesuffix(".0")

    assert [[plain(cell) for cell in row] for row in rows] == [[c.removesuffix(".0") for c in r] for r in told[1:]]
    assert sheet(tmp_path / "e.xlsx", "columns")[0] == ["column", "unit", "meaning"]


def test_ids_of_a_workbook_keep_their_zeros(wbc, tmp_path):
    (tmp_path / "labs.csv").write_text(
        "patient_id,collected_at,analyte,value,unit\n0081635,2024-01-02,WBC,6.1,10*9/L\n", encoding="utf-8"
    )
    assert wbc("export", "e.xlsx", "--labs", "labs.csv", *ON_THE_DAY).code == 0
    header, row = sheet(tmp_path / "e.xlsx", "results")
    assert row[header.index("patient_id")] == "0081635"


def test_a_workbook_of_an_export_is_no_laboratory_s_sheet(wbc):
    assert wbc("export", "e.xlsx", *ONE, *ON_THE_DAY, "--patient", "example").code == 0
    done = wbc("import", "e.xlsx", "--sheet", "results", "--dry-run")
    assert done.code == 3
    assert "is an export of this program" in " ".join(done.err.split())
