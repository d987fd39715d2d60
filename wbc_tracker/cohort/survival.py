"""How long until something is seen, when not everybody has been watched to the end (Kaplan and Meier 1958)."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

#: A product of fractions that should be one half may come out a rounding error above it.
_ROUNDING = 1e-12


def compute_survival_median(time: npt.NDArray[np.int64], seen: npt.NDArray[np.bool_]) -> int | None:
    """Return the Kaplan-Meier median: the earliest time at which at most half are still without it.

    At each time with an event the share still without it is multiplied by 1 - events / people at risk. Who is
    last looked at on that very day without it still counts as at risk. None: never half (not reached), or
    nobody.

    Args:
        time: days to the event, or to the last look. seen: whether it was seen then.
    """
    times, events = np.unique(time[seen], return_counts=True)
    at_risk = len(time) - np.searchsorted(np.sort(time), times, side="left")
    without = np.cumprod(1 - events / at_risk)
    reached = np.flatnonzero(without <= 0.5 + _ROUNDING)
    return int(times[reached[0]]) if len(reached) else None
