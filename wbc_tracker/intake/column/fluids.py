"""What a text says of the fluid that a result was measured in."""

from __future__ import annotations

import re
from functools import cache

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.columns import header_words, load_columns
from wbc_tracker.intake.column.telling import whole_pattern, words_pattern

#: What a text says: nothing of another fluid, another fluid, or blood and another fluid.
NOT_NAMED, OTHER, BOTH = 0, 1, 2

_FILE_NAME = re.compile(r"\w\.[A-Za-z]{2,5}$")


@cache
def fluids_pattern(catalog: Catalog) -> str:
    """Return a pattern for texts that may name another fluid, folded."""
    words = load_columns()
    codes = whole_pattern(words.fluid_codes)
    return (
        f"{words_pattern(words.fluids | {*catalog.words.other_fluids}, words.fluid_stems)}|{codes}"
    )


@cache
def blood_pattern() -> str:
    """Return a pattern for texts that may name blood, folded."""
    return words_pattern(load_columns().blood)


def fluid_in(text: str, catalog: Catalog) -> int:
    """Return what a text says of fluids: `NOT_NAMED`, `OTHER` or `BOTH`."""
    columns = load_columns()
    if _FILE_NAME.search(text):
        return NOT_NAMED  # `results.csv`; CSV also is the Nordic word for cerebrospinal fluid
    folded = header_words(text)
    words = folded.split()
    if not (any(_is_fluid(word, catalog) for word in words) or folded in columns.fluid_codes):
        return NOT_NAMED
    return BOTH if columns.blood.intersection(words) else OTHER


def _is_fluid(word: str, catalog: Catalog) -> bool:
    """Tell whether a folded word names another fluid, alone or as the beginning of a longer one."""
    columns = load_columns()
    known = word in columns.fluids or word in catalog.words.other_fluids
    return known or word.startswith(columns.fluid_stems)


def is_plain_title(text: str, catalog: Catalog) -> bool:
    """Tell whether a title names another fluid, and beside it says nothing of its own."""
    words, folded = load_columns(), header_words(text)
    others = [word for word in folded.split() if not _is_fluid(word, catalog)]
    is_named = fluid_in(text, catalog) == OTHER
    return is_named and (folded in words.fluid_codes or words.title_words.issuperset(others))


def names_blood(text: str) -> bool:
    """Tell whether a text names blood, serum or plasma."""
    return bool(set(header_words(text).split()) & load_columns().blood)
