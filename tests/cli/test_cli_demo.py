"""`demo`: a report without any file, and invented files whose printed commands work."""

from __future__ import annotations

import shlex
import stat

import pytest
from tables.runs import Run

FILES = [
    "events.csv", "infusions.csv", "labs-bundle.json", "labs-cells.csv.gz", "labs-fhir.ndjson",
    "labs-flowsheet.csv", "labs-german.csv", "labs-long.csv", "labs-omop.csv", "labs-percent.tsv",
    "labs-portal.csv", "labs-wide.csv",
]  # fmt: skip


def commands(run: Run) -> list[list[str]]:
    """Return the commands that are printed, without the name of the program."""
    return [shlex.split(line)[1:] for line in run.lines if line.startswith("  wbc-tracker ")]


def test_the_report_needs_no_file_and_says_that_nobody_exists(wbc, db):
    run = wbc("demo")
    assert (run.code, run.err) == (0, "")
    assert run.lines[0].startswith("Invented: nobody in this report exists.")
    assert "B cells are depleted" in run.out
    assert "Educational information, not medical advice." in run.out
    assert [words[0] for words in commands(run)] == ["import", "infusion", "report"]  # one's own results
    assert not db.exists()


def test_the_report_is_of_the_day_of_the_story(wbc, monkeypatch):
    first = wbc("demo")
    monkeypatch.setattr("wbc_tracker.cli.clock.today", lambda: "2031-05-05")
    assert "as of 2026-11-23" in first.out
    assert wbc("demo").out == first.out


def test_it_is_the_report_that_report_prints(wbc, tmp_path):
    """Of the same files, named as those of a user."""
    from wbc_tracker.invented.files import invent_person

    for file in invent_person():
        (tmp_path / file.name).write_bytes(file.raw)
    given = ("--labs", "labs-long.csv", "--infusions", "infusions.csv", "--events", "events.csv")
    told = wbc("report", *given, "--as-of", "2026-11-23")
    assert told.out in wbc("demo").out


def test_another_seed_is_another_person(wbc):
    assert wbc("demo", "--seed", "2").out != wbc("demo").out


def test_an_overview_of_several(wbc):
    run = wbc("demo", "--patients", "12")
    assert (run.code, run.err) == (0, "")
    assert run.lines[0].startswith("Invented: nobody in this overview exists.")
    assert all(f"demo-{number:02d}" in run.out for number in range(1, 13))


@pytest.mark.parametrize("patients", [1, 3, 40])
def test_the_commands_that_are_printed_work(wbc, tmp_path, patients):
    written = wbc("demo", tmp_path / "new folder", "--patients", patients)
    assert (written.code, written.err) == (0, "")
    told = [wbc(*words) for words in commands(written)]
    assert [run.code for run in told] == [0] * len(told)
    assert "as of 2026-11-23" in told[-1].out
    if patients == 40:
        assert all(f"demo-{number:02d}" in told[-1].out for number in range(1, 41))


def test_the_files_are_told_and_for_the_user_alone(wbc, tmp_path, db):
    folder = tmp_path / "out"
    run = wbc("demo", folder)
    assert run.lines[0] == f"Written to {folder}: 40 invented patients; nobody of them exists."
    assert sorted(path.name for path in folder.iterdir()) == FILES
    assert all(f"  {name} " in run.out for name in FILES)
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert not db.exists()


def test_an_empty_folder_that_is_there_is_taken(wbc, tmp_path):
    (tmp_path / "empty").mkdir()
    assert wbc("demo", tmp_path / "empty", "--patients", "2").code == 0


@pytest.mark.parametrize("name", ["infusions.csv", "labs-wide.csv", "store.sqlite"])
def test_what_is_there_is_never_written_over(wbc, tmp_path, name):
    (tmp_path / name).write_text("mine")
    run = wbc("demo", tmp_path)
    assert (run.code, run.out) == (2, "")
    assert run.err.splitlines() == [
        f"{tmp_path / name} is there already, and is not written over.",
        "Name another folder, one that is new or empty.",
    ]
    assert (tmp_path / name).read_text() == "mine"
    assert not (tmp_path / "labs-long.csv").exists()


def test_a_file_is_no_folder(wbc, tmp_path):
    (tmp_path / "file").write_text("mine")
    assert wbc("demo", tmp_path / "file").code == 2
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("words", [("--patients", "0"), ("--patients", "1001"), ("--seed", "0")])
def test_a_number_that_cannot_be_is_refused(wbc, words):
    assert wbc("demo", *words).code == 2
