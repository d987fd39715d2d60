"""Units of frames that were not read by the program: told apart, and converted when asked for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.arrays import Mask, distinct_texts
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.errors import FrameError
from wbc_tracker.intake.column.units import find_unit
from wbc_tracker.notebook.frames import require_columns
from wbc_tracker.rounding import round_significant

#: What is in the unit of a row.
_IN_THE_UNIT = ("value", "ref_low", "ref_high", "value_step")


def convert_units(results: pd.DataFrame, catalog: Catalog | None = None) -> pd.DataFrame:
    """Return results with values and limits in the canonical units, 12 significant digits.

    What is printed beside it stays: `reported_value` and `reported_unit` are filled from the frame
    where it does not have them. Without a column `unit` nothing changes; a row without a unit is
    taken to be in the canonical one.

    Args:
        results: a frame with `analyte`, `value` and `unit` (any spelling that a lab file may
            have, `/uL`, `K/uL`, `x10^9/L`), perhaps `ref_low`, `ref_high` and `value_step`, which
            are in the same unit.
        catalog: units and factors; by default the program's own.

    Raises:
        FrameError: a unit that the analyte does not have, or a column is missing.
    """
    if "unit" not in results:
        return results
    catalog = catalog or load_catalog()
    require_columns(results, ("analyte", "value"), "results")
    factor = np.ones(len(results))
    canonical = results["unit"].astype("object").to_numpy(copy=True)
    for each in _units_told(results, catalog):
        factor[each.rows], canonical[each.rows] = each.factor, each.canonical
    printed = {
        "reported_value": results["value"].map(lambda value: f"{value:.12g}", na_action="ignore"),
        "reported_unit": results["unit"],
    }
    converted = {
        name: round_significant(results[name].to_numpy(dtype=np.float64, na_value=np.nan) * factor)
        for name in _IN_THE_UNIT
        if name in results
    }
    kept = {name: column for name, column in printed.items() if name not in results}
    return results.assign(**kept, **converted, unit=pd.Categorical(canonical))


def with_canonical_names(results: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """Return results whose units are spelled as the catalogue spells them; values stay.

    Raises:
        FrameError: a unit of another size than the canonical one, or one that the analyte does not
            have.
    """
    if "unit" not in results:
        return results
    canonical = results["unit"].astype("object").to_numpy(copy=True)
    for each in _units_told(results, catalog):
        if each.factor != 1:
            raise FrameError(
                f"Results of {each.analyte} are in {each.printed!r}; they are needed in "
                f"{each.canonical!r}.",
                f"convert_units(results) multiplies their values and limits by {each.factor:g}.",
            )
        canonical[each.rows] = each.canonical
    return results.assign(unit=pd.Categorical(canonical))


@dataclass(frozen=True)
class _UnitTold:
    """A unit that rows of one analyte are in: which rows, and what it means."""

    analyte: str
    printed: str
    canonical: str
    factor: float
    rows: Mask


def _units_told(results: pd.DataFrame, catalog: Catalog) -> Iterator[_UnitTold]:
    """Yield each unit that each analyte is in; not those that are not told.

    Raises:
        FrameError: there is no such analyte, or it does not have that unit.
    """
    analyte, analytes = distinct_texts(results["analyte"])
    unit, units = distinct_texts(results["unit"])
    told = (analyte >= 0) & (unit >= 0)
    pair = np.where(told, analyte * (len(units) + 1) + unit, -1)
    for key in np.unique(pair[told]).tolist():
        name, printed = analytes[key // (len(units) + 1)], units[key % (len(units) + 1)]
        if not printed.strip():
            continue
        if name not in catalog.analytes:
            raise FrameError(f"There is no analyte {name!r}.")
        known = catalog.analytes[name]
        code = find_unit(printed, known, catalog)
        if code is None:
            raise FrameError(
                f"Results of {name} are in {printed!r}, which is not known for it; they are "
                f"needed in {known.unit!r}.",
                "Convert their values and limits, and write that unit beside them.",
            )
        factor = catalog.families[known.family].factors[code]
        yield _UnitTold(name, printed, known.unit, factor, pair == key)
