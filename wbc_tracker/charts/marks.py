"""The data behind the marks of a panel: what does not depend on the width or the theme of a chart.

A page draws the same panels many times over; all of them share these rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from wbc_tracker.charts.points import Point

Row = dict[str, Any]
_LIMITS = ("below", "above")


@dataclass(frozen=True)
class MarkRows:
    """Rows of points, of the lines between them, of the rings around them, and of what their
    tooltips tell.
    """

    points: list[Row]
    segments: list[Row]
    rings: list[Row]
    hits: list[Row]


def calendar_rows(points: Sequence[Point]) -> MarkRows:
    """Return the rows of a panel in calendar time."""
    return MarkRows(
        points=[
            {"at": one.at, "value": one.value, "kind": one.kind, "words": one.words}
            for one in points
        ],
        segments=_segments(points),
        rings=[_ring(one) for one in points if one.ring],
        hits=[{"at": one.at, "value": one.value, "told": one.told} for one in points],
    )


def course_rows(points: Sequence[Point], ranks: Mapping[int, int]) -> MarkRows:
    """Return the rows of a panel in weeks since the last infusion.

    Args:
        points: all of them after an infusion, in time order.
        ranks: course -> how many shown courses are later.
    """
    oldest_first = sorted(points, key=lambda point: -ranks[point.course])
    told: list[Row] = []
    for one, other in pairwise(points):
        if one.dose == other.dose:
            more = {"from": one.week, "to": other.week, "rank": str(ranks[one.course])}
            told += [{**row, **more} for row in _segments((one, other))]
    return MarkRows(
        points=[_point_of_course(one, str(ranks[one.course])) for one in oldest_first],
        segments=sorted(told, key=lambda row: row["rank"], reverse=True),
        rings=[{**_ring(one), "at": one.week} for one in points if one.ring],
        hits=[{"at": one.week, "value": one.value, "told": one.told} for one in points],
    )


def _point_of_course(point: Point, rank: str) -> Row:
    return {
        "at": point.week,
        "value": point.value,
        "kind": point.kind,
        "rank": rank,
        "look": point.kind if point.kind in _LIMITS else rank,
        "paint": rank if point.kind == "exact" else "open",
        "words": point.words,
    }


def _segments(points: Sequence[Point]) -> list[Row]:
    """Return the lines between neighbouring results; not `sure` where an end is only a limit.

    Between two different limits there is none: nobody knows whether anything has changed.
    """
    return [
        {
            "from": one.at,
            "to": other.at,
            "begin": one.value,
            "end": other.value,
            "sure": "no" if one.kind in _LIMITS or other.kind in _LIMITS else "yes",
        }
        for one, other in pairwise(points)
        if not (
            one.kind in _LIMITS
            and other.kind in _LIMITS
            and (one.kind, one.value) != (other.kind, other.value)
        )
    ]


def _ring(point: Point) -> Row:
    """Return a flagged result as data of its ring."""
    label = "!!" if point.ring == "urgent" else "!"
    return {"at": point.at, "value": point.value, "ring": point.ring, "label": label}
