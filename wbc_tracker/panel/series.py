"""What a panel draws of each patient: B cells and white cells over time,
for all patients at once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from wbc_tracker.analysis import Analysis
from wbc_tracker.arrays import DAY_SECONDS, iso_of
from wbc_tracker.catalog import Analyte, Catalog
from wbc_tracker.frames import plain_list
from wbc_tracker.panel.facts import stand_ins
from wbc_tracker.scales import Scale, Scales
from wbc_tracker.wording import count_words

#: So far back a panel draws, for everyone alike: an old result then lies far from the right end.
#: Our choice.
WEEKS = 156
_B_CELLS, _WHITE_CELLS = "cd19", "wbc"


@dataclass(frozen=True)
class PanelSeries:
    """The results of one patient and analyte in time order, and the infusions given in that time.

    Attributes:
        days: since 1970-01-01, of each result. comparators: empty where there is none.
        steps: the last decimal that was printed, as a number, 0 where it is not known.
        low, high: the interval of the latest result, in the canonical unit.
        infusions: days since 1970-01-01.
    """

    analyte: Analyte
    days: list[int]
    values: list[float]
    comparators: list[str]
    steps: list[float]
    low: float | None
    high: float | None
    infusions: list[int]


@dataclass(frozen=True)
class PatientStrands:
    """What is drawn of one patient; B cells as a percentage where no count is as new.

    None without results; each is told in words too.
    """

    b_cells: PanelSeries | None
    b_cells_words: str
    white_cells: PanelSeries | None
    white_cells_words: str
    infusions: list[int]


@dataclass(frozen=True)
class Pictures:
    """What is drawn of some patients, in their order, and what the drawings show in words.

    `headings` name B cells and white cells.
    """

    strands: list[PatientStrands]
    legend: str
    headings: tuple[str, str]


def collect_panel_series(
    analysis: Analysis,
    patients: Sequence[str],
    weeks: int | None = WEEKS,
    scales: Scales | None = None,
) -> Pictures:
    """Return what is drawn of some patients, in their order.

    Args:
        analysis: of everybody; drawn is up to its day. patients: whose.
        weeks: how far back; None: everything.
        scales: in which units the words tell values; by default the canonical ones.
    """
    scales = scales or Scales.si(analysis.catalog)
    index, courses = analysis.patients, analysis.courses
    since = np.iinfo(np.int64).min if weeks is None else analysis.as_of_day - 7 * weeks
    percent = stand_ins(analysis.catalog)[_B_CELLS]
    tables = {name: _Table.of(analysis, name, since) for name in (_B_CELLS, percent, _WHITE_CELLS)}
    of_b_cells, of_white_cells = (
        analysis.catalog.analytes[name] for name in (_B_CELLS, _WHITE_CELLS)
    )
    told = []
    places = index.get_indexer(pd.Index(list(patients), dtype="str")).tolist()
    for patient, person in zip(patients, places, strict=True):
        given = courses.day[courses.start[person] : courses.end[person]]
        given = given[given > since].tolist()
        strands = {name: table.strand(person, given) for name, table in tables.items()}
        b_cells = _newer(strands[_B_CELLS], strands[percent])
        white = strands[_WHITE_CELLS]
        drawn = b_cells.analyte.id if b_cells else _B_CELLS
        told.append(
            PatientStrands(
                b_cells=b_cells,
                b_cells_words=strand_words(b_cells, scales.of(patient, drawn), weeks),
                white_cells=white,
                white_cells_words=strand_words(white, scales.of(patient, _WHITE_CELLS), weeks),
                infusions=given,
            )
        )
    headings = (of_b_cells.short, of_white_cells.short)
    return Pictures(told, picture_words(analysis.catalog, weeks), headings)


def strand_words(strand: PanelSeries | None, scale: Scale, weeks: int | None = WEEKS) -> str:
    """Tell a drawing in words: how many results, from what to what, the latest, and the infusions.

    Args:
        strand: what is drawn, None for nothing. scale: of what is or would be drawn.
        weeks: how far back.
    """
    span = "on record" if weeks is None else f"of the last {weeks // 52} years"
    name = scale.analyte.name
    if strand is None:
        return f"{name}: no result {span}"
    at = range(len(strand.values))
    printed = [
        scale.value(strand.values[place], strand.comparators[place], strand.steps[place])
        for place in (
            min(at, key=strand.values.__getitem__),
            max(at, key=strand.values.__getitem__),
            len(at) - 1,
        )
    ]
    words = f"{name}: {count_words(len(at), 'result', 'results')} {span}"
    if printed[0] != printed[1]:
        words += f", from {printed[0]} to {printed[1]}"
    latest = iso_of(strand.days[-1])
    given = count_words(len(strand.infusions), "infusion", "infusions")
    return f"{words}; latest {printed[2]} {scale.unit_words} on {latest}; {given}"


def picture_words(catalog: Catalog, weeks: int | None = WEEKS) -> str:
    """Return what the drawings show, and by which marks."""
    count, percent = (
        f"{catalog.figure(f'depleted_below_{kind}'):g}" for kind in ("count", "percent")
    )
    span = "all results" if weeks is None else f"the last {weeks // 52} years"
    return (
        f"Small pictures: {span} up to this day, drawn alike for everyone. A tick above is an "
        "infusion, an open triangle a limit such as <1, the large mark the latest result. B "
        f"cells: the dashed line is the limit of depletion ({count} /µL or {percent} %), high "
        "values are drawn closer together. White cells: the band is the interval of the latest "
        "result."
    )


def _newer(count: PanelSeries | None, percent: PanelSeries | None) -> PanelSeries | None:
    """Return the count, or the percentage if it is newer or alone."""
    if count is None or percent is None:
        return count or percent
    return percent if percent.days[-1] > count.days[-1] else count


@dataclass(frozen=True)
class _Table:
    """The results of one analyte, sorted by person and time; those of person p stand from
    `starts[p]` on.
    """

    analyte: Analyte
    starts: list[int]
    days: list[int]
    values: list[float]
    comparators: list[Any]
    steps: list[Any]
    lows: list[Any]
    highs: list[Any]

    @classmethod
    def of(cls, analysis: Analysis, analyte: str, since: int) -> _Table:
        annotated, known = analysis.unflagged, list(analysis.catalog.analytes)
        wanted = annotated["_analyte"].to_numpy() == known.index(analyte)
        rows = np.flatnonzero(wanted & (annotated["_day"].to_numpy() > since))
        person = annotated["_patient"].to_numpy()[rows]
        day = annotated["_day"].to_numpy()[rows]
        order = np.lexsort(
            (rows, day * DAY_SECONDS + annotated["_second"].to_numpy()[rows], person)
        )
        table = annotated.iloc[rows[order]]
        return cls(
            analyte=analysis.catalog.analytes[analyte],
            starts=np.searchsorted(person[order], np.arange(len(analysis.patients) + 1)).tolist(),
            days=day[order].tolist(),
            values=table["value"].tolist(),
            comparators=plain_list(table["comparator"]),
            steps=plain_list(table["value_step"]),
            lows=plain_list(table["ref_low"]),
            highs=plain_list(table["ref_high"]),
        )

    def strand(self, person: int, infusions: list[int]) -> PanelSeries | None:
        """Return the results of a person, None without any."""
        start, end = self.starts[person], self.starts[person + 1]
        if start == end:
            return None
        return PanelSeries(
            analyte=self.analyte,
            days=self.days[start:end],
            values=self.values[start:end],
            comparators=[word or "" for word in self.comparators[start:end]],
            steps=[step or 0 for step in self.steps[start:end]],
            low=self.lows[end - 1],
            high=self.highs[end - 1],
            infusions=infusions,
        )
