"""The B-cell state of a day, in the column `depletion`. The infusions are on days 0 and 14."""

from __future__ import annotations

import pytest
from tables.labs import SPLIT, annotated, at, table


def states_of(*lines: str, steps: tuple[float, ...] = (), events: tuple[str, ...] = ()) -> list[str | None]:
    """The state of each line; `steps` are the printed steps of the first lines, by default those of their digits."""
    labs = at(*lines)
    labs["value_step"] = [*steps, *labs["value_step"][len(steps) :]]
    return table(annotated(labs, *SPLIT, events=events), "depletion")


@pytest.mark.parametrize(
    ("result", "state"),
    [
        ("cd19 0", "depleted"),
        ("cd19 9.9", "depleted"),
        ("cd19 10", "few"),
        ("cd19 39", "few"),
        ("cd19 40", "present"),
        ("cd19_pct 0.9", "depleted"),
        ("cd19_pct 1.0", "few"),
        ("cd19_pct 2.9", "few"),
        ("cd19_pct 3.0", "present"),
    ],
)
def test_by_the_count_or_the_share_of_lymphocytes(result: str, state: str) -> None:
    assert states_of(f"60 {result}") == [state]


@pytest.mark.parametrize(
    ("result", "state"),
    [
        ("cd19 <10", "depleted"),
        ("cd19 <=9", "depleted"),
        ("cd19 <=10", None),
        ("cd19 <20", None),  # depleted or few
        ("cd19 >9", None),
        ("cd19 >=10", "few"),  # few or present: the milder word
        ("cd19 >15", "few"),
        ("cd19 >=40", "present"),
        ("cd19_pct <1.0", "depleted"),
        ("cd19_pct <2.0", None),
    ],
)
def test_a_limit_as_far_as_it_is_certain(result: str, state: str | None) -> None:
    assert states_of(f"60 {result}") == [state]


@pytest.mark.parametrize(
    ("before", "now", "state"),
    [
        ("-5 cd19 450", "45", "few"),  # -90 %
        ("-5 cd19 450", "46", "present"),  # -89.8 %
        ("-5 cd19 500", "50", "few"),
        ("-5 cd19 501", "50", "present"),  # a baseline above its interval is no usual one
        ("-5 cd19 450 100-400", "45", "present"),
        ("20 cd19 450", "45", "present"),  # not from before treatment
        ("-5 cd19 >450", "45", "present"),  # a limit is no baseline
    ],
)
def test_few_by_a_fall_of_90_percent_from_a_usual_baseline(before: str, now: str, state: str) -> None:
    assert states_of(before, f"60 cd19 {now}")[1] == state


def test_not_from_a_baseline_after_a_steroid() -> None:
    assert states_of("-5 cd19 450", "60 cd19 45", events=("-26 steroid",))[1] == "present"
    assert states_of("-5 cd19 450", "60 cd19 45", events=("-27 steroid",))[1] == "few"


@pytest.mark.parametrize(
    ("result", "step", "state"),
    [
        ("cd19 0", 10, "depleted"),  # printed as 0.00 x 10^9/L: under 5
        ("cd19 10", 10, None),  # 5 to 15
        ("cd19 15", 10, "few"),  # 10 to 20
        ("cd19 20", 10, "few"),
        ("cd19 30", 10, "few"),  # 25 to 35
        ("cd19 40", 10, "few"),  # 35 to 45: few or present
        ("cd19 50", 10, "present"),  # 45 to 55
        ("cd19 5", 5, "depleted"),  # 2.5 to 7.5
        ("cd19 10", 5, None),
        ("cd19 10", 4.9, "few"),  # a finer step is believed
        ("cd19 8", 4.9, "depleted"),
        ("cd19_pct 0.5", 0.5, "depleted"),
        ("cd19_pct 1", 0.5, None),  # 0.75 to 1.25
        ("cd19_pct 1", 0.4, "few"),
        ("cd19_pct 3", 0.5, "few"),
        ("cd19_pct 3.5", 0.5, "present"),
    ],
)
def test_a_coarse_step_leaves_a_cut_open(result: str, step: float, state: str | None) -> None:
    assert states_of(f"60 {result}", steps=(step,)) == [state]


@pytest.mark.parametrize(
    ("results", "state"),
    [
        (("60 cd19 5", "60 cd19_pct 0.5"), "depleted"),
        (("60 cd19 5", "60 cd19_pct 2.0"), "few"),
        (("60 cd19 50", "60 cd19_pct 2.0"), "present"),
        (("60T08:00 cd19 5", "60T15:00 cd19 12"), "few"),
        (("60 cd19 5", "60 cd19 <20"), "depleted"),  # what tells nothing takes no part
    ],
)
def test_of_a_day_the_result_that_shows_more_b_cells_decides(results: tuple[str, str], state: str) -> None:
    assert states_of(*results) == [state, state]


def test_a_finer_result_settles_a_coarse_one() -> None:
    assert states_of("60 cd19 10", "60 cd19_pct 0.4", steps=(10,)) == ["depleted", "depleted"]


def test_cd20_shows_b_cells_but_has_no_state_of_its_own() -> None:
    assert states_of("60 cd19 5", "60 cd20 50") == ["present", None]
    assert states_of("60 cd19 5", "60 cd20 0") == ["depleted", None]
    assert states_of("60 cd20 50") == [None]


def test_on_treatment_alone() -> None:
    labs = ("-5 cd19 210", "60 cd19 2", "60 wbc 6.0", "101 cd19 2")
    assert states_of(*labs, events=("100 stopped",)) == [None, "depleted", None, None]
