"""One output file that several workers fill: each writes its part where it belongs, by turns."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from wbc_tracker.errors import OutputError
from wbc_tracker.files import NO_SYNC
from wbc_tracker.intake.blocks.plan import NotForBlocks

_BROKEN = -1
_SYNC_S = 1.0


class Turn:
    """Tells each block where its bytes begin: it waits until the one before is rendered, not until
    it is written.
    """

    def __init__(self, context: Any) -> None:
        """`context`: of `multiprocessing`, or `threading` for workers of this process."""
        self._known = context.Condition()
        #: The number of the next block, and where its bytes begin.
        self._state = context.RawArray("q", 2) if hasattr(context, "RawArray") else [0, 0]

    def begin(self, place: int) -> None:
        """Let block 0 begin at a place."""
        with self._known:
            self._state[0], self._state[1] = 0, place

    def reserve(self, number: int, size: int) -> int:
        """Return where the bytes of a block begin.

        Raises:
            NotForBlocks: an earlier block could not be made.
        """
        with self._known:
            while self._state[0] != number:
                if self._state[0] == _BROKEN:
                    raise NotForBlocks("an earlier block could not be made")
                self._known.wait()
            place = int(self._state[1])
            self._state[0], self._state[1] = number + 1, place + size
            self._known.notify_all()
            return place

    def give_up(self) -> None:
        """Let nobody wait any more."""
        with self._known:
            self._state[0] = _BROKEN
            self._known.notify_all()


_turns: list[Turn] = []


def take_turns(turn: Turn) -> None:
    """Make this process one of those that write into one file."""
    _turns[:] = [turn]


@dataclass(frozen=True)
class FilledFile:
    """A file that is filled by turns.

    Attributes:
        path: the file as long as it is written. name: what the user calls it.
    """

    path: Path
    name: str

    def write(self, number: int, parts: Sequence[bytes | memoryview]) -> None:
        """Write part `number` of the file behind the one before.

        Raises:
            OutputError: a disk is full. NotForBlocks: an earlier part could not be made.
        """
        start = _turns[0].reserve(number, sum(map(len, parts)))
        try:
            with self.path.open("r+b", buffering=0) as stream:
                stream.seek(start)
                for part in parts:
                    _write_whole(stream.fileno(), part)
        except OSError as problem:
            raise _unwritten(self.name, problem) from None

    def begin(self, content: bytes, turn: Turn) -> None:
        """Let the file be what stands before the first part."""
        with self.path.open("r+b") as stream:
            stream.truncate()
            stream.write(content)
        turn.begin(len(content))

    def give_up(self) -> None:
        """Let nobody wait for a part that could not be made."""
        _turns[0].give_up()


@contextmanager
def on_the_way_to_disk(file: FilledFile) -> Iterator[None]:
    """Bring to the disk what is written of a file, again and again until the end of the block, and
    let it leave the memory: gigabytes that stay there push out what others need, and whoever comes
    to the end waits for all of them.

    Raises:
        OutputError: the disk did not take it.
    """
    is_over, problems = threading.Event(), list[OSError]()

    def sync() -> None:
        with file.path.open("r+b") as stream:
            while not is_over.wait(_SYNC_S):
                try:
                    os.fsync(stream.fileno())
                    if hasattr(os, "posix_fadvise"):
                        os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
                except OSError as problem:  # told once, so nobody else will hear of it
                    if problem.errno not in NO_SYNC:
                        problems.append(problem)
                    return

    syncing = threading.Thread(target=sync)
    syncing.start()
    try:
        yield
    finally:
        is_over.set()
        syncing.join()
    if problems:
        raise _unwritten(file.name, problems[0])


def _unwritten(name: str, problem: OSError) -> OutputError:
    return OutputError(f"{name} cannot be written: {problem.strerror}.", "Name another place.")


def _write_whole(handle: int, content: bytes | memoryview) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(handle, rest) :]
