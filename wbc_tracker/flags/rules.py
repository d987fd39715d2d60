"""The rules of the row flags: each takes the facts and returns which rows it holds for.

A row for which a rule cannot be judged (a censored value, a missing baseline, no interval) is not flagged.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from wbc_tracker.annotate.baseline import VERDICTS
from wbc_tracker.annotate.bounds import certainly_above, certainly_below
from wbc_tracker.flags.facts import DEPLETED, PRESENT, Facts, Mask

Rule = Callable[[Facts], Mask]


def b_cells_depleted(facts: Facts) -> Mask:
    """CD19 rows on treatment on a day whose B cells are depleted."""
    return facts.is_analyte("cd19", "cd19_pct") & facts.treated & np.equal(facts.day_state, DEPLETED)


def b_cells_not_depleted(facts: Facts) -> Mask:
    """B-cell rows on schedule on a day with B cells, when no day since the first infusion was depleted."""
    return _shows_b_cells(facts) & facts.in_phase("on_schedule") & ~facts.depleted_before


def b_cells_returning(facts: Facts) -> Mask:
    """B-cell rows on treatment on a day with B cells, after a depleted day or in a long interval."""
    known: Mask = facts.depleted_before | facts.in_phase("extended", "interrupted")
    return _shows_b_cells(facts) & known & facts.treated


def _shows_b_cells(facts: Facts) -> Mask:
    on_the_day = facts.is_analyte("cd19", "cd19_pct") & np.equal(facts.day_state, PRESENT)
    return on_the_day | (facts.is_analyte("cd20", "cd20_pct") & np.equal(facts.own_state, PRESENT))


def wbc_stable(facts: Facts) -> Mask:
    """White cells on treatment within usual variation of the baseline, not low, not just after an infusion."""
    within = np.equal(facts.beyond_rcv, VERDICTS.index("no"))
    not_low = np.greater_equal(facts.ref_flag, 0) & ~facts.is_low
    on_treatment = facts.is_analyte("wbc") & facts.treated & ~facts.is_baseline
    return on_treatment & within & not_low & ~facts.near_infusion


def selective_depletion(facts: Facts) -> Mask:
    """White cell rows with `wbc_stable` on a day with depleted B cells and no fallen neutrophils or lymphocytes.

    What is not known not to be a fall below the interval stands against it: a count without a baseline or
    interval to compare with, or one printed as "below" a limit.
    """
    others = facts.is_analyte("neutrophils", "lymphocytes")
    severe = facts.grade >= facts.catalog.figure("selective_grade_below")
    only_a_limit = (facts.comparator == 1) | (facts.comparator == 2)
    perhaps_fell = facts.is_fall | (facts.beyond_rcv < 0)
    perhaps_low = facts.is_low | (facts.ref_flag < 0)
    against = others & ((perhaps_fell & perhaps_low) | severe | only_a_limit)
    spoiled = np.isin(facts.patient_day, facts.patient_day[against])
    return wbc_stable(facts) & np.equal(facts.day_state, DEPLETED) & ~spoiled


def late_onset_neutropenia(facts: Facts) -> Mask:
    """Neutrophils under 1.5 x 10^9/L, 28 days or more after the last infusion."""
    low = certainly_below(facts.value, facts.comparator, facts.catalog.figure("late_onset_below"))
    return facts.is_analyte("neutrophils") & low & (facts.days_since >= facts.catalog.figure("late_onset_from_days"))


def critical_value(facts: Facts) -> Mask:
    """Values beyond the limits at which many laboratories telephone."""
    result = np.zeros(len(facts.value), dtype=bool)
    for limit in facts.catalog.critical_limits.values():
        beyond = np.zeros(len(facts.value), dtype=bool)
        if limit.below is not None:
            beyond |= certainly_below(facts.value, facts.comparator, limit.below)
        if limit.above is not None:
            beyond |= certainly_above(facts.value, facts.comparator, limit.above)
        result |= beyond & facts.is_analyte(limit.analyte)
    return result


def conflicting_result(facts: Facts) -> Mask:
    """Rows of one analyte and one `collected_at` with two different values."""
    order = np.argsort(facts.series_instant, kind="stable")
    key = facts.series_instant[order]
    starts = np.flatnonzero(np.append(True, key[1:] != key[:-1])[: len(key)])
    if not len(starts):
        return np.zeros(0, dtype=bool)
    differs = np.zeros(len(starts), dtype=bool)
    for column in (facts.value, facts.comparator):
        sorted_column = column[order]
        differs |= np.maximum.reduceat(sorted_column, starts) != np.minimum.reduceat(sorted_column, starts)
    result = np.zeros(len(key), dtype=bool)
    result[order] = np.repeat(differs, np.diff(np.append(starts, len(key))))
    return result


def differential_mismatch(facts: Facts) -> Mask:
    """Rows whose reported absolute count and percentage disagree."""
    return facts.mismatch


def unit_inferred(facts: Facts) -> Mask:
    """Rows whose unit was inferred."""
    return facts.unit_inferred


#: code -> rule. Graded flags have no rule of their own: they hold from grade 1 of their analyte.
RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        b_cells_depleted,
        b_cells_not_depleted,
        b_cells_returning,
        wbc_stable,
        selective_depletion,
        late_onset_neutropenia,
        critical_value,
        conflicting_result,
        differential_mismatch,
        unit_inferred,
    )
}
