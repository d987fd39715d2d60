"""`store path | check | backup | restore`: what they say, and with which exit code."""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing

import pytest

from wbc_tracker.store import access, failures

HOLDS = "1 result, 1 infusion and 0 events of 1 patient, from 2 imports"


@pytest.fixture
def kept(wbc, file):
    """A store of one result and one infusion, and its backup."""
    assert wbc("import", file("labs.csv", "2024-01-02 WBC 6.5")).code == 0
    assert wbc("infusion", "add", "2024-01-05").code == 0
    assert wbc("store", "backup", "backup.sqlite").code == 0


def damage(db):
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("DELETE FROM imports")


def test_path_names_the_store_and_makes_none(wbc, db):
    done = wbc("store", "path")
    assert (done.code, done.out) == (0, f"{db}\n")
    assert "Nothing is there yet" in done.err
    assert not db.parent.exists()


def test_without_a_store_there_is_nothing_to_check_or_back_up(wbc, db):
    for words in (["check"], ["backup", "b.sqlite"], ["backup", "-"]):
        done = wbc("store", *words)
        assert (done.code, "There is no store" in done.err) == (2, True)
    assert not db.parent.exists()


def test_a_sound_store(wbc, db, kept):
    done = wbc("store", "check")
    assert (done.code, done.out) == (0, f"The store {db} is sound: {HOLDS}.\n")


def test_a_damaged_store_is_told_with_what_to_do(wbc, db, kept):
    damage(db)
    done = wbc("store", "check")
    assert (done.code, done.out) == (3, "")
    assert done.err.splitlines()[:2] == [
        f"The store {db} is damaged:",
        "  Of import_infusions, rows whose imports are not there: 1.",
    ]
    assert "wbc-tracker store restore FILE" in done.err
    assert "wbc-tracker store backup FILE" in done.err


def test_a_backup_on_standard_output_is_the_file(wbc, kept, tmp_path):
    done = wbc("store", "backup", "-")
    assert (done.code, done.err) == (0, "")
    assert done.out_bytes == (tmp_path / "backup.sqlite").read_bytes()


def test_a_backup_over_the_store_or_another_file_is_refused(wbc, db, kept, file):
    for target in (db, file("other.csv", "2024-01-02 WBC 6.5"), "."):
        assert wbc("store", "backup", target).code == 2
    assert wbc("store", "check").code == 0


def test_a_backup_where_no_folder_is(wbc, kept):
    done = wbc("store", "backup", "nowhere/b.sqlite")
    assert done.code == 3
    assert "nowhere/b.sqlite cannot be written" in done.err


def test_restore_asks_before_it_replaces_a_store(wbc, db, kept):
    wbc("infusion", "add", "2024-07-01")
    done = wbc("store", "restore", "backup.sqlite")
    assert done.code == 2
    assert f"({HOLDS})" in done.err
    assert "--yes" in done.err
    assert "2024-07-01" in wbc("infusion", "list").out


def test_restore_brings_the_backup_back_and_keeps_what_was_there(wbc, db, kept):
    wbc("infusion", "add", "2024-07-01")
    done = wbc("store", "restore", "backup.sqlite", "--yes")
    assert done.code == 0
    told, beside = done.out.splitlines()
    assert told == f"The store {db} is now that of backup.sqlite: {HOLDS}."
    assert "2024-07-01" not in wbc("infusion", "list").out
    (old,) = re.findall(rf"{re.escape(str(db))}\.before-\d{{8}}T\d{{6}}", beside)
    assert "2024-07-01" in wbc("--db", old, "infusion", "list").out


def test_restore_on_a_new_machine_asks_nothing(wbc, db, kept):
    assert wbc("--db", "new/store.sqlite", "store", "restore", "backup.sqlite").code == 0
    assert wbc("--db", "new/store.sqlite", "infusion", "list").out == wbc("infusion", "list").out


def test_a_backup_comes_back_through_standard_input(wbc, db, kept):
    streamed = wbc("store", "backup", "-").out_bytes
    wbc("infusion", "add", "2024-07-01")
    asked = wbc("store", "restore", "-", stdin=streamed)
    assert (asked.code, "--yes" in asked.err) == (2, True)
    done = wbc("store", "restore", "-", "--yes", stdin=streamed)
    assert done.code == 0
    assert done.lines[0] == f"The store {db} is now that of standard input: {HOLDS}."
    assert "2024-07-01" not in wbc("infusion", "list").out
    assert wbc("--db", "new/store.sqlite", "store", "restore", "-", stdin=streamed).code == 0
    assert wbc("--db", "new/store.sqlite", "infusion", "list").out == wbc("infusion", "list").out


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda _: b"", "Standard input is empty: no backup came through it."),
        (lambda _: b"date,wbc\n", "Standard input holds no backup of a store."),
        (lambda whole: whole[:50], "Standard input holds no backup of a store."),
        (lambda whole: whole[:28] + bytes(4) + whole[32:], "Standard input holds no backup of a store."),
        (lambda whole: whole[:-1], "Standard input ends too early: bytes of the backup are missing (1)."),
        (lambda whole: whole[:4096], "Standard input ends too early: "),
        (lambda whole: whole + b"x", "Standard input goes on behind the end of the backup."),
        (
            lambda whole: whole[:8192] + b"\xaa" * 4096 + whole[12288:],
            "The backup that came ",
        ),
    ],
    ids=["nothing", "labs", "50 bytes", "no pages", "one byte less", "one page", "one byte more", "garbage"],
)
def test_what_comes_through_standard_input_and_is_no_whole_backup_is_refused(wbc, db, kept, change, told):
    before = {path.name: path.read_bytes() for path in db.parent.iterdir()}
    done = wbc("store", "restore", "-", "--yes", stdin=change(wbc("store", "backup", "-").out_bytes))
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith(told)
    assert {path.name: path.read_bytes() for path in db.parent.iterdir()} == before


def test_a_closed_standard_input_brings_no_backup(wbc, db, kept):
    done = wbc("store", "restore", "-", "--yes", stdin=None)
    assert (done.code, done.err.splitlines()[0]) == (2, "No backup can come through standard input here.")


@pytest.mark.parametrize("content", [b"", b"date,wbc\n2024-01-02,6.5\n"])
def test_what_is_no_backup_is_refused(wbc, db, kept, tmp_path, content):
    (tmp_path / "other").write_bytes(content)
    before = db.read_bytes()
    done = wbc("store", "restore", "other", "--yes")
    assert done.code == 3
    assert f"The store {db} was left as it was." in done.err
    assert db.read_bytes() == before
    assert wbc("store", "restore", "gone.sqlite", "--yes").code == 2


def test_a_store_that_cannot_be_written_is_reported_from(wbc, db, kept, monkeypatch):
    shown = wbc("report", "--as-of", "2024-02-01")
    monkeypatch.setattr(access, "why_only_readable", failures.read_only)
    done = wbc("report", "--as-of", "2024-02-01")
    assert (done.code, done.out) == (0, shown.out)
    assert f"The store {db} cannot be written; it is only read." in done.err
    for words in (
        ["patients", "list"],
        ["export", "-"],
        ["result", "list"],
        ["cohort"],
        ["store", "backup", "b.sqlite"],
    ):
        assert wbc(*words).code == 0, words
    done = wbc("infusion", "add", "2024-07-01")
    assert (done.code, "read-only" in done.err) == (3, True)


def test_who_erases_a_patient_is_told_of_the_copies_that_a_restore_kept(wbc, db, kept):
    assert "Not erased" not in wbc("patients", "remove", "me", "--yes").err
    wbc("store", "restore", "backup.sqlite", "--yes")
    done = wbc("patients", "remove", "me", "--yes")
    (copy,) = db.parent.glob("wbc.db.before-*")
    assert (done.code, done.out.startswith("Erased me")) == (0, True)
    assert f"Not erased from {copy}" in done.err


def test_a_report_shows_what_stood_before_while_another_program_imports(wbc, db, kept):
    asked = ["report --as-of 2024-02-01", "export - --as-of 2024-02-01", "imports list", "store backup b.sqlite"]
    before = [wbc(*words.split()) for words in asked]
    with closing(sqlite3.connect(db, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        other.execute("DELETE FROM results")
        assert [wbc(*words.split()) for words in asked] == before
        other.execute("ROLLBACK")


def test_what_another_nurse_enters_in_a_copy_comes_back_by_its_lists(wbc, kept, tmp_path):
    """Of two who work apart: what each of them has stays, and nothing is there twice."""
    copy = ("--db", "backup.sqlite")
    wbc("infusion", "add", "2024-07-01", "--dose", "600")
    for words in ("infusion add 2024-07-08 --dose 600", "event add 2024-03-01 infection --note cold"):
        assert wbc(*copy, *words.split()).code == 0
    assert wbc(*copy, "result", "add", "2024-06-01", "WBC=6.1 K/uL").code == 0
    for kind, taken in (("infusion", ["infusion", "import"]), ("event", ["event", "import"]), ("result", ["import"])):
        (tmp_path / f"{kind}.csv").write_bytes(wbc(*copy, kind, "list", "--format", "csv").out_bytes)
        assert wbc(*taken, f"{kind}.csv").code == 0
    days = [line.split()[1] for line in wbc("infusion", "list").lines]
    assert days == ["2024-01-05", "2024-07-01", "2024-07-08"]
    assert "2024-03-01  infection: cold" in wbc("event", "list").out
    assert len(wbc("result", "list").lines) == 2
