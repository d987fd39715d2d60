"""Shift tables: from the baseline before treatment to the worst value after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.arrays import Whole, encode
from wbc_tracker.cohort.counts import Count, Proportion, minus, total
from wbc_tracker.cohort.people import CohortPatients

#: From what is not known to the worst; the worst value of a patient is the one furthest to the
#: right.
REFERENCE = ("not assessable", "high", "normal", "low")
GRADES = ("not gradable", "0", "1", "2", "3", "4")
_UNKNOWN = 0


@dataclass(frozen=True)
class Shift:
    """The shift table of one analyte, counted in treated patients.

    Attributes:
        analyte: id. states: names of rows and columns, from not known to the worst.
        counts: [baseline][worst later] patients.
        treated: patients of the cohort. no_baseline: of them without a result from before
            treatment.
        no_later: with such a baseline, but without a later result; these two are not in the table.
        partly: in the table, with a worst later value that is known beside others that are not.
    """

    analyte: str
    states: tuple[str, ...]
    counts: tuple[tuple[Count, ...], ...]
    treated: Count
    no_baseline: Count
    no_later: Count
    partly: Count

    @property
    def worst_words(self) -> str:
        """What counts as the worst: low, or grade 3 or 4."""
        return "low" if self.states == REFERENCE else "grade 3 or 4"

    @property
    def sums(self) -> tuple[Count, ...]:
        """How many have each baseline."""
        return tuple(map(total, self.counts))

    @property
    def newly_worst(self) -> Proportion:
        """Who came to the worst: of those with a known better baseline and a known later value."""
        start = self.states.index("low" if self.states == REFERENCE else "3")
        known = [row[1:] for row in self.counts[1:start]]
        assessable = total(count for row in known for count in row)
        came = total(count for row in known for count in row[start - 1 :])
        return Proportion(came, assessable, minus(total(self.sums), assessable))


def reference_codes(annotated: pd.DataFrame) -> Whole:
    """Return the place in REFERENCE of each result: how it stands to its own interval."""
    return np.maximum(encode(annotated["ref_flag"], pd.Index(REFERENCE)), _UNKNOWN)


def grade_codes(annotated: pd.DataFrame) -> Whole:
    """Return the place in GRADES of each result; a censored one has the mildest grade that is
    certain.
    """
    return annotated["ctcae_v5_grade"].to_numpy(dtype=np.int64, na_value=-1) + 1


def find_shifts(
    annotated: pd.DataFrame, codes: Whole, places: Sequence[int], people: CohortPatients
) -> pd.DataFrame:
    """Return baseline and worst later value: one row a treated `patient` and `analyte` with either.

    The baseline is the last uncensored result before the first infusion; a patient whose first
    result on record is later has none here. The worst is taken over all results on
    treatment that can be judged; it is not assessable only where none of them can. The days on
    which a steroid may shift counts are not left out: a low value is never hidden.

    Args:
        annotated: from `annotate`. codes: of each result, 0 where it cannot be judged.
        places: of analytes in the catalogue. people: from `find_people`.

    Returns:
        `baseline` and `worst` are codes, -1 without one; `partly`: some later value could not be
        judged.
    """
    patient = encode(annotated["patient_id"], people.ids)
    analyte = annotated["_analyte"].to_numpy()
    pre_treatment = (annotated["baseline_kind"] == "pre_treatment").to_numpy()
    is_baseline = annotated["_baseline_row"].to_numpy() & pre_treatment
    is_later = annotated["_on_treatment"].to_numpy()
    found = []
    for place in places:
        of_analyte = analyte == place
        before, later = of_analyte & is_baseline, of_analyte & is_later
        baseline = np.full(len(people.ids), -1, dtype=np.int64)
        baseline[patient[before]] = codes[before]
        worst = np.full(len(people.ids), -1, dtype=np.int64)
        np.maximum.at(worst, patient[later], codes[later])
        unknown = np.zeros(len(people.ids), dtype=bool)
        unknown[patient[later & (codes == _UNKNOWN)]] = True
        told = np.flatnonzero(people.treated & ((baseline >= 0) | (worst >= 0)))
        columns = {"patient": told, "baseline": baseline[told], "worst": worst[told]}
        found.append(pd.DataFrame({**columns, "analyte": place, "partly": unknown[told]}))
    empty = pd.DataFrame(columns=["patient", "baseline", "worst", "analyte"], dtype="int64")
    return pd.concat([empty.assign(partly=False), *found], ignore_index=True).astype(
        {"partly": bool}
    )


def count_shifts(
    found: pd.DataFrame, states: tuple[str, ...], analytes: Sequence[tuple[int, str]], treated: int
) -> list[Shift]:
    """Count baseline against worst later value, for each analyte.

    Args:
        found: from `find_shifts`. states: the names of its codes.
        analytes: (place in the catalogue, id). treated: patients of the cohort.
    """
    tables = []
    for place, name in analytes:
        rows = found[(found["analyte"] == place).to_numpy()]
        baseline, worst = (rows[end].to_numpy().astype(np.int64) for end in ("baseline", "worst"))
        both = (baseline >= 0) & (worst >= 0)
        cells = np.bincount(baseline[both] * len(states) + worst[both], minlength=len(states) ** 2)
        counts = tuple(tuple(int(n) for n in row) for row in cells.reshape(len(states), -1))
        tables.append(
            Shift(
                analyte=name,
                states=states,
                counts=counts,
                treated=treated,
                no_baseline=treated - int((baseline >= 0).sum()),
                no_later=int(((baseline >= 0) & (worst < 0)).sum()),
                partly=int((both & rows["partly"].to_numpy() & (worst > _UNKNOWN)).sum()),
            )
        )
    return tables
