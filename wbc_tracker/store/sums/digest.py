"""What results that are read by columns are proved by."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from wbc_tracker.schema import RESULT_COLUMNS
from wbc_tracker.store.failures import ImpossibleRowError
from wbc_tracker.store.sums.checksums import WRONG_KIND, CodedTexts, coded
from wbc_tracker.store.sums.possible import check_cells
from wbc_tracker.store.sums.rows import IMPORT_BITS, checksums_of

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd

_TEXTS = [column.name for column in RESULT_COLUMNS if column.type == "text"]


class Digest:
    """The checksums of results that are read, portion by portion.

    Attributes:
        rows: how many there are. total: the sum of the checksums of the results and of the
            sightings as which they are shown, of any size. import_ids: which imports printed them.
    """

    def __init__(self) -> None:
        self.rows = 0
        self.total = 0
        self.import_ids: set[int] = set()
        self._each: list[npt.NDArray[np.int64]] = []

    def add(self, cells: Mapping[str, Sequence[Any]], said: Sequence[int]) -> dict[str, CodedTexts]:
        """Add a portion of at least one row; return its columns of texts, coded.

        Args:
            cells: RESULT_COLUMNS. said: of each row as SAID.

        Raises:
            ImpossibleRowError: a cell is of another kind.
        """
        import numpy as np

        try:
            texts = {name: coded(cells[name]) for name in _TEXTS}
            of_results, of_sightings = checksums_of({**cells, **texts}, said)
        except WRONG_KIND as error:
            check_cells(cells, RESULT_COLUMNS)
            raise ImpossibleRowError(None, "a cell of another kind") from error
        self._each.append(of_results + of_sightings)  # they wrap, as sums do
        self.rows += len(said)
        self.total += int(self._each[-1].sum())
        self.import_ids.update((np.unique(np.array(said) >> IMPORT_BITS)).tolist())
        return texts

    def by_patient(self, patient_ids: pd.Series[Any]) -> dict[str, int]:
        """Return patient -> the sum of that patient's rows, wrapped."""
        import numpy as np
        import pandas as pd

        if not self._each:
            return {}
        each = pd.Series(np.concatenate(self._each), index=patient_ids.index)
        totals = each.groupby(patient_ids.to_numpy()).sum()
        return {str(who): int(total) for who, total in totals.items()}
