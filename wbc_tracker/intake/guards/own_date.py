"""A date that belongs to one test of a wide file, and that the headers did not give to it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.columns import has_phrase, header_words, load_columns
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.catalog.naming import name_table
from wbc_tracker.errors import AmbiguousFileError
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.table.headers import DateTokens
from wbc_tracker.intake.table.layout import Layout
from wbc_tracker.intake.table.ledger import is_harmless_header
from wbc_tracker.intake.table.table import TextTable

_LOOKED_AT = 20
#: How pandas numbers a header that stands twice.
_NUMBERED = re.compile(r"\.[0-9]{1,2}$")


def is_date_of_a_test(header: str, texts: TextColumn, dates: DateTokens, catalog: Catalog) -> bool:
    """Tell whether a column of dates bears the name of a test in its header (`Date of CD19`)."""
    cells = texts.used(_LOOKED_AT)
    if not cells or not all(dates.is_date(text) for text in cells):
        return False
    words, names = header_words(header).split(), name_table(catalog)
    return any(
        " ".join(words[start:end]) in names
        for start in range(len(words))
        for end in range(start + 1, len(words) + 1)
    )


def refuse_second_dates(
    table: TextTable, layout: Layout, unread: Iterable[int], dates: DateTokens, catalog: Catalog
) -> None:
    """Refuse another column of dates that may be those of some of the values.

    In a wide file it has no header, or one that speaks of a date and is not known to change
    nothing; in every file it is the date's header again, as pandas numbers it (`Date.1`). Its dates
    differ from those of the draws.

    Raises:
        AmbiguousFileError: naming the column.
    """
    for index in second_dates(table.header, layout, unread, catalog):
        header, texts = table.header[index], table.columns[index]
        day = table.columns[layout.roles["collected_at"]]
        cells = texts.used(_LOOKED_AT)
        if cells and all(map(dates.is_date, cells)) and _differ(texts, day):
            aside = (
                f", or, if they change nothing, say so with --ignore {header!r}" if header else ""
            )
            raise AmbiguousFileError(
                f"{table.file}: the dates in the column {header!r} may be those of some of the "
                "values: they differ from the dates of the draws.",
                f"Head each behind its test as `TEST date`, e.g. `CD19 date`{aside}.",
                code="date_unclear",
                settled_by=[("--ignore", header)] if header else (),
            )


def second_dates(
    headers: list[str], layout: Layout, unread: Iterable[int], catalog: Catalog
) -> Iterator[int]:
    """Return the columns whose headers allow them to be dates of some of the values."""
    if "collected_at" not in layout.roles:
        return
    own = fold_name(headers[layout.roles["collected_at"]])
    spelled = {fold_name(text) for text in ("date", *catalog.words.roles["collected_at"])}
    of_dates = {word for word in spelled if " " not in word}
    for index in unread:
        header = headers[index]
        folded = header_words(header)
        again = _NUMBERED.sub("", header) != header and fold_name(_NUMBERED.sub("", header)) == own
        of_date = not folded or bool(of_dates & set(folded.split()))
        of_date = of_date and not has_phrase(folded, load_columns().birth)
        if again or (layout.kind == "wide" and of_date and not is_harmless_header(header)):
            yield index


def _differ(texts: TextColumn, day: TextColumn) -> bool:
    """Tell whether a cell that is filled differs from the other column's."""
    pairs = texts.joined(day, "\n").words.to_pylist()
    return any(text and text != other for text, _, other in (p.partition("\n") for p in pairs))
