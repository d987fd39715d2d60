"""What the rules of the flags of a patient look at, and what such a rule says of some patients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

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
        has_count_before: a blood count was drawn in the course before the present one.
    """

    catalog: Catalog
    standings: Standings
    last_count_day: Whole
    has_count_before: Mask

    @classmethod
    def of(
        cls, annotated: pd.DataFrame, patient: Whole, standings: Standings, catalog: Catalog
    ) -> PatientFacts:
        """Collect them; `patient` is whose each annotated result is, -1 of somebody else."""
        size = len(standings.patient)
        is_count = np.isin(
            annotated["_analyte"].to_numpy(),
            [list(catalog.analytes).index(name) for name in catalog.of_kind("blood_count")],
        )
        rows = np.flatnonzero(is_count & (patient >= 0))
        latest = np.full(size, NO_DAY)
        np.maximum.at(latest, patient[rows], annotated["_day"].to_numpy()[rows])
        drawn = patient[rows] * _COURSES + annotated["_course"].to_numpy()[rows]
        before = np.arange(size) * _COURSES + standings.course - 1
        return cls(catalog, standings, latest, np.isin(before, drawn))


def say(situation: str, holds: Mask, **told: Whole) -> Said:
    """Say a sentence of the patients for whom it holds; what it tells has one entry a patient."""
    at = np.flatnonzero(holds)
    return Said(situation, at, {name: values[at] for name, values in told.items()})
