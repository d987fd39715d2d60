"""What can go wrong with the file: one sentence, a stable code, and the store as it was."""

from __future__ import annotations

import random
import shutil
import sqlite3
from contextlib import closing

import pytest
from tables.store import MANY, NO_REJECTS, import_info, infusion, lab_table, refused, shown, use

from wbc_tracker.errors import StoreError, UsageError
from wbc_tracker.store import Store
from wbc_tracker.store.transactions import writing

WBC = "me wbc 2024-01-01 6.1"


def test_random_bytes_are_no_store_and_stay_as_they_are(path):
    path.parent.mkdir()
    for size in (1, 100, 5000, 100_000):
        content = random.Random(size).randbytes(size)
        path.write_bytes(content)
        assert refused(path).code == "store_damaged", size
        assert path.read_bytes() == content


def test_a_truncated_store_is_damaged(filled):
    whole = filled.read_bytes()
    for size in (200, 4096, 10_000, 20_480, len(whole) // 2, len(whole) - 4096, len(whole) - 1000):
        filled.write_bytes(whole[:size])
        assert refused(filled).code == "store_damaged", size


def test_a_file_that_ends_within_a_page_is_whole_while_the_log_holds_the_rest(filled, tmp_path):
    with Store(filled) as store:
        store.infusions.add(infusion("2024-01-01"))
        for suffix in ("", "-wal"):
            shutil.copy(f"{filled}{suffix}", tmp_path / f"crashed.db{suffix}")
    with (tmp_path / "crashed.db").open("ab") as file:
        file.write(b"half a page of a checkpoint that was cut short")
    with Store(tmp_path / "crashed.db") as store:
        assert len(store.results.load()) == len(MANY)
        assert store.infusions.list() == [infusion("2024-01-01")]


def test_a_store_with_garbage_inside_never_raises_a_raw_error(filled):
    whole = filled.read_bytes()
    rng = random.Random(7)
    codes = set()
    for start in range(4096, len(whole), 4096):
        filled.write_bytes(whole[:start] + rng.randbytes(4096) + whole[start + 4096 :])
        try:
            use(filled)
        except StoreError as error:
            codes.add(error.code)
    assert codes == {"store_damaged"}


def test_text_that_is_not_utf8_is_damage(filled):
    with closing(sqlite3.connect(filled)) as connection, connection:
        connection.execute("UPDATE sightings SET reported_unit = CAST(x'ff' AS TEXT)")
    assert refused(filled).code == "store_damaged"


def test_a_missing_table_is_told_in_one_sentence(filled):
    with closing(sqlite3.connect(filled)) as connection, connection:
        connection.execute("DROP TABLE sightings")
    assert refused(filled).code == "store_unusable"


def test_the_database_of_another_program_is_left_alone(path):
    path.parent.mkdir()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE results (anything)")
    content = path.read_bytes()
    error = refused(path)
    assert (error.code, "another program" in error.message) == ("store_unusable", True)
    assert path.read_bytes() == content


def test_a_newer_schema_is_refused_and_left_alone(filled):
    with closing(sqlite3.connect(filled)) as connection:
        connection.execute("PRAGMA user_version = 99")
    content = filled.read_bytes()
    error = refused(filled)
    assert error.code == "store_newer"
    assert "newer version" in error.message
    assert "Update" in error.hint
    assert filled.read_bytes() == content


def test_a_writer_waits_for_the_lock_and_then_gives_up(filled):
    with closing(sqlite3.connect(filled, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with Store(filled, patience_s=0.05) as store:
            assert len(store.results.load()) == len(MANY)  # readers are not held up
            for change in (
                lambda: store.results.add(lab_table(WBC), NO_REJECTS, import_info()),
                lambda: store.infusions.add(infusion("2024-01-01")),
                lambda: store.imports.undo(1),
            ):
                with pytest.raises(StoreError) as caught:
                    change()
                assert caught.value.code == "store_locked"
            other.execute("ROLLBACK")
            assert store.infusions.add(infusion("2024-01-01"))
            assert len(store.imports.list()) == 1


def test_a_store_that_another_program_holds_alone_cannot_be_opened(filled):
    with closing(sqlite3.connect(filled, isolation_level=None)) as other:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN IMMEDIATE")
        other.execute("PRAGMA user_version = 1")
        other.execute("COMMIT")
        assert refused(filled, patience_s=0.05).code == "store_locked"


def test_a_new_file_that_another_program_locks_cannot_become_a_store(path):
    path.parent.mkdir()
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        assert refused(path, patience_s=0.05).code == "store_locked"


def test_a_full_disk_leaves_the_store_as_it_was(filled):
    with Store(filled) as store:
        before = shown(store)
        pages = store._file.connection.execute("PRAGMA page_count").fetchone()[0]
        store._file.connection.execute(f"PRAGMA max_page_count = {pages}")
        more = lab_table(*[line.replace("wbc", "igg") for line in MANY])
        with pytest.raises(StoreError) as caught:
            store.results.add(more, NO_REJECTS, import_info())
        assert caught.value.code == "store_full"
        assert shown(store) == before
        assert len(store.imports.list()) == 1
        store._file.connection.execute("PRAGMA max_page_count = 1000000")
        assert store.results.add(more, NO_REJECTS, import_info()).added == len(MANY)


def test_a_store_whose_connection_may_only_read(filled):
    with Store(filled) as store:
        store._file.connection.execute("PRAGMA query_only = ON")
        with pytest.raises(StoreError) as caught:
            store.infusions.add(infusion("2024-01-01"))
    assert caught.value.code == "store_read_only"


def test_a_closed_store_says_so(store):
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed") as caught:
        store.results.load()
    assert caught.value.code == "store_unusable"


def test_text_that_is_not_valid_unicode_is_refused(store):
    for change in (
        lambda: store.infusions.add(infusion("2024-01-01", who="ann\udce9")),
        lambda: store.patients.erase("ann\udce9"),
    ):
        with pytest.raises(UsageError, match="not valid Unicode"):
            change()
    assert store.infusions.list() == []


def _close_and_fail(connection: sqlite3.Connection) -> None:
    connection.close()
    raise KeyError("first")


def test_the_error_inside_a_change_is_told_also_when_the_connection_is_closed():
    connection = sqlite3.connect(":memory:", isolation_level=None)
    with pytest.raises(KeyError, match="first"), writing(connection):
        _close_and_fail(connection)
