"""Ids, days and moved dates, against a second calculation; nothing of what is left out is kept anywhere."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from tables.labs import draws, happened, infusions, on, table
from tables.trials import examples

from wbc_tracker.annotation import annotate
from wbc_tracker.schema import EXPORT_COLUMNS, names
from wbc_tracker.sharing.columns import shared_columns
from wbc_tracker.sharing.key import Key
from wbc_tracker.sharing.pseudonyms import pseudonymize

KEY = Key(bytes(range(32)))
AS_OF = "2026-06-30"


def people(**labs: tuple[str, ...]) -> pd.DataFrame:
    return pd.concat([draws(*lines, who=who) for who, lines in labs.items()], ignore_index=True)


def shared(labs: pd.DataFrame, doses: pd.DataFrame, dates: str = "days", events: Any = None, **chosen: Any):
    return pseudonymize(annotate(labs, doses, events, as_of=AS_OF), KEY, dates, **chosen)


def test_the_columns_are_those_of_the_export_but_for_what_identifies():
    dropped = {"reported_analyte", "reported_value", "reported_unit", "reported_range", "reported_flag",
               "source_file", "source_row"}  # fmt: skip
    kept = [name for name in names(EXPORT_COLUMNS) if name not in dropped]
    assert names(shared_columns("shifted")) == kept
    assert [name for name in names(shared_columns("days")) if name != "day_zero"] == [
        {"collected_at": "collected_day", "last_infusion_on": "last_infusion_day",
         "next_infusion_on": "next_infusion_day", "baseline_at": "baseline_day"}.get(name, name)
        for name in kept
    ]  # fmt: skip
    assert names(shared_columns("days"))[:3] == ["patient_id", "collected_day", "day_zero"]


def test_day_0_is_that_of_the_first_infusion():
    labs = people(anna=("2024-02-01 wbc 6.1", "2024-03-04T09:13 wbc 5.9", "2024-04-01 wbc 5.8"))
    frame = shared(labs, infusions("2024-03-04", "2024-03-18", who="anna")).frame
    assert table(frame, "collected_day", "day_zero", "last_infusion_day", "next_infusion_day", "baseline_day") == [
        (-32, "first_infusion", None, 0, None),
        (0, "first_infusion", None, 0, 0),
        (28, "first_infusion", 14, 168, 0),
    ]


def test_without_an_infusion_day_0_is_that_of_the_first_draw_whatever_is_shown():
    labs = people(anna=("2024-03-04 wbc 6.1", "2024-02-01 igg 9.5", "2024-04-01T08:00 wbc 5.8"))
    booked = infusions("2026-12-01", who="anna")
    done = shared(labs, booked, places=[0, 2])
    assert table(done.frame, "collected_day", "day_zero") == [(32, "first_draw"), (60, "first_draw")]
    assert (done.patients, done.without_infusion) == (1, 1)


def test_events_are_told_with_days_and_without_their_notes():
    labs = draws(f"{on(10)} wbc 6.1", f"{on(40)} wbc 5.9")
    events = happened("20 infection Frau Huber", "35 steroid")
    days, moved = (shared(labs, infusions(on(0)), dates, events).frame for dates in ("days", "shifted"))
    assert table(days, "events") == [None, "infection@20;steroid@35"]
    back = KEY.shift_of("me")
    assert table(moved, "events") == [None, f"infection@{on(20 - back)};steroid@{on(35 - back)}"]


def test_rows_stand_in_the_order_of_ids_days_and_tests_whatever_the_order_of_the_store():
    labs = people(
        anna=("2024-04-01 wbc 5.8", "2024-02-01 wbc 6.1", "2024-02-01 igg 9.5", "2024-02-01 wbc <6.1"),
        bert=("2024-03-01 wbc 7",),
        carl=("2024-03-02 wbc 8",),
    )
    frames = [shared(part, infusions("2024-01-01", who="anna")).frame for part in (labs, labs[::-1])]
    pd.testing.assert_frame_equal(frames[0], frames[1])
    order = table(frames[0], "patient_id", "collected_day", "analyte", "value")
    assert order == sorted(order)
    assert list(dict.fromkeys(frames[0]["patient_id"])) == sorted(KEY.id_of(who) for who in ("anna", "bert", "carl"))


def test_no_word_of_what_is_left_out_stays_behind_the_frame():
    labs = people(anna=("2024-04-01 wbc 5.8",), bert=("2024-03-01 wbc 7",))
    labs = labs.astype(dict.fromkeys(("patient_id", "collected_at", "reported_analyte", "source_file"), "category"))
    frame = shared(labs, infusions("2024-01-01", who="anna"), "shifted", places=[0]).frame
    words = {str(word) for name in frame if hasattr(frame[name], "cat") for word in frame[name].cat.categories}
    assert [word for word in words if word in {"anna", "bert", "2024-04-01", "2024-03-01", "labs.csv"}] == []


def test_nobody_gives_the_header_alone():
    empty = people(anna=("2024-04-01 wbc 5.8",)).iloc[:0]
    for dates in ("days", "shifted"):
        done = shared(empty, infusions(), dates)
        assert (list(done.frame), len(done.frame), done.patients) == (names(shared_columns(dates)), 0, 0)


def test_the_edges_of_the_calendar():
    labs = people(anna=("1900-01-01 wbc 5.8", "9999-12-31 wbc 7"))
    days, moved = (
        pseudonymize(annotate(labs, infusions(), as_of="9999-12-31"), KEY, dates).frame for dates in ("days", "shifted")
    )
    apart = (date(9999, 12, 31) - date(1900, 1, 1)).days
    assert table(days, "collected_day") == [0, apart]
    first, last = table(moved, "collected_at")
    assert (date.fromisoformat(last) - date.fromisoformat(first)).days == apart


DAYS = st.integers(0, 700)
RESULTS = st.lists(
    st.tuples(st.sampled_from("ab"), DAYS, st.sampled_from(["", "T08:00"]), st.sampled_from(["wbc", "igg"]),
              st.integers(10, 99)),
    unique_by=lambda row: row[:4], min_size=1, max_size=12,
)  # fmt: skip
DOSES = st.lists(st.tuples(st.sampled_from("ab"), DAYS), unique=True, max_size=5)


@given(results=RESULTS, doses=DOSES)
@settings(max_examples=examples(15))
def test_days_and_intervals_are_those_of_the_calendar(results, doses):
    """Second calculation: with `datetime`, from the rows as they were typed."""
    labs = draws(*(f"{on(day)}{clock} {test} {value}" for _, day, clock, test, value in results))
    labs = labs.assign(patient_id=pd.Series([row[0] for row in results], dtype="str"))
    given_to = infusions(*(on(day) for _, day in doses))
    given_to = given_to.assign(patient_id=pd.Series([row[0] for row in doses], dtype="str"))
    first_dose = {who: min(day for w, day in doses if w == who) for who, _ in doses}
    first_draw = {who: min(row[1] for row in results if row[0] == who) for who in {row[0] for row in results}}
    zero = {who: first_dose.get(who, first_draw[who]) for who in first_draw}

    days = shared(labs, given_to, "days").frame
    expected = Counter((KEY.id_of(who), day - zero[who], test, float(v)) for who, day, _, test, v in results)
    assert Counter(map(tuple, table(days, "patient_id", "collected_day", "analyte", "value"))) == expected

    moved = shared(labs, given_to, "shifted").frame
    back = {who: timedelta(days=KEY.shift_of(who)) for who in zero}
    expected = Counter(
        (KEY.id_of(who), str(date(2024, 1, 1) + timedelta(days=day) - back[who]), test, float(value))
        for who, day, _, test, value in results
    )
    assert Counter(map(tuple, table(moved, "patient_id", "collected_at", "analyte", "value"))) == expected
    # The two ways tell the same intervals, of every date that an annotation has.
    for as_days, as_dates in (("last_infusion_day", "last_infusion_on"), ("next_infusion_day", "next_infusion_on"),
                              ("baseline_day", "baseline_at")):  # fmt: skip
        for start, end, at, to in zip(
            table(days, "collected_day"), table(days, as_days), table(moved, "collected_at"), table(moved, as_dates),
            strict=True,
        ):  # fmt: skip
            assert (end is None) == (to is None)
            if end is not None:
                assert (date.fromisoformat(to) - date.fromisoformat(at)).days == end - start
