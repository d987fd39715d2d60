"""Every cell that could hold a result, with what stands beside it, whatever the layout."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.catalog import Catalog
from wbc_tracker.intake.dates import parse_dates
from wbc_tracker.intake.layout import Layout
from wbc_tracker.intake.masks import Mask
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.ranges import parse_ranges
from wbc_tracker.intake.table import TextTable
from wbc_tracker.intake.texts import Texts, stack_texts
from wbc_tracker.intake.units import mean_the_same
from wbc_tracker.intake.values import parse_values

Numbers = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ValueCells:
    """What the value cells say; see `values.ValueColumn`."""

    text: Texts
    number: Numbers
    step: Numbers
    no_result: Mask
    negative: Mask
    comparator: Texts
    mark: Texts
    unit: Texts


@dataclass(frozen=True)
class RangeCells:
    """What the reference intervals say; see `ranges.RangeColumn`."""

    text: Texts
    low: Numbers
    high: Numbers
    unit: Texts
    unreadable: Mask


@dataclass(frozen=True)
class Cells:
    """The cells of one file in the order of its rows; every column has one entry a cell.

    `column` is the header of the cell's column. `iso` is the date of collection, "" where `date_problem` (a
    place in dates.DATE_PROBLEMS) is not 0. `units_differ`: the cell prints another unit than its column.
    """

    source_row: npt.NDArray[np.int64]
    column: Texts
    patient: Texts
    date_text: Texts
    iso: Texts
    date_problem: npt.NDArray[np.int8]
    name: Texts
    loinc: Texts
    specimen: Texts
    values: ValueCells
    unit: Texts
    units_differ: Mask
    ranges: RangeCells
    mark: Texts

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
        self.value_columns = [column.index for column in layout.analytes] or [layout.roles["value"]]
        width = len(self.value_columns)
        #: Row by row, the places of the cells when the value columns stand one below the other.
        self.order = np.arange(width * table.rows).reshape(width, table.rows).T.ravel()
        self.row = self.order % max(table.rows, 1)

    def collect(self) -> Cells:
        date_text, iso, date_problem = self._dates()
        values = self._value_cells()
        ranges = self._ranges()
        name, header_unit = self._names()
        return Cells(
            source_row=self.table.source_row[self.row],
            column=self._a_column([self.table.header[index] for index in self.value_columns]),
            patient=self._role("patient_id", self.options.patient),
            date_text=date_text,
            iso=iso,
            date_problem=date_problem,
            name=name,
            loinc=self._role("loinc"),
            specimen=self._role("specimen"),
            values=values,
            units_differ=self._differing_units(self._role("unit").or_else(header_unit), values.unit),
            unit=self._role("unit").or_else(header_unit).or_else(values.unit).or_else(ranges.unit),
            ranges=ranges,
            mark=self._role("abnormal_flag").or_else(values.mark),
        )

    def _role(self, role: str, default: str = "") -> Texts:
        """Return the texts of a role's column for every cell."""
        if role not in self.layout.roles:
            return Texts.constant(default, len(self.row))
        return self._spread(self.table.columns[self.layout.roles[role]])

    def _spread(self, column: Texts) -> Texts:
        return column if len(self.value_columns) == 1 else column.take(self.row)

    def _a_column(self, words: list[str]) -> Texts:
        """Return for every cell the word of its value column."""
        return Texts((self.order // max(self.table.rows, 1)).astype(np.int32), pa.array(words, pa.string()))

    def _where(self, index: int) -> str:
        return f"{self.table.file}, column {self.table.header[index]!r}"

    def _dates(self) -> tuple[Texts, Texts, npt.NDArray[np.int8]]:
        index = self.layout.roles["collected_at"]
        texts = self._role("collected_at")
        if "collected_time" in self.layout.roles:
            times = self._role("collected_time")
            with_time = texts.joined(times, " ")
            plain = times.is_blank() | texts.is_blank()
            codes = np.where(plain, texts.codes, with_time.codes + len(texts.words)).astype(np.int32)
            texts = Texts(codes, pa.concat_arrays([texts.words, with_time.words]))
            texts = Texts.of(pa.DictionaryArray.from_arrays(pa.array(texts.codes), texts.words).cast(pa.string()))
        today = self.options.today or self.options.as_of
        dates = parse_dates(texts.words, self.options.date_order, today, self._where(index))
        iso = Texts(texts.codes, pc.fill_null(dates.iso, ""))
        return texts, iso, texts.spread(dates.problem)

    def _value_cells(self) -> ValueCells:
        texts = [self.table.columns[index] for index in self.value_columns]
        parsed = [
            parse_values(column.words, self.options.decimal, self._where(index), self.catalog)
            for index, column in zip(self.value_columns, texts, strict=True)
        ]
        stacked = stack_texts(texts).take(self.order) if len(texts) > 1 else texts[0]

        def numbers(name: str) -> npt.NDArray[np.float64]:
            return stacked.spread(np.concatenate([getattr(column, name) for column in parsed]))

        def words(name: str) -> Texts:
            return Texts(stacked.codes, pa.array(np.concatenate([getattr(c, name) for c in parsed]), pa.string()))

        number, comparator = self._with_comparator_column(numbers("number"), words("comparator"))
        return ValueCells(
            text=stacked,
            number=number,
            step=numbers("step"),
            no_result=numbers("no_result").astype(bool),
            negative=numbers("negative").astype(bool),
            comparator=comparator,
            mark=words("mark"),
            unit=words("unit"),
        )

    def _with_comparator_column(self, number: Numbers, comparator: Texts) -> tuple[Numbers, Texts]:
        """Take the comparator of its own column where the value cell has none; an unknown one makes no number."""
        if "comparator" not in self.layout.roles:
            return number, comparator
        printed = self._role("comparator")
        known = {"": "", "=": "", "==": "", **self.catalog.words.comparators}
        meant = [known.get(text.casefold()) for text in printed.words.to_pylist()]
        column = Texts(printed.codes, pa.array([word or "" for word in meant], pa.string()))
        unknown = printed.spread(np.array([word is None for word in meant], dtype=bool))
        both = ~comparator.is_blank() & ~column.is_blank()
        at = np.flatnonzero(both)
        pairs = zip(comparator.take(at), column.take(at), strict=True)
        clash = both.copy()
        clash[at] = [in_cell != beside for in_cell, beside in pairs]
        return np.where(unknown | clash, np.nan, number), comparator.or_else(column)

    def _differing_units(self, beside: Texts, in_cell: Texts) -> Mask:
        """Return where the value cell prints a unit that means another one than its column's."""
        if in_cell.is_blank().all() or beside.is_blank().all():
            return np.zeros(len(in_cell), dtype=bool)
        pairs = beside.joined(in_cell, "\n")
        told = [pair.split("\n") for pair in pairs.words.to_pylist()]
        return pairs.spread(
            np.array([bool(a and b) and not mean_the_same(a, b, self.catalog) for a, b in told], dtype=bool)
        )

    def _names(self) -> tuple[Texts, Texts]:
        """Return the printed name of each cell's test, and the unit in the header of its column."""
        if self.layout.kind == "long":
            name = self._role("analyte" if "analyte" in self.layout.roles else "loinc")
            return name, Texts.constant("", len(self.row))
        columns = self.layout.analytes
        return self._a_column([c.name for c in columns]), self._a_column([c.unit for c in columns])

    def _ranges(self) -> RangeCells:
        """Take the interval from the range column where it prints one, else from the two limit columns."""
        text = self._role("ref_range")
        parsed = parse_ranges(text.words, self.options.decimal, self.catalog)
        low, high, unreadable = (text.spread(a) for a in (parsed.low, parsed.high, parsed.unreadable))
        unit = Texts(text.codes, pa.array(parsed.unit, pa.string()))
        if "ref_low" not in self.layout.roles and "ref_high" not in self.layout.roles:
            return RangeCells(text, low, high, unit, unreadable)
        lows, low_odd = self._limit("ref_low")
        highs, high_odd = self._limit("ref_high")
        odd = low_odd | high_odd | (lows >= highs)
        use = text.is_blank()
        return RangeCells(
            text=text.or_else(_limit_words(self._role("ref_low"), self._role("ref_high"))),
            low=np.where(use, np.where(odd, np.nan, lows), low),
            high=np.where(use, np.where(odd, np.nan, highs), high),
            unit=unit,
            unreadable=np.where(use, odd, unreadable),
        )

    def _limit(self, role: str) -> tuple[Numbers, Mask]:
        """Return one limit of the interval and where the cell prints something that is no limit."""
        texts = self._role(role)
        if role not in self.layout.roles:
            return np.full(len(texts), np.nan), np.zeros(len(texts), dtype=bool)
        parsed = parse_values(texts.words, self.options.decimal, self._where(self.layout.roles[role]), self.catalog)
        odd = (np.isnan(parsed.number) & ~parsed.no_result) | parsed.negative
        odd |= (parsed.comparator != "") | (parsed.unit != "")
        return texts.spread(np.where(odd, np.nan, parsed.number)), texts.spread(odd)


def _limit_words(low: Texts, high: Texts) -> Texts:
    """Return the two printed limits as one text: `4.0-11.0`, `>=4.0`, `<=11.0` or ""."""
    pairs = low.joined(high, "\n")
    told = []
    for pair in pairs.words.to_pylist():
        first, _, second = pair.partition("\n")
        one_sided = f">={first}" if first else f"<={second}" if second else ""
        told.append(f"{first}-{second}" if first and second else one_sided)
    return Texts(pairs.codes, pa.array(told, pa.string()))
