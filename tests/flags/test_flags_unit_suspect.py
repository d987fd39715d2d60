"""Jumps that look like another unit."""

from __future__ import annotations

import pytest
from tables.flags import codes, flagged, severities
from tables.labs import SPLIT, at

SUSPECT = "unit_suspect"


def values_flagged(*values: str, analyte: str = "wbc") -> list[str]:
    """Which of the values of one analyte, on days that follow one another, are flagged."""
    labs = at(*(f"{60 + place} {analyte} {value}" for place, value in enumerate(values)))
    return [row.removeprefix(f"{analyte} ") for row in flagged(SUSPECT, labs)]


def test_is_for_information() -> None:
    assert severities(SUSPECT, at("60 igg 9.0", "90 igg 0.009"), *SPLIT) == ["info"]


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (("1.0", "300"), ["300"]),
        (("1.0", "299"), []),
        (("0.6", "180"), ["180"]),  # 300 fold, though 180 / 0.6 is 300.00000000000006 in the machine
        (("300", "1.0"), ["1"]),
        (("299", "1.0"), []),
        (("6.1",), []),
    ],
)
def test_300_fold_up_or_down(values: tuple[str, ...], found: list[str]) -> None:
    assert values_flagged(*values) == found


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (("0.5", "400", "0.6"), ["400"]),
        (("0.5", "400", "1.3", "420"), ["400", "420"]),
        (("0.10", "400", "1.00"), ["400"]),  # 10 fold is still a return
        (("0.09", "400", "1.00"), ["400", "1"]),  # 11 fold is not
        (("0.5", "400", "410", "0.6"), ["400", "0.6"]),  # the row before the last is not flagged itself
        (("400", "0.5", "410"), ["0.5"]),
        (("0.5", "400", "0.5", "400", "0.5", "400"), ["400", "400", "400"]),
        (("0.001", "0.5", "400", "0.6"), ["0.5", "400"]),  # 0.5 is suspect, 400 no return to 0.001, 0.6 is one
    ],
)
def test_the_return_is_not_flagged(values: tuple[str, ...], found: list[str]) -> None:
    assert values_flagged(*values) == found


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (("0.5", "<400"), []),
        (("<0.5", "400"), []),
        (("0.5", "<400", "410"), ["410"]),  # the previous uncensored value is 0.5
        (("0", "400"), []),
        (("400", "0"), []),
        (("0.5", "0", "400"), []),
    ],
)
def test_limits_and_zeros_are_not_compared(values: tuple[str, ...], found: list[str]) -> None:
    assert values_flagged(*values) == found


def test_of_one_analyte_and_one_person() -> None:
    assert flagged(SUSPECT, at("60 wbc 6.0", "61 platelets 3000", "62 cd4 0.5")) == []
    assert flagged(SUSPECT, at("60 wbc 0.5", "61 wbc 400").assign(patient_id=["ann", "me"])) == []


def test_in_the_order_of_time_not_of_the_file() -> None:
    assert flagged(SUSPECT, at("61 wbc 400", "62 wbc 0.6", "60 wbc 0.5")) == ["wbc 400"]


def test_b_cells_that_the_drug_removed_too() -> None:
    """The message says that the drug itself can do that."""
    labs = at("-5 cd19 320", "60 cd19 1", "150 cd19 0.5")
    assert flagged(SUSPECT, labs, *SPLIT) == ["cd19 1"]


def test_an_alarm_in_doubt_stays_an_alarm() -> None:
    row = codes(at("60 neutrophils 3.5", "61 neutrophils 0.0035"), *SPLIT)[1]
    assert row[:2] == ["critical_value", "neutropenia"]
    assert SUSPECT in row


@pytest.mark.parametrize(
    ("analyte", "values", "found"),
    [
        ("hemoglobin", ("127", "12.7"), ["12.7"]),
        ("hemoglobin", ("100", "12.5"), ["12.5"]),  # a tenth, 25 % more or less
        ("hemoglobin", ("100", "12.6"), []),
        ("hemoglobin", ("100", "7.5"), ["7.5"]),
        ("hemoglobin", ("100", "7.4"), []),
        ("hemoglobin", ("12.7", "127"), ["127"]),
        ("igg", ("10.0", "1.00"), ["1"]),
        ("igg", ("10.0", "0.10"), ["0.1"]),  # a hundredth
        ("igg", ("10.0", "0.12"), ["0.12"]),
        ("igg", ("10.0", "0.13"), []),
        ("igm", ("1.0", "10"), ["10"]),
        ("hemoglobin", ("127", "<13"), []),  # a limit is not compared
    ],
)
def test_a_step_between_two_units(analyte: str, values: tuple[str, ...], found: list[str]) -> None:
    assert values_flagged(*values, analyte=analyte) == found


@pytest.mark.parametrize("analyte", ["wbc", "neutrophils", "lymphocytes", "platelets", "cd19"])
def test_a_tenth_is_no_step_of_counts(analyte: str) -> None:
    """They can fall that far, and no two of their units lie that near."""
    assert values_flagged("100", "10.0", "100", "1.0", analyte=analyte) == []


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (("127", "12.7", "126"), ["12.7"]),  # the return is near the value before
        (("127", "12.7", "12.5", "126"), ["12.7", "126"]),  # the row before the last is not suspect itself
        (("127", "12.7", "126", "12.6", "125"), ["12.7", "12.6"]),
    ],
)
def test_the_return_from_a_step_is_not_flagged(values: tuple[str, ...], found: list[str]) -> None:
    assert values_flagged(*values, analyte="hemoglobin") == found


def test_a_step_to_a_third_level_is_no_return() -> None:
    """0.10 and 1.0 are both a step away; 1.0 is ten times less than the 10.0 before."""
    assert values_flagged("10.0", "0.10", "1.0", analyte="igg") == ["0.1", "1"]


def test_an_alarm_a_step_away_stays_an_alarm() -> None:
    row = codes(at("60 hemoglobin 127", "90 hemoglobin 12.7"), *SPLIT)[1]
    assert (row[0], SUSPECT in row) == ("critical_value", True)
