"""`imports list`: who made each entry, where several people or computers share a store."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

LABS = "a,2024-02-05,WBC,6.1,10^9/L"
HEADER = "patient_id,collected_at,analyte,value,unit"


@pytest.fixture
def work_as(monkeypatch):
    """Let somebody else be at work."""

    def work(user, host="ward-3"):
        def name():
            if user is None:
                raise OSError("no such user")
            return user

        monkeypatch.setattr("getpass.getuser", name)
        monkeypatch.setattr("platform.node", lambda: host)

    return work


def listed(wbc) -> list[tuple[str | None, str | None]]:
    done = wbc("imports", "list", "--format", "json")
    assert done.code == 0, done.err
    return [(one["user"], one["host"]) for one in done.json["imports"]]


def test_one_person_on_one_computer_is_told_in_the_data_alone(wbc, file, work_as):
    work_as("anna")
    assert wbc("import", file("labs.csv", LABS, header=HEADER)).code == 0
    assert "anna" not in wbc("imports", "list").out
    assert listed(wbc) == [("anna", "ward-3")]


@pytest.mark.parametrize(("user", "host"), [("ben", "ward-3"), ("anna", "ward-4")])
def test_of_two_each_entry_says_by_whom_also_what_was_mended(wbc, file, work_as, user, host):
    work_as("anna")
    assert wbc("import", file("labs.csv", LABS, header=HEADER)).code == 0
    work_as(user, host)
    assert wbc("patients", "rename", "a", "b").code == 0
    first, second = wbc("imports", "list").lines
    assert first.endswith("; by anna on ward-3")
    assert second.endswith(f"; by {user} on {host}")
    assert listed(wbc) == [("anna", "ward-3"), (user, host)]


def test_it_goes_with_the_entry_and_into_no_export_page_or_message(wbc, file, work_as, tmp_path):
    work_as("anna")
    assert wbc("import", file("labs.csv", LABS, header=HEADER)).code == 0
    work_as("ben", "ward-4")
    assert wbc("infusion", "import", file("doses.csv", "a,2024-01-05", header="patient_id,infused_on")).code == 0
    for words in (
        "export out.csv",
        "report --output one.html",
        "report --format json",
        "report --format message",
    ):
        done = wbc(*words.split(), "--as-of", "2024-03-01")
        assert done.code == 0, done.err
        assert "ward-" not in done.out + done.err
    assert not [file for file in tmp_path.glob("o*") if "ward-" in file.read_text(encoding="utf-8")]
    assert wbc("imports", "undo", "2").code == 0
    assert "anna" not in wbc("imports", "list").out
    assert wbc("store", "check").code == 0


def test_a_system_that_does_not_say_who_is_at_work_is_no_reason_to_stop(wbc, file, work_as):
    work_as(None, "")
    assert wbc("import", file("labs.csv", LABS, header=HEADER)).code == 0
    assert listed(wbc) == [(None, None)]


def test_names_of_a_system_stay_text(wbc, file, work_as):
    work_as("[red]\x1b[31m", "=cmd\udcff")
    assert wbc("import", file("labs.csv", LABS, header=HEADER)).code == 0
    work_as("ben")
    assert wbc("patients", "rename", "a", "b").code == 0
    done = wbc("imports", "list")
    assert (done.code, "\x1b" in done.out) == (0, False)
    assert "[red]" in done.out


def test_a_changed_name_is_found(wbc, db, file, work_as):
    work_as("anna")
    assert wbc("import", file("labs.csv", LABS, header=HEADER)).code == 0
    with closing(sqlite3.connect(db)) as connection, connection:
        connection.execute("UPDATE makers SET user = 'ben'")
    for words in ("store check", "imports list"):
        done = wbc(*words.split())
        assert done.code == 3
        assert "who made the entries of the history" in done.out + done.err
