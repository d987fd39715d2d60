"""What a tube of blood holds: the parts add up, and B cells go and come back."""

from __future__ import annotations

import numpy as np
import pytest

from wbc_tracker.invented.blood import Tubes, measure

NAN = np.nan
LEVEL = {"neutrophils": 4.0, "t_cells": 1.5, "rest": 0.5, "b_cells": 200.0, "igg": 10.0}


def tubes(since_dose: list[float], **changes) -> Tubes:
    ones = np.ones(len(since_dose))
    given = {"level": LEVEL, "factor": dict.fromkeys(LEVEL, ones), "since_dose": np.array(since_dose), **changes}
    return Tubes(**given)


def rounded(found: dict[str, np.ndarray], analyte: str) -> list[float]:
    return found[analyte].round(4).tolist()


def test_before_treatment_every_part_stands_at_its_set_point():
    found = measure(tubes([NAN]))
    assert {analyte: round(float(value[0]), 3) for analyte, value in found.items()} == {
        "igg": 10.0,
        "neutrophils": 4.0,
        "lymphocytes": 1.7,
        "wbc": 6.2,
        "neutrophils_pct": 64.516,
        "lymphocytes_pct": 27.419,
        "cd19": 200.0,
        "cd19_pct": 11.765,
    }


@pytest.mark.parametrize(
    ("since_dose", "cd19"),
    [
        ([NAN, 0, 14, 185], [200, 0, 0, 0]),  # gone at once, and for half a year
        ([186, 285, 385], [0.45, 45, 90]),  # then 0.45 /uL a day
        ([629, 630, 2000], [199.8, 200, 200]),  # never more than before
    ],
)
def test_b_cells_go_with_a_dose_and_come_back_when_doses_stop(since_dose, cd19):
    found = measure(tubes(since_dose))
    assert rounded(found, "cd19") == cd19
    assert rounded(found, "lymphocytes") == pytest.approx([1.5 + cells / 1000 for cells in cd19], abs=1e-4)


def test_of_who_is_not_depleted_they_stay():
    assert rounded(measure(tubes([NAN, 60], depletes=False)), "cd19") == [200, 200]


def test_a_dose_may_leave_a_few():
    assert rounded(measure(tubes([NAN, 60], residue=2.5)), "cd19") == [200, 2.5]


def test_what_is_lost_and_what_chance_does_are_factors():
    chance = dict.fromkeys(LEVEL, np.ones(2)) | {"t_cells": np.array([1.0, 0.8])}
    found = measure(tubes([NAN, 60], factor=chance, left={"neutrophils": np.array([1.0, 0.5])}))
    assert rounded(found, "neutrophils") == [4, 2]
    assert rounded(found, "lymphocytes") == [1.7, 1.2]
    assert rounded(found, "wbc") == [6.2, 3.7]


def test_a_forced_value_is_part_of_the_sum():
    found = measure(tubes([NAN, NAN], forced={"neutrophils": np.array([NAN, 0.4])}))
    assert rounded(found, "neutrophils") == [4, 0.4]
    assert rounded(found, "wbc") == [6.2, 2.6]


def test_subsets_are_shares_of_what_is_no_b_cell():
    assert rounded(measure(tubes([NAN], subsets={"cd4": 0.5})), "cd4") == [750]
