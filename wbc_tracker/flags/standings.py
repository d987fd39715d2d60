"""What the rules of the flags of a patient look at, and what such a rule says of some patients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.annotation.b_cells import PRESENT, UNKNOWN, find_states
from wbc_tracker.annotation.standings import Standings
from wbc_tracker.arrays import NO_DAY, Mask, Whole
from wbc_tracker.catalog import Catalog

_COURSES = 1 << 20


@dataclass(frozen=True)
class Said:
    """One sentence of a flag, for some patients.

    Attributes:
        situation: which sentence. patient: their places in the index of patients.
        told: what the sentence tells, an entry a patient: `on` and `until` (days since 1970-01-01),
            `days`, `weeks`, `course`.
        current: false for what concerns the past alone; None: all are current.
    """

    situation: str
    patient: Whole
    told: Mapping[str, Whole]
    current: Mask | None = None


@dataclass(frozen=True)
class PatientFacts:
    """Where all patients stand on one day, and their blood counts; one entry a patient.

    Attributes:
        standings: of every patient, in the order of the index of patients.
        last_count_day: the latest blood count (days since 1970-01-01), NO_DAY without one.
        last_igg_day, last_cd19_day: the latest IgG, and CD19 as a count or a percentage.
        b_cells_are_back: the latest day on which B cells could be judged shows them present.
        has_count_before: a blood count was drawn in the course before the present one.
    """

    catalog: Catalog
    standings: Standings
    last_count_day: Whole
    last_igg_day: Whole
    last_cd19_day: Whole
    b_cells_are_back: Mask
    has_count_before: Mask

    @classmethod
    def of(
        cls, annotated: pd.DataFrame, patient: Whole, standings: Standings, catalog: Catalog
    ) -> PatientFacts:
        """Collect them; `patient` is whose each annotated result is, -1 of somebody else."""
        analyte, day = annotated["_analyte"].to_numpy(), annotated["_day"].to_numpy()
        course = annotated["_course"].to_numpy()
        known, size = list(catalog.analytes.values()), len(standings.patient)

        def rows_of(wanted: list[bool]) -> Whole:
            return np.flatnonzero(np.array(wanted)[analyte] & (patient >= 0))

        def last_day(rows: Whole) -> Whole:
            latest = np.full(size, NO_DAY)
            np.maximum.at(latest, patient[rows], day[rows])
            return latest

        counts = rows_of([entry.is_blood_count for entry in known])
        b_cells = rows_of([entry.is_b_cells for entry in known])
        state = find_states(annotated, catalog).of_day[b_cells]
        b_cells, state = b_cells[state != UNKNOWN], state[state != UNKNOWN]
        newest = day[b_cells] == last_day(b_cells)[patient[b_cells]]
        back = np.zeros(size, dtype=bool)
        back[patient[b_cells[newest & (state == PRESENT)]]] = True
        drawn = patient[counts] * _COURSES + course[counts]
        before = np.arange(size) * _COURSES + standings.course - 1
        return cls(
            catalog=catalog,
            standings=standings,
            last_count_day=last_day(counts),
            last_igg_day=last_day(rows_of([entry.id == "igg" for entry in known])),
            last_cd19_day=last_day(rows_of([entry.count_id == "cd19" for entry in known])),
            b_cells_are_back=back,
            has_count_before=np.isin(before, drawn),
        )


def say(situation: str, holds: Mask, **told: Whole) -> Said:
    """Say a sentence of the patients for whom it holds; what it tells has one entry a patient."""
    at = np.flatnonzero(holds)
    return Said(situation, at, {name: values[at] for name, values in told.items()})
