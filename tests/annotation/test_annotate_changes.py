"""Change, percent change, the previous value, and what exceeds usual variation."""

from __future__ import annotations

import math

import pytest
from tables.labs import CATALOG, annotated, draws, on, table

from wbc_tracker.annotation.variation import compute_rcv_limits, rcv_limits

FIRST = f"{on(0)} 600"


def test_change_and_percent_change_from_the_baseline() -> None:
    labs = draws(f"{on(-5)} wbc 6.4", f"{on(60)} wbc 4.8", f"{on(90)} wbc 8.0")
    assert table(annotated(labs, FIRST), "change", "percent_change") == [(0, 0), (-1.6, -25), (1.6, 25)]


def test_the_previous_value_is_the_previous_number_of_the_analyte() -> None:
    labs = draws(
        f"{on(-90)} cd19 250",
        f"{on(-5)} cd19 210",
        f"{on(-5)} wbc 6.4",
        f"{on(30)} cd19 <1",
        f"{on(60)} cd19 2",
        f"{on(90)} cd19 5",
    )
    assert table(annotated(labs, FIRST), "previous_value", "change_from_previous") == [
        (None, None),
        (250, -40),
        (None, None),
        (210, None),  # a limit has no change
        (210, -208),  # and is nobody's previous value
        (2, 3),
    ]


@pytest.mark.parametrize(
    ("cva", "cvi", "z", "fall", "rise"),
    [
        (5, 10, 1.96, -26.60, 36.24),
        (5, 10, 1.645, -22.86, 29.63),
        (0.8, 0.55, 1.96, -2.66, 2.73),
    ],
)
def test_published_check_vectors(cva: float, cvi: float, z: float, fall: float, rise: float) -> None:
    assert compute_rcv_limits(cvi, cva, z) == pytest.approx((fall, rise), abs=0.006)


@pytest.mark.parametrize(
    ("cva", "cvi", "fall", "rise"), [(2, 6, -16.07, 19.14), (1.0, 2.7, -7.67, 8.31), (5, 20, -43.23, 76.15)]
)
def test_a_laboratory_better_than_half_the_biological_variation_is_not_believed(
    cva: float, cvi: float, fall: float, rise: float
) -> None:
    """The published limits for the laboratory's own CVA are narrower than those with CVA = CVI / 2."""
    narrow, wide = compute_rcv_limits(cvi, cva, 1.96), compute_rcv_limits(cvi, cvi / 2, 1.96)
    assert narrow == wide
    assert narrow[0] < fall
    assert narrow[1] > rise


@pytest.mark.parametrize(("cva", "cvi", "classical"), [(14.0, 8.8, 45.84), (14.0, 41.4, 121.14), (5.8, 2.6, 17.62)])
def test_the_logarithms_of_the_limits_lie_near_the_classical_value(cva: float, cvi: float, classical: float) -> None:
    """With CVA = max(study, CVI / 2) = 20.7 in the second case, where the published figure used 14."""
    used = max(cva, cvi / 2)
    fall, rise = (math.log1p(limit / 100) for limit in compute_rcv_limits(cvi, cva, 1.96))
    assert fall == pytest.approx(-rise)
    expected = classical if used == cva else 1.96 * math.sqrt(2) * math.hypot(used, cvi)
    assert 100 * rise == pytest.approx(expected, rel=0.05)


@pytest.mark.parametrize(
    ("analyte", "fall", "rise"),
    [
        ("wbc", -32.7, 48.6),
        ("neutrophils", -46.1, 85.4),  # women: the larger figure, because sex is not recorded
        ("lymphocytes", -26.2, 35.4),
        ("monocytes", -37.7, 60.4),
        ("eosinophils", -39.9, 66.5),
        ("basophils", -42.6, 74.3),
        ("platelets", -20.0, 25.0),
        ("hemoglobin", -8.1, 8.9),
        ("cd4", -26.6, 36.2),  # CVI 10 %, CVA 5 %
        ("igg", -24.4, 32.2),  # 10.1 % is a total: sigma^2 = 0.010149, sigma = 0.10074
    ],
)
class TestUsualVariation:
    def test_limits(self, analyte: str, fall: float, rise: float) -> None:
        assert rcv_limits(CATALOG)[analyte] == pytest.approx((fall, rise), abs=0.051)

    def test_a_change_on_either_side_of_its_limit(self, analyte: str, fall: float, rise: float) -> None:
        percents = [fall - 0.1, fall + 0.1, 0, rise - 0.1, rise + 0.1]
        later = [f"{on(60 + place)} {analyte} {100 + percent:.1f}" for place, percent in enumerate(percents)]
        frame = annotated(draws(f"{on(-5)} {analyte} 100.0", *later), FIRST)
        assert table(frame, "beyond_rcv") == [None, "fall", "no", "no", "no", "rise"]


@pytest.mark.parametrize("analyte", ["cd19", "cd4_pct", "cd3_pct", "iga", "igm", "neutrophils_pct", "cd4_cd8_ratio"])
def test_without_a_published_variation_a_change_is_not_assessable(analyte: str) -> None:
    labs = draws(f"{on(-5)} {analyte} 40", f"{on(60)} {analyte} 2")
    frame = annotated(labs, FIRST)
    assert table(frame[frame["analyte"] == analyte], "percent_change", "beyond_rcv") == [(0, None), (-95, None)]


def test_a_limit_is_not_judged() -> None:
    labs = draws(f"{on(-5)} wbc 6.4", f"{on(60)} wbc <0.5", f"{on(90)} wbc >30")
    assert table(annotated(labs, FIRST), "beyond_rcv") == [None, None, None]


def test_a_change_is_judged_against_the_first_on_record_too() -> None:
    labs = draws(f"{on(30)} wbc 10.0", f"{on(60)} wbc 6.7")
    assert table(annotated(labs, FIRST), "beyond_rcv") == [None, "fall"]


def test_a_change_is_judged_whatever_the_interval() -> None:
    labs = draws(f"{on(-5)} wbc 10.0 4.0-11.0", f"{on(60)} wbc 6.7 3.5-10.0", f"{on(90)} wbc 6.7 adults only")
    assert table(annotated(labs, FIRST), "beyond_rcv") == [None, "fall", "fall"]


def test_changes_before_treatment_are_not_told() -> None:
    """The baseline is the latest result before treatment; what lies before it has no change."""
    labs = draws(f"{on(-90)} wbc 10.0", f"{on(-5)} wbc 6.4")
    assert table(annotated(labs, FIRST), "change", "beyond_rcv") == [(None, None), (0, None)]
