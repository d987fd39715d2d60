"""Rules about low counts and low immunoglobulins, which weaken the defence against infection."""

from __future__ import annotations

import numpy as np

from wbc_tracker.annotation.bounds import certainly_above, certainly_below
from wbc_tracker.flags.facts import DEPLETED, Facts, Mask


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
    return (facts.is_analyte("igg", "iga", "igm") & facts.is_low) | igg_is_very_low(facts)


def igg_is_very_low(facts: Facts) -> Mask:
    """IgG certainly under 5 g/L."""
    return _is_below(facts, "igg", "igg_low_below")


def weakens_defence(facts: Facts) -> Mask:
    """Neutrophils under 1.0, lymphocytes under 0.5 x 10^9/L or IgG under 5 g/L, where that is certain."""
    return (
        _is_below(facts, "neutrophils", "risk_neutrophils_below")
        | _is_below(facts, "lymphocytes", "risk_lymphocytes_below")
        | igg_is_very_low(facts)
    )


def infection_risk(facts: Facts) -> Mask:
    """Depleted B cells and a result that weakens the defence on one day, on each row that takes part."""
    depleted = np.equal(facts.day_state, DEPLETED)
    weak = weakens_defence(facts) & depleted
    b_cells = facts.is_analyte("cd19", "cd19_pct") & np.equal(facts.own_state, DEPLETED) & depleted
    return weak | (b_cells & np.isin(facts.patient_day, facts.patient_day[weak]))


def _is_below(facts: Facts, analyte: str, threshold: str) -> Mask:
    result = np.zeros(len(facts.value), dtype=bool)
    at = np.flatnonzero(facts.is_analyte(analyte))
    result[at] = certainly_below(facts.value[at], facts.comparator[at], facts.catalog.figure(threshold))
    return result
