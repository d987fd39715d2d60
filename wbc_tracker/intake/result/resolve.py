"""From printed name and unit to analyte, canonical unit and factor,
decided once a distinct combination.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.arrays import Mask, Numbers, Small, Whole
from wbc_tracker.catalog import Analyte, Catalog
from wbc_tracker.catalog.naming import choose_analyte
from wbc_tracker.errors import UsageError
from wbc_tracker.intake.column.names import Identified, identify
from wbc_tracker.intake.column.units import find_unit, is_known_unit
from wbc_tracker.intake.result.cells import Cells
from wbc_tracker.intake.result.proofs import Settled, Tallied, settle_units_of
from wbc_tracker.near import did_you_mean


@dataclass(frozen=True)
class Meaning:
    """What each cell means; all arrays but `details` have one entry a cell.

    Attributes:
        analyte: id as a place in `ids`, -1 where unknown or refused.
        factor: multiplies the printed number into the canonical unit; NaN where the unit is not
            settled.
        range_factor: the same for the interval, which may print its own unit.
        inferred: the unit was inferred from the values.
        problem: place in `problems`, 0 where there is none.
        by_name: the printed name or code alone tells the analyte.
        group: which distinct combination of name, code, unit and interval the cell is.
        details: the words for the problem of each group. how: what decided about each group.
        unit_chosen: whether `--unit` gave the unit of each group.
        unitless: (place among the columns of values, analyte id) -> the results without a printed
            unit, which their values may tell.
    """

    ids: list[str]
    analyte: Whole
    factor: Numbers
    range_factor: Numbers
    inferred: Mask
    problem: Small
    by_name: Mask
    group: Whole
    details: list[str]
    how: list[str]
    unit_chosen: list[bool]
    unitless: Mapping[tuple[int, str], Tallied]


#: Codes of catalog.problems that name or unit can cause, by number; 0 is no problem.
NAME_PROBLEMS = (
    "",
    "name_ambiguous",
    "name_conflict",
    "code_unknown",
    "unit_missing",
    "unit_unknown",
    "unit_conflict",
)


def settle_units(chosen: Mapping[str, str], catalog: Catalog) -> dict[str, str]:
    """Return analyte id -> UCUM code for the user's `--unit ANALYTE=UNIT`.

    Raises:
        UsageError: an analyte or unit that does not exist, or a name that may be a count or a
            percentage.
    """
    settled = {}
    for name, text in chosen.items():
        id = choose_analyte(name, catalog, "--unit")
        unit = find_unit(text, catalog.analytes[id], catalog)
        if unit is None:
            codes = catalog.families[catalog.analytes[id].family].factors
            raise UsageError(
                f"--unit: {text!r} is not a unit of {id}.{did_you_mean(text, codes)}",
                f"Accepted are {', '.join(codes)}.",
            )
        settled[id] = unit
    return settled


def resolve(
    cells: Cells,
    units: Mapping[str, str],
    fixed: Collection[str],
    names: Mapping[str, str],
    catalog: Catalog,
    settled: Settled | None = None,
) -> Meaning:
    """Decide analyte and unit of every cell; of a block of rows with what was `settled` for the
    whole file.

    `fixed` are units in headers, which `--unit` does not replace; `names` are those of a profile.

    The unit is the printed one; a missing or unknown one may be settled by `units` or, for a few
    analytes whose name leaves no doubt, inferred from the median of the column (see
    `settle_units_of`).
    """
    group, combinations = _combinations(cells)
    found = [identify(c[0], c[1], c[2], (c[3], c[4]), units, catalog, names) for c in combinations]
    ids = list(catalog.analytes)
    analyte = np.array([ids.index(f.analyte) if f.analyte else -1 for f in found], dtype=np.int64)[
        group
    ]
    factors, problems, details = _factors(
        found, [c[2] for c in combinations], units, fixed, catalog
    )
    problem = np.array([NAME_PROBLEMS.index(code) for code in problems], dtype=np.int8)[group]
    factor = np.array(factors, dtype=np.float64)[group]
    range_factor = _range_factors(cells, analyte, factor, ids, catalog)
    by_name = np.array([f.by_name for f in found], dtype=bool)[group]
    missing = (problem == NAME_PROBLEMS.index("unit_missing")) & by_name
    unitless = _unitless(cells, analyte, missing, ids)
    tallied = {key: Tallied.of(cells.values.number[at]) for key, at in unitless.items()}
    told = settle_units_of(tallied, catalog) if settled is None else settled.units
    guessed = _infer(cells, unitless, told, catalog)
    certain = ~np.isnan(guessed)
    if certain.any():
        range_factor = np.where(np.isnan(range_factor), guessed, range_factor)
        factor = np.where(certain, guessed, factor)
        problem = np.where(certain, 0, problem).astype(np.int8)
    how = [meaning.how for meaning in found]
    chosen = [
        bool(m.analyte in units and not c[2]) for m, c in zip(found, combinations, strict=True)
    ]
    return Meaning(
        ids,
        analyte,
        factor,
        range_factor,
        certain,
        problem,
        by_name,
        group,
        details,
        how,
        chosen,
        tallied,
    )


def _combinations(
    cells: Cells,
) -> tuple[Whole, list[tuple[str, str, str, float, float]]]:
    """Return the group of each cell, and per group name, LOINC code, unit and printed interval.

    The interval takes part only where no unit is printed: only there can it decide anything.
    """
    unit_missing = cells.unit.is_blank()
    key = np.zeros(cells.size, dtype=np.int64)
    for column in (cells.name, cells.loinc, cells.unit):
        if len(column.words) > 1:
            key = _compact(key * len(column.words) + column.codes)
    low, high = cells.ranges.low, cells.ranges.high
    if unit_missing.any():
        low, high = (np.where(unit_missing, limit, np.nan) for limit in (low, high))
        for limit in (low, high):
            codes, distinct = pd.factorize(limit, use_na_sentinel=False)
            key = _compact(key * max(len(distinct), 1) + codes)
    group, distinct_keys = pd.factorize(key)
    first = np.full(len(distinct_keys), cells.size, dtype=np.int64)
    np.minimum.at(first, group, np.arange(cells.size))
    texts = (column.take(first).to_pylist() for column in (cells.name, cells.loinc, cells.unit))
    limits = (low[first].tolist(), high[first].tolist())
    return group, list(zip(*texts, *limits, strict=True))


def _compact(key: Whole) -> Whole:
    """Number the distinct keys, so that the next column can be mixed in without overflow."""
    return np.asarray(pd.factorize(key)[0], dtype=np.int64)


def _factors(
    found: list[Identified],
    printed: list[str],
    units: Mapping[str, str],
    fixed: Collection[str],
    catalog: Catalog,
) -> tuple[list[float], list[str], list[str]]:
    """Return factor (NaN: not settled), problem ("": none) and its words per combination."""
    settled = [
        _factor(meaning, text, units, fixed, catalog)
        for meaning, text in zip(found, printed, strict=True)
    ]
    return (
        [f for f, _, _ in settled],
        [problem for _, problem, _ in settled],
        [detail for _, _, detail in settled],
    )


def _factor(
    meaning: Identified,
    text: str,
    units: Mapping[str, str],
    fixed: Collection[str],
    catalog: Catalog,
) -> tuple[float, str, str]:
    if not meaning.analyte:
        return np.nan, meaning.problem, meaning.detail
    analyte = catalog.analytes[meaning.analyte]
    family = catalog.families[analyte.family]
    code, settled = find_unit(text, analyte, catalog) if text else None, units.get(analyte.id)
    if code and settled and family.factors[code] != family.factors[settled]:
        return np.nan, "unit_conflict", f"{settled}, but {text!r} is printed,"
    if code or (family.unitless and not text) or (not text and meaning.is_percent_by_name):
        return family.factors[code or family.canonical], "", ""
    if settled and text not in fixed and not is_known_unit(text, catalog):
        return family.factors[settled], "", ""
    if text:
        return np.nan, "unit_unknown", repr(text)
    return np.nan, "unit_missing", f"{analyte.id}=UNIT ({', '.join(family.factors)})"


def _range_factors(
    cells: Cells,
    analyte: Whole,
    factor: Numbers,
    ids: list[str],
    catalog: Catalog,
) -> Numbers:
    """Return the factor of the interval: by the unit in the range cell, else as the value's."""
    printed = cells.ranges.unit
    rows = np.flatnonzero(~printed.is_blank() & (analyte >= 0))
    if not len(rows):
        return factor
    result = factor.copy()
    for _, group in pd.Series(rows).groupby([analyte[rows], printed.codes[rows]]):
        at = group.to_numpy()
        entry = catalog.analytes[ids[analyte[at[0]]]]
        code = find_unit(printed[at[0]], entry, catalog)
        result[at] = catalog.families[entry.family].factors[code] if code else np.nan
    return result


def _unitless(
    cells: Cells, analyte: Whole, missing: Mask, ids: list[str]
) -> dict[tuple[int, str], Whole]:
    """Return (place among the columns of values, analyte id) -> the cells without a printed unit;
    the columns of a flowsheet hold the same tests.
    """
    rows = np.flatnonzero(missing)
    if not len(rows):
        return {}
    columns = np.zeros(len(rows), dtype=np.int32) if cells.by_date else cells.column.codes[rows]
    keys, group = np.unique(columns * np.int64(len(ids)) + analyte[rows], return_inverse=True)
    places, tests = np.divmod(keys, len(ids))
    return {
        (place, ids[test]): rows[group == number]
        for number, (place, test) in enumerate(zip(places.tolist(), tests.tolist(), strict=True))
    }


def _infer(
    cells: Cells,
    unitless: Mapping[tuple[int, str], Whole],
    told: Mapping[tuple[int, str], str | None],
    catalog: Catalog,
) -> Numbers:
    """Return the inferred factor where a unit is told by the values, NaN elsewhere."""
    result = np.full(cells.size, np.nan)
    for key, at in unitless.items():
        code = told.get(key)
        if code:
            numbers, entry = cells.values.number[at], catalog.analytes[key[1]]
            # A value that fits only a unit of another size must not ride on the others; an alarming
            # one that fits none (0.4 among 6.1 and 5.9) stays. Lakhs are always printed.
            factors = catalog.families[entry.family].factors
            factor = factors[code]
            others = {other for other in factors.values() if other <= 1}
            fits_other = np.any([_in_range(numbers * other, entry) for other in others], axis=0)
            fits = _in_range(numbers * factor, entry) | ~fits_other
            result[at[fits]] = factor
    return result


def _in_range(values: Numbers, analyte: Analyte) -> Mask:
    """Return which values lie in the range from which the analyte's unit may be inferred."""
    low, high = analyte.infer
    return (values >= low) & (values <= high)
