"""Where the store is: --db, else $WBC_TRACKER_DB, else the user's data folder; always private."""

from __future__ import annotations

import os
import stat
import sys

import pytest

posix = pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")


def mode(path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


def test_db_wins_over_the_environment(wbc, db, tmp_path):
    assert wbc("--db", "mine.db", "infusion", "add", "2024-01-05").code == 0
    assert (tmp_path / "mine.db").exists()
    assert not db.exists()


def test_the_environment_names_the_store(wbc, db):
    wbc("infusion", "add", "2024-01-05")
    assert db.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="the data folder of Linux")
def test_else_it_lies_in_the_data_folder_of_the_user(wbc, monkeypatch, tmp_path):
    monkeypatch.delenv("WBC_TRACKER_DB")
    wbc("infusion", "add", "2024-01-05")
    store = tmp_path / "home" / "data" / "wbc-tracker" / "store.sqlite"
    assert store.exists()
    assert (mode(store), mode(store.parent)) == ("0o600", "0o700")


@posix
def test_folders_and_file_are_private(wbc, tmp_path):
    old = os.umask(0)
    try:
        wbc("--db", "a/b/wbc.db", "infusion", "add", "2024-01-05")
    finally:
        os.umask(old)
    assert [mode(tmp_path / part) for part in ("a", "a/b", "a/b/wbc.db")] == ["0o700", "0o700", "0o600"]


def test_a_folder_is_no_store(wbc, tmp_path):
    done = wbc("--db", tmp_path, "infusion", "list")
    assert done.code == 3
    assert "it is a folder, not a file" in done.err


def test_reading_files_touches_no_store(wbc, db, file):
    labs = file("a.csv", "2024-01-02 WBC 6.5")
    assert wbc("report", "--labs", labs).code == 0
    assert wbc("export", "-", "--labs", labs).code == 0
    assert not db.parent.exists()


def test_help_version_and_explain_touch_no_store(wbc, db):
    for words in ("--help", "--version", "explain", "explain --columns", "report --help"):
        assert wbc(*words.split()).code == 0
    assert not db.parent.exists()


def test_an_empty_store_is_no_error(wbc):
    report, export = wbc("report"), wbc("export", "-")
    assert (report.code, export.code) == (0, 0)
    assert "wbc-tracker import FILE" in report.out
    assert "wbc-tracker infusion add" in report.out
    assert export.out.count("\n") == 1
    assert export.out.startswith("patient_id,collected_at,analyte,")
