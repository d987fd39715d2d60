"""The rules of the row flags: each takes the facts and returns which rows it holds for.

A row for which a rule cannot be judged (a censored value, a missing baseline, no interval) is not
flagged. All are gathered in `RULES`, at the end; those of B cells, of counts, of the defence and of
the data stand in modules of their own.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from wbc_tracker.arrays import Mask, is_followed
from wbc_tracker.flags.b_cell_rules import (
    are_back_early,
    b_cells_depleted,
    b_cells_few,
    b_cells_not_depleted,
    b_cells_returning,
    infusion_missing,
)
from wbc_tracker.flags.count_rules import (
    broad_fall,
    calls_for_a_look,
    early_broad_drop,
    falls_broadly,
    high_count,
    selective_depletion,
    wbc_stable,
)
from wbc_tracker.flags.defence_rules import (
    critical_value,
    igg_is_very_low,
    infection_risk,
    late_onset_neutropenia,
    low_immunoglobulin,
)
from wbc_tracker.flags.facts import Facts
from wbc_tracker.flags.quality import (
    conflicting_result,
    differ_within,
    differential_mismatch,
    unit_inferred,
    unit_suspect,
)
from wbc_tracker.trends.verdicts import TREND_VERDICTS

Rule = Callable[[Facts], Mask]


def gradual_decline(facts: Facts) -> Mask:
    """The latest row of white cells, neutrophils, lymphocytes or IgG that are falling on
    treatment; of a count on few days where that is sure enough.
    """
    falling: Mask = np.equal(facts.trend, TREND_VERDICTS.index("falling"))
    return (falling & facts.trend_is_sure) | only_igg_falls_slightly(facts)


def only_igg_falls_slightly(facts: Facts) -> Mask:
    """The latest IgG of a series that is falling within usual variation."""
    return facts.is_analyte("igg") & np.equal(facts.trend, TREND_VERDICTS.index("falling slightly"))


def t_cell_shift(facts: Facts) -> Mask:
    """The latest row of T cells of a patient on treatment: what is described is told once."""
    rows = np.flatnonzero(facts.is_kind("t_cells") & facts.treated)
    person = facts.series[rows] // len(facts.catalog.analytes)
    rows = rows[np.lexsort((-facts.analyte[rows], facts.instant[rows], person))]
    person = facts.series[rows] // len(facts.catalog.analytes)
    result = np.zeros(len(facts.value), dtype=bool)
    result[rows[~is_followed(person)]] = True
    return result


def extended_interval(facts: Facts) -> Mask:
    """White cells and B cells drawn late in a course; not with a drug given every few weeks."""
    shown = facts.is_analyte("wbc") | facts.is_kind("b_cells")
    return shown & facts.in_phase("extended", "interrupted") & ~facts.continuous


def steroid_window(facts: Facts) -> Mask:
    """Counts drawn so soon after an infusion that the steroid given with it may shift them."""
    return facts.is_kind("blood_count") & facts.after_steroid


def values_decide_differently(facts: Facts) -> Mask:
    """Rows of one analyte and one `collected_at` whose values mean something else: another B-cell
    state, a broad fall or none, another grade from 2 on, IgG under 5 g/L or not.
    """
    severe = np.where(facts.grade >= 2, facts.grade, 0)
    state = np.where(facts.is_kind("b_cells"), facts.own_state, 0)
    others = (falls_broadly(facts), critical_value(facts), igg_is_very_low(facts))
    return differ_within(facts, severe, state, *others)


#: code -> rule. Graded flags have no rule of their own: they hold from grade 1 of their analyte.
RULES: dict[str, Rule] = {
    rule.__name__: rule
    for rule in (
        b_cells_depleted,
        b_cells_few,
        b_cells_not_depleted,
        b_cells_returning,
        infusion_missing,
        wbc_stable,
        selective_depletion,
        late_onset_neutropenia,
        critical_value,
        infection_risk,
        low_immunoglobulin,
        early_broad_drop,
        broad_fall,
        high_count,
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
    "b_cells_returning": are_back_early,
    "high_count": calls_for_a_look,
    "conflicting_result": values_decide_differently,
}
