"""Early, sustained and mostly depleted, and B cells seen again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables.cohorts import build
from tables.labs import on

from wbc_tracker.cohort.counts import Proportion
from wbc_tracker.cohort.depletion import compute_survival_median


@pytest.mark.parametrize(("day", "counts"), [(69, (0, 0)), (70, (1, 1)), (112, (1, 1)), (113, (0, 0))])
def test_both_ends_of_the_early_window_belong_to_it(day, counts):
    early = build({"a": ("0", f"{day} cd19 2")}).depletion.early
    assert (early.count, early.assessable) == counts


def test_early_takes_the_day_nearest_to_day_91():
    early = build({"a": ("0", "75 cd19 2", "100 cd19 50"), "b": ("0", "80 cd19 2", "102 cd19 50")}).depletion.early
    assert early == Proportion(1, 2, 0)  # a: 9 days against 16; b: both 11, the earlier


def test_early_is_missing_only_for_those_treated_until_the_window_opens():
    people = {"a": ("0", "90 cd19 2"), "b": ("0", "30 cd19 2"), "new": ("31", "50 cd19 2")}
    assert build(people, as_of=on(100)).depletion.early == Proportion(1, 1, 1)
    assert build(people, as_of=on(101)).depletion.early == Proportion(1, 1, 2)
    assert build(people, as_of=on(100), early_days=(10, 40)).depletion.early == Proportion(2, 2, 1)


def test_sustained_counts_from_day_14():
    people = {
        "always": ("0", "14 cd19 2", "300 cd19 <1"),
        "slow": ("0", "13 cd19 80", "14 cd19 2"),
        "once": ("0", "14 cd19 80", "90 cd19 2"),
        "before": ("0", "13 cd19 2"),
        "unclear": ("0", "90 cd19 <20"),
    }
    found = build(people).depletion
    assert found.sustained == Proportion(2, 3, 2)
    assert found.ever == Proportion(4, 4, 1)


def test_mostly_is_80_percent_of_the_draws_or_more():
    people = {
        "four_of_five": ("0", *(f"{day} cd19 2" for day in (20, 40, 60, 80)), "100 cd19 50"),
        "three_of_four": ("0", *(f"{day} cd19 2" for day in (20, 40, 60)), "100 cd19 50"),
    }
    assert build(people).depletion.mostly == Proportion(1, 2, 0)


def test_b_cells_seen_again_after_a_depleted_day():
    people = {
        "back": ("0 168", "90 cd19 2", "400 cd19 50", "500 cd19 90"),
        "never_gone": ("0", "90 cd19 80", "200 cd19 90"),
        "still_gone": ("0", "90 cd19 2", "300 cd19 <1"),
        "one_look": ("0", "90 cd19 2"),
        "gone_late": ("0", "20 cd19 80", "90 cd19 2", "150 cd19 10"),
    }
    again = build(people).reappearance
    assert again.seen == Proportion(2, 4, 1)
    assert again.not_seen == 2
    assert [one.value for one in again.since_first] == [212.5, 275, 337.5]  # of 400 and 150
    assert [one.value for one in again.since_last] == [170.5, 191, 211.5]  # of 232 and 150
    # from the first depleted day: seen after 60 and 310; last looked at after 210 and 0
    assert again.median_days == 310  # at 60: 2/3 of 3 remain; at 310: none of 1


def test_a_depleted_day_before_treatment_does_not_count():
    again = build({"a": ("0", "-5 cd19 2", "90 cd19 80")}).reappearance
    assert (again.seen, again.median_days) == (Proportion(0, 0, 0), None)


@pytest.mark.parametrize(
    ("looks", "median"),
    [
        ("10", None),
        ("10!", 10),
        ("10! 20", 10),
        ("10 20!", 20),
        ("10! 20! 30 40", 20),  # 3/4, then 1/2
        ("10! 20 30! 40", 30),  # 3/4, then 3/8
        ("10! 20 30 40", None),
        ("10! 10 20! 30", 20),  # looked at on day 10 for the last time: at risk then; 3/4, then 3/8
        ("", None),
    ],
)
def test_kaplan_meier_by_hand(looks, median):
    words = looks.split()
    time = np.array([int(word.strip("!")) for word in words], dtype=np.int64)
    assert compute_survival_median(time, np.array([word.endswith("!") for word in words], dtype=bool)) == median


@given(st.lists(st.tuples(st.integers(0, 12), st.booleans()), max_size=30))
def test_kaplan_meier_a_second_way(looks):
    """Redistribute to the right: who leaves unseen gives an equal share of their weight to all who stay longer."""
    weights = dict.fromkeys(range(len(looks)), 1.0)
    seen_by = {}
    # On one day the seen come first: who is looked at last on that day still stood at risk.
    order = sorted(range(len(looks)), key=lambda place: (looks[place][0], not looks[place][1]))
    for number, place in enumerate(order):
        day, seen = looks[place]
        if seen:
            seen_by[day] = seen_by.get(day, 0.0) + weights[place]
            continue
        staying = order[number + 1 :]
        for other in staying:
            weights[other] += weights[place] / len(staying)
    total, reached = 0.0, None
    for day in sorted(seen_by):
        total += seen_by[day]
        if reached is None and total >= len(looks) / 2 - 1e-9:
            reached = day
    time = np.array([day for day, _ in looks], dtype=np.int64)
    assert compute_survival_median(time, np.array([seen for _, seen in looks], dtype=bool)) == reached
