"""Derivations of pharmaverse's admiral (1.4), written again from its documentation, in plain loops over records.

A record is a dict of BDS variables, None where one is missing. `derive_var_base`, `derive_var_chg`,
`derive_var_pchg`, `derive_vars_dy`, `derive_var_anrind` (without A1LO and A1HI, its default),
`derive_var_atoxgr_dir` with NCI-CTCAE v5.0, direction L, SI units, and `derive_var_atoxgr`.
Numbers are compared at 15 significant digits, as there.
"""

from __future__ import annotations

from datetime import date
from typing import Any

Record = dict[str, Any]

#: TERM -> (unit, the values below which grades 2, 3 and 4 begin); anemia has no grade 4 by a number.
CRITERIA = {
    "Anemia": ("g/L", (100, 80)),
    "CD4 lymphocytes decreased": ("10^9/L", (0.5, 0.2, 0.05)),
    "Lymphocyte count decreased": ("10^9/L", (0.8, 0.5, 0.2)),
    "Neutrophil count decreased": ("10^9/L", (1.5, 1, 0.5)),
    "Platelet count decreased": ("10^9/L", (75, 50, 25)),
    "White blood cell decreased": ("10^9/L", (3, 2, 1)),
}


def derive_var_base(records: list[Record]) -> list[float | None]:
    """BASE: AVAL of the record with ABLFL = "Y", on all records of the subject and parameter."""
    found = {}
    for record in records:
        if record["ABLFL"] == "Y":
            found[record["USUBJID"], record["PARAMCD"]] = record["AVAL"]
    return [found.get((record["USUBJID"], record["PARAMCD"])) for record in records]


def derive_var_chg(aval: float | None, base: float | None) -> float | None:
    if aval is None or base is None:
        return None
    return aval - base


def derive_var_pchg(aval: float | None, base: float | None) -> float | None:
    if aval is None or base is None or base == 0:
        return None
    return (aval - base) / abs(base) * 100


def derive_vars_dy(adt: str, trtsdt: str | None) -> int | None:
    """Days from the reference date; one is added from that date on."""
    if trtsdt is None:
        return None
    days = (date.fromisoformat(adt) - date.fromisoformat(trtsdt)).days
    if days >= 0:
        return days + 1
    return days


def derive_var_anrind(aval: float | None, low: float | None, high: float | None) -> str | None:
    if aval is None:
        return None
    if low is not None and high is None and signif(aval) >= signif(low):
        return "NORMAL"
    if high is not None and low is None and signif(aval) <= signif(high):
        return "NORMAL"
    if low is not None and high is not None and signif(low) <= signif(aval) <= signif(high):
        return "NORMAL"
    if low is not None and signif(aval) < signif(low):
        return "LOW"
    if high is not None and signif(aval) > signif(high):
        return "HIGH"
    return None


def derive_var_atoxgr_dir(term: str | None, aval: float | None, unit: str, low: float | None) -> str | None:
    """ATOXGRL; a value and a limit in /uL are first converted to the unit of the criterion, which admiral demands."""
    if term is None or aval is None:
        return None
    wanted, cuts = CRITERIA[term]
    if (wanted, unit) == ("10^9/L", "/uL"):
        aval, low = aval / 1000, None if low is None else low / 1000
    else:
        assert unit.replace("*", "^").replace("10^9", "10^9") == wanted
    for grade in range(len(cuts) + 1, 1, -1):
        if signif(aval) < cuts[grade - 2]:
            return str(grade)
    if low is None:
        return None
    return "1" if signif(aval) < signif(low) else "0"


def derive_var_atoxgr(low_grade: str | None) -> str | None:
    """ATOXGR where there is no criterion of the other direction."""
    if low_grade is None:
        return None
    return low_grade if low_grade == "0" else f"-{low_grade}"


def signif(number: float) -> float:
    return float(f"{number:.15g}")
