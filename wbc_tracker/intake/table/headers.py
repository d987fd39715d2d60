"""What a header can say: the role of a column, or the name of a test with its unit."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

import pyarrow as pa

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.columns import load_columns
from wbc_tracker.catalog.fold import fold_name, unify_widths
from wbc_tracker.catalog.naming import name_table, says_percent
from wbc_tracker.intake.column.dates import parse_dates
from wbc_tracker.intake.column.fluids import fluid_in
from wbc_tracker.intake.column.units import looks_like_unit
from wbc_tracker.intake.options import ReadingOptions

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
#: Roles that say something about one result.
PER_RESULT = ("unit", "ref_low", "ref_high", "ref_range", "abnormal_flag", "comparator")
_NESTED = r"(?:[^()\[\]]|\([^()\[\]]*\)|\[[^()\[\]]*\])*"
_UNIT_IN_BRACKETS = re.compile(rf"^(.*?)\s*[(\[]({_NESTED})[)\]]\s*$", re.DOTALL)
#: No name of a test is longer; a cell of a million characters must not be searched.
_LONGEST = 200
_UNIT_BEHIND = re.compile(r"^(.*?)[\s,;:_]+(\S+)$")
#: `WBC x 1000`, `Platelets (x10^3)`: counted in thousands, a unit without its volume.
_IN_THOUSANDS = re.compile(
    r"^(.*?)\s*[(\[]?\s*[x×*]\s?(?:1[,.]?000|10\s?\^?\s?3|10\*3|10e3|10³)[)\]]?$", re.IGNORECASE
)
_THOUSANDS = "x1000"


def is_number(text: str) -> bool:
    """Tell whether a text is a bare number, perhaps with a comparator; a date written as 20250301
    is none.
    """
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

    All-numeric dates are told here; the forms with words are those of `parse_dates`, which is asked
    only where a text holds the name of a month.
    """

    def __init__(self, today: str, catalog: Catalog) -> None:
        self._today, self._catalog = today, catalog
        self.is_date = cache(self._is_date)

    def may_be_date(self, text: str) -> bool:
        """Tell cheaply whether a text may be a date: digits, and no other words than the names of
        months.
        """
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
        return (
            int(parse_dates(pa.array([plain]), "dmy", self._today, "", self._catalog).problem[0])
            == 0
        )


def _is_of_calendar(first: str, second: str, third: str) -> bool:
    """Tell whether three numbers are a day of the calendar in some order,
    the year first or last.
    """
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


@dataclass(frozen=True)
class TestHeader:
    """A header that names a test: the printed name, and the unit printed with it ("": none)."""

    name: str
    unit: str


@dataclass(frozen=True)
class HeaderWords:
    """What the headers of one kind of file can say.

    Attributes:
        roles: folded spelling -> role.
        chosen: folded headers that the user or a profile names. ignored: folded headers about
            something else.
        is_test: whether a header names a test.
        is_unit: whether a text is a unit. is_mark: whether it only tells a count from a percentage
            (`abs`, `%`).
        without_marks: the folded text without such words. dates: tells dates from other texts.
    """

    roles: Mapping[str, str]
    chosen: frozenset[str]
    ignored: frozenset[str]
    is_test: Callable[[str], bool]
    is_unit: Callable[[str], bool]
    is_mark: Callable[[str], bool]
    without_marks: Callable[[str], str]
    dates: DateTokens

    def knows(self, text: str) -> bool:
        """Tell whether a header is known."""
        folded = fold_name(text)
        if folded in self.ignored:
            return False
        return folded in self.roles or folded in self.chosen or self.is_test(text)

    def role_of(self, text: str) -> str:
        """Return the role that a header plays, or ""."""
        folded = fold_name(text)
        return "" if folded in self.ignored else self.roles.get(folded, "")


def lab_words(options: ReadingOptions, catalog: Catalog) -> HeaderWords:
    """Return what headers of a lab file can say."""
    return _words(
        _spelled_in_labs(catalog),
        options,
        catalog,
        lambda text: read_test_header(text, catalog) is not None,
    )


@cache
def _spelled_in_labs(catalog: Catalog) -> Mapping[str, str]:
    """Return folded spelling -> role of the headers of lab files."""
    spare = catalog.words.spare_roles
    roles = {role: (*texts, *spare.get(role, ())) for role, texts in catalog.words.roles.items()}
    return _spelled(roles, catalog)


def dated_words(
    dated: Mapping[str, tuple[str, ...]], options: ReadingOptions, catalog: Catalog
) -> HeaderWords:
    """Return what headers of a file of infusions or events can say, which play the roles `dated`; a
    lab file is recognised too, so that it can be refused.
    """
    roles = {**catalog.words.roles, **dated}
    return _words(
        _spelled(roles, catalog),
        options,
        catalog,
        lambda text: read_test_header(text, catalog) is not None,
    )


def _spelled(roles: Mapping[str, tuple[str, ...]], catalog: Catalog) -> dict[str, str]:
    spelled = {fold_name(text): role for role, texts in roles.items() for text in (role, *texts)}
    spelled = {**{fold_name(text): "unit" for text in catalog.words.unit_row}, **spelled}
    return {**dict.fromkeys(load_columns().patient_ids, "patient_id"), **spelled}


def _words(
    spelled: Mapping[str, str],
    options: ReadingOptions,
    catalog: Catalog,
    is_test: Callable[[str], bool],
) -> HeaderWords:
    chosen = frozenset(fold_name(header) for header in options.columns.values())
    names = name_table(catalog)
    return HeaderWords(
        roles=spelled,
        chosen=chosen,
        ignored=options.ignore,
        is_test=cache(is_test),
        is_unit=lambda text: looks_like_unit(text, catalog),
        is_mark=lambda text: names.with_signs(fold_name(text)) in ("#", "%", "count"),
        dates=DateTokens(options.today or options.as_of, catalog),
        without_marks=lambda text: names.with_signs(fold_name(text)).rstrip("#% "),
    )


def read_test_header(header: str, catalog: Catalog) -> TestHeader | None:
    """Recognise a header as the name of a test, with its unit if one is printed in it; else
    None.
    """
    if len(header) > _LONGEST:
        return None
    known = name_table(catalog)
    folded = fold_name(header)
    if folded in known:
        return TestHeader(header, "%" if says_percent(header, catalog) else "")
    in_thousands = _IN_THOUSANDS.match(header)
    if in_thousands and fold_name(in_thousands[1]) in known:
        return TestHeader(in_thousands[1], _THOUSANDS)
    for pattern in (_UNIT_IN_BRACKETS, _UNIT_BEHIND):
        match = pattern.match(header)
        if not match or fold_name(match[1]) not in known or fluid_in(match[2], catalog):
            continue
        if pattern is _UNIT_IN_BRACKETS or looks_like_unit(match[2], catalog):
            return TestHeader(match[1], match[2].strip())
    return None
