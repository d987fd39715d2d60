"""Writing files whole or not at all, readable by the user alone."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from wbc_tracker.errors import UsageError


@contextmanager
def write_whole(path: Path) -> Iterator[BinaryIO]:
    """Open a file that appears under its name only when the block ends without an error, with mode
    0600.

    A link is followed; a pipe or a device is written directly.

    Raises:
        UsageError: the folder does not exist or may not be written, the path is a folder, or the
            disk is full.
    """
    path = path.resolve()
    if path.is_dir():
        raise UsageError(f"{path} is a folder.", "Name a file.")
    if path.exists() and not path.is_file():
        with path.open("wb") as stream:  # a pipe or a device: nothing that could be replaced
            yield stream
        return
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as problem:
        raise UsageError(
            f"{path} cannot be written: {problem.strerror}.", "Name another place."
        ) from None
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
        part.replace(path)
    except OSError as problem:
        raise UsageError(
            f"{path} cannot be written: {problem.strerror}.", "Name another place."
        ) from None
    finally:
        part.unlink(missing_ok=True)


def make_private_folder(path: Path) -> None:
    """Make a folder, and those above it, that the user alone can look into; one that is there
    stays as it is.

    Raises:
        UsageError: it cannot be made.
    """
    missing = [folder for folder in (path, *path.parents) if not folder.exists()]
    try:
        for folder in reversed(missing):
            folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as problem:
        raise UsageError(
            f"{path} cannot be made: {problem.strerror}.", "Name another place."
        ) from None
