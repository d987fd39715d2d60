"""`--names`: people's names, on the screen and in no report."""

from __future__ import annotations

import json

import pytest
from tables.runs import ON_THE_DAY
from tables.terminals import with_terminal

from wbc_tracker.errors import AmbiguousFileError, UnreadableFileError
from wbc_tracker.intake.names import read_names
from wbc_tracker.intake.options import ReadingOptions

HEADER = "patient_id,collected_at,analyte,value,unit"
LABS = ["0081635,2024-01-02,WBC,6.1,K/uL", "12,2024-01-02,WBC,5.5,K/uL", "13,2024-01-02,WBC,5.5,K/uL"]
NAMES = "MRN;Name;First name\n0081635;Müller;Anna\n12;O'Neil &;[red]\n99;Nobody;Here\n"


@pytest.fixture
def asked(file, tmp_path):
    """The words of a report with names."""
    (tmp_path / "names.csv").write_text(NAMES, encoding="utf-8")
    return ["report", "--labs", str(file("labs.csv", *LABS, header=HEADER)), *ON_THE_DAY, "--names", "names.csv"]


def test_a_terminal_shows_them_beside_the_ids(asked):
    told = with_terminal(*asked, stdout=True, stderr=True, NO_COLOR="1")
    assert told.code == 0
    assert [line.split("  ")[0] for line in told.screen if line.startswith(("0081635", "12", "13"))] == [
        "0081635 Müller Anna", "12 O'Neil & [red]", "13",
    ]  # fmt: skip
    assert "names.csv has no name for 1 of 3 patients." in told.screen


def test_the_report_of_one_has_the_name_as_its_heading(asked):
    told = with_terminal(*asked, "--patient", "0081635", stdout=True, NO_COLOR="1")
    assert told.code == 0
    assert "Müller Anna" in told.screen[0]


def test_a_pipe_gets_none(asked, wbc):
    done = wbc(*asked)
    assert done.code == 0
    assert "Müller" not in done.out + done.err
    assert "Standard output is no terminal: no names are shown.\n" in done.err


@pytest.mark.parametrize(
    "into",
    [
        ("--output", "panel.html"), ("--output", "panel.csv"), ("--output", "panel.txt"), ("--format", "json"),
        ("--output", "panel.md"), ("--format", "html", "--output", "-"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_no_file_gets_any(into, asked, wbc, tmp_path):
    done = wbc(*asked, *into)
    assert done.code == 2
    assert "--names are for the screen: no report in a file holds them." in done.err
    assert [path.name for path in tmp_path.glob("panel*")] == []


def test_a_folder_has_them_in_one_file_that_goes_when_they_are_not_asked_for(asked, wbc, tmp_path):
    folder = tmp_path / "out"
    to_folder = ("--format", "html", "--output", "out/")
    done = wbc(*asked, *to_folder)
    assert done.code == 0, done.err
    assert f"Names are in {folder.relative_to(tmp_path)}/names.js alone: leave it out of what you pass on." in done.err
    told = (folder / "names.js").read_text(encoding="utf-8").partition("wbcTrackerNames = ")[2]
    assert json.loads(told.rstrip(";\n")) == {"0081635": "Müller Anna", "12": "O'Neil & [red]"}
    assert [p.name for p in folder.iterdir() if "ller Anna" in p.read_text(encoding="utf-8")] == ["names.js"]
    assert (folder / "names.js").stat().st_mode & 0o777 == 0o600
    pages = {page.name: page.stat().st_ino for page in folder.glob("[01]*.html")}
    assert wbc(*asked[:-2], *to_folder).code == 0
    assert not (folder / "names.js").exists()
    assert "names.js" not in (folder / "index.html").read_text(encoding="utf-8")
    assert {page.name: page.stat().st_ino for page in folder.glob("[01]*.html")} == pages


def test_a_file_of_that_name_that_is_somebody_else_s_stays(asked, wbc, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "names.js").write_text("mine", encoding="utf-8")
    assert wbc(*asked[:-2], "--format", "html", "--output", "out/").code == 0
    assert (tmp_path / "out" / "names.js").read_text(encoding="utf-8") == "mine"


def test_the_file_of_names_is_not_written_over(asked, wbc, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "names.csv").rename(tmp_path / "out" / "names.js")
    done = wbc(*asked[:-1], "out/names.js", "--format", "html", "--output", "out/")
    assert done.code == 2
    assert "out/names.js is one of the files that are read." in done.err


@pytest.mark.parametrize(
    ("text", "error", "words"),
    [
        ("", UnreadableFileError, "is empty"),
        ("patient_id\n1\n", UnreadableFileError, "needs a column of ids and a column of names"),
        ("x,y\n1,2\n", UnreadableFileError, "needs a column of ids and a column of names"),
        ("patient_id,name\n1,a\n1,b\n", AmbiguousFileError, "line 3: '1' has two names"),
        ("patient_id,name\n1,a,c\n", UnreadableFileError, "line 2: another number of cells"),
        ("mrn,patient id,n\n1,2,x\n", AmbiguousFileError, "'mrn' and 'patient id' are both ids"),
    ],
)
def test_a_file_that_is_none_is_refused(text, error, words, tmp_path):
    (tmp_path / "n.csv").write_text(text, encoding="utf-8")
    with pytest.raises(error, match=words):
        read_names(tmp_path / "n.csv", ReadingOptions(as_of="2026-11-23"))


def test_repeated_lines_and_empty_names_are_no_matter(tmp_path):
    (tmp_path / "n.csv").write_text("patient_id,name\n01,Ann\n01,Ann\n1,Bo\n2,\n", encoding="utf-8")
    assert read_names(tmp_path / "n.csv", ReadingOptions(as_of="2026-11-23")) == {"01": "Ann", "1": "Bo"}
