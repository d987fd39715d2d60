"""The first days of treatment prove little, and a newer B-cell result replaces an older one."""

from __future__ import annotations

from tables.patients import BASELINE, SELECTIVE, pattern_of, report_of


def test_b_cells_still_there_in_the_first_days_are_too_early_to_judge() -> None:
    """Depletion was first measured on day 14; day 5 shows nothing either way."""
    pattern = pattern_of(BASELINE, "5 wbc 6.0", "5 cd19 50", as_of=10)
    assert pattern.code == "not_assessable"
    assert "too early" in pattern.sentence


def test_b_cells_still_there_after_two_weeks_differ() -> None:
    assert pattern_of(BASELINE, "14 wbc 6.0", "14 cd19 50", as_of=20).code == "differs"


def test_b_cells_gone_in_the_first_days_count() -> None:
    assert pattern_of(BASELINE, "11 wbc 6.0", "11 cd19 2", as_of=13).code == "as_described"


def test_lymphocytes_low_just_after_an_infusion_are_the_steroids() -> None:
    """The second half dose is given on day 14: day 16 is inside the window, day 17 is not."""
    assert pattern_of(*SELECTIVE, "16 lymphocytes 0.9").code == "as_described"
    within = (BASELINE, "10 wbc 6.0", "10 cd19 2")
    assert pattern_of(*within, "16 lymphocytes 0.9", as_of=20).code == "as_described"
    assert pattern_of(*within, "17 lymphocytes 0.9", as_of=20).code == "differs"


def test_a_newer_cd19_count_replaces_an_older_cd20() -> None:
    flags = report_of(BASELINE, "60 cd20 40", "90 cd19 2", "90 wbc 6.1", as_of=95).flags
    assert [flag.current for flag in flags if flag.code == "b_cells_not_depleted"] == [False]
