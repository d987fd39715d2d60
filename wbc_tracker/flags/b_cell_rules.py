"""The rules of the B cells: depleted, few, there although they should not be, returning, and gone
without an infusion that explains it.
"""

from __future__ import annotations

import numpy as np

from wbc_tracker.annotation.b_cells import DEPLETED, FEW, PRESENT
from wbc_tracker.annotation.unusual import OTHER_DRUG
from wbc_tracker.arrays import Mask
from wbc_tracker.flags.facts import Facts


def b_cells_depleted(facts: Facts) -> Mask:
    """CD19 rows on treatment on a day whose B cells are depleted."""
    return facts.tells_of("cd19") & facts.treated & np.equal(facts.day_state, DEPLETED)


def b_cells_few(facts: Facts) -> Mask:
    """CD19 rows on treatment on a day with few B cells, at least 90 % below a usual baseline, when
    no day since the first infusion was depleted.
    """
    few = np.equal(facts.day_state, FEW) & facts.fell_most & ~facts.depleted_before
    return facts.tells_of("cd19") & facts.treated & few


def b_cells_not_depleted(facts: Facts) -> Mask:
    """B-cell rows on schedule, 14 days or more after the latest infusion, on a day with B cells
    that did not fall by 90 %, when no day since the first infusion was depleted.
    """
    late = facts.days_since >= facts.catalog.figure("sustained_from_days")
    there = _shows_b_cells(facts) & ~facts.fell_most & late
    return there & facts.in_phase("on_schedule") & ~facts.depleted_before


def b_cells_returning(facts: Facts) -> Mask:
    """B-cell rows on treatment on a day with B cells, after a depleted day; or with B cells that
    are present in a long interval, without one.
    """
    long = facts.in_phase("extended", "interrupted") & np.equal(facts.day_state, PRESENT)
    return _shows_b_cells(facts) & (facts.depleted_before | long) & facts.treated


def are_back_early(facts: Facts) -> Mask:
    """B cells that are present again long before the next dose is due."""
    early = (facts.course_day >= facts.catalog.figure("sustained_from_days")) & is_before_return(
        facts
    )
    return early & np.equal(facts.day_state, PRESENT) & facts.depleted_before


def is_before_return(facts: Facts) -> Mask:
    """Rows before the days on which B cells are known to return: day 140 of a course, 56 days after
    the last dose of a drug given every few weeks.
    """
    figure = facts.catalog.figure
    start = np.where(
        facts.continuous, figure("returning_continuous_days"), figure("returning_from_days")
    )
    soon = facts.course_day < start
    return np.asarray(soon & ~facts.in_phase("extended", "interrupted"), dtype=bool)


def _shows_b_cells(facts: Facts) -> Mask:
    on_the_day = facts.tells_of("cd19") & np.greater_equal(facts.day_state, FEW)
    return on_the_day | (facts.tells_of("cd20") & np.greater_equal(facts.own_state, FEW))


def infusion_missing(facts: Facts) -> Mask:
    """CD19 rows of depleted B cells that no recorded infusion explains: from before the first one,
    of which another drug of MS is not known to be the reason, and what follows on them; or from 130
    weeks after the last one.
    """
    depleted = facts.tells_of("cd19") & np.equal(facts.day_state, DEPLETED)
    before = depleted & facts.in_phase("pre_treatment") & (facts.reasons & OTHER_DRUG == 0)
    late = depleted & (facts.days_since >= 7 * facts.catalog.figure("missing_from_weeks"))
    person = facts.series // len(facts.catalog.analytes)
    follows = depleted & facts.treated & np.isin(person, person[before])
    return np.asarray(before | late | follows)
