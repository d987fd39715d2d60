"""Two kinds of chance: as lively as in life, and so calm that it tells no story of its own."""

from __future__ import annotations

import math
from collections.abc import Iterable
from random import Random

import numpy as np
import numpy.typing as npt

from wbc_tracker.invented.blood import Numbers

#: Within-person variation, women and men, percent: neutrophils and lymphocytes of Coskun 2018
#: (sources.toml: variation-coskun); B cells and the rest our choice. They are what is true, and
#: stay apart from variation.toml, which is what the program believes.
WITHIN = {
    "neutrophils": (20.09, 11.6),
    "t_cells": (9.81, 9.81),
    "b_cells": (15.0, 15.0),
    "rest": (11.0, 11.0),
    "igg": (5.5, 5.5),
    "hemoglobin": (2.74, 2.74),
    "platelets": (7.22, 7.22),
}
#: Error of the measurement itself, percent; 5 where nothing is said.
ANALYTICAL = {
    "wbc": 1.49,
    "neutrophils": 1.88,
    "lymphocytes": 2.4,
    "igg": 3.0,
    "hemoglobin": 0.58,
    "platelets": 1.8,
}
_ANALYTICAL_ELSE = 5.0
#: Coefficients of variation of people with a story, in the order in which a tube is drawn.
CALM = {
    "b_cells": 0.08,
    "neutrophils": 0.075,
    "hemoglobin": 0.015,
    "platelets": 0.05,
    "iga": 0.03,
    "t_cells": 0.045,
    "igg": 0.025,
    "igm": 0.04,
    "rest": 0.08,
}
#: B cells that a dose leaves are at most so many /uL, mostly far fewer.
_MOST_LEFT = 2.6


def vary(rng: np.random.Generator, part: str, is_woman: npt.NDArray[np.bool_]) -> Numbers:
    """Return a log-normal factor for a part of each tube, by the sex of its person."""
    within = np.where(is_woman, *WITHIN[part]) / 100
    return np.asarray(np.exp(np.sqrt(np.log1p(within**2)) * rng.standard_normal(len(is_woman))))


def err(rng: np.random.Generator, analyte: str, tubes: int) -> Numbers:
    """Return a log-normal factor for the error of measuring an analyte in each tube."""
    error = ANALYTICAL.get(analyte, _ANALYTICAL_ELSE) / 100
    return np.asarray(np.exp(error * rng.standard_normal(tubes)))


def between(rng: Random, low: float, high: float) -> float:
    """Return a number spread evenly from low to high."""
    return low + (high - low) * rng.random()


def wobble(rng: Random, cv: float) -> float:
    """Return a factor around 1: Box-Muller normal, this coefficient of variation, cut at two."""
    z = math.sqrt(-2 * math.log(1 - rng.random())) * math.cos(2 * math.pi * rng.random())
    return 1 + cv * max(-2.0, min(2.0, z))


class CalmChance:
    """Chance of one person with a story, drawn tube by tube.

    Only `random()` of the standard generator is used: it gives the same numbers on every machine.

    Attributes:
        factor: part -> factor of each tube. residue: B cells left by the drug, /uL.
        asked: whether a test that not every draw has was asked for, a number from 0 to 1.
    """

    def __init__(self, rng: Random, is_depleted: Iterable[bool], *, asks: bool) -> None:
        factor: dict[str, list[float]] = {part: [] for part in CALM}
        residue, asked = [], []
        for depleted in is_depleted:
            for part, cv in CALM.items():
                factor[part].append(wobble(rng, cv))
                if part == "b_cells":
                    residue.append(_MOST_LEFT * rng.random() ** 2 if depleted else 0.0)
            asked.append(rng.random() if asks else 1.0)
        self.factor = {part: np.array(factors) for part, factors in factor.items()}
        self.residue, self.asked = np.array(residue), asked
