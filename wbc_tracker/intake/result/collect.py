"""Parse the columns of a file and lay out its cells, whatever the layout."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce
from itertools import cycle

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.arrays import Mask, Numbers, Small, ascending
from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.intake.column.pairs import cut_pairs, name_of_share
from wbc_tracker.intake.column.ranges import join_limits, parse_ranges
from wbc_tracker.intake.column.texts import (
    TextColumn,
    first_filled,
    matches,
    stack_texts,
    to_mask,
)
from wbc_tracker.intake.column.units import contradicting_units, looks_like_unit
from wbc_tracker.intake.guards.comparator import join_signs, signs_of
from wbc_tracker.intake.guards.findings import Findings
from wbc_tracker.intake.guards.status import states_of, strongest
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.result.cells import Cells, RangeCells, ValueCells
from wbc_tracker.intake.result.proofs import Settled, Settler
from wbc_tracker.intake.result.told import Told, tell_rows
from wbc_tracker.intake.table.headers import TestHeader, read_test_header
from wbc_tracker.intake.table.layout import Layout
from wbc_tracker.intake.table.table import TextTable


def collect_cells(
    table: TextTable,
    layout: Layout,
    findings: Findings,
    options: ReadingOptions,
    catalog: Catalog,
    settled: Settled | None = None,
) -> Cells:
    """Parse the columns of a file and lay out one entry for every cell that could hold a result.

    Args:
        table, layout, findings, options, catalog: of the file.
        settled: of a block of rows: what was settled for the whole file. Without it the rows are
            the whole file, and settle it.

    Raises:
        AmbiguousFileError: a column of dates or values can be read in two ways.
    """
    return _Collector(table, layout, options, catalog, settled).collect(findings)


class _Collector:
    """Holds the four inputs while the columns are taken one after the other."""

    def __init__(
        self,
        table: TextTable,
        layout: Layout,
        options: ReadingOptions,
        catalog: Catalog,
        settled: Settled | None,
    ) -> None:
        self.table, self.layout, self.options, self.catalog = table, layout, options, catalog
        self.settler = Settler(options, settled, catalog)
        self.value_columns = [column.index for column in layout.values]
        width = len(self.value_columns)
        #: Row by row, the places of the cells when the value columns stand one below the other.
        self.order = np.arange(width * table.rows).reshape(width, table.rows).T.ravel()
        #: The percentages printed in one cell with their count are cells of their own behind it.
        self.texts, self.shares = cut_pairs([table.columns[i] for i in self.value_columns])
        self.is_share = np.zeros(len(self.order), dtype=bool)
        if self.shares:
            twice = np.flatnonzero(~stack_texts(self.shares).take(self.order).is_blank())
            at = np.concatenate([np.arange(len(self.order)), twice])
            sorted_by_row = ascending(at)
            self.is_share = (np.arange(len(at)) >= len(self.order))[sorted_by_row]
            self.order = self.order[at[sorted_by_row]]
        self.row = self.order % max(table.rows, 1)

    def collect(self, findings: Findings) -> Cells:
        self.signs_in_marks = findings.signs_in_marks
        date_text, iso, date_problem = self._dates()
        values, sign_text, unknown_sign = self._value_cells()
        ranges = self._ranges()
        name, header_unit, name_unit = self._names()
        in_name = name.spread(matches(name.words, "[<>≤≥]"))
        beside = (self._of_count(unit) for unit in (self._role("unit"), header_unit, name_unit))
        units = (*beside, values.unit, self._of_count(ranges.unit))
        return Cells(
            source_row=self.table.source_row[self.row],
            column=self._a_column([self.table.header[index] for index in self.value_columns]),
            patient=self._role("patient_id", self.options.patient),
            date_text=date_text,
            iso=iso,
            date_problem=date_problem,
            name=name,
            loinc=self._of_count(self._role("loinc")),
            told=self._told(findings),
            values=values,
            units_differ=contradicting_units(units[:4], self.catalog),
            unit=reduce(TextColumn.or_else, units),
            unit_place=first_filled(units),
            ranges=ranges,
            mark=self._of_count(self._role("abnormal_flag")).or_else(values.mark),
            paired=np.isin(self.order, self.order[self.is_share]) if self.shares else self.is_share,
            by_date=self.layout.kind == "flowsheet",
            unknown_sign=unknown_sign | in_name,
            sign_text=sign_text.or_else(name) if in_name.any() else sign_text,
            proofs=self.settler.proofs,
            covariates={
                name: self._no_text() if i is None else self._spread(self.table.columns[i])
                for name, i in findings.covariates.items()
            },
        )

    def _told(self, findings: Findings) -> Told:
        """Return what the guards say of each cell; a state beside one test is that of its cells."""
        told = tell_rows(self.table, self.layout, findings, self.catalog)
        if len(self.value_columns) > 1 or self.shares:
            told = told.take(self.row)
        if not any("status" in column.beside for column in self.layout.values):
            return told
        own = self._beside("status")
        state = strongest([told.state, states_of(own)], len(self.row))
        return replace(told, state=state, state_text=own.or_else(told.state_text))

    def _role(self, role: str, default: str = "") -> TextColumn:
        """Return the texts of a role's column for every cell, or of the columns beside each value
        column.
        """
        if any(role in column.beside for column in self.layout.values):
            return self._beside(role)
        if role not in self.layout.roles:
            return TextColumn.constant(default, len(self.row))
        place = self.layout.roles[role]
        is_id = role == "patient_id"
        return self._spread(self.table.ids(place) if is_id else self.table.columns[place])

    def _has(self, role: str) -> bool:
        return role in self.layout.roles or any(
            role in column.beside for column in self.layout.values
        )

    def _beside(self, role: str) -> TextColumn:
        """Return for every cell the text beside its value; "" where its column has none beside
        it.
        """
        blank = TextColumn.constant("", self.table.rows)
        places = [column.beside.get(role, -1) for column in self.layout.values]
        return stack_texts([blank if i < 0 else self.table.columns[i] for i in places]).take(
            self.order
        )

    def _spread(self, column: TextColumn) -> TextColumn:
        is_plain = len(self.value_columns) == 1 and not self.shares
        return column if is_plain else column.take(self.row)

    def _of_count(self, column: TextColumn) -> TextColumn:
        """Return a column that speaks of the counts, "" for the percentages beside them."""
        if not self.shares:
            return column
        codes = np.where(self.is_share, len(column.words), column.codes).astype(np.int32)
        return TextColumn(codes, pa.concat_arrays([column.words, pa.array([""])]))

    def _a_column(self, words: list[str]) -> TextColumn:
        """Return for every cell the word of its value column."""
        if len(words) == 1:
            return TextColumn.constant(words[0], len(self.row))
        return TextColumn(
            (self.order // max(self.table.rows, 1)).astype(np.int32), pa.array(words, pa.string())
        )

    def _where(self, index: int) -> str:
        return f"{self.table.file}, column {self.table.header[index]!r}"

    def _dates(self) -> tuple[TextColumn, TextColumn, Small]:
        if self.layout.kind == "flowsheet":
            texts = self._a_column([column.date for column in self.layout.values])
            where = f"{self.table.file}, the dates in line {self.table.head.header_line}"
        else:
            texts, where = self._printed_dates()
        if "collected_time" in self.layout.roles:
            times = self._role("collected_time")
            with_time = texts.joined(times, " ")
            plain = times.is_blank() | texts.is_blank() | self._has_own("collected_at")
            codes = np.where(plain, texts.codes, with_time.codes + len(texts.words)).astype(
                np.int32
            )
            texts = TextColumn(codes, pa.concat_arrays([texts.words, with_time.words]))
            texts = TextColumn.of(
                pa.DictionaryArray.from_arrays(pa.array(texts.codes), texts.words).cast(pa.string())
            )
        today = self.options.today or self.options.as_of
        dates = self.settler.dates(texts.words, today, where, is_day_first=self._is_day_first())
        iso = TextColumn(texts.codes, pc.fill_null(dates.iso, ""))
        return texts, iso, texts.spread(dates.problem)

    def _is_day_first(self) -> bool:
        """Tell whether the header of the dates is of a language that writes no month first, such as
        `Datum` or `Tarih`.
        """
        if "collected_at" not in self.layout.roles:
            return False
        header = fold_name(self.table.header[self.layout.roles["collected_at"]])
        return header in self.catalog.words.day_first

    def _printed_dates(self) -> tuple[TextColumn, str]:
        """Return the date of each cell, its own where its test has a column of dates, and where
        they stand.
        """
        index = self.layout.roles.get("collected_at", -1)
        shared = self._spread(self.table.columns[index]) if index >= 0 else self._no_text()
        own = self._has_own("collected_at")
        if not own.any():
            return shared, self._where(index)
        beside = self._beside("collected_at")
        codes = np.where(own, beside.codes + len(shared.words), shared.codes).astype(np.int32)
        texts = TextColumn(codes, pa.concat_arrays([shared.words, beside.words]))
        return texts, f"{self.table.file}, the columns of dates"

    def _has_own(self, role: str) -> Mask:
        """Return which cells have a column of a role beside them that is theirs alone."""
        has = np.array([role in column.beside for column in self.layout.values], dtype=bool)
        none = np.zeros(len(self.order), dtype=bool)
        return has[self.order // max(self.table.rows, 1)] if has.any() else none

    def _value_cells(self) -> tuple[ValueCells, TextColumn, Mask]:
        texts = [*self.texts, *self.shares]
        joined = stack_texts(texts)
        if self.layout.kind == "flowsheet":
            # The columns hold the same tests: what one proves of the decimal mark holds for all.
            proven = next(iter(self.table.proven.values()), None)
            parsed = [self.settler.values(joined.words, self.table.file, proven, -1)]
        else:
            parsed = [
                self.settler.values(
                    column.words, self._where(index), self.table.proven.get(index), index
                )
                for index, column in zip(cycle(self.value_columns), texts, strict=False)
            ]
        below = len(self.value_columns) * self.table.rows
        place = np.where(self.is_share, self.order + below, self.order)
        stacked = joined.take(place) if len(texts) > 1 else joined

        def numbers(name: str) -> Numbers:
            return stacked.spread(np.concatenate([getattr(column, name) for column in parsed]))

        def words(name: str) -> TextColumn:
            return TextColumn(
                stacked.codes,
                pa.array(np.concatenate([getattr(c, name) for c in parsed]), pa.string()),
            )

        comparator, sign_text, unknown_sign = self._with_comparator_column(words("comparator"))
        cells = ValueCells(
            text=stacked,
            number=numbers("number"),
            step=numbers("step"),
            no_result=numbers("no_result").astype(bool) | self._says_no_result(stacked),
            negative=numbers("negative").astype(bool),
            missing_code=numbers("missing_code").astype(bool),
            bracketed=numbers("bracketed").astype(bool),
            spaced=numbers("spaced").astype(bool),
            comparator=comparator,
            mark=words("mark"),
            unit=words("unit"),
        )
        return cells, sign_text, unknown_sign

    def _says_no_result(self, texts: TextColumn) -> Mask:
        """Return the cells whose text means, in the export of the profile,
        that there is no result.
        """
        return texts.spread(
            to_mask(
                pc.is_in(pc.utf8_lower(texts.words), pa.array(self.options.no_result, pa.string()))
            )
        )

    def _with_comparator_column(
        self, comparator: TextColumn
    ) -> tuple[TextColumn, TextColumn, Mask]:
        """Take the comparator of its own column where the value cell has none.

        Returns:
            The comparators, what the column of its own holds, and where that is no comparator or
            another one than that of the value cell.
        """
        if self.signs_in_marks:
            comparator = comparator.or_else(signs_of(self._of_count(self._role("abnormal_flag"))))
        if not self._has("comparator"):
            return comparator, self._no_text(), np.zeros(len(self.row), dtype=bool)
        printed = self._of_count(self._role("comparator"))
        joined, unknown = join_signs(comparator, printed, self.catalog)
        return joined, printed, unknown

    def _names(self) -> tuple[TextColumn, TextColumn, TextColumn]:
        """Return the printed name of each cell's test, the unit in the header of its column,
        and that in the name.
        """
        units = self._a_column([column.unit for column in self.layout.values])
        if self.layout.kind == "wide":
            names = self._a_column([column.name for column in self.layout.values])
            return self._with_shares(names), units, self._no_text()
        name = self._role("analyte" if "analyte" in self.layout.roles else "loinc")
        name = self._with_shares(name)
        tests = [self._cut_name(text) for text in name.words.to_pylist()]
        if not any(test.unit for test in tests):
            return name, units, self._no_text()
        names = TextColumn(name.codes, pa.array([test.name for test in tests], pa.string()))
        return (
            names,
            units,
            TextColumn(name.codes, pa.array([test.unit for test in tests], pa.string())),
        )

    def _with_shares(self, names: TextColumn) -> TextColumn:
        """Return the names, those of counts turned into their percentage where that was printed."""
        if not self.shares:
            return names
        shares = pa.array([name_of_share(name, self.catalog) for name in names.words.to_pylist()])
        codes = np.where(self.is_share, names.codes + len(names.words), names.codes)
        return TextColumn(codes.astype(np.int32), pa.concat_arrays([names.words, shares]))

    def _cut_name(self, text: str) -> TestHeader:
        """Return name and unit of a cell such as `WBC (10^9/L)`; a name that is known as it stands
        stays whole.
        """
        test = (
            read_test_header(text, self.catalog)
            if not self.options.names.get(fold_name(text))
            else None
        )
        return (
            test
            if test and test.name != text and looks_like_unit(test.unit, self.catalog)
            else TestHeader(text, "")
        )

    def _no_text(self) -> TextColumn:
        return TextColumn.constant("", len(self.row))

    def _ranges(self) -> RangeCells:
        """Take the interval from the range column where it prints one,
        else from the two limit columns.
        """
        text = self._role("ref_range").or_else(
            self._a_column([column.interval for column in self.layout.values])
        )
        parsed = parse_ranges(text.words, self.options.decimal, self.catalog)
        low, high, unreadable = (
            text.spread(a) for a in (parsed.low, parsed.high, parsed.unreadable)
        )
        unit = TextColumn(text.codes, pa.array(parsed.unit, pa.string()))
        if not (self._has("ref_low") or self._has("ref_high")):
            return RangeCells(text, low, high, unit, unreadable)
        lows, low_odd = self._limit("ref_low")
        highs, high_odd = self._limit("ref_high")
        odd = low_odd | high_odd | (lows >= highs)
        use = text.is_blank()
        return RangeCells(
            text=text.or_else(join_limits(self._role("ref_low"), self._role("ref_high"))),
            low=np.where(use, np.where(odd, np.nan, lows), low),
            high=np.where(use, np.where(odd, np.nan, highs), high),
            unit=unit,
            unreadable=np.where(use, odd, unreadable),
        )

    def _limit(self, role: str) -> tuple[Numbers, Mask]:
        """Return one limit of the interval and where the cell prints something that is no limit."""
        texts = self._role(role)
        if not self._has(role):
            return np.full(len(texts), np.nan), np.zeros(len(texts), dtype=bool)
        places = [
            self.layout.roles.get(role, -1),
            *(column.beside.get(role, -1) for column in self.layout.values),
        ]
        place = next(place for place in places if place >= 0)
        proven = next(
            (self.table.proven[place] for place in places if place in self.table.proven), None
        )
        parsed = self.settler.values(texts.words, self._where(place), proven, place)
        odd = (np.isnan(parsed.number) & ~parsed.no_result) | parsed.negative
        odd |= (parsed.comparator != "") | (parsed.unit != "")
        return texts.spread(np.where(odd, np.nan, parsed.number)), texts.spread(odd)
