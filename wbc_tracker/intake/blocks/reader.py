"""Blocks of lines of a lab file, read under its plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import pandas as pd

from wbc_tracker.arrays import Whole
from wbc_tracker.catalog import Catalog
from wbc_tracker.errors import WbcTrackerError
from wbc_tracker.intake.blocks.plan import NotForBlocks, Plan
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.guards import person
from wbc_tracker.intake.guards.copies import lost_limits
from wbc_tracker.intake.guards.evidence import Evidence, gather, merge
from wbc_tracker.intake.guards.look import (
    dates_of_draws,
    has_signs_in_marks,
    look_at_titles,
    unread_columns,
)
from wbc_tracker.intake.guards.sexes import tell_sexes
from wbc_tracker.intake.result.proofs import Proofs
from wbc_tracker.intake.result.rows import ReadRows, read_rows
from wbc_tracker.intake.result.tally import RowTally, tally_rows
from wbc_tracker.intake.table.headers import DateTokens, lab_words
from wbc_tracker.intake.table.second_table import drop_repeated_headers
from wbc_tracker.intake.table.shape import key_columns
from wbc_tracker.intake.table.table import TextTable, cut_records

#: So many texts tell whether a column is empty, or the same in every row.
_FIRSTS = 2


@dataclass(frozen=True)
class ColumnEvidence:
    """What the columns of consecutive rows hold.

    Attributes:
        guards: of each unread column, what the guards see. firsts: of each column, its first texts.
        first_year: of the draws. last_line: of the rows.
    """

    guards: Mapping[int, Evidence]
    firsts: tuple[tuple[str, ...], ...]
    first_year: int | None
    last_line: int

    def __add__(self, below: ColumnEvidence) -> ColumnEvidence:
        """Return what these rows and those below them hold."""
        firsts = (
            tuple(dict.fromkeys((*first, *second)))[:_FIRSTS]
            for first, second in zip(self.firsts, below.firsts, strict=True)
        )
        years = [year for year in (self.first_year, below.first_year) if year is not None]
        return ColumnEvidence(
            merge(self.guards, below.guards),
            tuple(firsts),
            min(years, default=None),
            max(self.last_line, below.last_line),
        )


@dataclass(frozen=True)
class BlockReading:
    """What a block of lines says.

    Attributes:
        results: as of `LabReading`. sexes: patient -> `f` or `m`, of those of whom it is told.
        proofs: what its cells prove. tally: what is told of them beside results.
    """

    results: pd.DataFrame
    sexes: Mapping[str, str]
    proofs: Proofs
    tally: RowTally


class BlockReader:
    """Reads blocks of one file under its plan; what is fixed is made once.

    A block is whole lines in UTF-8, of whole patients where its results are to be annotated.
    """

    def __init__(self, plan: Plan, catalog: Catalog) -> None:
        """Make what is fixed."""
        self.plan, self._catalog = plan, catalog
        options = plan.shape.options
        self._words = lab_words(options, catalog)
        self._dates = DateTokens(options.today or options.as_of, catalog)
        self._unread = unread_columns(plan.shape)

    def cut(self, block: bytes, lines: Whole) -> TextTable:
        """Return the cells of whole lines, with the line of the file on which each stands.

        Raises:
            NotForBlocks: lines and records are not the same.
        """
        if b"\r" in block:
            if block.count(b"\r") != block.count(b"\r\n"):
                raise NotForBlocks
            block = block.replace(b"\r\n", b"\n")
        body = block.removesuffix(b"\n")
        if b"\0" in body or body.endswith(b"\n"):
            raise NotForBlocks
        table = cut_records(self.plan.shape.table, body, lines, self.plan.delimiter)
        if table is None:
            raise NotForBlocks
        return table

    def look(self, table: TextTable) -> ColumnEvidence:
        """Return what the columns of consecutive lines hold."""
        shape = replace(self.plan.shape, table=table)
        catalog = self._catalog
        guards = gather(table.columns, self._unread, self._dates, table.header, catalog)
        return ColumnEvidence(
            {index: _slim(evidence) for index, evidence in guards.items()},
            tuple(_firsts(column) for column in table.columns),
            person.first_year(dates_of_draws(shape)) if self._unread else None,
            int(table.source_row.max(initial=0)),
        )

    def read(self, table: TextTable) -> BlockReading:
        """Read lines in any order.

        Raises:
            NotForBlocks: see `settle_blocks`.
        """
        plan, catalog = self.plan, self._catalog
        self._refuse_what_rows_decide(table)
        options, layout = plan.shape.options, plan.layout
        try:
            rows = read_rows(table, layout, plan.findings, options, catalog, plan.settled)
        except WbcTrackerError:
            raise NotForBlocks from None
        if rows.cells.paired.any() or _may_hold_two(rows):
            raise NotForBlocks
        return BlockReading(
            rows.results(catalog),
            tell_sexes(table, layout.roles, options),
            rows.proofs,
            tally_rows(rows, table, plan.findings, catalog),
        )

    def _refuse_what_rows_decide(self, table: TextTable) -> None:
        """Refuse rows that, in a file read whole, say something of other rows.

        Raises:
            NotForBlocks: a header that stands again, a title over rows, a comparator that the
                values have lost or that stands among marks.
        """
        shape = replace(self.plan.shape, table=table)
        try:
            keys = key_columns(table, shape.layout)
            _, repeated = drop_repeated_headers(table, keys, self._words, self._dates)
            sections = look_at_titles(shape, self._dates, self._catalog)
            signs = has_signs_in_marks(shape, self.plan.layout, self._catalog)
        except WbcTrackerError:
            raise NotForBlocks from None
        has_lost = any(True for _ in lost_limits(table, shape.layout, self._unread))
        if repeated or sections.lines or signs or has_lost:
            raise NotForBlocks


def _slim(evidence: Evidence) -> Evidence:
    """Return the evidence of a column without its texts, which only tell people apart where no
    column of patients is read.
    """
    return replace(evidence, person=replace(evidence.person, codes=None))


def _may_hold_two(rows: ReadRows) -> bool:
    """Tell whether a cell may print a count and a percentage: then other tests of the file
    decide.
    """
    return bool((rows.cells.values.bracketed | rows.cells.values.spaced).any())


def _firsts(column: TextColumn) -> tuple[str, ...]:
    first = column.first()
    return tuple(dict.fromkeys([first, *column.used(_FIRSTS)]))[:_FIRSTS] if first else ()
