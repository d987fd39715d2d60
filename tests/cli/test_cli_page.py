"""`report --format html`: where the page goes, whose it is, and what is told of files that were not read whole."""

from __future__ import annotations

import stat
import sys

import pytest
from tables.runs import CLINIC, ON_THE_DAY, ONE, run_alone

HTML = ("--format", "html")


def test_the_page_is_a_private_file(wbc, tmp_path):
    done = wbc("report", *ONE, *ON_THE_DAY, *HTML, "--output", "visit.html")
    assert (done.code, done.out) == (0, "")
    assert done.err.endswith("The report was written to visit.html. Open it in a browser; it needs no network.\n")
    written = tmp_path / "visit.html"
    assert written.read_bytes().startswith(b"<!DOCTYPE html>")
    assert stat.S_IMODE(written.stat().st_mode) == 0o600


def test_a_pipe_gets_the_same_page(wbc, tmp_path):
    wbc("report", *ONE, *ON_THE_DAY, *HTML, "--output", "visit.html")
    piped = wbc("report", *ONE, *ON_THE_DAY, *HTML, "--output", "-")
    assert piped.out_bytes == (tmp_path / "visit.html").read_bytes()


def test_without_a_file_it_asks_for_one(wbc):
    done = wbc("report", *ONE, *HTML)
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "An HTML report is written to a file.\nName it, e.g. --output visit.html (or --output - for a pipe).\n"
    )


def test_several_patients_give_the_panel_and_a_choice_the_page_of_one(wbc, tmp_path):
    assert wbc("report", *CLINIC, *ON_THE_DAY, *HTML, "--output", "a.html").code == 0
    assert "<b>40 patients</b>" in (tmp_path / "a.html").read_text(encoding="utf-8")
    assert wbc("report", *CLINIC, *ON_THE_DAY, *HTML, "--output", "a.html", "--patient", "clinic-21").code == 0
    assert "<bdi>clinic-21</bdi>" in (tmp_path / "a.html").read_text(encoding="utf-8")


def test_an_empty_store_says_what_to_do_first_and_writes_nothing(wbc, tmp_path):
    done = wbc("report", *HTML, "--output", "a.html")
    assert done.code == 0
    assert done.out.startswith("There are no results yet.")
    assert not (tmp_path / "a.html").exists()


@pytest.mark.parametrize("library", ["jinja2", "vl_convert"])
def test_without_the_extra_one_line_says_what_to_install(tmp_path, library):
    script = f"import sys; sys.modules['{library}'] = None; from wbc_tracker.cli import main; main()"
    done = run_alone("report", *ONE, *HTML, "--output", str(tmp_path / "a.html"), script=script)
    assert done.code == 2
    hints = {
        "jinja2": f"Install them with: {sys.executable} -m pip install jinja2 vl-convert-python",
        "vl_convert": f"Install it with: {sys.executable} -m pip install vl-convert-python",
    }
    assert done.err.splitlines()[1:] == [hints[library]]
    assert "Traceback" not in done.err
    assert not (tmp_path / "a.html").exists()


def test_it_never_writes_over_what_it_reads(wbc, file, tmp_path):
    labs = file("labs.csv", "2024-01-02 WBC 6.5")
    before = (tmp_path / "labs.csv").read_bytes()
    assert wbc("report", "--labs", labs, *HTML, "--output", "labs.csv").code == 2
    assert (tmp_path / "labs.csv").read_bytes() == before


def test_rows_of_files_that_could_not_be_read_are_told(wbc, file, tmp_path):
    labs = file("labs.csv", "2024-01-02 WBC 6.5", "2024-03-02 WBC -6.1")
    assert wbc("report", "--labs", labs, "--as-of", "2024-04-01", *HTML, "--output", "a.html").code == 1
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "<li>Rows of the files that could not be read, and are not in this report: 1.</li>" in page


def test_rejects_of_imports_are_told_with_the_command_that_lists_them(wbc, file, tmp_path):
    wbc("import", file("labs.csv", "2024-01-02 WBC 6.5", "2024-03-02 WBC -6.1"))
    assert wbc("report", "--as-of", "2024-04-01", *HTML, "--output", "a.html").code == 0
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "1 cell of labs.csv could not be read when it was imported on " in page
    assert "see `wbc-tracker imports rejects 1`." in page
    assert '<bdi>labs.csv</bdi></th><td class="number">1</td><td>2024-01-02</td><td>2024-01-02</td>' in page


def test_a_patient_with_nothing_but_an_infusion_has_a_page_without_charts(wbc, tmp_path):
    wbc("infusion", "add", "2024-01-05")
    assert wbc("report", "--as-of", "2024-04-01", *HTML, "--output", "a.html").code == 0
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert "No result is on record." in page
    assert "<script" not in page


def test_chosen_analytes_are_those_of_the_charts_too(wbc, tmp_path):
    wbc("report", *ONE, *ON_THE_DAY, *HTML, "--output", "a.html", "--analyte", "hemoglobin")
    page = (tmp_path / "a.html").read_text(encoding="utf-8")
    assert ">Hemoglobin (g/L): latest 131 on 2026-11-04, baseline 134</text>" in page
    assert ">White cells (10^9/L)" not in page
    assert "Only these analytes are shown: hemoglobin." in page
