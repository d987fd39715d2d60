"""Exit codes: 0 all accounted for, 1 with rejects, 2 usage, 3 nothing done, 4 a bug, 130 interrupted."""

from __future__ import annotations

import sqlite3

import pytest
from tables.runs import ON_THE_DAY, ONE, run_alone

from wbc_tracker.analysis import Analysis
from wbc_tracker.store import Store

GOOD = "2024-01-02 WBC 6.5"
BAD = "2024-01-02 neutrophils abc"


def test_0_when_every_cell_is_accounted_for(wbc, file):
    ignored = file("a.csv", GOOD, "2024-01-02 neutrophils pending", "2024-01-02,Vitamin D,30,nmol/L")
    assert wbc("import", ignored).code == 0
    assert wbc("import", ignored).code == 0
    assert wbc("report", *ONE, *ON_THE_DAY).code == 0
    assert wbc("export", "-", *ONE, *ON_THE_DAY).code == 0


def test_1_when_cells_were_rejected_or_some_files_refused(wbc, file):
    good, mixed = file("good.csv", GOOD), file("mixed.csv", GOOD, BAD)
    assert wbc("import", mixed).code == 1
    assert wbc("import", good, "missing.csv").code == 1
    assert wbc("import", "--strict", good, mixed).code == 1
    assert wbc("report", "--labs", mixed).code == 1
    assert wbc("export", "-", "--labs", mixed).code == 1


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("", "Usage"),
        ("explode", "There is no command 'explode'."),
        ("report --explode", "There is no option '--explode'."),
        ("import", "Missing argument"),
        ("report --as-of yesterday", "--as-of: 'yesterday' is not a date."),
        ("report --since 2024-02-30", "--since: '2024-02-30' is not a date."),
        ("export - --until soon", "--until: 'soon' is not a date."),
        ("report --analyte wbx", "--analyte: there is no 'wbx'. Did you mean 'wbc'?"),
        ("report --format pdf", "'--format'"),
        ("export - --format docx", "'--format'"),
        ("report --same-day later", "'--same-day'"),
        ("report --infusions i.csv", "--infusions needs --labs beside it."),
        ("report --labs good.csv --patient nobody --map patient_id=", "--map: 'patient_id=' is not of the form"),
        ("import good.csv --map colour=x", "--map: there is no role 'colour'."),
        ("import good.csv --unit wbc", "--unit: 'wbc' is not of the form ANALYTE=UNIT."),
        ("import good.csv --unit iron=mg/L", "--unit: there is no 'iron'."),
        ("import good.csv --delimiter --", "--delimiter: '--' is not one character."),
        ("import good.csv --date-order ydm", "'--date-order'"),
        ("infusion add soon", "'soon' is not a date."),
        ("infusion add 1066-10-14", "'1066-10-14' lies before 1900."),
        ("infusion add 2024-01-02 --drug aspirin", "The drug 'aspirin' is not known."),
        ("infusion add 2024-01-02 --dose -300", "'--dose'"),
        ("infusion add 2024-01-02 --dose nan", "dose"),
        ("infusion remove 2024-01-02", "No infusion of 'me' is recorded on 2024-01-02."),
        ("imports undo 7", "There is no import 7"),
        ("imports undo seven", "'ID'"),
        ("imports rejects 7", "There is no import 7"),
        ("patients remove nobody --yes", "There is no patient 'nobody'"),
        ("explain no_such_flag", "There is no flag 'no_such_flag'."),
        ("export nowhere/out.csv", "nowhere/out.csv cannot be written"),
        ("report --output nowhere/out.txt", "nowhere/out.txt cannot be written"),
    ],
)
def test_2_for_usage(wbc, file, words, told):
    file("good.csv", GOOD)
    done = wbc(*words.split())
    assert done.code == 2
    assert told in (done.err or done.out)
    assert "Traceback" not in done.err


def test_3_for_files_of_which_nothing_can_be_used(wbc, file, tmp_path):
    (tmp_path / "binary.csv").write_bytes(bytes(range(256)) * 8)
    (tmp_path / "empty.csv").write_bytes(b"")
    file("strange.csv", "1,2,3,4", header="red,green,blue,yellow")
    file("ambiguous.csv", "01/02/2024 WBC 6.5", "03/04/2024 WBC 6.1")
    for name in ("missing.csv", "binary.csv", "empty.csv", "strange.csv", "ambiguous.csv", "."):
        for command in (["import", name], ["report", "--labs", name], ["export", "-", "--labs", name]):
            done = wbc(*command)
            assert (done.code, "Traceback" in done.err, done.err != "") == (3, False, True), command


def test_3_when_every_result_was_rejected_and_the_store_is_as_it_was(wbc, file):
    assert wbc("import", file("bad.csv", BAD)).code == 3
    assert wbc("imports", "list").out == wbc("--db", "fresh.db", "imports", "list").out


def test_3_when_the_files_of_a_report_hold_nothing_usable(wbc, file):
    assert wbc("report", "--labs", file("bad.csv", BAD)).code == 3


def test_3_with_strict_and_the_store_is_as_it_was(wbc, file):
    done = wbc("import", "--strict", file("mixed.csv", GOOD, BAD))
    assert done.code == 3
    assert "Nothing of this file was added, because of --strict." in done.out
    assert wbc("imports", "list").out == "Nothing has been imported. Start with: wbc-tracker import FILE\n"


def test_3_for_a_locked_store(wbc, db, file, monkeypatch):
    assert wbc("import", file("a.csv", GOOD)).code == 0
    monkeypatch.setattr(Store.__init__, "__defaults__", (0.05, *Store.__init__.__defaults__[1:]))
    other = sqlite3.connect(db, isolation_level=None)
    try:
        other.execute("BEGIN EXCLUSIVE")
        done = wbc("import", file("b.csv", "2024-02-02 WBC 5.5"))
    finally:
        other.close()
    assert done.code == 3
    assert "in use by another program" in done.err
    assert wbc("patients", "list").out.startswith("me: 1 result")


@pytest.mark.parametrize("command", [["report"], ["export", "-"], ["infusion", "list"], ["import", "a.csv"]])
def test_3_for_a_damaged_store(wbc, db, file, command):
    file("a.csv", GOOD)
    db.parent.mkdir()
    db.write_text("This is a shopping list, not a store. " * 200)
    done = wbc(*command)
    assert (done.code, done.out) == (3, "")
    assert "is damaged, or the file is not a store" in done.err


def _fall_over(self):
    health_data = "-".join(["CD19", "211"])
    raise ZeroDivisionError(len(health_data))


def test_4_for_a_bug_in_one_sentence_without_a_traceback(wbc, monkeypatch):
    monkeypatch.setattr(Analysis, "unflagged", property(_fall_over))
    done = wbc("report", *ONE, *ON_THE_DAY)
    assert (done.code, done.out) == (4, "")
    assert done.err.startswith("The program made a mistake (ZeroDivisionError).")
    assert "Traceback" not in done.err
    assert len(done.err.splitlines()) == 2


def test_debug_shows_the_traceback_of_a_bug_without_local_variables(wbc, monkeypatch):
    monkeypatch.setattr(Analysis, "unflagged", property(_fall_over))
    done = wbc("--debug", "report", *ONE, *ON_THE_DAY)
    assert done.code == 4
    assert "Traceback" in done.err
    assert "_fall_over" in done.err
    assert "CD19-211" not in done.err


def test_debug_shows_where_an_expected_error_comes_from(wbc):
    done = wbc("--debug", "report", "--labs", "missing.csv")
    assert done.code == 3
    assert "Traceback" in done.err
    assert done.err.endswith("There is no file missing.csv.\nCheck the name.\n")


def test_130_when_interrupted():
    script = (
        "import os, signal, time, wbc_tracker.cli.sources as sources\n"
        "def interrupted(path):\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    time.sleep(20)\n"
        "sources.read_input = interrupted\n"
        "from wbc_tracker.cli import main; main()"
    )
    done = run_alone("report", "--labs", "a.csv", script=script)
    assert (done.code, done.out) == (130, "")
    assert "Traceback" not in done.err
