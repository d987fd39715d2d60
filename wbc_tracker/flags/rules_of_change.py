"""Rules about counts that fell: early and broadly, or over months."""

from __future__ import annotations

import numpy as np

from wbc_tracker.flags.facts import Facts, Mask
from wbc_tracker.trends.verdicts import TREND_VERDICTS


def early_broad_drop(facts: Facts) -> Mask:
    """Counts days 3 to 84 after the first infusion that fell beyond usual variation and below their interval.

    Not assessable, so not flagged: a limit, a count without a baseline or without an interval, and what was
    drawn so soon after an infusion that the steroid may have shifted it.
    """
    figure = facts.catalog.figure
    early = facts.days_since_first >= figure("early_from_days")
    early &= facts.days_since_first <= figure("early_until_days")
    counts = facts.is_analyte("wbc", "neutrophils", "lymphocytes")
    return counts & early & ~facts.near_infusion & facts.is_fall & facts.is_low


def gradual_decline(facts: Facts) -> Mask:
    """The latest row of white cells, neutrophils, lymphocytes or IgG that are falling on treatment."""
    falling: Mask = np.equal(facts.trend, TREND_VERDICTS.index("falling"))
    return falling | only_igg_falls_slightly(facts)


def only_igg_falls_slightly(facts: Facts) -> Mask:
    """The latest IgG of a series that is falling within usual variation."""
    return facts.is_analyte("igg") & np.equal(facts.trend, TREND_VERDICTS.index("falling slightly"))
