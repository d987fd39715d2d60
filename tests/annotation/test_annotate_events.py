"""The column `events`: what happened since the previous draw, at most 42 days back."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables.labs import AS_OF, annotated, cohort, draws, infusions, on, table
from tables.trials import examples

from wbc_tracker import schema
from wbc_tracker.annotation import annotate
from wbc_tracker.errors import FrameError


def happenings(*lines: str, who: str = "me") -> pd.DataFrame:
    """Build events from lines `DAY KIND [NOTE]`, the day counted from 2024-01-01."""
    rows = [(number, who, on(int(day)), kind, " ".join(note)) for number, (day, kind, *note) in enumerate(
        (line.split() for line in lines), start=1)]  # fmt: skip
    return pd.DataFrame(rows, columns=schema.names(schema.EVENT_COLUMNS)).astype(
        {"patient_id": "str", "happened_on": "str", "kind": "str", "note": "str"}
    )


def events_of(labs: pd.DataFrame, events: pd.DataFrame, as_of: str = AS_OF) -> list[str | None]:
    return table(annotate(labs, infusions(), events, as_of=as_of), "events")


def test_a_draw_tells_what_happened_since_the_one_before() -> None:
    labs = draws(f"{on(0)} wbc 6.0", f"{on(30)} wbc 6.1", f"{on(60)} wbc 6.2")
    events = happenings("40 infection", "10 steroid", "20 vaccination flu")
    assert events_of(labs, events) == [
        None, f"steroid@{on(10)};vaccination@{on(20)}", f"infection@{on(40)}",
    ]  # fmt: skip


@pytest.mark.parametrize(("day", "told"), [(60, True), (61, False), (31, True), (30, False)])
def test_the_day_of_the_draw_counts_and_the_day_of_the_one_before_does_not(day: int, told: bool) -> None:
    labs = draws(f"{on(30)} wbc 6.0", f"{on(60)} wbc 6.1")
    assert events_of(labs, happenings(f"{day} infection"))[1] == (f"infection@{on(day)}" if told else None)


@pytest.mark.parametrize(("days_back", "told"), [(42, True), (43, False)])
def test_at_most_42_days_back(days_back: int, told: bool) -> None:
    labs = draws(f"{on(0)} wbc 6.0", f"{on(100)} wbc 6.1")
    events = happenings(f"{100 - days_back} relapse")
    assert (events_of(labs, events)[1] is not None) is told


def test_the_first_draw_has_none_before_it() -> None:
    assert events_of(draws(f"{on(100)} wbc 6.0"), happenings("58 relapse", "57 relapse")) == [f"relapse@{on(58)}"]


def test_all_results_of_a_day_tell_the_same_also_with_times() -> None:
    labs = draws(f"{on(10)}T08:00 wbc 6.0", f"{on(10)}T17:00 wbc 6.4", f"{on(10)} igg 9", f"{on(9)} cd19 5")
    assert events_of(labs, happenings("10 infection")) == [f"infection@{on(10)}"] * 3 + [None]


def test_rows_in_any_order_and_derived_counts_too() -> None:
    labs = draws(f"{on(60)} neutrophils_pct 50", f"{on(0)} wbc 6.0", f"{on(60)} wbc 6.0")
    frame = annotate(labs, infusions(), happenings("50 steroid"), as_of=AS_OF)
    assert table(frame, "analyte", "events") == [
        ("neutrophils_pct", f"steroid@{on(50)}"), ("neutrophils", f"steroid@{on(50)}"),
        ("wbc", None), ("wbc", f"steroid@{on(50)}"),
    ]  # fmt: skip


def test_one_date_tells_its_kinds_in_the_order_of_the_catalogue_each_once() -> None:
    events = happenings("5 steroid", "5 relapse", "5 infection cold", "5 infection cough", "4 other")
    assert events_of(draws(f"{on(6)} wbc 6.0"), events) == [
        f"other@{on(4)};infection@{on(5)};relapse@{on(5)};steroid@{on(5)}"
    ]


def test_events_belong_to_their_patient() -> None:
    labs = cohort(ann=draws(f"{on(10)} wbc 6.0"), bob=draws(f"{on(12)} wbc 6.1"))
    events = pd.concat([happenings("9 relapse", who="bob"), happenings("9 infection", who="zoe")])
    assert events_of(labs, events) == [None, f"relapse@{on(9)}"]


def test_patients_with_numbers_for_names() -> None:
    labs = draws(f"{on(10)} wbc 6.0", who="7")
    assert events_of(labs, happenings("9 relapse").assign(patient_id=7)) == [f"relapse@{on(9)}"]


def test_an_event_after_the_day_of_the_report_has_not_happened() -> None:
    labs = draws(f"{on(10)} wbc 6.0", f"{on(30)} wbc 6.0")
    assert events_of(labs, happenings("10 other", "11 other"), as_of=on(10)) == [f"other@{on(10)}", None]


@pytest.mark.parametrize("nothing", [None, happenings()])
def test_without_events_the_column_is_empty(nothing: pd.DataFrame | None) -> None:
    labs = draws(f"{on(10)} wbc 6.0")
    frame = annotate(labs, infusions(), nothing, as_of=AS_OF)
    pd.testing.assert_frame_equal(frame, annotated(labs))
    assert table(frame, "events") == [None]


def test_no_results_beside_events() -> None:
    assert events_of(draws(), happenings("9 relapse")) == []


def test_the_other_columns_do_not_change() -> None:
    """But the note of a baseline drawn soon after it, and the phase after an end, see there."""
    labs = draws(f"{on(-5)} wbc 6.4", f"{on(60)} wbc 6.0")
    given = infusions(f"{on(0)} 600")
    with_events = annotate(labs, given, happenings("50 steroid"), as_of=AS_OF)
    without = annotate(labs, given, as_of=AS_OF)
    told = [name for name in schema.names(schema.EXPORT_COLUMNS) if name != "events"]
    pd.testing.assert_frame_equal(with_events[told], without[told])


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (happenings("9 flu"), "flu"),
        (happenings("9 relapse").drop(columns="kind"), "kind"),
        (happenings("9 relapse").assign(happened_on="10.01.2024"), "10.01.2024"),
    ],
)
def test_what_is_no_event_is_refused(wrong: pd.DataFrame, named: str) -> None:
    with pytest.raises(FrameError, match=named):
        events_of(draws(f"{on(10)} wbc 6.0"), wrong)


def plainly(labs: list[tuple[str, int]], events: list[tuple[str, int, str]]) -> list[str | None]:
    """The rule once more, row by row."""
    told = []
    for who, day in labs:
        earlier = [other for name, other in labs if name == who and other < day]
        since = max([*earlier, day - 43])
        found = sorted({(at, kind) for name, at, kind in events if name == who and since < at <= day})
        words = [f"{kind}@{date(2024, 1, 1) + timedelta(days=at)}" for at, kind in found]
        told.append(";".join(words) or None)
    return told


PEOPLE, DAYS = st.sampled_from(["ann", "bob", "zoe"]), st.integers(0, 150)


@settings(deadline=None, max_examples=examples(60))
@given(
    st.lists(st.tuples(PEOPLE, DAYS), max_size=12),
    st.lists(st.tuples(PEOPLE, DAYS, st.sampled_from(["infection", "relapse"])), max_size=12),
)
def test_the_rule_done_plainly_gives_the_same(labs, events) -> None:
    frame = draws(*(f"{on(day)} wbc 6.{number}" for number, (_, day) in enumerate(labs)))
    frame["patient_id"] = np.array([who for who, _ in labs], dtype=object)
    given_events = happenings(*(f"{day} {kind}" for _, day, kind in events))
    given_events["patient_id"] = np.array([who for who, _, _ in events], dtype=object)
    assert events_of(frame, given_events) == plainly(labs, events)
