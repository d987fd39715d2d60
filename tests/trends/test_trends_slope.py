"""Slope, interval and intercept against scipy, on thousands of random series with ties."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import theilslopes
from tables.slow_statistics import DEVIATE, kendall_s, random_batches

from wbc_tracker.trends.theil_sen import estimate_slopes, normal_deviate

CLOSE = {"rtol": 0, "atol": 1e-9}


@pytest.mark.parametrize(("sizes", "series"), [(range(2, 13), 400), ((17, 30, 61), 60), ((200,), 4)])
def test_slope_interval_and_intercept_are_those_of_scipy(sizes, series):
    for x, y in random_batches(1, sizes, series):
        ours = estimate_slopes(x, y, 0.95)
        told = [theilslopes(values, days, alpha=0.95) for values, days in zip(y, x, strict=True)]
        for name, theirs in (("slope", "slope"), ("low", "low_slope"), ("high", "high_slope"), ("intercept",) * 2):
            expected = [getattr(one, theirs) for one in told]
            np.testing.assert_allclose(getattr(ours, name), expected, err_msg=f"{name}, n {y.shape[1]}", **CLOSE)


@pytest.mark.parametrize("confidence", [0.5001, 0.8, 0.9, 0.99])
def test_other_confidences(confidence):
    for x, y in random_batches(2, (4, 9, 14), 100):
        ours = estimate_slopes(x, y, confidence)
        told = [theilslopes(values, days, alpha=confidence) for values, days in zip(y, x, strict=True)]
        np.testing.assert_allclose(ours.low, [one.low_slope for one in told], **CLOSE)
        np.testing.assert_allclose(ours.high, [one.high_slope for one in told], **CLOSE)


def test_concordance_counts_rising_less_falling_pairs():
    for x, y in random_batches(3, range(2, 13), 50):
        assert estimate_slopes(x, y, 0.95).concordance.tolist() == [kendall_s(values) for values in y.tolist()]


def test_by_hand():
    """Pairs of 0, 1, 2, 6 on days 0, 1, 2, 3: slopes 1, 1, 2, 1, 2.5, 4; ordered 1, 1, 1, 2, 2.5, 4."""
    found = estimate_slopes(np.array([[0.0, 1, 2, 3]]), np.array([[0.0, 1, 2, 6]]), 0.95)
    assert (found.slope[0], found.low[0], found.high[0]) == (1.5, 1.0, 4.0)
    assert found.intercept[0] == 1.5 - 1.5 * 1.5
    assert found.concordance[0] == 6


def test_all_values_equal():
    found = estimate_slopes(np.arange(5.0)[None], np.full((1, 5), 6.1), 0.95)
    assert (found.slope[0], found.low[0], found.high[0], found.intercept[0]) == (0, 0, 0, 6.1)


@pytest.mark.parametrize("days", [[0.0, 5.0, 5.0], [0.0, 5.0, 4.0]])
def test_days_that_do_not_increase_are_refused(days):
    with pytest.raises(ValueError, match="increase"):
        estimate_slopes(np.array([days]), np.array([[1.0, 2.0, 3.0]]), 0.95)


def test_the_normal_deviate():
    assert normal_deviate(0.95) == pytest.approx(DEVIATE, abs=1e-12)
