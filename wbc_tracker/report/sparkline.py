"""A row of values as a row of bars."""

from __future__ import annotations

_BARS = "▁▂▃▄▅▆▇█"
_MOST = 24


def sparkline(values: list[float], limits: tuple[float | None, float | None] = (None, None)) -> str:
    """Return one bar a value; the latest 24. "" for fewer than two values.

    The bars span the values and the reference interval, so that a small wobble looks small.
    """
    values = values[-_MOST:]
    if len(values) < 2:
        return ""
    span = [*values, *(limit for limit in limits if limit is not None)]
    low, high = min(span), max(span)
    if low == high:
        return _BARS[3] * len(values)
    return "".join(_BARS[round((value - low) / (high - low) * (len(_BARS) - 1))] for value in values)
