"""Every cell that could hold a result, with what stands beside it, whatever the layout."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from wbc_tracker.arrays import Mask, Numbers, Small, Whole
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.result.proofs import Proofs
from wbc_tracker.intake.result.told import Told

#: Where a unit was printed, in the order of precedence.
UNIT_PLACES = (
    "",
    "in its column",
    "in the header",
    "behind the name",
    "in the value cell",
    "in the interval",
)


@dataclass(frozen=True)
class ValueCells:
    """What the value cells say; see `values.ParsedValues`."""

    text: TextColumn
    number: Numbers
    step: Numbers
    no_result: Mask
    negative: Mask
    missing_code: Mask
    bracketed: Mask
    spaced: Mask
    comparator: TextColumn
    mark: TextColumn
    unit: TextColumn


@dataclass(frozen=True)
class RangeCells:
    """What the reference intervals say; see `ranges.RangeColumn`."""

    text: TextColumn
    low: Numbers
    high: Numbers
    unit: TextColumn
    unreadable: Mask


@dataclass(frozen=True)
class Cells:
    """The cells of one file in the order of its rows; every column has one entry a cell.

    Attributes:
        column: the header of the cell's column.
        iso: the date of collection; "" where `date_problem`, a place in dates.DATE_PROBLEMS, is not
            0.
        unit_place: where the unit was printed, a place in UNIT_PLACES.
        units_differ: the cell prints two units that mean different ones.
        paired: the row printed the count and the percentage of one test in one cell.
        by_date: the columns are dates, not tests.
        proofs: what the cells say about what is settled once a file.
        told: state, fluid and person of the row. unknown_sign: its column of comparators holds
            something that is none, or another one than the cell; `sign_text` is what it holds.
        covariates: name -> what the user's column says; "" where the file has no such column.
    """

    source_row: Whole
    column: TextColumn
    patient: TextColumn
    date_text: TextColumn
    iso: TextColumn
    date_problem: Small
    name: TextColumn
    loinc: TextColumn
    told: Told
    values: ValueCells
    unit: TextColumn
    unit_place: Small
    units_differ: Mask
    ranges: RangeCells
    mark: TextColumn
    paired: Mask
    by_date: bool
    unknown_sign: Mask
    sign_text: TextColumn
    proofs: Proofs
    covariates: Mapping[str, TextColumn]

    @property
    def size(self) -> int:
        """Number of cells."""
        return len(self.source_row)

    def where(self, at: int) -> tuple[int, int]:
        """Return line and place in the line of a cell."""
        return int(self.source_row[at]), int(self.column.codes[at])
