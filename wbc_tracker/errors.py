"""One tree of errors; each knows its exit code, what happened and what to do next.

Problems in the data (one cell that cannot be read) are values, not errors: they become rejects. An
error means that a file, the store or a call as a whole cannot be used.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

#: An option and its value, as they are typed: `("--unit", "cd19=/uL")`; "" behind one without.
Option: TypeAlias = tuple[str, str]


class WbcTrackerError(Exception):
    """Base of every error that the program raises on purpose.

    Attributes:
        code: stable name for scripts, printed in JSON.
        exit_code: what the command line exits with.
        message: what happened, one or two sentences.
        hint: what to type or do next; may be empty.
        details: a line for each problem, where there are several.
        settled_by: options each of which, added to what was typed, settles it.
        commands: what to type next, as the words behind the program's name.
    """

    code = "error"
    exit_code = 3

    def __init__(
        self,
        message: str,
        hint: str = "",
        *,
        code: str | None = None,
        details: Sequence[str] = (),
        settled_by: Sequence[Option] = (),
        commands: Sequence[Sequence[str]] = (),
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.details = tuple(details)
        self.settled_by = tuple(settled_by)
        self.commands = tuple(tuple(words) for words in commands)
        if code is not None:
            self.code = code

    def __str__(self) -> str:
        """What happened, and what to do: a notebook shows nothing else."""
        return f"{self.message} {self.hint}".rstrip()


class UsageError(WbcTrackerError):
    """Options that do not fit together or name something that does not exist."""

    code = "usage"
    exit_code = 2


class UnreadableFileError(WbcTrackerError):
    """A file that cannot be understood as a whole: not text, not a table, nothing recognised."""

    code = "file_unreadable"


class AmbiguousFileError(WbcTrackerError):
    """A file with two possible readings (date order, decimal mark, names); both are named."""

    code = "file_ambiguous"


class PatientMismatchError(WbcTrackerError):
    """A file names other patients than the user does."""

    code = "patient_mismatch"


class StoreError(WbcTrackerError):
    """The store cannot be used: locked, damaged, newer than this program, or the disk is full."""

    code = "store"


class PartlyDoneError(StoreError):
    """A change of the store is made, and what belongs to it could not be done."""

    code = "partly_done"
    exit_code = 1


class CatalogError(WbcTrackerError):
    """The catalogue contradicts itself. Only a developer can cause this."""

    code = "catalogue"
    exit_code = 4


class OutputError(WbcTrackerError):
    """Results cannot be written where they should go."""

    code = "output"


class WorkerError(WbcTrackerError):
    """A process that shared the work is gone, as where memory runs short."""

    code = "worker"


class FrameError(WbcTrackerError):
    """A frame given to a public function lacks a column or has values of the wrong kind."""

    code = "frame"
    exit_code = 4
