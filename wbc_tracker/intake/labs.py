"""Lab files in, tidy results and rejects out: the composition of the questions of this folder."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from wbc_tracker import schema
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.intake.cells import Cells, collect_cells
from wbc_tracker.intake.dates import DATE_PROBLEMS
from wbc_tracker.intake.layout import Layout, find_layout, refuse_unclear_patients
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.problems import make_rejects, stack_rejects
from wbc_tracker.intake.resolve import NAME_PROBLEMS, Meaning, resolve, settle_units
from wbc_tracker.intake.table import TextTable, read_bytes, read_table
from wbc_tracker.intake.texts import Texts
from wbc_tracker.intake.units import convert_values, probable_unit
from wbc_tracker.wording import count_words

_ENCODINGS_WITHOUT_REMARK = ("utf-8", "utf-16", "utf-32")


@dataclass(frozen=True)
class LabReading:
    """What one lab file says.

    `read = len(results) + no_result + sum(ignored.values()) + len(rejects)` always holds.

    Attributes:
        results: tidy results, schema.RESULT_COLUMNS, in the order of the file.
        rejects: known tests that could not be read, schema.REJECT_COLUMNS.
        read: cells that could hold a result. no_result: cells that say there is none.
        ignored: names of tests the catalogue does not know, with their number of cells.
        columns: (header, what it was taken for), for every column.
        warnings: sentences for the user.
    """

    file: str
    layout: str
    results: pd.DataFrame
    rejects: pd.DataFrame
    read: int
    no_result: int
    ignored: Mapping[str, int]
    columns: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)


def read_labs(path: Path | str, options: ReadingOptions, catalog: Catalog | None = None) -> LabReading:
    """Read one lab file from disk; see `read_lab_bytes`."""
    return read_lab_bytes(read_bytes(Path(path)), Path(path).name, options, catalog)


def read_lab_bytes(raw: bytes, file: str, options: ReadingOptions, catalog: Catalog | None = None) -> LabReading:
    """Read the bytes of one lab file: long (a row a result) or wide (a row a draw).

    Args:
        raw: the file. file: its name, for messages and provenance.
        options: what the user settles. catalog: names, units and limits; by default the program's own.

    Returns:
        Tidy results in canonical units, and every cell that was not read, with the reason.

    Raises:
        UnreadableFileError: not a text table, or without recognised columns.
        AmbiguousFileError: date order, decimal mark, header or layout can be read in two ways.
        UsageError: an option names something that does not exist.
    """
    catalog = catalog or load_catalog()
    units = settle_units(options.units, catalog)
    table = read_table(raw, file, options)
    layout = find_layout(table.header, options, catalog, file)
    used = {*layout.roles.values(), *(column.index for column in layout.analytes)}
    refuse_unclear_patients(table, layout.roles, used, options, catalog)
    cells = collect_cells(table, layout, options, catalog)
    meaning = resolve(cells, units, {column.unit for column in layout.analytes} - {""}, catalog)
    values = convert_values(cells.values.number, meaning.factor)
    problem = _judge(cells, meaning, values, options, catalog)
    silent = cells.values.no_result
    nameless = cells.name.is_blank() & cells.loinc.is_blank()
    known = (meaning.analyte >= 0) | (meaning.problem > 0) | nameless
    ignored = ~known
    usable = ~silent & known & (problem == 0)
    low, high, lost_ranges = _intervals(cells, meaning, catalog)
    rejects = [_ragged(table, layout), _rejects(file, cells, meaning, problem, ~silent & known, catalog)]
    return LabReading(
        file=file,
        layout=layout.kind,
        results=_results(file, cells, meaning, values, (low, high), np.flatnonzero(usable), catalog),
        rejects=stack_rejects(rejects),
        read=cells.size + len(table.ragged) * max(len(layout.analytes), 1),
        no_result=int((silent & ~ignored).sum()),
        ignored=_names_of(cells.name, ignored),
        columns=_columns(table, layout),
        warnings=_warnings(table, layout, int((lost_ranges & usable).sum()), int((meaning.inferred & usable).sum())),
    )


def _judge(
    cells: Cells, meaning: Meaning, values: npt.NDArray[np.float64], options: ReadingOptions, catalog: Catalog
) -> npt.NDArray[np.int8]:
    """Return the first problem of each cell, as a place in the catalogue's problems counted from 1; 0 is none."""
    number = cells.values.number
    limits = np.array([[*catalog.analytes[id].limits] for id in meaning.ids] + [[np.nan, np.nan]])
    low, high = limits[meaning.analyte].T
    future = np.asarray([text[:10] > options.as_of for text in cells.iso.words.to_pylist()], dtype=bool)
    candidates = {
        "patient_missing": cells.patient.is_blank(),
        "name_missing": cells.name.is_blank() & cells.loinc.is_blank(),
        **{code: meaning.problem == place for place, code in enumerate(NAME_PROBLEMS) if code},
        **{code: cells.date_problem == place for place, code in enumerate(DATE_PROBLEMS) if code},
        "date_future": cells.iso.spread(future & options.reject_future),
        "unit_contradiction": cells.units_differ,
        "value_not_a_number": np.isnan(number),
        "value_negative": cells.values.negative,
        "value_implausible": (values < low) | (values > high),
    }
    problem = np.zeros(cells.size, dtype=np.int8)
    for place, code in reversed(list(enumerate(catalog.problems, start=1))):
        if code in candidates:
            problem[candidates[code]] = place
    return problem


def _detail(code: str, at: int, cells: Cells, meaning: Meaning, catalog: Catalog) -> str:
    """Return the words that the message of a rejected cell needs besides the cell."""
    if code in NAME_PROBLEMS:
        return str(meaning.details[meaning.group[at]])
    if code.startswith("date_"):
        return str(cells.date_text[at])
    if code == "value_implausible":
        return _implausible(meaning, at, float(cells.values.number[at]), catalog)
    return ""


def _implausible(meaning: Meaning, at: int, number: float, catalog: Catalog) -> str:
    analyte = catalog.analytes[meaning.ids[meaning.analyte[at]]]
    unit = catalog.canonical_unit(analyte.id)
    text = f"{number * meaning.factor[at]:g} {unit} is outside {analyte.limits[0]:g} to {analyte.limits[1]:g}"
    probable = probable_unit(number, analyte, catalog)
    return f"{text}; the unit probably is {probable}" if probable else text


def _intervals(
    cells: Cells, meaning: Meaning, catalog: Catalog
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the limits in the canonical unit, and which cells print an interval that cannot be used."""
    low, high = (convert_values(limit, meaning.range_factor) for limit in (cells.ranges.low, cells.ranges.high))
    largest = np.array([catalog.analytes[id].limits[1] for id in meaning.ids] + [np.nan])[meaning.analyte]
    printed = ~np.isnan(cells.ranges.low) | ~np.isnan(cells.ranges.high)
    absurd = (low > largest) | (high > largest) | (printed & np.isnan(meaning.range_factor))
    low[absurd], high[absurd] = np.nan, np.nan
    return low, high, cells.ranges.unreadable | absurd


def _results(
    file: str,
    cells: Cells,
    meaning: Meaning,
    values: npt.NDArray[np.float64],
    limits: tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]],
    usable: npt.NDArray[np.int64],
    catalog: Catalog,
) -> pd.DataFrame:
    analyte = meaning.analyte[usable].astype(np.int32)
    own_code = Texts(analyte, pa.array([catalog.analytes[id].loinc for id in meaning.ids]))
    unit = Texts(analyte, pa.array([catalog.canonical_unit(id) for id in meaning.ids]))
    columns: dict[str, object] = {
        "patient_id": cells.patient.take(usable).categories(),
        "collected_at": cells.iso.take(usable).categories(),
        "analyte": pd.Categorical.from_codes(analyte, categories=pd.Index(meaning.ids)),
        "loinc": cells.loinc.take(usable).or_else(own_code).categories(),
        "value": values[usable],
        "comparator": cells.values.comparator.take(usable).categories(),
        "unit": unit.categories(),
        "reported_analyte": cells.name.take(usable).categories(),
        "reported_value": cells.values.text.take(usable).categories(),
        "reported_unit": cells.unit.take(usable).categories(),
        "reported_range": cells.ranges.text.take(usable).categories(),
        "reported_flag": cells.mark.take(usable).categories(),
        "ref_low": limits[0][usable],
        "ref_high": limits[1][usable],
        "source_file": Texts.constant(file, len(usable)).categories(),
        "source_row": cells.source_row[usable],
        "unit_inferred": meaning.inferred[usable],
        "value_step": convert_values(cells.values.step, meaning.factor)[usable],
    }
    return pd.DataFrame(columns, columns=schema.names(schema.RESULT_COLUMNS))


def _rejects(
    file: str,
    cells: Cells,
    meaning: Meaning,
    problem: npt.NDArray[np.int8],
    known: npt.NDArray[np.bool_],
    catalog: Catalog,
) -> pd.DataFrame:
    frames = []
    for place, code in enumerate(catalog.problems, start=1):
        at = np.flatnonzero(known & (problem == place))
        if len(at):
            frames.append(
                make_rejects(
                    file,
                    code,
                    lines=cells.source_row[at],
                    column=cells.column.take(at).to_pylist(),
                    raw=cells.values.text.take(at).to_pylist(),
                    name=cells.name.take(at).to_pylist(),
                    detail=[_detail(code, i, cells, meaning, catalog) for i in at.tolist()],
                )
            )
    return stack_rejects(frames)


def _ragged(table: TextTable, layout: Layout) -> pd.DataFrame:
    """Reject every cell of the records that are not as long as the header."""
    headers = [table.header[column.index] for column in layout.analytes] or [table.header[layout.roles["value"]]]
    entries = [(line, header, cells) for line, cells in table.ragged for header in headers]
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


def _names_of(names: Texts, chosen: npt.NDArray[np.bool_]) -> dict[str, int]:
    found = Counter(names.take(np.flatnonzero(chosen)).to_pylist())
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def _columns(table: TextTable, layout: Layout) -> list[tuple[str, str]]:
    taken = {index: role for role, index in layout.roles.items()}
    taken |= {column.index: f"{column.name} [{column.unit or 'no unit'}]" for column in layout.analytes}
    return [(name, taken.get(i, "not used")) for i, name in enumerate(table.header)]


def _warnings(table: TextTable, layout: Layout, lost_ranges: int, inferred: int) -> list[str]:
    warnings = []
    if table.encoding.lower().replace("_", "-") not in _ENCODINGS_WITHOUT_REMARK:
        warnings.append(f"{table.file} was read as {table.encoding} text; if names look wrong, use --encoding.")
    if layout.kind == "wide" and layout.ignored:
        warnings.append(f"Columns not used: {', '.join(layout.ignored)}.")
    if lost_ranges:
        told = count_words(lost_ranges, "reference interval", "reference intervals")
        warnings.append(f"{told} could not be read and will not be used.")
    if inferred:
        told = count_words(inferred, "result without a printed unit", "results without a printed unit")
        warnings.append(f"{told}: it was inferred from the values. Check the unit.")
    return warnings
