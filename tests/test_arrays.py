"""Days and groups of equal neighbours, against a walk over the entries one by one."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wbc_tracker.arrays import ascending, day_of, group_sizes, group_starts, is_followed, iso_dates, iso_of, opens_group

keys = st.lists(st.integers(0, 2), max_size=12)


@given(keys, st.data())
def test_groups_of_one_key_and_of_two(first, data):
    second = data.draw(st.lists(st.integers(0, 1), min_size=len(first), max_size=len(first)))
    one, other = np.array(first, dtype=np.int64), np.array(second, dtype=np.int64)
    for columns, pairs in (((one,), first), ((one, other), list(zip(first, second, strict=True)))):
        opens = [at == 0 or pairs[at] != pairs[at - 1] for at in range(len(pairs))]
        assert opens_group(*columns).tolist() == opens
        assert group_starts(*columns).tolist() == [at for at, is_open in enumerate(opens) if is_open]
    assert is_followed(one).tolist() == [first[at : at + 2] == [entry] * 2 for at, entry in enumerate(first)]


@given(st.lists(st.integers(1, 4), min_size=1, max_size=6))
def test_sizes_come_back(sizes):
    key = np.repeat(np.arange(len(sizes)), sizes)
    assert group_sizes(group_starts(key), len(key)).tolist() == sizes


@pytest.mark.parametrize(
    ("iso", "day"), [("1970-01-01", 0), ("1969-12-31", -1), ("2000-03-01", 11017), ("2024-02-29T23:59:59", 19782)]
)
def test_a_day_counts_from_1970(iso, day):
    assert (day_of(iso), iso_of(day)) == (day, iso[:10])


@given(st.dates(date(1800, 1, 1), date(2200, 12, 31)))
def test_days_are_those_of_the_calendar(when):
    assert day_of(when.isoformat()) == when.toordinal() - date(1970, 1, 1).toordinal()
    assert iso_dates(np.array([day_of(when.isoformat())])).tolist() == [when.isoformat()]


@given(st.lists(st.integers(-(2**63), 2**63 - 1) | st.integers(-3, 3), max_size=30))
def test_places_ascend_and_equal_ones_stay_as_they_stand(numbers):
    key = np.array(numbers, dtype=np.int64)
    assert ascending(key).tolist() == sorted(range(len(numbers)), key=lambda place: numbers[place])
