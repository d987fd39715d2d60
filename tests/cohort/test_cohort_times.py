"""Time to an event: who is at risk from when, which day counts, and what closes the time.

A day is written as in the lab: `90 cd19 2` depletes, `300 cd19 60` brings B cells back.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as trials
from tables.cohorts import AS_OF, courses_of, people_of_chance, settings, tables
from tables.labs import CATALOG, happened, on
from tables.loops import AS_OF_DAY, START, PersonOfLoops
from tables.trials import examples

from wbc_tracker.annotation import annotate
from wbc_tracker.annotation.courses import find_courses
from wbc_tracker.annotation.happenings import read_happenings
from wbc_tracker.cohort import extract_cohort, join_parts, list_times


def times(*person: str, events: tuple[str, ...] = (), **chosen: Any) -> pd.DataFrame:
    """The time-to-event data of one person."""
    labs, given_ = tables({"me": person})
    known = happened(*events)
    frame = annotate(labs, given_, known, as_of=AS_OF)
    ids = pd.Index(["me"], dtype="str")
    day = int(np.datetime64(AS_OF, "D").astype(np.int64))
    courses = find_courses(given_, ids, day, CATALOG, read_happenings(known, ids, day, CATALOG))
    parts = extract_cohort(frame, courses, ["me"], settings(**chosen), CATALOG)
    return list_times(join_parts([parts]), settings(**chosen), CATALOG)


def told(table: pd.DataFrame, origin: str, event: str) -> list[str]:
    """A line a row: status, `entry..days`, `(after, by]`, what closes the time."""
    rows = table[(table["origin"] == origin) & (table["event"] == event)]
    text = rows.astype(object).where(rows.notna(), "")
    return [
        f"{r['status']} {r['entry_days']}..{r['days']} ({r['after_days']}, {r['by_days']}] "
        f"{r['closed_days']} {r['closed_by']}"
        for r in text.to_dict("records")
    ]


def test_depletion_lies_between_the_last_day_with_b_cells_and_the_first_without():
    found = times("0", "-5 cd19 200", "20 cd19 50", "90 cd19 <1", "160 cd19 <1")
    assert told(found, "first", "depleted") == ["event 0..90 (20, 90] 1000 as of"]
    assert set(found["onset"]) == {"incident"}


def test_without_a_day_between_it_came_after_the_infusion():
    assert told(times("0", "-5 cd19 200", "90 cd19 <1"), "first", "depleted") == ["event 0..90 (0, 90] 1000 as of"]


def test_not_tested_before_the_infusion_nobody_knows_whether_it_was_before():
    found = times("0", "90 cd19 <1")
    assert told(found, "first", "depleted") == ["event 0..90 (, 90] 1000 as of"]
    assert set(found["onset"]) == {"not told"}


def test_who_was_depleted_before_it_is_prevalent_and_not_at_risk():
    found = times("0", "-5 cd19 2", "90 cd19 <1", "250 cd19 40")
    assert told(found, "first", "depleted") == ["not at risk .. (, ] 1000 as of"]
    assert told(found, "first", "reappeared") == ["event 0..250 (90, 250] 1000 as of"]
    assert set(found["onset"]) == {"prevalent"}


def test_depleted_once_long_before_is_prevalent_too_but_at_risk_when_b_cells_were_back():
    found = times("0", "-400 cd19 2", "-5 cd19 90", "90 cd19 <1")
    assert told(found, "first", "depleted") == ["event 0..90 (0, 90] 1000 as of"]
    assert set(found["onset"]) == {"prevalent"}


def test_b_cells_come_back_after_the_depleted_day_from_which_they_are_at_risk():
    found = times("0", "-5 cd19 200", "90 cd19 <1", "150 cd19 3", "300 cd19 60", "400 cd19 90")
    assert told(found, "first", "reappeared") == ["event 90..300 (150, 300] 1000 as of"]


def test_never_seen_depleted_they_cannot_come_back():
    assert told(times("0", "90 cd19 60"), "first", "reappeared") == ["not at risk .. (, ] 1000 as of"]


@pytest.mark.parametrize("person", [("0", "-5 cd19 200"), ("0",), ("0", "90 wbc 5")])
def test_without_a_b_cell_day_nothing_is_observed(person):
    assert told(times(*person), "first", "depleted") == ["not observed .. (, ] 1000 as of"]


def test_nothing_is_observed_after_the_only_depleted_day():
    assert told(times("0", "90 cd19 1"), "first", "reappeared") == ["not observed .. (, ] 1000 as of"]


def test_since_the_last_infusion_each_course_is_closed_by_the_next():
    """The split first dose is one course, counted from its second half; a draw on the day of an infusion
    counts as taken before it."""
    found = times("0 14 168 340", "-3 cd19 200", "90 cd19 <1", "168 cd19 4", "250 cd19 2", "340 cd19 40")
    assert told(found, "last", "depleted") == [
        "event 0..76 (0, 76] 154 next infusion",
        "not at risk .. (, ] 172 next infusion",
        "not observed .. (, ] 660 as of",
    ]
    assert told(found, "last", "reappeared") == [
        "censored 76..154 (154, ] 154 next infusion",
        "event 0..172 (82, 172] 172 next infusion",
        "not observed .. (, ] 660 as of",
    ]


def test_b_cells_that_were_back_before_a_course_are_at_risk_of_depletion_in_it():
    found = times("0 400", "50 cd19 1", "390 cd19 80", "430 cd19 60", "460 cd19 3")
    assert told(found, "last", "depleted") == [
        "event 0..50 (, 50] 400 next infusion",
        "event 0..60 (30, 60] 600 as of",
    ]


def test_a_drug_given_every_few_weeks_has_no_courses_but_a_first_infusion():
    found = times("0:ofatumumab 7:ofatumumab 14:ofatumumab", "-3 cd19 200", "60 cd19 1")
    assert told(found, "last", "depleted") == []
    assert told(found, "first", "depleted") == ["event 0..60 (0, 60] 1000 as of"]


@pytest.mark.parametrize(
    ("event", "closed"),
    [("200 stopped", "stopped"), ("200 left", "left"), ("200 other_drug fingolimod", "other_drug")],
)
def test_the_end_of_treatment_and_leaving_close_the_time(event, closed):
    """What is drawn later is not counted; on the day itself it is."""
    found = times("0", "90 cd19 1", "200 cd19 2", "300 cd19 90", events=(event,))
    for origin in ("first", "last"):
        assert told(found, origin, "reappeared") == [f"censored 90..200 (200, ] 200 {closed}"]


def test_only_the_origin_that_is_asked_for():
    assert set(times("0", "90 cd19 1", origins=("last",))["origin"]) == {"last"}


@trials(max_examples=examples(40))
@given(people_of_chance())
def test_by_plain_loops_every_row(people):
    labs, given_ = tables(people)
    asked = settings(on(AS_OF_DAY), window_weeks=(0, 4, 12, 30, 60))
    labs = labs[[(date.fromisoformat(when) - START).days <= AS_OF_DAY for when in labs["collected_at"]]]
    annotated = annotate(labs, given_, as_of=asked.as_of)
    courses = courses_of(given_, people, asked.as_of)
    parts = extract_cohort(annotated, courses, list(people), asked, CATALOG)
    rows = list_times(join_parts([parts]), asked, CATALOG)
    columns = ["patient_id", "onset", "origin", "event", "status", "entry_days", "days", "after_days", "closed_days"]
    found = sorted(tuple(None if pd.isna(cell) else cell for cell in row) for row in rows[columns].to_numpy().tolist())
    expected = [(who, *row) for who, one in people.items() for row in PersonOfLoops(*one).times()]
    assert sorted(found, key=str) == sorted(expected, key=str)
