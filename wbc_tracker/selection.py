"""Which annotated rows are shown or exported: a choice made after everything is computed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from wbc_tracker.arrays import Mask, distinct_texts
from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.naming import choose_analyte


@dataclass(frozen=True)
class Selection:
    """Analytes (none: all) and ISO dates, both inclusive."""

    analytes: tuple[str, ...] = ()
    since: str | None = None
    until: str | None = None

    @classmethod
    def of(
        cls, analytes: Sequence[str] | None, since: str | None, until: str | None, catalog: Catalog
    ) -> Selection:
        """Check the names.

        Raises:
            UsageError: an analyte that the catalogue does not know, or a name of two.
        """
        chosen = [choose_analyte(name, catalog, "--analyte") for name in analytes or ()]
        return cls(tuple(dict.fromkeys(chosen)), since, until)

    def mask(self, annotated: pd.DataFrame) -> Mask:
        """Return which rows are chosen."""
        chosen = np.ones(len(annotated), dtype=bool)
        if self.analytes:
            chosen &= annotated["analyte"].isin(list(self.analytes)).to_numpy()
        codes, words = distinct_texts(annotated["collected_at"])
        if self.since is not None:
            chosen &= np.array([word[:10] >= self.since for word in words], dtype=bool)[codes]
        if self.until is not None:
            chosen &= np.array([word[:10] <= self.until for word in words], dtype=bool)[codes]
        return chosen

    def places(self, annotated: pd.DataFrame) -> list[int] | None:
        """Return the places of the chosen rows, None when nothing is filtered."""
        if not self.analytes and self.since is None and self.until is None:
            return None
        return [int(place) for place in np.flatnonzero(self.mask(annotated))]

    def as_settings(self) -> dict[str, object]:
        """Return the choice as plain data."""
        return {"analytes": list(self.analytes), "since": self.since, "until": self.until}
