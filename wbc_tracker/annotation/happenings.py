"""Events as arrays: what happened to whom on which day, and whether it lies near a draw."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.annotation.keys import as_words, require_known, split_instants
from wbc_tracker.arrays import Mask, Whole, distinct_texts, encode, opens_group
from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.naming import find_ms_drug
from wbc_tracker.errors import FrameError

_REQUIRED = ("patient_id", "happened_on", "kind")
#: Patient and day in one number: no day of the calendar reaches it.
PATIENT_SPAN = 10**7


@dataclass(frozen=True)
class Happenings:
    """What happened up to a day, by patient, day and kind; each of these only once.

    Attributes:
        kinds: ids of all kinds of events. patient: place in the index of patients. day: days since
            1970-01-01. kind: place in `kinds`.
        names_drug: the note names another drug of MS. changes_counts: one that changes white cells
            for months.
    """

    kinds: tuple[str, ...]
    patient: Whole
    day: Whole
    kind: Whole
    names_drug: Mask
    changes_counts: Mask

    def is_kind(self, *names: str) -> Mask:
        """Return which events are of one of the kinds."""
        return np.isin(self.kind, [self.kinds.index(name) for name in names])

    def near(
        self, chosen: Mask, patient: Whole, day: Whole, *, before: float, after: float = 0
    ) -> Mask:
        """Return to which days of patients a chosen event lies near: at most `before` days before
        the day, and at most `after` days behind it.
        """
        if not chosen.any():
            return np.zeros(len(day), dtype=bool)
        at = self.patient[chosen] * PATIENT_SPAN + self.day[chosen]
        key = patient * PATIENT_SPAN + day
        first = np.searchsorted(at, key - int(before), side="left")
        return np.asarray(np.searchsorted(at, key + int(after), side="right") > first)

    def count(self, chosen: Mask, patient: Whole, day: Whole, *, before: float) -> Whole:
        """Return how many chosen events lie at most so many days before days of patients."""
        at = self.patient[chosen] * PATIENT_SPAN + self.day[chosen]
        key = patient * PATIENT_SPAN + day
        first = np.searchsorted(at, key - int(before), side="left")
        return np.asarray(np.searchsorted(at, key, side="right") - first)


def read_happenings(
    events: pd.DataFrame | None, patients: pd.Index, as_of_day: int, catalog: Catalog
) -> Happenings:
    """Return the events up to `as_of_day` of the patients of an index.

    Args:
        events: schema.EVENT_COLUMNS, of which `id` and `note` may be missing; none by default.

    Raises:
        FrameError: a required column is missing, a kind is unknown, or a date is none.
    """
    kinds = tuple(catalog.events.kinds)
    if events is None or not len(events):
        nothing, never = np.zeros(0, dtype=np.int64), np.zeros(0, dtype=bool)
        return Happenings(kinds, nothing, nothing, nothing, never, never)
    if missing := [name for name in _REQUIRED if name not in events.columns]:
        raise FrameError(f"The events lack the column {', '.join(missing)}.")
    require_known(events["kind"], catalog.events.kinds, "kind of event")
    day, _ = split_instants(events["happened_on"])
    patient = encode(as_words(events["patient_id"]), patients)
    kind = encode(events["kind"], pd.Index(kinds))
    names_drug, changes_counts = _drugs_named(events, kind == kinds.index("other_drug"), catalog)
    order = np.flatnonzero((patient >= 0) & (day <= as_of_day))
    # Of several on one day the one that says more stands first.
    order = order[
        np.lexsort(
            (~changes_counts[order], ~names_drug[order], kind[order], day[order], patient[order])
        )
    ]
    order = order[opens_group(patient[order], day[order], kind[order])]
    return Happenings(
        kinds, patient[order], day[order], kind[order], names_drug[order], changes_counts[order]
    )


def _drugs_named(events: pd.DataFrame, asked: Mask, catalog: Catalog) -> tuple[Mask, Mask]:
    """Return which of the asked events name a drug of MS, and one that changes counts."""
    names, changes = np.zeros(len(events), dtype=bool), np.zeros(len(events), dtype=bool)
    if not asked.any() or "note" not in events.columns:
        return names, changes
    codes, notes = distinct_texts(events["note"][asked])
    found = [find_ms_drug(note, catalog) for note in notes]
    names[asked] = np.array([*(drug is not None for drug in found), False])[codes]
    changes[asked] = np.array([*(bool(drug and drug[1]) for drug in found), False])[codes]
    return names, changes
