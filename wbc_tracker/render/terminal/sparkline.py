"""A row of values as a row of bars, with a tick where an infusion was given."""

from __future__ import annotations

from collections.abc import Collection

_BARS = "▁▂▃▄▅▆▇█"
_TICK = "|"
_MOST = 24


def sparkline(
    values: list[float],
    limits: tuple[float | None, float | None] = (None, None),
    infusions: Collection[int] = (),
    room: int | None = None,
) -> str:
    """Return one bar a value; the latest 24, or those for which there is room. "" for fewer than
    two values.

    The bars span the values and the reference interval, so that a small wobble looks small.

    Args:
        values: in time order. limits: the reference interval.
        infusions: the places of the values before which an infusion was given; `len(values)` is
            behind the last.
        room: how many signs there may be, ticks included.
    """
    for shown in range(min(len(values), _MOST), 1, -1):
        told = _latest(values, len(values) - shown, limits, infusions)
        if room is None or len(told) <= room:
            return told
    return ""


def _latest(
    values: list[float],
    first: int,
    limits: tuple[float | None, float | None],
    infusions: Collection[int],
) -> str:
    bars = _bars_of(values[first:], limits)
    ticks = [_TICK if first + place in infusions else "" for place in range(len(bars) + 1)]
    return "".join(tick + bar for tick, bar in zip(ticks, [*bars, ""], strict=True))


def _bars_of(values: list[float], limits: tuple[float | None, float | None]) -> str:
    span = [*values, *(limit for limit in limits if limit is not None)]
    low, high = min(span), max(span)
    if low == high:
        return _BARS[3] * len(values)
    return "".join(
        _BARS[round((value - low) / (high - low) * (len(_BARS) - 1))] for value in values
    )
