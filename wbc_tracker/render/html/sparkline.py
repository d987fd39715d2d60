"""A patient's results as a small picture: a line with a point a result, and a tick where an
infusion was given.

Shapes tell what colours tell too: a limit such as `<1` is an open triangle, the latest result is
larger, an infusion is an upright line. Colours come from the style of the page (panel.css), so that
one picture serves every theme.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from math import log1p

from wbc_tracker.panel.series import PanelSeries
from wbc_tracker.wording import visible

#: The linear part of a symlog axis, and its least upper end, so that everyone's B cells are drawn
#: alike.
_SYMLOG = {"cd19": (1.0, 500.0), "cd19_pct": (0.1, 30.0)}
#: The least upper end of a linear axis.
_LEAST_TOP = {"wbc": 12.0}
_HEADROOM = 1.05
#: Half the width of a triangle.
_SMALL, _LARGE = 1.6, 2.6


@dataclass(frozen=True)
class Frame:
    """The size of a picture in pixels, and the days since 1970-01-01 at its ends.

    `margin` is left free inside for the marks; in the `strip` above them stand the ticks of the
    infusions.
    """

    start: int
    end: int
    width: int = 120
    height: int = 32
    margin: float = 4.0
    strip: float = 6.0

    def x(self, day: int) -> float:
        """Return where a day lies."""
        room = self.width - 2 * self.margin
        return self.margin + room * (day - self.start) / max(1, self.end - self.start)

    def y(self, share: float) -> float:
        """Return where a share of the axis lies; 0 is its lower end."""
        return self.height - self.margin - (self.height - self.strip - 2 * self.margin) * share


def draw_sparkline(
    strand: PanelSeries | None, infusions: Sequence[int], words: str, frame: Frame
) -> str:
    """Return a picture as SVG.

    B cells stand on a symlog axis with the limit of depletion as a dashed line, other analytes on a
    linear one with the interval of the latest result as a band.

    Args:
        strand: what is drawn, None for no result. infusions: days since 1970-01-01.
        words: the picture told. frame: its size and days.
    """
    parts = [f"<title>{escape(visible(words))}</title>"]
    ticks = "".join(
        f"M{_n(frame.x(day))} 0v{_n(frame.strip)}"
        for day in infusions
        if frame.start <= day <= frame.end
    )
    share: Callable[[float], float] | None = None
    if strand is not None:
        share = _axis(strand)
        parts.append(_levels(strand, share, frame))
    parts.append(f'<path class="tick" d="{ticks}"/>' if ticks else "")
    if strand is not None and share is not None:
        parts += _marks(strand, share, frame)
    size = (
        f'viewBox="0 0 {frame.width} {frame.height}" width="{frame.width}" height="{frame.height}"'
    )
    return f'<svg class="spark" {size} role="img">{"".join(parts)}</svg>'


def _axis(strand: PanelSeries) -> Callable[[float], float]:
    """Return what gives the share of the axis at which a value lies."""
    if strand.analyte.id in _SYMLOG:
        linear, least = _SYMLOG[strand.analyte.id]
        top = log1p(max(least, *strand.values) / linear)
        return lambda value: log1p(max(0.0, value) / linear) / top
    highest = max(*strand.values, strand.high or 0.0) * _HEADROOM
    whole = max(_LEAST_TOP.get(strand.analyte.id, 0.0), highest) or 1.0
    return lambda value: value / whole


def _levels(strand: PanelSeries, share: Callable[[float], float], frame: Frame) -> str:
    """Return the limit of depletion, or the interval as a band; open-ended intervals reach the
    edge.
    """
    if strand.analyte.depleted_below is not None:
        y = _n(frame.y(share(strand.analyte.depleted_below)))
        return f'<path class="cut" d="M0 {y}H{frame.width}"/>'
    if strand.low is None and strand.high is None:
        return ""
    low = frame.height if strand.low is None else frame.y(share(strand.low))
    high = frame.strip if strand.high is None else frame.y(share(strand.high))
    return f'<path class="band" d="M0 {_n(high)}H{frame.width}V{_n(low)}H0z"/>'


def _marks(strand: PanelSeries, share: Callable[[float], float], frame: Frame) -> list[str]:
    places = [
        (_n(frame.x(day)), _n(frame.y(share(value))))
        for day, value in zip(strand.days, strand.values, strict=True)
    ]
    line = "L".join(f"{x} {y}" for x, y in places)
    dots: list[str] = []
    limits: list[str] = []
    for (x, y), comparator in zip(places[:-1], strand.comparators[:-1], strict=True):
        (limits if comparator else dots).append(_mark(x, y, comparator, _SMALL))
    last = _mark(*places[-1], strand.comparators[-1], _LARGE)
    return [
        f'<path class="run" d="M{line}"/>' if len(places) > 1 else "",
        f'<path class="dots" d="{"".join(dots)}"/>' if dots else "",
        f'<path class="limits" d="{"".join(limits)}"/>' if limits else "",
        f'<path class="last{" limits" if strand.comparators[-1] else ""}" d="{last}"/>',
    ]


def _mark(x: str, y: str, comparator: str, half: float) -> str:
    """Return a point, or a triangle whose tip points to where the value lies: below `<1`,
    above `>500`.
    """
    if not comparator:
        return f"M{x} {y}h0"
    side = half if comparator.startswith("<") else -half
    return (
        f"M{_n(float(x) - half)} {_n(float(y) - side)}h{_n(2 * half)}l{_n(-half)} {_n(2 * side)}z"
    )


def _n(number: float) -> str:
    """Return a place to a tenth of a pixel, as short as it can be written."""
    return f"{round(number, 1):g}"
