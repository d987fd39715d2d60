"""What a named figure may be: of its unit's range, and in its order beside others."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping

from wbc_tracker.catalog.model import Threshold

#: How something is computed, not where it begins: no rules of one's own change it.
FIXED = frozenset(("days_per_year", "trend_exact_up_to"))
_MOST_DAYS, _MOST = 36_525, 1_000_000
_WHOLE = ("day", "week", "month")
#: Fewer days give no slope, or no interval around it.
_LEAST = {"trend_least_days": 3, "trend_interval_from_days": 5}
#: The first is never above the second.
_RISING = (
    ("depleted_below_count", "few_below_count"),
    ("depleted_below_percent", "few_below_percent"),
    ("course_span_days", "half_dose_join_days"),
    ("continuous_interval_below_days", "continuous_gap_days"),
    ("early_from_days", "early_until_days"),
    ("early_window_from_days", "early_window_to_days"),
    ("close_courses_days", "close_courses_older_days"),
    ("sustained_from_days", "returning_from_days"),
    ("unit_return_fold", "unit_jump_fold"),
    ("trend_least_days", "trend_interval_from_days"),
)


def find_faults(thresholds: Mapping[str, Threshold]) -> Iterator[str]:
    """Yield a sentence for each figure that cannot be, and for each pair out of order."""
    for name, threshold in thresholds.items():
        asked = _asked(threshold)
        if asked:
            yield f"{name} is {threshold.value:g}; it must be {asked}."
    for low, high in _RISING:
        if low in thresholds and high in thresholds:
            first, second = thresholds[low].value, thresholds[high].value
            if first > second:
                yield (
                    f"{low} ({first:g}) must not be above {high} ({second:g}): set both to what "
                    "is meant."
                )


def _asked(threshold: Threshold) -> str:
    """Return what a figure must be, or "" where it is that."""
    value, unit, least = threshold.value, threshold.unit, _LEAST.get(threshold.id, 0)
    if not math.isfinite(value):
        return "a number"
    if unit.startswith(_WHOLE) and threshold.id not in FIXED:
        fits = value == int(value) and least <= value <= _MOST_DAYS
        return "" if fits else f"a whole number of {unit.split()[0]}, from {least} to {_MOST_DAYS}"
    if unit.startswith("CTCAE"):
        return "" if value in (1, 2, 3, 4) else "a grade from 1 to 4"
    if unit.startswith("two-sided"):
        return "" if 0 < value < 1 else "above 0 and below 1"
    most = 100 if unit.startswith("%") else _MOST
    return "" if 0 < value <= most else f"above 0, and at most {most}"
