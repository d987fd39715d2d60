"""Which analyte a printed name, LOINC code, unit and range mean together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.catalog.naming import loinc_table, name_table, says_percent
from wbc_tracker.intake.column.units import find_unit

_LOINC = re.compile(r"[0-9]{1,5}-[0-9]")
#: How far a printed limit may lie from the catalogue's (as a factor) and still point to this
#: analyte.
LIKE = 3.0


@dataclass(frozen=True)
class Identified:
    """The analyte a row means; `analyte` is empty when unknown or refused, `problem` then says why.

    `how` says what decided. `by_name` is False where only the unit, the range or the user's option
    told a count from a percentage; `is_percent_by_name` is True where the printed name itself says
    percent.
    """

    analyte: str
    problem: str = ""
    detail: str = ""
    by_name: bool = True
    is_percent_by_name: bool = False
    how: str = ""


def identify(
    name: str,
    loinc: str,
    unit: str,
    interval: tuple[float, float],
    units: Mapping[str, str],
    catalog: Catalog,
    names: Mapping[str, str] | None = None,
) -> Identified:
    """Decide which analyte is meant.

    A LOINC code comes first, then the name. A bare stem ("Lymphocytes"), which may be the count or
    the percentage, is decided by the unit, else by the user's `--unit`, else by the printed range,
    else refused.

    Args:
        name: the printed name, with its LOINC code in `loinc` or "".
        unit: the printed unit, or "".
        interval: printed lower and upper limit, NaN where there is none.
        units: analyte id -> unit, from `--unit`.
        catalog: names, codes and intervals.
        names: folded name or code -> analyte id, from a profile; it comes before everything else.

    Returns:
        An empty analyte without a problem: a test that the catalogue does not know.
    """
    if names and (by_profile := names.get(fold_name(name))):
        return Identified(by_profile, how="name by the profile")
    if loinc and _LOINC.fullmatch(loinc) and loinc not in loinc_table(catalog):
        return Identified(
            ""
        )  # another test by its code, whatever its name: white cells of another fluid, say
    by_code = loinc_table(catalog).get(loinc)
    by_name = name_table(catalog).get(fold_name(name)) or name_table(catalog).get(
        fold_name(name).removesuffix(" #")
    )
    code_in_name = loinc_table(catalog).get(name.strip())
    by_code = by_code or code_in_name
    if by_code and by_name and by_code not in by_name:
        return Identified("", "name_conflict", f"{' or '.join(by_name)} by name, {by_code} by code")
    single = by_code or (by_name[0] if by_name and len(by_name) == 1 else None)
    if single:
        how = "LOINC code" if by_code else "name"
        return Identified(single, is_percent_by_name=says_percent(name, catalog), how=how)
    if not by_name:
        return Identified("")
    by_unit = [id for id in by_name if unit and find_unit(unit, catalog.analytes[id], catalog)]
    by_option = [id for id in by_name if id in units]
    by_range = [id for id in by_name if not unit and _range_fits(id, *interval, catalog)]
    if len(by_unit) == 1:
        return Identified(by_unit[0], by_name=False, how="name and unit")
    if unit and not by_option:
        return Identified("", "unit_unknown", repr(unit))
    settled = set(by_option if len(by_option) == 1 else ()) | set(
        by_range if len(by_range) == 1 else ()
    )
    if len(settled) == 1:
        return Identified(
            settled.pop(),
            by_name=False,
            how="name and --unit" if by_option else "name and interval",
        )
    count = by_name[0]
    return Identified(
        "", "name_ambiguous", f"{count}={catalog.canonical_unit(count)} or {by_name[1]}=%"
    )


def _range_fits(analyte: str, low: float, high: float, catalog: Catalog) -> bool:
    """Tell whether both printed limits lie near the analyte's usual ones in one of its units."""
    interval = catalog.analytes[analyte].interval
    if interval is None or not (low >= 0 and high > low):
        return False
    family = catalog.families[catalog.analytes[analyte].family]
    factors = {factor for code, factor in family.factors.items() if code not in family.rare}
    return any(
        interval.high / LIKE <= high * factor <= interval.high * LIKE
        and (low * factor <= interval.low * LIKE and (low * factor >= interval.low / LIKE))
        for factor in factors
    )
