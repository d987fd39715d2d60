"""CD19 before each of a patient's last doses, with the interval since the one before: for the
meeting that plans the next.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from wbc_tracker.analysis import Analysis
from wbc_tracker.arrays import Mask, Whole, group_starts, iso_of
from wbc_tracker.frames import plain_list
from wbc_tracker.scales import Scale

#: So many doses back.
DOSES = 3
_CD19 = "cd19"
#: More than any number of courses.
_COURSES = 10**4


@dataclass(frozen=True)
class DoseBefore:
    """One dose (of a split first dose the first half), and CD19 before it.

    Attributes:
        on: ISO date. interval_days: since the dose before, None for the first.
        value, comparator, words, collected_at: the last count of B cells between the two, None or
            empty without one. words: as printed, with the comparator.
    """

    on: str
    interval_days: int | None
    value: float | None
    comparator: str
    words: str
    collected_at: str | None


def last_doses(analysis: Analysis, shown: Mask) -> dict[int, tuple[DoseBefore, ...]]:
    """Return the last doses of the patients shown, the latest first, by place in the patients.

    A drug given every few weeks has none: a dose of it begins no course.
    """
    courses, catalog = analysis.courses, analysis.catalog
    starts = group_starts(courses.patient, courses.course)
    starts = starts[shown[courses.patient[starts]]]
    person, day = courses.patient[starts], courses.day[starts]
    before = (person * _COURSES + courses.course[starts] - 1).tolist()
    is_one = (~courses.traits.continuous[courses.drug[starts]]).tolist()
    scale, latest = Scale.canonical(catalog.analytes[_CD19]), _latest_cd19(analysis)
    told: dict[int, tuple[DoseBefore, ...]] = {}
    previous: dict[int, int] = {}
    for key, who, on, counts in zip(before, person.tolist(), day.tolist(), is_one, strict=True):
        since = on - previous[who] if who in previous else None
        previous[who] = on
        if not counts:
            continue
        value, comparator, step, at = latest.get(key, (None, None, None, None))
        words = "" if value is None else scale.value(value, comparator or "", step or 0)
        dose = DoseBefore(iso_of(on), since, value, comparator or "", words, at)
        told[who] = (dose, *told.get(who, ()))[:DOSES]
    return told


def _latest_cd19(analysis: Analysis) -> dict[int, tuple[float, str | None, float | None, str]]:
    """Return patient and course -> the last count of B cells in that course."""
    frame, facts = analysis.unflagged, analysis.facts
    rows: Whole = np.flatnonzero(facts.is_analyte(_CD19))
    key = frame["_patient"].to_numpy()[rows] * _COURSES + facts.course[rows]
    rows = rows[np.lexsort((facts.value[rows], facts.instant[rows], key))]
    key = frame["_patient"].to_numpy()[rows] * _COURSES + facts.course[rows]
    last = np.append(key[1:] != key[:-1], True)[: len(key)]
    table = frame.iloc[rows[last]]
    columns = [
        plain_list(table[name]) for name in ("value", "comparator", "value_step", "collected_at")
    ]
    return dict(zip(key[last].tolist(), zip(*columns, strict=True), strict=True))
