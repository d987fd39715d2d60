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
from wbc_tracker.panel.model import PANEL_ANALYTES


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
            worst first within a person.
        latest: one row a person and analyte, the latest result: `person`, `analyte`, `value`,
            `comparator`, `value_step`, `collected_at`, `ref_flag`, `day`, `rank` of its worst
            current flag (0: none), `has_other`, `is_before_infusion`.
        last_count_day: NO_DAY without one.
        is_overdue: the planned date is past by two weeks (one with a drug given every few weeks)
            and no infusion is recorded.
        is_near: the next infusion lies at most `labs_due_within_days` ahead, or is due about now.
        needs_count, needs_igg: none in the last `labs_recent_days`.
    """

    as_of: str
    as_of_day: int
    patients: pd.Index
    standings: Standings
    flags: pd.DataFrame
    latest: pd.DataFrame
    last_count_day: Whole
    is_overdue: Mask
    is_continuous: Mask
    is_near: Mask
    needs_count: Mask
    needs_igg: Mask

    @property
    def labs_are_due(self) -> Mask:
        """Patients whose next infusion is near while a blood count or IgG is missing for it."""
        return np.asarray(self.is_near & ~self.is_continuous & (self.needs_count | self.needs_igg))

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
    return PanelFacts(
        as_of=analysis.dataset.as_of,
        as_of_day=as_of_day,
        patients=analysis.patients,
        standings=standings,
        flags=_flags_of_people(of_rows, person, _said_of_patients(analysis), catalog),
        latest=_latest_results(
            annotated, person, analysis.facts, of_rows, last_infusion, wanted, catalog
        ),
        last_count_day=count_day,
        is_overdue=is_told & (to_next < -grace),
        is_continuous=standings.treated & standings.continuous,
        is_near=is_told & (to_next >= -grace) & (to_next <= within),
        needs_count=(count_day == NO_DAY) | (as_of_day - np.maximum(count_day, 0) > recent),
        needs_igg=(igg_day == NO_DAY) | (as_of_day - np.maximum(igg_day, 0) > recent),
    )


def _grace(standings: Standings, catalog: Catalog) -> Numbers:
    """Return the days that the planned date may be past before the infusion is overdue; none for
    the second half of a first dose.
    """
    names = ("past_after_days_continuous", "past_after_days")
    usual = np.where(standings.continuous, *(catalog.figure(name) for name in names))
    return np.where(standings.awaits_half, 0, usual)


def _said_of_patients(analysis: Analysis) -> pd.DataFrame:
    """Return `person`, `code`, `rank` and `is_routine` of each current flag of a patient."""
    said = analysis.patient_flags
    said = said[said["current"].to_numpy(dtype=bool)]
    routine = {
        f"{flag.code} {situation}"
        for flag in analysis.catalog.flags.values()
        for situation in flag.routine
    }
    return pd.DataFrame(
        {
            "person": analysis.patients.get_indexer(pd.Index(said["patient_id"])),
            "code": said["code"].to_numpy(),
            "rank": said["severity"].map(Severity.of).to_numpy(dtype=np.int64),
            "is_routine": (said["code"] + " " + said["situation"])
            .isin(routine)
            .to_numpy(dtype=bool),
        }
    )


def _flags_of_people(
    of_rows: pd.DataFrame, person: Whole, said: pd.DataFrame, catalog: Catalog
) -> pd.DataFrame:
    """Join the flags of rows and of patients; of several with one code the worst,
    and not the routine one, counts.
    """
    quiet = [flag.code for flag in catalog.flags.values() if not flag.heads_panel]
    told = of_rows[["code", "rank"]].assign(
        person=person[of_rows["row"]], is_routine=of_rows["code"].isin(quiet)
    )
    flags = pd.concat([told, said], ignore_index=True)[["person", "code", "rank", "is_routine"]]
    flags["is_routine"] = flags["is_routine"].astype(bool)
    places = {code: at for at, code in enumerate(catalog.flags)}
    flags["rank"] = flags["rank"].astype(np.int64)
    flags["place"] = flags["code"].map(places).astype(np.int64)
    order = np.lexsort((flags["place"], -flags["rank"], flags["is_routine"], flags["person"]))
    each: pd.DataFrame = flags.iloc[order].drop_duplicates(["person", "code"], ignore_index=True)
    return each


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
