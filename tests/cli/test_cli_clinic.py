"""`report --format html` of many patients: one page for a file, a page each for a folder, and what is written when."""

from __future__ import annotations

import re
import stat

import pytest
from tables.runs import CLINIC, ON_THE_DAY, ONE

from wbc_tracker.cli import clinic as clinic_cli
from wbc_tracker.cli.line.report_format import names_folder
from wbc_tracker.errors import UsageError

HTML = ("--format", "html")
FEW = ("--severity", "urgent")
HEADER = "patient_id,collected_at,analyte,value,unit"


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def links(folder) -> list[str]:
    return re.findall(r'<th scope="row"><a href="([^"]*)">', (folder / "index.html").read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("output", "is_folder"),
    [
        ("out/", True),
        ("out", True),
        ("out.d/", True),
        ("a/b", True),
        ("out.html", False),
        ("a/b.htm", False),
        ("-", False),
        ("", False),
    ],
)
def test_a_folder_is_a_name_without_suffix_or_with_a_slash(output, is_folder, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert names_folder(output) is is_folder


def test_what_is_there_is_what_it_is(tmp_path):
    (tmp_path / "folder.html").mkdir()
    (tmp_path / "file").write_text("x", encoding="utf-8")
    assert names_folder(str(tmp_path / "folder.html"))
    assert not names_folder(str(tmp_path / "file"))
    assert not names_folder("/dev/null")


def test_a_file_gets_the_page_alone(wbc, tmp_path):
    done = wbc("report", *CLINIC, *ON_THE_DAY, *HTML, "--output", "panel.html")
    assert (done.code, done.out) == (0, "")
    assert done.err.endswith("The report was written to panel.html. Open it in a browser; it needs no network.\n")
    assert names(tmp_path) == ["panel.html"]
    assert stat.S_IMODE((tmp_path / "panel.html").stat().st_mode) == 0o600
    piped = wbc("report", *CLINIC, *ON_THE_DAY, *HTML, "--output", "-")
    assert piped.out_bytes == (tmp_path / "panel.html").read_bytes()


def test_a_folder_gets_a_page_of_each_patient_and_the_panel_links_them(wbc, tmp_path):
    done = wbc("report", *CLINIC, *ON_THE_DAY, *HTML, *FEW, "--output", "out/")
    assert (done.code, done.out) == (0, "")
    assert "The panel and 2 patients' pages were written to out. Open out/index.html in a browser" in done.err
    folder = tmp_path / "out"
    assert names(folder) == ["clinic-21.html", "clinic-30.html", "index.html", "vega.js"]
    assert links(folder) == ["clinic-21.html", "clinic-30.html"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert "<b>2 of 40 patients</b>" in (folder / "index.html").read_text(encoding="utf-8")


def test_a_folder_that_is_there_keeps_its_mode_and_everything_else_in_it(wbc, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir(mode=0o755)
    (folder / "notes.txt").write_text("mine", encoding="utf-8")
    (folder / "index.html").write_text("old", encoding="utf-8")
    assert wbc("report", *CLINIC, *ON_THE_DAY, *HTML, *FEW, "--output", "out").code == 0
    assert (folder / "notes.txt").read_text(encoding="utf-8") == "mine"
    assert (folder / "index.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert len(names(folder)) == 5
    assert stat.S_IMODE(folder.stat().st_mode) == 0o755


def test_one_patient_has_a_folder_too(wbc, tmp_path):
    assert wbc("report", *ONE, *ON_THE_DAY, *HTML, "--output", "out/").code == 0
    assert names(tmp_path / "out") == ["example.html", "index.html", "vega.js"]


def test_nobody_who_fits_leaves_a_panel_that_says_so(wbc, tmp_path):
    assert wbc("report", *CLINIC, *ON_THE_DAY, *HTML, *FEW, "--overdue", "--output", "out/").code == 0
    assert names(tmp_path / "out") == ["index.html"]


def test_the_name_of_a_page_does_not_depend_on_the_filter(wbc, file, tmp_path):
    rows = [f"{who},2024-01-02,Neutrophils,{value},K/uL" for who, value in (("P1", 0.4), ("p1", 4), ("../x", 0.4))]
    labs = file("labs.csv", *rows, header=HEADER)
    wbc("report", "--labs", labs, "--as-of", "2024-02-01", *HTML, "--output", "all/")
    wbc("report", "--labs", labs, "--as-of", "2024-02-01", *HTML, *FEW, "--output", "few/")
    assert set(names(tmp_path / "few")) < set(names(tmp_path / "all"))
    assert len(names(tmp_path / "all")) == 5
    assert not (tmp_path / "x.html").exists()
    assert set(links(tmp_path / "all")) <= set(names(tmp_path / "all"))


def test_it_never_writes_over_what_it_reads(wbc, tmp_path):
    (tmp_path / "out").mkdir()
    labs = tmp_path / "out" / "index.html"
    text = f"{HEADER}\na,2024-01-02,WBC,6.1,K/uL\nb,2024-01-02,WBC,6.1,K/uL\n"
    labs.write_text(text, encoding="utf-8")
    done = wbc("report", "--labs", labs, *HTML, "--output", "out/")
    assert done.code == 2
    assert "is one of the files that are read." in done.err
    assert labs.read_text(encoding="utf-8") == text
    assert names(tmp_path / "out") == ["index.html"]


def test_a_file_in_the_way_of_the_folder_is_told(wbc, tmp_path):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    done = wbc("report", *CLINIC, *ON_THE_DAY, *HTML, *FEW, "--output", "file/out/")
    assert done.code == 2
    assert "cannot be made: Not a directory." in done.err


def test_a_folder_in_the_way_of_a_page_is_told(wbc, tmp_path):
    (tmp_path / "out" / "clinic-21.html").mkdir(parents=True)
    done = wbc("report", *CLINIC, *ON_THE_DAY, *HTML, *FEW, "--output", "out/")
    assert done.code == 2
    assert "clinic-21.html is a folder." in done.err
    assert "index.html" not in names(tmp_path / "out")


def test_an_interrupted_run_leaves_whole_pages_and_the_old_index(wbc, tmp_path, monkeypatch):
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "index.html").write_text("old", encoding="utf-8")

    def interrupted(*_):
        raise UsageError("Stopped.")

    monkeypatch.setattr(clinic_cli, "_panel_page", interrupted)
    assert wbc("report", *CLINIC, *ON_THE_DAY, *HTML, *FEW, "--output", "out/").code == 2
    assert (folder / "index.html").read_text(encoding="utf-8") == "old"
    assert names(folder) == ["clinic-21.html", "clinic-30.html", "index.html", "vega.js"]
    assert (folder / "clinic-21.html").read_text(encoding="utf-8").count("</html>\n<!-- a page of wbc-tracker, ") == 1


def test_rejected_rows_are_told_on_every_page_and_the_exit_code_is_one(wbc, file, tmp_path):
    rows = ["a,2024-01-02,WBC,6.1,K/uL", "b,2024-01-02,WBC,6.1,K/uL", "b,2024-01-03,WBC,-1,K/uL"]
    labs = file("labs.csv", *rows, header=HEADER)
    assert wbc("report", "--labs", labs, "--as-of", "2024-02-01", *HTML, "--output", "out/").code == 1
    told = "<li>Rows of the files that could not be read, and are not in this report: 1.</li>"
    for name in ("index.html", "a.html", "b.html"):
        assert told in (tmp_path / "out" / name).read_text(encoding="utf-8")


def test_a_span_of_dates_is_refused_as_in_the_table(wbc, tmp_path):
    done = wbc("report", *CLINIC, *ON_THE_DAY, *HTML, "--since", "2025-01-01", "--output", "out/")
    assert done.code == 2
    assert "An overview shows the latest results." in done.err
    assert not (tmp_path / "out").exists()


def test_an_empty_store_writes_nothing(wbc, tmp_path):
    assert wbc("report", *HTML, "--output", "out/").code == 0
    assert not (tmp_path / "out").exists()


def test_other_formats_take_a_name_without_suffix_as_a_file(wbc, tmp_path):
    assert wbc("report", *CLINIC, *ON_THE_DAY, "--output", "panel").code == 0
    assert (tmp_path / "panel").is_file()
