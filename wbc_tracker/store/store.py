"""The store as the rest of the program sees it: one file, and a collection for each kind of row."""

from __future__ import annotations

import glob
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from wbc_tracker.store.connection import StoreFile
from wbc_tracker.store.events import StoredEvents
from wbc_tracker.store.imports import ImportHistory
from wbc_tracker.store.infusions import StoredInfusions
from wbc_tracker.store.past.earlier import StorePast
from wbc_tracker.store.patients import StoredPatients
from wbc_tracker.store.records import Maker
from wbc_tracker.store.results import StoredResults
from wbc_tracker.store.sharing.patience import PATIENCE_S
from wbc_tracker.store.soundness import Soundness, examine

if TYPE_CHECKING:
    import os

#: Between the name of a store and the time at which a restore took its place.
KEPT = ".before-"


class Store:
    """The results, infusions, events and imports in one SQLite file, private to the user.

    Opening makes missing folders (0700) and the file (0600) and brings an older store up to date;
    one that cannot be written is opened for reading.
    Every change is one transaction that has reached the disk when the call returns: after a crash
    or a power cut it is there whole or not at all. Use it as a context manager::

        with Store("wbc.db") as store:
            frame = store.results.load()

    Args:
        path: the store's file.
        patience_s: how long to wait for another program that writes, counted in seconds from the
            last byte that it wrote.
        on_wait: is called once, when that takes longer than a second.
        on_commit: is called whenever changes are just to be made for good.
        maker: who makes them, for the history.

    Attributes:
        results: what was measured. infusions: what was given. events: what happened beside it.
        imports: where it came from. patients: whose it is. past: what stood before an import.

    Raises:
        StoreError: from the constructor and from every method of a collection, when the store is
            locked, damaged, newer than the program, read-only or full. `code` tells which.
    """

    def __init__(
        self,
        path: str | os.PathLike[str],
        patience_s: float = PATIENCE_S,
        on_wait: Callable[[], None] | None = None,
        on_commit: Callable[[], None] | None = None,
        maker: Maker | None = None,
    ) -> None:
        self.path = Path(path)
        self._file = StoreFile(self.path, patience_s, on_wait, on_commit, maker)
        self.results = StoredResults(self._file)
        self.infusions = StoredInfusions(self._file)
        self.events = StoredEvents(self._file)
        self.imports = ImportHistory(self._file)
        self.patients = StoredPatients(self._file)
        self.past = StorePast(self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def remarks(self) -> Sequence[str]:
        """What its user should know of how it was opened."""
        return self._file.remarks

    @contextmanager
    def one_change(self) -> Iterator[None]:
        """Make everything of the block one change: all of it or nothing, and nobody else writes
        between its parts.
        """
        with self._file.writing():
            yield

    def check(self) -> Soundness:
        """Prove all that is stored."""
        with self._file.reading() as connection:
            return examine(connection)

    def kept_copies(self) -> Sequence[Path]:
        """Return the stores before this one, which a restore has kept beside it, by name."""
        return sorted(self.path.absolute().parent.glob(f"{glob.escape(self.path.name)}{KEPT}*"))

    def close(self) -> None:
        """Close the store's file; a closed store refuses every call."""
        self._file.close()
