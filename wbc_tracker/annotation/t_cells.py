"""T and NK cells: the lymphocytes without the B cells, which the drug is given to remove."""

from __future__ import annotations

import numpy as np
import pandas as pd

from wbc_tracker.annotation.bounds import COMPARATORS
from wbc_tracker.annotation.differential import pair_rows
from wbc_tracker.annotation.unusual import forbids
from wbc_tracker.annotation.variation import judge_changes
from wbc_tracker.arrays import Numbers, Whole
from wbc_tracker.catalog import Catalog
from wbc_tracker.rounding import round_significant

#: CD19 is counted in /uL, lymphocytes in 10^9/L.
_PER_UL = 1000


def derive_t_and_nk_cells(frame: pd.DataFrame, catalog: Catalog) -> pd.DataFrame:
    """Add `_t_nk` (lymphocytes minus CD19 of the draw), `_t_nk_percent` (its change against the
    baseline that the rules take) and `_t_nk_verdict`, on rows of lymphocytes.

    CD19 that is only a limit, or not known on that day, is taken as 0. If it is not known at the
    baseline before treatment, B cells may have been up to 19 % of the lymphocytes, the upper end of
    the published share. The change is held against the usual variation of lymphocytes.
    """
    known = list(catalog.analytes)
    lymphocytes = known.index("lymphocytes")
    analyte, comparator = frame["_analyte"].to_numpy(), frame["_comparator"].to_numpy()
    rows = np.flatnonzero((analyte == lymphocytes) & (comparator == 0))
    b_cells = _b_cells_beside(frame, rows, catalog)
    rest = np.full(len(frame), np.nan)
    rest[rows] = np.maximum(frame["value"].to_numpy()[rows] - np.nan_to_num(b_cells) / _PER_UL, 0)
    base = frame["_rule_base"].to_numpy()[rows]
    at_base = np.maximum(base, 0)
    of_base = np.where(base >= 0, rest[at_base], np.nan)
    is_known = np.zeros(len(frame), dtype=bool)
    is_known[rows] = ~np.isnan(b_cells)
    perhaps = ~is_known[at_base] & ~frame["_on_treatment"].to_numpy()[at_base]
    of_base = np.where(perhaps, of_base * (1 - _highest_share(catalog)), of_base)
    with np.errstate(divide="ignore", invalid="ignore"):
        change = np.where(of_base > 0, 100 * (rest[rows] - of_base) / of_base, np.nan)
    change = round_significant(change)
    is_man = frame["_is_man"].to_numpy()[rows]
    judged = judge_changes(change, np.full(len(rows), lymphocytes), is_man, catalog)
    # What no rule counts of the lymphocytes, none counts of a part of them.
    note = frame["_rule_note"].to_numpy()[rows]
    judged[base == rows] = -1
    judged[forbids(note, np.full(len(rows), lymphocytes), judged, catalog)] = -1
    percent, verdict = np.full(len(frame), np.nan), np.full(len(frame), -1, dtype=np.int8)
    percent[rows], verdict[rows] = change, judged
    return frame.assign(_t_nk=round_significant(rest), _t_nk_percent=percent, _t_nk_verdict=verdict)


def _b_cells_beside(frame: pd.DataFrame, rows: Whole, catalog: Catalog) -> Numbers:
    """Return the CD19 count of the draw of each row, NaN where it is not known; of a limit that
    leaves few B cells at most, 0.
    """
    comparator, value = frame["_comparator"].to_numpy(), frame["value"].to_numpy()
    is_cd19 = frame["_analyte"].to_numpy() == list(catalog.analytes).index("cd19")
    is_limit = np.isin(comparator, [COMPARATORS.index("<"), COMPARATORS.index("<=")])
    is_limit &= value <= catalog.figure("few_below_count")
    pairs = pair_rows(frame, rows, np.flatnonzero(is_cd19 & ((comparator == 0) | is_limit)))
    found = np.full(len(frame), np.nan)
    found[pairs.rows] = np.where(is_limit[pairs.partners], 0, value[pairs.partners])
    return found[rows]


def _highest_share(catalog: Catalog) -> float:
    """Return the share of lymphocytes that B cells may be: the upper end of the interval."""
    interval = catalog.analytes["cd19_pct"].interval
    return interval.high / 100 if interval else 0.0
