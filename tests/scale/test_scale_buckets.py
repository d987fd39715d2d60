"""A large infusion file, read by some patients at a time, says what it says as a whole."""

from __future__ import annotations

from dataclasses import fields

import pandas as pd
import pytest

from wbc_tracker.intake import ReadingOptions
from wbc_tracker.scale.companions import buckets
from wbc_tracker.scale.companions.files import CompanionFiles, Kept, begin_companions
from wbc_tracker.scale.pool import SameProcess

HEADER = "patient_id,infused_on,drug,dose_mg"
ROWS = [
    f"p{n % 17},20{10 + n % 9}-0{n % 8 + 1}-15,{('', 'ocrelizumab')[n % 2]},{('', 300, 600)[n % 3]}" for n in range(90)
]
#: Repeats, a date that is none, a row without a drug: each of one patient alone.
REST = ["p3,2023-02-30,ocrelizumab,600", "p4,2023-02-01,ocrelizumab,600", "p4,2023-02-01,ocrelizumab,"]


def map_slowly(call, jobs):
    yield from map(call, jobs)


def at_once(call, *words):
    return SameProcess().submit(call, *words)


@pytest.fixture
def kept(tmp_path, monkeypatch):
    """Return what is kept of a file read whole, and by buckets: `kept(ROWS)`."""

    def keep(rows):
        path = tmp_path / "infusions.csv"
        path.write_text("\n".join([HEADER, *rows]) + "\n")
        found = []
        for name, size in (("whole", 1 << 30), ("buckets", 0)):
            monkeypatch.setattr(buckets, "LARGE_BYTES", size)
            monkeypatch.setattr(buckets, "_BUCKET_BYTES", 800)
            (tmp_path / name).mkdir()
            options = ReadingOptions(as_of="2026-11-23")
            files = CompanionFiles(((path, "i.csv"),), ())
            found.append(begin_companions(files, options, Kept(tmp_path / name), map_slowly, at_once).result())
        return found

    return keep


@pytest.mark.parametrize("rows", [[*dict.fromkeys(ROWS)], [*ROWS[:40], *REST]])
def test_the_rows_and_what_is_told_are_the_same(kept, rows, monkeypatch):
    itself, done = buckets.read_in_buckets, []
    monkeypatch.setattr(
        "wbc_tracker.scale.companions.files.read_in_buckets", lambda *w: done.append(itself(*w)) or done[-1]
    )
    whole, cut = kept(rows)
    assert done[0] is None
    assert (done[1] is None) or done[1].files > 1
    people = [*dict.fromkeys(row.split(",")[0] for row in rows)]
    (frame, _), (other, places) = (each.kept.rows()[0].of(people) for each in (whole, cut))
    pd.testing.assert_frame_equal(frame, other)
    assert list(places) == sorted(places)
    for each in fields(whole.readings[0]):
        one, other = (getattr(reading, each.name) for reading in (whole.readings[0], cut.readings[0]))
        assert one.equals(other) if hasattr(one, "equals") else one == other, each.name


def test_a_block_takes_the_rows_of_its_patients_and_leaves_the_others(kept):
    whole, cut = kept(["p1,2020-01-15,ocrelizumab,600", *ROWS, "p2,2021-01-15,ocrelizumab,600"])
    for each in (whole, cut):
        rows, _ = each.kept.rows()
        frame, places = rows.of(["p1", "nobody"])
        assert set(frame["patient_id"]) == {"p1"}
        theirs = rows.known([places])
        assert theirs.sum() == len(frame)
        strange = list(rows.without(theirs))
        assert len(strange) == len(rows) - len(frame)
        assert (strange[0], strange[-1], "p1" in strange) == ("p0", "p2", False)


@pytest.mark.parametrize(
    "row",
    [
        "p1,15/03/2023,ocrelizumab,600",  # the order of day and month is that of all rows
        "p1,2023-03-15,ocrelizumab,1.000",  # and so is the decimal mark
        'p1,2023-03-15,"ocrelizumab",600',
        "p1,2010-01-15,rituximab,1000",  # contradicts another line, which is named
    ],
)
def test_what_all_rows_decide_is_read_whole(tmp_path, monkeypatch, row):
    monkeypatch.setattr(buckets, "LARGE_BYTES", 0)
    path = tmp_path / "infusions.csv"
    path.write_text("\n".join([HEADER, "p1,2010-01-15,ocrelizumab,600", *ROWS, row]) + "\n")
    options, target = ReadingOptions(as_of="2026-11-23"), lambda number: tmp_path / str(number)
    assert buckets.read_in_buckets(path, "i.csv", options, target, map_slowly) is None
