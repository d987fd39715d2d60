"""The rules of the row flags: each takes the facts and returns which rows it holds for.

A row for which a rule cannot be judged (a censored value, a missing baseline, no interval) is not
flagged. All are gathered in `RULES`, at the end.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from wbc_tracker.annotation.b_cells import DEPLETED, FEW, PRESENT
from wbc_tracker.annotation.bounds import certainly_above, certainly_below
from wbc_tracker.annotation.reference import REF_FLAGS
from wbc_tracker.annotation.unusual import DOUBTFUL, INFECTION, OTHER_DRUG, STEROID
from wbc_tracker.annotation.variation import VERDICTS
from wbc_tracker.arrays import (
    DAY_SECONDS,
    Mask,
    is_followed,
    opens_group,
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


def wbc_stable(facts: Facts) -> Mask:
    """White cells on treatment within usual variation of the baseline, not low,
    not just after an infusion; a baseline that was high for a reason tells nothing.
    """
    within = np.equal(facts.verdict, VERDICTS.index("no")) & (facts.base_note & DOUBTFUL == 0)
    not_low = np.greater_equal(facts.ref_flag, 0) & ~facts.is_low
    on_treatment = facts.is_analyte("wbc") & facts.treated & ~facts.is_baseline
    return np.asarray(on_treatment & within & not_low & ~facts.after_steroid)


def falls_broadly(facts: Facts) -> Mask:
    """Counts after the first infusion that fell and are low, or of a grade that calls for it.

    White cells or neutrophils that fell and are below their interval; lymphocytes of grade 2 or
    more whose T and NK cells fell; neutrophils of grade 2 or more; white cells or lymphocytes of
    grade 3 or more. Not what was as low before treatment; not lymphocytes that a steroid lowers;
    not a count that two later ones undo; and not a slow decline without such a grade.
    """
    figure = facts.catalog.figure
    counts = facts.is_kind("blood_count") & (facts.course >= 1)
    lymphocytes, neutrophils = facts.is_analyte("lymphocytes"), facts.is_analyte("neutrophils")
    severe = np.where(neutrophils, figure("broad_grade_neutrophils"), figure("broad_grade"))
    by_grade = facts.grade >= severe
    fell = np.where(
        lymphocytes,
        facts.rest_fell & (facts.grade >= figure("broad_grade_lymphocytes_fell")),
        facts.is_fall & facts.is_low,
    )
    slow = facts.declines & (facts.days_since_first >= figure("broad_slow_from_days"))
    broad = by_grade | (fell & ~slow)
    by_steroid = lymphocytes & facts.after_steroid
    return counts & broad & ~facts.was_so_before & ~by_steroid & ~_is_undone(facts, counts & broad)


def _is_undone(facts: Facts, asked: Mask) -> Mask:
    """Return which of the asked counts are followed by two later ones at least 7 days apart, both
    inside their interval and not drawn after a steroid or in an infection.
    """
    result = np.zeros(len(asked), dtype=bool)
    if not asked.any():
        return result
    clean = (facts.ref_flag == REF_FLAGS.index("normal")) & ~facts.after_steroid
    clean &= (facts.reasons & (STEROID | INFECTION)) == 0
    rows = np.flatnonzero(np.isin(facts.series, facts.series[asked]))
    rows = rows[np.lexsort((facts.value[rows], facts.instant[rows], facts.series[rows]))]
    day, series = facts.instant[rows] // DAY_SECONDS, facts.series[rows]
    # The days of the next one and the one behind it; each must be clean.
    apart = facts.catalog.figure("undone_apart_days")
    size = len(rows)
    first, second = (np.minimum(np.arange(size) + step, max(size - 1, 0)) for step in (1, 2))
    undone = (series[first] == series) & (series[second] == series) & (np.arange(size) + 2 < size)
    undone &= clean[rows][first] & clean[rows][second] & (day[second] - day[first] >= apart)
    result[rows] = undone
    return np.asarray(result & asked)


def broad_fall(facts: Facts) -> Mask:
    """A broad fall from day 85 after the first infusion on; what is earlier has a flag of its
    own.
    """
    later = facts.days_since_first > facts.catalog.figure("early_until_days")
    return falls_broadly(facts) & later & ~facts.after_steroid


def selective_depletion(facts: Facts) -> Mask:
    """White cell rows with `wbc_stable` on a day with depleted B cells and no broad fall.

    What is not known not to be one stands against it: a count without a baseline or interval to
    compare with, or one printed as "below" a limit.
    """
    others = facts.is_analyte("neutrophils", "lymphocytes")
    only_a_limit = (facts.comparator == 1) | (facts.comparator == 2)
    unknown = (facts.grade < 0) | only_a_limit
    against = falls_broadly(facts) | (others & unknown)
    spoiled = np.isin(facts.patient_day, facts.patient_day[against])
    return wbc_stable(facts) & np.equal(facts.day_state, DEPLETED) & ~spoiled


def early_broad_drop(facts: Facts) -> Mask:
    """Counts days 3 to 84 after the first infusion that fell beyond usual variation and below
    their interval; of lymphocytes, whose T and NK cells fell.

    Not assessable, so not flagged: a limit, a count without a baseline or without an interval, and
    what was drawn so soon after an infusion that the steroid may have shifted it.
    """
    figure = facts.catalog.figure
    early = facts.days_since_first >= figure("early_from_days")
    early &= facts.days_since_first <= figure("early_until_days")
    counts = facts.is_kind("blood_count")
    fell = np.where(facts.is_analyte("lymphocytes"), facts.rest_fell, facts.is_fall)
    return counts & early & ~facts.after_steroid & fell & facts.is_low


def high_count(facts: Facts) -> Mask:
    """White cells, neutrophils or lymphocytes on treatment above their interval."""
    return facts.is_kind("blood_count") & facts.treated & _is_high(facts)


def calls_for_a_look(facts: Facts) -> Mask:
    """High counts that no steroid or infection explains and that are high twice or very high.

    Lymphocytes above 5 at two draws in a row; white cells or neutrophils that also rose, without a
    baseline that tells it are high twice in a row; or more than half above the upper limit.
    """
    figure = facts.catalog.figure
    lymphocytes = facts.is_analyte("lymphocytes")
    rose = np.equal(facts.verdict, VERDICTS.index("rise"))
    high = _is_high(facts)
    twice = _twice_in_a_row(facts, high)
    many = certainly_above(facts.value, facts.comparator, figure("high_lymphocytes"))
    of_others = high & (rose | ((facts.verdict < 0) & twice))
    very = (
        certainly_above(facts.value, facts.comparator, facts.ref_high * figure("high_fold"))
        & ~lymphocytes
    )
    explained = (facts.reasons & (STEROID | INFECTION) != 0) | facts.after_steroid
    called = np.where(lymphocytes, _twice_in_a_row(facts, many), of_others) | very
    return np.asarray(called & ~explained, dtype=bool)


def _is_high(facts: Facts) -> Mask:
    return np.equal(facts.ref_flag, REF_FLAGS.index("high"))


def _twice_in_a_row(facts: Facts, holds: Mask) -> Mask:
    """Return the rows for which something holds, and for the one before in their series too."""
    order = np.lexsort((facts.value, facts.instant, facts.series))
    held, series = holds[order], facts.series[order]
    again = held & np.append(False, held[:-1])[: len(held)] & ~opens_group(series)
    result = np.zeros(len(held), dtype=bool)
    result[order] = again
    return result


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
