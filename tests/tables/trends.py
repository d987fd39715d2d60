"""Trends of a few lines. Day 0 is the first infusion, 2024-01-01; see `tables.labs.on`."""

from __future__ import annotations

from typing import Any

import pandas as pd

from tables.labs import annotated, at, infusions, on
from wbc_tracker.trends import summarize_courses, summarize_trends

AS_OF = on(3000)
FIRST = (f"{on(0)} 600",)


def trend_of(*lines: str, infused: tuple[str, ...] = FIRST, same_day: str = "before") -> dict[str, Any]:
    """The trend of one analyte, None where a column is empty."""
    (row,) = summarize_trends(annotated(at(*lines), *infused, as_of=AS_OF, same_day=same_day)).to_dict("records")
    return {name: None if pd.isna(value) else value for name, value in row.items()}


def trend_over(values: list[float], days: list[int] | None = None, analyte: str = "wbc") -> dict[str, Any]:
    """The trend of values on days after the infusion, by default every 100 days from day 100 on."""
    days = days or [100 * (place + 1) for place in range(len(values))]
    return trend_of(*(f"{day} {analyte} {value:.12f}" for day, value in zip(days, values, strict=True)))


def courses_of(*lines: str, infused: tuple[str, ...], as_of: int = 3000, same_day: str = "before") -> pd.DataFrame:
    frame = annotated(at(*lines), *infused, as_of=on(as_of), same_day=same_day)
    return summarize_courses(frame, infusions(*infused), as_of=on(as_of))
