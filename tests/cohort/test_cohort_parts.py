"""However the patients are divided, the table is the same: what is extracted of some joins to what all give."""

from __future__ import annotations

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st
from tables.cohorts import AS_OF, alike, courses_of, people_of_chance, settings, tables
from tables.labs import CATALOG
from tables.trials import examples

from wbc_tracker.annotation import annotate
from wbc_tracker.cohort import CohortParts, build_cohort, extract_cohort, summarize_parts


def extracted(people: dict[str, tuple[str, ...]], who: list[str]) -> CohortParts:
    """What is counted of some of the people, who alone are read."""
    labs, given_ = tables({name: people[name] for name in who})
    annotated = annotate(labs, given_, as_of=AS_OF)
    return extract_cohort(annotated, courses_of(given_, who, AS_OF), who, settings(), CATALOG)


@trials(max_examples=examples(30))
@given(people_of_chance(), st.data())
def test_any_division_of_the_patients_gives_the_same_table(people, data):
    labs, given_ = tables(people)
    annotated = annotate(labs, given_, as_of=AS_OF)
    whole = build_cohort(annotated, courses_of(given_, people, AS_OF), list(people), settings(), CATALOG)
    block = data.draw(st.lists(st.integers(0, 2), min_size=len(people), max_size=len(people)))
    blocks = [[who for who, one in zip(people, block, strict=True) if one == number] for number in sorted(set(block))]
    divided = summarize_parts(
        [extracted(people, who) for who in data.draw(st.permutations(blocks))], settings(), CATALOG
    )
    assert alike(whole, divided)


def test_a_part_of_the_patients_is_what_they_alone_give():
    people = {
        "ann": ("0 14 168", "-3 wbc 6.0", "-3 cd19 200", "90 cd19 <1", "90 wbc 5.0"),
        "bob": ("0", "-3 wbc 7.0", "90 wbc 1.0", "500 cd19 60"),
        "cal": ("", "10 wbc 5"),
        "dan": ("0 200", "-3 cd19 150", "90 cd19 2", "190 cd19 30", "190 wbc 4"),
    }
    whole = extracted(people, list(people))
    some = whole.of(np.array([False, True, False, True]))
    assert alike(
        summarize_parts([some], settings(), CATALOG),
        summarize_parts([extracted(people, ["bob", "dan"])], settings(), CATALOG),
    )
    assert isinstance(some.people, pd.DataFrame)
