"""The clinic in counts: whose B cells are depleted, whose IgG is low, who is overdue."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wbc_tracker.analysis import Analysis
from wbc_tracker.annotation.b_cells import DEPLETED, FEW, PRESENT, UNKNOWN
from wbc_tracker.annotation.reference import REF_FLAGS
from wbc_tracker.arrays import NO_DAY, Mask, Whole
from wbc_tracker.flags.defence_rules import igg_is_very_low
from wbc_tracker.flags.facts import Facts

#: Classes of the latest IgG.
IGG_UNKNOWN, IGG_VERY_LOW, IGG_LOW, IGG_NOT_LOW = range(4)


@dataclass(frozen=True)
class ClinicCounts:
    """How many of the patients shown there are of each kind.

    Attributes:
        on_treatment: had an infusion, and treatment goes on; the rest but `apart` is of these.
        depleted, few, present: B cells at the latest draw of the last `current_weeks` that tells
            them. b_cells_unknown: there is none.
        igg_very_low: under the catalogue's figure. igg_low: below its interval, not so far.
            igg_not_low: neither. igg_unknown: not measured in the last `labs_old_days`, or not
            assessable.
        overdue, labs_due: as the filters. apart: treatment ended, or followed elsewhere.
    """

    on_treatment: int
    depleted: int
    few: int
    present: int
    b_cells_unknown: int
    igg_very_low: int
    igg_low: int
    igg_not_low: int
    igg_unknown: int
    overdue: int
    labs_due: int
    apart: int


def count_clinic(
    shown: Mask,
    treated: Mask,
    b_cells: Whole,
    igg: Whole,
    others: Sequence[Mask],
) -> ClinicCounts:
    """Count the patients shown.

    Args:
        shown, treated: of everybody; treated are those whose treatment goes on.
        b_cells, igg: classes, see `b_cell_classes` and `igg_classes`.
        others: who is overdue, whose labs are due, who stands apart.
    """
    on_treatment = shown & treated

    def count(classes: Whole, wanted: int) -> int:
        return int((on_treatment & (classes == wanted)).sum())

    overdue, labs_due, apart = (int((shown & each).sum()) for each in others)
    return ClinicCounts(
        on_treatment=int(on_treatment.sum()),
        depleted=count(b_cells, DEPLETED),
        few=count(b_cells, FEW),
        present=count(b_cells, PRESENT),
        b_cells_unknown=count(b_cells, UNKNOWN),
        igg_very_low=count(igg, IGG_VERY_LOW),
        igg_low=count(igg, IGG_LOW),
        igg_not_low=count(igg, IGG_NOT_LOW),
        igg_unknown=count(igg, IGG_UNKNOWN),
        overdue=overdue,
        labs_due=labs_due,
        apart=apart,
    )


def b_cell_classes(analysis: Analysis) -> Whole:
    """Return per patient the state of the B cells on the latest day that tells it, if that is at
    most `current_weeks` ago, else UNKNOWN.
    """
    facts = analysis.facts
    rows = np.flatnonzero(facts.tells_of("cd19") & np.not_equal(facts.day_state, UNKNOWN))
    since = analysis.as_of_day - int(7 * analysis.catalog.figure("current_weeks"))
    return _latest(analysis, rows, facts.day_state, since, UNKNOWN)


def igg_classes(analysis: Analysis) -> Whole:
    """Return per patient the class of the latest IgG, if that was measured in the last
    `labs_old_days`, else IGG_UNKNOWN; of two at one time the lower.
    """
    facts = analysis.facts
    rows = np.flatnonzero(facts.is_analyte("igg"))
    since = analysis.as_of_day - int(analysis.catalog.figure("labs_old_days"))
    return _latest(analysis, rows, _classes(facts), since, IGG_UNKNOWN)


def _classes(facts: Facts) -> Whole:
    flags = facts.ref_flag
    not_low = np.isin(flags, [REF_FLAGS.index("normal"), REF_FLAGS.index("high")])
    return np.select(
        [igg_is_very_low(facts), np.equal(flags, REF_FLAGS.index("low")), not_low],
        [IGG_VERY_LOW, IGG_LOW, IGG_NOT_LOW],
        IGG_UNKNOWN,
    )


def _latest(analysis: Analysis, rows: Whole, classes: Whole, since: int, unknown: int) -> Whole:
    """Return per patient the class of the latest of some rows, `unknown` before a day."""
    frame, facts = analysis.unflagged, analysis.facts
    person, day = frame["_patient"].to_numpy()[rows], frame["_day"].to_numpy()[rows]
    kind = classes[rows]
    order = np.lexsort((-kind, facts.instant[rows], person))  # the last of each person stays
    size = len(analysis.patients)
    found, when = np.full(size, unknown), np.full(size, NO_DAY)
    found[person[order]] = kind[order]
    when[person[order]] = day[order]
    return np.where(when >= since, found, unknown)
