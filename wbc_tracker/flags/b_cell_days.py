"""The days on which the B cells could be judged, and what each day knows of those around it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.annotation.b_cells import DAY_SPAN, DEPLETED, FEW, UNKNOWN
from wbc_tracker.arrays import Mask, Whole, group_starts, is_followed


@dataclass(frozen=True)
class BCellDays:
    """The days of all patients on which the B cells could be judged, sorted by patient and day.

    If results of one day disagree, the one that shows more B cells counts.

    Attributes:
        rows: the place of the day of each row of the frame, -1 on a day without a B-cell state.
        state, fell_most, depleted_before, seen_before, confirmed: one entry a day, see `Facts`.
    """

    rows: Whole
    state: Whole
    fell_most: Whole
    depleted_before: Whole
    seen_before: Whole
    confirmed: Whole

    @classmethod
    def of(
        cls, annotated: pd.DataFrame, patient_day: Whole, own: Whole, fell_most: Mask
    ) -> BCellDays:
        """Collect the days; `own` and `fell_most` are of the rows, `patient_day` their key."""
        judged = np.flatnonzero(own != UNKNOWN)
        days, place = np.unique(patient_day[judged], return_inverse=True)
        state = np.zeros(len(days), dtype=np.int64)
        np.maximum.at(state, place, own[judged])
        fell = np.zeros(len(days), dtype=np.int64)
        np.maximum.at(fell, place, fell_most[judged])
        course = np.zeros(len(days), dtype=np.int64)
        np.maximum.at(course, place, annotated["_course"].to_numpy()[judged])
        last_infusion = np.full(len(days), -1, dtype=np.int64)
        since = annotated["days_since_infusion"].to_numpy(dtype=np.int64, na_value=0)
        np.maximum.at(last_infusion, place, (annotated["_day"].to_numpy() - since)[judged])
        patient = (days + DAY_SPAN // 2) // DAY_SPAN  # days before 1970 are negative
        starts = group_starts(patient)
        own_start = starts[np.searchsorted(starts, np.arange(len(days)), side="right") - 1]
        depleted = np.cumsum((state == DEPLETED) & (course >= 1))
        before = depleted - ((state == DEPLETED) & (course >= 1))
        there = (state >= FEW) & (course >= 1)
        seen: Whole = np.cumsum(there) - there
        same_patient = is_followed(patient)
        follows = same_patient & (np.append(last_infusion[1:], 0)[: len(days)] == last_infusion)
        both = follows & (state >= FEW) & (np.append(state[1:], UNKNOWN)[: len(days)] >= FEW)
        rows = np.searchsorted(days, patient_day)
        rows = np.where(rows < len(days), rows, 0)
        found = days[rows] == patient_day if len(days) else np.zeros(len(patient_day), dtype=bool)
        return cls(
            rows=np.where(found, rows, -1),
            state=state,
            fell_most=fell,
            depleted_before=(before > before[own_start]).astype(np.int64),
            seen_before=(seen > seen[own_start]).astype(np.int64),
            confirmed=(both | np.append(False, both[:-1])[: len(days)]).astype(np.int64),
        )

    def spread(self, per_day: Whole, missing: int) -> Whole:
        """Return the day's entry for each row of the frame, `missing` on days without a B-cell
        state.
        """
        return np.asarray(np.append(per_day, missing)[self.rows])
