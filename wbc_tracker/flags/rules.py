"""The rules of the row flags: each takes the facts and returns which rows it holds for.

A row for which a rule cannot be judged (a censored value, a missing baseline, no interval) is not flagged. The
rules about B cells and stable white cells stand here, the others beside; all are gathered in `RULES`.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from wbc_tracker.annotation.baseline import VERDICTS
from wbc_tracker.flags.facts import DEPLETED, PRESENT, Facts, Mask
from wbc_tracker.flags.rules_of_change import early_broad_drop, gradual_decline, only_igg_falls_slightly
from wbc_tracker.flags.rules_of_context import extended_interval, steroid_window, t_cell_shift
from wbc_tracker.flags.rules_of_defence import (
    critical_value,
    igg_is_very_low,
    infection_risk,
    late_onset_neutropenia,
    low_immunoglobulin,
)
from wbc_tracker.flags.rules_of_quality import (
    conflicting_result,
    differential_mismatch,
    unit_inferred,
    unit_suspect,
)

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
        infection_risk,
        low_immunoglobulin,
        early_broad_drop,
        gradual_decline,
        t_cell_shift,
        extended_interval,
        steroid_window,
        conflicting_result,
        differential_mismatch,
        unit_inferred,
        unit_suspect,
    )
}
#: code -> on which of its rows a flag has its other severity.
OTHER_SEVERITY: dict[str, Rule] = {
    "low_immunoglobulin": igg_is_very_low,
    "gradual_decline": only_igg_falls_slightly,
}
