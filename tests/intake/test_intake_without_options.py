"""Files read without options: nothing is in the future, and a century is not guessed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from wbc_tracker import ReadingOptions, read_events, read_infusions, read_labs
from wbc_tracker.errors import AmbiguousFileError

LABS = "date,test,result,unit\n{},WBC,6.1,10^9/L\n"
INFUSIONS = "date,drug\n{},Ocrevus\n"
EVENTS = "date,event\n{},infection\n"
READERS = [
    (read_labs, LABS, "results", "collected_at"),
    (read_infusions, INFUSIONS, "infusions", "infused_on"),
    (read_events, EVENTS, "events", "happened_on"),
]


@pytest.mark.parametrize(("read", "text", "frame", "column"), READERS)
def test_a_day_far_ahead_is_read(tmp_path: Path, read: Callable[..., Any], text: str, frame: str, column: str) -> None:
    file = tmp_path / "file.csv"
    file.write_text(text.format("2090-03-01"))
    assert [day[:10] for day in getattr(read(file), frame)[column]] == ["2090-03-01"]


@pytest.mark.parametrize(("read", "text", "frame", "column"), READERS)
def test_a_year_of_two_digits_needs_the_day_of_reading(
    tmp_path: Path, read: Callable[..., Any], text: str, frame: str, column: str
) -> None:
    file = tmp_path / "file.csv"
    file.write_text(text.format("25.03.24"))
    with pytest.raises(AmbiguousFileError, match=r"file\.csv has years of two digits"):
        read(file)


def test_bookings_need_the_day_of_reading(tmp_path: Path) -> None:
    file = tmp_path / "file.csv"
    file.write_text("date,drug,status\n2024-03-01,Ocrevus,given\n2024-09-01,Ocrevus,planned\n")
    with pytest.raises(AmbiguousFileError, match="booked"):
        read_infusions(file)
    assert len(read_infusions(file, ReadingOptions(as_of="2024-05-01")).infusions) == 2
