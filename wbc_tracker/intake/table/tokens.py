"""What a single text looks like, where the place of the header is not known yet."""

from __future__ import annotations

import re
from datetime import date
from functools import cache

import pyarrow as pa

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_name, unify_widths
from wbc_tracker.intake.column.dates import parse_dates

_NUMBER = re.compile(r"^[<>≤≥=~]*\s*[+\-−]?[0-9]+(?:[.,][0-9]+)?$")
_COMPACT_DATE = re.compile(r"^((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})(?:[0-9]{4,6})?$")
_TIME = re.compile(r"^[0-9]{1,2}(?::|h|\.)[0-9]{2}(?::[0-9]{2})?(?:\s*[AaPp]\.?[Mm]\.?)?$")
_NUMERIC_DATE = re.compile(
    r"^([0-9]{1,4})[-/. ]([0-9]{1,2})[-/. ]([0-9]{1,4})(?:[T ,]+[0-9]{1,2}[:.h][0-9]{2}.{0,20})?$"
)
_WORD = re.compile(r"[^\W\d_]+")
#: No date is longer; a cell of a million characters must not be searched.
_LONGEST = 60
_SHORT_YEAR = 100


def is_number(text: str) -> bool:
    """Tell whether a text is a bare number, perhaps with a comparator; a date written as 20250301 is none."""
    if len(text) > _LONGEST:
        return False
    plain = unify_widths(text)
    return bool(_NUMBER.match(plain)) and not _COMPACT_DATE.match(plain)


def starts_with_digit(text: str) -> bool:
    """Tell whether a text begins with a digit."""
    return text[:1].isdigit()


def is_time(text: str) -> bool:
    """Tell whether a text is a time of day."""
    return bool(_TIME.match(text))


class DateTokens:
    """Tells dates from other texts, in whatever order day and month stand.

    All-numeric dates are told here; the forms with words are those of `parse_dates`, which is asked only where a
    text holds the name of a month.
    """

    def __init__(self, today: str, catalog: Catalog) -> None:
        self._today, self._catalog = today, catalog
        self.is_date = cache(self._is_date)

    def may_be_date(self, text: str) -> bool:
        """Tell cheaply whether a text may be a date: digits, and no other words than the names of months."""
        return len(text) <= _LONGEST and any(map(str.isdigit, text))

    def _is_date(self, text: str) -> bool:
        if not self.may_be_date(text):
            return False
        plain = unify_widths(text)
        numeric = _NUMERIC_DATE.match(plain) or _COMPACT_DATE.match(plain)
        if numeric:
            return _is_of_calendar(*numeric.groups())
        months = self._catalog.words.months
        if not any(fold_name(word) in months for word in _WORD.findall(plain)):
            return False
        return int(parse_dates(pa.array([plain]), "dmy", self._today, "", self._catalog).problem[0]) == 0


def _is_of_calendar(first: str, second: str, third: str) -> bool:
    """Tell whether three numbers are a day of the calendar in some order, the year first or last."""
    a, b, c = int(first), int(second), int(third)
    orders = [(c, b, a), (c, a, b)] if len(third) in (2, 4) else []
    orders += [(a, b, c)] if len(first) in (2, 4) else []
    return any(_exists(year, month, day) for year, month, day in orders)


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year + 2000 if year < _SHORT_YEAR else year, month, day)
    except ValueError:
        return False
    return True
