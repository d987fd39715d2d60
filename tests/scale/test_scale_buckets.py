"""A large infusion file, read by some patients at a time, says what it says as a whole."""

from __future__ import annotations

from dataclasses import fields

import pytest

from wbc_tracker.intake import ReadingOptions
from wbc_tracker.scale import buckets
from wbc_tracker.scale.companions import CompanionFiles, Kept, Rows, keep_companions

HEADER = "patient_id,infused_on,drug,dose_mg"
ROWS = [
    f"p{n % 17},20{10 + n % 9}-0{n % 8 + 1}-15,{('', 'ocrelizumab')[n % 2]},{('', 300, 600)[n % 3]}" for n in range(90)
]
#: Repeats, a date that is none, a row without a drug: each of one patient alone.
REST = ["p3,2023-02-30,ocrelizumab,600", "p4,2023-02-01,ocrelizumab,600", "p4,2023-02-01,ocrelizumab,"]


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
            found.append(keep_companions(CompanionFiles(((path, "i.csv"),), ()), options, Kept(tmp_path / name)))
        return found

    return keep


@pytest.mark.parametrize("rows", [[*dict.fromkeys(ROWS)], [*ROWS[:40], *REST]])
def test_the_rows_and_what_is_told_are_the_same(kept, rows, monkeypatch):
    itself, done = buckets.read_in_buckets, []
    monkeypatch.setattr("wbc_tracker.scale.companions.read_in_buckets", lambda *w: done.append(itself(*w)) or done[-1])
    whole, cut = kept(rows)
    assert done[0] is None
    assert (done[1] is None) or len(done[1]) > 1
    assert whole.counts == cut.counts
    assert Rows(whole.kept.infusions)._table.equals(Rows(cut.kept.infusions)._table)
    for each in fields(whole.readings[0]):
        one, other = (getattr(reading, each.name) for reading in (whole.readings[0], cut.readings[0]))
        assert one.equals(other) if hasattr(one, "equals") else one == other, each.name


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
    assert buckets.read_in_buckets(path, "i.csv", ReadingOptions(as_of="2026-11-23"), tmp_path) is None
