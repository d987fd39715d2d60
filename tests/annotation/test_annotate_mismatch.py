"""A reported count and a reported percentage of one draw that disagree."""

from __future__ import annotations

import pytest
from tables.labs import annotated, draws, table

from wbc_tracker.flags import derive_flags


def mismatches(*lines: str) -> list[str]:
    """The analytes of the marked rows, in their order."""
    frame = derive_flags(annotated(draws(*lines)))
    return [analyte for analyte, codes in table(frame, "analyte", "flags") if "differential_mismatch" in (codes or "")]


BOTH = ["neutrophils_pct", "neutrophils"]


@pytest.mark.parametrize(
    ("count", "marked"),
    [("2.20", BOTH), ("2.30", []), ("2.50", []), ("2.70", []), ("2.85", BOTH)],
)
def test_more_than_ten_percent_apart(count: str, marked: list[str]) -> None:
    """WBC 5.0 and 50.0 % make 2.5: 2.20 is 12 % away, 2.30 and 2.70 are 8 %, 2.85 is 14 %."""
    lines = ("2024-01-10 wbc 5.0", "2024-01-10 neutrophils_pct 50.0", f"2024-01-10 neutrophils {count}")
    assert mismatches(*lines) == marked


@pytest.mark.parametrize(("percent", "marked"), [("2.0", False), ("3.0", False), ("3.1", True), ("0.9", True)])
def test_more_than_two_rounding_steps_of_the_count_apart(percent: str, marked: bool) -> None:
    """A count printed as 0.1 has steps of 0.1; WBC 10.0 makes 0.2, 0.3, 0.31 and 0.09."""
    count = {"0.9": "0.4"}.get(percent, "0.1")
    lines = ("2024-01-10 wbc 10.0", f"2024-01-10 basophils_pct {percent}", f"2024-01-10 basophils {count}")
    assert mismatches(*lines) == (["basophils_pct", "basophils"] if marked else [])


@pytest.mark.parametrize(("count", "marked"), [("0.30", False), ("0.31", True)])
def test_more_than_two_rounding_steps_of_the_percentage_apart(count: str, marked: bool) -> None:
    """1 %, printed without decimals, is a step of 0.1 of 10.0 white cells: 0.1 computed."""
    lines = ("2024-01-10 wbc 10.0", "2024-01-10 basophils_pct 1", f"2024-01-10 basophils {count}")
    assert mismatches(*lines) == (["basophils_pct", "basophils"] if marked else [])


def test_both_are_kept_as_reported() -> None:
    lines = ("2024-01-10 wbc 5.0", "2024-01-10 neutrophils_pct 50.0", "2024-01-10 neutrophils 0.9")
    frame = annotated(draws(*lines))
    assert table(frame, "analyte", "value", "derivation") == [
        ("wbc", 5.0, None), ("neutrophils_pct", 50.0, None), ("neutrophils", 0.9, None),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "lines",
    [
        ("2024-01-10 wbc 5.0", "2024-01-10 neutrophils_pct 50.0", "2024-01-10 neutrophils <0.9"),
        ("2024-01-10 wbc 5.0", "2024-01-10 neutrophils_pct >50.0", "2024-01-10 neutrophils 0.9"),
        ("2024-01-10 wbc <5.0", "2024-01-10 neutrophils_pct 50.0", "2024-01-10 neutrophils 0.9"),
        ("2024-01-10 neutrophils_pct 50.0", "2024-01-10 neutrophils 0.9"),
        ("2024-01-11 wbc 5.0", "2024-01-10 neutrophils_pct 50.0", "2024-01-10 neutrophils 0.9"),
        ("2024-01-10 wbc 5.0", "2024-01-10 wbc 2.0", "2024-01-10 neutrophils_pct 50.0", "2024-01-10 neutrophils 0.9"),
    ],
    ids=["count a limit", "percentage a limit", "white cells a limit", "no white cells", "another day", "conflict"],
)
def test_not_assessable(lines: tuple[str, ...]) -> None:
    assert mismatches(*lines) == []


def test_a_derived_count_agrees_with_its_percentage() -> None:
    assert mismatches("2024-01-10 wbc 5.0", "2024-01-10 neutrophils_pct 50.0") == []


def test_a_subset_against_derived_lymphocytes() -> None:
    lines = ("2024-01-10 wbc 5.0", "2024-01-10 lymphocytes_pct 30.0", "2024-01-10 cd4_pct 40.0", "2024-01-10 cd4 900")
    assert mismatches(*lines) == ["cd4_pct", "cd4"]  # 1.5 x 1000 x 40 % = 600


def test_two_draws_of_a_day_are_not_set_against_each_other() -> None:
    """The morning's count says nothing of the afternoon's percentage."""
    lines = (
        "2024-01-10T08:00 wbc 6.0", "2024-01-10T08:00 neutrophils 3.0",
        "2024-01-10T16:00 wbc 2.0", "2024-01-10T16:00 neutrophils_pct 20.0",
    )  # fmt: skip
    assert mismatches(*lines) == []
