"""How a file was understood, in words: every column, and every test with its unit and one
sample.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pandas as pd

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.intake.column.near_names import look_like
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.guards.findings import Findings
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.result.cells import UNIT_PLACES, Cells
from wbc_tracker.intake.result.resolve import Meaning
from wbc_tracker.intake.result.rows import ReadRows
from wbc_tracker.intake.table.layout import Layout
from wbc_tracker.intake.table.ledger import ColumnState, State, state_of_unread
from wbc_tracker.intake.table.table import TextTable


class TestReading(NamedTuple):
    """One test: column and printed name, analyte and unit ("" where unknown), how decided, cells,
    and one sample.

    `problem` is the code of what its sample was rejected for; `like` the analyte that an unknown
    name looks like.
    """

    column: str
    name: str
    analyte: str
    unit: str
    how: str
    cells: int
    sample: str
    value: str
    problem: str = ""
    like: str = ""


def tell_columns(
    table: TextTable, layout: Layout, options: ReadingOptions, findings: Findings
) -> list[ColumnState]:
    """Return what became of each column."""
    told: dict[int, tuple[str, State, str]] = {
        index: (role, "read" if role else "undecided", reason)
        for index, (role, reason) in findings.reasons.items()
    }
    for role, index in layout.roles.items():
        if index in findings.reasons:
            continue
        told[index] = role, "read", _how(role, options, table, index)
    for column in layout.values:
        if layout.kind == "long":
            told[column.index] = "value", "read", _how("value", options, table, column.index)
        else:
            what = f"{column.name} [{column.unit or 'no unit'}]" if column.name else "a date"
            told[column.index] = what, "read", "header"
        for role, index in column.beside.items():
            told[index] = f"{role} of {column.header}", "test", "header"
    for place in findings.covariates.values():
        if place is not None:
            role, _, reason = told.get(place, ("", "read", ""))
            roles = f"{role}, covariate" if role else "covariate"
            told[place] = roles, "read", reason or "--map"
    return [
        ColumnState(name, *told[index], table.columns[index].first())
        if index in told
        else _unread(name, table.columns[index], options)
        for index, name in enumerate(table.header)
    ]


def _unread(header: str, texts: TextColumn, options: ReadingOptions) -> ColumnState:
    folded = fold_name(header)
    if role := options.instead.get(folded, ""):
        return ColumnState(header, role, "read", f"profile {options.profile}", texts.first())
    ignored = f"profile {options.profile}" if folded in options.ignore else ""
    ignored = "--ignore" if folded in {fold_name(h) for h in options.set_aside} else ignored
    return ColumnState(header, "", *state_of_unread(header, texts, ignored), texts.first())


def _how(role: str, options: ReadingOptions, table: TextTable, index: int) -> str:
    if options.columns.get(role):
        if not table.head.has_header and not options.profile:
            return "its cells"
        return f"profile {options.profile}" if options.profile else "--map"
    return "header" if index != table.head.name_column else "its cells"


def tell_tests(rows: ReadRows, catalog: Catalog) -> list[TestReading]:
    """Return how each test of each value column was understood, in the order of the file."""
    cells, meaning, values, problem = rows.cells, rows.meaning, rows.values, rows.problem
    if not cells.size:
        return []
    key = cells.column.codes.astype(np.int64) * (int(meaning.group.max()) + 1) + meaning.group
    key = key * 2 + cells.told.is_other_fluid
    places, _ = pd.factorize(key)
    frame = pd.DataFrame(
        {
            "test": places,
            "at": np.arange(cells.size),
            "silent": cells.values.no_result,
            "wrong": problem > 0,
        }
    )
    order = ["test", "silent", "wrong", "at"]
    by_test = frame.sort_values(order, kind="stable").groupby("test")["at"]
    firsts, counts = by_test.first().tolist(), by_test.size().tolist()
    return [
        _tell(at, count, cells, meaning, values, catalog, int(problem[at]))
        for at, count in zip(firsts, counts, strict=True)
    ]


def _tell(
    at: int,
    count: int,
    cells: Cells,
    meaning: Meaning,
    values: np.ndarray,
    catalog: Catalog,
    wrong: int,
) -> TestReading:
    place = int(meaning.analyte[at])
    analyte = meaning.ids[place] if place >= 0 else ""
    unit = catalog.canonical_unit(analyte) if analyte else ""
    how = meaning.how[int(meaning.group[at])]
    printed = cells.unit[at]
    if analyte and meaning.inferred[at]:
        how = f"{how}; unit inferred from the values"
    elif analyte and printed:
        how = f"{how}; unit {printed!r} {UNIT_PLACES[int(cells.unit_place[at])]}"
    elif analyte and not np.isnan(meaning.factor[at]):
        how = (
            f"{how}; no unit needed"
            if not meaning.unit_chosen[int(meaning.group[at])]
            else f"{how}; unit by --unit"
        )
    raw = cells.values.text[at]
    shown = f"{cells.values.comparator[at]}{values[at]:.12g}" if not np.isnan(values[at]) else ""
    rejected = "" if not wrong or cells.values.no_result[at] else list(catalog.problems)[wrong - 1]
    unknown = place < 0 and not meaning.problem[at]
    like = look_like(cells.name[at], printed, catalog) if unknown else ""
    return TestReading(
        cells.column[at],
        cells.name[at],
        analyte,
        unit,
        how,
        count,
        raw,
        "" if rejected else shown,
        "" if unknown else rejected,
        catalog.analytes[like].name if like else "",
    )
