"""Whom a file is about where no column of patients is read: a name, a number, a birth date or a sex
that is the same in every row, or that stands above the table.

None of them makes a patient, and a file alone is read without them. But of two files for one
patient that name two people, one belongs to somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import pyarrow as pa

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.columns import has_phrase, header_words, load_columns
from wbc_tracker.catalog.fold import fold_name, fold_words
from wbc_tracker.intake.column.dates import parse_dates
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.guards.looks import looks_like_name
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.table.ledger import is_harmless_header
from wbc_tracker.intake.table.people import name_in_title
from wbc_tracker.intake.table.table import TextTable

What = Literal["name", "number", "birth date", "sex"]

_DATE = re.compile(r"\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}")
_ORDERS = ("ymd", "dmy", "mdy")
#: Words of a name that stands in a line without a title; fewer or more are something else.
_FEWEST_WORDS, _MOST_WORDS = 2, 4
#: A column of one text has few others that no row holds any more, such as a repeated header.
_MOST_TEXTS = 8


@dataclass(frozen=True)
class SaidOfPerson:
    """One thing that a file says of its person.

    Attributes:
        what: of which kind. words: of a name its words, of a birth date the days that it can be, of
            the others the one text. where: it stands, for messages.
    """

    what: What
    words: frozenset[str]
    where: str


def whom_it_names(
    table: TextTable,
    roles: Mapping[str, int],
    used: set[int],
    options: ReadingOptions,
    catalog: Catalog,
) -> tuple[SaidOfPerson, ...]:
    """Return what a file says of its person beside its columns of patients.

    Args:
        table: the file as text. roles: what its columns play; with a patient among them nothing
            is asked. used: columns of which something was made.
        options: the order of dates. catalog: words and names.
    """
    if "patient_id" in roles:
        return ()
    found = [*_in_columns(table, used, options, catalog), *_above(table, options, catalog)]
    names = [one for one in found if one.what == "name" and one.words]
    others = [one for one in found if one.what != "name" and one.words]
    if names:  # a surname and a first name in two columns are one name
        words = frozenset[str]().union(*(one.words for one in names))
        others.append(SaidOfPerson("name", words, names[0].where))
    return tuple(others)


def _in_columns(
    table: TextTable, used: set[int], options: ReadingOptions, catalog: Catalog
) -> Iterator[SaidOfPerson]:
    for place, header in enumerate(table.header):
        texts = table.columns[place]
        if place in used or is_harmless_header(header) or not (cell := _only(texts)):
            continue
        folded, where = header_words(header), f"the column {header!r}"
        words = load_columns()
        if has_phrase(folded, words.birth):
            yield SaidOfPerson("birth date", _days(cell, options, catalog), where)
        elif has_phrase(folded, words.sex):
            yield SaidOfPerson("sex", _sexes(cell), where)
        elif has_phrase(folded, words.names | words.person) and looks_like_name(cell, catalog):
            yield SaidOfPerson("name", _words_of_name(cell), where)


def _only(texts: TextColumn) -> str:
    """Return the one text of a column, or "" where it has none or several."""
    if len(texts.words) > _MOST_TEXTS:
        return ""
    used = texts.used()
    return used[0] if len(used) == 1 else ""


def _above(table: TextTable, options: ReadingOptions, catalog: Catalog) -> Iterator[SaidOfPerson]:
    words = load_columns()
    for line in table.head.preamble:
        where = "a line above the table"
        dates = _DATE.findall(line)
        if has_phrase(header_words(line), words.birth) and len(dates) == 1:
            yield SaidOfPerson("birth date", _days(dates[0], options, catalog), where)
        titled = _before_birth(name_in_title(line, catalog))
        if any(character.isdigit() for character in titled):
            yield SaidOfPerson("number", frozenset({fold_name(titled)}), where)
        else:
            named = titled or _bare_name(_before_birth(line), catalog)
            yield SaidOfPerson("name", _words_of_name(named), where)


def _before_birth(text: str) -> str:
    """Return what stands in a line before the birth date: `Bob Roe, DOB: 1975-03-01`."""
    kept = []
    for word in text.replace("|", " | ").split():
        if header_words(word) in load_columns().birth or _DATE.search(word):
            break
        kept.append(word)
    return " ".join(kept).strip(" ,;:|-(")


def _bare_name(text: str, catalog: Catalog) -> str:
    """Return the name in a line without a title, as in `Results for Bob Roe`, or ""."""
    words = load_columns()
    cues = words.title_words | words.person | words.names | words.blood | words.name_links
    parts = text.replace(":", " ").split()
    while parts and fold_name(parts[0]) in cues:
        parts.pop(0)
    named = " ".join(parts)
    is_name = _FEWEST_WORDS <= len(parts) <= _MOST_WORDS and looks_like_name(named, catalog)
    return named if is_name and not has_phrase(header_words(named), words.institutions) else ""


def _words_of_name(text: str) -> frozenset[str]:
    """Return the words of a name; letters alone are initials, which are printed or not."""
    return frozenset(word for word in fold_name(text).split() if len(word) > 1)


def _days(text: str, options: ReadingOptions, catalog: Catalog) -> frozenset[str]:
    """Return the days that a date can be, in any order that is not settled."""
    orders = (options.date_order,) if options.date_order else _ORDERS
    today = options.today or options.as_of
    read = (parse_dates(pa.array([text]), order, today, "", catalog).iso for order in orders)
    return frozenset(day.as_py()[:10] for (day,) in map(tuple, read) if day.is_valid)


def _sexes(text: str) -> frozenset[str]:
    known = load_columns().sexes.get(fold_words(text), "")
    return frozenset({known} - {"", "other"})


def differs(what: str, one: frozenset[str], other: frozenset[str]) -> bool:
    """Tell whether two files cannot be of one person; of names one may say less (`Ann M Doe` and
    `Doe, Ann`).
    """
    return not (one <= other or other <= one) if what == "name" else not one & other
