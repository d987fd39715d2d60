"""How far a result of one person usually moves: the reference change value."""

from __future__ import annotations

import numpy as np

from wbc_tracker.arrays import Mask, Numbers, Whole
from wbc_tracker.catalog import Catalog

VERDICTS = ("fall", "no", "rise")


def compute_rcv_limits(
    cvi_percent: float, cva_percent: float | None, z: float, *, is_total: bool = False
) -> tuple[float, float]:
    """Return the reference change limits in percent, for a fall (negative) and for a rise.

    sigma^2 = ln(1 + CVA^2) + ln(1 + CVI^2) with CVA = max(study, CVI / 2); limits 100 x (exp(+-z x
    sqrt(2) x sigma) - 1). A total variation holds the analysis already: then CVA is 0. Source:
    Fokkema 2006, doi 10.1373/clinchem.2006.069369.
    """
    cvi = cvi_percent / 100
    cva = 0.0 if is_total else max((cva_percent or 0) / 100, cvi / 2)
    sigma = np.sqrt(np.log1p(cva**2) + np.log1p(cvi**2))
    spread = z * np.sqrt(2) * sigma
    return 100 * float(np.expm1(-spread)), 100 * float(np.expm1(spread))


def rcv_limits(catalog: Catalog, *, men: bool = False) -> dict[str, tuple[float, float]]:
    """Return analyte id -> limits in percent, for the analytes with a published variation: of men,
    or of women, which are those of people whose sex is not known too.
    """
    z = catalog.figure("rcv_z")
    return {
        name: compute_rcv_limits(
            entry.cvi_men if men and entry.cvi_men is not None else entry.cvi,
            entry.cva,
            z,
            is_total=entry.is_total,
        )
        for name, entry in catalog.variations.items()
    }


def rcv_arrays(catalog: Catalog, *, men: bool = False) -> tuple[Numbers, Numbers]:
    """Return the limits for a fall and for a rise by place of the analyte,
    NaN without a published variation.
    """
    limits = rcv_limits(catalog, men=men)
    nothing = (np.nan, np.nan)
    fall, rise = np.array([limits.get(name, nothing) for name in catalog.analytes]).T
    return fall, rise


def judge_changes(percent: Numbers, analyte: Whole, is_man: Mask, catalog: Catalog) -> Whole:
    """Return the place in VERDICTS of each change in percent, -1 where it cannot be judged."""
    fall, rise = (limit[analyte] for limit in rcv_arrays(catalog))
    if is_man.any():
        of_men = (limit[analyte] for limit in rcv_arrays(catalog, men=True))
        fall, rise = (
            np.where(is_man, man, other) for man, other in zip(of_men, (fall, rise), strict=True)
        )
    assessable = ~np.isnan(percent) & ~np.isnan(fall)
    return np.asarray(
        np.select([~assessable, percent < fall, percent > rise], [-1, 0, 2], default=1)
    )
