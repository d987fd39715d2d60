"""Who does the work, and on what: any executor of `concurrent.futures`, and the files."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from wbc_tracker.intake.blocks.plan import Typed
from wbc_tracker.scale.partition import Job, Outcome, annotate_partition

#: So many bytes of a file are looked at first.
_SAMPLE_BYTES = 100_000
Given = TypeVar("Given")
Made = TypeVar("Made")
#: Is told how many bytes of the files are done, and how many results they held.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class LabFile:
    """A lab file: where it is, its name for messages, and what is known of it if it was Parquet."""

    path: Path
    name: str
    typed: Typed | None = None

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


def _nobody_waits() -> None:
    """There is no turn that a block could wait for."""


@dataclass(frozen=True)
class Hands:
    """Who does the work.

    Attributes:
        executor: annotates. ahead: so many blocks are handed to it at once.
        apart: begins what takes memory once, where it goes away again.
        workers: how many it has. release: lets nobody wait for a block that is not made any more.
    """

    executor: Executor
    ahead: int
    apart: Callable[..., Future[Any]]
    workers: int = 1
    release: Callable[[], None] = _nobody_waits

    def do(
        self, call: Callable[[Given], Made], jobs: Iterable[Given]
    ) -> Generator[Made, None, None]:
        """Hand out jobs, some ahead, and yield what becomes of each in their order.

        When it is closed before its end, nothing of it is under way any more: a block that is still
        being written would go into what is written next.
        """
        waiting: deque[Future[Made]] = deque()
        try:
            for job in jobs:
                waiting.append(self.executor.submit(call, job))
                if len(waiting) > self.ahead:
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            under_way = [future for future in waiting if not future.cancel()]
            if under_way:
                self.release()
                wait(under_way)


def annotate_partitions(jobs: Iterable[Job], hands: Hands) -> Generator[Outcome, None, None]:
    """Annotate blocks, and yield what becomes of each in their order."""
    return hands.do(annotate_partition, jobs)
