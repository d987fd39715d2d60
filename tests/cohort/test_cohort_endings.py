"""Who stopped or left is followed until that day: neither counted nor missing afterwards.

Windows 0-4, 4-12, 12-24 weeks: days 0-27, 28-83, 84-167.
"""

from __future__ import annotations

import pytest
from tables.cohorts import AS_OF, depleted, row, settings, tables
from tables.labs import happened

from wbc_tracker.annotation import annotate
from wbc_tracker.cohort import Cohort, summarize_cohort

DRAWS = ("-5 wbc 6", "30 wbc 6", "100 wbc 1.5", "100 cd19 2", "200 wbc 6")


def summarized(*events: str) -> Cohort:
    """One patient with an infusion on day 0."""
    labs, given = tables({"me": ("0", *DRAWS)})
    asked, known = settings(window_weeks=(0, 4, 12, 24)), happened(*events)
    frame = annotate(labs, given, known, as_of=AS_OF, same_day=asked.same_day)
    return summarize_cohort(frame, given, asked, events=known)


def counted(found: Cohort, since: str = "first") -> list[tuple[int, int]]:
    """Patients with a white cell count, and patients followed that long, in each window."""
    return [(row(found, "wbc", place, since)["n"], row(found, "wbc", place, since)["reached"]) for place in range(3)]


def test_without_an_end_until_the_day_of_the_report() -> None:
    assert counted(summarized()) == [(0, 1), (1, 1), (1, 1)]


@pytest.mark.parametrize("kind", ["stopped", "other_drug fingolimod", "left"])
@pytest.mark.parametrize("since", ["first", "last"])
@pytest.mark.parametrize(
    ("day", "last_window"),
    [(83, (0, 0)), (84, (0, 1)), (99, (0, 1)), (100, (1, 1))],  # a draw on the day itself still counts
)
def test_after_it_nobody_is_counted_or_missing(kind: str, since: str, day: int, last_window: tuple[int, int]) -> None:
    found = summarized(f"{day} {kind}")
    assert counted(found, since) == [(0, 1), (1, 1), last_window]
    state, assessable, drawn, reached = depleted(found, 2, since)
    assert (drawn, reached) == last_window
    assert state == assessable == last_window[0]


@pytest.mark.parametrize("kind", ["stopped", "left"])
def test_a_grade_after_it_is_no_shift_on_treatment(kind: str) -> None:
    """Day 100 is of grade 3; a patient who stopped or left on day 40 never had it on treatment."""
    (wbc,) = [shift for shift in summarized().grade_shifts if shift.analyte == "wbc"]
    assert wbc.newly_worst.count == 1
    (wbc,) = [shift for shift in summarized(f"40 {kind}").grade_shifts if shift.analyte == "wbc"]
    assert (wbc.newly_worst.count, wbc.newly_worst.assessable) == (0, 1)


def test_an_infusion_afterwards_takes_it_back() -> None:
    labs, given = tables({"me": ("0 120", *DRAWS)})
    asked, known = settings(window_weeks=(0, 4, 12, 24)), happened("83 stopped")
    frame = annotate(labs, given, known, as_of=AS_OF, same_day=asked.same_day)
    assert counted(summarize_cohort(frame, given, asked, events=known)) == [(0, 1), (1, 1), (1, 1)]
