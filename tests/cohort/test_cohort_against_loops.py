"""The counts a second time, in plain loops over patients, on random cohorts."""

from __future__ import annotations

from datetime import date

import pandas as pd
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st
from tables.cohorts import courses_of, people_of_chance, settings, tables
from tables.labs import CATALOG, on
from tables.loops import AS_OF_DAY, START, PersonOfLoops, check_cohort
from tables.trials import examples

from wbc_tracker.annotation import annotate
from wbc_tracker.cohort import build_cohort

PEOPLE = people_of_chance()


@trials(max_examples=examples(60))
@given(PEOPLE)
def test_windows_depletion_and_times(people):
    labs, given_ = tables(people)
    asked = settings(on(AS_OF_DAY), window_weeks=(0, 4, 12, 30, 60))
    labs = labs[[(date.fromisoformat(when) - START).days <= AS_OF_DAY for when in labs["collected_at"]]]
    annotated = annotate(labs, given_, as_of=asked.as_of)
    found = build_cohort(annotated, courses_of(given_, people, asked.as_of), list(people), asked, CATALOG)
    them = [PersonOfLoops(*one) for one in people.values()]
    check_cohort(found, them, asked)


@trials(max_examples=examples(40))
@given(PEOPLE, st.randoms(use_true_random=False))
def test_the_order_of_rows_and_patients_does_not_matter(people, random):
    labs, given_ = tables(people)
    asked = settings(on(AS_OF_DAY))
    order, doses = list(range(len(labs))), list(range(len(given_)))
    random.shuffle(order)
    random.shuffle(doses)
    mixed, mixed_doses = labs.iloc[order].reset_index(drop=True), given_.iloc[doses].reset_index(drop=True)
    one, two = (
        build_cohort(annotate(rows, doses, as_of=asked.as_of), courses_of(doses, who, asked.as_of), who, asked, CATALOG)
        for rows, doses, who in ((labs, given_, list(people)), (mixed, mixed_doses, list(reversed(people))))
    )
    for name in ("depletion", "reappearance", "reference_shifts", "grade_shifts", "intervals"):
        assert getattr(one, name) == getattr(two, name)
    for left, right in zip(one.tables, two.tables, strict=True):
        pd.testing.assert_frame_equal(left.values, right.values)
        pd.testing.assert_frame_equal(left.depletion, right.depletion)
