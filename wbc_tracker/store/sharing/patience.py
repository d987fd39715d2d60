"""Patience with other programs: waiting until they let go of a store, as long as they get on."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable
from typing import TypeVar

from wbc_tracker.errors import StoreError

Result = TypeVar("Result")

#: So long others may hold a store without writing a byte to it: longer than any step of an import
#: takes between two writings, and short enough for whoever waits for a program that hangs.
PATIENCE_S = 60.0
#: For questions to a store that is open: then nobody can lock it whole, but for a moment.
READING_S = 5.0
#: From then on whoever waits is told why.
_TELL_AFTER_S = 1.0
#: Short: eight programs that wait share the gaps between them.
_PAUSE_S = 0.02


class Patience:
    """How long other programs are waited for, and who is told of it.

    The waiting is done here and not by SQLite, whose own cannot be interrupted. It starts anew
    whenever the others have written something: eight imports at once all get their turn, however
    long they are, but a program that hangs with the store in its hands is not waited for.

    Args:
        most_s: how long nothing may be written meanwhile.
        is_of_lock: tells an error of a store that others hold from all others.
        signs_of_life: what changes when others write.
        tell: is called once, when a wait begins to be long.
    """

    def __init__(
        self,
        most_s: float,
        is_of_lock: Callable[[sqlite3.Error | StoreError], bool],
        signs_of_life: Callable[[], object],
        tell: Callable[[], None] | None = None,
    ) -> None:
        self._most_s = most_s
        self._is_of_lock = is_of_lock
        self._signs_of_life = signs_of_life
        self._tell = tell

    def of(self, most_s: float) -> Patience:
        """Return a patience with the same others that is longer or shorter, and tells nobody."""
        return Patience(most_s, self._is_of_lock, self._signs_of_life)

    def until_free(self, connection: sqlite3.Connection, attempt: Callable[[], Result]) -> Result:
        """Do something as soon as the others let it, and return what it gives.

        Args:
            connection: what it is done with.
            attempt: fails while the others hold the store, and has then done nothing.

        Raises:
            sqlite3.OperationalError, StoreError: what the last attempt raised.
        """
        connection.execute("PRAGMA busy_timeout = 0")
        try:
            return self._repeat(attempt)
        finally:
            connection.execute(f"PRAGMA busy_timeout = {round(READING_S * 1000)}")

    def _repeat(self, attempt: Callable[[], Result]) -> Result:
        # The core reads no clock: time is what was slept.
        waited_s = still_s = 0.0
        seen = self._signs_of_life()
        while True:
            try:
                return attempt()
            except (sqlite3.OperationalError, StoreError) as error:
                if not self._is_of_lock(error) or still_s >= self._most_s:
                    raise
            time.sleep(_PAUSE_S)
            waited_s, still_s = waited_s + _PAUSE_S, still_s + _PAUSE_S
            if (found := self._signs_of_life()) != seen:
                seen, still_s = found, 0.0
            if waited_s >= _TELL_AFTER_S and self._tell is not None:
                self._tell()
                self._tell = None
