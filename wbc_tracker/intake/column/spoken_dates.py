"""Dates with words in them: full-width digits, weekdays, ordinals, links, and the words of a time,
made plain.

`Montag, 3. März 2025 um 8.20 Uhr` becomes `3 märz 2025 8:20`. Only the words of the catalogue are
known; whatever else stands in a cell stays there, so that no pattern of a date matches it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_words, unify_widths
from wbc_tracker.intake.column.texts import matches

_TIME_OF_DAY = r"([0-9]{1,2})(?:[.:]| ?h ?)([0-9]{2})"
#: Hospital systems print the time of an administration so.
_FOUR_DIGITS = r"^([0-9]{1,2}/[0-9]{1,2}/[0-9]{4}),? ([01][0-9]|2[0-3])([0-5][0-9])$"


@dataclass(frozen=True)
class _SpokenPatterns:
    """Regular expressions (RE2) made from the words of all languages."""

    weekday: str
    ordinal: str
    link: str
    clock_before: str
    clock_behind: str


@cache
def _patterns(catalog: Catalog) -> _SpokenPatterns:
    words = catalog.words
    clock = _one_of(words.clock)
    return _SpokenPatterns(
        weekday=rf"^(?:{_one_of(words.weekdays)})[.,]*[ ,]+",
        ordinal=rf"^([0-9]{{1,2}}|[a-z]{{3,12}}\.? [0-9]{{1,2}})(?:{_one_of(words.ordinals)})([ "
        rf",.])",
        link=rf"([0-9.,a-z]) +(?:{_one_of(words.date_links)}) +([0-9a-z])",
        clock_before=rf"[ ,]+(?:{clock})\.? *{_TIME_OF_DAY}(?: *(?:{clock})\.?)?$",
        clock_behind=rf"[ ,]+{_TIME_OF_DAY} *(?:{clock})\.?$",
    )


def _one_of(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, the longest first; without words,
    one that matches nothing.
    """
    longest_first = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word) for word in longest_first) or "[^\x00-\U0010ffff]"


def say_plainly(texts: pa.Array, catalog: Catalog) -> pa.Array:
    """Return texts in lower case, without accents and full-width forms, links,
    ordinals and words of a time.
    """
    patterns = _patterns(catalog)
    plain = pa.array([fold_words(unify_widths(text)) for text in texts.to_pylist()], pa.string())
    plain = pc.replace_substring_regex(plain, patterns.ordinal, r"\1\2")
    plain = pc.replace_substring_regex(plain, patterns.clock_before, r" \1:\2")
    plain = pc.replace_substring_regex(plain, patterns.clock_behind, r" \1:\2")
    plain = pc.replace_substring_regex(plain, r"([ ,])([0-9]{1,2})h([0-9]{2})$", r"\1\2:\3")
    return pc.replace_substring_regex(plain, patterns.link, r"\1 \2")


def drop_weekday(texts: pa.Array, catalog: Catalog) -> pa.Array:
    """Return texts without a weekday in front: `mo, 03.03.2025` becomes `03.03.2025`."""
    return pc.replace_substring_regex(texts, _patterns(catalog).weekday, "")


def with_colons(texts: pa.Array) -> pa.Array:
    """Return the texts with a colon in times of four digits, as in `01/14/2025 0938`."""
    if not matches(texts, _FOUR_DIGITS).any():
        return texts
    return pc.replace_substring_regex(texts, _FOUR_DIGITS, r"\1 \2:\3")
