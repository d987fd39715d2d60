"""The suffix of the output decides its format; what it cannot be is refused before anything is read."""

from __future__ import annotations

import json

import pytest
from tables.pasted import pasted
from tables.runs import CLINIC, ON_THE_DAY, ONE

REPORT = ("report", *ONE, *ON_THE_DAY)


@pytest.mark.parametrize(
    ("name", "begins"),
    [
        ("visit.html", "<!doctype html>"),
        ("visit.HTM", "<!doctype html>"),
        ("visit.md", "# "),
        ("visit.json", "{"),
        ("visit.txt", "wbc-tracker   example"),
        ("visit", "wbc-tracker   example"),
        ("visit.ics", "BEGIN:VCALENDAR"),
        ("visit.csv", "patient_id,severity,"),
    ],
)
def test_a_report_is_what_its_suffix_says(wbc, tmp_path, name, begins):
    assert wbc(*REPORT, "--output", name).code == 0
    assert (tmp_path / name).read_text(encoding="utf-8").lower().startswith(begins.lower())


@pytest.mark.parametrize("output", ["pages/", "there"])
def test_a_folder_holds_pages(wbc, tmp_path, output):
    (tmp_path / "there").mkdir()
    assert wbc("report", *CLINIC, *ON_THE_DAY, "--patient", "clinic-21", "--output", output).code == 0
    assert (tmp_path / output / "index.html").exists()


@pytest.mark.parametrize("name", ["r.tsv", "r.xls", "r.docx", "r.json.gz", "report.2024"])
def test_a_report_that_cannot_be_so_is_refused_naming_what_works(wbc, tmp_path, name):
    done = wbc("report", "--labs", "missing.csv", "--output", name)
    assert (done.code, done.err.splitlines()) == (2, [
        f"{name}: a report is written as .txt, .md, .json, .html, .htm, .csv, .xlsx or .ics.",
        "Name a file with one of these endings. Every result, a line each: `wbc-tracker export results.csv`.",
    ])  # fmt: skip
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize(
    ("words", "line"),
    [
        (("report", "--output", "a b.pdf"), ["report", "--output", "a b.html"]),
        (("chart", "visit.PDF"), ["chart", "visit.html"]),
        (("report", "pdf"), ["report", "--format", "html", "--output", "visit.html"]),
    ],
)
def test_a_pdf_is_refused_with_the_way_to_print_one(wbc, words, line):
    done = wbc(*words, *ONE, *ON_THE_DAY)
    assert done.code == 2
    assert "print it there as PDF" in done.err
    (way,) = pasted(done.err)
    assert [word for word in way if word in line] == line
    assert wbc(*way).code == 0


@pytest.mark.parametrize(
    ("words", "ways"),
    [
        (("report", "--format", "json", "--output", "v.html"),
         [["report", "--output", "v.html"], ["report", "--format", "json", "--output", "v.json"]]),
        (("report", "--format", "message", "--output", "v.md"),
         [["report", "--output", "v.md"], ["report", "--format", "message", "--output", "v.txt"]]),
        (("export", "r.parquet", "--format", "csv"), [["export", "r.parquet"], ["export", "r.csv", "--format", "csv"]]),
        (("cohort", "--format", "table", "--output", "c.csv"),
         [["cohort", "--output", "c.csv"], ["cohort", "--format", "table", "--output", "c.txt"]]),
    ],
)  # fmt: skip
def test_a_format_that_contradicts_the_suffix_is_refused_with_both_ways_out(wbc, file, words, ways):
    wbc("import", file("a.csv", "2024-01-02 WBC 6.5"))
    done = wbc(*words)
    assert (done.code, pasted(done.err)) == (2, ways)
    for way in ways:
        assert wbc(*way, *ON_THE_DAY).code == 0


@pytest.mark.parametrize(
    ("words", "known"),
    [
        (("export", "r.xls"), "an export is written as .csv, .parquet, .xlsx, .jsonl or .ndjson."),
        (("export", "r.txt"), "an export is written as .csv, .parquet, .xlsx, .jsonl or .ndjson."),
        (("chart", "r.jpg"), "a chart is written as .svg, .png or .html."),
        (("chart", "r"), "a chart is written as .svg, .png or .html."),
        (("cohort", "--output", "c.md"), "the research table is written as .txt, .csv, .json, .svg or .html."),
    ],
)
def test_the_others_name_theirs(wbc, words, known):
    done = wbc(*words, *ONE, *ON_THE_DAY)
    assert (done.code, known in done.err) == (2, True)


def test_the_same_said_twice_and_a_name_without_suffix(wbc, tmp_path):
    assert wbc(*REPORT, "--format", "json", "--output", "a.json").code == 0
    assert wbc(*REPORT, "--format", "json", "--output", "b").code == 0
    first, second = (json.loads((tmp_path / name).read_text()) for name in ("a.json", "b"))
    assert first == second
    assert wbc("export", "c", *ONE, *ON_THE_DAY).code == 0
    assert (tmp_path / "c").read_text().startswith("patient_id,")
    assert wbc("cohort", "--output", "d.txt", *ONE, *ON_THE_DAY).code == 0


def test_standard_output_has_no_suffix(wbc):
    assert wbc(*REPORT, "--output", "-", "--format", "json").json["as_of"] == "2026-11-23"
    assert wbc("export", "-", *ONE, *ON_THE_DAY).lines[0].startswith("patient_id,")
