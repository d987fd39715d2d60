"""What the rows of the CSV files say of each person, in plain loops: results, courses, what became of them.

Written from what the documents say, not from the program; of it nothing is called. It knows rows without a time of day,
drugs and tests of the tables below, and no rival results.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

Rows = Iterable[dict[str, Any]]
ANALYTES = {
    **dict.fromkeys(("wbc", "neutrophils", "lymphocytes"), "10*9/L"),
    **dict.fromkeys(("cd19", "cd3", "cd4", "cd8"), "/uL"),
    **dict.fromkeys(("igg", "iga", "igm"), "g/L"),
}
NAMES = {"cd19 %": "cd19_pct", "neutrophils %": "neutrophils_pct", "lymphocytes %": "lymphocytes_pct"}
TIMES_TEN = {"g/dL": 10, "mg/dL": 0.01}
#: For a count worked out from a percentage, for which no laboratory gives an interval.
GENERIC = {"neutrophils": (2.0, 7.5), "lymphocytes": (1.0, 4.0)}
CTCAE = {"wbc": (3, 2, 1), "neutrophils": (1.5, 1, 0.5), "lymphocytes": (0.8, 0.5, 0.2), "cd4": (500, 200, 50)}
MONTHLY = "ofatumumab"
REFERENCE = ("not assessable", "high", "normal", "low")
GRADES = ("not gradable", "0", "1", "2", "3", "4")


@dataclass(frozen=True)
class Result:
    """One result in its canonical unit; `sign` is `<`, `>` or empty."""

    day: int
    analyte: str
    sign: str
    value: float
    low: float | None
    high: float | None

    def is_below(self, cut: float | None) -> bool | None:
        """Whether it is below; None: not certain."""
        if cut is None or (self.sign == "<" and self.value > cut) or (self.sign == ">" and self.value < cut):
            return None
        return self.sign == "<" or (self.sign == "" and self.value < cut)

    def is_above(self, cut: float | None) -> bool | None:
        """Whether it is above; None: not certain."""
        if cut is None or (self.sign == "<" and self.value > cut) or (self.sign == ">" and self.value < cut):
            return None
        return self.sign == ">" or (self.sign == "" and self.value > cut)

    @property
    def standing(self) -> int:
        """Place in REFERENCE."""
        low, high = self.is_below(self.low), self.is_above(self.high)
        return 3 if low else 1 if high else 2 if (low, high) == (False, False) else 0

    @property
    def grade(self) -> int:
        """Place in GRADES: a censored one has the mildest that is certain."""
        cuts = (self.low, *CTCAE[self.analyte])
        certain = [place for place, cut in enumerate(cuts, start=2) if self.is_below(cut)]
        fine = self.low is not None and not any(self.is_below(cut) is not False for cut in cuts[:2])
        return max(certain) if certain else int(fine)


def day_number(text: str) -> int:
    return date.fromisoformat(text).toordinal()


class Person:
    """One patient up to `as_of`, or to the day on which the treatment ended or the patient left."""

    def __init__(self, labs: Rows, doses: Rows, as_of: int, ended: int | None = None) -> None:
        given = sorted((day_number(one["infused_on"]), one["drug"], float(one["dose_mg"])) for one in doses)
        self.given = [one for one in given if one[0] <= as_of]
        self.days = [day for day, _, _ in self.given]
        self.last_day = as_of if ended is None else ended
        results = list(with_counts([result_of(row) for row in labs]))
        self.results = [one for one in results if one.day <= self.last_day]
        first = self.days[0] if self.days else math.inf
        self.before = [one for one in self.results if one.day <= first]  # a draw on the day of a dose counts before it
        self.later = [one for one in self.results if one.day > first]
        self.judged_before, self.judged = states(self.before), states(self.later)
        self.courses = self._courses()

    def _courses(self) -> list[list[tuple[int, str, float]]]:
        courses: list[list[tuple[int, str, float]]] = []
        for day, drug, dose in self.given:
            course = courses[-1] if courses else []
            monthly = drug == MONTHLY
            if course and monthly == (course[0][1] == MONTHLY):
                since = day - course[-1 if monthly else 0][0]
                half = {"ocrelizumab": (300, 300), "ublituximab": (150, 450)}.get(drug, (0, 0))
                lone = len(courses) == len(course) == 1 and course[0][1:] == (drug, half[0])
                if since < 84 if monthly else since <= 21 or (lone and since <= 56 and dose <= half[1]):
                    course.append((day, drug, dose))
                    continue
            courses.append([(day, drug, dose)])
        return courses

    def since(self, which: str, day: int) -> int:
        return day - (self.days[0] if which == "first" else self.latest(day)[0])

    def latest(self, day: int) -> tuple[int, str, float]:
        return [one for one in self.given if one[0] < day][-1]

    def counts(self, which: str, day: int) -> bool:
        """Since the last infusion a drug given every few weeks makes no cycle."""
        return which == "first" or self.latest(day)[1] != MONTHLY

    def reached(self, which: str, days: int) -> bool:
        if which == "first":
            return bool(self.days) and self.last_day - self.days[0] >= days
        nexts = [*self.days[1:], self.last_day]
        return any(drug != MONTHLY and end - day >= days for (day, drug, _), end in zip(self.given, nexts, strict=True))

    def nearest(self, which: str, start: int, end: int, days: Iterable[int]) -> int | None:
        inside = [day for day in sorted(days) if self.counts(which, day) and start <= self.since(which, day) < end]
        return min(inside, key=lambda day: abs(2 * self.since(which, day) - start - end + 1), default=None)

    def value(self, analyte: str, which: str, start: int, end: int) -> Result | None:
        them = [one for one in self.later if one.analyte == analyte]
        found = {one.day: one for one in sorted(them, key=lambda one: -one.value)}  # of two of one day the lower
        day = self.nearest(which, start, end, found)
        return None if day is None else found[day]

    def baseline(self, analyte: str) -> Result | None:
        known = [one for one in self.before if one.analyte == analyte and not one.sign]
        return max(known, key=lambda one: one.day, default=None)

    @property
    def onset(self) -> str:
        if not self.judged_before:
            return "not told"
        return "prevalent" if "depleted" in self.judged_before.values() else "incident"

    def spans(self, origin: str) -> list[tuple[int, int | None]]:
        """From which day on, and on which day the next course begins."""
        if origin == "first":
            return [(self.days[0], None)] if self.days else []
        nexts = [*(course[0][0] for course in self.courses[1:]), None]
        both = zip(self.courses, nexts, strict=True)
        return [(course[-1][0], following) for course, following in both if course[-1][1] != MONTHLY]

    def outcomes(self, origin: str, event: str) -> list[dict[str, Any]]:
        """What became of the patient, or of each course."""
        return [outcome(event, self.judged_before | self.judged, *span) for span in self.spans(origin)]


def outcome(event: str, judged: dict[int, str], start: int, following: int | None) -> dict[str, Any]:
    """Status; and of those observed: at risk after `entry`, until `stop`, without the event still on `after`."""
    inside = [day for day in sorted(judged) if day > start and (following is None or day <= following)]
    earlier = [day for day in sorted(judged) if day <= start]
    was = judged[earlier[-1]] if earlier else None
    come = "depleted" if event == "depleted" else "present"
    entry, after = -1, 0 if was == ("present" if event == "depleted" else "depleted") else None
    if not inside:
        return {"status": "not_observed"}
    if event == "depleted" and was == "depleted":
        return {"status": "not_at_risk"}
    if event == "reappeared" and was != "depleted":
        gone = [day for day in inside if judged[day] == "depleted"]
        if not gone:
            return {"status": "not_at_risk"}
        entry = after = gone[0] - start
        inside = [day for day in inside if day > gone[0]]
        if not inside:
            return {"status": "not_observed"}
    for day in inside:
        if judged[day] == come:
            return {"status": "events", "entry": entry, "stop": day - start, "after": after}
        after = day - start
    return {"status": "censored", "entry": entry, "stop": after, "after": after}


def result_of(row: dict[str, Any]) -> Result:
    name = row["analyte"].lower()
    analyte = NAMES.get(name, name)
    factor = TIMES_TEN.get(row["unit"], 1)
    if row["unit"] in ("cells/uL", "/uL") and ANALYTES.get(analyte) == "10*9/L":
        factor = 0.001
    text, (low, high) = row["value"], (row[name] for name in ("ref_low", "ref_high"))
    sign = text[0] if text[0] in "<>" else ""
    value, *limits = (float(f"{float(one) * factor:.12g}") if one else None for one in (text.lstrip("<>"), low, high))
    return Result(day_number(row["collected_at"]), analyte, sign, value or 0.0, *limits)


def with_counts(results: Sequence[Result]) -> Iterable[Result]:
    """The results, and the counts of which there is only a percentage."""
    of_day = {(one.day, one.analyte): one for one in results}
    yield from results
    for one in results:
        name, _, percent = one.analyte.partition("_")
        whole = of_day.get((one.day, "wbc"))
        if percent and name in GENERIC and (one.day, name) not in of_day and whole and not (whole.sign or one.sign):
            count = float(f"{whole.value * one.value / 100:.12g}")
            yield Result(one.day, name, "", count, *GENERIC[name])


def states(results: Sequence[Result]) -> dict[int, str]:
    """Day -> `depleted` or `present`; what shows more B cells decides."""
    told: dict[int, str] = {}
    for one in sorted(results, key=lambda one: one.day):
        cut = {"cd19": 10, "cd19_pct": 1}.get(one.analyte)
        below = one.is_below(cut)
        if below is not None:
            told[one.day] = "depleted" if below and told.get(one.day) != "present" else "present"
    return told
