"""Rows that say one result: repeats of it, and values that the laboratory has replaced or withdrawn.

A row is `DATE ANALYTE VALUE [STATUS]`; `-` is no value.
"""

from __future__ import annotations

import math
from itertools import permutations

import pandas as pd
import pytest

from wbc_tracker.repeats import drop_repeated, hide_superseded
from wbc_tracker.schema import RESULT_COLUMNS, names

EIGHT = "2024-03-01T08:00:00"
DATE, EVENING = "2024-03-01", "2024-03-01T20:00:00"


def rows(*lines: str) -> pd.DataFrame:
    found = []
    for line in lines:
        at, analyte, printed, *status = line.split()
        number = printed.lstrip("<")
        found.append(
            {
                "patient_id": "me",
                "collected_at": at,
                "analyte": analyte,
                "comparator": "<" if printed.startswith("<") else None,
                "value": math.nan if printed == "-" else float(number),
                "status": status[0] if status else "",
            }
        )
    return pd.DataFrame(found, columns=names(RESULT_COLUMNS))


def told(frame: pd.DataFrame) -> list[str]:
    values = frame["comparator"].fillna("") + frame["value"].map("{:g}".format)
    return sorted(frame["collected_at"] + " " + frame["analyte"] + " " + values)


@pytest.mark.parametrize(
    ("lines", "standing"),
    [
        ([f"{EIGHT} wbc 61 preliminary", f"{EIGHT} wbc 6.1 corrected"], [f"{EIGHT} wbc 6.1"]),
        ([f"{EIGHT} wbc 61 preliminary", f"{EIGHT} wbc 6.1"], [f"{EIGHT} wbc 6.1"]),
        ([f"{EIGHT} wbc 61", f"{EIGHT} wbc 6.1 final"], [f"{EIGHT} wbc 6.1"]),
        ([f"{EIGHT} wbc 61 final", f"{EIGHT} wbc 6.1 corrected"], [f"{EIGHT} wbc 6.1"]),
        # Two of one rank: neither decides alone.
        ([f"{EIGHT} wbc 61", f"{EIGHT} wbc 6.1"], [f"{EIGHT} wbc 6.1", f"{EIGHT} wbc 61"]),
        ([f"{EIGHT} wbc 61 final", f"{EIGHT} wbc 6.1 final"], [f"{EIGHT} wbc 6.1", f"{EIGHT} wbc 61"]),
        # Another draw, another test: not touched.
        ([f"{EIGHT} wbc 61", f"{EVENING} wbc 6.1 final"], [f"{EIGHT} wbc 61", f"{EVENING} wbc 6.1"]),
        ([f"{EIGHT} wbc 61", f"{EIGHT} igg 6.1 final"], [f"{EIGHT} igg 6.1", f"{EIGHT} wbc 61"]),
        # Printed twice, once as final: it is final.
        ([f"{EIGHT} wbc 61 preliminary", f"{EIGHT} wbc 61 final", f"{EIGHT} wbc 6.1"], [f"{EIGHT} wbc 61"] * 2),
        # Withdrawn takes back the equal value and no other.
        ([f"{EIGHT} wbc 61 final", f"{EIGHT} wbc 61 withdrawn"], []),
        ([f"{EIGHT} wbc 61 withdrawn"], []),
        ([f"{EIGHT} wbc 61 corrected", f"{EIGHT} wbc 61 withdrawn"], []),
        ([f"{EIGHT} wbc 6.1", f"{EIGHT} wbc 61 withdrawn"], [f"{EIGHT} wbc 6.1"]),
        ([f"{EIGHT} cd19 <5", f"{EIGHT} cd19 5 withdrawn"], [f"{EIGHT} cd19 <5"]),
        ([f"{EVENING} wbc 61", f"{EIGHT} wbc 61 withdrawn"], [f"{EVENING} wbc 61"]),
        # A date alone equals a time of that day.
        ([f"{EIGHT} wbc 61", f"{DATE} wbc 61 withdrawn"], []),
        ([f"{DATE} wbc 61", f"{EIGHT} wbc 61 withdrawn"], []),
        ([f"{DATE} wbc 61", f"{EVENING} wbc 61", f"{EIGHT} wbc 61 withdrawn"], [f"{EVENING} wbc 61"]),
        ([f"{DATE} wbc 61", f"{EIGHT} wbc 61", f"{EIGHT} wbc 6.1 corrected"], [f"{EIGHT} wbc 6.1"]),
        # Without a value: all of that draw and test, but for corrections.
        ([f"{EIGHT} wbc 61 final", f"{EIGHT} wbc 7", f"{EIGHT} wbc - withdrawn"], []),
        ([f"{EIGHT} wbc 61", f"{EIGHT} wbc 6.1 corrected", f"{EIGHT} wbc - withdrawn"], [f"{EIGHT} wbc 6.1"]),
        ([f"{EVENING} wbc 61", f"{EIGHT} wbc - withdrawn"], [f"{EVENING} wbc 61"]),
        # A value that was taken back does not bring the one before it back.
        ([f"{EIGHT} wbc 61", f"{EIGHT} wbc 6.1 final", f"{EIGHT} wbc 6.1 withdrawn"], []),
    ],
)  # fmt: skip
def test_what_stands_does_not_depend_on_the_order_of_the_rows(lines, standing):
    for order in permutations(lines):
        assert told(hide_superseded(rows(*order))) == standing


def test_words_may_be_categories_and_nothing_is_lost_without_a_status():
    frame = rows(f"{EIGHT} wbc 61 preliminary", f"{EIGHT} wbc 6.1 final", f"{EIGHT} igg 9")
    as_words = frame.astype({"status": "category", "patient_id": "category", "collected_at": "category"})
    assert told(hide_superseded(as_words).astype({"collected_at": "str"})) == [f"{EIGHT} igg 9", f"{EIGHT} wbc 6.1"]
    plain = rows(f"{EIGHT} wbc 61", f"{EIGHT} wbc 61", f"{EIGHT} wbc 6")
    pd.testing.assert_frame_equal(hide_superseded(plain), plain)
    assert hide_superseded(rows()).empty


@pytest.mark.parametrize("missing", [None, ""])
def test_of_two_equal_rows_the_one_that_knows_more_stays(missing):
    less = rows(f"{EIGHT} wbc 6").assign(reported_unit=missing, ref_low=math.nan, value_step=1.0, source_row=2)
    for more in (
        {"reported_unit": "10^9/L"},
        {"ref_high": 11.0},
        {"value_step": 0.1},
        {"reported_unit": "10^9/L", "value_step": 10.0},
    ):
        better = less.assign(**(more | {"source_row": 3}))
        for pair in ([less, better], [better, less]):
            frame = pd.concat([rows(f"{EIGHT} igg 9"), *pair], ignore_index=True)
            assert drop_repeated(frame)["source_row"].tolist()[1:] == [3]


def test_of_two_rows_that_know_the_same_the_first_stays():
    frame = rows(f"{EIGHT} wbc 6", f"{EIGHT} wbc 6", f"{EIGHT} igg 6").assign(source_row=[4, 2, 3])
    assert drop_repeated(frame)["source_row"].tolist() == [4, 3]
