"""Patients one by one: a story becomes doses, draws and results.

White cells, B cells and antibodies follow the model of `blood`; chance is calm, so that what is
special about a patient is what the story says.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

import numpy as np

from wbc_tracker.catalog import load_drugs
from wbc_tracker.invented.blood import Numbers, Tubes, measure
from wbc_tracker.invented.chance import CalmChance, between
from wbc_tracker.invented.regimens import Regimen, regimen_of
from wbc_tracker.invented.stories import AS_OF, Story

#: Of the patients of the examples; each has its number added.
SEED = 20261123
#: Of a second value of one draw, in which two laboratories do not agree.
_RIVAL = 1.06


@dataclass(frozen=True)
class TrueResult:
    """What was measured at a draw, as it is: in the canonical unit and not rounded."""

    patient_id: str
    drawn_on: str
    analyte: str
    value: float


@dataclass(frozen=True)
class GivenDose:
    """A dose, given or booked."""

    patient_id: str
    infused_on: str
    drug: str
    dose_mg: int


@dataclass(frozen=True)
class InventedPatient:
    """Everything about one invented person, each in order of time."""

    patient_id: str
    story: Story
    results: list[TrueResult]
    doses: list[GivenDose]


@dataclass(frozen=True)
class _Draw:
    day: date
    has_full_panel: bool


def invent_patient(patient_id: str, story: Story, seed: int) -> InventedPatient:
    """Return the patient of a story; the same seed gives the same person."""
    rng = Random(seed)
    regimen = regimen_of(load_drugs()[story.drug])
    courses = _plan_courses(story, regimen, rng)
    doses = _plan_doses(story, regimen, courses)
    draws = _plan_draws(story, regimen, courses, rng)
    results = _measure(patient_id, story, draws, [day for day, _ in doses], rng)
    given = [GivenDose(patient_id, str(day), story.drug, mg) for day, mg in doses]
    return InventedPatient(patient_id, story, results, given)


def _working_day(start: date, days: float) -> date:
    """Return the day so many days after start, a weekend moved to Monday."""
    day = start + timedelta(days=math.floor(days))
    return day + timedelta(days=max(0, 7 - day.weekday()) if day.weekday() >= 5 else 0)


def _plan_courses(story: Story, regimen: Regimen, rng: Random) -> list[date]:
    """Return the first day of each course, a few days off schedule as in life."""
    courses: list[date] = []
    due = date.fromisoformat(story.start or "9999-01-01")
    while due <= date.fromisoformat(story.last_dose_by):
        courses.append(due)
        delay_days = story.delay[1] if story.delay[0] == len(courses) + 1 else 0
        slack_days = between(rng, -regimen.interval_days / 40, regimen.interval_days / 40)
        due = _working_day(due, regimen.interval_days + delay_days + slack_days)
    return courses


def _plan_doses(story: Story, regimen: Regimen, courses: list[date]) -> list[tuple[date, int]]:
    """Return every dose as (day, mg), a booked one last."""
    first = [(courses[0] + timedelta(days), int(mg)) for days, mg in regimen.first if courses]
    booked = [date.fromisoformat(story.booked)] if story.booked else []
    return first + [(day, int(regimen.later_mg)) for day in [*courses[1:], *booked]]


def _plan_draws(story: Story, regimen: Regimen, courses: list[date], rng: Random) -> list[_Draw]:
    """Return the draws: before treatment, early, mid-course and, with the full panel, pre-dose."""
    first, last = date.fromisoformat(story.draws_from), date.fromisoformat(story.draws_to)
    if not courses:
        days = range(0, (last - first).days, 95)
        return [_Draw(_working_day(first, day), has_full_panel=True) for day in days]
    draws = [_Draw(_working_day(courses[0], day), day < 0) for day in (-110, -14, 11)]
    # Monthly doses: blood is drawn about every 24 weeks.
    visits = courses[::6] if regimen.interval_days < 60 else courses
    planned, as_of = visits[-1] + timedelta(days=168), date.fromisoformat(AS_OF)
    for begin, end in zip(visits, [*visits[1:], max(planned, as_of)], strict=True):
        middle = range(84, (end - begin).days - 50, 98)
        slack = [(day, between(rng, -7, 8)) for day in middle]
        draws += [_Draw(_working_day(begin, day + late), False) for day, late in slack]
        draws.append(_Draw(_working_day(end, between(rng, -18, -10)), has_full_panel=True))
    return [draw for draw in draws if first <= draw.day <= last]


def _measure(
    patient_id: str, story: Story, draws: Sequence[_Draw], doses: Sequence[date], rng: Random
) -> list[TrueResult]:
    """Return what the panel of each draw finds."""
    since = [[(draw.day - dose).days for dose in doses if dose <= draw.day] for draw in draws]
    since_dose = np.array([days[-1] if days else np.nan for days in since])
    years = np.array([days[0] if days else 0.0 for days in since]) / 365.25
    level, left, subsets = _body(story, years, rng)
    treated = [bool(days) and story.depletes for days in since]
    chance = CalmChance(rng, treated, asks=story.tests_b_cells)
    found = measure(
        Tubes(
            level,
            chance.factor,
            since_dose,
            left,
            story.depletes,
            chance.residue,
            subsets,
            _forced(story, len(draws)),
        )
    )
    results = []
    for place, draw in enumerate(draws):
        for analyte in _panel(story, place, draw, chance.asked[place]):
            is_doubted = story.conflict == (analyte, place)
            for factor in (1.0, _RIVAL) if is_doubted else (1.0,):
                value = float(found[analyte][place]) * factor
                results.append(TrueResult(patient_id, str(draw.day), analyte, value))
    return results


def _body(
    story: Story, years: Numbers, rng: Random
) -> tuple[dict[str, float], dict[str, Numbers], dict[str, float]]:
    """Return the set points of a person, what is left of them after years, and the subsets."""
    level = {
        "neutrophils": between(rng, 3.2, 4.6),
        "hemoglobin": between(rng, 124, 150),
        "platelets": between(rng, 200, 310),
        "iga": between(rng, 1.5, 2.8),
        "rest": between(rng, 0.45, 0.7),
        "t_cells": between(rng, 1.55, 2.1),
        "b_cells": between(rng, 130, 230),
    }
    cd4, cd8 = between(rng, 0.5, 0.58), between(rng, 0.26, 0.32)
    usual_igg = between(rng, 9.8, 12.0), between(rng, 0.02, 0.032)
    igg, lost_a_year = story.igg if story.igg[0] else usual_igg
    level |= {"igg": igg, "igm": between(rng, 0.95, 1.5)}
    left = {
        "neutrophils": 1 - between(rng, 0.0, 0.018) * years,
        "t_cells": 1 - 0.006 * years,
        "igg": (1 - lost_a_year) ** years,
        "igm": 0.95**years,
    }
    return level, left, {"cd3": cd4 + cd8 + 0.03, "cd4": cd4, "cd8": cd8}


def _forced(story: Story, draws: int) -> dict[str, Numbers]:
    """Return the values that the story gives to the last draws."""
    analyte, ago, values = story.forced
    forced = np.full(draws, np.nan)
    for place, value in enumerate(values, start=draws - ago):
        forced[place] = value
    return {analyte: forced} if analyte else {}


def _panel(story: Story, place: int, draw: _Draw, asked: float) -> list[str]:
    """Return the analytes of a draw: always a blood count, the rest as clinics order it."""
    suffix = "_pct" if story.percent_only else ""
    panel = ["wbc", f"neutrophils{suffix}", f"lymphocytes{suffix}", "hemoglobin", "platelets"]
    if story.tests_b_cells and (asked < 0.75 or draw.has_full_panel):
        panel += ["cd19", "cd19_pct"]
        panel += ["cd3", "cd4", "cd8"] if draw.has_full_panel and place % 4 < 2 else []
    return panel + (["igg", "iga", "igm"] if draw.has_full_panel else [])
