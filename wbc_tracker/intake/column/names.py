"""Which analyte a printed name, LOINC code, unit and range mean together."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.catalog.naming import loinc_table, name_table, says_percent
from wbc_tracker.intake.column.units import find_unit

_LOINC = re.compile(r"[0-9]{1,6}-[0-9]")
#: How a code says that it is one of LOINC: `LOINC:6690-2`, `http://loinc.org|6690-2`,
#: `urn:oid:2.16.840.1.113883.6.1|6690-2`.
_SYSTEM = re.compile(
    r"^(?:LOINC|LN|(?:https?://)?loinc\.org|urn:oid:2\.16\.840\.1\.113883\.6\.1)\s*[:|/ ]\s*",
    re.IGNORECASE,
)
#: Coding systems as HL7 names them behind a code: `6690-2^WBC^LN`, `1234^WBC^L`, `WBC^WBC^99LAB`.
_HL7_SYSTEM = re.compile(r"(?:LN|L|LOINC|I9C|SCT|SNM3|99[A-Z0-9]{0,8})", re.IGNORECASE)
#: How far a printed limit may lie from the catalogue's (as a factor) and still point to this
#: analyte.
LIKE = 3.0
#: Families of what only blood has, and of counts that are of blood when printed in thousands.
_BLOOD_ALONE = ("hemoglobin", "hematocrit")
_COUNTED_IN_THOUSANDS = ("white_cells", "red_cells", "platelets")
_THOUSANDS = 0.1


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

    A LOINC code comes first, then the name. A code that the catalogue does not know is another test
    (white cells of another fluid, say), unless name and unit are those of blood; then the name
    counts, and where that is not certain the row is refused. A bare stem ("Lymphocytes"), which may
    be the count or the percentage, is decided by the unit, else by the user's `--unit`, else by the
    printed range, else refused.

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
    name, code_in_name = cut_codes(name)
    loinc = cut_codes(loinc)[1] or code_in_name
    by_code = loinc_table(catalog).get(loinc)
    by_name = _look_up(name, catalog)
    if loinc and not by_code:
        return _by_name_alone(by_name, loinc, unit, catalog)
    if by_code and _contradicts(by_code, by_name, name, unit, catalog):
        told = f"{' or '.join(by_name) or repr(name)} by name"
        if by_code in by_name:
            told = f"{' or '.join(_with_unit(by_name, unit, catalog))} by name and unit"
        return Identified("", "name_conflict", f"{told}, {by_code} by code")
    single = by_code or (by_name[0] if len(by_name) == 1 else None)
    if single:
        how = "LOINC code" if by_code else "name"
        return Identified(single, is_percent_by_name=says_percent(name, catalog), how=how)
    if not by_name:
        return Identified("")
    by_unit = _with_unit(by_name, unit, catalog) if unit else []
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


def cut_codes(text: str) -> tuple[str, str]:
    """Return the name and the LOINC code that a cell holds, "" for what it does not.

    `LOINC:6690-2` and `http://loinc.org|6690-2` are a code, `6690-2^WBC^LN` is a code and a name,
    `WBC^Leukocytes` a name in two forms. A part that is neither a name nor a code nor a coding
    system stays in the name, which then is not known.
    """
    text = text.strip()
    if "^" not in text:
        code = _SYSTEM.sub("", text).strip()
        return ("", code) if _LOINC.fullmatch(code) else (text, "")
    parts = [_SYSTEM.sub("", part.strip()).strip() for part in text.split("^")]
    codes = [part for part in parts if _LOINC.fullmatch(part)]
    names = [
        part
        for place, part in enumerate(parts)
        if part
        and not _LOINC.fullmatch(part)
        and not (place and _HL7_SYSTEM.fullmatch(part))
        and not (not place and part.isdigit())
    ]
    return " ".join(dict.fromkeys(names)), codes[0] if len(set(codes)) == 1 else ""


def _look_up(name: str, catalog: Catalog) -> tuple[str, ...]:
    known = name_table(catalog)
    return known.get(fold_name(name)) or known.get(fold_name(name).removesuffix(" #")) or ()


def _contradicts(
    by_code: str, by_name: tuple[str, ...], name: str, unit: str, catalog: Catalog
) -> bool:
    """Tell whether name, or name and unit, mean another test than the code.

    A name of another fluid beside the code of blood contradicts it, too; any other unknown name is
    the laboratory's own.
    """
    if not by_name:
        return bool(set(fold_name(name).split()) & set(catalog.words.other_fluids))
    if by_code not in by_name:
        return True
    if not unit or find_unit(unit, catalog.analytes[by_code], catalog):
        return False
    return bool(_with_unit(by_name, unit, catalog))


def _with_unit(ids: tuple[str, ...], unit: str, catalog: Catalog) -> list[str]:
    """Return the analytes that are measured in a printed unit."""
    return [id for id in ids if find_unit(unit, catalog.analytes[id], catalog)]


def _by_name_alone(by_name: tuple[str, ...], loinc: str, unit: str, catalog: Catalog) -> Identified:
    """Return what a known name means beside a LOINC code that is not known.

    The code may be that of spinal fluid or urine, whose cells are counted in single ones a
    microlitre; thousands a microlitre, hemoglobin and hematocrit are of blood alone.
    """
    fitting = _with_unit(by_name, unit, catalog)
    if len(fitting) != 1:
        return Identified("")
    analyte = catalog.analytes[fitting[0]]
    family = catalog.families[analyte.family]
    factor = family.factors[find_unit(unit, analyte, catalog) or family.canonical]
    if analyte.family in _BLOOD_ALONE or (
        analyte.family in _COUNTED_IN_THOUSANDS and factor >= _THOUSANDS
    ):
        return Identified(analyte.id, how="name and unit; its code is not known")
    return Identified("", "code_unknown", loinc)


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
