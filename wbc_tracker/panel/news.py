"""What is new or worse than it was before an import, judged on the same day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd

from wbc_tracker.arrays import Mask
from wbc_tracker.catalog import Severity


class Stand(NamedTuple):
    """What stands for whom; `flags` and `standing` as of `PanelFacts`."""

    patients: pd.Index
    flags: pd.DataFrame
    standing: pd.DataFrame


@dataclass(frozen=True)
class News:
    """What stands now and did not before, or was milder.

    Attributes:
        since: the day before whose first import everything is compared; None if there is none.
        flags: one row a person and code: `person`, `code`, `rank`, `is_worse`; worst first within a
            person, then as in `PanelFacts.flags`.
        notes: sentences about what it was compared with.
    """

    since: str | None
    flags: pd.DataFrame
    notes: tuple[str, ...] = ()

    def mask(self, size: int) -> Mask:
        """Return which of so many people have news."""
        told = np.zeros(size, dtype=bool)
        told[self.flags["person"].to_numpy(dtype=np.int64)] = True
        return told

    @classmethod
    def none(cls, notes: Sequence[str]) -> News:
        """Return that nothing can be compared, with the reason."""
        empty = pd.DataFrame({"person": [], "code": [], "rank": [], "is_worse": []})
        return cls(None, empty, tuple(notes))


def find_news(now: Stand, before: Stand, since: str, notes: Sequence[str] = ()) -> News:
    """Compare what stands with what stood.

    A flag of a result is known by patient, code and analyte, one of the patient by patient and
    code. Worse is a graver severity or CTCAE grade. What the document expects, and what is told of
    nearly everyone, is no news; but it is where it was told of nearly everyone and now stands out.

    Args:
        now: what stands. before: what stood, judged on the same day. since: the day of the import.
        notes: sentences about what it was compared with.
    """
    key = ["person", "code", "analyte"]
    stood = before.standing.assign(
        person=now.patients.get_indexer(before.patients)[before.standing["person"].to_numpy()]
    )
    stands = now.standing
    stands = stands[~stands["is_routine"] & (stands["rank"] > Severity.EXPECTED)]
    both = stands.merge(stood, on=key, how="left", suffixes=("", "_before"))
    is_known = both["rank_before"].notna()
    is_worse = is_known & (
        (both["rank"] > both["rank_before"]) | (both["grade"] > both["grade_before"])
    )
    stood_out = both["is_routine_before"].eq(False)  # missing: it did not stand
    told = both[is_worse | ~is_known | ~stood_out].assign(is_worse=is_worse)
    shown = now.flags[["person", "code"]].assign(place=np.arange(len(now.flags)))
    told = told.merge(shown, on=["person", "code"])  # each has one
    order = np.lexsort((told["is_worse"], told["place"], -told["rank"], told["person"]))
    each = told.iloc[order].drop_duplicates(["person", "code"], ignore_index=True)
    return News(since, each[["person", "code", "rank", "is_worse"]], tuple(notes))
