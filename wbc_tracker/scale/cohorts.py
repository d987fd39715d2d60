"""What a cohort counts of each patient, block by block."""

from __future__ import annotations

from dataclasses import dataclass

from wbc_tracker.analysis import Analysis
from wbc_tracker.catalog import Catalog
from wbc_tracker.cohort import CohortParts, CohortSettings, extract_cohort
from wbc_tracker.dataset import Dataset
from wbc_tracker.scale.filling import FilledFile
from wbc_tracker.scale.partition import Task
from wbc_tracker.scale.sinks import RowsWritten


@dataclass(frozen=True)
class IntoCohort:
    """Returns what is counted of the patients of a block."""

    settings: CohortSettings

    def __call__(self, dataset: Dataset, number: int, catalog: Catalog) -> CohortParts:
        """Count it."""
        analysis = Analysis(dataset, self.settings.same_day, catalog)
        return extract_cohort(
            analysis.unflagged, analysis.courses, dataset.patients, self.settings, catalog
        )

    def give_up(self) -> None:
        """Nobody waits."""


class CohortSink:
    """Keeps what is counted; it is joined at the end, in the order of the patients' ids."""

    #: Nothing is written.
    shown: RowsWritten | None = None
    place: FilledFile | None = None

    def __init__(self, settings: CohortSettings) -> None:
        """`settings`: what is asked for."""
        self._settings = settings

    @property
    def task(self) -> Task:
        """Count."""
        return IntoCohort(self._settings)

    def begin(self) -> None:
        """Whoever adds up what was made begins anew."""
