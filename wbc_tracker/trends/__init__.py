"""Each analyte of each patient over time: slope and verdict, and what every course did."""

from wbc_tracker.trends.courses import summarize_courses
from wbc_tracker.trends.series import summarize_trends

__all__ = ["summarize_courses", "summarize_trends"]
