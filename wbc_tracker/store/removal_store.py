"""The store's calls about single results: listing them, removing a wrong one, giving it back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wbc_tracker.store import removals
from wbc_tracker.store.connection import OpenStore
from wbc_tracker.store.records import StoredResult

if TYPE_CHECKING:
    import pandas as pd


class RemovalStore(OpenStore):
    """A removed result is hidden everywhere, stays hidden when its file is imported again,
    and can be restored.
    """

    def stored_results(
        self, patient_id: str | None = None, *, removed: bool = False
    ) -> list[StoredResult]:
        """Return the results with their numbers, or the removed ones, by patient, draw and analyte.

        Does not load pandas.
        """
        with self._reading() as connection:
            return removals.load_stored(connection, patient_id, removed=removed)

    def hidden_frame(self) -> pd.DataFrame:
        """Return what the removals hide, with RESULT_COLUMNS: the removed results,
        and timed ones equal to them.
        """
        with self._reading() as connection:
            return removals.hidden_frame(connection)

    def remove_result(self, result_id: int, removed_at: str) -> StoredResult:
        """Remove one result, whatever import it came from, and return it as it was.

        Args:
            result_id: its number. removed_at: ISO 8601 text; the store never reads the clock.

        Raises:
            UsageError: when there is no such result, or it is removed already.
        """
        with self._writing() as connection:
            return removals.mark(connection, result_id, removed_at)

    def restore_result(self, result_id: int) -> StoredResult:
        """Give a removed result back, and return it.

        Raises:
            UsageError: when no removed result has that number.
        """
        with self._writing() as connection:
            return removals.unmark(connection, result_id)
