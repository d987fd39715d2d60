"""The B-cell state: what a result says of the B cells, and what all results of a day say
together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.annotation.bounds import (
    certainly_above,
    certainly_below,
    certainly_not_above,
    certainly_not_below,
)
from wbc_tracker.arrays import Mask, Numbers, Small, Whole, choose
from wbc_tracker.catalog import Analyte, Catalog
from wbc_tracker.rounding import round_significant

#: In the order of how many B cells there are: of one day the highest counts.
UNKNOWN, DEPLETED, FEW, PRESENT = range(4)
STATES = ("depleted", "few", "present")
DAY_SPAN = 10**6


@dataclass(frozen=True)
class BCellStates:
    """What each row says of the B cells.

    Attributes:
        own: by its own value alone. of_day: what all rows of that patient and day say together.
        fell_most: few or none, and at least 90 % below a usual baseline from before treatment.
        coarse: the printed step is so large that the value may lie on either side of a cut.
    """

    own: Whole
    of_day: Whole
    fell_most: Mask
    coarse: Mask


def find_states(frame: pd.DataFrame, catalog: Catalog) -> BCellStates:
    """Return the B-cell states of the rows of a frame whose changes are derived.

    Depleted is a CD19 count under 10 /uL or a share under 1 % of lymphocytes; few under 40 /uL or
    3 %, or a count at least 90 % below a usual baseline from before treatment; else present. The
    drug hides CD20 from the test: a low CD20 says nothing, one that is not low proves B cells. A
    printed step of 5 /uL or half a percent that leaves 10 /uL or 1 % open says nothing; one that
    leaves 40 or 3 % open is taken as few. Of a day the row that shows most B cells counts. Those
    are the catalogue's own figures; own rules may have others, take a value equal to the cut as
    depleted too, and look at the count or at the percentage alone.
    """
    fell_most = _fell_most(frame, catalog)
    own, coarse = _own_states(frame, fell_most, catalog)
    return BCellStates(own, spread_by_day(frame, own), fell_most & (own != UNKNOWN), coarse)


def _own_states(frame: pd.DataFrame, fell_most: Mask, catalog: Catalog) -> tuple[Whole, Mask]:
    """Return what each row shows by its own value, and which are too coarse to tell."""
    analyte, value = frame["_analyte"].to_numpy(), frame["value"].to_numpy()
    comparator = frame["_comparator"].to_numpy()
    step = np.nan_to_num(frame["value_step"].to_numpy(dtype=np.float64))
    own = np.full(len(frame), UNKNOWN, dtype=np.int64)
    coarse = np.zeros(len(frame), dtype=bool)
    for place, entry in enumerate(catalog.analytes.values()):
        if entry.is_b_cells and catalog.depletion.takes(is_percent=entry.is_percent):
            at = np.flatnonzero(analyte == place)
            state, unsure = _judge(
                entry, value[at], comparator[at], step[at], fell_most[at], catalog
            )
            own[at], coarse[at] = state, unsure
    return own, coarse


def find_depleted(frame: pd.DataFrame, catalog: Catalog) -> Mask:
    """Return the CD19 rows of days on which B cells are depleted, whatever came before.

    What was usual before treatment tells few from present, never who is depleted.
    """
    own, _ = _own_states(frame, np.zeros(len(frame), dtype=bool), catalog)
    return np.asarray(_tells_of_cd19(frame, catalog) & (spread_by_day(frame, own) == DEPLETED))


def derive_depletion(frame: pd.DataFrame, states: BCellStates, catalog: Catalog) -> pd.DataFrame:
    """Add `depletion`: the B-cell state of the day, on CD19 rows on treatment."""
    told = _tells_of_cd19(frame, catalog) & frame["_on_treatment"].to_numpy()
    return frame.assign(depletion=choose(np.where(told, states.of_day - 1, -1), STATES))


def _tells_of_cd19(frame: pd.DataFrame, catalog: Catalog) -> Mask:
    tells = np.array([entry.count_id == "cd19" for entry in catalog.analytes.values()])
    return np.asarray(tells[frame["_analyte"].to_numpy()])


def spread_by_day(frame: pd.DataFrame, own: Whole) -> Whole:
    """Return for each row the highest state of its patient and day."""
    day = frame["_patient"].to_numpy() * DAY_SPAN + frame["_day"].to_numpy()
    judged = np.flatnonzero(own != UNKNOWN)
    days, place = np.unique(day[judged], return_inverse=True)
    state = np.zeros(len(days) + 1, dtype=np.int64)  # the last: a day without a state
    np.maximum.at(state, place, own[judged])
    at = np.searchsorted(days, day)
    found = np.append(days, np.iinfo(np.int64).min)[at] == day
    return np.asarray(np.where(found, state[at], UNKNOWN))


def _cuts(entry: Analyte, catalog: Catalog) -> tuple[float, float, float]:
    """Return the cut of depleted, that of few, and the step from which a value is coarse."""
    names = ("depleted_below_count", "few_below_count", "coarse_step_count")
    if entry.is_percent:
        names = ("depleted_below_percent", "few_below_percent", "coarse_step_percent")
    depleted, few, step = (catalog.figure(name) for name in names)
    return depleted, few, step


def _judge(
    entry: Analyte,
    value: Numbers,
    comparator: Small,
    step: Numbers,
    fell_most: Mask,
    catalog: Catalog,
) -> tuple[Whole, Mask]:
    """Return the states of the rows of one analyte, and which are too coarse to tell."""
    depleted, few, coarse_from = _cuts(entry, catalog)
    coarse = (step >= coarse_from) & (comparator == 0)

    def straddles(cut: float) -> Mask:
        return np.asarray(coarse & (value - step / 2 < cut) & (value + step / 2 > cut))

    is_few = certainly_below(value, comparator, few) | fell_most | straddles(few)
    is_inclusive = catalog.depletion.is_inclusive
    gone = (certainly_not_above if is_inclusive else certainly_below)(value, comparator, depleted)
    there = (certainly_above if is_inclusive else certainly_not_below)(value, comparator, depleted)
    # A bound that lies above the first cut only, such as >15, may be few or present.
    is_few |= there & ~certainly_not_below(value, comparator, few)
    state = np.where(there, np.where(is_few, FEW, PRESENT), UNKNOWN)
    if entry.count_id == "cd19":
        state = np.where(gone, DEPLETED, state)
    state = np.where(straddles(depleted), UNKNOWN, state)
    return state, straddles(depleted) | straddles(few)


def _fell_most(frame: pd.DataFrame, catalog: Catalog) -> Mask:
    """Return which CD19 rows lie at least 90 % below a usual baseline from before treatment.

    Of CD20, which the drug hides, a fall proves nothing.
    """
    least = catalog.figure("few_fall_percent")
    usual = _tells_of_cd19(frame, catalog) & (frame["_rule_note"].to_numpy() == 0)
    usual &= (frame["baseline_kind"] == "pre_treatment").to_numpy(dtype=bool)
    value, comparator = frame["value"].to_numpy(), frame["_comparator"].to_numpy()
    limit = round_significant(frame["_rule_value"].to_numpy() * (1 - least / 100))
    below = (comparator == 0) & (value <= limit)
    return np.asarray(usual & (below | certainly_below(value, comparator, limit)), dtype=bool)
