"""Lymphocytes without B cells: what is left when the drug has done its work. Usual variation ends at -26.2 %.

Asked through the early fall, which needs T and NK cells that fell and lymphocytes below 1.0.
"""

from __future__ import annotations

import pytest
from tables.flags import flagged
from tables.labs import SPLIT, at

DROP = "early_broad_drop"


def fell(*lines: str) -> bool:
    return flagged(DROP, at(*lines), *SPLIT) != []


def test_the_loss_of_b_cells_alone_is_no_fall() -> None:
    """Lymphocytes 1.30 -> 0.90 are -31 %; without 260 B cells before and 2 now it is 1.04 -> 0.898: -14 %."""
    assert not fell("-5 lymphocytes 1.30", "-5 cd19 260", "60 lymphocytes 0.90", "60 cd19 2")


@pytest.mark.parametrize(("now", "is_fall"), [("0.77", False), ("0.76", True)])
def test_what_is_left_is_held_against_the_variation_of_lymphocytes(now: str, is_fall: bool) -> None:
    """From 1.04 T and NK cells: -26.0 % and -26.9 %."""
    assert fell("-5 lymphocytes 1.30", "-5 cd19 260", f"60 lymphocytes {now}", "60 cd19 0") is is_fall


@pytest.mark.parametrize(
    ("b_cells", "is_fall"),
    [
        ("60 cd19 50", True),  # 0.75 are left: -27.9 %
        ("60T15:00 cd19 50", True),  # the same day
        ("61 cd19 50", False),  # another day: 0 is taken, 0.80 are left: -23.1 %
        ("60 cd19 <40", False),  # a limit: 0 is taken
        ("60 cd19 <50", False),  # tells nothing: 0 is taken
        ("60 cd4 400", False),
    ],
)
def test_b_cells_of_the_draw_are_taken_away_where_they_are_known(b_cells: str, is_fall: bool) -> None:
    assert fell("-5 lymphocytes 1.30", "-5 cd19 260", "60 lymphocytes 0.80", b_cells) is is_fall


@pytest.mark.parametrize(("now", "is_fall"), [("0.78", False), ("0.77", True)])
@pytest.mark.parametrize("b_cells", ["-6 cd19 260", "-5 cd19 <100"], ids=["another day", "a limit that tells nothing"])
def test_unknown_at_the_baseline_19_percent_may_have_been_b_cells(b_cells: str, now: str, is_fall: bool) -> None:
    """From 81 % of 1.30, 1.053: -25.9 % and -26.9 %."""
    assert fell("-5 lymphocytes 1.30", b_cells, f"60 lymphocytes {now}") is is_fall


@pytest.mark.parametrize(("now", "is_fall"), [("0.97", False), ("0.95", True)])
def test_a_baseline_on_treatment_is_taken_without_b_cells(now: str, is_fall: bool) -> None:
    """The drug had removed them by then: from 1.30, -25.4 % and -26.9 %."""
    assert fell("20 lymphocytes 1.30", f"60 lymphocytes {now}") is is_fall


def test_a_share_of_b_cells_is_a_count_too() -> None:
    """20 % of 1.30 are 0.26: 1.04 are left, and 0.77 is -26.0 %; unknown it would be -26.9 %."""
    assert not fell("-5 lymphocytes 1.30", "-5 cd19_pct 20", "60 lymphocytes 0.77")


def test_a_limit_of_lymphocytes_is_not_assessable() -> None:
    assert not fell("-5 lymphocytes 1.30", "-5 cd19 260", "60 lymphocytes <0.70")
    assert not fell("-5 lymphocytes >1.30", "-5 cd19 260", "60 lymphocytes 0.70")


def test_the_usual_lymphocytes_before_bring_their_own_b_cells() -> None:
    """4.5 after a cold is above the interval; the usual 1.30 of a month before had 260 B cells."""
    before = ("-35 lymphocytes 1.30", "-35 cd19 260", "-5 lymphocytes 4.5", "-5 cd19 400")
    assert not fell(*before, "60 lymphocytes 0.77", "60 cd19 0")
    assert fell(*before, "60 lymphocytes 0.76", "60 cd19 0")
