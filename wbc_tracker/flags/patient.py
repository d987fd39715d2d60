"""The flags of a patient, not of a result: the next infusion, gaps in blood counts, the time for
vaccines.

Vectorised over patients: each rule takes where all patients stand and returns what it says of whom.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from wbc_tracker.annotation.courses import find_courses
from wbc_tracker.annotation.happenings import read_happenings
from wbc_tracker.annotation.keys import patient_index
from wbc_tracker.annotation.standings import find_standings
from wbc_tracker.arrays import ascending, date_texts, day_of, encode, whole_numbers
from wbc_tracker.catalog import Catalog, Flag, load_catalog
from wbc_tracker.flags.patient_rules import (
    labs_due,
    monitoring_gap,
    next_infusion,
    vaccine_window,
)
from wbc_tracker.flags.standings import PatientFacts, Said

PatientRule = Callable[[PatientFacts], list[Said]]

#: code -> rule of the flags of a patient.
PATIENT_RULES: dict[str, PatientRule] = {
    rule.__name__: rule for rule in (next_infusion, labs_due, monitoring_gap, vaccine_window)
}


def evaluate_patient_flags(
    annotated: pd.DataFrame,
    infusions: pd.DataFrame,
    *,
    as_of: str,
    catalog: Catalog | None = None,
    patients: Sequence[str] | None = None,
    events: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """Return the flags of every patient on a day.

    Args:
        annotated: a frame that `annotate` returned for that day. infusions: with what it was
            annotated.
        as_of: ISO date; later infusions are bookings.
        catalog: rules and severities; by default the program's own.
        patients: whom to tell about, in this order; by default those who have results, then those
            who have infusions alone.
        events: with what it was annotated; none by default.

    Returns:
        One row a flag, by patient and then in the catalogue's order; a patient can have a flag more
        than once. `patient_id`, `code`, `severity`, `situation` (which of the flag's sentences
        holds), `current` (false for what concerns the past alone), and what the sentence tells,
        empty where it does not: `on` and `until` (dates), `days`, `weeks` (the usual interval),
            `course`.
    """
    catalog = catalog or load_catalog()
    if patients is None:
        patients = list(
            dict.fromkeys(
                [*patient_index(annotated), *infusions["patient_id"].astype("str").unique()]
            )
        )
    index = pd.Index(list(patients), dtype="str")
    as_of_day = day_of(as_of)
    happenings = read_happenings(events, index, as_of_day, catalog)
    courses = find_courses(infusions, index, as_of_day, catalog, happenings)
    everybody = np.arange(len(index))
    standings = find_standings(courses, everybody, np.full(len(index), as_of_day))
    facts = PatientFacts.of(annotated, encode(annotated["patient_id"], index), standings, catalog)
    return list_patient_flags(facts, index)


def list_patient_flags(facts: PatientFacts, patients: pd.Index) -> pd.DataFrame:
    """Return the flags of every patient of an index; the rest as `evaluate_patient_flags`."""
    rules = [
        (flag, PATIENT_RULES[flag.code])
        for flag in facts.catalog.flags.values()
        if flag.is_of_patient
    ]
    found = [(flag, said) for flag, rule in rules for said in rule(facts) if len(said.patient)]
    return _as_table(found, patients)


def _as_table(found: list[tuple[Flag, Said]], patients: pd.Index) -> pd.DataFrame:
    """Put what was said into one table, by patient and then in the order found."""
    sizes = [len(said.patient) for _, said in found]
    patient = _joined([said.patient for _, said in found], np.int64)
    order = ascending(patient)

    def repeat(words: list[str]) -> npt.NDArray[np.object_]:
        return np.repeat(np.array(words, dtype=object), sizes)[order]

    current = [
        np.ones(len(said.patient), dtype=bool) if said.current is None else said.current
        for _, said in found
    ]
    table: dict[str, Any] = {
        "patient_id": patients.take(patient[order]),
        "code": repeat([flag.code for flag, _ in found]),
        "severity": repeat([flag.severity.word for flag, _ in found]),
        "situation": repeat([said.situation for _, said in found]),
        "current": _joined(current, np.bool_)[order],
    }
    for name in ("on", "until", "days", "weeks", "course"):
        empty = [np.zeros(size, dtype=np.int64) for size in sizes]
        values = [
            said.told.get(name, nothing) for (_, said), nothing in zip(found, empty, strict=True)
        ]
        known = np.repeat(np.array([name in said.told for _, said in found], dtype=bool), sizes)
        make = date_texts if name in ("on", "until") else whole_numbers
        table[name] = make(_joined(values, np.int64)[order], known[order])
    return pd.DataFrame(table)


def _joined(arrays: list[npt.NDArray[Any]], kind: type) -> npt.NDArray[Any]:
    return np.concatenate([np.zeros(0, dtype=kind), *arrays])
