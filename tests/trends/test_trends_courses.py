"""Pre-dose value, nadir and last value of each course."""

from __future__ import annotations

import pytest
from tables.labs import annotated, at, cohort, infusions, on, table
from tables.trends import AS_OF, courses_of

from wbc_tracker.annotation import annotate
from wbc_tracker.errors import FrameError
from wbc_tracker.trends import summarize_courses

TWO = (f"{on(0)} 600", f"{on(168)} 600")
SPLIT = (f"{on(0)} 300", f"{on(14)} 300", f"{on(168)} 600")


class TestPreDoseAndLast:
    def test_the_last_draw_before_the_next_course(self):
        found = courses_of("-9 wbc 7", "30 wbc 6", "150 wbc 5", "200 wbc 4", infused=TWO)
        assert table(found, "course", "n", "pre_dose", "pre_dose_at", "last", "last_at") == [
            (1, 2, 5.0, on(150), 5.0, on(150)),
            (2, 1, None, None, 4.0, on(200)),
        ]

    def test_a_next_course_without_draws_of_its_own_settles_it(self):
        found = courses_of("150 wbc 5", infused=TWO)
        assert table(found, "course", "pre_dose") == [(1, 5.0)]

    def test_a_booking_does_not(self):
        found = courses_of("150 wbc 5", infused=TWO, as_of=160)
        assert table(found, "course", "pre_dose", "last") == [(1, None, 5.0)]

    def test_nor_does_the_second_half_of_the_first_dose(self):
        found = courses_of("7 wbc 5", infused=SPLIT[:2])
        assert table(found, "course", "pre_dose", "last") == [(1, None, 5.0)]

    def test_a_draw_on_the_day_of_the_next_infusion_was_taken_before_it(self):
        found = courses_of("150 wbc 5", "168 wbc 4", infused=TWO)
        assert table(found, "course", "pre_dose", "pre_dose_at") == [(1, 4.0, on(168))]
        after = courses_of("150 wbc 5", "168 wbc 4", infused=TWO, same_day="after")
        assert table(after, "course", "pre_dose", "last") == [(1, 5.0, 5.0), (2, None, 4.0)]

    def test_a_limit_keeps_its_comparator(self):
        found = courses_of("150 cd19 <1", infused=TWO)
        names = ("pre_dose", "pre_dose_comparator", "last", "last_comparator", "nadir", "nadir_comparator")
        assert table(found, *names) == [(1.0, "<", 1.0, "<", 1.0, "<")]

    def test_courses_come_in_order_though_the_clock_does_not(self):
        """Drawn at 8 before an infusion at 10, beside a draw without a time that counts as after it."""
        infused = (f"{on(0)} 600", f"{on(168)}T10:00 600")
        found = courses_of("168 wbc 4", "168T08:00 wbc 5", "100 wbc 6", infused=infused, same_day="after")
        assert table(found, "course", "n", "pre_dose", "last") == [(1, 2, 5.0, 5.0), (2, 1, None, 4.0)]


class TestNadir:
    def test_the_lowest_within_the_course_never_the_lowest_so_far(self):
        found = courses_of("30 wbc 3", "90 wbc 4", "200 wbc 6", "260 wbc 5", "300 wbc 5.5", infused=TWO)
        assert table(found, "course", "nadir", "nadir_day", "nadir_at") == [
            (1, 3.0, 30, on(30)),
            (2, 5.0, 92, on(260)),
        ]

    def test_the_earliest_of_several(self):
        assert table(courses_of("30 wbc 5", "60 wbc 4", "90 wbc 4", infused=TWO), "nadir_day") == [60]

    def test_days_count_from_the_latest_infusion(self):
        assert table(courses_of("10 wbc 4", "50 wbc 5", infused=SPLIT), "nadir_day") == [10]
        assert table(courses_of("10 wbc 5", "50 wbc 4", infused=SPLIT), "nadir_day") == [36]

    @pytest.mark.parametrize(
        ("lines", "nadir"),
        [
            (("30 cd19 2", "60 cd19 <1", "90 cd19 1"), ("<", 1.0, 60)),
            (("30 cd19 1", "60 cd19 <1"), ("<", 1.0, 60)),  # at the same number the limit is lower
            (("30 cd19 1", "60 cd19 <=1"), ("<=", 1.0, 60)),
            (("30 cd19 <=1", "60 cd19 <1"), ("<", 1.0, 60)),
            (("30 cd19 <5", "60 cd19 3"), (None, 3.0, 60)),  # at most 3 says more than less than 5
            (("30 cd19 >2", "60 cd19 3"), (None, 3.0, 60)),  # more than 2 says nothing of the lowest
            (("30 cd19 >2", "60 cd19 <9"), ("<", 9.0, 60)),
            (("30 cd19 >5", "60 cd19 >2"), (">", 2.0, 60)),  # nothing else
            (("30 cd19 >2", "60 cd19 >=2"), (">=", 2.0, 60)),
        ],
    )
    def test_limits(self, lines, nadir):
        found = courses_of(*lines, infused=TWO)
        assert table(found, "nadir_comparator", "nadir", "nadir_day") == [nadir]


def test_results_before_treatment_are_of_no_course():
    assert len(courses_of("-9 wbc 7", "0 wbc 6", infused=TWO)) == 0
    assert len(courses_of("-9 wbc 7", infused=())) == 0


def test_a_continuous_drug_has_no_courses_to_summarise():
    monthly = tuple(f"{on(28 * place)} 20 ofatumumab" for place in range(6))
    assert len(courses_of("10 wbc 6", "40 wbc 5", infused=monthly)) == 0
    changed = (*TWO, f"{on(336)} 20 ofatumumab")
    assert table(courses_of("100 wbc 6", "200 wbc 5", "340 wbc 4", infused=changed), "course", "pre_dose") == [
        (1, 6.0),
        (2, 5.0),
    ]


def test_everyone_apart_in_the_order_of_patients_analytes_and_courses():
    people = cohort(bob=at("150 wbc 5", "160 cd19 1"), eve=at("150 wbc 9"), ann=at("200 wbc 4", "20 wbc 6", "-9 wbc 7"))
    doses = infusions(*(TWO * 2)).assign(patient_id=["ann", "ann", "bob", "bob"])
    found = summarize_courses(annotate(people, doses, as_of=AS_OF), doses, as_of=AS_OF)
    assert table(found, "patient_id", "analyte", "course", "pre_dose", "last") == [
        ("bob", "wbc", 1, 5.0, 5.0),
        ("bob", "cd19", 1, 1.0, 1.0),
        ("ann", "wbc", 1, 6.0, 6.0),
        ("ann", "wbc", 2, None, 4.0),
    ]


def test_other_infusions_than_those_of_the_annotation_are_refused():
    frame = annotated(at("200 wbc 4"), *TWO, as_of=AS_OF)
    with pytest.raises(FrameError, match="other infusions"):
        summarize_courses(frame, infusions(*TWO[:1]), as_of=AS_OF)
    with pytest.raises(FrameError, match="another day"):
        summarize_courses(frame, infusions(*TWO), as_of=on(100))
