"""Opening: where the file is made, with which rights, and what stands in the way."""

from __future__ import annotations

import os
import stat
import subprocess
import sys

import pytest
from tables.store import NO_REJECTS, import_info, infusion, lab_table, refused, shown

from wbc_tracker.store import Store

WBC = "me wbc 2024-01-01 6.1"
needs_modes = pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write whatever the modes say"
)


def mode(path) -> str:
    return oct(stat.S_IMODE(path.stat().st_mode))


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
def test_files_and_new_folders_are_private_whatever_the_umask(tmp_path):
    old = os.umask(0)
    try:
        with Store(tmp_path / "new" / "deep" / "wbc.db") as store:
            store.results.add(lab_table(WBC), NO_REJECTS, import_info())
            files = {file.name: mode(file) for file in store.path.parent.iterdir()}
    finally:
        os.umask(old)
    assert files == dict.fromkeys(["wbc.db", "wbc.db-wal", "wbc.db-shm"], "0o600")
    assert {mode(tmp_path / "new"), mode(tmp_path / "new" / "deep")} == {"0o700"}


def test_the_store_is_made_durable(store):
    def setting(name):
        return store._file.connection.execute(f"PRAGMA {name}").fetchone()[0]

    assert (setting("journal_mode"), setting("foreign_keys"), setting("busy_timeout")) == ("wal", 1, 5000)
    assert setting("synchronous") == 2  # FULL
    assert setting("secure_delete") == 1


@pytest.mark.parametrize("name", ["wbc tracker?.db", "100%.db", "a#b.db", "blut wörter.db"])
def test_file_names_with_special_characters(tmp_path, name):
    for _ in range(2):
        with Store(tmp_path / name) as store:
            store.infusions.add(infusion("2024-01-01"))
    assert (tmp_path / name).stat().st_size > 0
    assert store.path == tmp_path / name


def test_a_relative_path_is_taken_from_the_working_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with Store("wbc.db"):
        assert (tmp_path / "wbc.db").exists()


def test_a_new_store_can_be_opened_while_it_is_open_in_the_same_process(path):
    with Store(path) as one, Store(path) as two:
        one.results.add(lab_table(WBC), NO_REJECTS, import_info())
        assert shown(two) == [WBC]


def test_a_folder_in_place_of_the_file(tmp_path):
    error = refused(tmp_path)
    assert (error.code, "it is a folder" in error.message) == ("store_unusable", True)


def test_a_file_in_place_of_a_folder(tmp_path):
    (tmp_path / "file").write_text("")
    assert refused(tmp_path / "file" / "wbc.db").code == "store_unusable"
    assert refused(tmp_path / "file" / "deeper" / "wbc.db").code == "store_unusable"


def test_a_link_to_nowhere(tmp_path):
    (tmp_path / "wbc.db").symlink_to(tmp_path / "gone.db")
    assert refused(tmp_path / "wbc.db").code == "store_unusable"
    assert not (tmp_path / "gone.db").exists()


@needs_modes
@pytest.mark.parametrize(("target", "rights"), [("folder", 0o500), ("file", 0o400), ("file", 0o000)])
def test_a_store_that_must_not_be_written(filled, target, rights):
    changed = filled if target == "file" else filled.parent
    changed.chmod(rights)
    try:
        assert refused(filled).code == "store_read_only"
    finally:
        changed.chmod(0o700)


@needs_modes
def test_a_new_store_in_a_folder_that_must_not_be_written(tmp_path):
    tmp_path.chmod(0o500)
    try:
        assert refused(tmp_path / "wbc.db").code == "store_read_only"
        assert refused(tmp_path / "new" / "wbc.db").code == "store_read_only"
    finally:
        tmp_path.chmod(0o700)


def test_listing_infusions_does_not_load_pandas(filled):
    program = (
        "import sys; from wbc_tracker.store import Infusion, Store\n"
        f"with Store({str(filled)!r}) as store:\n"
        "    store.infusions.add(Infusion('me', '2024-01-01', 'ocrelizumab', 600.0))\n"
        "    store.infusions.list(), store.infusions.remove('me', '2024-01-01', '2025-03-01T12:00:00')\n"
        "    store.imports.list(), store.patients.list()\n"
        "sys.exit('pandas' in sys.modules or 'numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
