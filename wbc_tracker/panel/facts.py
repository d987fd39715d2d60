"""What a panel rests on, for all patients at once: no loop over rows or patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.analysis import Analysis
from wbc_tracker.annotation.reference import REF_FLAGS
from wbc_tracker.annotation.standings import Standings
from wbc_tracker.arrays import NO_DAY, Mask, Numbers, Whole, is_followed
from wbc_tracker.catalog import Catalog, Severity
from wbc_tracker.flags.evaluate import list_flags
from wbc_tracker.flags.facts import Facts
from wbc_tracker.panel.counts import ClinicCounts, b_cell_classes, count_clinic, igg_classes
from wbc_tracker.panel.current import standing_flags, worst_by_code
from wbc_tracker.panel.model import PANEL_ANALYTES
from wbc_tracker.panel.news import News, Stand


def stand_ins(catalog: Catalog) -> dict[str, str]:
    """Return each count of B cells -> the percentage that is told where no count is as new."""
    b_cells = [one for one in catalog.analytes.values() if one.is_b_cells]
    return {one.count_id: one.id for one in b_cells if one.is_percent}


@dataclass(frozen=True)
class PanelFacts:
    """Arrays and frames over all patients of a dataset; `person` is a place in `patients`.

    Attributes:
        standings: where each patient stands.
        flags: one row a person and code: `person`, `code`, `rank` (a Severity), `is_routine`;
            worst first within a person. standing: one a person, code and analyte, see
            `standing_flags`.
        latest: one row a person and analyte, the latest result: `person`, `analyte`, `value`,
            `comparator`, `value_step`, `collected_at`, `ref_flag`, `day`, `rank` of its worst
            current flag (0: none), `has_other`, `is_before_infusion`.
        last_count_day, last_igg_day: NO_DAY without one.
        is_overdue: the planned date is past by two weeks (one with a drug given every few weeks)
            and no infusion is recorded.
        is_near: the next infusion lies at most `labs_due_within_days` ahead, or is due about now.
        needs_count, needs_igg: none in the last `labs_recent_days`.
        b_cells, igg: classes, see `count_clinic`.
        news: what is new since an import; None where that was not asked.
    """

    as_of: str
    as_of_day: int
    patients: pd.Index
    analyte_ids: tuple[str, ...]
    standings: Standings
    flags: pd.DataFrame
    standing: pd.DataFrame
    latest: pd.DataFrame
    last_count_day: Whole
    last_igg_day: Whole
    is_overdue: Mask
    is_continuous: Mask
    is_near: Mask
    needs_count: Mask
    needs_igg: Mask
    b_cells: Whole
    igg: Whole
    news: News | None = None

    @property
    def stand(self) -> Stand:
        """What stands for whom, to be compared."""
        return Stand(self.patients, self.flags, self.standing)

    @property
    def has_news(self) -> Mask:
        """Patients of whom something is new or worse."""
        size = len(self.patients)
        return np.zeros(size, dtype=bool) if self.news is None else self.news.mask(size)

    def counts(self, shown: Mask) -> ClinicCounts:
        """Count some of the patients."""
        goes_on = self.standings.treated & ~self.standings.has_ended
        others = (self.is_overdue, self.labs_are_due, self.standings.has_ended)
        return count_clinic(shown, goes_on, self.b_cells, self.igg, others)

    def place_of(self, analyte: str) -> int:
        """Return the place of an analyte as in `standing`."""
        return self.analyte_ids.index(analyte)

    @property
    def labs_are_due(self) -> Mask:
        """Patients whose next infusion is near while a blood count or IgG is missing for it."""
        return np.asarray(self.is_near & ~self.is_continuous & (self.needs_count | self.needs_igg))

    @property
    def stand_apart(self) -> Mask:
        """Patients whose treatment ended or who left, unless something is urgent."""
        return np.asarray(self.standings.has_ended & (self.worst_ranks() < Severity.URGENT))

    def worst_ranks(self) -> Whole:
        """Return per patient the rank of the worst current flag that is not routine,
        0 without one.
        """
        ranks = np.zeros(len(self.patients), dtype=np.int64)
        counted = self.flags[~self.flags["is_routine"].to_numpy()]
        np.maximum.at(ranks, counted["person"].to_numpy(), counted["rank"].to_numpy())
        return ranks


def collect_panel_facts(analysis: Analysis, analytes: Sequence[str] = PANEL_ANALYTES) -> PanelFacts:
    """Collect what is needed to choose patients and to tell of them.

    Args:
        analysis: of everybody. analytes: whose latest results are wanted.
    """
    catalog, standings, as_of_day = analysis.catalog, analysis.standings, analysis.as_of_day
    annotated, size = analysis.unflagged, len(analysis.patients)
    person = annotated["_patient"].to_numpy()
    of_rows = list_flags(analysis.ranks, among=analysis.may_stand)
    stand = analysis.stand(of_rows["row"].to_numpy(), of_rows["rank"].to_numpy())
    of_rows = of_rows[stand].reset_index(drop=True)
    percents = stand_ins(catalog)
    wanted = {*analytes, *(percents[name] for name in analytes if name in percents)}
    last_infusion = np.where(standings.treated, standings.last_day, NO_DAY)
    to_next, is_told = standings.days_to_next, standings.has_next
    count_day = analysis.patient_facts.last_count_day
    igg_day = _last_days(annotated, person, "igg", size, catalog)
    grace = _grace(standings, catalog)
    recent = catalog.figure("labs_recent_days")
    within = catalog.figure("labs_due_within_days")
    is_continuous = standings.treated & standings.continuous
    is_near = is_told & (to_next >= -grace) & (to_next <= within)
    needs_count = (count_day == NO_DAY) | (as_of_day - np.maximum(count_day, 0) > recent)
    needs_igg = (igg_day == NO_DAY) | (as_of_day - np.maximum(igg_day, 0) > recent)
    are_due = is_near & ~is_continuous & (needs_count | needs_igg)
    standing = standing_flags(analysis, of_rows, are_due)
    return PanelFacts(
        as_of=analysis.dataset.as_of,
        as_of_day=as_of_day,
        patients=analysis.patients,
        analyte_ids=tuple(catalog.analytes),
        standings=standings,
        flags=worst_by_code(standing, catalog),
        standing=standing,
        latest=_latest_results(
            annotated, person, analysis.facts, of_rows, last_infusion, wanted, catalog
        ),
        last_count_day=count_day,
        last_igg_day=igg_day,
        is_overdue=is_told & (to_next < -grace),
        is_continuous=is_continuous,
        is_near=is_near,
        needs_count=needs_count,
        needs_igg=needs_igg,
        b_cells=b_cell_classes(analysis),
        igg=igg_classes(analysis),
    )


def _grace(standings: Standings, catalog: Catalog) -> Numbers:
    """Return the days that the planned date may be past before the infusion is overdue; none for
    the second half of a first dose.
    """
    names = ("past_after_days_continuous", "past_after_days")
    usual = np.where(standings.continuous, *(catalog.figure(name) for name in names))
    return np.where(standings.awaits_half, 0, usual)


def _latest_results(
    annotated: pd.DataFrame,
    person: Whole,
    facts: Facts,
    of_rows: pd.DataFrame,
    last_infusion: Whole,
    wanted: set[str],
    catalog: Catalog,
) -> pd.DataFrame:
    """Return the latest result of each person and analyte; of several in one draw the one with the
    worst flag, of equals one outside its interval, then the lowest.
    """
    known = list(catalog.analytes)
    rows = np.flatnonzero(np.isin(facts.analyte, [known.index(name) for name in wanted]))
    instant = pd.Series(facts.instant[rows])
    rows = rows[(instant == instant.groupby(facts.series[rows]).transform("max")).to_numpy()]
    worst = np.zeros(len(annotated), dtype=np.int64)
    np.maximum.at(
        worst,
        of_rows["row"].to_numpy(),
        of_rows["rank"].to_numpy(dtype=np.int64),
    )
    outside = facts.ref_flag[rows] != REF_FLAGS.index("normal")
    rows = rows[np.lexsort((-facts.value[rows], outside, worst[rows], facts.series[rows]))]
    series = facts.series[rows]
    is_last = ~is_followed(series)
    chosen = rows[is_last]
    columns = ["analyte", "value", "comparator", "value_step", "collected_at", "ref_flag"]
    who, day = person[chosen], annotated["_day"].to_numpy()[chosen]
    latest: pd.DataFrame = annotated[columns].iloc[chosen].reset_index(drop=True)
    return latest.assign(
        person=who,
        day=day,
        rank=worst[chosen],
        has_other=np.isin(facts.series[chosen], series[~is_last]),
        is_before_infusion=_is_before(facts, chosen, day, last_infusion[who]),
    )


def _is_before(facts: Facts, rows: Whole, day: Whole, last_infusion: Whole) -> Mask:
    """Return which rows were drawn before their patient's last infusion, by the same-day rule."""
    treated_by_then = facts.course[rows] >= 1
    seen = np.where(treated_by_then, day - facts.days_since[rows], NO_DAY)
    return np.asarray((last_infusion != NO_DAY) & (seen < last_infusion))


def _last_days(
    annotated: pd.DataFrame, person: Whole, analyte: str, size: int, catalog: Catalog
) -> Whole:
    """Return per person the latest day with a result of an analyte, NO_DAY without one."""
    rows = np.flatnonzero(annotated["_analyte"].to_numpy() == list(catalog.analytes).index(analyte))
    days = np.full(size, NO_DAY)
    np.maximum.at(days, person[rows], annotated["_day"].to_numpy()[rows])
    return days
