"""The store's calls about events."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wbc_tracker.store import events, frames
from wbc_tracker.store.connection import OpenStore
from wbc_tracker.store.records import Counts, Event, ImportInfo

if TYPE_CHECKING:
    import pandas as pd


class EventStore(OpenStore):
    """What happened beside the counts. An event is known by patient, date, kind and note."""

    def events(self, patient_id: str | None = None) -> list[Event]:
        """Return the events of one patient or of all, by patient and date. Does not load pandas."""
        with self._reading() as connection:
            return events.load_events(connection, patient_id)

    def event_frame(self, patient_id: str | None = None) -> pd.DataFrame:
        """Return the events as a frame with EVENT_COLUMNS, by patient and date."""
        return frames.event_frame(self.events(patient_id))

    def add_event(self, event: Event) -> bool:
        """Add one event by hand; return False when the very same was there.

        An event given by hand outlives the undo of a file that holds it, also when the file came
        first.

        Raises:
            UsageError: when a part is missing or no real date.
        """
        with self._writing() as connection:
            return events.add_by_hand(connection, event)

    def remove_event(self, event_id: int) -> Event:
        """Remove one event, whether by hand or from a file, and return it.

        Raises:
            UsageError: when there is no such event.
        """
        with self._writing() as connection:
            return events.remove_by_id(connection, event_id)

    def import_events(
        self, given: Sequence[Event], rejects: pd.DataFrame, info: ImportInfo
    ) -> Counts:
        """Add the events and the rejects of one file, in one transaction. The very same event is a
        duplicate.

        Args:
            given: the events in the order of the file.
            rejects: REJECT_COLUMNS.
            info: the file, and the cells that gave no event.

        Raises:
            UsageError: when an event lacks a part or has no real date; nothing is added.
        """
        with self._writing() as connection:
            return events.import_file(connection, given, rejects, info)
