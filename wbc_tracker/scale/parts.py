"""A folder of parts: each block of whole patients becomes a file of its own, written by its worker.

`_manifest.json` says what the parts are made with, and which of them there are once all are done. A
run that was stopped goes on: a part is there whole or not at all, and those that are there, made of
the same input in the same way, are not annotated again.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from wbc_tracker.dataset import Dataset
from wbc_tracker.errors import UsageError
from wbc_tracker.files import make_private_folder, write_whole
from wbc_tracker.render.parquet.results import write_parquet
from wbc_tracker.scale.filling import FilledFile
from wbc_tracker.scale.forms import csv_ends
from wbc_tracker.scale.partition import Task
from wbc_tracker.scale.sinks import RowsWritten

MANIFEST = "_manifest.json"
_PART = re.compile(r"^part-[0-9]{5,}\.(?:csv|parquet)$")


@dataclass(frozen=True)
class IntoParts:
    """Writes a block into a part of its own; returns how many rows it has.

    Attributes:
        shown: which rows and columns. folder: where to. suffix: `.csv` or `.parquet`.
        made_with: what goes into the metadata of a part.
        is_read_only: the parts are made under a later plan: this one only tells which.
    """

    shown: RowsWritten
    folder: Path
    suffix: str
    made_with: Mapping[str, object]
    is_read_only: bool

    def __call__(self, dataset: Dataset, number: int) -> int:
        """Write part `number`, unless it is there; return how many rows it has."""
        target = self.folder / part_name(number, self.suffix)
        if self.is_read_only or not len(dataset.results):
            return 0
        if target.exists():
            return rows_in(target)
        rows = self.shown.of(dataset)
        with write_whole(target) as stream:
            if self.suffix == ".parquet":
                named = self.shown.named(rows, dataset)
                write_parquet(named, stream, self.shown.written, self.made_with)
            else:
                stream.writelines((self.shown.header, *self.shown.lines_of(rows, dataset)))
        return len(rows)

    def give_up(self) -> None:
        """Nobody waits."""


class PartsFolder:
    """The folder, as the place where blocks go."""

    #: The parts are files of their own.
    place: FilledFile | None = None

    def __init__(
        self, folder: Path, shown: RowsWritten, suffix: str, made_with: Mapping[str, object]
    ) -> None:
        """`made_with`: everything on which the parts depend, as plain data."""
        self.folder, self.shown, self._suffix, self._made_with = folder, shown, suffix, made_with
        self._plans = 0
        self._key = hashlib.sha256(json.dumps([made_with, suffix]).encode()).hexdigest()
        self._before = 0

    def open(self, *, goes_on: bool) -> None:
        """Make the folder, or go on with what a run has left in it.

        Raises:
            UsageError: it holds something else than parts that can be gone on with.
        """
        make_private_folder(self.folder)
        try:
            found = sorted(path.name for path in self.folder.iterdir())
        except OSError as problem:
            raise UsageError(
                f"{self.folder} cannot be read: {problem.strerror}.", "Name another folder."
            ) from None
        if not found:
            return
        manifest = read_manifest(self.folder)
        if not goes_on:
            raise UsageError(
                f"{self.folder} is not empty.",
                "Name another folder"
                + (", or go on with what is there: --resume." if manifest else "."),
            )
        if manifest.get("key") != self._key:
            raise UsageError(
                f"{self.folder} holds no parts of these files made in this way.",
                "Name another folder.",
            )
        self._before = int(manifest["plans"])

    @property
    def task(self) -> Task:
        """Write a part."""
        is_read_only = self._plans < self._before
        return IntoParts(self.shown, self.folder, self._suffix, self._made_with, is_read_only)

    def begin(self) -> None:
        """Begin under the next plan: parts that were made under an earlier one are removed."""
        self._plans += 1
        if self._plans <= self._before:
            return
        for path in self.folder.iterdir():
            if _PART.match(path.name):
                path.unlink()
        self._write({"is_complete": False})

    def leave(self) -> None:
        """Remove what was begun, and the folder if nothing else is in it."""
        for path in self.folder.iterdir():
            if _PART.match(path.name) or path.name == MANIFEST:
                path.unlink()
        with suppress(OSError):
            self.folder.rmdir()

    def finish(self, rows: Sequence[int]) -> None:
        """Say that all parts are there, each with how many rows it has."""
        parts = [
            {"file": part_name(number, self._suffix), "rows": count}
            for number, count in enumerate(rows)
            if (self.folder / part_name(number, self._suffix)).exists()
        ]
        self._write({"is_complete": True, "rows": sum(rows), "parts": parts})

    def _write(self, state: Mapping[str, Any]) -> None:
        told = {**self._made_with, "key": self._key, "plans": self._plans, **state}
        with write_whole(self.folder / MANIFEST) as stream:
            stream.write(f"{json.dumps(told, indent=2, ensure_ascii=False)}\n".encode())


def part_name(number: int, suffix: str) -> str:
    """Return the name of a part."""
    return f"part-{number:05}{suffix}"


def rows_in(part: Path) -> int:
    """Return how many rows a part has."""
    if part.suffix == ".parquet":
        return int(pq.read_metadata(part).num_rows)
    return len(csv_ends(part.read_bytes())) - 1


def read_manifest(folder: Path) -> dict[str, Any]:
    """Return what the manifest of a folder says; nothing where there is none."""
    try:
        told = json.loads((folder / MANIFEST).read_bytes())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
