"""Which infusions belong to one course. Days count from the first infusion, 2024-01-01."""

from __future__ import annotations

import pytest
from tables.labs import annotated, cohort, draws, infusions, on, table

from wbc_tracker.annotation import annotate


def courses(*doses: str) -> list[int]:
    """The course of each dose, given as `DAY [DOSE [DRUG]]`: the course of a draw just after it."""
    days = [int(dose.split()[0]) for dose in doses]
    infused = [" ".join([on(day), *dose.split()[1:]]) for day, dose in zip(days, doses, strict=True)]
    labs = draws(*(f"{on(day)} wbc 6.0" for day in days))
    return table(annotated(labs, *infused, same_day="after"), "course")


@pytest.mark.parametrize(
    ("doses", "numbers"),
    [
        (["0 600", "21 600"], [1, 1]),
        (["0 600", "22 600"], [1, 2]),
        (["0 300", "14 300", "168 600"], [1, 1, 2]),
        (["0 600", "14 600", "21 600", "22 600"], [1, 1, 1, 2]),
        (["0 600", "22 600", "43 600"], [1, 2, 2]),  # 43 is 21 days after the second course began
        (["0 600", "22 600", "44 600"], [1, 2, 3]),
    ],
)
def test_a_course_spans_21_days_from_its_first_infusion(doses: list[str], numbers: list[int]) -> None:
    assert courses(*doses) == numbers


@pytest.mark.parametrize(
    ("doses", "numbers"),
    [
        (["0 300", "56 300"], [1, 1]),
        (["0 300", "57 300"], [1, 2]),
        (["0 250", "40 150"], [1, 1]),
        (["0 300", "40 301"], [1, 2]),  # more than a half dose
        (["0 301", "40 300"], [1, 2]),  # the first was no half dose
        (["0 300", "40 ?"], [1, 2]),  # an unknown dose proves no half dose
        (["0 ?", "40 300"], [1, 2]),
        (["0 300", "14 300", "50 300"], [1, 1, 2]),  # the half dose was no longer alone
        (["0 300", "40 300", "50 300"], [1, 1, 2]),  # one half dose joins, not two
        (["0 600", "168 300", "208 300"], [1, 2, 3]),  # only course 1 waits for its second half
        (["0 150 ublituximab", "40 150 ublituximab"], [1, 1]),
        (["0 150 ublituximab", "40 450 ublituximab"], [1, 1]),  # its second half is the larger one
        (["0 150 ublituximab", "40 451 ublituximab"], [1, 2]),
        (["0 450 ublituximab", "40 450 ublituximab"], [1, 2]),
        (["0 300 rituximab", "40 300 rituximab"], [1, 2]),  # no split first dose
        (["0 300 ocrelizumab_sc", "40 300 ocrelizumab_sc"], [1, 2]),
    ],
)
def test_a_late_second_half_dose_joins_the_first_course(doses: list[str], numbers: list[int]) -> None:
    assert courses(*doses) == numbers


@pytest.mark.parametrize(
    ("days", "numbers"),
    [
        ([0, 7, 14, 28, 56, 84], [1, 1, 1, 1, 1, 1]),
        ([0, 83], [1, 1]),
        ([0, 84], [1, 2]),
        ([0, 80, 160, 240], [1, 1, 1, 1]),  # the gap counts from dose to dose
        ([0, 84, 112, 196], [1, 2, 2, 3]),
    ],
)
def test_a_continuous_drug_is_one_course_until_a_gap_of_84_days(days: list[int], numbers: list[int]) -> None:
    assert courses(*(f"{day} 20 ofatumumab" for day in days)) == numbers


@pytest.mark.parametrize(
    ("doses", "numbers"),
    [
        (["0 20 ofatumumab", "10 600"], [1, 2]),
        (["0 600", "10 20 ofatumumab", "38 20 ofatumumab"], [1, 2, 2]),
        (["0 300", "14 20 ofatumumab", "30 300"], [1, 2, 3]),
        (["0 600", "168 1000 rituximab"], [1, 2]),
    ],
)
def test_a_change_between_a_continuous_drug_and_another_opens_a_course(doses: list[str], numbers: list[int]) -> None:
    assert courses(*doses) == numbers


def test_the_drug_of_a_row_is_that_of_the_latest_infusion() -> None:
    labs = draws(f"{on(-1)} wbc 6.0", f"{on(1)} wbc 6.0", f"{on(170)} wbc 6.0")
    frame = annotated(labs, f"{on(0)} 600", f"{on(168)} 1000 rituximab")
    assert table(frame, "drug") == [None, "ocrelizumab", "rituximab"]


def test_infusions_may_stand_in_any_order() -> None:
    labs = draws(f"{on(20)} wbc 6.0", f"{on(170)} wbc 6.0")
    frame = annotated(labs, f"{on(168)} 600", f"{on(14)} 300", f"{on(0)} 300")
    assert table(frame, "course", "last_infusion_on") == [(1, on(14)), (2, on(168))]


def test_a_booking_opens_no_course() -> None:
    frame = annotated(draws(f"{on(30)} wbc 6.0"), f"{on(0)} 300", f"{on(40)} 300", as_of=on(39))
    assert table(frame, "course", "next_infusion_on", "next_infusion_kind") == [(1, on(40), "recorded")]


def test_each_patient_counts_their_own_courses() -> None:
    labs = cohort(
        ann=draws(f"{on(1)} wbc 6.0", f"{on(200)} wbc 6.0"),
        bob=draws(f"{on(1)} wbc 6.0", f"{on(200)} wbc 6.0"),
        cleo=draws(f"{on(200)} wbc 6.0"),
    )
    given = infusions(f"{on(0)} 300", f"{on(50)} 300", f"{on(168)} 600")
    given["patient_id"] = ["ann", "bob", "ann"]  # bob's 300 mg on day 50 is not ann's second half
    frame = annotate(labs, given, as_of=on(300))
    assert table(frame, "patient_id", "course", "last_infusion_on") == [
        ("ann", 1, on(0)),
        ("ann", 2, on(168)),
        ("bob", 0, None),
        ("bob", 1, on(50)),
        ("cleo", 0, None),
    ]
