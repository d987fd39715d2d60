"""Small cohorts: a person is infusion days and draws, in days after 2024-01-01.

people(ann=("0 14 168", "-3 wbc 6.0", "90 cd19 <1"), bob=("", "10 wbc 5"))
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from hypothesis import strategies as st

from tables.labs import CATALOG, at, cohort, infusions, on
from wbc_tracker.annotation import annotate
from wbc_tracker.annotation.courses import Courses, find_courses
from wbc_tracker.cohort import Cohort, CohortSettings, build_cohort

AS_OF = on(1000)


def tables(people: dict[str, tuple[str, ...]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Results and infusions; a dose is `DAY` or `DAY:DRUG`."""
    labs = cohort(**{who: at(*lines) for who, (_, *lines) in people.items()})
    given = [infusions(*map(_dose, doses.split()), who=who) for who, (doses, *_) in people.items()]
    return labs, pd.concat(given, ignore_index=True)


def _dose(text: str) -> str:
    day, _, drug = text.partition(":")
    return f"{on(int(day))} 600 {drug or 'ocrelizumab'}"


def settings(as_of: str = AS_OF, **chosen: Any) -> CohortSettings:
    return CohortSettings.of(CATALOG, as_of=as_of, **chosen)


def build(
    people: dict[str, tuple[str, ...]], as_of: str = AS_OF, groups: dict[str, str] | None = None, **chosen: Any
) -> Cohort:
    labs, given = tables(people)
    asked = settings(as_of, **chosen)
    annotated = annotate(labs, given, as_of=as_of, same_day=asked.same_day)
    return build_cohort(annotated, courses_of(given, people, as_of), list(people), asked, CATALOG, groups)


def courses_of(given: pd.DataFrame, people: Iterable[str], as_of: str) -> Courses:
    day = int(np.datetime64(as_of, "D").astype(np.int64))
    return find_courses(given, pd.Index(list(people), dtype="str"), day, CATALOG)


def row(cohort_: Cohort, analyte: str, window: int, since: str = "first") -> dict[str, Any]:
    """One cell of the table of values."""
    (table,) = [table for table in cohort_.tables if table.since == since]
    values = table.values
    return values[(values["analyte"] == analyte) & (values["window"] == window)].to_dict("records")[0]


def cell(cohort_: Cohort, analyte: str, window: int, since: str = "first") -> tuple[str, int, int]:
    """The median in words, n and how many were treated that long."""
    found = row(cohort_, analyte, window, since)
    return f"{found['median_comparator']}{found['median']:g}", found["n"], found["reached"]


def depleted(cohort_: Cohort, window: int, since: str = "first") -> tuple[int, int, int, int]:
    """Depleted, assessable, drawn and treated that long."""
    (table,) = [table for table in cohort_.tables if table.since == since]
    found = table.depletion[table.depletion["window"] == window].to_dict("records")[0]
    return found["depleted"], found["assessable"], found["drawn"], found["reached"]


def people_of_chance() -> st.SearchStrategy[dict[str, tuple[str, ...]]]:
    """Up to six people with infusions and draws in any order."""
    result = st.builds(
        "{} {} {}".format,
        st.integers(-40, 480),
        st.sampled_from(["cd19", "cd19", "cd19_pct", "cd20", "wbc", "neutrophils"]),
        st.sampled_from(["0.5", "<1", "2", "<5", "9", "10", "<20", ">8", "40"]),
    )
    person = st.tuples(
        st.lists(st.integers(0, 550), max_size=4, unique=True).map(lambda days: " ".join(map(str, sorted(days)))),
        st.lists(result, min_size=1, max_size=14, unique_by=lambda line: tuple(line.split()[:2])),
    ).map(lambda parts: (parts[0], *parts[1]))
    return st.lists(person, min_size=1, max_size=6).map(lambda them: {f"p{n}": one for n, one in enumerate(them)})


def alike(one: Any, other: Any) -> bool:
    """Whether two cohorts, or parts of them, say the same; NaN is like NaN."""
    if isinstance(one, pd.DataFrame):
        return one.equals(other)
    if is_dataclass(one):
        return type(one) is type(other) and all(
            alike(getattr(one, field.name), getattr(other, field.name)) for field in fields(one)
        )
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(alike(one[name], other[name]) for name in one)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(alike, one, other))
    return bool(one == other)


START = date(2024, 1, 1)
AS_OF_DAY = 500


def own_state(analyte: str, text: str) -> str | None:
    """What one result says: depleted, present or nothing."""
    sign, number = ("", float(text)) if text[0].isdigit() else (text[0], float(text[1:]))
    if analyte not in ("cd19", "cd19_pct", "cd20"):
        return None
    cut = 1 if analyte == "cd19_pct" else 10
    if (sign == "" and number >= cut) or (sign == ">" and number >= cut):
        return "present"
    if analyte != "cd20" and ((sign == "" and number < cut) or (sign == "<" and number <= cut)):
        return "depleted"
    return None


def judged(draws: list[tuple[int, str, str]]) -> dict[int, str]:
    """Day -> depleted or present, of the days that tell."""
    states: dict[int, set[str | None]] = {}
    for day, analyte, text in draws:
        states.setdefault(day, set()).add(own_state(analyte, text))
    return {
        day: "present" if "present" in told else "depleted" for day, told in sorted(states.items()) if told != {None}
    }


class PersonOfLoops:
    """One patient: infusions given, and the judged days on treatment."""

    def __init__(self, doses: str, *lines: str) -> None:
        self.given = [day for day in map(int, doses.split()) if day <= AS_OF_DAY]
        self.draws: list[tuple[int, str, str]] = []
        for line in lines:
            day, analyte, text = line.split()
            if self.given and self.given[0] < int(day) <= AS_OF_DAY:  # on its day: before it
                self.draws.append((int(day), analyte, text))
        self.judged = judged(self.draws)
        told = [(int(day), analyte, text) for day, analyte, text in map(str.split, lines)]
        self.before = judged([draw for draw in told if self.given and draw[0] <= self.given[0]])

    def since(self, which: str, day: int) -> int:
        before = [given for given in self.given if given < day]
        return day - (before[0] if which == "first" else before[-1])

    def reached(self, which: str, days: int) -> bool:
        if which == "first":
            return bool(self.given) and AS_OF_DAY - self.given[0] >= days
        following = [*self.given[1:], AS_OF_DAY]
        return any(after - given >= days for given, after in zip(self.given, following, strict=True))

    def nearest(self, which: str, start: int, end: int, days: list[int]) -> int | None:
        """The day nearest to the middle of [start, end), the earlier of two."""
        inside = [day for day in sorted(days) if start <= self.since(which, day) < end]
        return min(inside, key=lambda day: abs(self.since(which, day) - (start + end - 1) / 2), default=None)

    def course_starts(self) -> list[int]:
        """The days that open a course: those at most 21 days after one belong to it."""
        opens: list[int] = []
        for day in self.given:
            if not opens or day > opens[-1] + 21:
                opens.append(day)
        return opens

    def times(self) -> list[tuple[Any, ...]]:
        """onset, origin, event, status, entry, days, after and closing day of every row of the time-to-event data."""
        if not self.given:
            return []
        onset = "not told" if not self.before else "incident"
        onset = "prevalent" if "depleted" in self.before.values() else onset
        opens = self.course_starts()
        spans = [("first", self.given[0], None, AS_OF_DAY)]
        for start, following in zip(opens, [*opens[1:], None], strict=True):
            last = max(day for day in self.given if day >= start and (following is None or day < following))
            spans.append(("last", last, following, following or AS_OF_DAY))
        rows = []
        for origin, start, following, close in spans:
            inside = [day for day in sorted(self.judged) if start < day <= (following or AS_OF_DAY)]
            earlier = [(day, state) for day, state in (self.before | self.judged).items() if day <= start]
            was = max(earlier)[1] if earlier else None
            for event, gone, come in (("depleted", "present", "depleted"), ("reappeared", "depleted", "present")):
                rows.append((onset, origin, event, *self._row(event, was, gone, come, inside, start), close - start))
        return rows

    def _row(self, event: str, was: str | None, gone: str, come: str, inside: list[int], start: int) -> tuple[Any, ...]:
        """Status, entry, days and the last day without the event."""
        if not inside:
            return ("not observed", None, None, None)
        entry, known = 0, was == gone
        if event == "depleted" and was == "depleted":
            return ("not at risk", None, None, None)
        if event == "reappeared" and was != "depleted":
            depleted = [day for day in inside if self.judged[day] == "depleted"]
            if not depleted:
                return ("not at risk", None, None, None)
            entry, known, inside = depleted[0] - start, False, [day for day in inside if day > depleted[0]]
            if not inside:
                return ("not observed", None, None, None)
        hits = [day for day in inside if self.judged[day] == come]
        stop = hits[0] if hits else inside[-1]
        without = [day - start for day in inside if day < stop or (not hits and day == stop)]
        after = without[-1] if without else (0 if known else None)
        if after is None and entry:
            after = entry
        return ("event" if hits else "censored", entry, stop - start, after)
