"""The rules of the blood counts: stable, fallen with the B cells, or high."""

from __future__ import annotations

import numpy as np

from wbc_tracker.annotation.b_cells import DEPLETED
from wbc_tracker.annotation.bounds import certainly_above
from wbc_tracker.annotation.reference import REF_FLAGS
from wbc_tracker.annotation.unusual import DOUBTFUL, INFECTION, STEROID
from wbc_tracker.annotation.variation import VERDICTS
from wbc_tracker.arrays import DAY_SECONDS, Mask, opens_group
from wbc_tracker.flags.facts import Facts


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
    """Return which of the asked counts are followed by others inside their interval, none of them
    drawn after a steroid or in an infection, from the next one on until two are 7 days apart.
    """
    result = np.zeros(len(asked), dtype=bool)
    if not asked.any():
        return result
    clean = (facts.ref_flag == REF_FLAGS.index("normal")) & ~facts.after_steroid
    clean &= (facts.reasons & (STEROID | INFECTION)) == 0
    rows = np.flatnonzero(np.isin(facts.series, facts.series[asked]))
    rows = rows[np.lexsort((facts.value[rows], facts.instant[rows], facts.series[rows]))]
    day, series = facts.instant[rows] // DAY_SECONDS, facts.series[rows]
    # The clean ones behind each end in front of the next that is not, or where its series ends.
    place, size = np.arange(len(rows)), len(rows)
    ends = np.append(opens_group(series), True)[1:]
    stops = np.append(~clean[rows], True)
    to_stop = np.minimum.accumulate(np.where(stops, np.arange(size + 1), size)[::-1])[::-1][1:] - 1
    to_end = np.minimum.accumulate(np.where(ends, place, size)[::-1])[::-1]
    first, last = np.minimum(place + 1, size - 1), np.minimum(to_stop, to_end)
    apart = facts.catalog.figure("undone_apart_days")
    result[rows] = (last > place) & (day[last] - day[first] >= apart)
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
    # Low, and nobody can tell whether it fell.
    open_fall = np.where(
        facts.is_analyte("lymphocytes"),
        (facts.grade >= facts.catalog.figure("broad_grade_lymphocytes_fell"))
        & (facts.t_nk_verdict < 0),
        facts.is_low & (facts.verdict < 0),
    )
    unknown = (facts.grade < 0) | only_a_limit | open_fall
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
    high = high_count(facts)
    twice = _twice_in_a_row(facts, high)
    many = lymphocytes & certainly_above(facts.value, facts.comparator, figure("high_lymphocytes"))
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
    result = np.zeros(len(holds), dtype=bool)
    if not holds.any():
        return result
    rows = np.flatnonzero(np.isin(facts.series, facts.series[holds]))
    rows = rows[np.lexsort((facts.value[rows], facts.instant[rows], facts.series[rows]))]
    held = holds[rows]
    again = held & np.append(False, held[:-1])[: len(held)] & ~opens_group(facts.series[rows])
    result[rows] = again
    return result
