"""By weeks since an infusion: who counts, which value stands for a patient, what is missing.

Windows 0-4, 4-12, 12-24 weeks: days 0-27 (middle 13.5), 28-83 (55.5), 84-167 (125.5).
"""

from __future__ import annotations

import pytest
from tables.cohorts import build, cell, depleted, row
from tables.labs import on

WINDOWS = (0, 4, 12, 24)


def test_the_value_nearest_to_the_middle_stands_for_the_patient():
    found = build({"a": ("0", "30 wbc 3", "50 wbc 5", "62 wbc 6", "80 wbc 8")}, window_weeks=WINDOWS)
    assert cell(found, "wbc", 1) == ("5", 1, 1)  # 55.5 - 50 = 5.5 is nearer than 62 - 55.5 = 6.5


def test_of_two_equally_near_the_earlier_and_of_one_draw_the_lower():
    found = build({"a": ("0", "61 wbc 6", "50 wbc 5"), "b": ("0", "55 wbc 9", "55 wbc 4")}, window_weeks=WINDOWS)
    assert cell(found, "wbc", 1) == ("4.5", 2, 2)


@pytest.mark.parametrize(("day", "window"), [(1, 0), (27, 0), (28, 1), (83, 1), (84, 2), (167, 2)])
def test_a_window_ends_before_its_last_week(day, window):
    found = build({"a": ("0", f"{day} wbc 6")}, window_weeks=WINDOWS)
    assert [cell(found, "wbc", place)[1] for place in range(3)] == [int(place == window) for place in range(3)]


def test_results_outside_all_windows_are_told():
    found = build({"a": ("0", "168 wbc 6", "400 wbc 6", "-5 wbc 6"), "b": ("0", "30 wbc 5")}, window_weeks=WINDOWS)
    assert found.tables[0].outside == (2, 1)
    early = build({"a": ("0", "3 wbc 6")}, window_weeks=(4, 12))
    assert early.tables[0].outside == (1, 1)


def test_only_treated_patients_count_and_the_others_are_told():
    found = build({"a": ("0", "30 wbc 6"), "b": ("", "30 wbc 9"), "c": ("2000", "30 wbc 9"), "d": ("0",)})
    assert (found.on_record, found.treated, found.drawn) == (4, 2, 1)
    assert cell(found, "wbc", 1) == ("6", 1, 2)  # d was treated that long and has no value


def test_who_has_not_been_treated_that_long_is_not_missing():
    found = build({"a": ("0", "30 wbc 6"), "b": ("80", "-100 wbc 5")}, as_of=on(107), window_weeks=WINDOWS)
    assert [row(found, "wbc", place)["reached"] for place in range(3)] == [2, 1, 1]  # b: day 27
    later = build({"a": ("0", "30 wbc 6"), "b": ("80", "-100 wbc 5")}, as_of=on(108), window_weeks=WINDOWS)
    assert row(later, "wbc", 1)["reached"] == 2


def test_since_the_last_infusion_one_value_of_all_cycles_stands_for_a_patient():
    people = {"a": ("0 168", "50 wbc 5", "223 wbc 7")}  # day 50 of the first cycle, day 55 of the second
    found = build(people, window_weeks=WINDOWS)
    assert cell(found, "wbc", 1, "last") == ("7", 1, 1)
    assert cell(found, "wbc", 1, "first") == ("5", 1, 1)
    tie = build({"a": ("0 168", "223 wbc 7", "56 wbc 5")}, window_weeks=WINDOWS)
    assert cell(tie, "wbc", 1, "last") == ("5", 1, 1)  # days 56 and 55: equally near; the earlier draw


def test_since_the_last_infusion_who_got_another_one_sooner_is_not_missing():
    people = {"a": ("0 100", "30 wbc 5"), "b": ("0", "30 wbc 5")}
    found = build(people, as_of=on(150), window_weeks=(0, 4, 12, 15, 24))
    assert [row(found, "wbc", place, "last")["reached"] for place in range(4)] == [2, 2, 2, 1]


def test_a_draw_on_an_infusions_day_belongs_to_the_cycle_before():
    people = {"a": ("0 168", "168 wbc 6")}
    assert cell(build(people, window_weeks=(0, 24, 25)), "wbc", 1, "last") == ("6", 1, 1)
    after = build(people, same_day="after", window_weeks=(0, 24, 25))
    assert cell(after, "wbc", 0, "last") == ("6", 1, 1)


def test_the_baseline_row_holds_only_results_from_before_treatment():
    found = build({"a": ("0", "-20 wbc 4", "-3 wbc 6"), "b": ("0", "30 wbc 9"), "c": ("0", "-9 wbc <8", "30 wbc 1")})
    assert cell(found, "wbc", -1) == ("6", 1, 3)


def test_limits_in_a_median():
    found = build({"a": ("0", "30 cd19 <1"), "b": ("0", "30 cd19 <1"), "c": ("0", "30 cd19 40")})
    assert cell(found, "cd19", 1) == ("<1", 3, 3)


def test_the_share_depleted_with_all_its_denominators():
    found = build(
        {
            "count": ("0", "30 cd19 9.9"),
            "present": ("0", "30 cd19 10"),
            "percent": ("0", "30 cd19_pct 0.9"),
            "more": ("0", "30 cd19 3", "30 cd19_pct 1.2"),
            "unclear": ("0", "30 cd19 <20"),
            "other": ("0", "30 wbc 6"),
            "none": ("0",),
        }
    )
    assert depleted(found, 1) == (2, 4, 6, 7)


def test_only_days_that_can_be_judged_compete_for_the_middle():
    found = build({"a": ("0", "55 cd19 <20", "30 cd19 2", "80 cd19 50")}, window_weeks=WINDOWS)
    assert depleted(found, 1) == (0, 1, 1, 1)  # day 80 is 24.5 from the middle, day 30 is 25.5


def test_a_low_cd20_says_nothing():
    assert depleted(build({"a": ("0", "30 cd20 0")}), 1) == (0, 0, 1, 1)
    assert depleted(build({"a": ("0", "30 cd20 50")}), 1) == (0, 1, 1, 1)


def test_the_cuts_by_option():
    people = {"a": ("0", "30 cd19 7"), "b": ("0", "30 cd19 4"), "c": ("0", "30 cd19_pct 1.5")}
    assert depleted(build(people), 1) == (2, 3, 3, 3)
    assert depleted(build(people, depleted_below_count=5), 1) == (1, 3, 3, 3)
    assert depleted(build(people, depleted_below_percent=2), 1) == (3, 3, 3, 3)


def test_only_the_windows_asked_for():
    found = build({"a": ("0", "30 wbc 6")}, since=("last",), window_weeks=(0, 52))
    assert [(table.since, len(table.depletion)) for table in found.tables] == [("last", 1)]
