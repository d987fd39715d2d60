"""Workers on this machine: processes, or this process itself.

What takes long to import is imported where it is needed: the server of processes is started first.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from wbc_tracker.scale.filling import Turn
    from wbc_tracker.scale.hands import Hands

#: More share the memory's bandwidth and gain little.
MOST_WORKERS = 8
#: How a worker's memory is managed, as allocators of Linux read it when they start: one for all
#: arrays, and what a block gives back is kept for the next one. To give every array back to the
#: system costs a tenth of the time; the first setting without the second would cost half of it.
WORKER_MEMORY = {
    "MALLOC_TRIM_THRESHOLD_": str(1 << 28),
    "MALLOC_MMAP_THRESHOLD_": str(1 << 28),
    "ARROW_DEFAULT_MEMORY_POOL": "system",
}
#: What the server of processes imports once for all of them.
_PRELOADED = ["wbc_tracker.scale.warm"]


def usual_workers() -> int:
    """Return how many workers there are unless the user says: one a core that this process has."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return min(cores or 1, MOST_WORKERS)


class SameProcess(Executor):
    """Does at once, in this process, what it is handed."""

    def submit(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Call it and return what came of it."""
        future: Future[Any] = Future()
        try:
            future.set_result(call(*args, **kwargs))
        except Exception as problem:
            future.set_exception(problem)
        return future


@contextmanager
def local_workers(count: int) -> Iterator[tuple[Hands, Turn]]:
    """Start workers, and end them at the end of the block; one is this process."""
    from wbc_tracker.scale.filling import Turn, take_turns
    from wbc_tracker.scale.hands import Hands

    if count < 2:
        turn = Turn(threading)
        take_turns(turn)
        same = SameProcess()
        yield Hands(same, 0, same.submit), turn
        return
    turn = Turn(_processes())
    with _pool(count, turn) as pool:
        try:
            yield Hands(pool, 2 * count, _begin_apart, count, turn.give_up), turn
        finally:
            turn.give_up()


def _begin_apart(call: Callable[..., Any], *args: Any) -> Future[Any]:
    """Begin something in a process of its own, which ends with it."""
    pool = ProcessPoolExecutor(
        1, mp_context=_processes(), initializer=_prepare_worker, initargs=(None,)
    )
    future = pool.submit(call, *args)
    pool.shutdown(wait=False)
    return future


@contextmanager
def _pool(count: int, turn: Turn) -> Iterator[Executor]:
    """Start processes; at the end of the block what they have begun is done, and nothing else."""
    pool = ProcessPoolExecutor(
        count, mp_context=_processes(), initializer=_prepare_worker, initargs=(turn,)
    )
    # The first jobs start them and wait for the server, while this process does other things.
    threading.Thread(target=_start, args=(pool, count)).start()
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def start_server(count: int | None) -> None:
    """Let the server begin to load what so many workers need, or as many as usual: this process has
    other things to load meanwhile.
    """
    if (count or usual_workers()) > 1 and _processes().get_start_method() == "forkserver":
        from multiprocessing import forkserver, resource_tracker

        # The server leaves interrupts to this process, but of itself only once it has loaded
        # everything. The tracker, which would let them through again, is begun before.
        resource_tracker.ensure_running()
        before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        try:
            forkserver.ensure_running()
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _processes() -> Any:
    """Return how processes are started: from a server that has loaded what they need, where the
    system can; never as a copy of this process, whose threads they would lack.
    """
    if sys.platform == "win32":
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_PRELOADED)
    return context


def _prepare_worker(turn: Turn | None) -> None:
    """Leave signals to the process that started this one, and end with it; use one core."""
    import pyarrow as pa

    from wbc_tracker.scale.filling import take_turns

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.set_threshold(100_000)
    pa.set_cpu_count(1)
    pa.set_io_thread_count(1)
    if turn is not None:
        take_turns(turn)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _start(pool: Executor, count: int) -> None:
    with suppress(RuntimeError, OSError):  # it is over already, or whoever needs it will be told
        for _ in range(count):
            pool.submit(_nothing)


def _nothing() -> None:
    """Be done."""


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
