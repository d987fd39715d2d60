"""What is settled once a file, and what its cells say about it: the order of day and month, the
decimal mark of each column, and units that no cell prints.

The cells of a file, or of some of its rows, are gathered as `Proofs`; they add up, whatever rows
they come from, and are settled once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.arrays import Numbers, Whole
from wbc_tracker.catalog import Catalog
from wbc_tracker.intake.column.dates import (
    DateColumn,
    NumericDates,
    are_dotted,
    read_dates,
    settle_order,
)
from wbc_tracker.intake.column.decimal_marks import settle_mark
from wbc_tracker.intake.column.units import infer_unit
from wbc_tracker.intake.column.values import ParsedValues, read_values
from wbc_tracker.intake.options import ReadingOptions


@dataclass(frozen=True)
class Settled:
    """What was settled of a file.

    Attributes:
        date_order: of its all-numeric dates, None where it has none.
        marks: place of a column -> its decimal mark.
        units: (place among the columns of values, analyte id) -> the unit of its results that print
            none, None where the values do not tell it.
    """

    date_order: str | None = None
    marks: Mapping[int, str] = field(default_factory=dict)
    units: Mapping[tuple[int, str], str | None] = field(default_factory=dict)

    def mark_of(self, place: int) -> str:
        """Return the decimal mark of a column; a point where it has no number with either."""
        return self.marks.get(place, ".")


@dataclass(frozen=True)
class Tallied:
    """Numbers, each once, and how many cells have it."""

    numbers: Numbers
    counts: Whole

    @classmethod
    def of(cls, numbers: Numbers) -> Tallied:
        """Count some numbers; what is none is left out."""
        distinct, counts = np.unique(numbers[~np.isnan(numbers)], return_counts=True)
        return cls(distinct, counts.astype(np.int64))

    def __add__(self, other: Tallied) -> Tallied:
        """Return the numbers of both."""
        numbers, at = np.unique(np.concatenate([self.numbers, other.numbers]), return_inverse=True)
        weights = np.concatenate([self.counts, other.counts])
        return Tallied(numbers, np.bincount(at, weights=weights).astype(np.int64))

    @property
    def median(self) -> float:
        """The middle number, of an even number of cells between the two in the middle."""
        total = int(self.counts.sum())
        if not total:
            return float("nan")
        upto = np.cumsum(self.counts)
        low, high = np.searchsorted(upto, [(total - 1) // 2, total // 2], side="right")
        return float((self.numbers[low] + self.numbers[high]) / 2)


@dataclass(frozen=True)
class Proofs:
    """What some rows of a file say about what is settled for all of it.

    Attributes:
        dates: the all-numeric dates. are_dotted: all dates are dotted, under a header of a
            language that writes the day first.
        separated: place of a column -> its distinct numbers with a comma or a point.
        unitless: (place among the columns of values, analyte id) -> the results without a printed
            unit.
    """

    dates: NumericDates
    are_dotted: bool
    separated: Mapping[int, pa.Array]
    unitless: Mapping[tuple[int, str], Tallied] = field(default_factory=dict)

    def __add__(self, other: Proofs) -> Proofs:
        """Return what the rows of both say."""
        separated = dict(self.separated)
        for place, numbers in other.separated.items():
            known = [separated[place]] if place in separated else []
            separated[place] = pc.unique(pa.concat_arrays([*known, numbers]))
        unitless = dict(self.unitless)
        for key, tallied in other.unitless.items():
            unitless[key] = unitless[key] + tallied if key in unitless else tallied
        return Proofs(
            self.dates + other.dates, self.are_dotted and other.are_dotted, separated, unitless
        )


def settle_units_of(
    unitless: Mapping[tuple[int, str], Tallied], catalog: Catalog
) -> dict[tuple[int, str], str | None]:
    """Return the unit that the middle of each column tells, None where it tells none."""
    return {
        (place, analyte): infer_unit(tallied.median, catalog.analytes[analyte], catalog)
        for (place, analyte), tallied in unitless.items()
    }


class Settler:
    """Reads the columns of dates and numbers of a file, or of a block of its rows, as it is settled
    for the whole file, and keeps what they say about that.
    """

    def __init__(self, options: ReadingOptions, settled: Settled | None, catalog: Catalog) -> None:
        """`settled`: what holds for the whole file; None where the rows are all of it."""
        self._options, self._settled, self._catalog = options, settled, catalog
        self._dates = NumericDates.none()
        self._are_dotted = False
        self._separated: dict[int, pa.Array] = {}

    @property
    def proofs(self) -> Proofs:
        """What the columns that were read say."""
        return Proofs(self._dates, self._are_dotted, self._separated)

    def dates(self, texts: pa.Array, today: str, where: str, *, is_day_first: bool) -> DateColumn:
        """Read the dates of the draws.

        Args:
            texts: they. today, where: see `parse_dates`.
            is_day_first: their header is of a language that writes no month first.

        Raises:
            AmbiguousFileError: see `parse_dates`.
        """
        read = read_dates(texts, today, self._catalog)
        self._dates, self._are_dotted = read.numeric, is_day_first and are_dotted(texts)
        order = self._options.date_order
        if order is None and self._settled is not None:
            order = self._settled.date_order
        elif order is None:
            order = settle_order_of(self.proofs, where, today, self._options)
        return read.in_order(order, today)

    def values(self, texts: pa.Array, where: str, proven: str | None, place: int) -> ParsedValues:
        """Read a column of numbers; `place` is its own, see `parse_values` for the others.

        Raises:
            AmbiguousFileError: see `parse_values`.
        """
        read = read_values(texts, self._catalog)
        known = [self._separated[place]] if place in self._separated else []
        self._separated[place] = pc.unique(pa.concat_arrays([*known, read.separated]))
        mark = self._options.decimal
        if mark is None and self._settled is not None:
            mark = self._settled.mark_of(place)
        usual = self._options.usual_decimal
        return read.with_mark(mark or settle_mark(read.separated, where, proven, usual))


def settle_order_of(proofs: Proofs, where: str, today: str, options: ReadingOptions) -> str | None:
    """Return the order of all-numeric dates, None where there are none.

    Dates that prove none have that of the profile; dotted ones under a header of a language that
    writes 03.04.2026 with the day first have that.

    Raises:
        AmbiguousFileError: it is not settled.
    """
    usual = options.usual_date_order or ("dmy" if proofs.are_dotted else None)
    return settle_order(proofs.dates, where, today, usual)


def settle_proofs(
    proofs: Proofs,
    dates: str,
    where: Callable[[int], str],
    today: str,
    options: ReadingOptions,
    catalog: Catalog,
) -> Settled:
    """Settle what all rows of a file say.

    Args:
        proofs: of them. dates: where the days of the draws stand. where: returns where a column
            does.
        today, options, catalog: as of `read_lab_bytes`.

    Raises:
        AmbiguousFileError: dates or numbers can be read in two ways.
    """
    order = None
    if options.date_order is None:
        order = settle_order_of(proofs, dates, today, options)
    marks = {}
    if options.decimal is None:
        for place, separated in proofs.separated.items():
            marks[place] = settle_mark(separated, where(place), None, options.usual_decimal)
    return Settled(order, marks, settle_units_of(proofs.unitless, catalog))
