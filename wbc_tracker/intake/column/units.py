"""What a printed unit means for an analyte, and by which factor it becomes the canonical one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from wbc_tracker.arrays import Mask, Numbers
from wbc_tracker.catalog import Analyte, Catalog
from wbc_tracker.catalog.fold import fold_unit
from wbc_tracker.catalog.naming import unit_table
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.rounding import round_significant


def find_unit(text: str, analyte: Analyte, catalog: Catalog) -> str | None:
    """Return the UCUM code that a printed unit means for this analyte, or None if it is not known
    for it.

    The analyte's family decides: `G/L` is giga per litre for a cell count and gram per litre for
    IgG.
    """
    return unit_table(catalog, analyte.family).get(fold_unit(text))


def is_known_unit(text: str, catalog: Catalog) -> bool:
    """Tell whether the text is a unit of any analyte."""
    folded = fold_unit(text)
    return any(folded in unit_table(catalog, family) for family in catalog.families)


def looks_like_unit(text: str, catalog: Catalog) -> bool:
    """Tell whether a text beside a name or number is a unit; a bare number (`6 1`,
    `IgG 1`) never is.
    """
    return not text.replace(" ", "").isdigit() and is_known_unit(text, catalog)


def mean_the_same(first: str, second: str, catalog: Catalog) -> bool:
    """Tell whether two printed units have the same factor in some family of units."""
    if fold_unit(first) == fold_unit(second):
        return True
    for name, family in catalog.families.items():
        codes = [unit_table(catalog, name).get(fold_unit(text)) for text in (first, second)]
        if codes[0] and codes[1] and family.factors[codes[0]] == family.factors[codes[1]]:
            return True
    return False


def contradicting_units(units: Sequence[TextColumn], catalog: Catalog) -> Mask:
    """Return for every cell whether the columns of units, such as that of its own column, its
    header and its value cell, print units that mean different ones.
    """
    told, differ = units[0], np.zeros(len(units[0]), dtype=bool)
    for other in units[1:]:
        if not other.is_blank().all():
            differ |= _differ(told, other, catalog)
            told = told.or_else(other)
    return differ


def _differ(first: TextColumn, second: TextColumn, catalog: Catalog) -> Mask:
    """Return where both print a unit and the two mean different ones."""
    if first.is_blank().all():
        return np.zeros(len(first), dtype=bool)
    pairs = first.joined(second, "\n")
    told = [pair.split("\n") for pair in pairs.words.to_pylist()]
    differ = [bool(a and b) and not mean_the_same(a, b, catalog) for a, b in told]
    return pairs.spread(np.array(differ, dtype=bool))


def infer_unit(median: float, analyte: Analyte, catalog: Catalog) -> str | None:
    """Return the unit in which a column's median lies in the analyte's `infer` range.

    None where the analyte has no such range, or where units of two different sizes would fit.
    """
    if not analyte.infer or np.isnan(median):
        return None
    family = catalog.families[analyte.family]
    low, high = analyte.infer
    common = {code: factor for code, factor in family.factors.items() if code not in family.rare}
    fitting = [code for code, factor in common.items() if low <= median * factor <= high]
    if len({family.factors[code] for code in fitting}) != 1:
        return None
    return family.canonical if family.canonical in fitting else fitting[0]


def probable_unit(value: float, analyte: Analyte, catalog: Catalog) -> str | None:
    """Return the unit of other size in which an implausible value would lie within an adult's
    range.

    Used only to tell the user what the unit probably is, never to convert.
    """
    family = catalog.families[analyte.family]
    low, high = (
        (analyte.interval.low / 5, analyte.interval.high * 5)
        if analyte.interval
        else analyte.limits
    )
    fitting = [
        code for code, factor in family.factors.items() if max(low, 0) < value * factor <= high
    ]
    return fitting[0] if fitting else None


def convert_values(values: Numbers, factors: Numbers) -> Numbers:
    """Return values in the canonical unit, rounded to 12 significant digits."""
    return round_significant(values * factors)
