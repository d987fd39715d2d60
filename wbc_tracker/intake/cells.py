"""Every cell that could hold a result, with what stands beside it, whatever the layout."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.catalog import Catalog
from wbc_tracker.intake.dates import DateColumn, parse_dates
from wbc_tracker.intake.layout import Layout
from wbc_tracker.intake.masks import is_blank
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.ranges import RangeColumn, parse_ranges
from wbc_tracker.intake.table import TextTable
from wbc_tracker.intake.values import ValueColumn, parse_values


@dataclass(frozen=True)
class Cells:
    """The cells of one file in the order of its rows; every array has one entry a cell.

    `column` is the header of the cell's column; the other texts are as printed, "" where nothing is printed.
    """

    source_row: npt.NDArray[np.int64]
    column: pa.Array
    patient: pa.Array
    date_text: pa.Array
    dates: DateColumn
    name: pa.Array
    loinc: pa.Array
    value_text: pa.Array
    values: ValueColumn
    unit: pa.Array
    range_text: pa.Array
    ranges: RangeColumn
    mark: pa.Array

    @property
    def size(self) -> int:
        """Number of cells."""
        return len(self.source_row)


def collect_cells(table: TextTable, layout: Layout, options: ReadingOptions, catalog: Catalog) -> Cells:
    """Parse the columns of a file and lay out one entry for every cell that could hold a result.

    Raises:
        AmbiguousFileError: a column of dates or values can be read in two ways.
    """
    return _Collector(table, layout, options, catalog).collect()


class _Collector:
    """Holds the four inputs while the columns are taken one after the other."""

    def __init__(self, table: TextTable, layout: Layout, options: ReadingOptions, catalog: Catalog) -> None:
        self.table, self.layout, self.options, self.catalog = table, layout, options, catalog

    def collect(self) -> Cells:
        dates, date_text = self._dates()
        per_row = {"patient": self._patient(), "date_text": date_text, "iso": dates.iso}
        order, width = self._order()
        row = order % self.table.rows if self.table.rows else order
        value_columns = [column.index for column in self.layout.analytes] or [self.layout.roles["value"]]
        values = [self._values(index) for index in value_columns]
        printed = _concat([self.table.columns[index] for index in value_columns])
        merged = ValueColumn(*(_merge([getattr(v, f.name) for v in values], order) for f in fields(ValueColumn)))
        name, header_unit = self._names(order, width)
        ranges, range_text = self._ranges(row)
        unit = _first_printed(self._text("unit", row), header_unit, merged.unit, ranges.unit)
        comparator = self._text("comparator", row)
        return Cells(
            source_row=self.table.source_row[row],
            column=_repeat([self.table.header[index] for index in value_columns], order, self.table.rows),
            patient=per_row["patient"].take(pa.array(row)),
            date_text=per_row["date_text"].take(pa.array(row)),
            dates=DateColumn(per_row["iso"].take(pa.array(row)), dates.problem[row]),
            name=name,
            loinc=self._text("loinc", row),
            value_text=printed.take(pa.array(order)),
            values=_with_comparator(merged, comparator, self.catalog),
            unit=unit,
            range_text=range_text,
            ranges=ranges,
            mark=_first_printed(self._text("abnormal_flag", row), merged.mark),
        )

    def _order(self) -> tuple[npt.NDArray[np.int64], int]:
        """Return, row by row, the places of the cells when the value columns stand one below the other."""
        width = len(self.layout.analytes) or 1
        return np.arange(width * self.table.rows).reshape(width, self.table.rows).T.ravel(), width

    def _text(self, role: str, row: npt.NDArray[np.int64]) -> pa.Array:
        if role not in self.layout.roles:
            return _blank(len(row))
        return self.table.columns[self.layout.roles[role]].take(pa.array(row))

    def _patient(self) -> pa.Array:
        if "patient_id" in self.layout.roles:
            return self.table.columns[self.layout.roles["patient_id"]]
        return pa.repeat(pa.scalar(self.options.patient), self.table.rows)

    def _where(self, index: int) -> str:
        return f"{self.table.file}, column {self.table.header[index]!r}"

    def _dates(self) -> tuple[DateColumn, pa.Array]:
        index = self.layout.roles["collected_at"]
        texts = self.table.columns[index]
        if "collected_time" in self.layout.roles:
            times = self.table.columns[self.layout.roles["collected_time"]]
            joined = pc.binary_join_element_wise(texts, times, " ")
            texts = pc.if_else(pc.or_(pc.equal(times, ""), pc.equal(texts, "")), texts, joined)
        return parse_dates(texts, self.options.date_order, self.options.as_of, self._where(index)), texts

    def _values(self, index: int) -> ValueColumn:
        return parse_values(self.table.columns[index], self.options.decimal, self._where(index), self.catalog)

    def _names(self, order: npt.NDArray[np.int64], width: int) -> tuple[pa.Array, pa.Array]:
        if self.layout.kind == "long":
            role = "analyte" if "analyte" in self.layout.roles else "loinc"
            return self.table.columns[self.layout.roles[role]], _blank(len(order))
        names = _repeat([column.name for column in self.layout.analytes], order, self.table.rows)
        return names, _repeat([column.unit for column in self.layout.analytes], order, self.table.rows)

    def _ranges(self, row: npt.NDArray[np.int64]) -> tuple[RangeColumn, pa.Array]:
        """Take the interval from the range column where it prints one, else from the two limit columns."""
        roles = self.layout.roles
        text = self._text("ref_range", row)
        ranges = parse_ranges(text, self.options.decimal, self.catalog)
        if "ref_low" not in roles and "ref_high" not in roles:
            return ranges, text
        low_text, high_text = self._text("ref_low", row), self._text("ref_high", row)
        low, high = (self._values(roles[role]) if role in roles else None for role in ("ref_low", "ref_high"))
        missing = np.full(len(row), np.nan)
        lows = low.number[row] if low else missing
        highs = high.number[row] if high else missing
        odd = np.zeros(len(row), dtype=bool)
        for column in (low, high):
            if column is not None:
                odd |= (np.isnan(column.number) & ~column.no_result)[row] | column.negative[row]
        odd |= lows >= highs
        use = is_blank(text)
        merged = RangeColumn(
            np.where(use, np.where(odd, np.nan, lows), ranges.low),
            np.where(use, np.where(odd, np.nan, highs), ranges.high),
            ranges.unit,
            np.where(use, odd, ranges.unreadable),
        )
        return merged, pc.if_else(pa.array(use), _range_words(low_text, high_text), text)


def _range_words(low: pa.Array, high: pa.Array) -> pa.Array:
    """Return the two printed limits as one text: `4.0-11.0`, `>=4.0`, `<=11.0` or ""."""
    no_low, no_high = pc.equal(low, ""), pc.equal(high, "")
    both = pc.binary_join_element_wise(low, high, "-")
    one = pc.if_else(no_low, pc.binary_join_element_wise("<=", high, ""), pc.binary_join_element_wise(">=", low, ""))
    return pc.if_else(pc.and_(no_low, no_high), "", pc.if_else(pc.or_(no_low, no_high), one, both))


def _with_comparator(values: ValueColumn, printed: pa.Array, catalog: Catalog) -> ValueColumn:
    """Take the comparator of its own column where the value cell has none; an unknown one makes no number."""
    encoded = pc.dictionary_encode(printed)
    words = {"": "", "=": "", "==": "", **catalog.words.comparators}
    known = [words.get(text.casefold()) for text in encoded.dictionary.to_pylist()]
    if all(word == "" for word in known):
        return values
    index = encoded.indices.to_numpy(zero_copy_only=False)
    column = np.array([word or "" for word in known], dtype=object)[index]
    unknown = np.array([word is None for word in known])[index]
    clash = (values.comparator != "") & (column != "") & (values.comparator != column)
    number = np.where(unknown | clash, np.nan, values.number)
    comparator = np.where(values.comparator == "", column, values.comparator)
    return ValueColumn(number, comparator, values.mark, values.unit, values.step, values.no_result, values.negative)


def _first_printed(first: pa.Array, *others: Any) -> pa.Array:
    """Return, cell by cell, the first text that is not empty."""
    result = first
    for other in others:
        texts = other if isinstance(other, pa.Array) else pa.array(other, pa.string())
        result = pc.if_else(pc.equal(result, ""), texts, result)
    return result


def _merge(parts: list[Any], order: npt.NDArray[np.int64]) -> Any:
    return np.concatenate(parts)[order]


def _concat(parts: list[pa.Array]) -> pa.Array:
    return parts[0] if len(parts) == 1 else pa.concat_arrays(parts)


def _repeat(texts: list[str], order: npt.NDArray[np.int64], rows: int) -> pa.Array:
    if not rows:
        return _blank(0)
    return pa.array(texts, pa.string()).take(pa.array(order // rows))


def _blank(size: int) -> pa.Array:
    return pa.repeat(pa.scalar(""), size)
