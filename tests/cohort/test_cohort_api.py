"""`summarize_cohort`, as a researcher calls it: from frames to the table, by public names alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from tables.cohorts import AS_OF, build, tables

import wbc_tracker
from wbc_tracker import assemble, summarize_cohort

PEOPLE = {
    "ann": ("0 14 168", "-3 wbc 6.0", "-3 cd19 200", "90 cd19 <1", "90 wbc 5.0"),
    "bob": ("0", "-3 wbc 7.0", "90 wbc 6.0"),
    "cal": ("", "10 wbc 5"),
}


def test_it_is_the_table_of_the_program():
    made = summarize_cohort(assemble(*tables(PEOPLE), AS_OF))
    expected = build(PEOPLE)
    assert (made.on_record, made.treated, made.drawn) == (3, 2, 2)
    assert made.settings == expected.settings
    assert made.depletion == expected.depletion
    for one, other in zip(made.tables, expected.tables, strict=True):
        assert one.values.equals(other.values)
        assert one.depletion.equals(other.depletion)


def test_people_on_record_without_any_row_can_be_named():
    dataset = replace(assemble(*tables(PEOPLE), AS_OF), patients=[*PEOPLE, "dan"])
    made = summarize_cohort(dataset)
    assert (made.on_record, made.treated) == (4, 2)


def test_who_has_infusions_but_no_results_is_on_record_and_treated():
    made = summarize_cohort(assemble(*tables({**PEOPLE, "eve": ("0",)}), AS_OF))
    assert (made.on_record, made.treated, made.drawn) == (4, 3, 2)


@pytest.mark.parametrize("name", wbc_tracker.__all__)
def test_every_public_name_is_there(name):
    assert getattr(wbc_tracker, name)
