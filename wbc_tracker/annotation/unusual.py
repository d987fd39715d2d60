"""Why a result is an unusual baseline: outside its interval, after a steroid, after an infection,
after another drug, or with B cells that were gone already.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from wbc_tracker.annotation.b_cells import find_depleted
from wbc_tracker.annotation.happenings import Happenings
from wbc_tracker.annotation.reference import REF_FLAGS
from wbc_tracker.annotation.variation import VERDICTS
from wbc_tracker.arrays import Mask, Small, Whole
from wbc_tracker.catalog import Catalog

LOW, HIGH, STEROID, INFECTION, OTHER_DRUG, DEPLETED, CONFLICT = (1 << bit for bit in range(7))
#: What the reasons are called in `baseline_note`, in this order.
_NAMES = (
    (LOW | HIGH, "outside_interval"),
    (STEROID, "after_steroid"),
    (INFECTION, "after_infection"),
    (OTHER_DRUG, "after_other_drug"),
    (DEPLETED, "b_cells_already_depleted"),
    (CONFLICT, "conflicting_result"),
)
#: With one of these a count from before treatment is nothing to compare white cells with.
DOUBTFUL = HIGH | STEROID | INFECTION | OTHER_DRUG


def forbids(note: Small, analyte: Whole, verdict: Whole, catalog: Catalog) -> Mask:
    """Return which changes against a baseline with such reasons no rule counts.

    A fall from a baseline above its interval, of what a steroid raises after a steroid or an
    infection, or after another drug; but a fall from a low baseline always counts. A rise from one
    below its interval, of what a steroid lowers after a steroid, or after another drug.
    """
    effect = [entry.steroid for entry in catalog.analytes.values()]
    raises, lowers = (np.array([each == word for each in effect]) for word in ("raises", "lowers"))
    raised = raises[analyte] & (note & (STEROID | INFECTION) != 0)
    lowered = lowers[analyte] & (note & STEROID != 0)
    changed, is_low = note & OTHER_DRUG != 0, note & LOW != 0
    no_fall = (raised | changed | (note & HIGH != 0)) & ~is_low
    no_rise = lowered | changed | is_low
    is_fall, is_rise = (verdict == VERDICTS.index(word) for word in ("fall", "rise"))
    return np.asarray((is_fall & no_fall) | (is_rise & no_rise), dtype=bool)


def note_words(note: int) -> str:
    """Return the names of the reasons of one baseline joined by `;`."""
    return ";".join(name for bits, name in _NAMES if note & bits)


def notes_as_words(notes: Whole) -> pd.Categorical:
    """Return the names of the reasons of baselines, missing where there are none."""
    occurs = np.flatnonzero(np.bincount(notes, minlength=1)).tolist()
    words = sorted({note_words(note) for note in occurs} - {""})
    codes = np.full(max(occurs, default=0) + 1, -1, dtype=np.int8)
    for note in occurs:
        codes[note] = words.index(note_words(note)) if note else -1
    return pd.Categorical.from_codes(codes[notes], categories=pd.Index(words, dtype="str"))


def find_reasons(frame: pd.DataFrame, happenings: Happenings, catalog: Catalog) -> Small:
    """Return why each row would be an unusual baseline, as bits; 0 is usual.

    Outside its interval; drawn at most 21 days after a steroid or an infection; drawn in the year
    after another drug of MS that changes counts; or B cells that were depleted already, before the
    first infusion. The conflict of two values is found with the series.
    """
    patient, day = frame["_patient"].to_numpy(), frame["_day"].to_numpy()
    flag = frame["ref_flag"].cat.codes.to_numpy()
    found = np.zeros(len(frame), dtype=np.int8)
    found[flag == REF_FLAGS.index("low")] |= LOW
    found[flag == REF_FLAGS.index("high")] |= HIGH
    figure = catalog.figure
    for chosen, bit, before in (
        (happenings.is_kind("steroid"), STEROID, figure("unusual_baseline_days")),
        (happenings.is_kind("infection"), INFECTION, figure("unusual_baseline_days")),
        (happenings.changes_counts, OTHER_DRUG, figure("after_other_drug_days")),
    ):
        if chosen.any():
            found[happenings.near(chosen, patient, day, before=before)] |= bit
    found[find_depleted(frame, catalog) & (frame["_course"].to_numpy() == 0)] |= DEPLETED
    return found
