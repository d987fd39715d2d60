"""Invented people whose counts are known: what the drug does, what chance does, and what we add to it.

Every cell is a lognormal walk around a set point of its person: neutrophils, T and NK cells, B cells and the rest
are drawn apart and added up, so that white cells are their sum and lymphocytes hold the B cells, as in a tube of
blood. Within-person variation is that of Coskun 2018 (neutrophils 20.09 % in women, 11.6 % in men; lymphocytes
9.81 %); IgG varies by 5.5 %. The same seed gives the same people.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

FIRST_DAY = np.datetime64("2020-01-06")
#: Days of the first course's second half and of the later infusions.
SECOND_HALF, INTERVAL = 14, 168
#: Days of a course on which blood is drawn: once, or twice.
ONE_DRAW, TWO_DRAWS = (154,), (77, 154)
WITHIN = {"neutrophils": (20.09, 11.6), "t_cells": (9.81, 9.81), "b_cells": (15.0, 15.0), "rest": (11.0, 11.0)}
IGG_WITHIN, ANALYTICAL = 5.5, {"wbc": 1.49, "neutrophils": 1.88, "lymphocytes": 2.4, "igg": 3.0}
#: Middle and spread (of the logarithm) of the set points, 10*9/L and g/L.
BETWEEN = {"neutrophils": (3.7, 0.26), "t_cells": (1.62, 0.22), "rest": (0.62, 0.2), "igg": (10.0, 0.18)}
#: analyte: unit, interval, decimals.
PRINTED = {
    "wbc": ("10*9/L", 4.0, 11.0, 1),
    "neutrophils": ("10*9/L", 2.0, 7.5, 2),
    "lymphocytes": ("10*9/L", 1.0, 4.0, 2),
    "cd19": ("/uL", 100.0, 500.0, 0),
    "igg": ("g/L", 6.0, 16.0, 1),
}

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """What is true of everybody in a simulation.

    Attributes:
        people: how many. draws: after the baseline. days: of each course on which blood is drawn.
        women: their share. b_share: of the lymphocytes before treatment.
        decline: part ("neutrophils", "t_cells", "rest", "igg") -> share lost, evenly over `decline_days`.
        laboratory: spread of a bias that each draw has, as another laboratory each time has it (0.05 is 5 %).
    """

    people: int
    draws: int = 20
    days: tuple[int, ...] = TWO_DRAWS
    women: float = 0.7
    b_share: float = 0.10
    decline: Mapping[str, float] = field(default_factory=dict)
    decline_days: int = 3 * 365
    laboratory: float = 0.0
    seed: int = 1


@dataclass(frozen=True)
class People:
    """Canonical `labs` and `infusions`, who is a woman by id, and the days on which blood was drawn on treatment."""

    labs: pd.DataFrame
    infusions: pd.DataFrame
    women: dict[str, bool]
    visits: list[str]


def invent(world: World) -> People:
    """Return the people of a world; day 0 is their first infusion, the baseline was drawn 21 days before."""
    rng = np.random.default_rng(world.seed)
    is_woman = rng.random(world.people) < world.women
    courses = -(-world.draws // len(world.days))
    after = [course * INTERVAL + day for course in range(courses) for day in world.days][: world.draws]
    day = np.array([-21, *after])
    treated = day > 0
    bias = np.exp(world.laboratory * rng.standard_normal((world.people, len(day))))
    lasting = np.clip(day, 0, world.decline_days) / world.decline_days

    def cells(part: str, set_point: Numbers) -> Numbers:
        within = np.where(is_woman, *WITHIN[part])[:, None] / 100
        left = 1 - world.decline.get(part, 0.0) * lasting
        return set_point[:, None] * left * np.exp(_spread(within) * rng.standard_normal((world.people, len(day))))

    def points(part: str) -> Numbers:
        middle, spread = BETWEEN[part]
        return middle * np.exp(spread * rng.standard_normal(world.people))

    neutrophils, t_set = cells("neutrophils", points("neutrophils")), points("t_cells")
    t_cells, rest = cells("t_cells", t_set), cells("rest", points("rest"))
    b_cells = np.where(treated, 0.0, cells("b_cells", t_set * world.b_share / (1 - world.b_share)))
    left = 1 - world.decline.get("igg", 0.0) * lasting
    igg = (
        points("igg")[:, None]
        * left
        * np.exp(_spread(IGG_WITHIN / 100) * rng.standard_normal((world.people, len(day))))
    )
    lymphocytes = t_cells + b_cells
    measured = {
        "wbc": neutrophils + lymphocytes + rest,
        "neutrophils": neutrophils,
        "lymphocytes": lymphocytes,
        "cd19": b_cells * 1000,
        "igg": igg,
    }
    ids = np.array([f"p{number:05d}" for number in range(world.people)])
    printed = np.datetime_as_string(FIRST_DAY + day)
    labs = []
    for analyte, value in measured.items():
        unit, low, high, decimals = PRINTED[analyte]
        error = np.exp(ANALYTICAL.get(analyte, 5.0) / 100 * rng.standard_normal(value.shape))
        read = np.round(value * error * bias, decimals)
        labs.append(
            pd.DataFrame(
                {
                    "patient_id": np.repeat(ids, len(day)),
                    "collected_at": np.tile(printed, world.people),
                    "analyte": analyte,
                    "value": _as_printed(read.ravel(), decimals, analyte),
                    "unit": unit,
                    "ref_low": f"{low:g}",
                    "ref_high": f"{high:g}",
                }
            )
        )
    given = [(0, 300), (SECOND_HALF, 300), *((number * INTERVAL, 600) for number in range(1, courses))]
    infusions = pd.DataFrame(
        {
            "patient_id": np.repeat(ids, len(given)),
            "infused_on": np.tile(np.datetime_as_string(FIRST_DAY + np.array([d for d, _ in given])), world.people),
            "drug": "ocrelizumab",
            "dose_mg": np.tile(np.array([mg for _, mg in given]), world.people),
        }
    )
    frame = pd.concat(labs, ignore_index=True).sort_values(["patient_id", "collected_at"], kind="stable")
    women = dict(zip(ids.tolist(), is_woman.tolist(), strict=True))
    return People(frame.reset_index(drop=True), infusions, women, printed[treated].tolist())


def _spread(coefficient: Numbers | float) -> Numbers | float:
    """Return the standard deviation of the logarithm that has this coefficient of variation."""
    return np.sqrt(np.log1p(np.square(coefficient)))


def _as_printed(value: Numbers, decimals: int, analyte: str) -> list[str]:
    texts = [f"{number:.{decimals}f}" for number in value.tolist()]
    return ["<1" if text == "0" else text for text in texts] if analyte == "cd19" else texts
