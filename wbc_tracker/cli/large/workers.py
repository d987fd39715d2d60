"""Who does the work on large files, as typed."""

# No `from __future__ import annotations`: as texts they would be compiled at every start.

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from wbc_tracker.cli.large.ahead import LARGE_BYTES, start_workers
from wbc_tracker.cli.options import Sources
from wbc_tracker.errors import UsageError

#: How much smaller archives and Parquet are than their text, about.
_SHRUNK = 8
_PANEL = "Large files"


class Engine(StrEnum):
    """Where the workers are."""

    LOCAL = "local"
    DASK = "dask"


@dataclass(frozen=True)
class Workers:
    """How the work on large files is shared."""

    count: Annotated[
        int | None,
        typer.Option(
            "--workers",
            min=1,
            help="Processes for --labs; default: one a core, at most 8, from 40 MB on.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    temp: Annotated[
        Path | None,
        typer.Option(
            "--temp",
            help="Folder for what they keep meanwhile; default: beside OUTPUT.",
            rich_help_panel=_PANEL,
        ),
    ] = None
    engine: Annotated[
        Engine,
        typer.Option(
            "--engine",
            help="Where they are: processes of this machine, or a Dask cluster.",
            rich_help_panel=_PANEL,
        ),
    ] = Engine.LOCAL
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            metavar="ADDRESS",
            help="Of the Dask cluster, as tcp://host:8786; without it one of --workers is started.",
            rich_help_panel=_PANEL,
        ),
    ] = None

    @property
    def is_cluster(self) -> bool:
        """Whether a Dask cluster does the work."""
        return self.engine is Engine.DASK

    def check(self, sources: Sources) -> None:
        """Refuse what does not go together.

        Raises:
            UsageError: an address without the engine that has one, or a cluster without files.
        """
        if self.scheduler is not None and not self.is_cluster:
            raise UsageError("--scheduler is that of --engine dask.", "Add --engine dask.")
        if self.is_cluster and not sources.labs:
            raise UsageError(
                "--engine dask reads files, and the store is none for many at once.",
                "Name the lab files with --labs.",
            )

    def are_for(self, sources: Sources, *, always: bool = False) -> bool:
        """Tell whether the files of a command are read in blocks, `always` or where it pays; if so
        processes for it begin to start.
        """
        if not self._pay_for(sources, always=always):
            return False
        if not self.is_cluster:
            start_workers(self.count)
        return True

    def _pay_for(self, sources: Sources, *, always: bool) -> bool:
        paths = sources.files
        if not sources.labs or sources.patient is not None or sources.sex is not None:
            return False
        if not all(path.is_file() for path in paths) or len({*paths}) < len(paths):
            return False
        return always or self.count is not None or self.is_cluster or _are_large(sources.labs)


def _are_large(paths: Sequence[Path]) -> bool:
    """Tell whether files hold so much text, packed or not."""
    sizes = [path.stat().st_size for path in paths]
    if sum(sizes) >= LARGE_BYTES or sum(sizes) * _SHRUNK < LARGE_BYTES:
        return sum(sizes) >= LARGE_BYTES
    from wbc_tracker.scale.unpacked import is_packed

    times = [_SHRUNK if is_packed(path) else 1 for path in paths]
    return sum(size * each for size, each in zip(sizes, times, strict=True)) >= LARGE_BYTES
