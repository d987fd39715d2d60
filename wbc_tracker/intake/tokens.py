"""What a single text looks like, where the place of the header is not known yet."""

from __future__ import annotations

import re
from functools import cache

import pyarrow as pa

from wbc_tracker.catalog.fold import unify_widths
from wbc_tracker.intake.dates import parse_dates

_NUMBER = re.compile(r"^[<>≤≥=~]*\s*[+\-−]?[0-9]+(?:[.,][0-9]+)?$")
_COMPACT_DATE = re.compile(r"^(?:19|20)[0-9]{6}(?:[0-9]{4,6})?$")
_TIME = re.compile(r"^[0-9]{1,2}(?::|h|\.)[0-9]{2}(?::[0-9]{2})?(?:\s*[AaPp]\.?[Mm]\.?)?$")
_LIKE_A_DATE = re.compile(r"[0-9]{1,4}\D+[0-9]{1,4}|[0-9]{8}")
_ORDERS = ("dmy", "mdy", "ymd")


def is_number(text: str) -> bool:
    """Tell whether a text is a bare number, perhaps with a comparator; a date written as 20250301 is none."""
    plain = unify_widths(text)
    return bool(_NUMBER.match(plain)) and not _COMPACT_DATE.match(plain)


def starts_with_digit(text: str) -> bool:
    """Tell whether a text begins with a digit."""
    return text[:1].isdigit()


def is_time(text: str) -> bool:
    """Tell whether a text is a time of day."""
    return bool(_TIME.match(text))


class DateWords:
    """Tells dates from other texts, in whatever order day and month stand."""

    def __init__(self, today: str) -> None:
        self._today = today
        self.is_date = cache(self._is_date)

    def may_be_date(self, text: str) -> bool:
        """Tell cheaply whether a text may be a date."""
        return bool(_LIKE_A_DATE.search(unify_widths(text)))

    def _is_date(self, text: str) -> bool:
        if not self.may_be_date(text):
            return False
        cell = pa.array([text])
        return any(int(parse_dates(cell, order, self._today, "").problem[0]) == 0 for order in _ORDERS)
