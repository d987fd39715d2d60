"""What one cell looks like: an id, a name, a date of birth, a sex, or nothing of a person."""

from __future__ import annotations

import re

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.columns import has_phrase, header_words, load_columns
from wbc_tracker.catalog.fold import fold_words
from wbc_tracker.intake.column.fluids import fluid_in, names_blood
from wbc_tracker.intake.column.units import looks_like_unit
from wbc_tracker.intake.guards.comparator import sign_of
from wbc_tracker.intake.guards.status import state_of
from wbc_tracker.intake.table.headers import DateTokens, is_time, read_test_header

#: What cells can look like, in words.
LOOKS = ("an id", "a name", "a date of birth", "a sex")
ID, NAME, BIRTH, SEX = LOOKS
_LONGEST = 40
_ADDRESS = re.compile(r"^[^@\s]+@[^@\s]+\.[A-Za-z]{2,}$")
_LONG_NUMBERS = re.compile(r"(?:0[0-9]+|[0-9]{5,})[-/][0-9]+|[0-9]+[-/](?:0[0-9]+|[0-9]{5,})")
_CODE = re.compile(r"^(?=.*\d)[\w./#:-]+$")
_NAME_LIKE = re.compile(r"^[^\W\d_][^\W\d_.,'’-]*(?:[\s.,'’-]+[^\W\d_.,'’-]+){0,4}\.?$")
#: A year of four digits, as dates and births have it.
YEAR = re.compile(r"(?<!\d)((?:18|19|20)\d\d)(?!\d{1,3}(?!\d))")


def look_of(text: str, dates: DateTokens, catalog: Catalog) -> tuple[str, int | None]:
    """Return which of LOOKS a cell is like, "" for none, and the year where it is a date."""
    words, folded = load_columns(), fold_words(text)
    if folded.isdecimal():
        return ID, None
    if folded in words.sexes:
        return SEX, None
    if len(text) > _LONGEST or folded in words.neutral or is_time(text) or folded in words.yes_no:
        return "", None
    if dates.is_date(text):
        year = YEAR.search(text)
        return BIRTH, int(year[1]) if year else None
    if _ADDRESS.match(text):
        return ID, None
    if _CODE.match(text):
        return ("" if _is_measure(text, catalog) else ID), None
    if not _NAME_LIKE.match(text):
        return "", None
    return ("" if _is_of_the_field(text, catalog) else NAME), None


def looks_like_name(text: str, catalog: Catalog) -> bool:
    """Tell whether words may be the name of a person, and are none of a laboratory's own."""
    words, folded = load_columns(), header_words(text)
    of_panels = words.title_words | words.harmless_words | words.harmless | words.other_tests
    return bool(
        len(text) <= _LONGEST
        and _NAME_LIKE.match(text)
        and not _is_of_the_field(text, catalog)
        and not has_phrase(folded, of_panels | words.blood_titles)
        and fold_words(text) not in words.neutral
    )


def _is_measure(text: str, catalog: Catalog) -> bool:
    """Tell whether a text with a digit is a number with a fraction, an interval, a unit or a test.

    A whole number may be an id, and so may two with a dash of which one is long or begins with 0
    (`010203-1234`).
    """
    plain = text.lstrip("-")
    is_fraction = bool(re.fullmatch(r"[0-9]+[.,:/-][0-9.,:/-]+", plain)) and not plain.isdigit()
    is_fraction = is_fraction and not _LONG_NUMBERS.fullmatch(plain)
    return is_fraction or looks_like_unit(text, catalog) or _is_test(text, catalog)


def _is_of_the_field(text: str, catalog: Catalog) -> bool:
    """Tell whether words are those of laboratories: tests, units, states, verdicts, materials."""
    words = load_columns()
    return (
        fold_words(text) in words.verdicts
        or state_of(text) != "?"
        or sign_of(text, catalog) is not None
        or bool(fluid_in(text, catalog))
        or names_blood(text)
        or looks_like_unit(text, catalog)
        or header_words(text) in words.other_tests
        or _is_test(text, catalog)
    )


def _is_test(text: str, catalog: Catalog) -> bool:
    return read_test_header(text, catalog) is not None
