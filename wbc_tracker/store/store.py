"""The store as the rest of the program sees it: one object, every change whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from wbc_tracker.errors import StoreError
from wbc_tracker.store import failures, frames, imports, patients
from wbc_tracker.store.connection import OpenStore
from wbc_tracker.store.event_store import EventStore
from wbc_tracker.store.infusions import (
    ConflictRejects,
    add_by_hand,
    import_file,
    load_infusions,
    remove_by_date,
)
from wbc_tracker.store.records import (
    Counts,
    ImportInfo,
    ImportRecord,
    Infusion,
    PatientRecord,
    UndoResult,
)
from wbc_tracker.store.removal_store import RemovalStore
from wbc_tracker.store.results import add_file, load_results

if TYPE_CHECKING:
    import pandas as pd


class Store(EventStore, RemovalStore, OpenStore):
    """The results, infusions, events and imports in one SQLite file, private to the user.

    Opening makes missing folders (0700) and the file (0600) and brings an older store up to date.
    Every change is one transaction that has reached the disk when the call returns: after a crash
    or a power cut it is there whole or not at all. Use it as a context manager::

        with Store("wbc.db") as store:
            frame = store.results()

    Args:
        path: the store's file.
        busy_timeout_s: how long to wait while another program writes, in seconds.

    Raises:
        StoreError: from the constructor and from every method, when the store is locked, damaged,
            newer than the program, read-only or full. `code` tells which.
    """

    def add_results(self, results: pd.DataFrame, rejects: pd.DataFrame, info: ImportInfo) -> Counts:
        """Add the results and the rejects of one lab file, in one transaction.

        Same patient, analyte, `collected_at`, comparator and value is a duplicate; so is a
        date-only result equal to a timed one of that day, in whichever order they arrive. `added`
        is by how many the visible results grew, all others are `duplicates`. A file without any
        result is recorded too. A result that the
        user has removed stays removed: it is among the duplicates, and `removed` counts it.

        Args:
            results: RESULT_COLUMNS, values in the canonical unit; `source_file` is taken from
                `info`.
            rejects: REJECT_COLUMNS.
            info: the file, and the cells that gave no result.

        Raises:
            FrameError: when a frame lacks a column or has values of the wrong kind; nothing is
                added.
        """
        with self._writing() as connection:
            return add_file(connection, results, rejects, info)

    def results(self, patient_id: str | None = None) -> pd.DataFrame:
        """Return the results with RESULT_COLUMNS, of one patient or of all, in the order they were
        imported.

        A result is shown as its earliest import printed it. A date-only result is left out while an
        equal timed one of that day is there. An unknown patient gives an empty frame of the same
        dtypes.
        """
        with self._reading() as connection:
            return load_results(connection, patient_id)

    def infusions(self, patient_id: str | None = None) -> list[Infusion]:
        """Return the infusions of one patient or of all, by patient and date.

        Does not load pandas.
        """
        with self._reading() as connection:
            return load_infusions(connection, patient_id)

    def infusion_frame(self, patient_id: str | None = None) -> pd.DataFrame:
        """Return the infusions as a frame with INFUSION_COLUMNS, by patient and date."""
        return frames.infusion_frame(self.infusions(patient_id))

    def add_infusion(self, infusion: Infusion) -> bool:
        """Add one infusion by hand; return False when the very same was there.

        An infusion given by hand outlives the undo of a file that holds it, also when the file came
        first.

        Raises:
            UsageError: when that date has an infusion with another drug, dose or time (a dose that
                is not known differs from a known one), or when a part is missing or no real date or
                dose.
        """
        with self._writing() as connection:
            return add_by_hand(connection, infusion)

    def remove_infusion(self, patient_id: str, date: str) -> Infusion | None:
        """Remove the infusion of a date, whether by hand or from a file; None when there is none.

        Raises:
            UsageError: when `date` is no date.
        """
        with self._writing() as connection:
            return remove_by_date(connection, patient_id, date)

    def import_infusions(
        self,
        infusions: Sequence[Infusion],
        rejects: pd.DataFrame,
        info: ImportInfo,
        *,
        conflict_rejects: ConflictRejects | None = None,
    ) -> Counts:
        """Add the infusions and the rejects of one file, in one transaction.

        The very same infusion is a duplicate. One that contradicts the store, or an earlier one of
        the list,
        on the same date is not added: it is among the `conflicts`, and counts as rejected in the
            history.

        Args:
            infusions: in the order of the file.
            rejects: REJECT_COLUMNS.
            info: the file, and the cells that gave no infusion.
            conflict_rejects: words the conflicts as rejects; they are kept with the others. What it
                raises (for `--strict`) undoes the whole import.

        Raises:
            UsageError: when an infusion lacks a part or has no real date or dose; nothing is added.
        """
        with self._writing() as connection:
            return import_file(connection, infusions, rejects, info, conflict_rejects)

    def imports(self) -> list[ImportRecord]:
        """Return the history of imports, oldest first, without those that were undone."""
        with self._reading() as connection:
            return imports.load_imports(connection)

    def rejects(self, import_id: int) -> pd.DataFrame:
        """Return what could not be read in one import, with REJECT_COLUMNS, in the order of the
        file.

        Raises:
            UsageError: when there is no such import.
        """
        with self._reading() as connection:
            return imports.load_rejects(connection, import_id)

    def undo(self, import_id: int) -> UndoResult:
        """Take back one import, so that the store is as if it had never been made.

        What another import also holds stays, shown as that one printed it; so do infusions and
        events added by hand. That a result was removed by the user is forgotten with the last
        import that holds it.

        Raises:
            UsageError: when there is no such import.
        """
        with self._writing() as connection:
            return imports.undo(connection, import_id)

    def patients(self) -> list[PatientRecord]:
        """Return who has a result (be it a removed one), an infusion or an event in the store,
        by id.
        """
        with self._reading() as connection:
            return patients.load_patients(connection)

    def patient_ids(self) -> list[str]:
        """Return the ids of `patients`, without their counts."""
        with self._reading() as connection:
            return patients.load_ids(connection)

    def remove_patient(self, patient_id: str) -> PatientRecord:
        """Erase one patient: results, how files printed them, infusions and events; return what
        there was.

        The file is rewritten, so that the bytes are gone from it and from the log beside it. The
        lines of the history stay, with the names of the files. Rejects do not say whose cell they
        hold: those of imports that held nobody else are erased too, and all of them with the last
        patient of the store; those of imports with several patients stay.

        Raises:
            UsageError: when there is no such patient.
        """
        with failures.translated(self.path):
            # A reader would keep the old pages in the log: better to learn that before anything is
            # erased.
            if not patients.empty_log(self._connection):
                raise failures.locked(self.path)
        with self._writing() as connection:
            record = patients.erase(connection, patient_id)
        try:
            with failures.translated(self.path):
                if not patients.rebuild(self._connection):
                    raise failures.locked(self.path)
        except StoreError as error:
            raise StoreError(
                f"The patient is erased, but the files of the store {self.path} may still hold "
                "traces.",
                "Close every program that uses the store: the last one to close it clears the log.",
                code=error.code,
            ) from error
        return record
