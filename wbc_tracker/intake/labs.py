"""Lab files in, tidy results and rejects out: the composition of the questions of this folder."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker import schema
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.intake.cells import Cells, collect_cells
from wbc_tracker.intake.layout import Layout, find_layout
from wbc_tracker.intake.masks import is_blank, to_mask
from wbc_tracker.intake.options import ReadingOptions
from wbc_tracker.intake.problems import make_rejects, no_rejects
from wbc_tracker.intake.resolve import Meaning, resolve, settle_units
from wbc_tracker.intake.table import TextTable, read_bytes, read_table
from wbc_tracker.intake.units import convert_values, probable_unit

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
    cells = collect_cells(table, layout, options, catalog)
    meaning = resolve(cells, units, catalog)
    values = convert_values(cells.values.number, meaning.factor)
    problem, detail = _judge(cells, meaning, values, options, catalog)
    silent = cells.values.no_result
    known = (meaning.analyte >= 0) | (meaning.problem != "")
    nameless = is_blank(cells.name)
    ignored = ~known & ~(nameless & silent)
    no_result = silent & ~ignored
    rejected = ~silent & known & (problem != "")
    usable = np.flatnonzero(~silent & known & (problem == ""))
    low, high, lost_ranges = _intervals(cells, meaning, catalog)
    lost_ranges &= ~silent & known
    return LabReading(
        file=file,
        layout=layout.kind,
        results=_results(file, cells, meaning, values, (low, high), usable, catalog),
        rejects=pd.concat(
            [_ragged(table, layout), _rejects(file, cells, problem, detail, rejected, catalog)], ignore_index=True
        ).sort_values("source_row", kind="stable", ignore_index=True),
        read=cells.size + len(table.ragged) * max(len(layout.analytes), 1),
        no_result=int(no_result.sum()),
        ignored=_names_of(cells.name, ignored),
        columns=_columns(table, layout),
        warnings=_warnings(table, layout, int(lost_ranges.sum()), int(meaning.inferred.sum())),
    )


def _judge(
    cells: Cells, meaning: Meaning, values: npt.NDArray[np.float64], options: ReadingOptions, catalog: Catalog
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.object_]]:
    """Return the first problem of each cell and its detail, "" where there is none."""
    candidates: dict[str, npt.NDArray[np.bool_]] = {}
    candidates["patient_missing"] = is_blank(cells.patient)
    for code in ("name_ambiguous", "name_conflict", "unit_missing", "unit_unknown", "unit_conflict"):
        candidates[code] = meaning.problem == code
    for position, code in enumerate(("date_missing", "date_unreadable", "date_serial", "date_before_1900"), start=1):
        candidates[code] = cells.dates.problem == position
    future = pc.greater(pc.fill_null(cells.dates.iso, ""), options.as_of + "U")
    candidates["date_future"] = to_mask(future) & options.reject_future
    number = cells.values.number
    candidates["value_not_a_number"] = np.isnan(number)
    candidates["value_negative"] = cells.values.negative
    low, high = (
        np.array([catalog.analytes[id].limits[side] for id in meaning.ids] + [np.nan])[meaning.analyte]
        for side in (0, 1)
    )
    candidates["value_implausible"] = (values < low) | (values > high)
    problem = np.full(cells.size, "", dtype=object)
    detail = meaning.detail.copy()
    for entry in reversed(catalog.problems.values()):
        if entry.code in candidates:
            problem[candidates[entry.code]] = entry.code
    for at in np.flatnonzero(problem == "value_implausible"):
        detail[at] = _implausible(meaning, int(at), float(number[at]), catalog)
    dated = np.isin(problem.astype(str), ["date_unreadable", "date_serial", "date_before_1900", "date_future"])
    for at in np.flatnonzero(dated):
        detail[at] = cells.date_text[int(at)].as_py()
    return problem, detail


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
    rows = pa.array(usable)
    analyte = meaning.analyte[usable]
    loinc = pa.array([catalog.analytes[id].loinc for id in meaning.ids]).take(pa.array(analyte))
    printed_code = cells.loinc.take(rows)
    unit = pa.array([catalog.canonical_unit(id) for id in meaning.ids]).take(pa.array(analyte))
    columns: dict[str, object] = {
        "patient_id": _category(cells.patient.take(rows)),
        "collected_at": cells.dates.iso.take(rows).to_pandas(),
        "analyte": pd.Categorical.from_codes(analyte, categories=pd.Index(meaning.ids)),
        "loinc": _category(pc.if_else(pc.equal(printed_code, ""), loinc, printed_code)),
        "value": values[usable],
        "comparator": _category(pa.array(cells.values.comparator[usable], pa.string())),
        "unit": _category(unit),
        "reported_analyte": _category(cells.name.take(rows)),
        "reported_value": cells.value_text.take(rows).to_pandas(),
        "reported_unit": _category(cells.unit.take(rows)),
        "reported_range": _category(cells.range_text.take(rows)),
        "reported_flag": _category(cells.mark.take(rows)),
        "ref_low": limits[0][usable],
        "ref_high": limits[1][usable],
        "source_file": pd.Categorical.from_codes(np.zeros(len(usable), dtype=np.int8), categories=pd.Index([file])),
        "source_row": cells.source_row[usable],
        "unit_inferred": meaning.inferred[usable],
        "value_step": convert_values(cells.values.step, meaning.factor)[usable],
    }
    return pd.DataFrame(columns, columns=schema.names(schema.RESULT_COLUMNS))


def _category(texts: pa.Array) -> pd.Categorical:
    """Return texts as categories; "" becomes missing."""
    encoded = pc.dictionary_encode(pc.if_else(pc.equal(texts, ""), None, texts))
    codes = pc.fill_null(encoded.indices, -1).to_numpy(zero_copy_only=False)
    return pd.Categorical.from_codes(codes, categories=pd.Index(encoded.dictionary.to_pylist(), dtype="str"))


def _rejects(
    file: str,
    cells: Cells,
    problem: npt.NDArray[np.object_],
    detail: npt.NDArray[np.object_],
    rejected: npt.NDArray[np.bool_],
    catalog: Catalog,
) -> pd.DataFrame:
    frames = []
    for entry in catalog.problems.values():
        at = np.flatnonzero(rejected & (problem == entry.code))
        if len(at):
            rows = pa.array(at)
            frames.append(
                make_rejects(
                    file,
                    entry.code,
                    lines=cells.source_row[at],
                    column=cells.column.take(rows).to_pylist(),
                    raw=cells.value_text.take(rows).to_pylist(),
                    name=cells.name.take(rows).to_pylist(),
                    detail=detail[at].tolist(),
                )
            )
    return pd.concat(frames, ignore_index=True) if frames else no_rejects()


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


def _names_of(names: pa.Array, chosen: npt.NDArray[np.bool_]) -> dict[str, int]:
    counts = pc.value_counts(names.filter(pa.array(chosen)))
    found = {entry["values"].as_py(): entry["counts"].as_py() for entry in counts}
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
        warnings.append(f"{lost_ranges} reference intervals could not be read and were left out.")
    if inferred:
        warnings.append(f"{inferred} results have no printed unit; it was inferred from the values. Check them.")
    return warnings
