"""What must hold for any results and infusions."""

from __future__ import annotations

from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from tables.labs import draws, infusions, on
from tables.trials import examples

from wbc_tracker import schema
from wbc_tracker.annotation import annotate
from wbc_tracker.flags import derive_flags

PATIENTS = ("ann", "bob")
ANALYTES = ("wbc", "neutrophils", "neutrophils_pct", "lymphocytes_pct", "cd19", "cd19_pct", "cd4_pct", "hemoglobin")
DATES = ("collected_at", "last_infusion_on", "next_infusion_on", "baseline_at")
EXPORTED = schema.names(schema.EXPORT_COLUMNS)
SETTINGS = settings(max_examples=examples(8))

days = st.integers(-60, 500)
clocks = st.sampled_from(["", "T08:00", "T16:00"])
values = st.integers(0, 120).map(lambda tenths: f"{tenths / 10:.1f}")
comparators = st.sampled_from(["", "", "", "", "<", "<=", ">", ">="])
intervals = st.sampled_from(["", "", " 3.5-9.0", " -9.0", " adults only"])
#: At most one result a patient, time and analyte: more would be ties, which the order of the file decides.
some_results = st.lists(
    st.tuples(st.sampled_from(PATIENTS), days, clocks, st.sampled_from(ANALYTES), comparators, values, intervals),
    unique_by=lambda result: result[:4],
    min_size=1,
    max_size=20,
)
some_infusions = st.lists(
    st.tuples(
        st.sampled_from(PATIENTS),
        st.sampled_from([0, 14, 40, 57, 168, 196, 300, 364, 480]),
        clocks,
        st.sampled_from(["300", "600", "?"]),
        st.sampled_from(["ocrelizumab", "ocrelizumab", "rituximab", "ofatumumab"]),
    ),
    unique_by=lambda dose: dose[:2],
    max_size=8,
)
#: Registries shift dates to hide people: into other centuries, or across 1970, where days are counted from.
shifts = st.one_of(st.integers(-3000, 3000), st.integers(-20_000, -19_500), st.integers(30_000, 60_000))
Rows = list[tuple[Any, ...]]


def frames(results: Rows, doses: Rows, shift: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    lines = [
        f"{on(day + shift)}{clock} {analyte} {sign}{value}{limits}"
        for _, day, clock, analyte, sign, value, limits in results
    ]
    labs = draws(*lines).assign(patient_id=[result[0] for result in results])
    given = infusions(*(f"{on(day + shift)}{clock} {dose} {drug}" for _, day, clock, dose, drug in doses))
    return labs, given.assign(patient_id=pd.Series([dose[0] for dose in doses], dtype="str"))


def annotate_with_flags(results: Rows, doses: Rows, shift: int = 0) -> pd.DataFrame:
    """The exported columns as plain objects; bookings are those after day 400."""
    frame = derive_flags(annotate(*frames(results, doses, shift), as_of=on(400 + shift)))[EXPORTED].astype(object)
    return frame.where(frame.notna(), None)


def by_line(frame: pd.DataFrame) -> pd.DataFrame:
    """Order the rows by their line in the file; a derived row stands behind its percentage."""
    return frame.sort_values(["source_row", "derivation"], na_position="first", ignore_index=True)


@SETTINGS
@given(some_results, some_infusions, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(results: Rows, doses: Rows, rng: Any) -> None:
    labs, given_doses = frames(results, doses)
    order = list(range(len(labs)))
    rng.shuffle(order)
    shuffled = labs.iloc[order]
    turned = given_doses.iloc[::-1]
    first, second = (
        derive_flags(annotate(*pair, as_of=on(400)))[EXPORTED].astype(object)
        for pair in ((labs, given_doses), (shuffled, turned))
    )
    pd.testing.assert_frame_equal(by_line(first), by_line(second))


@SETTINGS
@given(some_results, some_infusions, shifts)
def test_other_dates_shift_dates_and_nothing_else(results: Rows, doses: Rows, shift: int) -> None:
    here, there = annotate_with_flags(results, doses), annotate_with_flags(results, doses, shift)
    others = [name for name in EXPORTED if name not in DATES]
    pd.testing.assert_frame_equal(here[others], there[others])
    for name in DATES:
        moved = [None if text is None else shifted(text, shift) for text in here[name]]
        assert there[name].tolist() == moved, name


def shifted(text: str, shift: int) -> str:
    return str((pd.Timestamp(text[:10]) + pd.Timedelta(days=shift)).date()) + text[10:]


@SETTINGS
@given(some_results, some_infusions)
def test_one_patient_alone_has_the_same_rows_as_in_the_cohort(results: Rows, doses: Rows) -> None:
    together = annotate_with_flags(results, doses)
    for who in PATIENTS:
        own = [result for result in results if result[0] == who]
        if not own:
            continue
        alone = annotate_with_flags(own, [dose for dose in doses if dose[0] == who])
        others = [name for name in EXPORTED if name != "source_row"]
        expected = together[together["patient_id"] == who].reset_index(drop=True)
        pd.testing.assert_frame_equal(alone[others], expected[others])


@SETTINGS
@given(some_results, some_infusions)
def test_any_cohort(results: Rows, doses: Rows) -> None:
    labs, given_doses = frames(results, doses)
    kept = [frame.copy(deep=True) for frame in (labs, given_doses)]
    frame = annotate(labs, given_doses, as_of=on(400))
    kept.append(frame.copy(deep=True))
    exported = derive_flags(frame)[EXPORTED].astype(object)
    for before, after in zip(kept, (labs, given_doses, frame), strict=True):
        pd.testing.assert_frame_equal(before, after)
    rows_come_in_the_order_of_the_file_each_derived_one_behind_its_percentage(exported, len(results))
    what_cannot_be_known_is_empty(exported)


def rows_come_in_the_order_of_the_file_each_derived_one_behind_its_percentage(frame: pd.DataFrame, size: int) -> None:
    assert list(frame.index) == list(range(len(frame)))
    reported = frame[frame["derivation"].isna()]
    assert reported["source_row"].tolist() == list(range(2, size + 2))
    for place in frame.index[frame["derivation"].notna()]:
        above, row = frame.loc[place - 1], frame.loc[place]
        assert (above["analyte"], above["source_row"]) == (f"{row['analyte']}_pct", row["source_row"])


def what_cannot_be_known_is_empty(frame: pd.DataFrame) -> None:
    limits = frame["comparator"].notna()
    assert frame.loc[limits, ["change", "percent_change", "change_from_previous", "beyond_rcv"]].isna().all(axis=None)
    untreated = frame["course"] == 0
    assert frame.loc[untreated, ["drug", "last_infusion_on", "days_since_infusion"]].isna().all(axis=None)
    assert frame.loc[~untreated, ["drug", "last_infusion_on", "days_since_infusion", "phase"]].notna().all(axis=None)
    assert (frame.loc[~untreated, "days_since_infusion"] >= 0).all()
    assert (frame["study_day"].dropna() != 0).all()
