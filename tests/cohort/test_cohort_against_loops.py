"""The counts a second time, in plain loops over patients, on random cohorts."""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st
from tables.cohorts import AS_OF_DAY, START, PersonOfLoops, courses_of, people_of_chance, settings, tables
from tables.labs import CATALOG, on
from tables.trials import examples

from wbc_tracker.annotation import annotate
from wbc_tracker.cohort import build_cohort

PEOPLE = people_of_chance()


@trials(max_examples=examples(60))
@given(PEOPLE)
def test_windows_and_depletion(people):
    labs, given_ = tables(people)
    asked = settings(on(AS_OF_DAY), window_weeks=(0, 4, 12, 30, 60))
    labs = labs[[(date.fromisoformat(when) - START).days <= AS_OF_DAY for when in labs["collected_at"]]]
    annotated = annotate(labs, given_, as_of=asked.as_of)
    found = build_cohort(annotated, courses_of(given_, people, asked.as_of), list(people), asked, CATALOG)
    them = [PersonOfLoops(*one) for one in people.values()]
    treated = [one for one in them if one.given]
    assert (found.on_record, found.treated) == (len(them), len(treated))
    assert found.drawn == sum(bool(one.draws) for one in treated)
    for table in found.tables:
        expected = []
        for place, (start, end) in enumerate(asked.windows):
            states = []
            for one in treated:
                day = one.nearest(table.since, start, end, list(one.judged))
                states.append(None if day is None else one.judged[day])
            drawn = [any(start <= one.since(table.since, day) < end for day, _, _ in one.draws) for one in treated]
            reached = sum(one.reached(table.since, start) for one in treated)
            expected.append((place, states.count("depleted"), len(treated) - states.count(None), sum(drawn), reached))
        assert list(table.depletion.itertuples(index=False, name=None)) == expected
        _check_values(table.values, table.since, treated, asked.windows)
    _check_over_time(found, treated)


def _check_values(
    values: pd.DataFrame, since: str, treated: list[PersonOfLoops], windows: list[tuple[int, int]]
) -> None:
    for row in values[values["window"] >= 0].to_dict("records"):
        start, end = windows[row["window"]]
        known, limits = [], 0
        for one in treated:
            days = [day for day, analyte, _ in one.draws if analyte == row["analyte"]]
            day = one.nearest(since, start, end, days)
            if day is None:
                continue
            (text,) = [text for when, analyte, text in one.draws if (when, analyte) == (day, row["analyte"])]
            limits += not text[0].isdigit()
            known.append(text)
        assert row["n"] == len(known) <= row["reached"]
        if known and not limits:
            expected = np.percentile(np.array(known, dtype=float), [25, 50, 75])
            assert np.allclose([row["q1"], row["median"], row["q3"]], expected)


def _check_over_time(found, treated: list[PersonOfLoops]) -> None:
    early, sustained, mostly, ever = [], [], [], []
    waits, last_gaps, seen_after = [], [], 0
    for one in treated:
        days = list(one.judged)
        day = one.nearest("first", 70, 113, days)
        early.append(None if day is None else one.judged[day] == "depleted")
        later = [one.judged[day] == "depleted" for day in days if one.since("first", day) >= 14]
        sustained.append(all(later) if later else None)
        mostly.append(sum(later) / len(later) >= 0.8 if later else None)
        ever.append("depleted" in one.judged.values() if days else None)
        gone = [day for day in days if one.judged[day] == "depleted"]
        if gone:
            back = [day for day in days if day > gone[0] and one.judged[day] == "present"]
            seen_after += bool(back)
            waits += [one.since("first", day) for day in back[:1]]
            last_gaps += [one.since("last", day) for day in back[:1]]
    for share, answers in (
        (found.depletion.early, early),
        (found.depletion.sustained, sustained),
        (found.depletion.mostly, mostly),
        (found.depletion.ever, ever),
    ):
        assert (share.count, share.assessable) == (answers.count(True), len(answers) - answers.count(None))
        assert share.missing >= 0
    again = found.reappearance
    assert (again.seen.count, again.seen.assessable) == (seen_after, ever.count(True))
    assert again.not_seen == ever.count(True) - seen_after
    if waits:
        assert [one.value for one in again.since_first] == list(np.percentile(waits, [25, 50, 75]))
        assert [one.value for one in again.since_last] == list(np.percentile(last_gaps, [25, 50, 75]))


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
