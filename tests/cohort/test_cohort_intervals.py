"""Intervals between courses, and the B cells before the next."""

from __future__ import annotations

import pytest
from tables.cohorts import build
from tables.labs import on


def bands(people: dict[str, tuple[str, ...]], **chosen: object) -> dict[str, tuple[int, int, int, int]]:
    """Bands that are not empty: name -> intervals, patients, depleted, assessable."""
    found = build(people, **chosen).intervals
    return {
        band.name: (band.intervals, band.patients, band.depleted, band.assessable)
        for band in found.bands
        if band.intervals
    }


@pytest.mark.parametrize(
    ("days", "band"),
    [
        (139, "below_minimum"),
        (140, "below_older_minimum"),
        (151, "below_older_minimum"),
        (152, "standard"),
        (195, "standard"),
        (196, "extended"),
        (363, "extended"),
        (364, "interrupted"),
    ],
)
def test_both_sides_of_each_band(days, band):
    assert list(bands({"a": (f"0 {days}", "1 wbc 6")})) == [band]


def test_extended_depends_on_the_drug_of_the_earlier_course():
    assert list(bands({"a": ("0:rituximab 209", "1 wbc 6")})) == ["standard"]
    assert list(bands({"a": ("0:rituximab 210", "1 wbc 6")})) == ["extended"]


def test_intervals_run_from_first_infusion_to_first_infusion():
    """The split first dose is one course; the second starts 195 days after its first half."""
    assert bands({"a": ("0 14 195 363", "1 wbc 6")}) == {"standard": (2, 1, 0, 0)}


def test_last_courses_and_continuous_drugs_stand_apart():
    people = {
        "a": ("0 168", "1 wbc 6"),
        "monthly": ("0:ofatumumab 28:ofatumumab 200:ofatumumab", "1 wbc 6"),
        "switched": ("0:ofatumumab 200", "1 wbc 6"),
        "and_back": ("0 200:ofatumumab", "1 wbc 6"),
    }
    found = build(people).intervals
    assert (found.open, found.continuous) == (4, 3)
    assert sum(band.intervals for band in found.bands) == 1


def test_a_booked_infusion_ends_no_course():
    assert bands({"a": ("0 168", "1 wbc 6")}, as_of=on(167)) == {}


def test_b_cells_before_the_next_course_by_standard_against_extended():
    people = {
        "depleted": ("0 168", "112 cd19 2", "168 cd19 4"),  # on the day itself: before it
        "back": ("0 168", "100 cd19 2", "150 cd19 40"),
        "too_early": ("0 168", "111 cd19 2"),  # 57 days before
        "just": ("0 168", "112 cd19 2"),  # 56 days before
        "late": ("0 220", "210 cd19 30"),
        "after": ("0 220", "221 cd19 2"),
    }
    assert bands(people) == {"standard": (4, 4, 2, 3), "extended": (2, 2, 0, 1)}
