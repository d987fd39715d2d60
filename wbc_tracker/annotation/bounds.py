"""What is certain about a value that may only be a bound.

`<x` means some number below x, `>=x` some number not below x. Each function answers "certain" or
"not certain"; what is neither certainly below nor certainly not below a cut is not assessable.
Counts and concentrations are never negative, so nothing is below a cut of zero or less.
"""

from __future__ import annotations

import numpy as np

from wbc_tracker.arrays import Mask, Numbers, Small

#: Small as small integers: position in this tuple; 0 is an uncensored value.
COMPARATORS = ("", "<", "<=", ">", ">=")
_EXACT, _BELOW, _AT_MOST, _ABOVE, _AT_LEAST = range(5)


def certainly_below(value: Numbers, comparator: Small, cut: Numbers | float) -> Mask:
    """Return where the value is certainly < cut. NaN in value or cut is never certain."""
    below = (comparator == _EXACT) & (value < cut)
    below |= (comparator == _BELOW) & (value <= cut)
    below |= (comparator == _AT_MOST) & (value < cut)
    return np.asarray(below & (np.asarray(cut) > 0), dtype=bool)


def certainly_not_below(value: Numbers, comparator: Small, cut: Numbers | float) -> Mask:
    """Return where the value is certainly >= cut."""
    exact = (comparator == _EXACT) & (value >= cut)
    bound = ((comparator == _ABOVE) | (comparator == _AT_LEAST)) & (value >= cut)
    return np.asarray(exact | bound | (~np.isnan(value) & (np.asarray(cut) <= 0)), dtype=bool)


def certainly_above(value: Numbers, comparator: Small, cut: Numbers | float) -> Mask:
    """Return where the value is certainly > cut."""
    above: Mask = (comparator == _EXACT) & (value > cut)
    above |= (comparator == _ABOVE) & (value >= cut)
    above |= (comparator == _AT_LEAST) & (value > cut)
    return above


def certainly_not_above(value: Numbers, comparator: Small, cut: Numbers | float) -> Mask:
    """Return where the value is certainly <= cut."""
    not_above: Mask = (comparator == _EXACT) & (value <= cut)
    not_above |= ((comparator == _BELOW) | (comparator == _AT_MOST)) & (value <= cut)
    return not_above
