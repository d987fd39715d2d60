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
    """Open a file that appears under its name only when the block ends without an error, with mode 0600.

    A link is followed; a pipe or a device is written directly.

    Raises:
        UsageError: the folder does not exist or may not be written, or the disk is full.
    """
    path = path.resolve()
    if path.exists() and not path.is_file():
        with path.open("wb") as stream:  # a pipe or a device: nothing that could be replaced
            yield stream
        return
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    except OSError as problem:
        raise UsageError(f"{path} cannot be written: {problem.strerror}.", "Name another place.") from None
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as stream:
            yield stream
        part.replace(path)
    except OSError as problem:
        raise UsageError(f"{path} cannot be written: {problem.strerror}.", "Name another place.") from None
    finally:
        part.unlink(missing_ok=True)
