"""The rules of what weakens the defence: low neutrophils, low antibodies, values that cannot
wait.
"""

from __future__ import annotations

import numpy as np

from wbc_tracker.annotation.b_cells import DEPLETED
from wbc_tracker.annotation.bounds import certainly_above, certainly_below
from wbc_tracker.arrays import Mask
from wbc_tracker.flags.facts import Facts


def late_onset_neutropenia(facts: Facts) -> Mask:
    """Neutrophils under 1.5 x 10^9/L, 28 days or more after the last infusion."""
    low = _is_below(facts, "neutrophils", "late_onset_below")
    return low & (facts.days_since >= facts.catalog.figure("late_onset_from_days"))


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


def low_immunoglobulin(facts: Facts) -> Mask:
    """IgG, IgA and IgM below the interval in use, and IgG under 5 g/L whatever the interval.

    The interval in use is the laboratory's; without one it begins at the limits of the trials.
    """
    return (facts.is_kind("antibodies") & facts.is_low) | igg_is_very_low(facts)


def igg_is_very_low(facts: Facts) -> Mask:
    """IgG certainly under 5 g/L."""
    return _is_below(facts, "igg", "igg_low_below")


def weakens_defence(facts: Facts) -> Mask:
    """Neutrophils under 1.0, lymphocytes under 0.5 x 10^9/L or IgG under 5 g/L,
    where that is certain; not lymphocytes that a steroid lowers for a day or two.
    """
    lymphocytes = _is_below(facts, "lymphocytes", "risk_lymphocytes_below")
    return (
        _is_below(facts, "neutrophils", "risk_neutrophils_below")
        | (lymphocytes & ~facts.after_steroid)
        | igg_is_very_low(facts)
    )


def infection_risk(facts: Facts) -> Mask:
    """Depleted B cells and a result that weakens the defence on one day,
    on each row that takes part.
    """
    depleted = np.equal(facts.day_state, DEPLETED)
    weak = weakens_defence(facts) & depleted
    b_cells = facts.tells_of("cd19") & np.equal(facts.own_state, DEPLETED) & depleted
    return weak | (b_cells & np.isin(facts.patient_day, facts.patient_day[weak]))


def _is_below(facts: Facts, analyte: str, threshold: str) -> Mask:
    result = np.zeros(len(facts.value), dtype=bool)
    at = np.flatnonzero(facts.is_analyte(analyte))
    result[at] = certainly_below(
        facts.value[at], facts.comparator[at], facts.catalog.figure(threshold)
    )
    return result
