"""What every list must say, from the people themselves: the rules anew, as an MS nurse would say them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from mondays.people import LAST_WEEK, TODAY, Appointment, Person, Result, Version
from wbc_tracker.catalog import load_drugs

_COUNTS = ("wbc", "neutrophils", "lymphocytes")
#: Days past the planned day from which an infusion is overdue, and the same of monthly ones.
_GRACE, _GRACE_MONTHLY = 14, 7
_NEAR_DAYS, _RECENT_DAYS, _CURRENT_DAYS, _YEAR_DAYS = 28, 28, 182, 365
#: Doses so many days after the first one are of its course.
_COURSE_DAYS = 21
_LOW_IGG, _VERY_LOW_IGG = 6.0, 5.0


@dataclass(frozen=True)
class Known:
    """A result as it stands at last."""

    day: date
    analyte: str
    text: str

    @property
    def comparator(self) -> str:
        return "<" if self.text.startswith("<") else ""

    @property
    def number(self) -> float:
        return float(self.text.lstrip("<"))


@dataclass
class Truth:
    """One patient as he is: under his id of today, with what is his alone."""

    patient_id: str
    drug: str
    doses: list[Appointment]
    booked: date | None
    ended_by: str
    results: list[Known]
    before: list[Known]

    def latest(self, analyte: str, *, within: int = 10**6) -> Known | None:
        """Return the latest result of an analyte, None if there is none in so many days."""
        own = [one for one in self.results if one.analyte == analyte and (TODAY - one.day).days <= within]
        return max(own, key=lambda one: one.day, default=None)

    @property
    def last_dose(self) -> date | None:
        return self.doses[-1].day if self.doses else None

    @property
    def days_to_next(self) -> int | None:
        """Days to the next infusion, booked or by the usual interval; None where none is due."""
        if self.ended_by or (self.last_dose is None and self.booked is None):
            return None
        if self.booked is not None:
            return (self.booked - TODAY).days
        assert self.last_dose is not None
        interval = 14 if self.awaits_half else load_drugs()[self.drug].interval_days
        return (self.last_dose + timedelta(interval) - TODAY).days

    @property
    def awaits_half(self) -> bool:
        return len(self.doses) == 1 and self.doses[0].mg == "300"

    @property
    def is_monthly(self) -> bool:
        return self.drug == "ofatumumab"

    @property
    def grace(self) -> int:
        return 0 if self.awaits_half else _GRACE_MONTHLY if self.is_monthly else _GRACE

    @property
    def is_overdue(self) -> bool:
        to_next = self.days_to_next
        return to_next is not None and self.booked is None and to_next < -self.grace

    @property
    def labs_due(self) -> str:
        """What is missing before a near infusion: "count;igg", empty if nothing."""
        to_next = self.days_to_next
        if to_next is None or self.is_monthly or not -self.grace <= to_next <= _NEAR_DAYS:
            return ""
        days = {one.analyte for one in self.results if (TODAY - one.day).days <= _RECENT_DAYS}
        missing = ["count"] if not days & set(_COUNTS) else []
        return ";".join([*missing, *(["igg"] if "igg" not in days else [])])

    @property
    def igg(self) -> str:
        """`very_low`, `low`, `not_low` or `unknown`: the latest of a year."""
        last = self.latest("igg", within=_YEAR_DAYS)
        if last is None:
            return "unknown"
        return "very_low" if last.number < _VERY_LOW_IGG else "low" if last.number < _LOW_IGG else "not_low"

    @property
    def b_cells(self) -> str:
        """`depleted`, `few`, `present` or `unknown`: of the latest draw of 26 weeks that tells it."""
        told = [
            one
            for one in self.results
            if one.analyte == "cd19" and _tells(one) and (TODAY - one.day).days <= _CURRENT_DAYS
        ]
        return self.state(max(told, key=lambda one: one.day)) if told else "unknown"

    def state(self, one: Known) -> str:
        """Return what a CD19 says; few is also what fell by 90 %."""
        if one.number < 10 or one.comparator:
            return "depleted"
        base = [each for each in self.results if each.analyte == "cd19" and self.doses and each.day < self.doses[0].day]
        fell = bool(base) and one.number <= 0.1 * base[-1].number
        return "few" if one.number < 40 or fell else "present"

    @property
    def draw(self) -> tuple[str, str, str] | None:
        """The next draw: first day on which it is fresh enough, tests, and the infusion it is for."""
        to_next = self.days_to_next
        if to_next is None or self.is_monthly or to_next < 0:
            return None
        infusion = TODAY + timedelta(to_next)
        first = infusion - timedelta(_RECENT_DAYS)
        fresh = {one.analyte for one in self.results if one.day >= first}
        missing = ["count"] if not fresh & set(_COUNTS) else []
        missing += [] if "igg" in fresh else ["igg"]
        return (str(max(first, TODAY)), ";".join(missing), str(infusion)) if missing else None

    @property
    def doses_before(self) -> list[tuple[date, int | None, Known | None]]:
        """The first dose of each course, the last first: day, days since the one before, CD19 between the two."""
        starts: list[date] = []
        for dose in self.doses:
            if not starts or (dose.day - starts[-1]).days > _COURSE_DAYS:
                starts.append(dose.day)
        told = []
        for before, start in zip([date.min, *starts], starts, strict=False):
            between = [one for one in self.results if one.analyte == "cd19" and before < one.day <= start]
            interval = None if before == date.min else (start - before).days
            told.append((start, interval, max(between, key=lambda one: one.day, default=None)))
        return [] if self.is_monthly else told[::-1]

    def flags(self, results: list[Known]) -> dict[str, int]:
        """Return the flags that the lists are asked for -> how bad, from results known at some time."""
        found: dict[str, int] = {}
        last = {one.analyte: one for one in sorted(results, key=lambda one: one.day)}
        igg, neutrophils, cd19 = last.get("igg"), last.get("neutrophils"), last.get("cd19")
        if igg and igg.number < _LOW_IGG and _age(igg) <= _CURRENT_DAYS:
            found["low_immunoglobulin:igg"] = 2 if igg.number < _VERY_LOW_IGG else 1
        if neutrophils and neutrophils.number < 1.5 and self._since_dose(neutrophils) >= 28:
            found["late_onset_neutropenia"] = sum(neutrophils.number < cut for cut in (1.5, 1.0, 0.5))
        if any(one.analyte == "neutrophils" and one.number < 0.5 and _age(one) <= 28 for one in results):
            found["critical_value"] = 1
        ever = [one for one in results if one.analyte == "cd19" and _tells(one) and self._since_dose(one) >= 0]
        depleted_ever = any(self.state(one) == "depleted" for one in ever)
        if cd19 and ever and not depleted_ever and self.state(cd19) == "present" and self._since_dose(cd19) >= 14:
            found["b_cells_not_depleted"] = 1
        return found

    def _since_dose(self, one: Known) -> int:
        days = [(one.day - dose.day).days for dose in self.doses if dose.day < one.day]
        return min(days, default=-1)

    @property
    def is_new(self) -> bool:
        """Whether something is there that was not before the last exports, or was milder."""
        now, before = self.flags(self.results), self.flags(self.before)
        return any(bad > before.get(flag, 0) for flag, bad in now.items())


def _age(one: Known) -> int:
    return (TODAY - one.day).days


def _tells(one: Known) -> bool:
    """Tell whether a CD19 says if B cells are depleted: a limit above the cut does not."""
    return not one.comparator or one.number <= 10


def tell_truth(
    people: list[Person], renamed: dict[str, str], moved: dict[str, str], erased: set[str]
) -> dict[str, Truth]:
    """Return who is in the clinic at last, by their id of today."""
    told = {}
    for person in people:
        if person.mrn in erased:
            continue
        own = [result for result in person.results if result.day != person.wrong_on]
        theirs = [other for other in people if moved.get(other.mrn) == person.mrn]
        own += [result for other in theirs for result in other.results if result.day == other.wrong_on]
        name = renamed.get(person.mrn, person.mrn)
        told[name] = Truth(name, person.drug, *_treatment(person), _at(own, 3), _at(own, 2))
    return told


def _treatment(person: Person) -> tuple[list[Appointment], date | None, str]:
    """Return doses, a booking, and by what the treatment ended."""
    own = [one for one in person.given if one.drug == person.drug]
    booked = [one.day for one in person.appointments if one.at(9) == "Booked"]
    ended = person.ended[1] if person.ended else ""
    if any(one.drug == "natalizumab" for one in person.given):
        ended = "other_drug"
    return own, booked[0] if booked else None, ended


def _at(results: list[Result], export: int) -> list[Known]:
    """Return what is known after an export, in order of time: withdrawn is not."""
    day = TODAY if export == 3 else LAST_WEEK

    def stands(version: Version) -> bool:
        return version.status != "Entered in Error"

    known = [(one, one.at(export)) for one in results if one.day < day]
    return sorted(
        (Known(one.day, one.analyte, said.text) for one, said in known if stands(said)), key=lambda one: one.day
    )
