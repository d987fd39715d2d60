"""What is wrong with a cell: the first problem of each, and the rejects with their words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from wbc_tracker import schema
from wbc_tracker.arrays import Mask, Numbers, Small, Whole
from wbc_tracker.catalog import Catalog
from wbc_tracker.intake.column.dates import DATE_PROBLEMS
from wbc_tracker.intake.column.texts import TextColumn, matches
from wbc_tracker.intake.column.units import probable_unit
from wbc_tracker.intake.guards.status import UNKNOWN
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.rejects import make_rejects, no_rejects, stack_rejects
from wbc_tracker.intake.result.cells import Cells
from wbc_tracker.intake.result.resolve import NAME_PROBLEMS, Meaning
from wbc_tracker.intake.table.layout import Layout
from wbc_tracker.intake.table.table import TextTable

#: A formula of a spreadsheet without the value that was saved with it; `=6.1` is no formula.
_FORMULA = r"^=[^0-9<>=\s]"


def judge_cells(
    cells: Cells,
    meaning: Meaning,
    values: Numbers,
    options: ReadingOptions,
    catalog: Catalog,
) -> Small:
    """Return the first problem of each cell, as a place in the catalogue's problems counted from
    1; 0 is none.
    """
    number = cells.values.number
    limits = np.array([[*catalog.analytes[id].limits] for id in meaning.ids] + [[np.nan, np.nan]])
    low, high = limits[meaning.analyte].T
    future = np.asarray(
        [text[:10] > options.as_of for text in cells.iso.words.to_pylist()], dtype=bool
    )
    candidates = {
        "patient_missing": cells.patient.is_blank(),
        "patient_conflict": cells.told.is_of_two,
        "specimen_unclear": cells.told.is_unclear_fluid,
        "result_status_unknown": cells.told.has_state(UNKNOWN),
        "comparator_unknown": cells.unknown_sign,
        "name_missing": cells.name.is_blank() & cells.loinc.is_blank(),
        **{code: meaning.problem == place for place, code in enumerate(NAME_PROBLEMS) if code},
        **{code: cells.date_problem == place for place, code in enumerate(DATE_PROBLEMS) if code},
        "date_future": cells.iso.spread(future & options.reject_future),
        "unit_contradiction": cells.units_differ,
        "formula_unsaved": cells.values.text.spread(matches(cells.values.text.words, _FORMULA)),
        "value_missing_code": cells.values.missing_code & ~_is_inside_its_interval(cells),
        "value_two_numbers": _may_be_two(cells, meaning, catalog),
        "value_not_a_number": np.isnan(number),
        "value_negative": cells.values.negative,
        "value_implausible": (values < low) | (values > high),
    }
    problem = np.zeros(cells.size, dtype=np.int8)
    for place, code in reversed(list(enumerate(catalog.problems, start=1))):
        if code in candidates:
            problem[candidates[code]] = place
    return problem


def _is_inside_its_interval(cells: Cells) -> Mask:
    """Return the cells whose number lies in the interval printed beside it, as IgG 999 mg/dL."""
    number = cells.values.number
    return np.asarray((number >= cells.ranges.low) & (number <= cells.ranges.high), dtype=bool)


def _may_be_two(cells: Cells, meaning: Meaning, catalog: Catalog) -> Mask:
    """Return the cells that may print a percentage beside a count: `12 (3)`, `29 800`.

    Only tests that have both can; and a space parts no two numbers where the name says that it is
    the count, or where the file prints the percentage of that test by itself.
    """
    doubtful = cells.values.bracketed | cells.values.spaced
    if not doubtful.any():
        return doubtful
    share_of = {a.share.absolute: a.id for a in catalog.analytes.values() if a.share}
    both = np.array([id in share_of or id in share_of.values() for id in meaning.ids] + [False])
    found = {meaning.ids[place] for place in pd.unique(meaning.analyte).tolist() if place >= 0}
    apart = np.array([share_of.get(id, "") in found for id in meaning.ids] + [False])
    spaced = cells.values.spaced & ~meaning.by_name & ~apart[meaning.analyte]
    return np.asarray(both[meaning.analyte] & (cells.values.bracketed | spaced), dtype=bool)


def reject_cells(
    file: str,
    cells: Cells,
    meaning: Meaning,
    problem: Small,
    known: Mask,
    catalog: Catalog,
) -> pd.DataFrame:
    """Return the rejects (schema.REJECT_COLUMNS and MENDABLE_COLUMNS) of the known cells with a
    problem.
    """
    frames = []
    for place, code in enumerate(catalog.problems, start=1):
        at = np.flatnonzero(known & (problem == place))
        if len(at):
            frame = make_rejects(
                file,
                code,
                lines=cells.source_row[at],
                column=cells.column.take(at).to_pylist(),
                raw=cells.values.text.take(at).to_pylist(),
                name=cells.name.take(at).to_pylist(),
                detail=[_detail(code, i, cells, meaning, catalog) for i in at.tolist()],
            )
            frames.append(frame.assign(**_mendable(cells, at)))
    return stack_rejects(frames)


def _mendable(cells: Cells, at: Whole) -> dict[str, list[str]]:
    """Return what stands in the file around rejected cells, so that the row can be mended and read
    again.
    """
    date = cells.iso.take(at).or_else(cells.date_text.take(at))
    texts = (
        cells.patient.take(at),
        date,
        cells.name.take(at),
        cells.loinc.take(at),
        cells.values.text.take(at),
        cells.unit.take(at),
        cells.ranges.text.take(at),
        cells.mark.take(at),
    )
    names = schema.names(schema.MENDABLE_COLUMNS)
    return {name: column.to_pylist() for name, column in zip(names, texts, strict=True)}


def reject_ragged(table: TextTable, layout: Layout) -> pd.DataFrame:
    """Return a reject for every cell of the records that are not as long as the header."""
    headers = [column.header for column in layout.values]
    entries = [(line, header, cells) for line, cells in table.ragged for header in headers]
    if not entries:
        return no_rejects()
    width = len(table.header)
    return make_rejects(
        table.file,
        "row_shape",
        lines=np.array([line for line, _, _ in entries], dtype=np.int64),
        column=[header for _, header, _ in entries],
        raw=[table.delimiter.join(cells) for _, _, cells in entries],
        name=["" for _ in entries],
        detail=[f"{len(cells)} cells, the header {width}" for _, _, cells in entries],
    )


#: Code -> the texts that its message names.
_TOLD_BY: Mapping[str, Callable[[Cells], TextColumn]] = {
    "specimen_unclear": lambda cells: cells.told.fluid,
    "result_status_unknown": lambda cells: cells.told.state_text,
    "comparator_unknown": lambda cells: cells.sign_text,
}


def _detail(code: str, at: int, cells: Cells, meaning: Meaning, catalog: Catalog) -> str:
    """Return the words that the message of a rejected cell needs besides the cell."""
    if code in NAME_PROBLEMS:
        return str(meaning.details[meaning.group[at]])
    if code in _TOLD_BY:
        return str(_TOLD_BY[code](cells)[at])
    if code.startswith("date_"):
        return str(cells.date_text[at])
    if code == "value_implausible":
        return _implausible(meaning, at, float(cells.values.number[at]), catalog)
    return ""


def _implausible(meaning: Meaning, at: int, number: float, catalog: Catalog) -> str:
    analyte = catalog.analytes[meaning.ids[meaning.analyte[at]]]
    unit = catalog.canonical_unit(analyte.id)
    text = (
        f"{number * meaning.factor[at]:g} {unit} is outside {analyte.limits[0]:g} to "
        f"{analyte.limits[1]:g}"
    )
    probable = probable_unit(number, analyte, catalog)
    return f"{text}; the unit probably is {probable}" if probable else text
