"""Quartiles of values of which some are only limits: by hand, and by every number that the limits allow."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from wbc_tracker.annotation.bounds import COMPARATORS
from wbc_tracker.cohort.quartiles import Quantile, compute_quartiles


def quartiles(words: str) -> list[str]:
    """`<1 3 4` to the words of first quartile, median and third quartile."""
    parts = [re.fullmatch(r"([<>]=?)?(.+)", word).groups() for word in words.split()]
    value = np.array([float(number) for _, number in parts])
    comparator = np.array([COMPARATORS.index(sign or "") for sign, _ in parts], dtype=np.int8)
    return [
        "?" if one.value is None else f"{one.comparator}{one.value:g}" for one in compute_quartiles(value, comparator)
    ]


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ("7", ["7", "7", "7"]),
        ("5 1 4 2 3", ["2", "3", "4"]),
        ("1 2 3 4", ["1.75", "2.5", "3.25"]),
        ("<1 <1 3 4 5", ["<1", "3", "4"]),
        ("<1 <1 <1 4 5", ["<1", "<1", "4"]),
        ("<1 <5 <5 <5 9", ["<5", "<5", "<5"]),
        ("<1 3", ["<1.5", "<2", "<2.5"]),
        ("<1 1 1", ["<1", "1", "1"]),
        ("<=1", ["<=1", "<=1", "<=1"]),
        ("<500 3 3 3 3", ["3", "3", "3"]),  # below 500 or not: four are 3
        ("3 4 >500", ["3.5", "4", ">252"]),
        ("3 4 >=500 6", ["3.75", "5", ">=129.5"]),
        ("<1 >500", [">125", ">250", ">375"]),
        ("<1 >0", ["?", "?", "?"]),
        ("", ["?", "?", "?"]),
    ],
)
def test_by_hand(values, told):
    assert quartiles(values) == told


def test_limits_are_never_taken_as_numbers():
    """As 1 the median would be 1, as 0 it would be 0, and half of the limit would be 0.5."""
    assert quartiles("<1 <1 <1") == ["<1", "<1", "<1"]


ONE = st.tuples(st.sampled_from(["", "", "", "<", "<=", ">", ">="]), st.integers(1, 6), st.floats(0, 1))


def _possible(sign: str, number: int, part: float) -> float:
    """A number that the result may have been."""
    if sign.startswith("<"):
        return number * (part if sign == "<=" else min(part, 0.999))
    if sign.startswith(">"):
        return number + 10 * (part if sign == ">=" else max(part, 0.001))
    return float(number)


@given(st.lists(ONE, min_size=1, max_size=12))
def test_whatever_the_numbers_were_the_statement_is_true(results):
    truth = [_possible(*result) for result in results]
    found = compute_quartiles(
        np.array([float(number) for _, number, _ in results]),
        np.array([COMPARATORS.index(sign) for sign, _, _ in results], dtype=np.int8),
    )
    for quantile, real in zip(found, np.percentile(truth, [25, 50, 75]), strict=True):
        assert _holds(quantile, float(real)), (quantile, real, results)


def _holds(quantile: Quantile, real: float) -> bool:
    slack = 1e-9
    if quantile.value is None:
        return True
    return {
        "": abs(real - quantile.value) <= slack,
        "<": real < quantile.value,
        "<=": real <= quantile.value + slack,
        ">": real > quantile.value,
        ">=": real >= quantile.value - slack,
    }[quantile.comparator]


@given(st.lists(st.floats(0, 1000).map(lambda number: round(number, 3)), min_size=1, max_size=30))
def test_without_limits_the_usual_definition(values):
    found = compute_quartiles(np.array(values), np.zeros(len(values), dtype=np.int8))
    assert [one.value for one in found] == pytest.approx(list(np.percentile(values, [25, 50, 75])), abs=1e-9)
    assert {one.comparator for one in found} == {""}
