"""Reference intervals as bands that change where the laboratory changed them."""

from __future__ import annotations

from typing import Any

from wbc_tracker.charts.facets import Facet
from wbc_tracker.charts.points import Point


def interval_bands(panel: Facet, pad: int) -> list[dict[str, Any]]:
    """Return one band for each run of results with the same interval.

    A band changes half-way between two draws, so that every point stands on its own interval; `pad`
    milliseconds are added before the first and behind the last result. A side without a limit
    reaches to the end of the axis. Where a result has no interval there is no band.

    Returns:
        Rows of `from`, `to`, `low`, `high` and `source` (`reported` or `catalogue`).
    """
    runs: list[list[Point]] = []
    for point in _one_a_moment(panel.points):
        if runs and _interval(runs[-1][0]) == _interval(point):
            runs[-1].append(point)
        else:
            runs.append([point])
    rows: list[dict[str, Any]] = []
    for number, run in enumerate(runs):
        low, high, source = _interval(run[0])
        if low is None and high is None:
            continue
        bottom = panel.low if low is None else max(low, panel.low)
        top = panel.high if high is None else min(high, panel.high)
        if bottom >= top:
            continue  # the interval lies wholly beyond the axis
        starts = run[0].at - pad if number == 0 else (runs[number - 1][-1].at + run[0].at) // 2
        ends = (
            run[-1].at + pad
            if number == len(runs) - 1
            else (run[-1].at + runs[number + 1][0].at) // 2
        )
        rows.append(
            {
                "from": starts,
                "to": ends,
                "low": bottom,
                "high": top,
                "source": source or "reported",
            }
        )
    return rows


def _one_a_moment(points: list[Point]) -> list[Point]:
    """Return the first of several results of one draw."""
    return list({point.at: point for point in reversed(points)}.values())[::-1]


def _interval(point: Point) -> tuple[float | None, float | None, str | None]:
    return point.low, point.high, point.source
