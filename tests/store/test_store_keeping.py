"""Backups and the way back: one state of the store, whole or not at all, whoever writes meanwhile."""

from __future__ import annotations

import os
import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tables.store import MANY, NO_REJECTS, import_info, infusion, lab_table, shown

from wbc_tracker.errors import OutputError, StoreError, UsageError
from wbc_tracker.store import Store, failures
from wbc_tracker.store.keeping import backups, restoring

V1 = (Path(__file__).parent / "store_v1.sqlite").read_bytes()


@pytest.fixture
def backup(filled, tmp_path):
    backups.back_up(filled, tmp_path / "backup.sqlite")
    return tmp_path / "backup.sqlite"


def restore(store, source):
    with restoring.prepared(store, source) as prepared:
        return restoring.restore(store, prepared, store.with_name(f"{store.name}.before"))


def lines(path) -> list[str]:
    with Store(path) as store:
        return shown(store)


def left_over(folder) -> list[str]:
    return [each.name for each in folder.iterdir() if each.name.startswith(".")]


def test_a_backup_is_one_private_file_without_a_log(filled, backup, tmp_path):
    assert sorted(each.name for each in tmp_path.iterdir()) == ["backup.sqlite", "data"]
    with closing(sqlite3.connect(f"{backup.as_uri()}?mode=ro", uri=True)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("delete",)
    if os.name == "posix":
        assert stat.S_IMODE(backup.stat().st_mode) == 0o600
    assert lines(backup) == lines(filled)


def test_a_backup_holds_what_still_stands_in_the_log(filled, tmp_path):
    with Store(filled) as store:
        store.infusions.add(infusion("2024-01-05"))
        backups.back_up(filled, tmp_path / "b.sqlite")
    with Store(tmp_path / "b.sqlite") as copy:
        assert copy.infusions.list() == [infusion("2024-01-05")]


WRITE = """
import sys, time
from wbc_tracker.store import Infusion, Store
with Store(sys.argv[1], patience_s=30) as store:
    print("ready", flush=True)
    for number in range(100_000):
        day = f"{2000 + number // 336}-{number % 336 // 28 + 1:02}-{number % 28 + 1:02}"
        store.infusions.add(Infusion("me", day, "ocrelizumab", 600.0))
        store.infusions.add(Infusion("twin", day, "ocrelizumab", 600.0))
        time.sleep(0.003)
"""


def test_backups_and_restores_work_while_another_process_writes(filled, tmp_path):
    program = subprocess.Popen([sys.executable, "-c", WRITE, str(filled)], stdout=subprocess.PIPE, text=True)
    try:
        assert program.stdout.readline() == "ready\n"
        counts = []
        for number in range(3):
            backups.back_up(filled, tmp_path / f"{number}.sqlite")
            with Store(tmp_path / f"{number}.sqlite") as copy:
                assert copy.check().problems == ()
                counts.append(len(copy.infusions.list()))
        assert counts == sorted(counts)
        kept = restore(filled, tmp_path / "0.sqlite")
        assert program.poll() is None  # it goes on in the restored store
    finally:
        program.kill()
        program.wait()
        program.stdout.close()
    with Store(kept) as before:
        assert before.check().problems == ()
        assert len(before.infusions.list()) >= counts[-1]
    with Store(filled) as store:
        assert store.check().problems == ()
        assert len(store.infusions.list()) >= counts[0]


def test_a_restore_brings_the_backup_back_and_keeps_what_was_there(filled, backup):
    with Store(filled) as store:
        store.patients.erase("me")
        store.results.add(lab_table("bob wbc 2024-01-01 5.5"), NO_REJECTS, import_info())
    kept = restore(filled, backup)
    assert lines(filled) == MANY
    assert lines(kept) == ["bob wbc 2024-01-01 5.5"]
    assert left_over(filled.parent) == []


def test_two_restores_keep_both_stores(filled, backup):
    assert [restore(filled, backup).name for _ in range(2)] == ["wbc.db.before", "wbc.db.before-2"]


def test_a_restore_where_no_store_is_makes_one(backup, tmp_path):
    assert restore(tmp_path / "new" / "wbc.db", backup) is None
    assert lines(tmp_path / "new" / "wbc.db") == MANY
    if os.name == "posix":
        assert stat.S_IMODE((tmp_path / "new" / "wbc.db").stat().st_mode) == 0o600


@pytest.mark.parametrize("broken", ["garbage", "truncated"])
def test_a_store_that_cannot_be_opened_is_laid_aside(filled, backup, broken):
    content = b"no store at all" if broken == "garbage" else filled.read_bytes()[:10_000]
    filled.write_bytes(content)
    kept = restore(filled, backup)
    assert kept.read_bytes() == content
    assert lines(filled) == MANY


def test_a_store_whose_pages_are_garbage_is_kept_and_replaced(filled, backup):
    whole = filled.read_bytes()
    filled.write_bytes(whole[:8192] + b"\xaa" * 4096 + whole[12288:])
    with pytest.raises(StoreError) as caught:
        backups.back_up(filled, backup)
    assert (caught.value.code, "left as it was" in caught.value.hint) == ("store_damaged", True)
    kept = restore(filled, backup)
    assert b"\xaa" * 4096 in kept.read_bytes()
    assert lines(filled) == MANY


def test_a_damaged_store_is_copied_where_nothing_is_and_told(filled, tmp_path):
    whole = filled.read_bytes()
    filled.write_bytes(whole[:8192] + b"\xaa" * 4096 + whole[12288:])
    with pytest.raises(StoreError, match="damaged") as caught:
        backups.back_up(filled, tmp_path / "b.sqlite")
    assert "as it is" in caught.value.hint
    assert (tmp_path / "b.sqlite").exists()


@pytest.mark.parametrize("change", ["analyte = 'wbx'", "value = value + 0.1"])
def test_a_row_that_the_program_did_not_write_is_told_and_replaces_no_backup(filled, backup, tmp_path, change):
    whole = backup.read_bytes()
    with closing(sqlite3.connect(filled)) as other, other:
        other.execute(f"UPDATE results SET {change} WHERE id = 1")
    with pytest.raises(StoreError, match="damaged") as caught:
        backups.back_up(filled, backup)
    assert ("left as it was" in caught.value.hint, backup.read_bytes()) == (True, whole)
    with pytest.raises(StoreError, match="damaged"):
        backups.back_up(filled, tmp_path / "other.sqlite")
    assert (tmp_path / "other.sqlite").exists()


@pytest.mark.parametrize("cut", [0, 100, 10_000, 40_960])
def test_a_broken_backup_is_refused_and_the_store_is_as_it_was(filled, backup, cut):
    backup.write_bytes(backup.read_bytes()[:cut])
    content = filled.read_bytes()
    with pytest.raises(StoreError) as caught:
        restore(filled, backup)
    assert caught.value.message.startswith(f"The backup {backup}")
    assert "left as it was" in caught.value.hint
    assert filled.read_bytes() == content
    assert left_over(filled.parent) == []


def test_a_backup_of_a_newer_program_is_refused(filled, backup):
    with closing(sqlite3.connect(backup)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(StoreError) as caught:
        restore(filled, backup)
    assert caught.value.code == "store_newer"


def test_a_backup_of_an_older_program_is_brought_up_to_date(path, tmp_path):
    old = tmp_path / "old.sqlite"
    old.write_bytes(V1)
    restore(path, old)
    with Store(path) as store:
        assert store.check().problems == ()
        assert store.check().results > 0
    assert old.read_bytes() == V1


def test_a_store_that_another_program_writes_at_length_is_not_replaced(filled, backup):
    with closing(sqlite3.connect(filled, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with restoring.prepared(filled, backup) as prepared, pytest.raises(StoreError) as caught:
            restoring.restore(filled, prepared, filled.with_name("kept"), patience_s=0.2)
        other.execute("ROLLBACK")
    assert caught.value.code == "store_locked"
    assert not filled.with_name("kept").exists()
    assert lines(filled) == MANY


def test_a_reader_keeps_its_state_during_a_restore(filled, backup):
    with Store(filled) as store:
        store.infusions.add(infusion("2024-01-05"))
    with closing(sqlite3.connect(filled, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        count = "SELECT count(*) FROM infusions"
        assert reader.execute(count).fetchone() == (1,)
        restore(filled, backup)
        assert reader.execute(count).fetchone() == (1,)
        reader.execute("ROLLBACK")
        assert reader.execute(count).fetchone() == (0,)


def test_a_restore_that_cannot_keep_the_old_store_changes_nothing(filled, backup, monkeypatch):
    with Store(filled) as store:
        store.infusions.add(infusion("2024-01-05"))
    with restoring.prepared(filled, backup) as prepared:
        monkeypatch.setattr(restoring, "copied", _full_disk)
        with pytest.raises(OSError, match="full"):
            restoring.restore(filled, prepared, filled.with_name("kept"))
    with Store(filled) as store:
        assert store.infusions.list() == [infusion("2024-01-05")]


def _full_disk(*_):
    raise OSError("the disk is full")


def test_a_backup_goes_over_an_older_one_and_over_nothing_else(filled, backup, tmp_path):
    backups.back_up(filled, backup)
    (tmp_path / "labs.csv").write_text("date,wbc\n" * 20)
    (tmp_path / "link").symlink_to(filled)
    os.link(filled, tmp_path / "hard")
    for name in ("labs.csv", "link", "hard", "data"):
        with pytest.raises(UsageError):
            backups.back_up(filled, tmp_path / name)
    assert (tmp_path / "labs.csv").read_text().startswith("date,wbc")
    assert lines(filled) == MANY


def test_a_backup_does_not_go_beside_the_log_of_another_store(filled, backup):
    backup.with_name("backup.sqlite-wal").write_bytes(b"frames of another file")
    with pytest.raises(UsageError, match="in use"):
        backups.back_up(filled, backup)


def test_the_store_itself_is_no_backup_of_it(filled):
    with pytest.raises(UsageError, match="itself"):
        restore(filled, filled)


def test_a_check_finds_a_row_whose_parent_is_gone(filled):
    with closing(sqlite3.connect(filled)) as connection, connection:
        connection.execute("DELETE FROM imports")
    with Store(filled) as store:
        assert store.check().problems == (f"Of sightings, rows whose imports are not there: {len(MANY)}.",)


@pytest.mark.skipif(os.name == "nt", reason="there nobody asks whether a process is alive")
def test_parts_that_a_kill_has_left_are_swept_with_what_lay_beside_them(filled, tmp_path):
    program = f"import os; from pathlib import Path; from wbc_tracker import files\n\
part = files.part_beside(Path({str(tmp_path / 'other.sqlite')!r})); os.close(files.create_part(part))\n\
part.with_name(part.name + '-journal').touch(mode=0o600); os._exit(0)"
    subprocess.run([sys.executable, "-c", program], check=True)
    assert len(left_over(tmp_path)) == 2
    backups.back_up(filled, tmp_path / "backup.sqlite")
    assert left_over(tmp_path) == []


@pytest.mark.skipif(os.name == "nt", reason="pipes of POSIX")
def test_a_pipe_is_no_place_for_a_backup(filled, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(UsageError, match="no file"):
        backups.back_up(filled, tmp_path / "pipe")


def test_a_full_disk_is_that_of_the_backup_and_leaves_nothing(filled, tmp_path, monkeypatch):
    def full(store, *_, **__):
        raise failures.full(store)

    monkeypatch.setattr(backups, "_copy", full)
    with pytest.raises(OutputError, match="full") as caught:
        backups.back_up(filled, tmp_path / "backup.sqlite")
    assert str(tmp_path) in caught.value.message
    assert [each.name for each in tmp_path.iterdir()] == ["data"]
