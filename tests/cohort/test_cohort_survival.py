"""The curve: on paper, by plain loops, and against scipy, which wrote it independently."""

from __future__ import annotations

import json
import math
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import settings as trials
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf
from tables.slow_statistics import kaplan_meier
from tables.trials import examples

from wbc_tracker.cohort.survival import SurvivalCurve, compute_curve

NAMES = ["day", "at_risk", "events", "censored", "entered", "without"]


def curve(*people: str, asked: tuple[int, ...] = ()) -> SurvivalCurve:
    """`5` an event on day 5, `5+` last looked at on day 5, `3..5` at risk after day 3."""
    entries, stops, seen = [], [], []
    for one in people:
        entry, _, stop = one.rpartition("..")
        entries.append(int(entry) if entry else -1)
        stops.append(int(stop.rstrip("+")))
        seen.append(not stop.endswith("+"))
    return compute_curve(np.array(entries), np.array(stops), np.array(seen), asked)


def rows(found: SurvivalCurve) -> list[list[float]]:
    return found.steps[NAMES].to_numpy().tolist()


def test_five_patients_on_paper():
    """Censored on the very day of an event is still at risk on it: 5 on day 10, 3 on day 20, 1 on day 40."""
    found = curve("10", "10+", "20", "30+", "40", asked=(7, 20, 30, 50))
    assert rows(found) == [
        [0, 5, 0, 0, 0, 1],
        [10, 5, 1, 1, 0, pytest.approx(4 / 5)],
        [20, 3, 1, 1, 0, pytest.approx(4 / 5 * 2 / 3)],
        [40, 1, 1, 0, 0, 0],
    ]
    assert (found.median, found.median_low, found.median_high) == (40, 10, None)
    marks = found.marks[["day", "at_risk", "without"]].to_numpy().tolist()
    assert marks == [[7, 5, 1], [20, 3, pytest.approx(8 / 15)], [30, 2, pytest.approx(8 / 15)]]


def test_limits_of_greenwood_on_the_log_log_scale_on_paper():
    """1 of 2: variance 1 / (2 x 1), so 0.5 ** exp(+-1.96 x sqrt(0.5) / ln 0.5)."""
    low, high = curve("3", "5").steps[["low", "high"]].to_numpy()[1]
    wide = 1.959963984540054 * math.sqrt(0.5) / math.log(0.5)
    assert (low, high) == (pytest.approx(0.5 ** math.exp(-wide)), pytest.approx(0.5 ** math.exp(wide)))


def test_who_comes_later_is_at_risk_from_then_on():
    """Day 5: two of three have come; who comes on the day itself is not at risk on it."""
    assert rows(curve("0..5", "2..9", "5..9+")) == [
        [0, 0, 0, 0, 2, 1],
        [5, 2, 1, 0, 1, pytest.approx(1 / 2)],
        [9, 2, 1, 1, 0, pytest.approx(1 / 4)],
    ]


@pytest.mark.parametrize(
    ("people", "median"),
    [("1 2", 1), ("1 2 3", 2), ("1 2 3 4", 2), ("1 2+ 3+", None), ("9+", None), ("4", 4), ("0 7", 0)],
)
def test_the_median_is_the_first_day_on_which_at_most_half_are_without(people, median):
    assert curve(*people.split()).median == median


TIMES = st.lists(st.tuples(st.integers(-1, 20), st.integers(1, 25), st.booleans()), min_size=1, max_size=12)


@trials(max_examples=examples(60))
@given(TIMES)
def test_by_plain_loops_also_with_late_entry(people):
    """And nobody is lost: at risk - events - censored + entered is at risk in the next row."""
    entry = np.array([min(entry, stop - 1) for entry, stop, _ in people])
    stop, seen = np.array([stop for _, stop, _ in people]), np.array([seen for _, _, seen in people])
    found = compute_curve(entry, stop, seen).steps
    expected = kaplan_meier(list(zip(entry.tolist(), stop.tolist(), seen.tolist(), strict=True)))
    assert found[["day", "at_risk", "events", "without", "low", "high"]].to_numpy() == pytest.approx(
        np.array(expected), nan_ok=True
    )
    left = found["at_risk"] - found["events"] - found["censored"] + found["entered"]
    assert left.tolist()[:-1] == found["at_risk"].tolist()[1:]
    assert left.iloc[-1] == 0
    assert found["at_risk"].iloc[0] + found["entered"].sum() == len(people)


@trials(max_examples=examples(30))
@given(TIMES.filter(lambda people: any(seen for _, _, seen in people)))
@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # scipy's, where nobody is left
def test_scipy_says_the_same(people):
    stop, seen = np.array([stop for _, stop, _ in people]), np.array([seen for _, _, seen in people])
    found = compute_curve(np.full(len(people), -1), stop, seen).steps
    events = found[found["events"] > 0]
    other = ecdf(CensoredData.right_censored(stop, ~seen)).sf
    low, high = other.confidence_interval(method="log-log")
    assert other.evaluate(events["day"]) == pytest.approx(events["without"].to_numpy())
    inside = events[events["without"] > 0]
    assert low.evaluate(inside["day"]) == pytest.approx(inside["low"].to_numpy())
    assert high.evaluate(inside["day"]) == pytest.approx(inside["high"].to_numpy())


#: Written by tests/benchmarks/survival_table.py, which says how.
LIFELINES = json.loads((Path(__file__).parents[1] / "fixtures" / "lifelines.json").read_text(encoding="utf-8"))["cases"]


def first_at_most_half(case: dict[str, Any]) -> int | None:
    """The median by its definition (Brookmeyer and Crowley), in fractions: nothing is rounded."""
    share = Fraction(1)
    for day, at_risk, events in zip(case["day"], case["at_risk"], case["events"], strict=True):
        share *= Fraction(at_risk - events, at_risk) if at_risk else 1
        if share <= Fraction(1, 2):
            return int(day)
    return None


@pytest.mark.parametrize("case", LIFELINES)
def test_lifelines_says_the_same(case):
    """Every step, number at risk, limit and median. In two things it errs, by what it says itself:

    - The median is its first day with at most half. Where the share is a half exactly, its product of fractions may
      come out as 0.5000000000000001, and it goes on to the next day. (R's survfit takes the middle of the two.)
    - Nobody left without the event has no limits; it says 0, so that its upper limit of the median ends there.
    """
    entry = np.array([day or -1 for day in case["entry"]])
    found = compute_curve(entry, np.array(case["stop"]), np.array(case["seen"], dtype=bool))
    steps = found.steps[found.steps["events"] > 0]
    for name in ("day", "at_risk", "events"):
        assert steps[name].tolist() == case[name]
    assert steps["without"].to_numpy() == pytest.approx(case["without"], abs=1e-12)
    inside = steps["without"].to_numpy() > 1e-12
    for name in ("low", "high"):
        assert steps[name].to_numpy()[inside] == pytest.approx(np.array(case[name])[inside], abs=1e-12)
    assert found.median == first_at_most_half(case)
    if not any(0.5 < share < 0.5 + 1e-12 for share in case["without"]):
        assert found.median == case["median"]
    assert found.median_low == case["median_low"]
    if inside.all() or found.median_high is not None:
        assert found.median_high == case["median_high"]
    else:
        assert case["median_high"] in (None, case["day"][inside.sum()])


def test_the_table_of_lifelines_holds_what_is_hard():
    """Delayed entry, censoring, nobody left; a share of exactly a half, and three that it takes for more."""
    assert sum(any(case["entry"]) for case in LIFELINES) >= 10
    assert sum(0 in case["seen"] for case in LIFELINES) >= 20
    assert sum(case["without"][-1] == 0 for case in LIFELINES) >= 5
    assert sum(case["median"] != first_at_most_half(case) for case in LIFELINES) == 3
