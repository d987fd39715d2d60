"""A row of values as a row of bars."""

from __future__ import annotations

_BARS = "▁▂▃▄▅▆▇█"
_MOST = 24


def sparkline(values: list[float]) -> str:
    """Return one bar a value, from the lowest to the highest; the latest 24. "" for fewer than two values."""
    values = values[-_MOST:]
    if len(values) < 2:
        return ""
    low, high = min(values), max(values)
    if low == high:
        return _BARS[3] * len(values)
    return "".join(_BARS[round((value - low) / (high - low) * (len(_BARS) - 1))] for value in values)
