"""An Excel workbook and a recognised export through the command line: what a user is told, and what comes out."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from tables.runs import ON_THE_DAY

pytest.importorskip("python_calamine", reason="workbooks need the extra wbc-tracker[excel]")
from tables.workbooks import DATE, number, rows, table, text, workbook


@pytest.fixture
def book(tmp_path):
    """Write a workbook: a line above the table, dates, a decimal of three digits, a limit, a lost value."""
    lab = table("Patient results") + rows(
        text("A2", "Date") + text("B2", "WBC (10^9/L)") + text("C2", "CD19 (/uL)") + text("D2", "IgG (g/L)"),
        number("A3", "45717", DATE) + number("B3", "4.123") + text("C3", "<1") + number("D3", "9.5"),
        number("A4", "45901", DATE) + number("B4", "5.9") + number("C4", "12") + text("D4", "9..5"),
        first=2,
    )  # fmt: skip
    path = tmp_path / "visit.xlsx"
    path.write_bytes(workbook(Labs=lab))
    return path


def exported(done):
    wanted = ("collected_at", "analyte", "value", "comparator", "unit", "source_row")
    return [[row[name] for name in wanted] for row in csv.DictReader(io.StringIO(done.out))]


RESULTS = [
    # 45717 and 45901 days after 1899-12-30, counted by hand: 2025-03-01 and 2025-09-01.
    ["2025-03-01", "wbc", "4.123", "", "10*9/L", "3"],
    ["2025-03-01", "cd19", "1", "<", "/uL", "3"],
    ["2025-03-01", "igg", "9.5", "", "g/L", "3"],
    ["2025-09-01", "wbc", "5.9", "", "10*9/L", "4"],
    ["2025-09-01", "cd19", "12", "", "/uL", "4"],
]


def test_a_workbook_is_imported_like_a_text_file(wbc, book):
    done = wbc("import", book)
    assert done.code == 1
    assert done.lines[0] == (
        "visit.xlsx (wide): 6 read: 5 added, 0 already there, 0 without a result, 0 ignored, 1 rejected"
    )
    assert "line 4" in done.out
    assert "9..5" in done.out
    assert exported(wbc("export", "-")) == RESULTS
    assert wbc("import", book).lines[0] == (
        "visit.xlsx (wide): 6 read: 0 added, 5 already there, 0 without a result, 0 ignored, 1 rejected"
    )


def test_labs_reads_a_workbook_without_a_store(wbc, book, db):
    done = wbc("export", "-", "--labs", book, "--as-of", "2026-11-23")
    assert exported(done) == RESULTS
    assert done.code == 1
    assert not db.exists()


def test_of_several_sheets_one_must_be_named(wbc, book):
    book.write_bytes(workbook(Labs=table("Date,WBC (10^9/L)", "2025-03-01,6.1"), Old=table("Date,WBC", "2025-03-01,9")))
    done = wbc("import", book)
    assert done.code == 3
    assert done.err.splitlines() == [
        "visit.xlsx has 2 sheets: 'Labs', 'Old'.",
        "Say which with --sheet NAME, e.g. --sheet 'Labs'.",
        f"  wbc-tracker import {book} --sheet Labs",
        f"  wbc-tracker import {book} --sheet Old",
    ]
    assert "'Labs', 'Old'" in wbc("import", book, "--sheet", "Lab").err
    assert wbc("import", book, "--sheet", "Labs").code == 0
    assert [row[1:3] for row in exported(wbc("export", "-"))] == [["wbc", "6.1"]]


def test_a_recognised_export_is_told(wbc):
    path = Path(__file__).parents[1] / "fixtures" / "labs" / "synthea_observations.csv"
    told = "Read as an export of the kind synthea; see wbc-tracker profiles show synthea."
    assert f"  {told}" in wbc("import", path).lines
    assert f"synthea_observations.csv: {told}" in wbc("report", "--labs", path, *ON_THE_DAY).err.splitlines()
    assert told not in wbc("import", path, "--profile", "synthea").out
