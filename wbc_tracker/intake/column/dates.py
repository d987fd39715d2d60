"""When the blood was drawn: dates and times by explicit forms only,
the order of day and month by proof.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.arrays import DAY_SECONDS, Mask, Small, Whole, day_of, iso_dates, iso_of
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.errors import AmbiguousFileError
from wbc_tracker.intake.column.date_forms import (
    COMPACT,
    DAY_NAME,
    NAME_DAY,
    NUMERIC,
    SERIAL,
    STAMP,
    WORDS,
    YEAR_FIRST,
    YEAR_NAME,
    DateParts,
    read_form,
    to_days,
)
from wbc_tracker.intake.column.spoken_dates import drop_weekday, say_plainly, with_colons
from wbc_tracker.intake.column.texts import is_blank, matches

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
    read = read_dates(texts, today, catalog)
    order = date_order or settle_order(read.numeric, where, today, usual)
    return read.in_order(order, today)


@dataclass(frozen=True)
class NumericDates:
    """The distinct all-numeric dates of some cells: what proves the order of day and month.

    Attributes:
        plain: made ready to be read. printed: as in the file.
    """

    plain: pa.Array
    printed: pa.Array

    @classmethod
    def none(cls) -> NumericDates:
        """Return no dates."""
        return cls(pa.array([], pa.string()), pa.array([], pa.string()))

    def __add__(self, other: NumericDates) -> NumericDates:
        """Return the dates of both, each text once."""
        printed = pa.concat_arrays([self.printed, other.printed])
        first = pd.factorize(np.asarray(printed.to_pylist(), dtype=object))[0]
        _, places = np.unique(first, return_index=True)
        plain = pa.concat_arrays([self.plain, other.plain])
        return NumericDates(plain.take(pa.array(places)), printed.take(pa.array(places)))


@dataclass(frozen=True)
class ReadDates:
    """A column of dates of which all is read but the all-numeric ones, whose order is to be
    settled.

    Attributes:
        distinct, codes: the cells. parts: of the distinct ones. plain: they, made ready to be read.
        is_numeric: which of them are all-numeric.
    """

    distinct: pa.Array
    codes: pa.Array
    parts: DateParts
    plain: pa.Array
    is_numeric: Mask

    @property
    def numeric(self) -> NumericDates:
        """The all-numeric dates."""
        chosen = pa.array(self.is_numeric)
        return NumericDates(self.plain.filter(chosen), self.distinct.filter(chosen))

    def in_order(self, order: str | None, today: str) -> DateColumn:
        """Return the dates, the all-numeric ones in an order; None where there are none."""
        distinct, parts = self.distinct, self.parts
        if order and self.is_numeric.any():
            read_form(parts, self.plain, NUMERIC, _ORDERS[order], today)
        days, valid = to_days(parts)
        problem = np.where(valid, 0, _UNREADABLE).astype(np.int8)
        problem[~valid & matches(distinct, SERIAL)] = _SERIAL_NUMBER
        problem[is_blank(distinct)] = _MISSING
        problem[valid & (days < _1900)] = _TOO_OLD
        iso = _to_iso(days, parts.second, problem == 0)
        index = self.codes.to_numpy(zero_copy_only=False)
        return DateColumn(iso.take(self.codes), problem[index])


def read_dates(texts: pa.Array, today: str, catalog: Catalog | None = None) -> ReadDates:
    """Read what needs no order of day and month; see `parse_dates`."""
    encoded = pc.dictionary_encode(texts)
    distinct = encoded.dictionary
    parts = DateParts.blank(len(distinct))
    read_form(parts, distinct, YEAR_FIRST, ("a", "b", "c"), today)
    read_form(parts, distinct, COMPACT, ("a", "b", "c"), today)
    read_form(parts, distinct, STAMP, ("a", "b", "c"), today)
    plain = with_colons(_read_words(parts, distinct, today, catalog or load_catalog()))
    return ReadDates(
        distinct, encoded.indices, parts, plain, (parts.year < 0) & matches(plain, NUMERIC)
    )


def are_dotted(texts: pa.Array) -> bool:
    """Tell whether all of some dates are written with dots, as 03.04.2026."""
    dotted = matches(texts, r"^[0-9]{1,2}\.[0-9]{1,2}\.[0-9]{4}(?:[ ,T]|$)")
    return bool((dotted | is_blank(texts)).all())


def settle_order(dates: NumericDates, where: str, today: str, usual: str | None) -> str | None:
    """Return the order that all-numeric dates prove, None where there are none; see `parse_dates`.

    Raises:
        AmbiguousFileError: the order of day and month is not proved, or both orders are.
    """
    if not len(dates.printed):
        return None
    return _prove_order(dates.plain, dates.printed, where, today, usual)


def _read_words(parts: DateParts, distinct: pa.Array, today: str, catalog: Catalog) -> pa.Array:
    """Read the dates with words, and return all texts with what is left of them made plain.

    A weekday is taken off only where the text is no date with it: `mar` is March, or a Tuesday
    before a whole date.
    """
    unread = np.flatnonzero(parts.year < 0)
    spoken = unread[matches(distinct.take(pa.array(unread)), WORDS)] if len(unread) else unread
    if not len(spoken):
        return distinct
    texts = say_plainly(distinct.take(pa.array(spoken)), catalog)
    months = catalog.words.months
    for shorten in (False, True):
        texts = drop_weekday(texts, catalog) if shorten else texts
        mask = np.zeros(len(distinct), dtype=bool)
        mask[spoken] = True
        plain = pc.replace_with_mask(distinct, pa.array(mask), texts)
        for pattern in (DAY_NAME, NAME_DAY, YEAR_NAME):
            read_form(parts, plain, pattern, ("c", "b", "a"), today, months)
    read_form(parts, plain, YEAR_FIRST, ("a", "b", "c"), today)
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
    parts = DateParts.blank(len(numeric))
    read_form(parts, numeric, NUMERIC, _ORDERS[order], today)
    days, valid = to_days(parts)
    if order == "ymd":
        valid &= matches(numeric, _SHORT_YEAR_FIRST)
    # A two-digit year that would lie this far back is a typing error, neither proof nor a second
    # reading.
    short = matches(numeric, _SHORT_YEAR_FIRST if order == "ymd" else _SHORT_YEAR_LAST)
    valid &= ~short | (parts.year > int(today[:4]) - _OLDEST_SHORT_YEAR)
    return days, valid


def _to_iso(days: Whole, seconds: Whole, valid: Mask) -> pa.Array:
    date = iso_dates(days)
    timed = np.datetime_as_string(
        (days * DAY_SECONDS + np.maximum(seconds, 0)).astype("datetime64[s]")
    )
    return pa.array(np.where(seconds >= 0, timed, date), pa.string(), mask=~valid)
