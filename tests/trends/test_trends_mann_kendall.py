"""The Mann-Kendall p against enumeration of all orders, and against scipy where there are no ties."""

from __future__ import annotations

import math
from itertools import combinations_with_replacement, permutations

import numpy as np
import pytest
from scipy.stats import kendalltau
from tables.slow_statistics import kendall_s, p_by_enumeration, p_by_normal, random_batches

from wbc_tracker.trends.mann_kendall import compute_p_values, tied_tail, untied_tail

CLOSE = {"rtol": 0, "atol": 1e-9}


def p_values(y: np.ndarray, exact_up_to: int = 10) -> np.ndarray:
    s = np.array([kendall_s(values) for values in y.tolist()])
    return compute_p_values(y, s, exact_up_to)


@pytest.mark.parametrize("size", [2, 3, 4, 5, 6])
def test_every_series_with_every_tie_is_enumerated(size):
    """Each multiset of up to `size` different values, in each of its orders."""
    for values in combinations_with_replacement(range(size), size):
        orders = sorted(set(permutations(values)))
        by_distance: dict[int, float] = {}
        for order in orders:
            distance = abs(kendall_s(order))
            if distance not in by_distance:
                by_distance[distance] = sum(abs(kendall_s(o)) >= distance for o in orders) / len(orders)
        expected = [by_distance[abs(kendall_s(order))] for order in orders]
        np.testing.assert_allclose(p_values(np.array(orders, dtype=float)), expected, **CLOSE)


def test_seven_values_against_all_5040_orders():
    for _, y in random_batches(4, (7,), 25):
        np.testing.assert_allclose(p_values(y), [p_by_enumeration(values) for values in y.tolist()], **CLOSE)


def _partitions(total: int, most: int) -> list[tuple[int, ...]]:
    if not total:
        return [()]
    return [(*rest, part) for part in range(1, min(total, most) + 1) for rest in _partitions(total - part, part)]


def _distances_by_insertion(sizes: tuple[int, ...]) -> dict[int, int]:
    """Count orders by S: put the next group in, member by member, never before one that is already in."""
    counts, placed = {0: 1}, 0
    for size in sizes:
        # A member with `below` earlier-placed values after it falls against these and rises against the others.
        ways: dict[int, int] = {}
        for spots in combinations_with_replacement(range(placed + 1), size):
            change = sum(placed - 2 * below for below in spots)
            ways[change] = ways.get(change, 0) + 1
        grown: dict[int, int] = {}
        for s, count in counts.items():
            for change, more in ways.items():
                grown[s + change] = grown.get(s + change, 0) + count * more
        counts, placed = grown, placed + size
    return counts


def test_every_pattern_of_ties_up_to_ten_by_insertion():
    patterns = [sizes for total in range(2, 11) for sizes in _partitions(total, total)]
    assert len(patterns) == 2 + 3 + 5 + 7 + 11 + 15 + 22 + 30 + 42  # the numbers of partitions of 2 to 10
    for sizes in patterns:
        counts, tail = _distances_by_insertion(sizes), tied_tail(tuple(sorted(sizes)))
        orders = sum(counts.values())
        assert orders == math.factorial(sum(sizes)) // math.prod(math.factorial(size) for size in sizes)
        for s in counts:
            expected = sum(count for other, count in counts.items() if abs(other) >= abs(s)) / orders
            assert tail[abs(s)] == pytest.approx(expected, abs=1e-12), (sizes, s)


@pytest.mark.parametrize(("sizes", "series"), [(range(2, 16), 150), ((25, 40, 90, 170, 175), 20)])
def test_without_ties_it_is_the_exact_p_of_scipy(sizes, series):
    for x, y in random_batches(5, sizes, series, distinct=True):
        expected = [kendalltau(a, b, method="exact").pvalue for a, b in zip(x, y, strict=True)]
        np.testing.assert_allclose(p_values(y), expected, err_msg=f"n {y.shape[1]}", **CLOSE)


def test_both_ways_of_counting_agree_without_ties():
    for size in range(2, 21):
        np.testing.assert_allclose(untied_tail(size), tied_tail((1,) * size), **CLOSE)


def test_more_than_ten_with_ties_is_the_corrected_normal():
    for _, y in random_batches(6, range(11, 30), 120):
        tied = np.array([len(set(values)) < len(values) for values in y.tolist()])
        expected = [p_by_normal(values) for values in y[tied].tolist()]
        np.testing.assert_allclose(p_values(y)[tied], expected, **CLOSE)


def test_the_variance_is_that_of_all_orders():
    """1, 1, 2, 3: of all 24 orders S has the variance (4 x 3 x 13 - 2 x 1 x 9) / 18."""
    found = [kendall_s(order) for order in permutations([1, 1, 2, 3])]
    assert np.var(found) == pytest.approx((156 - 18) / 18)
    assert np.mean(found) == 0


def test_eleven_is_where_ties_leave_the_enumeration():
    y = np.array([[1.0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]])
    counted, approximated = p_values(y, exact_up_to=11)[0], p_values(y)[0]
    assert approximated == pytest.approx(p_by_normal(y[0].tolist()))
    assert counted == pytest.approx(2 / (math.factorial(11) / 2))


def test_by_hand():
    assert p_values(np.array([[1.0, 2, 3]]))[0] == 1 / 3
    assert p_values(np.array([[1.0, 2, 3, 4]]))[0] == 2 / 24
    assert p_values(np.array([[1.0, 1, 1, 2, 2, 2]]))[0] == 2 / 20
    assert p_values(np.array([[5.0, 5, 5, 5]]))[0] == 1
    assert p_values(np.full((1, 15), 5.0))[0] == 1


def test_no_p_is_negative_or_above_one_and_more_concordance_never_has_a_larger_p():
    for tail in (untied_tail(60), untied_tail(500), tied_tail((1, 2, 3, 4)), tied_tail((10,))):
        assert tail.min() >= 0
        assert tail.max() == 1
        assert (np.diff(tail) <= 0).all()
    assert untied_tail(60)[-1] == pytest.approx(2 / math.factorial(60), rel=1e-9)
