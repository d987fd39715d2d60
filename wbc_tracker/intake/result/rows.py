"""Rows of a lab file, read: the composition of the questions of this folder."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from wbc_tracker.arrays import Numbers, Small
from wbc_tracker.catalog import Catalog
from wbc_tracker.intake.column.units import convert_values
from wbc_tracker.intake.guards.findings import Findings
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.result.cells import Cells
from wbc_tracker.intake.result.collect import collect_cells
from wbc_tracker.intake.result.fate import Fate, decide
from wbc_tracker.intake.result.judge import judge_cells
from wbc_tracker.intake.result.proofs import Proofs, Settled
from wbc_tracker.intake.result.resolve import Meaning, resolve, settle_units
from wbc_tracker.intake.result.tidy import Intervals, convert_intervals, tidy_results
from wbc_tracker.intake.table.layout import Layout
from wbc_tracker.intake.table.table import TextTable


@dataclass(frozen=True)
class ReadRows:
    """What rows of a file say; one entry a cell that could hold a result.

    Attributes:
        file: its name. cells: as printed. meaning: analyte and unit. values: in canonical units.
        problem: the first problem, see `judge_cells`. fate: what becomes of the cell.
        intervals: in canonical units.
    """

    file: str
    cells: Cells
    meaning: Meaning
    values: Numbers
    problem: Small
    fate: Fate
    intervals: Intervals

    @property
    def proofs(self) -> Proofs:
        """What they say about what is settled for the whole file."""
        return replace(self.cells.proofs, unitless=self.meaning.unitless)

    def results(self, catalog: Catalog) -> pd.DataFrame:
        """Return the tidy results, schema.RESULT_COLUMNS, and rows that only take some back."""
        fate = self.fate
        has_values = fate.has_value
        values = np.where(has_values, self.values, np.nan) if fate.withdrawn.any() else self.values
        return tidy_results(
            self.file, self.cells, self.meaning, values, self.intervals, fate.passed_on, catalog
        )


def read_rows(
    table: TextTable,
    layout: Layout,
    findings: Findings,
    options: ReadingOptions,
    catalog: Catalog,
    settled: Settled | None = None,
) -> ReadRows:
    """Read rows of a file.

    Args:
        table: they. layout, findings: of the file. options: completed, see `Shape`.
        catalog: names, units and limits.
        settled: where the rows are a block of the file: what was settled for all of it.

    Raises:
        AmbiguousFileError: a column of dates or values can be read in two ways.
    """
    cells = collect_cells(table, layout, findings, options, catalog, settled)
    units = settle_units(options.units, catalog)
    fixed = {column.unit for column in layout.values} - {""}
    meaning = resolve(cells, units, fixed, options.names, catalog, settled)
    values = convert_values(cells.values.number, meaning.factor)
    problem = judge_cells(cells, meaning, values, options, catalog)
    fate = decide(cells, meaning, problem)
    several_values = layout.kind == "long" and len(layout.values) > 1
    intervals = convert_intervals(cells, meaning, catalog, cells.paired | several_values)
    return ReadRows(table.file, cells, meaning, values, problem, fate, intervals)
