"""`summarize_cohort`, as a researcher calls it: from files to the table, by public names alone."""

from __future__ import annotations

import pytest
from tables.cohorts import AS_OF, build, tables

import wbc_tracker
from wbc_tracker import CohortSettings, annotate, summarize_cohort

PEOPLE = {
    "ann": ("0 14 168", "-3 wbc 6.0", "-3 cd19 200", "90 cd19 <1", "90 wbc 5.0"),
    "bob": ("0", "-3 wbc 7.0", "90 wbc 6.0"),
    "cal": ("", "10 wbc 5"),
}


def test_it_is_the_table_of_the_program():
    labs, given = tables(PEOPLE)
    made = summarize_cohort(annotate(labs, given, as_of=AS_OF), given, CohortSettings.of(as_of=AS_OF))
    expected = build(PEOPLE)
    assert (made.on_record, made.treated, made.drawn) == (3, 2, 2)
    assert made.settings == expected.settings
    assert made.depletion == expected.depletion
    for one, other in zip(made.tables, expected.tables, strict=True):
        assert one.values.equals(other.values)
        assert one.depletion.equals(other.depletion)


def test_people_on_record_without_any_row_can_be_named():
    labs, given = tables(PEOPLE)
    who = [*PEOPLE, "dan"]
    made = summarize_cohort(annotate(labs, given, as_of=AS_OF), given, CohortSettings.of(as_of=AS_OF), patients=who)
    assert (made.on_record, made.treated) == (4, 2)


def test_who_has_infusions_but_no_results_is_on_record_and_treated():
    labs, given = tables({**PEOPLE, "eve": ("0",)})
    made = summarize_cohort(annotate(labs, given, as_of=AS_OF), given, CohortSettings.of(as_of=AS_OF))
    assert (made.on_record, made.treated, made.drawn) == (4, 3, 2)


@pytest.mark.parametrize("name", wbc_tracker.__all__)
def test_every_public_name_is_there(name):
    assert getattr(wbc_tracker, name)
