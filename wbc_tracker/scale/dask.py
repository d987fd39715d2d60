"""A Dask cluster as those who do the work: the same blocks, the same function, another executor.

Everything that a worker needs goes to it with the block, but the files: they are read where the
worker is. So every worker must see them under the same path, and run the same program.
"""

from __future__ import annotations

import gc
import hashlib
import logging
import os
import platform
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, wait
from contextlib import contextmanager, nullcontext
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from wbc_tracker.catalog import load_catalog
from wbc_tracker.errors import UsageError
from wbc_tracker.scale.hands import Hands
from wbc_tracker.scale.pool import WORKER_MEMORY

if TYPE_CHECKING:
    from distributed import Client

_PROGRAM = "wbc-tracker"
#: So many blocks a worker are handed out ahead.
_AHEAD = 3
#: Blocks are made in a thread, to which memory would be given in small pieces of its own.
_OF_THREADS = {"MALLOC_ARENA_MAX": "1"}
_FIRST_BYTES = 4096
#: A cluster that does not answer for so long is none.
_PATIENCE_S = 20


class SeenFile(NamedTuple):
    """A file as one machine sees it: its size, its time in whole seconds, a hash of how it begins.
    All are None where it is not there.
    """

    size: int | None = None
    modified: int | None = None
    begins: str | None = None


class Station(NamedTuple):
    """What a worker says of itself: its host, its versions of the program and of the catalogue, and
    how it sees the files.
    """

    host: str
    version: str
    catalogue: str
    files: Mapping[str, SeenFile]


@contextmanager
def dask_workers(address: str | None, count: int, files: Sequence[Path]) -> Iterator[Hands]:
    """Have a cluster do the work: the one at an address, else one of processes on this machine.

    Args:
        address: of its scheduler, as `tcp://host:8786`. count: processes without one.
        files: every worker must see, under the same path.

    Raises:
        UsageError: Dask is not installed, nobody answers, or a worker sees other files or runs
            another version.
    """
    try:
        import dask
        from distributed import Client, LocalCluster
    except ImportError:
        raise UsageError(
            "Dask is not installed.", 'Install it with: pip install "wbc-tracker[dask]"'
        ) from None
    way = "distributed.nanny.pre-spawn-environ"
    keep = {f"{way}.{name}": value for name, value in (WORKER_MEMORY | _OF_THREADS).items()}
    quiet = {
        "distributed.admin.large-graph-warning-threshold": "1GB",
        # Looking a hundred times a second what a worker does is work, too.
        "distributed.worker.profile.enabled": False,
    }
    with dask.config.set({**keep, **quiet}):
        if address is None:
            cluster: Any = LocalCluster(
                n_workers=count,
                threads_per_worker=1,
                dashboard_address=None,  # what it listens on all the same is any port that is free
                scheduler_kwargs={"dashboard_address": "127.0.0.1:0"},
                memory_limit=None,
                silence_logs=logging.ERROR,
            )
        else:
            cluster = nullcontext(address)
        with cluster as found:
            try:
                client = Client(found, timeout=_PATIENCE_S)
            except (OSError, ValueError) as problem:
                raise UsageError(
                    f"No Dask scheduler answers at {address}.", "Check --scheduler."
                ) from problem
            with client:
                refuse_strangers(_stations(client, files), station(files), str(address or ""))
                executor: Executor = client.get_executor(pure=False)
                ahead = _AHEAD * len(client.scheduler_info(n_workers=-1)["workers"])
                yield Hands(executor, ahead, _beginning(executor))


def _beginning(executor: Executor) -> Callable[..., Future[Any]]:
    """Return what does a thing before any other is begun: blocks that wait for it might take all
    workers.
    """

    def begin(call: Callable[..., Any], *args: Any) -> Future[Any]:
        future = executor.submit(call, *args)
        wait([future])
        return future

    return begin


def _stations(client: Client, files: Sequence[Path]) -> list[Station]:
    told: dict[str, Station] = client.run(station, files, is_worker=True)
    return list(told.values())


def station(files: Sequence[Path], *, is_worker: bool = False) -> Station:
    """Return what this process says of itself; a worker is made ready to work, too."""
    if is_worker:
        gc.set_threshold(100_000)
        pa.set_cpu_count(1)
        pa.set_io_thread_count(1)
    seen = {str(path): _see(path) for path in files}
    return Station(platform.node(), version(_PROGRAM), load_catalog().version, seen)


def _see(path: Path) -> SeenFile:
    try:
        with path.open("rb") as stream:
            status = os.fstat(stream.fileno())
            begins = hashlib.sha256(stream.read(_FIRST_BYTES)).hexdigest()
    except OSError:
        return SeenFile()
    return SeenFile(status.st_size, int(status.st_mtime), begins)


def refuse_strangers(workers: Sequence[Station], own: Station, address: str) -> None:
    """Refuse workers that would do something else than this process.

    Raises:
        UsageError: there are none, or one runs another version or sees another file.
    """
    if not workers:
        raise UsageError(f"The Dask scheduler {address} has no workers.", "Start some.")
    for worker in workers:
        versions = (worker.version, worker.catalogue)
        if versions != (own.version, own.catalogue):
            raise UsageError(
                f"The worker on {worker.host} runs wbc-tracker {versions[0]} with catalogue "
                f"{versions[1]}; here it is {own.version} with {own.catalogue}.",
                "Install the same version everywhere.",
            )
        for name, seen in own.files.items():
            if worker.files.get(name) != seen:
                what = "cannot read" if worker.files[name].size is None else "sees another file as"
                raise UsageError(
                    f"The worker on {worker.host} {what} {name}.",
                    "Put the files where every worker sees them under the same path.",
                )
