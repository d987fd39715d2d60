"""The research table as plain data, which every renderer takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from wbc_tracker.catalog import Analyte
from wbc_tracker.cohort.counts import Count
from wbc_tracker.cohort.curves import EventTimes
from wbc_tracker.cohort.depletion import Depletion, Reappearance
from wbc_tracker.cohort.intervals import DoseIntervals
from wbc_tracker.cohort.settings import CohortSettings
from wbc_tracker.cohort.shifts import Shift


@dataclass(frozen=True)
class SinceTable:
    """By weeks since the first or the last infusion.

    Attributes:
        since: `first` or `last`.
        values: from `summarize_values`; since the first infusion the baselines stand in front
            (window -1).
        depletion: from `summarize_depletion`.
        outside: (results, patients) on treatment outside all windows; they are in no row.
    """

    since: str
    values: pd.DataFrame
    depletion: pd.DataFrame
    outside: tuple[Count, Count]


@dataclass(frozen=True)
class Cohort:
    """What a group of treated patients shows, with the settings it was made with.

    Attributes:
        analytes: id -> the entry of each analyte of the settings. units: id -> its canonical unit.
        on_record: patients with results or infusions. treated: of them with an infusion by `as_of`;
            only these count in everything below. drawn: of these with a result after the first
                infusion.
        reference_shifts, grade_shifts: against the reference interval, and by CTCAE v5.0 grade.
        onsets: treated patients of each of ONSETS.
        times: the events since the infusions, of all and by onset.
        groups: the same of each group of patients by name, in order; those of whom it is not told
            last. None inside a group, and where no groups are asked for. Each patient is in one.
    """

    settings: CohortSettings
    analytes: Mapping[str, Analyte]
    units: Mapping[str, str]
    on_record: Count
    treated: Count
    drawn: Count
    tables: tuple[SinceTable, ...]
    depletion: Depletion
    reappearance: Reappearance
    reference_shifts: tuple[Shift, ...]
    grade_shifts: tuple[Shift, ...]
    intervals: DoseIntervals
    onsets: Mapping[str, Count]
    times: tuple[EventTimes, ...]
    groups: Mapping[str, Cohort]
    catalogue_version: str
    grading: str
    disclaimer: str
