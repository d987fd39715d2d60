"""The rules of the row flags: each takes the facts and returns which rows it holds for.

A row for which a rule cannot be judged (a censored value, a missing baseline, no interval) is not
flagged. All are gathered in `RULES`, at the end.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from wbc_tracker.annotation.baseline import VERDICTS
from wbc_tracker.annotation.bounds import certainly_above, certainly_below
from wbc_tracker.arrays import Mask, Whole, group_sizes, group_starts, opens_group
from wbc_tracker.flags.facts import DEPLETED, PRESENT, Facts
from wbc_tracker.rounding import round_significant
from wbc_tracker.trends.verdicts import TREND_VERDICTS

Rule = Callable[[Facts], Mask]


def b_cells_depleted(facts: Facts) -> Mask:
    """CD19 rows on treatment on a day whose B cells are depleted."""
    return facts.tells_of("cd19") & facts.treated & np.equal(facts.day_state, DEPLETED)


def b_cells_not_depleted(facts: Facts) -> Mask:
    """B-cell rows on schedule on a day with B cells, when no day since the first infusion was
    depleted.
    """
    return _shows_b_cells(facts) & facts.in_phase("on_schedule") & ~facts.depleted_before


def b_cells_returning(facts: Facts) -> Mask:
    """B-cell rows on treatment on a day with B cells, after a depleted day or in a long
    interval.
    """
    known: Mask = facts.depleted_before | facts.in_phase("extended", "interrupted")
    return _shows_b_cells(facts) & known & facts.treated


def _shows_b_cells(facts: Facts) -> Mask:
    on_the_day = facts.tells_of("cd19") & np.equal(facts.day_state, PRESENT)
    return on_the_day | (facts.tells_of("cd20") & np.equal(facts.own_state, PRESENT))


def wbc_stable(facts: Facts) -> Mask:
    """White cells on treatment within usual variation of the baseline, not low,
    not just after an infusion.
    """
    within = np.equal(facts.beyond_rcv, VERDICTS.index("no"))
    not_low = np.greater_equal(facts.ref_flag, 0) & ~facts.is_low
    on_treatment = facts.is_analyte("wbc") & facts.treated & ~facts.is_baseline
    return on_treatment & within & not_low & ~facts.after_steroid


def selective_depletion(facts: Facts) -> Mask:
    """White cell rows with `wbc_stable` on a day with depleted B cells and no fallen neutrophils
    or lymphocytes.

    What is not known not to be a fall below the interval stands against it: a count without a
    baseline or interval to compare with, or one printed as "below" a limit.
    """
    others = facts.is_analyte("neutrophils", "lymphocytes")
    severe = facts.grade >= facts.catalog.figure("selective_grade_below")
    only_a_limit = (facts.comparator == 1) | (facts.comparator == 2)
    perhaps_fell = facts.is_fall | (facts.beyond_rcv < 0)
    perhaps_low = facts.is_low | (facts.ref_flag < 0)
    against = others & ((perhaps_fell & perhaps_low) | severe | only_a_limit)
    spoiled = np.isin(facts.patient_day, facts.patient_day[against])
    return wbc_stable(facts) & np.equal(facts.day_state, DEPLETED) & ~spoiled


def early_broad_drop(facts: Facts) -> Mask:
    """Counts days 3 to 84 after the first infusion that fell beyond usual variation and below
    their interval.

    Not assessable, so not flagged: a limit, a count without a baseline or without an interval, and
    what was drawn so soon after an infusion that the steroid may have shifted it.
    """
    figure = facts.catalog.figure
    early = facts.days_since_first >= figure("early_from_days")
    early &= facts.days_since_first <= figure("early_until_days")
    counts = facts.is_kind("blood_count")
    return counts & early & ~facts.after_steroid & facts.is_fall & facts.is_low


def gradual_decline(facts: Facts) -> Mask:
    """The latest row of white cells, neutrophils, lymphocytes or IgG that are falling on
    treatment.
    """
    falling: Mask = np.equal(facts.trend, TREND_VERDICTS.index("falling"))
    return falling | only_igg_falls_slightly(facts)


def only_igg_falls_slightly(facts: Facts) -> Mask:
    """The latest IgG of a series that is falling within usual variation."""
    return facts.is_analyte("igg") & np.equal(facts.trend, TREND_VERDICTS.index("falling slightly"))


def t_cell_shift(facts: Facts) -> Mask:
    """T-cell rows 168 days or more after the first infusion, from when on changes are described."""
    t_cells = facts.is_kind("t_cells")
    return t_cells & (facts.days_since_first >= facts.catalog.figure("t_cells_from_days"))


def extended_interval(facts: Facts) -> Mask:
    """White cells and B cells drawn late in a course; not with a drug given every few weeks."""
    shown = facts.is_analyte("wbc") | facts.is_kind("b_cells")
    return shown & facts.in_phase("extended", "interrupted") & ~facts.continuous


def steroid_window(facts: Facts) -> Mask:
    """Counts drawn so soon after an infusion that the steroid given with it may shift them."""
    return facts.is_kind("blood_count") & facts.after_steroid


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
    where that is certain.
    """
    return (
        _is_below(facts, "neutrophils", "risk_neutrophils_below")
        | _is_below(facts, "lymphocytes", "risk_lymphocytes_below")
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


def conflicting_result(facts: Facts) -> Mask:
    """Rows of one analyte and one `collected_at` with two different values."""
    order = np.argsort(facts.series_instant, kind="stable")
    key = facts.series_instant[order]
    starts = group_starts(key)
    if not len(starts):
        return np.zeros(0, dtype=bool)
    differs = np.zeros(len(starts), dtype=bool)
    for column in (facts.value, facts.comparator):
        sorted_column = column[order]
        differs |= np.maximum.reduceat(sorted_column, starts) != np.minimum.reduceat(
            sorted_column, starts
        )
    result = np.zeros(len(key), dtype=bool)
    result[order] = np.repeat(differs, group_sizes(starts, len(key)))
    return result


def differential_mismatch(facts: Facts) -> Mask:
    """Rows whose reported absolute count and percentage disagree."""
    return facts.mismatch


def unit_inferred(facts: Facts) -> Mask:
    """Rows whose unit was inferred."""
    return facts.unit_inferred


def unit_suspect(facts: Facts) -> Mask:
    """Results that jump 300-fold or more from the previous one of their series, but not the return.

    The return is a result within 10-fold of the one before a suspect one. Limits and zeros are not
    compared.
    """
    fold = facts.catalog.figure("unit_jump_fold")
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = facts.value / facts.previous
    jump = (facts.comparator == 0) & (facts.value > 0) & (facts.previous > 0)
    jump &= (ratio > fold / 2) | (ratio < 2 / fold)  # nearly all end here, before the slow rounding
    ratio = round_significant(ratio[jump])
    jump[jump] = np.maximum(ratio, 1 / ratio) >= fold
    suspect = jump.copy()
    if jump.any():
        rows = _exact_rows_in_order(facts, np.isin(facts.series, facts.series[jump]))
        suspect[rows] = _without_returns(facts, rows, jump[rows])
    return np.asarray(suspect)


def _exact_rows_in_order(facts: Facts, chosen: Mask) -> Whole:
    """Return the uncensored chosen rows by series, time and input order, as `previous` is told."""
    rows = np.flatnonzero(chosen & (facts.comparator == 0))
    return rows[np.lexsort((facts.instant[rows], facts.series[rows]))]


def _without_returns(facts: Facts, rows: Whole, jump: Mask) -> Mask:
    """Return which jumps are suspect, for rows in order.

    A jump back to near the value before the previous row is a return if that previous row is
    suspect. So in an unbroken chain of jumps back every second one is suspect, counted from the
    first, which is not back.
    """
    value, series = facts.value[rows], facts.series[rows]
    before_that = np.append(np.nan, facts.previous[rows][:-1])
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.maximum(value / before_that, before_that / value)
    same_series = ~opens_group(series)
    back = (
        jump & same_series & (round_significant(away) <= facts.catalog.figure("unit_return_fold"))
    )
    place = np.arange(len(rows))
    chain_start = np.maximum.accumulate(np.where(back, 0, place))
    steps = place - chain_start
    return np.asarray(jump[chain_start] ^ (steps & 1).astype(bool))


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
