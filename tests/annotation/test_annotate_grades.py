"""CTCAE v5.0 grades of a decrease: every cut, on both sides and exactly on it."""

from __future__ import annotations

import pytest
from tables.labs import annotated, draws, table

#: Analyte, lower limit, and value -> grade with that limit (published table; equal to a cut: the milder grade).
GRADES = {
    "wbc": ("4.0", {"4.0": 0, "3.99": 1, "3.0": 1, "2.99": 2, "2.0": 2, "1.99": 3, "1.0": 3, "0.99": 4, "0.0": 4}),
    "neutrophils": ("2.0", {"2.0": 0, "1.99": 1, "1.5": 1, "1.49": 2, "1.0": 2, "0.99": 3, "0.5": 3, "0.49": 4}),
    "lymphocytes": ("1.0", {"1.0": 0, "0.99": 1, "0.8": 1, "0.79": 2, "0.5": 2, "0.49": 3, "0.2": 3, "0.19": 4}),
    "cd4": ("600", {"600": 0, "599": 1, "500": 1, "499": 2, "200": 2, "199": 3, "50": 3, "49": 4}),
    "platelets": ("150", {"150": 0, "149": 1, "75": 1, "74": 2, "50": 2, "49": 3, "25": 3, "24": 4}),
    "hemoglobin": ("120", {"120": 0, "119": 1, "100": 1, "99.9": 2, "80": 2, "79.9": 3, "40": 3, "20": 3}),
}


def grades(*results: str) -> list[int | None]:
    """The grade of each result, given as `ANALYTE VALUE [RANGE]`."""
    return table(annotated(draws(*(f"2024-01-10 {result}" for result in results))), "ctcae_v5_grade")


@pytest.mark.parametrize("analyte", GRADES)
def test_every_cut_with_a_lower_limit(analyte: str) -> None:
    low, expected = GRADES[analyte]
    assert grades(*(f"{analyte} {value} {low}-" for value in expected)) == list(expected.values())


@pytest.mark.parametrize("analyte", GRADES)
@pytest.mark.parametrize("interval", ["-9999", "not readable"])
def test_without_a_lower_limit_only_grade_2_and_worse_are_known(analyte: str, interval: str) -> None:
    _, cuts = GRADES[analyte]
    expected = [grade if grade >= 2 else None for grade in cuts.values()]
    assert grades(*(f"{analyte} {value} {interval}" for value in cuts)) == expected


def test_without_any_interval_the_catalogue_s_lower_limit() -> None:
    assert grades("wbc 3.9", "wbc 4.0", "lymphocytes 0.9", "platelets 149") == [1, 0, 1, 1]


def test_hemoglobin_has_no_generic_limit() -> None:
    assert grades("hemoglobin 101", "hemoglobin 99") == [None, 2]


def test_a_value_inside_the_laboratory_s_interval_can_be_grade_2() -> None:
    expected = {
        "neutrophils 1.45 1.4-6.5": ("normal", 2),
        "neutrophils 1.39 1.4-6.5": ("low", 2),
        "neutrophils 1.5 1.4-6.5": ("normal", 0),
        "lymphocytes 0.7 0.65-3.0": ("normal", 2),
        "cd4 400 300-1400": ("normal", 2),
        "cd4 500 300-1400": ("normal", 0),
    }
    frame = annotated(draws(*(f"2024-01-10 {result}" for result in expected)))
    assert table(frame, "ref_flag", "ctcae_v5_grade") == list(expected.values())


def test_a_limit_has_the_mildest_grade_that_is_certain() -> None:
    expected = {
        "<0.5": 4,
        "<=0.5": 3,  # may be 0.5, which is grade 3
        "<1.0": 3,
        "<=1.0": 2,
        "<1.5": 2,
        "<=1.5": 1,
        "<2.0": 1,
        "<=2.0": None,  # may be normal
        "<2.5": None,
        ">2.0": 0,
        ">=2.0": 0,
        ">1.9": None,
        ">0.4": None,
    }
    assert grades(*(f"neutrophils {value} 2.0-7.5" for value in expected)) == list(expected.values())


def test_anemia_has_no_grade_4() -> None:
    assert grades("hemoglobin <10", "hemoglobin 0.1", "hemoglobin <80") == [3, 3, 3]


def test_increases_are_not_graded() -> None:
    results = ("wbc 150", "lymphocytes 25", "platelets 1200", "hemoglobin 230 120-160", "cd4 3000")
    assert grades(*results) == [0] * 5


def test_other_analytes_are_not_graded() -> None:
    analytes = ("monocytes", "cd19", "cd3", "cd8", "igg", "hematocrit", "neutrophils_pct")
    assert grades(*(f"{analyte} 0.1" for analyte in analytes)) == [None] * 7


def test_noise_of_floating_point_changes_no_grade() -> None:
    """0.03 x 50 is 1.5 and 0.1 x 3 is 0.3 on paper, but not in binary."""
    results = [("neutrophils", 0.1 * 3 * 5, 1), ("lymphocytes", 0.1 * 8 - 1e-16, 1), ("wbc", 2.9999999999999996, 1)]
    for analyte, value, grade in results:
        labs = draws(f"2024-01-10 {analyte} 1.0").assign(value=value)
        assert table(annotated(labs), "ctcae_v5_grade") == [grade], analyte


def test_a_derived_count_is_graded_like_a_reported_one() -> None:
    expected = {("7.5", "20"): 1, ("7.4", "20"): 2, ("5.0", "20"): 2, ("4.9", "20"): 3, ("2.3", "21.8"): 3,
                ("2.3", "21.7"): 4}  # 1.5, 1.48, 1.0, 0.98, 0.5014 and 0.4991  # fmt: skip
    lines = [
        line
        for day, (wbc, percent) in enumerate(expected, start=10)
        for line in (f"2024-01-{day} wbc {wbc}", f"2024-01-{day} neutrophils_pct {percent}")
    ]
    frame = annotated(draws(*lines))
    assert table(frame[frame["analyte"] == "neutrophils"], "ctcae_v5_grade") == list(expected.values())
