"""Who is in the clinic: doses, appointments and draws, each with what becomes of it in later exports.

What is special about somebody is a fate; everything else is usual. Blood is that of `wbc_tracker.invented.blood`,
with so little chance that nothing stands out by itself. Nothing here knows a rule of the program.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

import numpy as np

from wbc_tracker.catalog import load_drugs
from wbc_tracker.invented.blood import Tubes, measure
from wbc_tracker.invented.laboratories import SI_LAB
from wbc_tracker.invented.regimens import regimen_of

#: The days of the four exports; the last is the Monday of this walk.
MONDAYS = tuple(date(2026, 11, day) for day in (2, 9, 16, 23))
TODAY, LAST_WEEK = MONDAYS[-1], MONDAYS[-2]
COUNT, FULL = ("wbc", "neutrophils", "lymphocytes"), ("wbc", "neutrophils", "lymphocytes", "cd19", "igg")
_WITHOUT_CD19 = ("wbc", "neutrophils", "lymphocytes", "igg")
#: Fate -> how many of 350 have it; the others are usual.
FATES = {
    "overdue": 18, "half_waiting": 3, "near_without_labs": 12, "near_with_labs": 8, "near_without_igg": 6,
    "booked": 8, "booked_then_cancelled": 3, "cancelled": 8, "back": 8, "stopped": 8, "left": 6, "switched": 5,
    "low_igg": 9, "very_low_igg": 4, "never_depleted": 5, "few": 4, "limit": 6, "without_cd19": 12, "old": 6,
    "untreated": 4, "neutropenia": 5, "known_neutropenia": 4, "worse": 3, "new_low_igg": 3, "new_not_depleted": 3,
    "corrected_down": 3, "corrected_up": 4, "withdrawn": 4, "wrong_draw": 3, "misfiled": 2, "erased": 3, "renamed": 4,
}  # fmt: skip
_NOT_GIVEN = ("Cancelled", "Did not attend", "Not given")
_DRUGS = ("ocrelizumab",) * 6 + ("rituximab", "ublituximab", "ocrelizumab_sc")


@dataclass(frozen=True)
class Version:
    """What a result is from an export on: as printed, with its status."""

    export: int
    text: str
    status: str = "Final"


@dataclass
class Result:
    """One analyte of one draw; `versions` in the order of exports."""

    day: date
    analyte: str
    versions: list[Version]

    def at(self, export: int) -> Version:
        """Return what an export prints."""
        return [version for version in self.versions if version.export <= export][-1]


@dataclass(frozen=True)
class Appointment:
    """A row of the day unit. `status`: from an export on -> word; `mg` empty: a drug of no dose here."""

    day: date
    drug: str
    mg: str
    status: tuple[tuple[int, str], ...] = ((0, "Given"),)

    def at(self, export: int) -> str:
        """Return the word that the list of an export has; empty if the row is not there yet."""
        words = [word for since, word in self.status if since <= export]
        return words[-1] if words else ""

    @property
    def is_given(self) -> bool:
        return self.at(len(MONDAYS)) == "Given"


@dataclass
class Person:
    """One patient.

    Attributes:
        mrn: with its zeros. fate: see FATES. drug: of the clinic's own.
        results: everything that is printed of them under their id, in order of time.
        wrong_on: the day of a draw that is not theirs. ended: (day, kind of the event, note).
    """

    mrn: str
    fate: str
    drug: str
    appointments: list[Appointment] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    wrong_on: date | None = None
    ended: tuple[date, str, str] | None = None

    @property
    def given(self) -> list[Appointment]:
        return sorted((one for one in self.appointments if one.is_given), key=lambda one: one.day)


def invent_clinic(patients: int, seed: int) -> list[Person]:
    """Return so many people; the same numbers give the same ones."""
    rng = Random(seed)
    fates = [fate for fate, of_350 in FATES.items() for _ in range(max(1, of_350 * patients // 350))]
    fates = [*fates, *["usual"] * max(0, patients - len(fates))][:patients]
    rng.shuffle(fates)
    numbers = rng.sample(range(100_000, 9_999_999), patients)
    numbers[::4] = rng.sample(range(100, 99_999), len(numbers[::4]))  # with zeros in front
    each = enumerate(zip(numbers, fates, strict=True))
    return [_invent(f"{number:07d}", fate, Random(seed * 100_003 + at)) for at, (number, fate) in each]


def _invent(mrn: str, fate: str, rng: Random) -> Person:
    person = Person(mrn, fate, rng.choice(_DRUGS))
    if fate == "usual" and rng.random() < 0.08:
        person.drug = "ofatumumab"
    if fate != "untreated":
        person.appointments = _doses(person, rng)
    _appoint(person, rng)
    days = _draw_days(person, rng)
    person.results = _measure(person, days, rng)
    _set_apart(person, rng)
    return person


def _days_ago(person: Person, rng: Random) -> int:
    """Return how long ago the last dose of somebody was."""
    usual = load_drugs()[person.drug].interval_days
    late = {"overdue": (15, 150), "cancelled": (15, 60), "booked_then_cancelled": (20, 60), "booked": (5, 60)}
    late |= {"stopped": (20, 200), "left": (20, 200), "switched": (20, 60), "back": (16, 40)}
    if person.fate in late:
        return usual + rng.randint(*late[person.fate])
    if person.fate.startswith("near"):
        return usual - rng.randint(-10, 27)
    if person.drug == "ofatumumab":
        return rng.randint(1, 26)
    return rng.randint(75, usual - 35)


def _doses(person: Person, rng: Random) -> list[Appointment]:
    """Return all doses, backwards from the last, by the usual interval or a few days later."""
    drug = load_drugs()[person.drug]
    regimen = regimen_of(drug)
    if person.fate == "half_waiting":
        person.drug = "ocrelizumab"
        return [Appointment(TODAY - timedelta(rng.randint(16, 40)), "ocrelizumab", "300")]
    last = TODAY - timedelta(_days_ago(person, rng))
    courses = rng.randint(20, 30) if person.drug == "ofatumumab" else rng.randint(3, 8)
    days = [last]
    for _ in range(courses):
        days.append(days[-1] - timedelta(drug.interval_days + rng.randint(0, 6 if drug.interval_days > 60 else 1)))
    first = days[-1]
    later = [Appointment(day, person.drug, f"{regimen.later_mg:g}") for day in days[:-1]]
    return [*(Appointment(first + timedelta(day), person.drug, f"{mg:g}") for day, mg in regimen.first), *later]


def _appoint(person: Person, rng: Random) -> None:
    """Add what the day unit has besides doses long given: bookings, cancelled ones, this week's."""
    fate, usual = person.fate, f"{regimen_of(load_drugs()[person.drug]).later_mg:g}"
    this_week, soon = LAST_WEEK + timedelta(rng.randint(0, 6)), TODAY + timedelta(rng.randint(3, 20))
    rows = {
        "booked": (soon, person.drug, usual, ((2, "Booked"),)),
        "booked_then_cancelled": (this_week, person.drug, usual, ((2, "Booked"), (3, "Cancelled"))),
        "cancelled": (TODAY - timedelta(rng.randint(8, 40)), person.drug, usual, ((0, rng.choice(_NOT_GIVEN)),)),
        "back": (this_week, person.drug, usual, ((2, "Booked"), (3, "Given"))),
        "switched": (TODAY - timedelta(rng.randint(8, 18)), "natalizumab", "300", ((0, "Given"),)),
    }  # fmt: skip
    if fate in rows:
        person.appointments.append(Appointment(*rows[fate]))
    if fate in ("stopped", "left"):
        person.ended = TODAY - timedelta(rng.randint(60, 150)), fate, ""


def _draw_days(person: Person, rng: Random) -> dict[date, tuple[str, ...]]:
    """Return day -> what is asked for; regular draws end five weeks ago, the rest is by fate."""
    own = [dose for dose in person.given if dose.drug == person.drug]
    first = own[0].day if own else TODAY - timedelta(300)
    full = _WITHOUT_CD19 if person.fate == "without_cd19" else FULL
    end = TODAY - timedelta(rng.randint(190, 230) if person.fate == "old" else 36)
    days = {first - timedelta(back): full for back in (60, 15)}
    day, number = first + timedelta(80), 0
    while day <= end:
        days[day] = full
        day, number = day + timedelta(rng.randint(78, 88)), number + 1
    days |= dict.fromkeys(_recent_days(person, rng), full)
    if person.fate in ("near_without_igg", "usual") and rng.random() < 0.4:
        days[TODAY - timedelta(rng.randint(1, 27))] = COUNT
    return days


def _recent_days(person: Person, rng: Random) -> list[date]:
    """Return the draws of the last five weeks that a fate needs, with the whole panel."""
    fate = person.fate
    if fate == "near_with_labs":
        return [TODAY - timedelta(rng.randint(1, 27))]
    if fate in ("low_igg", "very_low_igg", "never_depleted", "few", "limit", "corrected_down", "corrected_up"):
        return [TODAY - timedelta(rng.randint(12, 20))]
    if fate in ("known_neutropenia", "withdrawn", "wrong_draw", "misfiled", "erased", "renamed"):
        # In the exports of 9 and 16 November, and again in the last one.
        return [date(2026, 11, 8) - timedelta(rng.randint(0, 9))]
    if fate in ("neutropenia", "new_low_igg", "new_not_depleted"):
        return [LAST_WEEK + timedelta(rng.randint(0, 6))]
    if fate == "worse":
        return [date(2026, 11, 5), LAST_WEEK + timedelta(rng.randint(0, 6))]
    return []


def _measure(person: Person, days: dict[date, tuple[str, ...]], rng: Random) -> list[Result]:
    """Return what was found on the days, as the laboratory prints it."""
    ordered, given = sorted(days), [dose.day for dose in person.given if dose.drug == person.drug]
    since = [max((dose for dose in given if dose < day), default=None) for day in ordered]
    days_since = np.array(
        [np.nan if last is None else (day - last).days for day, last in zip(ordered, since, strict=True)]
    )
    parts = {"neutrophils": 3.9, "t_cells": 1.8, "rest": 0.6, "b_cells": 190.0, "igg": 10.5}
    level = {part: middle * rng.uniform(0.92, 1.08) for part, middle in parts.items()}
    factor = {part: np.array([rng.uniform(0.98, 1.02) for _ in ordered]) for part in parts}
    found = measure(Tubes(level, factor, days_since, residue=rng.choice((0.0, 0.0, 3.0))))
    return [
        Result(day, analyte, [Version(0, SI_LAB[analyte].as_printed(float(found[analyte][at])))])
        for at, day in enumerate(ordered)
        for analyte in days[day]
    ]


def _set_apart(person: Person, rng: Random) -> None:
    """Give the last draws what the fate says."""
    fate = person.fate
    recent = [result for result in person.results if result.day > TODAY - timedelta(36)]
    last = max(result.day for result in person.results)
    treated = [result for result in person.results if person.given and result.day > person.given[0].day]

    def put(results: Iterable[Result], analyte: str, low: float, high: float, form: str = "{:.2f}") -> None:
        for result in results:
            if result.analyte == analyte:
                result.versions = [Version(0, form.format(rng.uniform(low, high)))]

    of_last = [result for result in recent if result.day == last]
    if fate in ("low_igg", "very_low_igg", "new_low_igg"):
        low, high = (3.2, 4.8) if fate == "very_low_igg" else (5.1, 5.8)
        put(of_last, "igg", low, high, "{:.1f}")
    elif fate in ("never_depleted", "new_not_depleted"):
        if fate == "new_not_depleted":  # not measured on treatment before
            person.results = [
                one for one in person.results if one.analyte != "cd19" or one not in treated or one in of_last
            ]
        put(treated, "cd19", 90, 160, "{:.0f}")
    elif fate == "few":
        put(treated, "cd19", 12, 16, "{:.0f}")
    elif fate == "limit":
        put([one for one in treated if one.day > TODAY - timedelta(200)], "cd19", 20, 20, "<{:.0f}")
    elif fate in ("neutropenia", "known_neutropenia"):
        put(of_last, "neutrophils", 0.3, 1.4)
    elif fate == "worse":
        put(recent, "neutrophils", 1.2, 1.4)
        put(of_last, "neutrophils", 0.6, 0.9)
    elif fate in ("wrong_draw", "misfiled"):
        person.wrong_on = last
        put(of_last, "neutrophils", 0.2, 0.4)
    elif fate in ("corrected_down", "corrected_up", "withdrawn"):
        _amend(next(one for one in of_last if one.analyte == "neutrophils"), fate, rng)


def _amend(result: Result, fate: str, rng: Random) -> None:
    """Let the last export say something else than those before it."""
    fine, low = result.versions[0].text, f"{rng.uniform(0.55, 1.3):.2f}"
    if fate == "corrected_down":
        result.versions = [Version(0, fine), Version(3, low, "Corrected")]
    elif fate == "corrected_up":
        result.versions = [Version(0, low), Version(3, fine, "Amended")]
    else:
        result.versions = [Version(0, "0.21"), Version(3, "0.21", "Entered in Error")]
