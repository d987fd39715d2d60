"""What each course did: its pre-dose value, its nadir, and its last value."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from wbc_tracker.annotation.bounds import COMPARATORS
from wbc_tracker.annotation.courses import Courses, find_courses
from wbc_tracker.annotation.keys import patient_index
from wbc_tracker.annotation.series import SeriesOrder
from wbc_tracker.arrays import (
    Mask,
    Whole,
    ascending,
    day_of,
    encode,
    group_sizes,
    group_starts,
    whole_numbers,
)
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.errors import FrameError

#: No patient has as many courses.
_COURSES = 1 << 20
_FAR = np.iinfo(np.int64).max
#: Of limits and a value with the same number, which says the least: by place in COMPARATORS.
_LOWEST_FIRST = np.array(
    [("<", "<=", "", ">=", ">").index(comparator) for comparator in COMPARATORS]
)


def summarize_courses(
    annotated: pd.DataFrame, infusions: pd.DataFrame, *, as_of: str, catalog: Catalog | None = None
) -> pd.DataFrame:
    """Summarise each course of each series: one row a patient, analyte and course that has results.

    The pre-dose value is the last draw of a course that the next course followed; the present
    course has none yet, also while its next infusion is only booked. The nadir is the lowest value
    within the course, the earliest of several. A limit takes part with its number: `<1` is lower
    than 1, and because a nadir is at most the lowest of what was found, `<5` is not lower than 3.
    `>5` is the nadir only where a course has nothing else. Courses of a continuous drug are left
    out: infusions every few weeks make no cycle.

    Args:
        annotated: a frame that `annotate` returned. infusions, as_of: what it was annotated with.
        catalog: analytes and drugs; by default the program's own.

    Returns:
        `patient_id`, `analyte`, `course` (from 1), `n`, and each with `_comparator` and `_at`:
        `pre_dose`, `nadir`, `last`; `nadir_day` counts from the latest infusion before that draw,
        as `days_since_infusion` does, so in a split first dose from its second half once that is
        given.

    Raises:
        FrameError: the results were annotated with other infusions.
    """
    catalog = catalog or load_catalog()
    patients = patient_index(annotated)
    as_of_day = day_of(as_of)
    # How a treatment ended makes no difference to what a course did.
    given = find_courses(infusions, patients, as_of_day, catalog)
    return summarize_within(annotated, encode(annotated["patient_id"], patients), given, catalog)


def summarize_within(
    annotated: pd.DataFrame, patient: Whole, given: Courses, catalog: Catalog
) -> pd.DataFrame:
    """Summarise each course of each series, from courses that are found already.

    Args:
        annotated: as of `summarize_courses`. patient: whose each row is, as a place in the index of
            the courses. given: the courses it was annotated with.
        catalog: analytes and drugs.
    """
    course = annotated["_course"].to_numpy()
    on_treatment = annotated["_on_treatment"].to_numpy()
    kept = _in_cycles(patient, course, on_treatment, given)
    rows, starts = _group_rows(annotated, kept, catalog)
    ends = np.append(starts[1:], len(rows))[: len(starts)] - 1
    last, nadir = rows[ends], rows[_lowest_places(annotated, rows, starts)]
    latest_course = np.append(given.course, 0)[given.end - 1] * (given.end > given.start)
    followed = latest_course[patient[last]] > course[last]
    day = annotated["days_since_infusion"].to_numpy(dtype=np.int64, na_value=0)[nadir]
    return pd.DataFrame(
        {
            "patient_id": annotated["patient_id"].iloc[last].astype("str").to_numpy(),
            "analyte": annotated["analyte"].iloc[last].astype("str").to_numpy(),
            "course": course[last],
            "n": ends - starts + 1,
            **_told(annotated, last, followed, "pre_dose"),
            **_told(annotated, nadir, np.ones(len(nadir), dtype=bool), "nadir"),
            "nadir_day": whole_numbers(day, np.ones(len(nadir), dtype=bool)),
            **_told(annotated, last, np.ones(len(last), dtype=bool), "last"),
        }
    )


def _in_cycles(patient: Whole, course: Whole, on_treatment: Mask, given: Courses) -> Mask:
    """Return which rows are of a course of a drug that is given in cycles, before treatment ended.

    Raises:
        FrameError: a row is of a course that the infusions do not make.
    """
    treated = (course >= 1) & on_treatment
    key = given.patient * _COURSES + given.course
    wanted = patient[treated] * _COURSES + course[treated]
    place = np.searchsorted(key, wanted)
    if (np.append(key, -1)[place] != wanted).any():
        raise FrameError("The results were annotated with other infusions, or as of another day.")
    kept = treated.copy()
    kept[treated] = ~given.traits.continuous[given.anchor_drug[place]]
    return kept


def _group_rows(annotated: pd.DataFrame, kept: Mask, catalog: Catalog) -> tuple[Whole, Whole]:
    """Return the places of the kept rows by series, course and time,
    and where each course of a series begins.
    """
    series = SeriesOrder.of(annotated, len(catalog.analytes))
    at = kept[series.order]
    rows = series.order[at]
    group = series.number[at] * _COURSES + annotated["_course"].to_numpy()[rows]
    # On a day of an infusion a timed draw can be of the earlier course though it sorts behind one
    # without a time.
    order = ascending(group)
    rows, group = rows[order], group[order]
    return rows, group_starts(group)


def _lowest_places(annotated: pd.DataFrame, rows: Whole, starts: Whole) -> Whole:
    """Return the place among the rows of each group's nadir."""
    if not len(rows):
        return starts
    number = np.repeat(np.arange(len(starts)), group_sizes(starts, len(rows)))
    value, comparator = (
        annotated["value"].to_numpy()[rows],
        annotated["_comparator"].to_numpy()[rows],
    )
    is_above = np.isin(comparator, [COMPARATORS.index(">"), COMPARATORS.index(">=")])
    nothing_else = np.logical_and.reduceat(is_above, starts)
    value = np.where(is_above & ~nothing_else[number], np.inf, value)
    lowest = value == np.minimum.reduceat(value, starts)[number]
    rank = _LOWEST_FIRST[comparator] * len(rows) + np.arange(len(rows))
    return np.asarray(np.minimum.reduceat(np.where(lowest, rank, _FAR), starts) % len(rows))


def _told(annotated: pd.DataFrame, rows: Whole, shown: Mask, name: str) -> dict[str, Any]:
    """Return value, comparator and time of the rows, empty where not shown."""
    columns = {"": "value", "_comparator": "comparator", "_at": "collected_at"}
    chosen = {f"{name}{end}": annotated[column].iloc[rows] for end, column in columns.items()}
    return {name: column.where(shown).array for name, column in chosen.items()}
