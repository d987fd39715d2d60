"""Lab files in, tidy results and rejects out: the composition of the questions of this folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pandas as pd

from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.intake.file.opening import read_bytes
from wbc_tracker.intake.guards.findings import Findings
from wbc_tracker.intake.guards.identity import whom_it_names
from wbc_tracker.intake.guards.look import look_at_columns
from wbc_tracker.intake.guards.sexes import tell_sexes
from wbc_tracker.intake.options import UNDATED, ReadingOptions, refuse_short_years
from wbc_tracker.intake.reading import FileReading
from wbc_tracker.intake.rejects import stack_rejects
from wbc_tracker.intake.result.judge import reject_ragged
from wbc_tracker.intake.result.mapping import tell_columns, tell_tests
from wbc_tracker.intake.result.resolve import settle_units
from wbc_tracker.intake.result.rows import read_rows
from wbc_tracker.intake.result.tally import RowTally, tally_rows
from wbc_tracker.intake.table.ledger import ColumnState, unread_words
from wbc_tracker.intake.table.shape import Shape, name_shape, read_shape, tell_shape
from wbc_tracker.schema import RESULT_COLUMNS, names


@dataclass(frozen=True, kw_only=True)
class LabReading(FileReading):
    """What one lab file says.

    Attributes:
        results: tidy results, schema.RESULT_COLUMNS and behind them the covariates, in the order
            of the file.
        sexes: patient -> `f` or `m`, where a column tells it.
        covariates: their names -> whether the file has such a column.
    """

    results: pd.DataFrame
    sexes: Mapping[str, str] = field(default_factory=dict)
    covariates: Mapping[str, bool] = field(default_factory=dict)

    @property
    def rows(self) -> pd.DataFrame:
        """The results, and rows that only take results back."""
        return self.results

    @property
    def is_without_use(self) -> bool:
        """Whether it has rows, and none of them is a known test, or all known tests are
        rejected.
        """
        return bool(
            self.read
            and not len(self.results)
            and not self.no_result
            and "withdrawn" not in self.ignored_kinds
        )


def read_labs(
    path: Path | str, options: ReadingOptions | None = None, catalog: Catalog | None = None
) -> LabReading:
    """Read one lab file: a row a result (long), a row a draw (wide) or a column a draw (flowsheet).

    Args:
        path: a file as the commands take it: CSV, Excel, JSON Lines, FHIR or Parquet, packed too.
        options: what the file does not prove, as `ReadingOptions(as_of=..., date_order="dmy")`.
            Without options nothing of the file lies in the future, and no clock is asked.
        catalog: names, units and limits; by default the program's own.

    Returns:
        `results`, one row each in canonical units; `rejects`, every cell that could not be read,
        with line, reason and hint; what was counted beside them (`read`, `duplicates`, `no_result`,
        `ignored`), and `warnings`.

    Raises:
        UnreadableFileError: not a table, or without recognised columns. AmbiguousFileError: date
            order, decimal mark or header can be read in two ways; without options, a file whose
            years have two digits. UsageError: an option names something that does not exist.
    """
    file = Path(path).name
    reading = read_lab_bytes(read_bytes(Path(path)), file, options or UNDATED, catalog)
    if options is None:
        refuse_short_years(reading.results["collected_at"], file)
    return reading


def read_lab_bytes(
    raw: bytes, file: str, options: ReadingOptions, catalog: Catalog | None = None
) -> LabReading:
    """Read the bytes of one lab file: a row a result (long), a row a draw (wide) or a column a
    draw (flowsheet).

    Args:
        raw: the file. file: its name, for messages and provenance.
        options: what the user settles. catalog: names, units and limits; by default the program's
            own.

    Returns:
        Tidy results in canonical units, and every cell that was not read, with the reason.

    Raises:
        UnreadableFileError: not a text table, or without recognised columns.
        AmbiguousFileError: date order, decimal mark, header or layout can be read in two ways.
        UsageError: an option names something that does not exist.
    """
    catalog = catalog or load_catalog()
    settle_units(options.units, catalog)
    shape = read_shape(raw, file, options, catalog)
    layout, findings = look_at_columns(shape, catalog)
    shape = replace(shape, layout=layout)
    table, options = shape.table, shape.options
    rows = read_rows(table, layout, findings, options, catalog)
    reading = tell_reading(shape, findings, tally_rows(rows, table, findings, catalog), catalog)
    return replace(
        reading,
        results=rows.results(catalog),
        tests=tell_tests(rows, catalog) if options.explain else [],
        named=whom_it_names(table, layout.roles, layout.used, options, catalog),
        sexes=tell_sexes(table, layout.roles, options),
    )


def tell_reading(shape: Shape, findings: Findings, told: RowTally, catalog: Catalog) -> LabReading:
    """Return what a lab file says, without its results.

    Args:
        shape: the file, with the layout that its cells prove. findings: of its unread columns.
        told: of all its rows. catalog: names and words.
    """
    table, layout = shape.table, shape.layout
    columns = tell_columns(table, layout, shape.options, findings)
    return LabReading(
        file=table.file,
        layout="fhir" if table.observations else layout.kind,
        results=pd.DataFrame(columns=names(RESULT_COLUMNS)),
        rejects=stack_rejects([reject_ragged(table, layout), told.rejects]),
        mended_by=told.mended_by(catalog),
        read=told.read + len(table.ragged) * len(layout.values),
        no_result=told.no_result,
        ignored=told.ignored_names,
        ignored_kinds=told.ignored_kinds,
        shape=name_shape(shape),
        columns=columns,
        covariates={name: at is not None for name, at in findings.covariates.items()},
        warnings=[
            *tell_shape(shape),
            *findings.warnings,
            *_warnings_of_columns(columns, layout.kind),
            *told.warnings(table.header, catalog),
        ],
    )


def _warnings_of_columns(columns: list[ColumnState], layout: str) -> list[str]:
    """Tell the columns that nothing was made of where one of them may matter: an undecided one, or
    in a wide file one that may be a test.
    """
    matters = layout != "long" or any(column.state == "undecided" for column in columns)
    told = unread_words(columns)
    return [told] if matters and told else []
