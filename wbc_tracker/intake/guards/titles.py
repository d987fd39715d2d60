"""Words that stand over rows and say what these are of: lines above a table, titles inside it, the
name of a sheet, and in a flowsheet the rows that speak of whole columns.

A title inside a table is a row of one text and no value. The rows below it are of another fluid
until a title names blood; below any other title they cannot be decided.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from wbc_tracker.arrays import Mask, Small
from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.columns import has_phrase, header_words, load_columns
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.errors import AmbiguousFileError
from wbc_tracker.intake.column.fluids import BOTH, NOT_NAMED, OTHER, fluid_in, is_plain_title
from wbc_tracker.intake.column.texts import Codes
from wbc_tracker.intake.guards import fluid
from wbc_tracker.intake.guards.looks import looks_like_name
from wbc_tracker.intake.guards.status import state_of
from wbc_tracker.intake.table.head import shown_preamble
from wbc_tracker.intake.table.headers import DateTokens, read_test_header
from wbc_tracker.intake.table.layout import Layout
from wbc_tracker.intake.table.people import cut_title, name_in_title
from wbc_tracker.intake.table.table import TextTable

#: More cells than a word for a person and the person are no title.
_MOST_CELLS = 2
_DECORATED = re.compile(r"^\W{2,}\w|\w\W*:$")
_ROLES_ASIDE = ("patient_id", "collected_time")


@dataclass(frozen=True)
class Title:
    """A row of words over other rows: its line, its text, and whether it bears a date."""

    line: int
    text: str
    is_dated: bool = False


@dataclass(frozen=True)
class Sections:
    """What the titles in a table say of the rows below them.

    Attributes:
        lines: of the titles. said: what each says of the rows below it, as `fluid_in` tells a
            text. texts: the title that said so.
    """

    lines: tuple[int, ...] = ()
    said: tuple[int, ...] = ()
    texts: tuple[str, ...] = ()

    def of_rows(self, table: TextTable) -> tuple[Small, Codes]:
        """Return for every row what the titles above it say of fluids, and which one said it."""
        place = np.searchsorted(np.array(self.lines, dtype=np.int64), table.source_row, "left")
        said = np.array([NOT_NAMED, *self.said], dtype=np.int8)
        return said[place], np.maximum(place - 1, 0).astype(np.int32)


def find_titles(table: TextTable, layout: Layout, dates: DateTokens) -> list[Title]:
    """Return the rows that hold no value and one text, or two; in a wide file, whose rows without
    a value may have remarks, only where that text stands in the first column or the date's.
    """
    found = [
        Title(line, " | ".join(filled))
        for line, record in table.ragged
        if 0 < len(filled := [cell.strip() for cell in record if cell.strip()]) <= _MOST_CELLS
    ]
    silent = np.ones(table.rows, dtype=bool)
    for column in layout.values:
        silent &= table.columns[column.index].is_blank()
        if not silent.any():
            return sorted(found, key=lambda title: title.line)
    at = np.flatnonzero(silent)
    aside = {layout.roles[role] for role in _ROLES_ASIDE if role in layout.roles}
    day = layout.roles.get("collected_at", -1)
    counts = np.zeros(len(at), dtype=np.int16)
    for index, cells in enumerate(table.columns):
        if index not in aside and index != day:
            counts += ~cells.take(at).is_blank()
    is_date = np.zeros(len(at), dtype=bool)
    if day >= 0:
        texts = table.columns[day].take(at)
        known = {text: dates.is_date(text) for text in texts.used()}
        is_date = texts.spread(np.array([known.get(t, False) for t in texts.words.to_pylist()]))
        counts += ~texts.is_blank() & ~is_date
    firsts = {0, day, layout.roles.get("analyte", -1), layout.roles.get("loinc", -1)}
    for place in np.flatnonzero((counts > 0) & (counts <= _MOST_CELLS)).tolist():
        row = {i: text for i, text in enumerate(table.row(int(at[place]))) if text}
        kept = {i: t for i, t in row.items() if i not in aside and (i != day or not is_date[place])}
        if kept and min(kept) in firsts:
            line = int(table.source_row[at[place]])
            found.append(Title(line, " | ".join(kept.values()), bool(is_date[place])))
    return sorted(found, key=lambda title: title.line)


def find_sections(titles: Sequence[Title], catalog: Catalog) -> Sections:
    """Return what titles say of the rows below them, as far as they speak of fluids."""
    said, lines, states, texts = NOT_NAMED, [], [], []
    for title in titles:
        new = _after(title, said, catalog)
        if new != said or new == OTHER:
            lines.append(title.line)
            states.append(new)
            texts.append(title.text)
        said = new
    return Sections(tuple(lines), tuple(states), tuple(texts))


def _after(title: Title, said: int, catalog: Catalog) -> int:
    """Return what is said of the rows below a title, where `said` was said above it.

    A row with a date may be a test without a result (`Urine culture`): as a title it counts only
    where it is decorated or names nothing but the fluid.
    """
    words, folded = load_columns(), header_words(title.text)
    is_code = folded in words.fluid_codes
    is_title = not title.is_dated or bool(_DECORATED.search(title.text))
    named = fluid_in(title.text, catalog)
    if named:
        is_plain = is_plain_title(title.text, catalog)
        if not is_title and (is_code or not is_plain):
            return said
        return OTHER if is_plain or (named == OTHER and title.is_dated) else BOTH
    others = set(folded.split()) - words.title_words
    if has_phrase(folded, words.blood_titles) or (others and others <= words.blood):
        return NOT_NAMED
    is_test = read_test_header(title.text, catalog) is not None
    return BOTH if said and is_title and not is_test else said


def refuse_people(
    table: TextTable, layout: Layout, titles: Sequence[Title], catalog: Catalog
) -> None:
    """Refuse a table whose titles name people: the rows below each are another person's.

    `Patient: Ann` does; names alone do where two of them stand over one test.

    Raises:
        AmbiguousFileError: naming the line and the options that settle it.
    """
    for title in titles:
        if name_in_title(title.text, catalog):
            raise _several_people(table.file, title)
    names = [t for t in titles if not t.is_dated and looks_like_name(t.text, catalog)]
    if len({title.text.casefold() for title in names}) > 1 and _share_a_test(table, layout, names):
        raise _several_people(table.file, names[1])


def _share_a_test(table: TextTable, layout: Layout, titles: Sequence[Title]) -> bool:
    """Tell whether one test stands below two of the titles; in a wide file every row has all."""
    place = np.searchsorted([title.line for title in titles], table.source_row, "right")
    column = layout.roles.get("analyte", layout.roles.get("loinc", -1))
    below = [table.columns[column].take(np.flatnonzero(place == n)).used() if column >= 0 else [""]
             for n in range(1, len(titles) + 1)]  # fmt: skip
    shown = {title.text for title in titles}
    tests = [{fold_name(text) for text in texts if text not in shown} for texts in below]
    return any(first & second for n, first in enumerate(tests) for second in tests[n + 1 :])


def _several_people(file: str, title: Title) -> AmbiguousFileError:
    return AmbiguousFileError(
        f"{file}: line {title.line} may name the patient of the rows below it: "
        f"{shown_preamble([title.text])!r}.",
        "Save each person's rows as a file of their own; if all rows are one person's, name the "
        "person with --patient ID.",
        code="patient_unclear",
    )


def refuse_fluid_above(table: TextTable, is_told: Mask, catalog: Catalog) -> None:
    """Refuse a table under a line, or in a sheet, that names another fluid.

    Args:
        table: the file as text. is_told: the rows whose own cells tell what they were measured in.
        catalog: names of fluids.

    Raises:
        AmbiguousFileError: naming the line, and what settles it.
    """
    if is_told.all():
        return
    by_row = "if some are not, say in a column Specimen for each row what it was measured in."
    for line in table.head.preamble:
        title = cut_title(line)[0]
        if fluid_in(line, catalog) and not fluid.is_remark_header(title):
            raise AmbiguousFileError(
                f"{table.file}: a line above the table names another fluid than blood: "
                f"{shown_preamble([line])!r}.",
                f"If the results are of blood, take the line out; {by_row}",
                code="specimen_unclear",
            )
    if fluid_in(table.sheet, catalog):
        raise AmbiguousFileError(
            f"{table.file}: the sheet {table.sheet!r} is named after another fluid than blood.",
            f"If its results are of blood, give the sheet another name; {by_row}",
            code="specimen_unclear",
        )


def refuse_rows_about_columns(
    table: TextTable, layout: Layout, is_patient_named: bool, catalog: Catalog
) -> None:
    """Refuse a flowsheet with a row that tells the state, the fluid or the person of its columns.

    Raises:
        AmbiguousFileError: naming the row, and what to do.
    """
    names = table.columns[layout.roles["analyte"]]
    hints = set(catalog.words.patient_hints)
    materials = {fold_name(t) for t in ("specimen", *catalog.words.roles["specimen"])}
    for text in names.used():
        words = header_words(text)
        is_state = words in load_columns().status_headers
        is_person = bool(set(words.split()) & hints) and not is_patient_named
        if not (is_state or is_person or words in materials) or read_test_header(text, catalog):
            continue
        for place in np.flatnonzero(names.spread(np.array(names.words.to_pylist()) == text)):
            cells = [table.columns[column.index][int(place)] for column in layout.values]
            filled = [cell for cell in cells if cell]
            if is_state:
                told = any(state_of(cell) in ("withdrawn", "corrected") for cell in filled)
                what, code = "the state", "status_unclear"
            elif words in materials:
                told = any(fluid_in(cell, catalog) for cell in filled)
                what, code = "the fluid", "specimen_unclear"
            else:
                told = len({cell.casefold() for cell in filled}) > 1
                what, code = "the patient", "patient_unclear"
            if told:
                raise AmbiguousFileError(
                    f"{table.file}, line {table.source_row[place]}: the row {text!r} tells {what} "
                    f"of each column ({', '.join(filled[:3])}).",
                    "Take out that row, and the columns that are no results of this patient's "
                    "blood.",
                    code=code,
                )
