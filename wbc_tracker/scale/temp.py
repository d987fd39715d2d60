"""A folder for what a large run keeps on the disk meanwhile: the user's alone, gone at the end."""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from wbc_tracker.errors import UsageError
from wbc_tracker.files import is_alive, machine_word

_FOLDER, _FOLDER_END = ".wbc-tracker-", ".work"


@contextmanager
def private_folder(place: Path) -> Iterator[Path]:
    """Make a folder in a place, mode 0700, and remove it with all it holds at the end of the block.

    Raises:
        UsageError: the place does not exist or may not be written.
    """
    name = f"{_FOLDER}{machine_word()}-{os.getpid()}-{secrets.token_hex(4)}{_FOLDER_END}"
    folder = place / name
    try:
        folder.mkdir(mode=0o700)
    except OSError as problem:
        raise UsageError(
            f"{place} cannot be written: {problem.strerror}.", "Name another place with --temp."
        ) from None
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def sweep(place: Path) -> list[Path]:
    """Remove the folders that runs of this machine left in a place when they were killed, and
    return them.
    """
    swept = []
    with suppress(OSError):
        for folder in sorted(place.glob(f"{_FOLDER}{machine_word()}-*{_FOLDER_END}")):
            process = folder.name.split("-")[3]
            if process.isdecimal() and not is_alive(int(process)) and not folder.is_symlink():
                shutil.rmtree(folder, ignore_errors=True)
                swept.append(folder)
    return swept
