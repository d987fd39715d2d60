"""Many people who are alike but for chance: thousands of them, vectorised.

Neutrophils, T and NK cells, B cells and the rest are drawn apart and added up (`blood`); variation
within a person and error are those of `chance`. The same seed gives the same people. A schedule
says whose blood is drawn on which day: a regular one (`World`), or that of a registry, in which
everybody begins on a day of their own and comes a few days early or late.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from wbc_tracker.catalog import load_drugs
from wbc_tracker.invented.blood import Figures, Numbers, Tubes, measure
from wbc_tracker.invented.chance import err, vary
from wbc_tracker.invented.laboratories import REGISTRY_LAB
from wbc_tracker.invented.regimens import regimen_of

#: Days of a course on which blood is drawn: once, or twice.
ONE_DRAW, TWO_DRAWS = (154,), (77, 154)
#: Middle and spread (of the logarithm) of the set points of a part, in its unit (`blood.Tubes`).
BETWEEN = {
    "neutrophils": (3.7, 0.26),
    "t_cells": (1.62, 0.22),
    "rest": (0.62, 0.2),
    "igg": (10.0, 0.18),
    "hemoglobin": (138.0, 0.07),
    "platelets": (250.0, 0.2),
}
#: In the order in which they are drawn; B cells are a share of the lymphocytes.
_CELLS, _ALONE = ("neutrophils", "t_cells", "rest", "b_cells"), ("igg", "hemoglobin", "platelets")
_CD4_SHARE = 0.55
_FIRST_DAY, _BASELINE_DAY = np.datetime64("2020-01-06"), -21
_DRUG = "ocrelizumab"

Days = npt.NDArray[np.int64]


@dataclass(frozen=True)
class World:
    """What is true of everybody in a simulation.

    Attributes:
        people: how many. draws: after the baseline. days: of each course on which blood is drawn.
        women: their share. b_share: of the lymphocytes before treatment.
        decline: part ("neutrophils", "t_cells", "rest", "igg") -> share lost, evenly over
            `decline_days`.
        laboratory: spread of a bias that each draw has, as another laboratory each time has it
            (0.05 is 5 %).
        residue: B cells that a dose leaves, /uL at most and mostly far fewer.
        analytes: what is measured.
    """

    people: int
    draws: int = 20
    days: tuple[int, ...] = TWO_DRAWS
    women: float = 0.7
    b_share: float = 0.10
    decline: Mapping[str, float] = field(default_factory=dict)
    decline_days: int = 3 * 365
    laboratory: float = 0.0
    residue: float = 0.0
    seed: int = 1
    analytes: tuple[str, ...] = ("wbc", "neutrophils", "lymphocytes", "cd19", "igg")


@dataclass(frozen=True)
class People:
    """Canonical `labs` and `infusions`, who is a woman by id, and the days on which blood was drawn
    on treatment.
    """

    labs: pa.Table
    infusions: pa.Table
    women: dict[str, bool]
    visits: list[str]


@dataclass(frozen=True)
class Schedule:
    """When blood is drawn and doses are given.

    Attributes:
        person, day: of each draw; people are counted from 0, days from `first_day` on.
        treated_on: the day of each draw's person's first dose.
        who, given_on, dose_mg: of each dose; sorted by person and day.
    """

    first_day: np.datetime64
    person: Days
    day: Days
    treated_on: Days
    who: Days
    given_on: Days
    dose_mg: Days

    @property
    def since_dose(self) -> Numbers:
        """Days from the latest dose to each draw, NaN before the first."""
        beyond = int(max(self.day.max(), self.given_on.max())) + 1_000
        doses = self.who * beyond + self.given_on
        latest = np.searchsorted(doses, self.person * beyond + self.day, side="right") - 1
        is_own = (latest >= 0) & (self.who[latest] == self.person)
        return np.where(is_own, self.day - self.given_on[latest], np.nan)


def invent(world: World) -> People:
    """Return the people of a world; day 0 is their first infusion, the baseline was drawn 21 days
    before.
    """
    rng, courses = np.random.default_rng(world.seed), -(-world.draws // len(world.days))
    regimen = regimen_of(load_drugs()[_DRUG])
    starts = [course * regimen.interval_days for course in range(courses)]
    after = [start + day for start in starts for day in world.days][: world.draws]
    days = np.array([_BASELINE_DAY, *after])
    given = [*regimen.first, *((start, regimen.later_mg) for start in starts[1:])]
    people = np.arange(world.people)
    schedule = Schedule(
        _FIRST_DAY,
        np.repeat(people, len(days)),
        np.tile(days, world.people),
        np.zeros(world.people * len(days), dtype=np.int64),
        np.repeat(people, len(given)),
        np.tile(np.array([day for day, _ in given]), world.people),
        np.tile(np.array([int(mg) for _, mg in given]), world.people),
    )
    visits = np.datetime_as_string(_FIRST_DAY + np.array(after)).tolist()
    return _fill(world, schedule, visits, rng)


def invent_registry(results: int, world: World) -> People:
    """Return so many results of the people of a world, who come every twelve weeks or so.

    Everybody begins on a day of their own within four years; `world.draws` and `days` do not count.
    """
    rng, people = np.random.default_rng(world.seed), world.people
    draws = -(-results // len(world.analytes))
    draws_of = np.full(people, draws // people) + (np.arange(people) < draws % people)
    start = rng.integers(0, 1500, people)
    person = np.repeat(np.arange(people), draws_of)
    number = np.arange(draws) - np.repeat(np.cumsum(draws_of) - draws_of, draws_of)
    early = rng.integers(-10, 10, draws) * (number > 0)
    regimen = regimen_of(load_drugs()[_DRUG])
    courses = int(draws_of.max()) * 84 // regimen.interval_days + 1
    who = np.repeat(np.arange(people), courses)
    late = rng.integers(-7, 20, len(who))
    schedule = Schedule(
        np.datetime64("2016-01-01"),
        person,
        start[person] - 14 + number * 84 + early,
        start[person],
        who,
        start[who] + np.tile(np.arange(courses) * regimen.interval_days, people) + late,
        np.full(len(who), int(regimen.later_mg)),
    )
    made = _fill(world, schedule, [], rng)
    return People(made.labs.slice(0, results), made.infusions, made.women, [])


def _fill(world: World, schedule: Schedule, visits: list[str], rng: np.random.Generator) -> People:
    """Draw the blood of a schedule and measure it."""
    person, tubes = schedule.person, len(schedule.person)
    is_woman = rng.random(world.people) < world.women
    bias = np.exp(world.laboratory * rng.standard_normal(tubes))
    level, factor = _draw_parts(world, person, is_woman, rng)
    passed = np.clip(schedule.day - schedule.treated_on, 0, world.decline_days)
    left = {part: 1 - lost * passed / world.decline_days for part, lost in world.decline.items()}
    residue = world.residue * rng.random(tubes) ** 2 if world.residue else 0.0
    subsets = {"cd4": _CD4_SHARE}
    drawn = Tubes(level, factor, schedule.since_dose, left, residue=residue, subsets=subsets)
    found = measure(drawn)
    ids = pa.array(np.char.add("p", np.char.zfill(np.arange(world.people).astype("U"), 5)))
    printed = [
        REGISTRY_LAB[analyte].all_as_printed(found[analyte] * err(rng, analyte, tubes) * bias)
        for analyte in world.analytes
    ]
    women = dict(zip(ids.to_pylist(), is_woman.tolist(), strict=True))
    labs = _lab_table(world, schedule, ids, printed)
    return People(labs, _infusion_table(schedule, ids), women, visits)


def _draw_parts(
    world: World, person: Days, is_woman: npt.NDArray[np.bool_], rng: np.random.Generator
) -> tuple[dict[str, Figures], dict[str, Numbers]]:
    """Return set point and chance of each part in each tube, of the cells and what is measured."""
    level: dict[str, Figures] = {}
    factor: dict[str, Numbers] = {}
    for part in (*_CELLS, *(name for name in _ALONE if name in world.analytes)):
        if part == "b_cells":
            level[part] = level["t_cells"] * world.b_share / (1 - world.b_share) * 1000
        else:
            middle, spread = BETWEEN[part]
            level[part] = (middle * np.exp(spread * rng.standard_normal(world.people)))[person]
        factor[part] = vary(rng, part, is_woman[person])
    return level, factor


def _lab_table(
    world: World, schedule: Schedule, ids: pa.Array, printed: list[pa.Array]
) -> pa.Table:
    """Return the results draw by draw; `printed` has an array an analyte."""
    tubes, panel = len(schedule.person), len(printed)
    tube = np.repeat(np.arange(tubes), panel)
    test = np.tile(np.arange(panel), tubes)
    tests = [REGISTRY_LAB[analyte] for analyte in world.analytes]

    def of_each(texts: list[str]) -> pa.Array:
        return pa.array(texts).take(pa.array(test))

    days, on_day = np.unique(schedule.day, return_inverse=True)
    dates = pa.array(np.datetime_as_string(schedule.first_day + days))
    return pa.table(
        {
            "patient_id": ids.take(pa.array(schedule.person[tube])),
            "collected_at": dates.take(pa.array(on_day[tube])),
            "analyte": of_each([each.name for each in tests]),
            "value": pa.concat_arrays(printed).take(pa.array(test * tubes + tube)),
            "unit": of_each([each.unit for each in tests]),
            "ref_low": of_each([each.ref_low for each in tests]),
            "ref_high": of_each([each.ref_high for each in tests]),
        }
    )


def _infusion_table(schedule: Schedule, ids: pa.Array) -> pa.Table:
    return pa.table(
        {
            "patient_id": ids.take(pa.array(schedule.who)),
            "infused_on": pa.array(np.datetime_as_string(schedule.first_day + schedule.given_on)),
            "drug": pa.array([_DRUG] * len(schedule.who)),
            "dose_mg": pa.array(schedule.dose_mg),
        }
    )
