"""Dates as a chart takes them: milliseconds since 1970 in UTC,
so that no time zone moves a draw.
"""

from __future__ import annotations

from datetime import UTC, datetime

DAY_MS = 86_400_000


def moment_of(when: str) -> int:
    """Return a date, or a date and time, as milliseconds; the printed wall-clock time counts as
    UTC.
    """
    return round(datetime.fromisoformat(when).replace(tzinfo=UTC).timestamp() * 1000)
