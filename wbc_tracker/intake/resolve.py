"""From printed name and unit to analyte, canonical unit and factor, decided once a distinct combination."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.catalog.naming import name_table
from wbc_tracker.errors import UsageError
from wbc_tracker.intake.cells import Cells
from wbc_tracker.intake.masks import is_blank
from wbc_tracker.intake.names import Identified, identify
from wbc_tracker.intake.units import find_unit, infer_unit


@dataclass(frozen=True)
class Meaning:
    """What each cell means; all arrays have one entry a cell.

    Attributes:
        analyte: id as an index into `ids`, -1 where unknown or refused.
        factor: multiplies the printed number into the canonical unit; NaN where the unit is not settled.
        range_factor: the same for the interval, which may print its own unit.
        inferred: the unit was inferred from the values.
        problem: code of problems.PROBLEMS or ""; detail: the words for it.
    """

    ids: list[str]
    analyte: npt.NDArray[np.int64]
    factor: npt.NDArray[np.float64]
    range_factor: npt.NDArray[np.float64]
    inferred: npt.NDArray[np.bool_]
    problem: npt.NDArray[np.object_]
    detail: npt.NDArray[np.object_]


def settle_units(chosen: Mapping[str, str], catalog: Catalog) -> dict[str, str]:
    """Return analyte id -> UCUM code for the user's `--unit ANALYTE=UNIT`.

    Raises:
        UsageError: an analyte or unit that does not exist, or a name that may be a count or a percentage.
    """
    settled = {}
    for name, text in chosen.items():
        ids = (name,) if name in catalog.analytes else name_table(catalog).get(fold_name(name), ())
        if len(ids) != 1:
            known = ", ".join(ids or catalog.analytes)
            raise UsageError(f"--unit: {name!r} is not one analyte.", f"Write one of {known}.")
        unit = find_unit(text, catalog.analytes[ids[0]], catalog)
        if unit is None:
            codes = ", ".join(catalog.families[catalog.analytes[ids[0]].family].factors)
            raise UsageError(f"--unit: {text!r} is not a unit of {ids[0]}.", f"Accepted are {codes}.")
        settled[ids[0]] = unit
    return settled


def resolve(cells: Cells, units: Mapping[str, str], catalog: Catalog) -> Meaning:
    """Decide analyte and unit of every cell.

    The unit is the printed one; a missing or unknown one may be settled by `units` or, for a few analytes
    whose name leaves no doubt, inferred from the median of the column (see `infer_unit`).
    """
    group, combinations = _combinations(cells)
    found = [identify(c[0], c[1], c[2], (c[3], c[4]), units, catalog) for c in combinations]
    ids = list(catalog.analytes)
    analyte = np.array([ids.index(f.analyte) if f.analyte else -1 for f in found], dtype=np.int64)
    factor, problem, detail, missing = _factors(found, [c[2] for c in combinations], units, catalog)
    range_factor = _range_factors(cells, analyte[group], factor[group], ids, catalog)
    inferred = missing & np.array([f.by_name for f in found], dtype=bool)
    factors, problems, details = factor[group], problem[group], detail[group]
    guessed = _infer(cells, analyte[group], inferred[group], ids, catalog)
    range_factor = np.where(np.isnan(range_factor), guessed, range_factor)
    certain = ~np.isnan(guessed)
    problems[certain], details[certain] = "", ""
    return Meaning(ids, analyte[group], np.where(certain, guessed, factors), range_factor, certain, problems, details)


def _combinations(cells: Cells) -> tuple[npt.NDArray[np.int64], list[tuple[str, str, str, float, float]]]:
    """Return the group of each cell, and per group name, LOINC code, unit and printed interval.

    The interval takes part only where no unit is printed: only there can it decide anything.
    """
    unit_missing = is_blank(cells.unit)
    low, high = (np.where(unit_missing, limit, np.nan) for limit in (cells.ranges.low, cells.ranges.high))
    key = np.zeros(cells.size, dtype=np.int64)
    for column in (cells.name, cells.loinc, cells.unit):
        encoded = pc.dictionary_encode(column)
        key = _compact(key * max(len(encoded.dictionary), 1) + encoded.indices.to_numpy(zero_copy_only=False))
    for limit in (low, high):
        codes, distinct = pd.factorize(limit, use_na_sentinel=False)
        key = _compact(key * max(len(distinct), 1) + codes)
    _, first, group = np.unique(key, return_index=True, return_inverse=True)
    at = pa.array(first)
    texts = (column.take(at).to_pylist() for column in (cells.name, cells.loinc, cells.unit))
    return group, list(zip(*texts, low[first].tolist(), high[first].tolist(), strict=True))


def _compact(key: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return np.asarray(pd.factorize(key)[0], dtype=np.int64)


def _factors(
    found: list[Identified], printed: list[str], units: Mapping[str, str], catalog: Catalog
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.object_], npt.NDArray[np.object_], npt.NDArray[np.bool_]]:
    """Return factor, problem, detail and "no unit at all" per combination."""
    size = len(found)
    factor, missing = np.full(size, np.nan), np.zeros(size, dtype=bool)
    problem, detail = np.full(size, "", dtype=object), np.full(size, "", dtype=object)
    for i, (meaning, text) in enumerate(zip(found, printed, strict=True)):
        problem[i], detail[i] = meaning.problem, meaning.detail
        if not meaning.analyte:
            continue
        analyte = catalog.analytes[meaning.analyte]
        family = catalog.families[analyte.family]
        code, settled = find_unit(text, analyte, catalog) if text else None, units.get(analyte.id)
        if code and settled and family.factors[code] != family.factors[settled]:
            problem[i], detail[i] = "unit_conflict", f"{settled}, but {text!r} is printed,"
        elif code or settled or (family.unitless and not text):
            factor[i] = family.factors[code or settled or family.canonical]
        elif text:
            problem[i], detail[i] = "unit_unknown", repr(text)
        else:
            problem[i], detail[i] = "unit_missing", f"{analyte.id}=UNIT ({', '.join(family.factors)})"
            missing[i] = True
    return factor, problem, detail, missing


def _range_factors(
    cells: Cells,
    analyte: npt.NDArray[np.int64],
    factor: npt.NDArray[np.float64],
    ids: list[str],
    catalog: Catalog,
) -> npt.NDArray[np.float64]:
    """Return the factor of the interval: by the unit in the range cell, else as the value's."""
    printed = pd.Series(cells.ranges.unit)
    result = factor.copy()
    rows = np.flatnonzero((printed != "").to_numpy() & (analyte >= 0))
    for _, group in pd.Series(rows).groupby([analyte[rows], printed.to_numpy()[rows]]):
        at = group.to_numpy()
        entry = catalog.analytes[ids[analyte[at[0]]]]
        code = find_unit(str(printed.iloc[at[0]]), entry, catalog)
        result[at] = catalog.families[entry.family].factors[code] if code else np.nan
    return result


def _infer(
    cells: Cells,
    analyte: npt.NDArray[np.int64],
    missing: npt.NDArray[np.bool_],
    ids: list[str],
    catalog: Catalog,
) -> npt.NDArray[np.float64]:
    """Return the inferred factor where a unit may be inferred, NaN elsewhere; per column and analyte."""
    result = np.full(cells.size, np.nan)
    rows = np.flatnonzero(missing)
    if not len(rows):
        return result
    column = pc.dictionary_encode(cells.column).indices.to_numpy(zero_copy_only=False)
    for _, group in pd.Series(rows).groupby([column[rows], analyte[rows]]):
        at = group.to_numpy()
        numbers = cells.values.number[at]
        entry = catalog.analytes[ids[analyte[at[0]]]]
        median = float(np.nanmedian(numbers)) if not np.isnan(numbers).all() else float("nan")
        code = infer_unit(median, entry, catalog)
        if code:
            result[at] = catalog.families[entry.family].factors[code]
    return result
