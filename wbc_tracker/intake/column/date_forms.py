"""The forms of dates and times: patterns, and what a text that matches one says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.arrays import Mask, Whole
from wbc_tracker.intake.column.texts import is_blank, matches, to_mask

_TIME = (
    r"(?:[Tt ,:]+(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"
    r"\s*(?P<half>[AaPp]\.?\s?[Mm]\.?)?\s*(?:Z|UTC|GMT|z|utc|gmt|[+-][0-9]{2}:?[0-9]{2})?)?$"
)
YEAR_FIRST = r"^(?P<a>[0-9]{4})[-/.](?P<b>[0-9]{1,2})[-/.](?P<c>[0-9]{1,2})" + _TIME
COMPACT = r"^(?P<a>[12][09][0-9]{2})(?P<b>[01][0-9])(?P<c>[0-3][0-9])" + _TIME
NUMERIC = r"^(?P<a>[0-9]{1,2})[-/. ](?P<b>[0-9]{1,2})[-/. ](?P<c>[0-9]{4}|[0-9]{2})" + _TIME
STAMP = (
    r"^(?P<a>[12][09][0-9]{2})(?P<b>[01][0-9])(?P<c>[0-3][0-9])T?(?P<hour>[0-2][0-9])(?P<minute>[0-5][0-9])"
    r"(?P<second>[0-5][0-9])?(?:\.[0-9]+)?(?P<half>)(?:Z|[+-][0-9]{2}:?[0-9]{2})?$"
)
#: Forms with a month name, after `say_plainly`: lower case, no accents, no ordinals.
DAY_NAME = r"^(?P<a>[0-9]{1,2})[-/. ]*(?P<b>\pL{3,12})\.?,?[-/. ]*(?P<c>[0-9]{4}|[0-9]{2})" + _TIME
NAME_DAY = r"^(?P<b>\pL{3,12})\.? +(?P<a>[0-9]{1,2}),? +(?P<c>[0-9]{4})" + _TIME
YEAR_NAME = r"^(?P<c>[0-9]{4})[-/. ]+(?P<b>\pL{3,12})\.?[-/. ]+(?P<a>[0-9]{1,2})" + _TIME
WORDS = r"\pL|[^\x00-\x7F]"
SERIAL = r"^[2-6][0-9]{4}(?:\.[0-9]+)?$"


@dataclass
class DateParts:
    """Year, month, day and second of the day for the distinct cells; -1 in `year` where nothing
    was read.
    """

    year: Whole
    month: Whole
    day: Whole
    second: Whole

    @classmethod
    def blank(cls, size: int) -> DateParts:
        """Return parts in which nothing has been read."""
        return cls(*(np.full(size, fill, dtype=np.int64) for fill in (-1, 0, 0, -1)))


def read_form(
    parts: DateParts,
    distinct: pa.Array,
    pattern: str,
    place: tuple[str, str, str],
    today: str,
    months: Mapping[str, int] | None = None,
) -> None:
    """Fill `parts` for the cells that match; `place` names the groups of year, month and day,
    `months` their names.
    """
    rows = np.flatnonzero(matches(distinct, pattern) & (parts.year < 0))
    if not len(rows):
        return
    fields = pc.extract_regex(distinct.take(pa.array(rows)), pattern)
    year, month, day = (pc.struct_field(fields, name) for name in place)
    parts.year[rows] = _years(year, today)
    parts.month[rows] = _integers(month) if months is None else _month_numbers(month, months)
    parts.day[rows] = _integers(day)
    parts.second[rows] = _seconds(fields)


def _integers(texts: pa.Array) -> Whole:
    filled = pc.if_else(pc.equal(texts, ""), "0", texts)
    return np.asarray(pc.cast(filled, pa.int64()).to_numpy(zero_copy_only=False), dtype=np.int64)


def _month_numbers(texts: pa.Array, months: Mapping[str, int]) -> Whole:
    """Return the number of each month name, 0 for a word that is none."""
    return np.array([months.get(text, 0) for text in texts.to_pylist()], dtype=np.int64)


def _years(texts: pa.Array, today: str) -> Whole:
    years = _integers(texts)
    short = to_mask(pc.equal(pc.utf8_length(texts), 2))
    this_year = int(today[:4])
    full = this_year - (this_year - years) % 100
    return np.where(short, full, years)


def _seconds(fields: pa.Array) -> Whole:
    """Return the second of the day, -1 for a date without a time,
    and -2 for a time that does not exist.
    """
    hour_text = pc.struct_field(fields, "hour")
    hour, minute, second = (
        _integers(pc.struct_field(fields, name)) for name in ("hour", "minute", "second")
    )
    half = pc.utf8_lower(pc.utf8_slice_codeunits(pc.struct_field(fields, "half"), 0, 1))
    half = np.asarray(half.to_numpy(zero_copy_only=False), dtype=object)
    twelve_hours = half != ""
    wrong = (
        (hour > 23) | (minute > 59) | (second > 59) | (twelve_hours & ((hour < 1) | (hour > 12)))
    )
    hour = np.where(twelve_hours, hour % 12 + 12 * (half == "p"), hour)
    result = np.where(wrong, -2, hour * 3600 + minute * 60 + second)
    dated = is_blank(hour_text)
    return np.where(dated, -1, result).astype(np.int64)


def to_days(parts: DateParts) -> tuple[Whole, Mask]:
    """Return days since 1970-01-01 and whether the date exists in the calendar."""
    plausible = (
        (parts.year > 0)
        & (parts.month >= 1)
        & (parts.month <= 12)
        & (parts.day >= 1)
        & (parts.second > -2)
    )
    months = np.where(plausible, (parts.year - 1970) * 12 + parts.month - 1, 0)
    first = months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    following = (months + 1).astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
    days = first + parts.day - 1
    return days, plausible & (days < following)
