"""When the blood was drawn: dates and times by explicit forms only,
the order of day and month by proof.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.arrays import DAY_SECONDS, Mask, Small, Whole, day_of, iso_dates, iso_of
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.errors import AmbiguousFileError
from wbc_tracker.intake.column.spoken_dates import drop_weekday, say_plainly, with_colons
from wbc_tracker.intake.column.texts import is_blank, matches, to_mask

_TIME = (
    r"(?:[Tt ,:]+(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:[.,][0-9]+)?)?"
    r"\s*(?P<half>[AaPp]\.?\s?[Mm]\.?)?\s*(?:Z|UTC|GMT|z|utc|gmt|[+-][0-9]{2}:?[0-9]{2})?)?$"
)
_YEAR_FIRST = r"^(?P<a>[0-9]{4})[-/.](?P<b>[0-9]{1,2})[-/.](?P<c>[0-9]{1,2})" + _TIME
_COMPACT = r"^(?P<a>[12][09][0-9]{2})(?P<b>[01][0-9])(?P<c>[0-3][0-9])" + _TIME
_NUMERIC = r"^(?P<a>[0-9]{1,2})[-/. ](?P<b>[0-9]{1,2})[-/. ](?P<c>[0-9]{4}|[0-9]{2})" + _TIME
_STAMP = (
    r"^(?P<a>[12][09][0-9]{2})(?P<b>[01][0-9])(?P<c>[0-3][0-9])T?(?P<hour>[0-2][0-9])(?P<minute>[0-5][0-9])"
    r"(?P<second>[0-5][0-9])?(?:\.[0-9]+)?(?P<half>)(?:Z|[+-][0-9]{2}:?[0-9]{2})?$"
)
#: Forms with a month name, after `say_plainly`: lower case, no accents, no ordinals.
_DAY_NAME = r"^(?P<a>[0-9]{1,2})[-/. ]*(?P<b>\pL{3,12})\.?,?[-/. ]*(?P<c>[0-9]{4}|[0-9]{2})" + _TIME
_NAME_DAY = r"^(?P<b>\pL{3,12})\.? +(?P<a>[0-9]{1,2}),? +(?P<c>[0-9]{4})" + _TIME
_YEAR_NAME = r"^(?P<c>[0-9]{4})[-/. ]+(?P<b>\pL{3,12})\.?[-/. ]+(?P<a>[0-9]{1,2})" + _TIME
_WORDS = r"\pL|[^\x00-\x7F]"
_SERIAL = r"^[2-6][0-9]{4}(?:\.[0-9]+)?$"

_SHORT_YEAR_FIRST = r"^[0-9]{2}[-/. ][0-9]{1,2}[-/. ][0-9]{1,2}(?:[T ,]|$)"
_SHORT_YEAR_LAST = r"^[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ][0-9]{2}(?:[T ,]|$)"
_OLDEST_SHORT_YEAR = 60
#: Order of an all-numeric date -> the groups of year, month and day.
_ORDERS = {"dmy": ("c", "b", "a"), "mdy": ("c", "a", "b"), "ymd": ("a", "b", "c")}
_ORDER_WORDS = {"dmy": "day first", "mdy": "month first", "ymd": "year first"}

#: Codes of problems.PROBLEMS, by number; 0 is no problem.
DATE_PROBLEMS = ("", "date_missing", "date_unreadable", "date_serial", "date_before_1900")
_MISSING, _UNREADABLE, _SERIAL_NUMBER, _TOO_OLD = 1, 2, 3, 4
_1900 = day_of("1900-01-01")


@dataclass(frozen=True)
class DateColumn:
    """A column of dates, read: ISO text (null where unreadable) and the number of the problem,
    a cell each.
    """

    iso: pa.Array
    problem: Small


@dataclass
class _Parts:
    """Year, month, day and second of the day for the distinct cells; -1 in `year` where nothing
    was read.
    """

    year: Whole
    month: Whole
    day: Whole
    second: Whole

    @classmethod
    def blank(cls, size: int) -> _Parts:
        """Return parts in which nothing has been read."""
        return cls(*(np.full(size, fill, dtype=np.int64) for fill in (-1, 0, 0, -1)))


def parse_dates(
    texts: pa.Array,
    date_order: str | None,
    today: str,
    where: str,
    catalog: Catalog | None = None,
    *,
    usual: str | None = None,
) -> DateColumn:
    """Read one column of dates or dates with times.

    Year-first dates, dates with a month name of the catalogue's languages and all-numeric dates are
    read. The order of an all-numeric date must be given or proved by the column: only one order
    makes every cell a date of the calendar. A zone is dropped: the printed wall-clock time is kept.
    A two-digit year is the latest one that is not after `today`.

    Args:
        texts: the trimmed cells.
        date_order: `ymd`, `dmy` or `mdy` where the user settled it.
        today: ISO date.
        where: file and header, for messages.
        catalog: the words of dates; by default the program's own.
        usual: the order that a profile of the user gives, for a column that proves none.

    Returns:
        ISO text: 10 characters for a date, 19 for a date and time.

    Raises:
        AmbiguousFileError: the order of day and month is not proved, or both orders are.
    """
    encoded = pc.dictionary_encode(texts)
    distinct, codes = encoded.dictionary, encoded.indices
    size = len(distinct)
    parts = _Parts.blank(size)
    _read(parts, distinct, _YEAR_FIRST, ("a", "b", "c"), today)
    _read(parts, distinct, _COMPACT, ("a", "b", "c"), today)
    _read(parts, distinct, _STAMP, ("a", "b", "c"), today)
    plain = with_colons(_read_words(parts, distinct, today, catalog or load_catalog()))
    numeric = (parts.year < 0) & matches(plain, _NUMERIC)
    if numeric.any():
        chosen = pa.array(numeric)
        order = date_order or _prove_order(
            plain.filter(chosen), distinct.filter(chosen), where, today, usual
        )
        _read(parts, plain, _NUMERIC, _ORDERS[order], today)
    days, valid = _to_days(parts)
    problem = np.where(valid, 0, _UNREADABLE).astype(np.int8)
    problem[~valid & matches(distinct, _SERIAL)] = _SERIAL_NUMBER
    problem[is_blank(distinct)] = _MISSING
    problem[valid & (days < _1900)] = _TOO_OLD
    iso = _to_iso(days, parts.second, problem == 0)
    index = codes.to_numpy(zero_copy_only=False)
    return DateColumn(iso.take(codes), problem[index])


def _read_words(parts: _Parts, distinct: pa.Array, today: str, catalog: Catalog) -> pa.Array:
    """Read the dates with words, and return all texts with what is left of them made plain.

    A weekday is taken off only where the text is no date with it: `mar` is March, or a Tuesday
    before a whole date.
    """
    unread = np.flatnonzero(parts.year < 0)
    spoken = unread[matches(distinct.take(pa.array(unread)), _WORDS)] if len(unread) else unread
    if not len(spoken):
        return distinct
    texts = say_plainly(distinct.take(pa.array(spoken)), catalog)
    months = catalog.words.months
    for shorten in (False, True):
        texts = drop_weekday(texts, catalog) if shorten else texts
        mask = np.zeros(len(distinct), dtype=bool)
        mask[spoken] = True
        plain = pc.replace_with_mask(distinct, pa.array(mask), texts)
        for pattern in (_DAY_NAME, _NAME_DAY, _YEAR_NAME):
            _read(parts, plain, pattern, ("c", "b", "a"), today, months)
    _read(parts, plain, _YEAR_FIRST, ("a", "b", "c"), today)
    return plain


def _prove_order(
    numeric: pa.Array, printed: pa.Array, where: str, today: str, usual: str | None
) -> str:
    """Return the one order in which every cell of the column is a date of the calendar; messages
    show `printed`.

    Cells that are no date in any order prove nothing. With two-digit years the year may stand
    first, too.

    Raises:
        AmbiguousFileError: several orders read the column, differently; or none reads all of it.
    """
    readings = {order: _reading(numeric, order, today) for order in _ORDERS}
    readable = np.any([valid for _, valid in readings.values()], axis=0)
    complete = [order for order, (_, valid) in readings.items() if valid[readable].all()]
    if not readable.any() or len(complete) == 1:
        return (complete or ["dmy"])[0]
    if not complete:
        against = [
            printed[int(np.flatnonzero(readable & ~readings[o][1])[0])].as_py()
            for o in ("mdy", "dmy")
        ]
        raise AmbiguousFileError(
            f"{where}: {against[0]!r} has the day first and {against[1]!r} the month first.",
            "Say which order is right with --date-order dmy or --date-order mdy (the other cells "
            "are then rejected).",
            code="date_order_mixed",
            settled_by=[("--date-order", "dmy"), ("--date-order", "mdy")],
        )
    first = readings[complete[0]][0]
    differs = readable & np.any([readings[order][0] != first for order in complete], axis=0)
    if not differs.any():
        return complete[0]
    if usual in complete:
        return usual
    at = int(np.flatnonzero(differs)[0])
    told = " or ".join(f"{iso_of(readings[o][0][at])} ({_ORDER_WORDS[o]})" for o in complete)
    raise AmbiguousFileError(
        f"{where}: {printed[at].as_py()!r} can be {told}, and no cell of the column proves which.",
        f"Say which with {' or '.join(f'--date-order {order}' for order in complete)}.",
        code="date_order_ambiguous",
        settled_by=[("--date-order", order) for order in complete],
    )


def _reading(numeric: pa.Array, order: str, today: str) -> tuple[Whole, Mask]:
    """Return the days of all-numeric dates in one order, and which are dates of the calendar."""
    parts = _Parts.blank(len(numeric))
    _read(parts, numeric, _NUMERIC, _ORDERS[order], today)
    days, valid = _to_days(parts)
    if order == "ymd":
        valid &= matches(numeric, _SHORT_YEAR_FIRST)
    # A two-digit year that would lie this far back is a typing error, neither proof nor a second
    # reading.
    short = matches(numeric, _SHORT_YEAR_FIRST if order == "ymd" else _SHORT_YEAR_LAST)
    valid &= ~short | (parts.year > int(today[:4]) - _OLDEST_SHORT_YEAR)
    return days, valid


def _read(
    parts: _Parts,
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


def _to_days(parts: _Parts) -> tuple[Whole, Mask]:
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


def _to_iso(days: Whole, seconds: Whole, valid: Mask) -> pa.Array:
    date = iso_dates(days)
    timed = np.datetime_as_string(
        (days * DAY_SECONDS + np.maximum(seconds, 0)).astype("datetime64[s]")
    )
    return pa.array(np.where(seconds >= 0, timed, date), pa.string(), mask=~valid)
