"""Who does the work, and on what: any executor of `concurrent.futures`, and the files."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from wbc_tracker.scale.partition import Job, Outcome, annotate_partition

#: So many bytes of a file are looked at first.
_SAMPLE_BYTES = 100_000
Given = TypeVar("Given")
Made = TypeVar("Made")
#: Is told how many bytes of the files are done, and how many results they held.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class LabFile:
    """A lab file: where it is, and its name for messages."""

    path: Path
    name: str

    def sample(self) -> bytes:
        """Return its first lines."""
        with self.path.open("rb") as stream:
            first = stream.read(_SAMPLE_BYTES)
            return first if len(first) < _SAMPLE_BYTES else first[: first.rfind(b"\n") + 1]

    def is_complete(self) -> bool:
        """Tell whether it ends with a line break."""
        with self.path.open("rb") as stream:
            stream.seek(-1, 2)
            return stream.read(1) == b"\n"

    @property
    def size(self) -> int:
        """In bytes."""
        return self.path.stat().st_size


@dataclass(frozen=True)
class Hands:
    """Who does the work.

    Attributes:
        executor: annotates. ahead: so many blocks are handed to it at once.
        apart: opens an executor for what takes memory once, and takes it away again.
    """

    executor: Executor
    ahead: int
    apart: Callable[[], AbstractContextManager[Executor]]

    def do(self, call: Callable[[Given], Made], jobs: Iterable[Given]) -> Iterator[Made]:
        """Hand out jobs, some ahead, and yield what becomes of each in their order."""
        waiting: deque[Future[Made]] = deque()
        try:
            for job in jobs:
                waiting.append(self.executor.submit(call, job))
                if len(waiting) > self.ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for future in waiting:
                future.cancel()


def annotate_partitions(jobs: Iterable[Job], hands: Hands) -> Iterator[Outcome]:
    """Annotate blocks, and yield what becomes of each in their order."""
    return hands.do(annotate_partition, jobs)
