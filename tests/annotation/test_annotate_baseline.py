"""Which result is the baseline, and what rows carry it. The first infusion is on day 0."""

from __future__ import annotations

from tables.labs import annotated, cohort, draws, infusions, on, table

from wbc_tracker.annotation import annotate

FIRST = f"{on(0)} 600"
BASELINE = ("baseline_value", "baseline_at", "baseline_kind")
NONE = (None, None, None)


def test_the_latest_result_before_the_first_infusion() -> None:
    labs = draws(f"{on(-90)} wbc 7.0", f"{on(-5)} wbc 6.4", f"{on(60)} wbc 5.0")
    assert table(annotated(labs, FIRST), *BASELINE) == [
        NONE,  # before its own baseline
        (6.4, on(-5), "pre_treatment"),
        (6.4, on(-5), "pre_treatment"),
    ]


def test_the_order_of_the_file_does_not_matter() -> None:
    labs = draws(f"{on(60)} wbc 5.0", f"{on(-5)} wbc 6.4", f"{on(-90)} wbc 7.0")
    assert table(annotated(labs, FIRST), "baseline_value") == [6.4, 6.4, None]


def test_a_draw_on_the_day_of_the_first_infusion_before_it() -> None:
    labs = draws(f"{on(-5)} wbc 6.4", f"{on(0)} wbc 6.0", f"{on(60)} wbc 5.0")
    assert table(annotated(labs, FIRST), "baseline_value") == [None, 6.0, 6.0]


def test_a_draw_on_the_day_of_the_first_infusion_after_it() -> None:
    labs = draws(f"{on(-5)} wbc 6.4", f"{on(0)}T12:00 wbc 9.0", f"{on(60)} wbc 5.0")
    assert table(annotated(labs, f"{on(0)}T09:00 600"), "baseline_value") == [6.4, 6.4, 6.4]


def test_two_results_at_one_time_are_no_baseline_the_one_before_is() -> None:
    labs = draws(f"{on(-90)} wbc 7.0", f"{on(-5)} wbc 6.4", f"{on(-5)} wbc 6.8", f"{on(60)} wbc 5.0")
    assert table(annotated(labs, FIRST), *BASELINE) == [(7.0, on(-90), "pre_treatment")] * 4


def test_two_results_at_one_time_alone_leave_the_first_on_record() -> None:
    labs = draws(f"{on(-5)} wbc 6.4", f"{on(-5)} wbc 6.8", f"{on(60)} wbc 5.0")
    assert table(annotated(labs, FIRST), *BASELINE) == [NONE, NONE, (5.0, on(60), "first_on_record")]


def test_without_a_result_before_treatment_the_first_on_record() -> None:
    labs = draws(f"{on(60)} wbc 5.0", f"{on(30)} wbc 5.5")
    assert table(annotated(labs, FIRST), *BASELINE) == [(5.5, on(30), "first_on_record")] * 2


def test_of_two_first_results_on_record_neither() -> None:
    labs = draws(f"{on(30)} wbc 5.5", f"{on(30)} wbc 5.9", f"{on(60)} wbc 5.0")
    assert table(annotated(labs, FIRST), "baseline_value") == [None, None, 5.0]


def test_two_equal_results_of_one_time_are_no_rivals() -> None:
    """The second is the baseline, and the first stands before it."""
    labs = draws(f"{on(-5)} wbc 6.4", f"{on(-5)} wbc 6.4", f"{on(60)} wbc 5.0")
    assert table(annotated(labs, FIRST), "baseline_value") == [None, 6.4, 6.4]


def test_a_patient_without_infusions_has_the_first_on_record() -> None:
    labs = draws(f"{on(-5)} wbc 6.4", f"{on(60)} wbc 5.0")
    assert table(annotated(labs), *BASELINE) == [(6.4, on(-5), "first_on_record")] * 2


def test_a_limit_is_no_baseline() -> None:
    labs = draws(f"{on(-30)} cd19 210", f"{on(-5)} cd19 >500", f"{on(60)} cd19 2")
    assert table(annotated(labs, FIRST), *BASELINE) == [(210, on(-30), "pre_treatment")] * 3


def test_only_limits_before_treatment_leave_the_first_number_on_record() -> None:
    labs = draws(f"{on(-5)} cd19 >500", f"{on(60)} cd19 <1", f"{on(90)} cd19 2", f"{on(120)} cd19 <1")
    expected = (2, on(90), "first_on_record")
    assert table(annotated(labs, FIRST), *BASELINE) == [NONE, NONE, expected, expected]


def test_nothing_but_limits_has_no_baseline() -> None:
    labs = draws(f"{on(-5)} cd19 >500", f"{on(60)} cd19 <1")
    assert table(annotated(labs, FIRST), *BASELINE) == [NONE, NONE]


def test_a_limit_carries_the_baseline_but_no_change() -> None:
    labs = draws(f"{on(-5)} cd19 210", f"{on(60)} cd19 <1")
    columns = ("baseline_value", "change", "percent_change", "change_from_previous", "previous_value")
    assert table(annotated(labs, FIRST), *columns)[1] == (210, None, None, None, 210)


def test_a_baseline_of_zero_gives_a_change_but_no_percentage() -> None:
    labs = draws(f"{on(-5)} eosinophils 0.0", f"{on(60)} eosinophils 0.2")
    columns = ("change", "percent_change", "beyond_rcv")
    assert table(annotated(labs, FIRST), *columns) == [(0, None, None), (0.2, None, None)]


def test_the_baseline_row_itself_has_no_change_and_no_verdict() -> None:
    labs = draws(f"{on(-90)} wbc 7.0", f"{on(-5)} wbc 6.4", f"{on(60)} wbc 6.4")
    columns = ("change", "percent_change", "beyond_rcv")
    assert table(annotated(labs, FIRST), *columns) == [(None, None, None), (0, 0, None), (0, 0, "no")]


def test_each_patient_and_analyte_has_its_own_baseline() -> None:
    labs = cohort(
        ann=draws(f"{on(-5)} wbc 6.4", f"{on(-8)} cd4 800", f"{on(60)} wbc 5.0", f"{on(60)} cd4 700"),
        bob=draws(f"{on(40)} wbc 9.0", f"{on(60)} wbc 8.0"),
    )
    frame = annotate(labs, infusions(FIRST, who="ann"), as_of=on(100))
    assert table(frame, "baseline_value") == [6.4, 800, 6.4, 800, 9.0, 9.0]


def test_a_derived_count_can_be_the_baseline() -> None:
    labs = draws(f"{on(-5)} wbc 6.0", f"{on(-5)} neutrophils_pct 50", f"{on(60)} neutrophils 2.4")
    frame = annotated(labs, FIRST)
    later = frame[frame["source_row"] == 4]
    assert table(later, "analyte", *BASELINE, "percent_change") == [("neutrophils", 3.0, on(-5), "pre_treatment", -20)]
