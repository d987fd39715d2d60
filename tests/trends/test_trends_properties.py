"""What must hold for any results: others do not matter, nor order, dates shifted or units."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import theilslopes
from tables.labs import CATALOG, cohort, draws, infusions, on
from tables.slow_statistics import p_by_enumeration, p_by_normal, random_batches
from tables.trials import examples

from wbc_tracker.annotation import annotate
from wbc_tracker.trends import points as batching
from wbc_tracker.trends import summarize_courses, summarize_trends
from wbc_tracker.trends.points import Points
from wbc_tracker.trends.verdicts import estimate_trends

DOSES = (f"{on(0)} 600", f"{on(168)} 600", f"{on(336)} 600")
AS_OF = on(4000)
ANALYTES = ("wbc", "neutrophils", "igg", "cd4", "cd19", "eosinophils")
NUMBERS = ["slope_per_year", "slope_low", "slope_high", "p_value", "fitted_change_percent"]

#: At most one result a time and analyte: of several the order of the file decides which is the latest.
some_lines = st.lists(
    st.tuples(
        st.integers(-30, 900),
        st.sampled_from(["", "T08:00", "T16:00"]),
        st.sampled_from(ANALYTES),
        st.sampled_from(["", "", "", "", "", "<", ">="]),
        st.integers(0, 12),
    ),
    unique_by=lambda line: line[:3],
    min_size=1,
    max_size=40,
)


def labs_of(lines, shift: int = 0, factor: int = 1) -> pd.DataFrame:
    return draws(
        *(f"{on(day + shift)}{clock} {what} {sign}{factor * tenths / 10}" for day, clock, what, sign, tenths in lines)
    )


def shifted(dose: str, days: int) -> str:
    when, *more = dose.split()
    return " ".join([(date.fromisoformat(when) + timedelta(days)).isoformat(), *more])


def tables_of(labs: pd.DataFrame, shift: int = 0) -> tuple[pd.DataFrame, pd.DataFrame]:
    doses, as_of = infusions(*(shifted(dose, shift) for dose in DOSES)), on(4000 + shift)
    frame = annotate(labs, doses, as_of=as_of)
    keys = ["patient_id", "analyte"]
    trends = summarize_trends(frame).sort_values(keys, ignore_index=True)
    courses = summarize_courses(frame, doses, as_of=as_of).sort_values([*keys, "course"], ignore_index=True)
    for table in (trends, courses):
        for name in table.columns[table.dtypes == "category"]:
            table[name] = table[name].astype("object")
    return trends, courses


def same(first: tuple[pd.DataFrame, ...], second: tuple[pd.DataFrame, ...], but: tuple[str, ...] = ()) -> None:
    for one, other in zip(first, second, strict=True):
        dropped = [name for name in one.columns if name.endswith(but)] if but else []
        pd.testing.assert_frame_equal(one.drop(columns=dropped), other.drop(columns=dropped), check_dtype=False)


@given(some_lines, st.randoms())
@settings(max_examples=examples(30))
def test_the_order_of_the_rows_does_not_matter(lines, chance):
    mixed = list(lines)
    chance.shuffle(mixed)
    same(tables_of(labs_of(lines)), tables_of(labs_of(mixed)))


@given(some_lines, st.sampled_from([-365, 1, 1000]))
@settings(max_examples=examples(30))
def test_shifting_every_date_shifts_only_the_dates(lines, days):
    same(tables_of(labs_of(lines)), tables_of(labs_of(lines, shift=days), shift=days), but=("_at",))


@given(some_lines)
@settings(max_examples=examples(30))
def test_other_values_by_a_factor_give_slopes_by_that_factor_and_the_same_verdict(lines):
    (once, _), (fourfold, _) = tables_of(labs_of(lines)), tables_of(labs_of(lines, factor=4))
    for name in NUMBERS:
        factor = 4 if name.startswith("slope") else 1
        np.testing.assert_allclose(fourfold[name], factor * once[name], rtol=1e-9, atol=1e-12)
    assert fourfold["verdict"].fillna("").tolist() == once["verdict"].fillna("").tolist()


@given(some_lines)
@settings(max_examples=examples(50))
def test_nothing_short_is_called_anything_and_no_slope_lies_outside_its_interval(lines):
    trends, courses = tables_of(labs_of(lines))
    short = (trends["n_used"] < 4) | (trends["span_days"] < 180)
    b_cells = trends["analyte"].str.startswith("cd19")
    assert set(trends.loc[short & ~b_cells, "verdict"]) <= {"not enough data"}
    assert "not enough data" not in set(trends.loc[~short & ~b_cells, "verdict"])
    assert trends.loc[short | b_cells, NUMBERS].isna().all(axis=None)
    told = trends[~short & ~b_cells]
    assert (told["slope_low"] <= told["slope_per_year"]).all()
    assert (told["slope_per_year"] <= told["slope_high"]).all()
    assert told["p_value"].between(0, 1, inclusive="right").all()
    plain = courses["nadir_comparator"].isna() & courses["last_comparator"].isna()
    assert (courses["nadir"] <= courses["last"])[plain].all()


def random_people(seed: int, people: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    labs = {}
    for number in range(people):
        days = np.sort(rng.choice(np.arange(-20, 1500, 10), rng.integers(1, 30), replace=False))
        what = rng.choice(ANALYTES, len(days))
        labs[f"p{number}"] = draws(
            *(f"{on(int(day))} {name} {rng.integers(40, 60) / 10}" for day, name in zip(days, what, strict=True))
        )
    return cohort(**labs)


def doses_of(labs: pd.DataFrame) -> pd.DataFrame:
    who = labs["patient_id"].unique()
    return infusions(*(DOSES * len(who))).assign(patient_id=[name for name in who for _ in DOSES])


def test_a_patient_s_trend_does_not_depend_on_the_others(monkeypatch):
    labs = random_people(7, 40)
    whole = summarize_trends(annotate(labs, doses_of(labs), as_of=AS_OF))
    alone = [
        summarize_trends(annotate(part, doses_of(part), as_of=AS_OF))
        for _, part in labs.groupby("patient_id", sort=False)
    ]
    columns = ["patient_id", "analyte", "n_used", *NUMBERS, "verdict"]
    together = pd.concat(alone, ignore_index=True)[columns]
    pd.testing.assert_frame_equal(whole[columns], together, check_exact=True)
    monkeypatch.setattr(batching, "_MOST_PAIRS", 1)  # a batch a series
    one_by_one = summarize_trends(annotate(labs, doses_of(labs), as_of=AS_OF))
    pd.testing.assert_frame_equal(whole, one_by_one, check_exact=True)


def points_of(series: list[tuple[np.ndarray, np.ndarray]]) -> Points:
    sizes = np.array([len(x) for x, _ in series])
    day, value = (np.concatenate([one[i] for one in series]) for i in (0, 1))
    return Points(day.astype(np.int64), value, np.cumsum(sizes) - sizes, sizes)


def test_a_mixed_bag_of_series_comes_out_each_in_its_place():
    """Thousands of series of 4 to 20 days in no order, against scipy and the slow way."""
    series = [pair for x, y in random_batches(8, range(4, 21), 120) for pair in zip(x, y, strict=True)]
    series = [series[at] for at in np.random.default_rng(9).permutation(len(series))]
    found = estimate_trends(points_of(series), np.ones(len(series), dtype=bool), CATALOG)
    told = [theilslopes(y, x - x[0]) for x, y in series]
    spans = np.array([x[-1] - x[0] for x, _ in series])
    for name, theirs in (("slope", "slope"), ("low", "low_slope"), ("high", "high_slope")):
        np.testing.assert_allclose(getattr(found, name), [getattr(t, theirs) for t in told], rtol=0, atol=1e-9)
    fitted = np.array([t.slope * span / t.intercept for t, span in zip(told, spans, strict=True)])
    above = np.array([t.intercept > 1e-9 for t in told])
    np.testing.assert_allclose(found.fitted_percent[above], 100 * fitted[above], rtol=1e-9, atol=1e-9)
    assert np.isnan(found.fitted_percent[~above]).all()
    for at, (_, y) in enumerate(series):
        if len(y) <= 6:
            assert found.p_value[at] == pytest.approx(p_by_enumeration(y.tolist()), abs=1e-9)
        elif len(y) > 10 and len(set(y)) < len(y):
            assert found.p_value[at] == pytest.approx(p_by_normal(y.tolist()), abs=1e-9)


def test_series_of_five_hundred_days_come_in_batches_that_fit():
    rng = np.random.default_rng(10)
    series = [(np.arange(500) * 3, rng.integers(40, 60, 500) / 10) for _ in range(40)]
    points = points_of(series)
    sizes = [y.shape for _, _, y in points.batches(np.ones(40, dtype=bool))]
    assert sum(count for count, _ in sizes) == 40
    assert max(count * size * (size - 1) // 2 for count, size in sizes) <= batching._MOST_PAIRS
    found = estimate_trends(points, np.arange(40) < 3, CATALOG)
    told = [theilslopes(y, x) for x, y in series[:3]]
    np.testing.assert_allclose(found.slope[:3], [t.slope for t in told], rtol=0, atol=1e-12)
    np.testing.assert_allclose(found.low[:3], [t.low_slope for t in told], rtol=0, atol=1e-12)
    assert np.isnan(found.slope[3:]).all()
