"""Rules that tell under which circumstances a result was drawn; they judge no value."""

from __future__ import annotations

from wbc_tracker.flags.facts import Facts, Mask


def t_cell_shift(facts: Facts) -> Mask:
    """T-cell rows 168 days or more after the first infusion, from when on changes are described."""
    t_cells = facts.is_analyte("cd3", "cd3_pct", "cd4", "cd4_pct", "cd8", "cd8_pct")
    return t_cells & (facts.days_since_first >= facts.catalog.figure("t_cells_from_days"))


def extended_interval(facts: Facts) -> Mask:
    """White cells and B cells drawn late in a course; not with a drug given every few weeks."""
    shown = facts.is_analyte("wbc", "cd19", "cd19_pct", "cd20", "cd20_pct")
    return shown & facts.in_phase("extended", "interrupted") & ~facts.continuous


def steroid_window(facts: Facts) -> Mask:
    """Counts drawn so soon after an infusion that the steroid given with it may shift them."""
    return facts.is_analyte("wbc", "neutrophils", "lymphocytes") & facts.near_infusion
