"""Absolute counts computed from percentages: where, from what, and what the derived row carries."""

from __future__ import annotations

import pytest
from tables.labs import annotated, draws, table


def derived(*lines: str) -> list[tuple[str, str, float, str]]:
    """The derived rows as (collected_at, analyte, value, derivation)."""
    frame = annotated(draws(*lines))
    return table(frame[frame["derivation"].notna()], "collected_at", "analyte", "value", "derivation")


@pytest.mark.parametrize("cell", ["neutrophils", "lymphocytes", "monocytes", "eosinophils", "basophils"])
def test_a_share_of_white_cells(cell: str) -> None:
    found = derived("2024-01-10 wbc 6.0", f"2024-01-10 {cell}_pct 4.5")
    assert found == [("2024-01-10", cell, 0.27, f"wbc*{cell}_pct")]


@pytest.mark.parametrize("cell", ["cd19", "cd20", "cd3", "cd4", "cd8"])
def test_a_share_of_lymphocytes_in_cells_per_microlitre(cell: str) -> None:
    found = derived("2024-01-10 lymphocytes 1.5", f"2024-01-10 {cell}_pct 0.4")
    assert found == [("2024-01-10", cell, 6.0, f"lymphocytes*{cell}_pct")]


def test_a_subset_through_derived_lymphocytes() -> None:
    found = derived("2024-01-10 wbc 5.0", "2024-01-10 lymphocytes_pct 30", "2024-01-10 cd4_pct 40")
    assert [row[:3] for row in found] == [("2024-01-10", "lymphocytes", 1.5), ("2024-01-10", "cd4", 600.0)]
    assert {"lymphocytes_pct", "cd4_pct"} <= set(found[1][3].split("*"))


def test_reported_lymphocytes_come_before_derived_ones() -> None:
    found = derived(
        "2024-01-10 wbc 5.0", "2024-01-10 lymphocytes_pct 30", "2024-01-10 lymphocytes 2.0", "2024-01-10 cd4_pct 40"
    )
    assert [row[1:3] for row in found] == [("cd4", 800.0)]


@pytest.mark.parametrize(
    "lines",
    [
        ("2024-01-10 wbc 6.0", "2024-01-10 neutrophils_pct 50", "2024-01-10 neutrophils 3.1"),
        ("2024-01-10 wbc 6.0", "2024-01-10 neutrophils_pct 50", "2024-01-10 neutrophils <0.5"),
        ("2024-01-10T08:00 wbc 6.0", "2024-01-10T08:00 neutrophils_pct 50", "2024-01-10 neutrophils 3.1"),
        ("2024-01-10 neutrophils_pct 50",),
        ("2024-01-10 wbc 6.0", "2024-01-11 neutrophils_pct 50"),
        ("2024-01-10 wbc >500", "2024-01-10 neutrophils_pct 50"),
        ("2024-01-10 wbc 6.0", "2024-01-10 neutrophils_pct <1"),
        ("2024-01-10 wbc 6.0", "2024-01-10 wbc 6.2", "2024-01-10 neutrophils_pct 50"),
    ],
    ids=[
        "beside a reported count",
        "beside a reported limit",
        "beside a reported count without a time",
        "without white cells",
        "white cells of another day",
        "white cells that are a limit",
        "a percentage that is a limit",
        "two different white cell counts",
    ],
)
def test_nothing_is_derived(lines: tuple[str, ...]) -> None:
    assert derived(*lines) == []


def test_the_same_count_printed_twice_is_no_conflict() -> None:
    labs = draws("2024-01-10 wbc 6.0", "2024-01-10 wbc 6.0", "2024-01-10 neutrophils_pct 50")
    assert table(annotated(labs), "analyte", "value")[-1] == ("neutrophils", 3.0)


def test_the_partner_of_the_same_time_comes_first() -> None:
    found = derived(
        "2024-01-10T08:00 wbc 5.0", "2024-01-10T09:00 wbc 6.0", "2024-01-10T10:00 wbc 7.0",
        "2024-01-10T09:00 neutrophils_pct 50",
    )  # fmt: skip
    assert [row[2] for row in found] == [3.0]


@pytest.mark.parametrize(("drawn", "count"), [("08:40", 2.5), ("09:20", 3.0), ("23:59", 3.5), ("00:05", 2.5)])
def test_else_the_nearest_partner_of_the_day(drawn: str, count: float) -> None:
    found = derived(
        "2024-01-09T23:59 wbc 9.0", "2024-01-10T08:30 wbc 5.0", "2024-01-10T09:30 wbc 6.0",
        "2024-01-10T18:00 wbc 7.0", "2024-01-11T00:01 wbc 9.0", f"2024-01-10T{drawn} neutrophils_pct 50",
    )  # fmt: skip
    assert [row[:3] for row in found] == [(f"2024-01-10T{drawn}:00", "neutrophils", count)]


def test_a_conflict_at_another_time_of_the_day_does_not_matter() -> None:
    found = derived(
        "2024-01-10T08:00 wbc 5.0", "2024-01-10T08:00 wbc 9.0", "2024-01-10T12:00 wbc 6.0",
        "2024-01-10T12:00 neutrophils_pct 50",
    )  # fmt: skip
    assert [row[2] for row in found] == [3.0]


def test_a_count_of_another_draw_of_the_day_hides_no_low_one() -> None:
    """Two full draws: the afternoon's 0.4 neutrophils must not vanish behind the morning's reported 3.0."""
    found = derived(
        "2024-01-10T08:00 wbc 6.0", "2024-01-10T08:00 neutrophils 3.0",
        "2024-01-10T16:00 wbc 2.0", "2024-01-10T16:00 neutrophils_pct 20",
    )  # fmt: skip
    assert [row[:3] for row in found] == [("2024-01-10T16:00:00", "neutrophils", 0.4)]


def test_patients_do_not_share_partners() -> None:
    labs = draws("2024-01-10 wbc 6.0", "2024-01-10 neutrophils_pct 50")
    labs["patient_id"] = ["ann", "bob"]
    assert table(annotated(labs), "analyte") == ["wbc", "neutrophils_pct"]


def test_a_derived_row_stands_behind_its_percentage() -> None:
    labs = draws(
        "2024-01-10 cd4_pct 40", "2024-01-10 lymphocytes_pct 30", "2024-01-10 neutrophils_pct 60", "2024-01-10 wbc 5.0"
    )
    assert table(annotated(labs), "analyte") == [
        "cd4_pct", "cd4", "lymphocytes_pct", "lymphocytes", "neutrophils_pct", "neutrophils", "wbc",
    ]  # fmt: skip


def test_a_derived_row_carries_file_line_and_print_of_its_percentage() -> None:
    frame = annotated(draws("2024-01-10 wbc 5.0", "2024-01-10 neutrophils_pct 60.0 40-80"))
    columns = ("source_file", "source_row", "reported_analyte", "reported_value", "reported_unit", "reported_range")
    percent, count = table(frame, *columns)[1:]
    assert percent == count == ("labs.csv", 3, "printed neutrophils_pct", "60.0", "unit of neutrophils_pct", "40-80")


def test_a_derived_row_has_the_unit_and_code_of_the_count() -> None:
    frame = annotated(draws("2024-01-10 lymphocytes 1.5", "2024-01-10 cd19_pct 0.4"))
    assert table(frame, "analyte", "unit", "loinc", "comparator")[2] == ("cd19", "/uL", "8116-6", None)


def test_a_count_from_an_inferred_unit_is_marked_too() -> None:
    labs = draws("2024-01-10 wbc 5.0", "2024-01-10 lymphocytes_pct 30", "2024-01-10 cd4_pct 40")
    labs["unit_inferred"] = [True, False, False]
    assert table(annotated(labs), "analyte", "unit_inferred") == [
        ("wbc", True), ("lymphocytes_pct", False), ("lymphocytes", True), ("cd4_pct", False), ("cd4", True),
    ]  # fmt: skip


def test_derived_counts_are_compared_with_one_another() -> None:
    labs = draws(
        "2023-12-20 wbc 6.0", "2023-12-20 lymphocytes_pct 30", "2024-03-01 wbc 6.0", "2024-03-01 lymphocytes_pct 20"
    )
    frame = annotated(labs, "2024-01-01 600")
    columns = ("value", "baseline_value", "percent_change", "previous_value", "beyond_rcv", "course")
    assert table(frame[frame["analyte"] == "lymphocytes"], *columns)[1] == (1.2, 1.8, pytest.approx(-100 / 3), 1.8,
                                                                            "fall", 1)  # fmt: skip


def test_a_product_is_rounded_to_twelve_digits() -> None:
    assert [row[2] for row in derived("2024-01-10 wbc 6.1", "2024-01-10 neutrophils_pct 54.3")] == [3.3123]
