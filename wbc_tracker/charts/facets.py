"""Which panels a chart has, and what each of them shows: points, intervals,
baseline and usual variation.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import expm1, log1p

from wbc_tracker.charts.marks import MarkRows, calendar_rows, course_rows
from wbc_tracker.charts.points import Point, points_of
from wbc_tracker.patient.model import PatientReport, Report
from wbc_tracker.patient.trend_lines import TrendLine
from wbc_tracker.wording import date_words, with_capital

#: Each line is one panel: the first analyte that has results, and a later one where it has draws of
#: its own.
_GROUPS = (
    ("cd19", "cd19_pct", "cd20", "cd20_pct"),
    ("wbc",),
    ("neutrophils", "neutrophils_pct"),
    ("lymphocytes", "lymphocytes_pct"),
    ("igg",),
    ("iga",),
    ("igm",),
)
#: kind of an analyte -> its place in the colours.
_FAMILIES = {"b_cells": "b_cells", "blood_count": "white_cells", "antibodies": "antibodies"}
_HEIGHTS = {"cd19": 120, "cd19_pct": 100, "wbc": 100, "iga": 48, "igm": 48}
_HEIGHT = 76
#: The linear part of a symlog axis: 0 and 1 /uL stand apart, and so do 0 and 0.1 %.
_SYMLOG_COUNT, _SYMLOG_PERCENT = 1.0, 0.1
_TICKS = (0, 0.001, 0.01, 0.1, 1, 10, 100, 1000, 10000)
#: An upper limit beyond this many times the highest value and lower limit is cut at the end of the
#: axis.
_MOST_ROOM = 4.0
#: What is left free beyond the highest and the lowest point, as a share of the axis, and beyond a
#: ringed one in pixels.
_END_ROOM, _RING_ROOM = 0.06, 10.5
#: From this share of the highest value on, the axis need not begin at 0.
_NARROW = 0.6


#: Pixels of a digit; so many of a label stand beside a panel of the asked width.
_DIGIT, _USUAL_DIGITS = 7, 3


@dataclass(frozen=True)
class Facet:
    """One analyte.

    Attributes:
        analyte, name, unit: what it is. spoken_unit: as one says it. family: its place in the
            colours.
        points: its results in time order. low, high: of the value axis.
        symlog: the linear part of a symlog axis, None where the axis is linear.
        ticks: of the value axis, None to let the axis choose.
        baseline: with the words that tell it. baseline_at: when it was drawn, None if it is not
            shown.
        corridor: the lowest and highest value within usual variation of the baseline.
        threshold: below it B cells count as depleted.
        latest: the latest result in words.
    """

    analyte: str
    name: str
    unit: str
    spoken_unit: str
    family: str
    height: int
    points: list[Point]
    low: float
    high: float
    symlog: float | None
    ticks: list[float] | None
    baseline: float | None
    baseline_words: str
    baseline_at: int | None
    corridor: tuple[float, float] | None
    threshold: float | None
    latest: str

    @property
    def room_for_label(self) -> int:
        """How many pixels its longest label takes more than is usual."""
        return _DIGIT * max(0, len(str(int(self.high))) - _USUAL_DIGITS)

    @cached_property
    def in_time(self) -> MarkRows:
        """What stands behind the marks in calendar time."""
        return calendar_rows(self.points)

    def share(self, value: float) -> float:
        """Return where a value lies on the value axis: 0 is its lower end, 1 its upper end."""
        low, high, at = (_even(one, self.symlog) for one in (self.low, self.high, value))
        return (at - low) / (high - low)

    @cached_property
    def by_week(self) -> Facet:
        """The same without the results before the first infusion."""
        return replace(self, points=[point for point in self.points if point.week is not None])

    def over_courses(self, ranks: Mapping[int, int]) -> MarkRows:
        """Return what stands behind the marks by weeks since the last infusion; made once."""
        key = tuple(ranks.items())
        if key not in self._over_courses:
            self._over_courses[key] = course_rows(self.points, ranks)
        return self._over_courses[key]

    @cached_property
    def _over_courses(self) -> dict[tuple[tuple[int, int], ...], MarkRows]:
        return {}


def panels_of(report: Report, patient: PatientReport, analytes: Sequence[str]) -> list[Facet]:
    """Return the panels in their order.

    B cells, white cells, neutrophils, lymphocytes and immunoglobulins, each if it has results; B
    cells as CD19 count, else what there is. With `analytes` exactly those; without any of the usual
    ones, whatever there is.
    """
    days: dict[str, set[str]] = {}
    for draw in patient.draws:
        for result in draw.results:
            days.setdefault(result.analyte.id, set()).add(draw.collected_at[:10])
    # There is a trend of each analyte that is shown, in the order of the catalogue.
    trends = {trend.analyte.id: trend for trend in patient.trends}
    usual = [name for group in _GROUPS for name in _chosen(group, days, trends)]
    if analytes:
        order = [*(name for group in _GROUPS for name in group), *trends]
        usual = [name for name in dict.fromkeys(order) if name in analytes and name in days]
    elif not usual:
        usual = list(trends)
    return [_panel(report, patient, trends[name]) for name in usual]


def _chosen(
    group: tuple[str, ...], days: dict[str, set[str]], trends: dict[str, TrendLine]
) -> list[str]:
    present = [name for name in group if name in days]
    if not present:
        return []
    first, *others = present
    return [
        first,
        *(
            other
            for other in others
            if trends[other].analyte.count_id == first and not days[other] <= days[first]
        ),
    ]


def _panel(report: Report, patient: PatientReport, trend: TrendLine) -> Facet:
    analyte, scale = trend.analyte, trend.scale
    baseline = None if trend.baseline is None else scale.told(trend.baseline)
    cut = analyte.depleted_below
    threshold = None if cut is None else scale.told(cut)
    points = points_of(patient, analyte, report.grading)
    corridor = None
    if baseline and trend.variation:
        corridor = (
            baseline * (1 + trend.variation.fall / 100),
            baseline * (1 + trend.variation.rise / 100),
        )
    symlog = None
    if analyte.is_b_cells:
        symlog = scale.told(_SYMLOG_PERCENT if analyte.is_percent else _SYMLOG_COUNT)
    height = _HEIGHTS.get(analyte.id, _HEIGHT)
    room = _RING_ROOM / height
    low, high = _span(points, baseline, corridor, threshold, symlog, room)
    return Facet(
        analyte=analyte.id,
        name=with_capital(analyte.name),
        unit=scale.unit_words,
        spoken_unit=scale.spoken_unit,
        family=_FAMILIES.get(analyte.count_kind, "other"),
        height=height,
        points=points,
        low=low,
        high=high,
        symlog=symlog,
        ticks=None
        if symlog is None
        else [tick for tick in _TICKS if tick <= high and (tick == 0 or tick >= symlog)],
        baseline=baseline,
        baseline_words=_baseline_words(trend),
        baseline_at=next((point.at for point in points if point.is_baseline), None),
        corridor=corridor,
        threshold=threshold,
        latest=_latest_words(patient, analyte.id),
    )


def _baseline_words(trend: TrendLine) -> str:
    if trend.baseline is None:
        return ""
    own = trend.baseline_result
    told = own.words if own else trend.scale.number(trend.baseline)
    return (
        f"baseline {told}" if trend.baseline_kind == "pre_treatment" else f"first on record {told}"
    )


def _latest_words(patient: PatientReport, analyte: str) -> str:
    """Return the latest shown result with its day; two different ones of one draw stand both."""
    for draw in reversed(patient.draws):
        told = [result.words for result in draw.results if result.analyte.id == analyte]
        if told:
            return f"{' / '.join(told)} on {date_words(draw.collected_at)[:10]}"
    return ""


def _span(
    points: list[Point],
    baseline: float | None,
    corridor: tuple[float, float] | None,
    threshold: float | None,
    symlog: float | None,
    ring_room: float,
) -> tuple[float, float]:
    """Return the ends of the value axis: room for the values, their intervals, baseline,
    corridor and threshold, and as a share of the axis around what is ringed.
    """
    values = [point.value for point in points]
    values += [figure for figure in (baseline, threshold) if figure is not None]
    lows = [point.low for point in points if point.low is not None]
    most = max([*values, *lows])
    frame = [*lows, *(point.high for point in points if point.high is not None), *(corridor or ())]
    if symlog is None:
        frame = [limit for limit in frame if limit <= most * _MOST_ROOM]
    top, bottom = max([most, *frame]), min([*values, *frame])
    if top <= 0:
        return (-0.1, 1.0) if symlog is None else (-0.25 * symlog, 10 * symlog)
    ends = [point.value for point in points if point.ring]
    if symlog is not None:
        return _symlog_span(top * 1.25, ends, symlog, ring_room)
    room = max(top - bottom, 0.05 * top) if bottom > _NARROW * top else top
    above = ring_room if max(ends, default=0) > top - ring_room * room else _END_ROOM
    if bottom > _NARROW * top:
        return bottom - ring_room * room, top + above * room
    below = ring_room if min(ends, default=top) < ring_room * room else _END_ROOM
    return (-below * room if min(values) < below * room else 0.0), top + above * room


def _symlog_span(
    high: float, ringed: Sequence[float], symlog: float, ring_room: float
) -> tuple[float, float]:
    """Return the ends of a symlog axis, the lower one so low that the lowest ring has its room."""
    low = -0.25 * symlog
    if ringed:
        needed = (_even(min(ringed), symlog) - ring_room * _even(high, symlog)) / (1 - ring_room)
        low = min(low, -symlog * expm1(-needed)) if needed < 0 else low
    return low, high


def _even(value: float, symlog: float | None) -> float:
    """Return a value as it is spread over an axis, for a symlog one as Vega spreads it."""
    if symlog is None:
        return value
    return log1p(value / symlog) if value >= 0 else -log1p(-value / symlog)
