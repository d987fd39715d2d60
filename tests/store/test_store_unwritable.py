"""A store that cannot be written is read: as it lies there, or from a private copy."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from tables.store import MANY, infusion, shown

from wbc_tracker.errors import StoreError
from wbc_tracker.store import Store, access, failures, unwritable

MOUNTS = r"""
22 1 8:1 / / rw,relatime - ext4 /dev/sda1 rw
30 22 0:40 / /mnt/clinic\040share rw,relatime shared:5 - cifs //server/share rw
31 22 0:41 / /mnt/nfs rw - nfs4 server:/export rw
32 31 8:2 / /mnt/nfs/local rw - ext4 /dev/sdb1 rw
33 22 0:42 / /home/ann/far rw - fuse.sshfs ann@far: rw
"""


@pytest.fixture
def only_read(monkeypatch):
    """The rights of a user who may not write, also for a root that tests."""
    monkeypatch.setattr(access, "why_only_readable", failures.read_only)


def files(folder: Path) -> dict[str, bytes]:
    return {each.name: each.read_bytes() for each in folder.iterdir()}


def copies() -> set[str]:
    return {each.name for each in Path(tempfile.gettempdir()).glob("wbc-tracker-*")}


def test_a_store_that_cannot_be_written_is_read_and_stays_as_it_is(filled, only_read):
    before, made = files(filled.parent), copies()
    with Store(filled) as store:
        assert shown(store) == MANY
        assert [record.patient_id for record in store.patients.list()] == ["me"]
        assert store.check().problems == ()
        assert store.remarks == [f"The store {filled} cannot be written; it is only read."]
        for change in (
            lambda: store.infusions.add(infusion("2024-01-05")),
            lambda: store.patients.erase("me"),
            lambda: store.imports.undo(1),
        ):
            with pytest.raises(StoreError) as caught:
                change()
            assert caught.value.code == "store_read_only"
    assert files(filled.parent) == before
    assert copies() == made


def test_what_stands_in_the_log_is_read_too(filled, tmp_path, monkeypatch):
    other = tmp_path / "other"
    with Store(filled) as store:
        store.infusions.add(infusion("2024-01-05"))
        shutil.copytree(filled.parent, other)
    monkeypatch.setattr(access, "why_only_readable", failures.read_only)
    before, made = files(other), copies()
    with Store(other / filled.name) as store:
        assert store.infusions.list() == [infusion("2024-01-05")]
    assert files(other) == before
    assert copies() == made


def test_an_older_store_is_read_from_a_copy_that_is_brought_up_to_date(tmp_path, only_read):
    old = Path(shutil.copy(Path(__file__).parent / "store_v1.sqlite", tmp_path))
    content = old.read_bytes()
    with Store(old) as store:
        assert len(store.results.load())
    assert old.read_bytes() == content


def test_a_file_that_is_written_while_it_is_read_as_it_lies_is_told(filled, only_read):
    with Store(filled) as store, closing(sqlite3.connect(filled)) as other:
        other.execute("DELETE FROM sightings")
        other.commit()
        with pytest.raises(StoreError) as caught:
            store.results.load()
        assert caught.value.code == "store_locked"


def test_a_store_that_never_rests_is_not_copied(filled, only_read, monkeypatch):
    filled.with_name(f"{filled.name}-wal").write_bytes(b"")
    moments = iter(range(100))
    monkeypatch.setattr(unwritable, "stamps", lambda path: ((path.name, next(moments), 0),))
    with pytest.raises(StoreError) as caught:
        Store(filled)
    assert caught.value.code == "store_locked"


@pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")
@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/ann/wbc.db", "ext4"),
        ("/home/ann/far/wbc.db", "fuse.sshfs"),
        ("/home/ann/farther/wbc.db", "ext4"),
        ("/mnt/clinic share/a/wbc.db", "cifs"),
        ("/mnt/nfs/wbc.db", "nfs4"),
        ("/mnt/nfs/local/wbc.db", "ext4"),
    ],
)
def test_the_file_system_of_a_path(path, kind):
    assert access.file_system(Path(path), MOUNTS.strip()) == kind


@pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")
def test_a_store_on_a_network_drive_is_only_read(filled, tmp_path, monkeypatch):
    mounts = tmp_path / "mountinfo"
    mounts.write_text(f"22 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 22 0:40 / {tmp_path} rw - nfs4 server:/x rw\n")
    monkeypatch.setattr(access, "_MOUNTS", mounts)
    before = files(filled.parent)
    with Store(filled) as store:
        assert shown(store) == MANY
        with pytest.raises(StoreError) as caught:
            store.infusions.add(infusion("2024-01-05"))
    assert caught.value.code == "store_on_network"
    assert "nfs4" in caught.value.message
    assert "store backup" in caught.value.hint
    assert files(filled.parent) == before
    with pytest.raises(StoreError) as caught:
        Store(tmp_path / "new.db")
    assert caught.value.code == "store_on_network"
    assert not (tmp_path / "new.db").exists()


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
def test_rights_of_others_are_told_and_taken_away(tmp_path):
    own = tmp_path / "wbc-tracker"
    with Store(own / "store.sqlite"):
        pass
    own.chmod(0o755)
    (own / "store.sqlite").chmod(0o644)
    with Store(own / "store.sqlite") as store:
        assert store.remarks == [
            f"Others could look into {own} (mode 755); now you alone can.",
            f"Others could look into {own / 'store.sqlite'} (mode 644); now you alone can.",
        ]
    assert [stat.S_IMODE(each.stat().st_mode) for each in (own, own / "store.sqlite")] == [0o700, 0o600]
    with Store(own / "store.sqlite") as store:
        assert store.remarks == []


@pytest.mark.skipif(os.name == "nt", reason="modes are those of POSIX")
def test_a_folder_of_the_user_keeps_its_rights(filled):
    filled.parent.chmod(0o755)
    with Store(filled) as store:
        assert store.remarks == []
    assert stat.S_IMODE(filled.parent.stat().st_mode) == 0o755
