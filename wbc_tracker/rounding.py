"""Numbers that are equal in different units must compare equal: one rule of rounding for all."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

#: Significant digits to which values, limits and exported numbers are rounded.
SIGNIFICANT_DIGITS = 12
#: The powers of ten that a number can be moved by, which are quicker looked up than worked out.
_POWERS = 10.0 ** np.arange(301)


def round_significant(
    values: npt.NDArray[np.float64], digits: int = SIGNIFICANT_DIGITS
) -> npt.NDArray[np.float64]:
    """Return the values rounded to significant digits, so that equal results in different units
    compare equal.

    NaN stays NaN, zero stays zero.
    """
    result = np.array(values, dtype=np.float64)
    # Up to 6 decimals below a million are at most 12 digits: nearly all results, and quick to see.
    short = (np.abs(result) < 1e6) & (np.round(result * 1e6) / 1e6 == result)
    long = np.isfinite(result) & ~short
    if digits < SIGNIFICANT_DIGITS:
        long = np.isfinite(result) & (result != 0)
    numbers = result[long]
    shift = digits - 1 - np.floor(np.log10(np.abs(numbers))).astype(np.int64)
    up, down = _POWERS[np.clip(shift, 0, 300)], _POWERS[np.clip(-shift, 0, 300)]
    result[long] = np.round(numbers * up / down) / up * down
    return result
