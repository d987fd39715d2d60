"""The plain second implementation against small tables worked out by hand.

Day numbers of the leap year 2024, for checking by eye: Jan 1 = 1, Feb 1 = 32, Mar 1 = 61, Apr 1 = 92,
May 1 = 122, Jun 1 = 153, Jul 1 = 183, Oct 1 = 275, Dec 1 = 336.
"""

from __future__ import annotations

import pytest
from reference import Event, Infusion, Result, annotate_reference


def result(
    collected_at: str,
    value: float = 5.0,
    comparator: str | None = None,
    *,
    analyte: str = "wbc",
    low: float | None = None,
    high: float | None = None,
    patient: str = "me",
) -> Result:
    return Result(patient, collected_at, analyte, value, comparator, low, high)


def infusion(infused_on: str, drug: str = "ocrelizumab", dose: float | None = 600.0) -> Infusion:
    return Infusion("me", infused_on, drug, dose)


def columns(rows: list[dict[str, object]], *names: str) -> list[tuple[object, ...]]:
    return [tuple(row[name] for name in names) for row in rows]


def one(draw: Result, *infusions: Infusion, same_day: str = "before") -> dict[str, object]:
    (row,) = annotate_reference([draw], list(infusions), as_of="2026-12-31", same_day=same_day)
    return row


def test_timeline_of_a_split_first_dose_and_a_second_course() -> None:
    given = [infusion("2024-07-01"), infusion("2024-01-15", dose=300), infusion("2024-01-01", dose=300)]
    days = ["2023-12-20", "2024-01-10", "2024-01-20", "2024-07-11"]
    rows = annotate_reference([result(day) for day in days], given, as_of="2024-08-01")
    # Dec 20 is 12 days before Jan 1. Jan 10: day 9; 5 days to Jan 15. Jan 20: 5 days since Jan 15, 19 since
    # Jan 1, 183 - 20 = 163 to Jul 1. Jul 11 is day number 193: 10 since Jul 1, 192 since Jan 1; planned Jul 1
    # + 168 = day number 351 = Dec 16, 158 days on.
    assert columns(
        rows, "course", "last_infusion_on", "days_since_infusion", "days_since_first_infusion",
        "next_infusion_on", "next_infusion_kind", "days_to_next_infusion", "study_day", "phase", "drug",
    ) == [
        (0, None, None, None, "2024-01-01", "recorded", 12, -12, "pre_treatment", None),
        (1, "2024-01-01", 9, 9, "2024-01-15", "recorded", 5, 10, "initiation", "ocrelizumab"),
        (1, "2024-01-15", 5, 19, "2024-07-01", "recorded", 163, 20, "on_schedule", "ocrelizumab"),
        (2, "2024-07-01", 10, 192, "2024-12-16", "planned", 158, 193, "on_schedule", "ocrelizumab"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("drawn", "infused", "same_day", "course"),
    [
        ("2024-01-01", "2024-01-01", "before", 0),
        ("2024-01-01", "2024-01-01", "after", 1),
        ("2024-01-01T23:00:00", "2024-01-01", "before", 0),  # only one of them has a time
        ("2024-01-01T10:00:59", "2024-01-01T10:00:00", "after", 0),  # the same minute: before
        ("2024-01-01T10:01:00", "2024-01-01T10:00:59", "before", 1),
    ],
)
def test_a_draw_on_the_day_of_the_infusion(drawn: str, infused: str, same_day: str, course: int) -> None:
    row = one(result(drawn), infusion(infused), same_day=same_day)
    # Before: next infusion is today (0 days) and nothing was given yet. After: day 0, planned Jun 17 (169).
    # Study day 1 and baseline candidate either way; only before is it a baseline from before treatment.
    expected = (0, None, 0, "pre_treatment", "pre_treatment"), (1, 0, 168, "initiation", "first_on_record")
    names = ("course", "days_since_infusion", "days_to_next_infusion", "phase", "baseline_kind")
    assert columns([row], *names) == [expected[course]]
    assert row["study_day"] == 1


@pytest.mark.parametrize(
    ("second_on", "dose", "course", "planned"),
    [
        ("2024-02-26", 300.0, 1, "2024-06-17"),  # 56 days: joins; Jan 1 + 168 = day number 169
        ("2024-02-27", 300.0, 2, "2024-08-13"),  # 57 days; Feb 27 is number 58, + 168 = 226
        ("2024-02-26", 600.0, 2, "2024-08-12"),  # a whole dose
        ("2024-02-26", None, 2, "2024-08-12"),  # dose not known
    ],
)
def test_what_joins_a_lone_half_dose(second_on: str, dose: float | None, course: int, planned: str) -> None:
    row = one(result("2024-03-01"), infusion("2024-01-01", dose=300), infusion(second_on, dose=dose))
    assert (row["course"], row["next_infusion_on"]) == (course, planned)


def test_a_lone_half_dose_plans_its_second_half_and_takes_only_one() -> None:
    # Alone: planned Jan 15, on Feb 1 (number 32) 17 days ago. A third one (Feb 15), within 56
    # days of the first and 16 after the joined second, opens course 2 all the same.
    first, second, third = (infusion(day, dose=300) for day in ("2024-01-01", "2024-01-30", "2024-02-15"))
    alone = one(result("2024-02-01"), first)
    assert (alone["next_infusion_on"], alone["days_to_next_infusion"]) == ("2024-01-15", -17)
    assert one(result("2024-04-01"), first, second, third)["course"] == 2
    briumvi = one(result("2024-01-05"), infusion("2024-01-01", "ublituximab", 150))
    assert (briumvi["next_infusion_on"], briumvi["days_to_next_infusion"]) == ("2024-01-15", 10)


def test_a_continuous_drug_is_one_course_until_a_gap_of_84_days() -> None:
    def course(*infusions: Infusion) -> object:
        return one(result("2024-06-01"), *infusions)["course"]

    # Jan 29 is number 29; Apr 21 is 112 (83 days later), Apr 22 is 113 (84 days later).
    first, second = infusion("2024-01-01", "ofatumumab", 20), infusion("2024-01-29", "ofatumumab", 20)
    assert course(first, second, infusion("2024-04-21", "ofatumumab", 20)) == 1
    assert course(first, second, infusion("2024-04-22", "ofatumumab", 20)) == 2
    assert course(first, infusion("2024-01-08", "ocrelizumab", 300)) == 2  # another drug, after 7 days
    # Rituximab on days 1 and 22 is one course, on 1 and 23 two.
    assert course(infusion("2024-01-01", "rituximab"), infusion("2024-01-22", "rituximab")) == 1
    assert course(infusion("2024-01-01", "rituximab"), infusion("2024-01-23", "rituximab")) == 2


@pytest.mark.parametrize(
    ("drug", "day", "phase", "planned"),
    [  # one dose on Jan 1, number 1: day n after it has number n + 1
        ("ocrelizumab", "2024-01-14", "initiation", "2024-06-17"),  # day 13
        ("ocrelizumab", "2024-07-14", "on_schedule", "2024-06-17"),  # day 195
        ("ocrelizumab", "2024-07-15", "extended", "2024-06-17"),  # day 196 = 168 + 28
        ("ocrelizumab", "2024-12-29", "extended", "2024-06-17"),  # day 363
        ("ocrelizumab", "2024-12-30", "interrupted", "2024-06-17"),
        ("rituximab", "2024-07-29", "extended", "2024-07-01"),  # day 210 = 182 + 28
        ("ofatumumab", "2024-02-25", "on_schedule", "2024-01-08"),  # day 55; the second loading dose was due on day 7
        ("ofatumumab", "2024-02-26", "extended", "2024-01-08"),  # day 56 = 28 + 28
    ],
)
def test_phases_and_planned_dates(drug: str, day: str, phase: str, planned: str) -> None:
    row = one(result(day), infusion("2024-01-01", drug))
    assert (row["phase"], row["next_infusion_on"], row["next_infusion_kind"]) == (phase, planned, "planned")


def test_a_continuous_drug_counts_from_its_last_dose() -> None:
    # Doses on numbers 1 and 71 (Mar 11, 70 days later): on May 1 (122) 51 days since the last, 121 since the
    # first; planned 71 + 28 = 99 = Apr 8, 23 days ago.
    doses = (infusion("2024-01-01", "ofatumumab", 20), infusion("2024-03-11", "ofatumumab", 20))
    row = one(result("2024-05-01"), *doses)
    assert (row["course"], row["phase"], row["days_since_infusion"]) == (1, "on_schedule", 51)
    assert (row["next_infusion_on"], row["days_to_next_infusion"]) == ("2024-04-08", -23)


def test_a_booking_more_than_400_days_ahead_is_none() -> None:
    # 2024-03-01 is day number 61; 400 days later is 2025-04-05, for 305 days of 2024 are left and 95 go on to it.
    for booked, planned in (("2025-04-05", "2025-04-05"), ("2025-04-06", "2024-06-17")):
        (row,) = annotate_reference(
            [result("2024-02-01")], [infusion("2024-01-01"), infusion(booked)], as_of="2024-03-01"
        )
        assert row["next_infusion_on"] == planned


@pytest.mark.parametrize(
    ("event", "phase", "due"),
    [
        (("2024-03-01", "stopped", ""), "after_treatment", None),
        (("2024-03-31", "stopped", ""), "after_treatment", None),
        (("2024-04-01", "stopped", ""), "on_schedule", "2024-06-17"),  # the day itself is still on treatment
        (("2024-01-01", "stopped", ""), "after_treatment", None),  # the day of the last dose
        (("2023-12-31", "stopped", ""), "on_schedule", "2024-06-17"),  # before it
        (("2024-03-01", "other_drug", "natalizumab"), "after_treatment", None),
        (("2024-01-01", "other_drug", "natalizumab"), "on_schedule", "2024-06-17"),  # given up for the dose of that day
        (("2024-03-01", "other_drug", ""), "on_schedule", "2024-06-17"),
        (("2024-03-01", "left", ""), "on_schedule", None),
        (("2024-03-01", "infection", ""), "on_schedule", "2024-06-17"),
    ],
)
def test_how_a_treatment_ends(event: tuple[str, str, str], phase: str, due: str | None) -> None:
    happened = [Event("me", *event)]
    (row,) = annotate_reference([result("2024-04-01")], [infusion("2024-01-01")], happened, as_of="2024-05-01")
    assert (row["phase"], row["next_infusion_on"]) == (phase, due)


def test_bookings_are_the_next_infusion_and_nothing_else() -> None:
    booked = [infusion("2024-05-01"), infusion("2024-04-01")]
    names = ("course", "phase", "study_day", "next_infusion_on", "next_infusion_kind", "baseline_kind")
    draws = [result("2024-02-01")]
    only_booked = annotate_reference(draws, booked, as_of="2024-03-01")
    assert columns(only_booked, *names) == [(0, None, None, "2024-04-01", "recorded", "first_on_record")]
    assert only_booked[0]["days_to_next_infusion"] == 60  # 92 - 32
    given = annotate_reference(draws, [*booked, infusion("2024-01-01")], as_of="2024-03-01")
    assert columns(given, *names) == [(1, "on_schedule", 32, "2024-04-01", "recorded", "first_on_record")]
    nothing = annotate_reference(draws, [], as_of="2024-03-01")
    assert columns(nothing, *names) == [(0, None, None, None, None, "first_on_record")]


@pytest.mark.parametrize(
    ("value", "comparator", "low", "high", "flag"),
    [
        (4.0, None, 4.0, 11.0, "normal"),  # the limits themselves are normal
        (11.0, None, 4.0, 11.0, "normal"),
        (3.99, None, 4.0, 11.0, "low"),
        (0.1 + 0.2, None, None, 0.3, "normal"),  # 0.30000000000000004 is 0.3
        (4.0, "<", 4.0, 11.0, "low"),  # below 4 for certain
        (4.0, "<=", 4.0, 11.0, None),  # may be 4 itself
        (5.0, "<", 4.0, 11.0, None),
        (5.0, "<", 0.0, 11.0, "normal"),  # nothing is below 0
        (11.0, "<", None, 11.0, "normal"),
        (11.0, ">", 4.0, 11.0, "high"),
        (11.0, ">=", 4.0, 11.0, None),
        (4.0, ">=", 4.0, None, "normal"),
    ],
)
def test_flag_against_the_reported_interval(
    value: float, comparator: str | None, low: float | None, high: float | None, flag: str | None
) -> None:
    row = one(result("2024-01-01", value, comparator, low=low, high=high))
    assert (row["ref_source"], row["ref_flag"]) == ("reported", flag)


def test_the_catalogue_stands_in_only_when_the_lab_gives_no_limit() -> None:
    igg = one(result("2024-01-01", 5.0, analyte="igg"))
    hemoglobin = one(result("2024-01-01", 90.0, analyte="hemoglobin"))
    names = ("ref_low", "ref_high", "ref_source", "ref_flag")
    assert columns([igg, hemoglobin], *names) == [(5.65, 16.0, "catalogue", "low"), (None, None, None, None)]


@pytest.mark.parametrize(
    ("drawn", "unit", "printed", "source", "flag"),
    [
        ("2026-01-01", "10^9/L", None, "earlier", "low"),  # 3.9 against 4.2-10.0; 365 + 366 - 1 days after it
        ("2026-01-02", "10^9/L", None, "catalogue", "low"),
        ("2024-06-01", "K/uL", None, "catalogue", "low"),
        ("2024-01-02", "10^9/L", None, "earlier", "low"),
        ("2024-01-02", "10^9/L", "adults: see over", None, None),
        ("2023-12-31", "10^9/L", None, "catalogue", "low"),
    ],
)
def test_an_earlier_interval_in_the_same_unit(
    drawn: str, unit: str, printed: str | None, source: str | None, flag: str | None
) -> None:
    first = Result("me", "2024-01-02", "wbc", 6.0, None, 4.2, 10.0, "10^9/L")
    rows = annotate_reference(
        [Result("me", drawn, "wbc", 3.9, None, None, None, unit, printed), first], [], as_of="2026-06-01"
    )
    assert (rows[0]["ref_source"], rows[0]["ref_flag"]) == (source, flag)


@pytest.mark.parametrize(
    ("analyte", "value", "comparator", "low", "grade"),
    [
        ("lymphocytes", 0.2, None, 0.9, 3),  # equal to a cut: the milder grade
        ("lymphocytes", 0.8, None, 0.9, 1),
        ("lymphocytes", 0.9, None, 0.9, 0),
        ("lymphocytes", 0.9, None, None, 1),  # no interval printed: the catalogue's 1.0
        ("neutrophils", 1.45, None, 1.4, 2),  # inside the lab's range and still grade 2
        ("neutrophils", 0.5, "<", 1.4, 4),
        ("neutrophils", 0.5, "<=", 1.4, 3),  # may be 0.5, which is grade 3; at least that
        ("wbc", 3.5, "<", 4.0, 1),
        ("wbc", 4.0, ">=", 4.0, 0),
        ("neutrophils", 1.4, ">", 1.4, None),  # may be below 1.5
        ("cd4", 199.0, None, 300.0, 3),  # in /uL: cuts 500, 200, 50
        ("hemoglobin", 50.0, None, 120.0, 3),  # no numeric grade 4
        ("hemoglobin", 110.0, None, None, None),  # 0 and 1 need a lower limit
        ("monocytes", 0.05, None, 0.2, None),  # not graded
    ],
)
def test_ctcae_grades(analyte: str, value: float, comparator: str | None, low: float | None, grade: int | None) -> None:
    assert one(result("2024-01-01", value, comparator, analyte=analyte, low=low))["ctcae_v5_grade"] == grade


def test_an_upper_limit_alone_gives_no_grade_0_or_1() -> None:
    assert one(result("2024-01-01", 3.5, high=11.0))["ctcae_v5_grade"] is None
    assert one(result("2024-01-01", 2.9, high=11.0))["ctcae_v5_grade"] == 2


def test_baseline_change_and_previous_value_in_input_order() -> None:
    # Sorted: Dec 1, Dec 20 (baseline, 5.0: last before Jan 1), "<4", 3.3, 7.4, 7.45.
    # 3.3: -1.7 = -34 %, past the lower limit -32.7. 7.4: +48 %, short of +48.6. 7.45: +49 %, past it.
    draws = [
        result("2024-05-01", 7.45),
        result("2024-03-01", 3.3),
        result("2023-12-20", 5.0),
        result("2023-12-01", 6.0),
        result("2024-02-01", 4.0, "<"),
        result("2024-04-01", 7.4),
        result("2024-04-01", 1.0, patient="you"),
        result("2024-04-01", 1.0, analyte="lymphocytes"),
    ]
    rows = annotate_reference(draws, [infusion("2024-01-01")], as_of="2024-06-01")
    names = ("baseline_value", "change", "percent_change", "previous_value", "change_from_previous")
    expected: list[tuple[float | None, ...]] = [
        (5.0, 2.45, 49.0, 7.4, 0.05),
        (5.0, -1.7, -34.0, 5.0, -1.7),  # the censored one before it is passed over
        (5.0, 0.0, 0.0, 6.0, -1.0),
        (None, None, None, None, None),
        (5.0, None, None, 5.0, None),
        (5.0, 2.4, 48.0, 3.3, 4.1),
        (1.0, 0.0, 0.0, None, None),
        (1.0, 0.0, 0.0, None, None),
    ]
    for row, wanted in zip(columns(rows, *names), expected, strict=True):
        assert row == pytest.approx(wanted)
    assert [row["beyond_rcv"] for row in rows] == ["rise", "fall", None, None, None, "no", None, None]
    pre, first = ("2023-12-20", "pre_treatment"), ("2024-04-01", "first_on_record")
    assert columns(rows, "baseline_at", "baseline_kind") == [
        pre,
        pre,
        pre,
        (None, None),
        pre,
        pre,
        first,
        first,
    ]


def test_order_within_a_day_and_ties() -> None:
    eight = "2023-12-20T08:00:00"
    draws = [result(eight, 5.0), result("2023-12-20", 6.0), result(eight, 7.0)]
    before = annotate_reference(draws, [infusion("2024-01-01")], as_of="2024-06-01")
    # A date alone is its midnight. Sorted: 6.0, 5.0, 7.0. Eight o'clock has rivals: the next earlier is the baseline.
    names = ("baseline_value", "baseline_note", "previous_value")
    assert columns(before, *names) == [
        (6.0, "conflicting_result", 6.0), (6.0, "conflicting_result", None), (6.0, "conflicting_result", 5.0),
    ]  # fmt: skip
    # Without infusions the first on record; rivals alone give none.
    assert columns(annotate_reference(draws, [], as_of="2024-06-01"), *names[:2]) == [(6.0, None)] * 3
    assert columns(annotate_reference(draws[::2], [], as_of="2024-06-01"), *names[:2]) == [(None, None)] * 2


def test_no_percent_from_a_baseline_of_zero_and_no_verdict_without_variation() -> None:
    draws = [
        result(day, value, analyte=analyte)
        for analyte, first, second in (("eosinophils", 0.0, 0.2), ("cd19", 200.0, 2.0))
        for day, value in (("2024-01-01", first), ("2024-02-01", second))
    ]
    rows = annotate_reference(draws, [], as_of="2024-06-01")
    assert columns(rows, "change", "percent_change", "beyond_rcv") == [
        (0.0, None, None), (0.2, None, None), (0.0, 0.0, None), (-198.0, -99.0, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("analyte", "lower", "upper"),
    [  # the table of facts.md, section 7, printed to one decimal; igg worked out: 26.83 and 36.66
        ("wbc", -32.7, 48.6),
        ("basophils", -42.6, 74.3),
        ("hemoglobin", -8.1, 8.9),
        ("igg", -24.4, 32.2),
    ],
)
def test_reference_change_values_of_the_facts(analyte: str, lower: float, upper: float) -> None:
    def verdict(percent: float) -> object:
        values = {"2024-01-01": 100.0, "2024-02-01": 100.0 + percent}
        draws = [result(day, value, analyte=analyte) for day, value in values.items()]
        return annotate_reference(draws, [], as_of="2024-06-01")[1]["beyond_rcv"]

    margin = 0.06  # half a unit of the printed decimal, and a little
    assert [verdict(lower - margin), verdict(lower + margin)] == ["fall", "no"]
    assert [verdict(upper - margin), verdict(upper + margin)] == ["no", "rise"]
