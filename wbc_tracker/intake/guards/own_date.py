"""A date that belongs to one test of a wide file, and that the headers did not give to it."""

from __future__ import annotations

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.columns import header_words
from wbc_tracker.catalog.naming import name_table
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.table.headers import DateTokens

_LOOKED_AT = 20


def is_date_of_a_test(header: str, texts: TextColumn, dates: DateTokens, catalog: Catalog) -> bool:
    """Tell whether a column of dates bears the name of a test in its header (`Date of CD19`)."""
    cells = texts.used()[:_LOOKED_AT]
    if not cells or not all(dates.is_date(text) for text in cells):
        return False
    words, names = header_words(header).split(), name_table(catalog)
    return any(
        " ".join(words[start:end]) in names
        for start in range(len(words))
        for end in range(start + 1, len(words) + 1)
    )
