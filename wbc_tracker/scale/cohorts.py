"""What a cohort counts of each patient, block by block."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from wbc_tracker.analysis import Analysis
from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.cohort import CohortParts, CohortSettings, extract_cohort
from wbc_tracker.dataset import Dataset
from wbc_tracker.scale.filling import FilledFile
from wbc_tracker.scale.partition import Task
from wbc_tracker.scale.sinks import RowsWritten

#: A definition: what is asked for, under the user's own rules, if there are any.
Definition = tuple[Catalog | None, CohortSettings]


@dataclass(frozen=True)
class IntoCohort:
    """Returns what is counted of the patients of a block under each definition.

    Attributes:
        definitions: they. covariate: the column that makes groups; what it tells stands as such in
            the people.
    """

    definitions: Sequence[Definition]
    covariate: str | None

    def __call__(self, dataset: Dataset, number: int) -> list[CohortParts]:
        """Count it."""
        return [
            self._count(dataset, rules or load_catalog(), settings)
            for rules, settings in self.definitions
        ]

    def _count(self, dataset: Dataset, catalog: Catalog, settings: CohortSettings) -> CohortParts:
        analysis = Analysis(dataset, settings.same_day, catalog)
        parts = extract_cohort(
            analysis.unflagged, analysis.courses, dataset.patients, settings, catalog
        )
        if self.covariate is None:
            return parts
        told = dataset.covariate_of_patients(self.covariate).to_numpy(dtype=object)
        return replace(parts, people=parts.people.assign(covariate=told))

    def give_up(self) -> None:
        """Nobody waits."""


class CohortSink:
    """Keeps what is counted; it is joined at the end, in the order of the patients' ids."""

    #: Nothing is written.
    shown: RowsWritten | None = None
    place: FilledFile | None = None

    def __init__(self, definitions: Sequence[Definition], covariate: str | None) -> None:
        """See `IntoCohort`."""
        self._definitions, self._covariate = definitions, covariate

    @property
    def task(self) -> Task:
        """Count."""
        return IntoCohort(self._definitions, self._covariate)

    def begin(self) -> None:
        """Whoever adds up what was made begins anew."""
