"""A disk that does not take what is written is told, though it says so only once, and to a thread."""

import errno
from threading import Event

import pytest

from wbc_tracker.errors import OutputError
from wbc_tracker.scale import filling
from wbc_tracker.scale.filling import FilledFile, on_the_way_to_disk


@pytest.mark.parametrize(("problem", "is_told"), [(errno.EIO, True), (errno.EINVAL, False), (None, False)])
def test_what_the_disk_said_meanwhile_is_told_at_the_end(tmp_path, monkeypatch, problem, is_told):
    asked = Event()

    def fsync(descriptor):
        asked.set()
        if problem is not None:
            raise OSError(problem, "the disk says no")

    monkeypatch.setattr(filling, "_SYNC_S", 0.001)
    monkeypatch.setattr("os.fsync", fsync)
    path = tmp_path / "part"
    path.touch()
    said = None
    try:
        with on_the_way_to_disk(FilledFile(path, "out.csv")):
            assert asked.wait(10), "nothing was brought to the disk"
    except OutputError as error:
        said = error.message
    assert said == ("out.csv cannot be written: the disk says no." if is_told else None)
