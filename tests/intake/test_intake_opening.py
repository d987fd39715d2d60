"""What is read is bounded: archives are unpacked, and a device, a pipe or a bomb ends in a sentence."""

from __future__ import annotations

import gzip
import io
import os
import threading
from pathlib import Path

import pytest
from tables.intake import AS_OF, outcome, read_infusions_of

from wbc_tracker.errors import UnreadableFileError
from wbc_tracker.intake import ReadingOptions, read_event_bytes
from wbc_tracker.intake.file import opening
from wbc_tracker.intake.file.opening import read_bytes, read_stream, unpack

LABS = b"date,test,value,unit\n2025-01-15,WBC,6.1,10^9/L\n"


def refusal(call, *arguments) -> str:
    with pytest.raises(UnreadableFileError) as refused:
        call(*arguments)
    assert refused.value.exit_code == 3
    return f"{refused.value.code}: {refused.value.message}"


def test_every_kind_of_file_may_be_a_gzip_archive():
    assert outcome(gzip.compress(LABS)) == "wbc 6.1"
    infusions = gzip.compress(b"infused_on,drug,dose_mg\n2024-01-10,ocrelizumab,600\n")
    assert len(read_infusions_of(infusions).infusions) == 1
    events = gzip.compress(b"date,kind,note\n2024-01-10,vaccination,influenza\n")
    assert len(read_event_bytes(events, "events.csv", ReadingOptions(as_of=AS_OF)).events) == 1


def test_an_archive_of_two_members_is_both():
    assert unpack(gzip.compress(LABS[:10]) + gzip.compress(LABS[10:]), "labs.gz") == LABS


@pytest.mark.parametrize(
    "raw", [gzip.compress(LABS, mtime=0)[:-9], gzip.compress(LABS, mtime=0)[:12], b"\x1f\x8b", b"\x1f\x8bplain"]
)
def test_a_damaged_archive_is_refused(raw):
    assert refusal(unpack, raw, "labs.gz") == "file_damaged: labs.gz is a damaged gzip archive."


def test_an_archive_that_unfolds_without_measure_is_refused(monkeypatch):
    monkeypatch.setattr(opening, "_SMALL", 1_000_000)
    bomb = gzip.compress(bytes(9_000_000))
    assert refusal(unpack, bomb, "labs.gz").startswith("file_too_large: labs.gz unpacks to more than ")
    assert unpack(gzip.compress(bytes(900_000)), "labs.gz") == bytes(900_000)


def test_a_device_without_an_end_is_refused(monkeypatch):
    monkeypatch.setattr(opening, "MOST_OF_A_DEVICE", 5_000_000)
    assert refusal(read_bytes, Path("/dev/zero")) == "file_too_large: /dev/zero has more than 5 MB, or has no end."


def test_a_sparse_file_is_refused_by_its_size(tmp_path):
    with (tmp_path / "labs.csv").open("wb") as file:
        file.truncate(5_000_000_000)
    assert "more than 2000 MB" in refusal(read_bytes, tmp_path / "labs.csv")


def test_a_pipe_without_an_end_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(opening, "MOST_UNPACKED", 6_000_000)
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)

    def write() -> None:
        try:
            with pipe.open("wb", buffering=0) as file:
                while True:
                    file.write(LABS * 1000)
        except BrokenPipeError:
            return

    writer = threading.Thread(target=write)
    writer.start()
    assert "more than 6 MB" in refusal(read_bytes, pipe)
    writer.join()


def test_standard_input_is_read_up_to_its_end():
    assert read_stream(io.BytesIO(LABS), "Standard input") == LABS
    assert read_stream(io.BytesIO(b""), "Standard input") == b""


def test_what_does_not_fit_into_memory_is_a_sentence(monkeypatch, tmp_path):
    class Full(io.BytesIO):
        def read(self, *_):
            raise MemoryError

    assert "does not fit into the memory" in refusal(read_stream, Full(), "labs.csv")
