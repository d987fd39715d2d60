"""Rows with a date that are no lab results, infusions and events: what their readers share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from wbc_tracker.arrays import Mask
from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.errors import UnreadableFileError
from wbc_tracker.intake.column.dates import DATE_PROBLEMS, DateColumn, parse_dates
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.file.opening import unpack
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.reading import FileReading
from wbc_tracker.intake.rejects import make_rejects, stack_rejects
from wbc_tracker.intake.table.headers import HeaderWords, dated_words
from wbc_tracker.intake.table.layout import looks_like_labs
from wbc_tracker.intake.table.people import refuse_unclear_patients
from wbc_tracker.intake.table.roles import find_candidates, of_this_file, settle_roles
from wbc_tracker.intake.table.second_table import drop_repeated_headers
from wbc_tracker.intake.table.shape import (
    complete_table_options,
    complete_text_options,
    name_table,
)
from wbc_tracker.intake.table.table import TextTable, read_table

#: Role -> the columns that could play it.
Candidates = dict[str, list[int]]
Words = npt.NDArray[np.object_]


@dataclass(frozen=True)
class DatedKind:
    """What distinguishes one kind of file of dated rows from another.

    Attributes:
        noun: one row of it ("infusion"). roles: role -> the headers it is known by.
        date: the role of the date. needed: roles without which the file is refused.
        looked_for: those and the others in words. example: the role that a hint names.
        proves: whether columns (role -> header) show that the file is of this kind although it also
            has those of lab results.
        also_known: headers of columns that play no one role.
        narrow: chooses among several candidates of a role, by headers and cells.
    """

    noun: str
    roles: Mapping[str, tuple[str, ...]]
    date: str
    needed: frozenset[str]
    looked_for: str
    example: str
    proves: Callable[[Mapping[str, str]], bool]
    also_known: tuple[str, ...] = ()
    narrow: Callable[[TextTable, Candidates], Candidates] = lambda _, found: found


@dataclass(frozen=True, kw_only=True)
class DatedReading(FileReading):
    """What one file of dated rows says; its rows come with the kind.

    Attributes:
        names_patients: the file has a patient column.
    """

    names_patients: bool


@dataclass(frozen=True)
class Problems:
    """Per row the code of its problem ("" where there is none), and the words for it."""

    codes: Words
    details: Words

    @classmethod
    def none(cls, rows: int) -> Problems:
        """Return rows without a problem."""
        return cls(*(np.full(rows, "", dtype=object) for _ in range(2)))

    @property
    def is_good(self) -> Mask:
        """Which rows have no problem."""
        return np.asarray(self.codes == "", dtype=bool)

    def note(self, code: str, holds: Mask, texts: TextColumn | Words) -> None:
        """Note a problem where it holds; of several problems of one row the last noted is told."""
        for at in np.flatnonzero(holds).tolist():
            self.codes[at], self.details[at] = code, texts[at]


@dataclass(frozen=True)
class DatedRows:
    """A file of dated rows as columns of texts, with the role of each column, and the options of
    reading, completed by a profile.
    """

    kind: DatedKind
    table: TextTable
    roles: Mapping[str, int]
    options: ReadingOptions

    @property
    def read(self) -> int:
        """How many rows the file has, well formed or not."""
        return self.table.rows + len(self.table.ragged)

    @property
    def shape(self) -> str:
        """How the file was cut, in words."""
        return name_table(self.table, self.options.profile)

    @property
    def names_patients(self) -> bool:
        """Whether the file has a patient column."""
        return "patient_id" in self.roles

    def column(self, role: str, default: str = "") -> TextColumn:
        """Return the column of a role; without one it says `default` everywhere."""
        if role in self.roles:
            place = self.roles[role]
            as_printed = role in ("patient_id", "note")
            return self.table.ids(place) if as_printed else self.table.columns[place]
        return TextColumn.constant(default, self.table.rows)

    def where(self, role: str) -> str:
        """Name the place of a role in messages."""
        if role not in self.roles:
            return self.table.file
        return f"{self.table.file}, column {self.header(role)!r}"

    def header(self, role: str) -> str:
        """Return the header of a role that has a column, else of the date."""
        return self.table.header[self.roles.get(role, self.roles[self.kind.date])]

    def dates(self, catalog: Catalog) -> DateColumn:
        """Return the dates, one entry a distinct text of the column.

        Raises:
            AmbiguousFileError: the order of day and month is not proved.
        """
        options, words = self.options, self.column(self.kind.date).words
        return parse_dates(
            words,
            options.date_order,
            options.today or options.as_of,
            self.where(self.kind.date),
            catalog,
            usual=options.usual_date_order,
        )

    def note_places(self, problems: Problems, dates: DateColumn, patient: TextColumn) -> None:
        """Note the rows without a date that can be read, or without a patient."""
        date = self.column(self.kind.date)
        for number, code in enumerate(DATE_PROBLEMS):
            if code:
                problems.note(code, date.spread(dates.problem == number), date)
        problems.note("patient_missing", patient.is_blank(), patient)

    def rejects(self, problems: Problems, roles: Mapping[str, str]) -> pd.DataFrame:
        """Return one reject a row with a problem, and one a row whose cells do not fit the header.

        Args:
            problems: of the rows.
            roles: code -> role of the column that it is told of; by default the date's.
        """
        table = self.table
        told = [
            self._reject(
                problems.codes[at],
                roles.get(problems.codes[at], self.kind.date),
                int(table.source_row[at]),
                [column[at] for column in table.columns],
                problems.details[at],
            )
            for at in np.flatnonzero(~problems.is_good).tolist()
        ]
        ragged = [
            self._reject(
                "row_shape",
                self.kind.date,
                line,
                cells,
                f"{len(cells)} cells, the header {len(table.header)}",
            )
            for line, cells in table.ragged
        ]
        return stack_rejects([*ragged, *told])

    def _reject(
        self, code: str, role: str, line: int, cells: list[str], detail: str
    ) -> pd.DataFrame:
        return make_rejects(
            self.table.file,
            code,
            lines=np.array([line], dtype=np.int64),
            column=[self.header(role)],
            raw=[self.table.delimiter.join(cells)],
            name=[self.kind.noun],
            detail=[detail],
        )


def read_dated_rows(
    raw: bytes,
    file: str,
    kind: DatedKind,
    options: ReadingOptions,
    catalog: Catalog,
) -> DatedRows:
    """Read the bytes of a file of dated rows as columns.

    Args:
        raw: the bytes. file: the file's name.
        kind: of the file.
        options: how to read. catalog: words and names.

    Raises:
        UnreadableFileError: not a text table, a lab file, or without the columns that are needed.
        AmbiguousFileError: two columns for one role, or a column that may name several patients.
        UsageError: a role or header was named that does not exist.
    """
    spelled = {**kind.roles, "also known": kind.also_known}
    profile = options.named_profile
    if profile:
        options = complete_text_options(options, profile)
    table = read_table(unpack(raw, file), file, options, dated_words(spelled, options, catalog))
    options = of_this_file(options, table.header, kind.roles, file)
    if profile:
        options = complete_table_options(options, profile, table.header, kind.roles)
    words = dated_words(spelled, options, catalog)
    aside = frozenset(fold_name(header) for header in options.set_aside)
    options = replace(options, ignore=options.ignore | aside)
    candidates = find_candidates(table.header, kind.roles, options.columns, file, options.ignore)
    candidates = kind.narrow(table, candidates)
    _refuse_lab_file(table, candidates, kind, catalog, words)
    roles = settle_roles(table.header, candidates, file)
    refuse_unclear_patients(table, roles, set(roles.values()), options, catalog)
    if not kind.needed <= set(roles):
        raise UnreadableFileError(
            f"{file} has no recognised columns. Looked for {kind.looked_for}.",
            f"Its first line reads: {' | '.join(table.header)[:200]}. Name columns with --map "
            f"{kind.example}=HEADER.",
            code="no_columns",
        )
    table, _ = drop_repeated_headers(table, {roles[kind.date]}, words, words.dates)
    return DatedRows(kind, table, roles, options)


def _refuse_lab_file(
    table: TextTable,
    candidates: Mapping[str, list[int]],
    kind: DatedKind,
    catalog: Catalog,
    words: HeaderWords,
) -> None:
    """Refuse a lab file: every blood draw in it would become an infusion or an event.

    Raises:
        UnreadableFileError: the headers are those of lab results.
    """
    headers = {role: fold_name(table.header[columns[0]]) for role, columns in candidates.items()}
    if looks_like_labs(table.header, catalog, words) and not kind.proves(headers):
        raise UnreadableFileError(
            f"{table.file} holds lab results, not {kind.noun}s.",
            "Read it with `wbc-tracker import` or --labs.",
            code="wrong_file",
        )
