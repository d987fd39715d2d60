"""Small cohorts: a person is infusion days and draws, in days after 2024-01-01.

people(ann=("0 14 168", "-3 wbc 6.0", "90 cd19 <1"), bob=("", "10 wbc 5"))
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
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
