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
from wbc_tracker.invented.populations import World, invent_registry

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


def test_a_registry_and_each_of_its_groups():
    """One hundred and fifty invented patients; every third is of another arm, and of some it is not told."""
    invented = invent_registry(3000, World(150, analytes=("wbc", "cd19"), residue=14.0, seed=3))
    people: dict[str, list[str]] = {}
    for row in invented.infusions.to_pylist():
        people.setdefault(row["patient_id"], [""])[0] += f" {day_of(row['infused_on'])}"
    for row in invented.labs.to_pylist():
        line = f"{day_of(row['collected_at'])} {row['analyte']} {row['value']}"
        people.setdefault(row["patient_id"], [""]).append(line)
    labs, given_ = tables({who: tuple(one) for who, one in people.items()})
    last = max(day_of(text) for text in labs["collected_at"])
    asked = settings(on(last))
    groups = {who: "abc"[number % 3] for number, who in enumerate(people) if number % 7}
    annotated = annotate(labs, given_, as_of=asked.as_of)
    found = build_cohort(annotated, courses_of(given_, people, asked.as_of), list(people), asked, CATALOG, groups)
    them = {who: PersonOfLoops(*one, as_of_day=last) for who, one in people.items()}
    assert list(found.groups) == ["a", "b", "c", "not told"]
    check_cohort(found, list(them.values()), asked)
    for name, group in found.groups.items():
        check_cohort(group, [one for who, one in them.items() if groups.get(who, "not told") == name], asked)


def day_of(text: str) -> int:
    """Days from the day that the tables count from."""
    return (date.fromisoformat(text[:10]) - START).days


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
