"""Lab files in, tidy results and rejects out: the composition of the questions of this folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pandas as pd

from wbc_tracker.arrays import Mask
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.intake.column.near_names import look_like
from wbc_tracker.intake.column.units import convert_values
from wbc_tracker.intake.file.opening import read_bytes
from wbc_tracker.intake.guards.identity import whom_it_names
from wbc_tracker.intake.guards.look import look_at_columns
from wbc_tracker.intake.guards.sexes import tell_sexes
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.reading import FileReading
from wbc_tracker.intake.rejects import stack_rejects
from wbc_tracker.intake.result.cells import Cells
from wbc_tracker.intake.result.collect import collect_cells
from wbc_tracker.intake.result.fate import decide, ignored_names, warnings_of
from wbc_tracker.intake.result.judge import judge_cells, reject_cells, reject_ragged
from wbc_tracker.intake.result.mapping import tell_columns, tell_tests
from wbc_tracker.intake.result.mend import mending_options
from wbc_tracker.intake.result.resolve import resolve, settle_units
from wbc_tracker.intake.result.tidy import convert_intervals, tidy_results
from wbc_tracker.intake.result.told import warn_of_remarks
from wbc_tracker.intake.table.ledger import ColumnState, unread_words
from wbc_tracker.intake.table.shape import name_shape, read_shape, tell_shape
from wbc_tracker.wording import count_words

#: Of so many unknown names it is asked what they look like; a file of thousands lists other things.
_MOST_ASKED, _MOST_NAMED = 200, 5


@dataclass(frozen=True, kw_only=True)
class LabReading(FileReading):
    """What one lab file says.

    Attributes:
        results: tidy results, schema.RESULT_COLUMNS, in the order of the file.
        sexes: patient -> `f` or `m`, where a column tells it.
    """

    results: pd.DataFrame
    sexes: Mapping[str, str] = field(default_factory=dict)

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
    path: Path | str, options: ReadingOptions, catalog: Catalog | None = None
) -> LabReading:
    """Read one lab file from disk; see `read_lab_bytes`."""
    return read_lab_bytes(read_bytes(Path(path)), Path(path).name, options, catalog)


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
    table, options = shape.table, shape.options
    units = settle_units(options.units, catalog)
    cells = collect_cells(table, layout, findings, options, catalog)
    fixed = {column.unit for column in layout.values} - {""}
    meaning = resolve(cells, units, fixed, options.names, catalog)
    values = convert_values(cells.values.number, meaning.factor)
    problem = judge_cells(cells, meaning, values, options, catalog)
    fate = decide(cells, meaning, problem)
    several_values = layout.kind == "long" and len(layout.values) > 1
    shared = cells.paired | several_values
    intervals = convert_intervals(cells, meaning, catalog, shared)
    rejects = [
        reject_ragged(table, layout),
        reject_cells(file, cells, meaning, problem, fate.rejected, catalog),
    ]
    columns = tell_columns(table, layout, options, findings)
    warnings = [
        *tell_shape(shape),
        *findings.warnings,
        *_warnings_of_columns(columns, layout.kind),
        *_warn_of_lookalikes(cells, fate.unknown, catalog),
        *warnings_of(cells, fate),
        *warn_of_remarks(table, findings, catalog),
        *_warnings_of_cells(
            int((intervals.of_another_unit & fate.usable).sum()),
            int((meaning.inferred & fate.usable).sum()),
        ),
        *_warn_of_intervals(cells, intervals.lost & fate.usable),
    ]
    return LabReading(
        file=file,
        layout="fhir" if table.observations else layout.kind,
        results=tidy_results(
            file,
            cells,
            meaning,
            np.where(fate.has_value, values, np.nan) if fate.withdrawn.any() else values,
            intervals,
            fate.passed_on,
            catalog,
        ),
        rejects=stack_rejects(rejects),
        mended_by=mending_options(cells, meaning, fate.rejected, catalog),
        read=cells.size + len(table.ragged) * len(layout.values),
        no_result=int(fate.no_result.sum()),
        ignored=ignored_names(cells, fate),
        ignored_kinds=fate.kinds(),
        shape=name_shape(shape),
        columns=columns,
        tests=tell_tests(cells, meaning, values, problem, catalog) if options.explain else [],
        warnings=warnings,
        named=whom_it_names(table, layout.roles, layout.used, options, catalog),
        sexes=tell_sexes(table, layout.roles, options),
    )


def _warnings_of_columns(columns: list[ColumnState], layout: str) -> list[str]:
    """Tell the columns that nothing was made of where one of them may matter: an undecided one, or
    in a wide file one that may be a test.
    """
    matters = layout != "long" or any(column.state == "undecided" for column in columns)
    told = unread_words(columns)
    return [told] if matters and told else []


def _warn_of_lookalikes(cells: Cells, chosen: Mask, catalog: Catalog) -> list[str]:
    """Return a sentence about the ignored names that look like a known test."""
    at = np.flatnonzero(chosen)
    _, firsts = np.unique(cells.name.codes[at], return_index=True)
    found = {
        cells.name[place]: look_like(cells.name[place], cells.unit[place], catalog)
        for place in at[firsts[:_MOST_ASKED]].tolist()
    }
    told = [f"{name!r} looks like {catalog.analytes[id].name}" for name, id in found.items() if id]
    more = f" and {len(told) - _MOST_NAMED} more" if len(told) > _MOST_NAMED else ""
    sentence = (
        f"Ignored, but {', '.join(told[:_MOST_NAMED])}{more}. If that is what it is, name it in a "
        "profile of your own (wbc-tracker profiles)."
    )
    return [sentence] if told else []


def _warn_of_intervals(cells: Cells, lost: Mask) -> list[str]:
    """Return a sentence about the intervals that could not be used, with the first of them."""
    at = np.flatnonzero(lost)
    if not len(at):
        return []
    told = count_words(len(at), "reference interval", "reference intervals")
    first = f"{cells.ranges.text[at[0]]!r} in line {cells.source_row[at[0]]}"
    return [f"{told} could not be read and will not be used, such as {first}."]


def _warnings_of_cells(of_another_unit: int, inferred: int) -> list[str]:
    warnings = []
    if of_another_unit:
        told = count_words(
            of_another_unit,
            "reference interval is that of another unit than its value",
            "reference intervals are those of another unit than their value",
        )
        warnings.append(f"{told} and will not be used.")
    if inferred:
        told = count_words(
            inferred, "result without a printed unit", "results without a printed unit"
        )
        warnings.append(f"{told}: it was inferred from the values. Check the unit.")
    return warnings
