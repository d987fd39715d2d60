"""Where a draw stands between the infusions. Days count from the first infusion, 2024-01-01."""

from __future__ import annotations

import pytest
from tables.labs import annotated, draws, on, table

SPLIT = (f"{on(0)} 300", f"{on(14)} 300")


@pytest.mark.parametrize(
    ("drawn", "infused", "same_day", "course"),
    [
        ("", "", "before", 1),
        ("", "", "after", 2),
        ("T18:00", "", "before", 1),  # only one of the two has a time
        ("T18:00", "", "after", 2),
        ("", "T09:00", "before", 1),
        ("", "T09:00", "after", 2),
        ("T08:59", "T09:00", "after", 1),  # both have a time: the option does not matter
        ("T09:01", "T09:00", "before", 2),
        ("T09:00", "T09:00", "before", 1),  # the very same minute: before
        ("T09:00", "T09:00", "after", 1),
    ],
)
def test_a_draw_on_the_date_of_an_infusion(drawn: str, infused: str, same_day: str, course: int) -> None:
    labs = draws(f"{on(168)}{drawn} wbc 6.0")
    frame = annotated(labs, f"{on(0)} 600", f"{on(168)}{infused} 600", same_day=same_day)
    days_since = {1: 168, 2: 0}[course]
    days_to_next = {1: 0, 2: 168}[course]  # course 2 began on day 168 and is planned to end on day 336
    columns = ("course", "days_since_infusion", "days_since_first_infusion", "days_to_next_infusion")
    assert table(frame, *columns) == [(course, days_since, 168, days_to_next)]


def test_a_draw_on_the_first_day_before_the_infusion() -> None:
    frame = annotated(draws(f"{on(0)} wbc 6.0"), f"{on(0)} 600")
    columns = ("course", "study_day", "phase", "days_since_infusion", "days_to_next_infusion", "baseline_kind")
    assert table(frame, *columns) == [(0, 1, "pre_treatment", None, 0, "pre_treatment")]


def test_there_is_no_study_day_zero() -> None:
    labs = draws(*(f"{on(day)} wbc 6.0" for day in (-30, -1, 0, 1, 13)))
    assert table(annotated(labs, f"{on(0)} 600"), "study_day") == [-30, -1, 1, 2, 14]


def test_days_count_from_the_latest_and_from_the_very_first_infusion() -> None:
    labs = draws(f"{on(-3)} wbc 6.0", f"{on(10)} wbc 6.0", f"{on(20)} wbc 6.0", f"{on(170)} wbc 6.0")
    columns = ("last_infusion_on", "days_since_infusion", "days_since_first_infusion")
    assert table(annotated(labs, *SPLIT, f"{on(168)} 600"), *columns) == [
        (None, None, None),
        (on(0), 10, 10),
        (on(14), 6, 20),
        (on(168), 2, 170),
    ]


def test_the_next_infusion_is_planned_from_the_first_one_of_the_course() -> None:
    frame = annotated(draws(*(f"{on(day)} wbc 6.0" for day in (15, 168, 169, 200))), *SPLIT)
    assert set(table(frame, "next_infusion_on", "next_infusion_kind")) == {(on(168), "planned")}
    assert table(frame, "days_to_next_infusion") == [153, 0, -1, -32]


def test_a_later_infusion_on_record_is_the_next_one() -> None:
    frame = annotated(draws(f"{on(-5)} wbc 6.0", f"{on(30)} wbc 6.0"), *SPLIT, f"{on(190)} 600")
    columns = ("next_infusion_on", "next_infusion_kind", "days_to_next_infusion")
    assert table(frame, *columns) == [(on(0), "recorded", 5), (on(190), "recorded", 160)]


@pytest.mark.parametrize(
    ("drug", "dose", "planned"),
    [
        ("ocrelizumab", "600", 168),
        ("ocrelizumab", "?", 168),
        ("ocrelizumab_sc", "920", 168),
        ("ublituximab", "450", 168),
        ("rituximab", "1000", 182),
        ("ofatumumab", "20", 7),  # the second of the loading doses
        ("ocrelizumab", "300", 14),  # the half dose is alone: its second half comes first
        ("ublituximab", "150", 14),
    ],
)
def test_each_drug_has_its_usual_interval(drug: str, dose: str, planned: int) -> None:
    frame = annotated(draws(f"{on(5)} wbc 6.0"), f"{on(0)} {dose} {drug}")
    assert table(frame, "next_infusion_on", "days_to_next_infusion") == [(on(planned), planned - 5)]


def test_a_half_dose_that_stays_alone_is_past_its_second_half() -> None:
    frame = annotated(draws(f"{on(100)} wbc 6.0"), f"{on(0)} 300")
    assert table(frame, "next_infusion_on", "days_to_next_infusion") == [(on(14), -86)]


def test_a_half_dose_in_a_later_course_waits_for_no_second_half() -> None:
    frame = annotated(draws(f"{on(170)} wbc 6.0"), f"{on(0)} 600", f"{on(168)} 300")
    assert table(frame, "next_infusion_on") == [on(336)]


@pytest.mark.parametrize(
    ("doses", "planned"),
    [
        ([0], 7), ([0, 7], 14), ([0, 7, 14], 28),  # weeks 0, 1, 2 and 4
        ([0, 7, 14, 28], 56), ([0, 7, 14, 28, 60], 88),  # from then on 28 days after the last one
        ([0, 6], 14), ([0, 8], 14), ([0, 7, 13], 28),  # a day early or late changes nothing
        ([0, 14], 28), ([0, 28], 56), ([0, 20], 28),  # a dose that is not on record is not waited for
        ([0, 7, 14, 28, 200], 228), ([0, 200], 228),  # back after a gap: no second loading
    ],
)  # fmt: skip
def test_ofatumumab_is_loaded_and_then_planned_from_the_last_dose(doses: list[int], planned: int) -> None:
    frame = annotated(draws(f"{on(230)} wbc 6.0"), *(f"{on(day)} 20 ofatumumab" for day in doses))
    assert table(frame, "next_infusion_on") == [on(planned)]


def test_another_drug_before_leaves_the_loading_of_ofatumumab() -> None:
    frame = annotated(draws(f"{on(205)} wbc 6.0"), f"{on(0)} 600", f"{on(200)} 20 ofatumumab")
    assert table(frame, "next_infusion_on") == [on(207)]


def test_a_booking_is_the_next_infusion_and_nothing_else() -> None:
    labs = draws(f"{on(100)} wbc 6.0")
    frame = annotated(labs, *SPLIT, f"{on(150)} 600", f"{on(180)} 600", as_of=on(100))
    columns = ("course", "next_infusion_on", "next_infusion_kind", "days_to_next_infusion", "phase")
    assert table(frame, *columns) == [(1, on(150), "recorded", 50, "on_schedule")]


def test_an_infusion_on_the_day_of_the_report_is_given() -> None:
    frame = annotated(draws(f"{on(168)} wbc 6.0"), *SPLIT, f"{on(168)} 600", as_of=on(168), same_day="after")
    assert table(frame, "course") == [2]


def test_a_first_infusion_that_is_only_booked_starts_nothing() -> None:
    frame = annotated(draws(f"{on(-20)} wbc 6.0"), f"{on(0)} 300", as_of=on(-10))
    columns = ("course", "phase", "study_day", "next_infusion_on", "next_infusion_kind", "baseline_kind")
    assert table(frame, *columns) == [(0, None, None, on(0), "recorded", "first_on_record")]


def phases(days: dict[int, str], *infused: str) -> dict[int, str]:
    """The phase of a draw on each day, in the form of the expectation."""
    frame = annotated(draws(*(f"{on(day)} wbc 6.0" for day in days)), *infused, same_day="after")
    return dict(zip(days, table(frame, "phase"), strict=True))


PHASES = {
    "ocrelizumab": {
        -1: "pre_treatment",
        0: "initiation",
        13: "initiation",
        14: "on_schedule",
        195: "on_schedule",  # 168 + 27
        196: "extended",
        363: "extended",
        364: "interrupted",
    },
    "rituximab": {13: "initiation", 14: "on_schedule", 209: "on_schedule", 210: "extended", 364: "interrupted"},
    "ofatumumab": {13: "initiation", 55: "on_schedule", 56: "extended", 363: "extended", 364: "interrupted"},
}


@pytest.mark.parametrize("drug", PHASES)
def test_phases_after_one_dose(drug: str) -> None:
    assert phases(PHASES[drug], f"{on(0)} 600 {drug}") == PHASES[drug]


def test_a_phase_counts_from_the_first_infusion_of_the_course() -> None:
    expected = {195: "on_schedule", 196: "extended"}
    assert phases(expected, *SPLIT) == expected


def test_only_the_first_course_has_an_initiation() -> None:
    expected = {367: "interrupted", 368: "on_schedule", 370: "on_schedule", 563: "on_schedule", 564: "extended"}
    assert phases(expected, *SPLIT, f"{on(368)} 600") == expected


def test_a_continuous_drug_counts_its_phases_from_the_last_dose() -> None:
    expected = {83: "on_schedule", 111: "on_schedule", 112: "extended", 419: "extended", 420: "interrupted"}
    assert phases(expected, *(f"{on(day)} 20 ofatumumab" for day in (0, 28, 56))) == expected


def test_a_patient_without_infusions_has_no_timeline() -> None:
    frame = annotated(draws(f"{on(5)} wbc 6.0"))
    empty = ("drug", "last_infusion_on", "days_since_infusion", "days_since_first_infusion", "next_infusion_on",
             "next_infusion_kind", "days_to_next_infusion", "study_day", "phase")  # fmt: skip
    assert table(frame, "course", *empty) == [(0, *[None] * len(empty))]
