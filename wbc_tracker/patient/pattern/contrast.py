"""The contrast for one patient: are B cells depleted while white cells stay about where they were?

It decides; what is said of it stands in `sentences`. Nothing depends on the order of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from wbc_tracker.annotation.b_cells import DEPLETED, FEW, PRESENT, UNKNOWN
from wbc_tracker.annotation.unusual import DOUBTFUL, OTHER_DRUG
from wbc_tracker.arrays import DAY_SECONDS, Mask, Whole
from wbc_tracker.catalog import Catalog
from wbc_tracker.flags.b_cell_rules import is_before_return
from wbc_tracker.flags.facts import Facts
from wbc_tracker.patient.model import Standing
from wbc_tracker.patient.result_lines import ResultLine

PatternCode = Literal["as_described", "returning", "differs", "not_assessable", "after_treatment"]
#: Why the contrast cannot be judged.
Obstacle = Literal[
    "",
    "no_infusion",
    "infusion_to_come",
    "no_result_after",
    "no_b_cells",
    "only_cd20",
    "limit",
    "coarse",
    "too_early",
    "already_depleted",
    "after_other_drug",
    "rivals",
    "no_count",
    "near_infusion",
    "no_baseline",
    "doubtful_baseline",
    "count_is_limit",
    "no_interval",
]


@dataclass(frozen=True)
class PatientRows:
    """One patient's results: as lines, and as the arrays of the rules, in the same order.

    `broad`: which rows show that more than the B cells fell, see `falls_broadly`.
    """

    results: Sequence[ResultLine]
    facts: Facts
    broad: Mask

    @property
    def day(self) -> Whole:
        """Days since 1970-01-01."""
        return np.asarray(self.facts.instant // DAY_SECONDS)


@dataclass(frozen=True)
class BCells:
    """The B-cell draw that is judged.

    Attributes:
        row: the result that decides the state of its day. state: that state.
        obstacle: why there is no state, empty where there is one.
    """

    row: int | None
    state: int
    obstacle: Obstacle = ""


@dataclass(frozen=True)
class Contrast:
    """What was decided, and on which rows.

    Attributes:
        b_cells: the judged draw. counts: blood count -> its judged row. broad: those of them that
            show a broad fall.
        obstacle: why nothing can be decided, of `not_assessable`.
        by_b_cells: of `differs`, that the B cells do.
    """

    code: PatternCode
    b_cells: BCells
    counts: dict[str, int]
    broad: list[int] = field(default_factory=list)
    obstacle: Obstacle = ""
    by_b_cells: bool = False

    @property
    def rows(self) -> list[int]:
        """The rows that it rests on."""
        told = [self.b_cells.row, self.counts.get("wbc"), *self.broad]
        return [row for row in dict.fromkeys(told) if row is not None]


def judge_contrast(
    patient: PatientRows, standing: Standing, as_of_day: int, catalog: Catalog
) -> Contrast:
    """Decide on the code of the pattern: the first that holds.

    `after_treatment`: it ended. `differs` by a broad fall, which needs no B cells.
    `not_assessable`: see `Obstacle`. `differs` by B cells that are there although they should not
    be. `returning`: what the drug does at the end of an interval. `as_described`.
    """
    has_ended = standing.ended_by in ("stopped", "other_drug")
    b_cells = _judged_b_cells(patient, has_ended, catalog)
    counts, near_infusion = _judged_counts(patient, b_cells.row, as_of_day, catalog)
    broad, is_rival = _broad_rows(patient, counts)
    found = Contrast("not_assessable", b_cells, counts, broad)
    if has_ended:
        return _with(found, "after_treatment")
    if broad and not is_rival:
        return _with(found, "differs")
    obstacle = _obstacle(patient, found, standing, near_infusion, is_rival)
    if obstacle:
        return Contrast("not_assessable", b_cells, counts, broad, obstacle)
    return _by_b_cells(patient, found, catalog)


def _with(found: Contrast, code: PatternCode, *, by_b_cells: bool = False) -> Contrast:
    return Contrast(code, found.b_cells, found.counts, found.broad, by_b_cells=by_b_cells)


def _by_b_cells(patient: PatientRows, found: Contrast, catalog: Catalog) -> Contrast:
    """Decide by the B cells alone, which are known, while nothing else fell."""
    facts, row, state = patient.facts, found.b_cells.row, found.b_cells.state
    assert row is not None
    if state == DEPLETED:
        return _with(found, "as_described")
    late = bool(facts.in_phase("extended", "interrupted")[row])
    before, fell_most = bool(facts.depleted_before[row]), bool(facts.fell_most[row])
    soon = bool(is_before_return(facts)[row])
    if late or (before and not soon):
        return _with(found, "returning")
    if (before and state == FEW) or (state == FEW and fell_most):
        return _with(found, "as_described")
    return _with(found, "differs", by_b_cells=True)


def _judged_b_cells(patient: PatientRows, has_ended: bool, catalog: Catalog) -> BCells:
    """Return the latest draw that can tell of the B cells, on treatment (or after it ended).

    B cells that are there in the 14 days after an infusion prove nothing: such a draw is passed
    over. A CD19 that leaves the state open is not passed over.
    """
    facts, day = patient.facts, patient.day
    wanted = np.greater_equal(facts.course, 1) if has_ended else facts.treated
    cd19 = wanted & facts.may_show_depletion()
    asked = cd19 | (wanted & np.not_equal(facts.own_state, UNKNOWN))
    early = np.greater_equal(facts.day_state, FEW) & (
        facts.days_since < catalog.figure("sustained_from_days")
    )
    rows = np.flatnonzero(asked & ~early)
    if not len(rows):
        if asked.any():
            return BCells(None, UNKNOWN, "too_early")
        is_cd20 = bool((wanted & facts.tells_of("cd20")).any())
        return BCells(None, UNKNOWN, "only_cd20" if is_cd20 else "no_b_cells")
    latest = rows[day[rows] == day[rows].max()]
    state = int(facts.day_state[latest[0]])
    if state == UNKNOWN:
        row = _first(patient, latest[cd19[latest]])
        return BCells(row, UNKNOWN, "coarse" if facts.coarse[row] else "limit")
    deciding = latest[facts.own_state[latest] == state]
    # A count that was computed says no more than its percentage.
    printed = [row for row in deciding if not patient.results[row].derivation] or deciding
    contested = all(_has_rival_state(patient, int(row)) for row in printed)
    return BCells(_first(patient, deciding), state, "rivals" if contested else "")


def _first(patient: PatientRows, rows: Whole) -> int:
    """Return the row that tells most: a CD19 count before others, the most B cells first."""
    facts = patient.facts
    other = ~facts.is_analyte("cd19")[rows]
    order = np.lexsort((facts.instant[rows], -facts.value[rows], facts.analyte[rows], other))
    return int(rows[order[0]])


def _has_rival_state(patient: PatientRows, row: int) -> bool:
    """Tell whether another value of the same analyte and draw means another state."""
    facts = patient.facts
    same = np.equal(facts.series_instant, facts.series_instant[row])
    return bool((facts.own_state[same] != facts.own_state[row]).any())


def _judged_counts(
    patient: PatientRows, b_row: int | None, as_of_day: int, catalog: Catalog
) -> tuple[dict[str, int], bool]:
    """Return the latest row of each blood count that is not too old, and whether there are only
    such as were drawn just after an infusion.

    Not too old: at most 26 weeks before the day of the report, or before the B-cell draw; of a
    record without B cells that is older altogether, before its latest count.
    """
    facts, day = patient.facts, patient.day
    counted = np.greater_equal(facts.course, 1) & facts.is_kind("blood_count")
    if not counted.any():
        return {}, False
    limit = 7 * catalog.figure("current_weeks")
    since = as_of_day - limit
    if b_row is not None:
        since = min(since, day[b_row] - limit)
    elif day[counted].max() < since:
        since = day[counted].max() - limit
    recent = counted & (day >= since)
    clean = recent & ~facts.after_steroid
    found = {}
    for analyte in catalog.of_kind("blood_count"):
        rows = np.flatnonzero(clean & facts.is_analyte(analyte))
        if len(rows):
            # Of rivals the lower; whether they decide differently is asked elsewhere.
            order = np.lexsort((facts.value[rows], -facts.instant[rows]))
            found[analyte] = int(rows[order[0]])
    return found, not found


def _broad_rows(patient: PatientRows, counts: dict[str, int]) -> tuple[list[int], bool]:
    """Return the judged rows that show a broad fall, and whether rival values deny it."""
    facts, broad = patient.facts, []
    is_sure = False
    for row in counts.values():
        rivals = np.equal(facts.series_instant, facts.series_instant[row])
        if patient.broad[rivals].any():
            broad.append(row)
            is_sure |= bool(patient.broad[rivals].all())
    return broad, bool(broad) and not is_sure


def _obstacle(
    patient: PatientRows,
    found: Contrast,
    standing: Standing,
    near_infusion: bool,
    is_rival: bool,
) -> Obstacle:
    """Return the first thing that stands against a judgement, empty without one."""
    facts = patient.facts
    if standing.last_infusion_on is None:
        return "infusion_to_come" if standing.next_on else "no_infusion"
    if not facts.treated.any():
        return "no_result_after"
    before = facts.in_phase("pre_treatment") & np.equal(facts.day_state, DEPLETED)
    before &= facts.tells_of("cd19")
    if found.b_cells.obstacle not in ("", "rivals"):
        return found.b_cells.obstacle
    if before.any():
        known = bool((facts.reasons[before] & OTHER_DRUG).any())
        return "after_other_drug" if known else "already_depleted"
    if is_rival or found.b_cells.obstacle == "rivals":
        return "rivals"
    return _count_obstacle(patient, found.counts.get("wbc"), near_infusion)


def _count_obstacle(patient: PatientRows, row: int | None, near_infusion: bool) -> Obstacle:
    """Return why the white cells cannot be compared with before, empty where they can."""
    facts = patient.facts
    if row is None:
        drawn = facts.is_analyte("wbc") & np.greater_equal(facts.course, 1)
        return "near_infusion" if near_infusion and drawn.any() else "no_count"
    if patient.results[row].comparator:
        return "count_is_limit"
    if not facts.is_pre_treatment[row]:
        return "no_baseline"
    if facts.ref_flag[row] < 0:
        return "no_interval"
    return "doubtful_baseline" if facts.base_note[row] & DOUBTFUL else ""


def is_present(b_cells: BCells) -> bool:
    """Tell whether B cells are there in number."""
    return b_cells.state == PRESENT
