"""What becomes of each cell: a result, none, a reject, or ignored and of which kind."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from wbc_tracker.arrays import Mask, Small, Whole
from wbc_tracker.intake.result.cells import Cells
from wbc_tracker.intake.result.resolve import Meaning


@dataclass(frozen=True)
class Fate:
    """What becomes of each cell; exactly one of the masks holds, `withdrawn_results` aside.

    Attributes:
        usable: it is a result. no_result: it says that there is none. rejected: a known test that
            could not be read.
        unknown: a test the catalogue does not know. other_fluid: a known one of another fluid.
        withdrawn: one that the laboratory took back.
        withdrawn_results: of those, the ones whose patient, test and date are known: they are
            passed on, so that they take back what stands elsewhere.
        has_value: the cell has a value that could be read.
    """

    KINDS: ClassVar = ("unknown_test", "other_fluid", "withdrawn")

    usable: Mask
    no_result: Mask
    rejected: Mask
    unknown: Mask
    other_fluid: Mask
    withdrawn: Mask
    withdrawn_results: Mask
    has_value: Mask

    @property
    def passed_on(self) -> Whole:
        """The places of results and of what takes results back, in the order of the file."""
        return np.flatnonzero(self.usable | self.withdrawn_results)

    def kinds(self) -> dict[str, int]:
        """Return how many cells were ignored, by kind; kinds without any are left out."""
        masks = (self.unknown, self.other_fluid, self.withdrawn)
        counts = (int(mask.sum()) for mask in masks)
        return {kind: count for kind, count in zip(self.KINDS, counts, strict=True) if count}


def decide(cells: Cells, meaning: Meaning, problem: Small) -> Fate:
    """Decide what becomes of each cell.

    A row of another fluid is another test, whatever else is wrong with it; a withdrawn one is none
    for a reader to mend.
    """
    silent = cells.values.no_result
    nameless = cells.name.is_blank() & cells.loinc.is_blank()
    known = (meaning.analyte >= 0) | (meaning.problem > 0) | nameless
    other = known & cells.told.is_other_fluid
    withdrawn = known & ~other & cells.told.is_withdrawn
    left = known & ~other & ~withdrawn
    has_value = ~silent & (problem == 0)
    placed = (meaning.analyte >= 0) & ~cells.iso.is_blank() & ~cells.patient.is_blank()
    return Fate(
        usable=left & has_value,
        no_result=left & silent,
        rejected=left & ~silent & (problem > 0),
        unknown=~known,
        other_fluid=other,
        withdrawn=withdrawn,
        withdrawn_results=withdrawn & placed & ~cells.told.is_of_two,
        has_value=has_value,
    )


def ignored_names(cells: Cells, fate: Fate) -> Counter[str]:
    """Return the names of what was ignored with the number of cells; what is no unknown test says
    why.
    """
    found: Counter[str] = Counter(cells.name.take(np.flatnonzero(fate.unknown)).to_pylist())
    for chosen, why in ((fate.other_fluid, cells.told.fluid), (fate.withdrawn, None)):
        at = np.flatnonzero(chosen)
        reasons = why.take(at).to_pylist() if why is not None else ["withdrawn"] * len(at)
        names = cells.name.take(at).to_pylist()
        found.update(f"{name} ({reason})" for name, reason in zip(names, reasons, strict=True))
    return found
