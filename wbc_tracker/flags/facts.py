"""What the rules look at: the annotated columns as arrays, and the B-cell state of each day."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.annotation.b_cells import DAY_SPAN, UNKNOWN, find_states
from wbc_tracker.annotation.reference import REF_FLAGS
from wbc_tracker.annotation.timeline import PHASES
from wbc_tracker.annotation.unusual import LOW
from wbc_tracker.annotation.variation import VERDICTS
from wbc_tracker.arrays import (
    DAY_SECONDS,
    Mask,
    Numbers,
    Small,
    Whole,
    encode,
)
from wbc_tracker.catalog import AnalyteKind, Catalog
from wbc_tracker.flags.b_cell_days import BCellDays
from wbc_tracker.flags.declines import judge_declines
from wbc_tracker.trends.verdicts import TREND_VERDICTS


@dataclass(frozen=True)
class Facts:
    """Arrays with one entry a row of the annotated frame.

    Attributes:
        days_since, days_since_first: days since the last and the first infusion, -1 before the
            first.
        course_day: days since the course began, with a drug given every few weeks since the last
            dose, -1 before the first.
        continuous: the last infusion was of a drug given every few weeks.
        previous: the previous uncensored value of the series, NaN without one.
        series: a key of patient and analyte. instant: seconds since 1970-01-01.
        grade: CTCAE grade, -1 where there is none.
        own_state: what this row alone says of the B cells (UNKNOWN, DEPLETED, FEW, PRESENT).
        day_state: what all rows of that patient and day say together. coarse: the printed step of
            a B-cell row leaves a cut open. fell_most: the B cells of the day are at least 90 %
            below a usual baseline.
        depleted_before: an earlier day on treatment showed depleted B cells. seen_before: one
            showed B cells.
        confirmed: a neighbouring day with a B-cell state shows B cells too, with no infusion
            between.
        trend: on the latest row of a falling series "falling" or "falling slightly", as a place in
            TREND_VERDICTS (see `judge_declines`); -1 elsewhere. trend_is_sure: sure enough to be
            discussed.
        patient_day: a key of patient and calendar day.
        verdict: as `beyond_rcv`, against the baseline that the rules take; -1 where no rule counts
            it. t_nk_verdict: that of T and NK cells, on rows of lymphocytes. base_note: why that
            baseline is unusual, as bits of `annotation.unusual`. base_grade: its CTCAE grade.
        is_pre_treatment: that baseline is from before treatment.
        reasons: what happened near the draw, as the same bits.
        treated: drawn on treatment: after an infusion, and not after the treatment has ended.
        declines: the series of the row, or the white cells of the patient, are falling.
        after_steroid: drawn so soon after an infusion that the steroid given before it may shift
            counts.
    """

    catalog: Catalog
    analyte: Whole
    value: Numbers
    comparator: Small
    course: Whole
    days_since: Whole
    days_since_first: Whole
    course_day: Whole
    continuous: Mask
    previous: Numbers
    series: Whole
    phase: Whole
    ref_flag: Whole
    ref_high: Numbers
    verdict: Small
    t_nk_verdict: Small
    base_note: Small
    base_grade: Small
    is_pre_treatment: Mask
    reasons: Small
    treated: Mask
    grade: Whole
    is_baseline: Mask
    mismatch: Mask
    unit_inferred: Mask
    instant: Whole
    series_instant: Whole
    own_state: Whole
    day_state: Whole
    coarse: Mask
    fell_most: Mask
    depleted_before: Mask
    seen_before: Mask
    confirmed: Mask
    patient_day: Whole
    after_steroid: Mask
    trend: Small
    trend_is_sure: Mask
    declines: Mask

    def is_kind(self, kind: AnalyteKind) -> Mask:
        """Return which rows are of analytes of a kind."""
        return self.is_analyte(*self.catalog.of_kind(kind))

    def tells_of(self, cells: str) -> Mask:
        """Return which rows tell of some cells: as a count, or as a percentage."""
        wanted = np.array([each.count_id == cells for each in self.catalog.analytes.values()])
        return np.asarray(wanted[self.analyte])

    def may_show_depletion(self) -> Mask:
        """Return which rows are of CD19 in a form that the rules take, as count or percentage."""
        takes = self.catalog.depletion.takes
        wanted = np.array([takes(is_percent=e.is_percent) for e in self.catalog.analytes.values()])
        return np.asarray(self.tells_of("cd19") & wanted[self.analyte], dtype=bool)

    def is_analyte(self, *names: str) -> Mask:
        """Return which rows are one of the analytes."""
        wanted = np.array([name in names for name in self.catalog.analytes])
        return np.asarray(wanted[self.analyte])

    def in_phase(self, *phases: str) -> Mask:
        """Return which rows are in one of the phases."""
        wanted = np.array([*(phase in phases for phase in PHASES), False])
        return np.asarray(wanted[self.phase])

    def take(self, rows: Whole) -> Facts:
        """Return the facts of some rows; what they say of a row depends on no other any more."""
        arrays = {name: each[rows] for name, each in vars(self).items() if name != "catalog"}
        return Facts(catalog=self.catalog, **arrays)

    @property
    def is_low(self) -> Mask:
        """Rows below their reference interval."""
        return np.equal(self.ref_flag, REF_FLAGS.index("low"))

    @property
    def is_fall(self) -> Mask:
        """Rows that fell beyond usual variation, from a baseline that a fall can be told from."""
        return np.equal(self.verdict, VERDICTS.index("fall"))

    @property
    def rest_fell(self) -> Mask:
        """Rows of lymphocytes whose T and NK cells fell beyond usual variation."""
        return np.equal(self.t_nk_verdict, VERDICTS.index("fall"))

    @property
    def was_so_before(self) -> Mask:
        """Rows that are as low as before treatment: the same grade, and no change beyond usual
        variation.
        """
        low = self.is_pre_treatment & (self.base_note & LOW != 0)
        same = np.equal(self.grade, self.base_grade) & np.equal(self.verdict, VERDICTS.index("no"))
        return np.asarray(low & same)


def collect_facts(annotated: pd.DataFrame, catalog: Catalog) -> Facts:
    """Collect what the rules need from a frame that `annotate` returned."""
    patient_day = annotated["_patient"].to_numpy() * DAY_SPAN + annotated["_day"].to_numpy()
    since = annotated["days_since_infusion"].to_numpy(dtype=np.int64, na_value=-1)
    course = annotated["_course"].to_numpy()
    states = find_states(annotated, catalog)
    own = states.own
    days = BCellDays.of(annotated, patient_day, own, states.fell_most)
    instant = annotated["_day"].to_numpy() * DAY_SECONDS + annotated["_second"].to_numpy()
    series = (
        annotated["_patient"].to_numpy() * len(catalog.analytes) + annotated["_analyte"].to_numpy()
    )
    first = annotated["days_since_first_infusion"]
    trend, trend_is_sure = judge_declines(annotated, catalog)
    timed = 2 * instant + annotated["_timed"].to_numpy()
    return Facts(
        catalog=catalog,
        analyte=annotated["_analyte"].to_numpy(),
        value=annotated["value"].to_numpy(),
        comparator=annotated["_comparator"].to_numpy(),
        course=course,
        days_since=since,
        days_since_first=first.to_numpy(dtype=np.int64, na_value=-1),
        course_day=annotated["_course_day"].to_numpy(),
        continuous=_is_continuous(annotated["drug"], catalog),
        previous=annotated["previous_value"].to_numpy(),
        series=series,
        phase=encode(annotated["phase"], pd.Index(PHASES)),
        ref_flag=encode(annotated["ref_flag"], pd.Index(REF_FLAGS)),
        ref_high=annotated["ref_high"].to_numpy(dtype=np.float64),
        verdict=annotated["_rule_verdict"].to_numpy(),
        t_nk_verdict=annotated["_t_nk_verdict"].to_numpy(),
        base_note=annotated["_rule_note"].to_numpy(),
        base_grade=annotated["_rule_grade"].to_numpy(),
        is_pre_treatment=(annotated["baseline_kind"] == "pre_treatment").to_numpy(dtype=bool),
        reasons=annotated["_reasons"].to_numpy(),
        treated=annotated["_on_treatment"].to_numpy(),
        grade=annotated["ctcae_v5_grade"].to_numpy(dtype=np.int64, na_value=-1),
        is_baseline=annotated["_baseline_row"].to_numpy(),
        mismatch=annotated["_mismatch"].to_numpy(),
        unit_inferred=annotated["unit_inferred"].to_numpy(dtype=bool),
        instant=instant,
        series_instant=np.asarray(pd.factorize(series)[0] * (1 << 36) + timed + (1 << 34)),
        own_state=own,
        day_state=states.of_day,
        coarse=states.coarse,
        fell_most=days.spread(days.fell_most, 0).astype(bool),
        depleted_before=days.spread(days.depleted_before, 0).astype(bool),
        seen_before=days.spread(days.seen_before, 0).astype(bool),
        confirmed=days.spread(days.confirmed, 0).astype(bool),
        patient_day=patient_day,
        after_steroid=annotated["_after_steroid"].to_numpy(),
        trend=trend,
        trend_is_sure=trend_is_sure,
        declines=_declines(annotated, series, trend, catalog),
    )


def _declines(annotated: pd.DataFrame, series: Whole, trend: Small, catalog: Catalog) -> Mask:
    """Return the rows whose series is falling, or whose patient's white cells are."""
    falling = trend == TREND_VERDICTS.index("falling")
    if not falling.any():
        return np.zeros(len(trend), dtype=bool)
    person = annotated["_patient"].to_numpy()
    is_wbc = annotated["_analyte"].to_numpy() == list(catalog.analytes).index("wbc")
    return np.asarray(
        np.isin(series, series[falling]) | np.isin(person, person[falling & is_wbc]), dtype=bool
    )


def _is_continuous(drug: pd.Series, catalog: Catalog) -> Mask:
    """Return which rows follow an infusion of a drug given every few weeks; -1 (no drug) takes the
    last entry.
    """
    continuous = np.array([*(entry.is_continuous for entry in catalog.drugs.values()), False])
    return np.asarray(continuous[encode(drug, pd.Index(list(catalog.drugs)))])


def find_latest(annotated: pd.DataFrame, facts: Facts) -> Mask:
    """Return the rows that are the latest result of their patient and analyte; only there a flag
    can be current.

    For the B cells a newer result that can be judged also replaces an older one of another of their
    analytes: a depleted CD19 count the CD20 before it.
    """
    person, day = annotated["_patient"].to_numpy(), annotated["_day"].to_numpy()
    instant = pd.Series(facts.instant)
    latest = (instant == instant.groupby(facts.series).transform("max")).to_numpy(copy=True)
    judged = np.flatnonzero(facts.own_state != UNKNOWN)
    newest = pd.Series(day[judged]).groupby(person[judged]).transform("max").to_numpy()
    latest[judged[day[judged] < newest]] = False
    return np.asarray(latest, dtype=bool)
