"""From the facts of all patients to the lines of a panel.

Lines are built only for those who are shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from wbc_tracker.annotation.endings import ENDINGS
from wbc_tracker.arrays import NO_DAY, Mask, Whole, date_texts
from wbc_tracker.catalog import Catalog, Severity
from wbc_tracker.explanation import explain_severities
from wbc_tracker.frames import plain_list
from wbc_tracker.panel.doses import DoseBefore
from wbc_tracker.panel.facts import PanelFacts, stand_ins
from wbc_tracker.panel.filter import PanelFilter
from wbc_tracker.panel.model import (
    PANEL_ANALYTES,
    Panel,
    PanelCell,
    PanelFlag,
    PanelLine,
    PanelNews,
)
from wbc_tracker.scales import Scale


def build_panel(
    facts: PanelFacts,
    filters: PanelFilter,
    catalog: Catalog,
    analytes: Sequence[str] = PANEL_ANALYTES,
    doses: Mapping[int, tuple[DoseBefore, ...]] | None = None,
) -> Panel:
    """Build the panel of the patients that the filters choose, worst current flag first.

    Of the same severity the longest overdue stands first, then the soonest due, then by id. Behind
    them are those whose treatment ended or who left, unless something is urgent.

    Args:
        facts: of everybody. filters: who is shown. catalog: words and figures.
        analytes: the columns. doses: of everybody, see `last_doses`, where they are told.
    """
    chosen = filters.mask(facts)
    since = None if facts.news is None else facts.news.since
    return Panel(
        as_of=facts.as_of,
        analytes=tuple(catalog.analytes[name] for name in analytes),
        lines=_lines(facts, _in_order(facts, chosen), catalog, analytes, doses or {}),
        patients=len(facts.patients),
        grading=catalog.grading_name,
        catalogue_version=catalog.version,
        disclaimer=catalog.disclaimer,
        current_weeks=catalog.figure("current_weeks"),
        severities=explain_severities(catalog),
        counts=facts.counts(chosen),
        igg_figure=catalog.figure("igg_low_below"),
        filter_words=filters.words(catalog, since),
        notes=filters.notes(facts),
        shows_labs_due=filters.labs_due,
        shows_news=facts.news is not None,
        news_since=since,
        own_rules=catalog.own_rules,
    )


def _in_order(facts: PanelFacts, chosen: Mask) -> Whole:
    """Return the places of the chosen patients in the order of the panel."""
    standings = facts.standings
    due = np.where(standings.has_next, standings.days_to_next, np.inf)
    by_id = facts.patients.argsort().argsort()
    order = np.lexsort((by_id, due, -facts.worst_ranks(), facts.stand_apart))
    return np.asarray(order[chosen[order]])


def _lines(
    facts: PanelFacts,
    order: Whole,
    catalog: Catalog,
    analytes: Sequence[str],
    doses: Mapping[int, tuple[DoseBefore, ...]],
) -> list[PanelLine]:
    shown = np.zeros(len(facts.patients), dtype=bool)
    shown[order] = True
    flags = _flags_by_person(facts, shown, catalog)
    news = _news_by_person(facts, shown, catalog)
    cells, percents = _cells_by_person(facts, shown, catalog), stand_ins(catalog)
    standings = facts.standings
    treated, has_next = standings.treated[order], standings.has_next[order]
    known = facts.last_count_day[order] != NO_DAY
    columns: list[list[Any]] = [
        order.tolist(),
        facts.patients[order].tolist(),
        _told(np.array(list(catalog.drugs.values()), dtype=object)[standings.drug[order]], treated),
        standings.course[order].tolist(),
        _told(standings.days_since[order], treated),
        _told(date_texts(standings.next_day[order], has_next), has_next),
        _told(np.where(standings.is_recorded[order], "recorded", "planned"), has_next),
        _told(standings.days_to_next[order], has_next),
        plain_list(pd.Series(date_texts(facts.last_count_day[order], known))),
        facts.is_overdue[order].tolist(),
        facts.labs_are_due[order].tolist(),
        facts.needs_count[order].tolist(),
        facts.needs_igg[order].tolist(),
        [None if by < 0 else ENDINGS[by] for by in standings.ended_by[order].tolist()],
        facts.stand_apart[order].tolist(),
    ]
    lines = []
    for (
        at,
        name,
        drug,
        course,
        since,
        on,
        kind,
        days,
        counted,
        overdue,
        due,
        no_count,
        no_igg,
        ended_by,
        apart,
    ) in zip(*columns, strict=True):
        own = flags.get(at, ())
        lines.append(
            PanelLine(
                patient_id=str(name),
                severity=own[0].severity if own else None,
                flags=own,
                drug=drug,
                course=course,
                days_since_infusion=since,
                next_on=on,
                next_kind=kind,
                days_to_next=days,
                last_count_on=counted,
                cells=_chosen_cells(cells.get(at, {}), analytes, percents),
                is_overdue=overdue,
                ended_by=ended_by,
                labs_due=(*(["count"] if no_count else []), *(["igg"] if no_igg else []))
                if due
                else (),
                stands_apart=apart,
                news=news.get(at, ()),
                doses=doses.get(at, ()),
            )
        )
    return lines


def _told(values: Any, known: Mask) -> list[Any]:
    """Return values as plain ones, None where they are not known."""
    return [
        value if is_known else None
        for value, is_known in zip(values.tolist(), known.tolist(), strict=True)
    ]


def _flags_by_person(
    facts: PanelFacts, shown: Mask, catalog: Catalog
) -> dict[int, tuple[PanelFlag, ...]]:
    """Return the flags of each person shown that are not told of everyone, worst first."""
    known = {
        (code, severity): PanelFlag(flag, severity)
        for code, flag in catalog.flags.items()
        for severity in Severity
    }
    table = facts.flags[
        shown[facts.flags["person"].to_numpy()] & ~facts.flags["is_routine"].to_numpy()
    ]
    grouped: dict[int, list[PanelFlag]] = {}
    for person, code, rank in zip(
        table["person"].tolist(), table["code"].tolist(), table["rank"].tolist(), strict=True
    ):
        grouped.setdefault(person, []).append(known[code, rank])
    return {person: tuple(flags) for person, flags in grouped.items()}


def _news_by_person(
    facts: PanelFacts, shown: Mask, catalog: Catalog
) -> dict[int, tuple[PanelNews, ...]]:
    """Return what is new or worse of each person shown, worst first."""
    if facts.news is None:
        return {}
    table = facts.news.flags
    table = table[shown[table["person"].to_numpy(dtype=np.int64)]]
    grouped: dict[int, tuple[PanelNews, ...]] = {}
    columns = (table[name].tolist() for name in ("person", "code", "rank", "is_worse"))
    for person, code, rank, is_worse in zip(*columns, strict=True):
        flag = PanelFlag(catalog.flags[code], Severity(rank))
        grouped[person] = (*grouped.get(person, ()), PanelNews(flag, is_worse))
    return grouped


def _cells_by_person(
    facts: PanelFacts, shown: Mask, catalog: Catalog
) -> dict[int, dict[str, PanelCell]]:
    """Return the latest result of each analyte of each person shown."""
    table = facts.latest[shown[facts.latest["person"].to_numpy()]]
    day, person = table["day"].to_numpy(), table["person"].to_numpy()
    age = facts.as_of_day - day
    of_another_day = table["analyte"].isin(catalog.of_kind("blood_count")).to_numpy(dtype=bool) & (
        day < facts.last_count_day[person]
    )
    columns = [
        *(
            plain_list(table[name])
            for name in ("person", "analyte", "value", "comparator", "value_step")
        ),
        *(
            plain_list(table[name])
            for name in ("ref_flag", "rank", "collected_at", "is_before_infusion", "has_other")
        ),
        age.tolist(),
        (age > 7 * catalog.figure("current_weeks")).tolist(),
        of_another_day.tolist(),
    ]
    percents = set(stand_ins(catalog).values())
    cells: dict[int, dict[str, PanelCell]] = {}
    for (
        who,
        analyte,
        value,
        comparator,
        step,
        ref_flag,
        rank,
        at,
        before,
        other,
        days,
        stale,
        another,
    ) in zip(*columns, strict=True):
        known = catalog.analytes[analyte]
        number = Scale.canonical(known).value(value, step=step or 0)
        words = f"{comparator or ''}{number}"
        cells.setdefault(who, {})[analyte] = PanelCell(
            analyte=known,
            number=float(number),
            comparator=comparator,
            words=f"{words}%" if analyte in percents else words,
            stands_in=analyte in percents,
            ref_flag=ref_flag,
            severity=Severity(rank) if rank else None,
            collected_at=at,
            age_days=days,
            is_stale=stale,
            is_before_infusion=before,
            is_of_another_day=another,
            has_other=other,
        )
    return cells


def _chosen_cells(
    cells: dict[str, PanelCell], analytes: Sequence[str], percents: Mapping[str, str]
) -> dict[str, PanelCell]:
    """Keep the analytes asked for; a B-cell percentage stands in where it is newer than the count,
    or alone.
    """
    chosen = {}
    for analyte in analytes:
        own, other = cells.get(analyte), cells.get(percents.get(analyte, ""))
        told = other if other and (own is None or other.age_days < own.age_days) else own
        if told is not None:
            chosen[analyte] = told
    return chosen
