"""What an output must never be written over: the store and what lies beside it, the files that are
read, and the user's own profiles.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from pathlib import Path

import typer

from wbc_tracker.cli.line.places import names_standard_output, profiles_folder, store_path
from wbc_tracker.errors import UsageError

#: What SQLite keeps beside a store under its name: what is not in the file yet lies there.
_BESIDE = ("-wal", "-shm", "-journal")
STANDARD_INPUT, STANDARD_OUTPUT, STANDARD_ERROR = 0, 1, 2
_ANOTHER = "Name another file to write to."


def refuse_overwriting(
    context: typer.Context, output: Path | None, inputs: Iterable[Path] = ()
) -> None:
    """Refuse to write over the store, a profile or a file that is read, by whatever name: a link, a
    hard link, another way there.

    Args:
        context: knows the store.
        output: a file or a folder; None and `-` are standard output, which may lead into a file.
        inputs: files that are read; `-` is standard input.

    Raises:
        UsageError: naming it.
    """
    is_stream = output is None or names_standard_output(output)
    target = STANDARD_OUTPUT if is_stream else Path(str(output))
    told = "Standard output" if is_stream else str(output)
    refuse_the_store(context, target, told)
    for path in inputs:
        if _is_same(target, STANDARD_INPUT if str(path) == "-" else path):
            raise UsageError(f"{told} is one of the files that are read.", _ANOTHER)
    # Each of them may be read, whether it is named or found by the headers of a file.
    for path in profiles_folder().glob("*.toml"):
        if _is_same(target, path):
            raise UsageError(f"{told} is a profile of yours.", _ANOTHER)


def refuse_the_store(
    context: typer.Context, target: Path | int, told: str, hint: str = _ANOTHER
) -> None:
    """Refuse a path or an open stream that is the store or belongs to it, by whatever name.

    Args:
        context: knows the store. target, told: what is looked at, and its name. hint: the way out.

    Raises:
        UsageError: naming it.
    """
    store = store_path(context)
    if _is_same(target, store) or (isinstance(target, Path) and _is_below(target, store)):
        raise UsageError(f"{told} is the store.", hint)
    for end in _BESIDE:
        # SQLite follows a link to the store, and keeps its log where the file is.
        if any(_is_same(target, _with_end(path, end)) for path in (store, _real(store))):
            raise UsageError(f"{told} belongs to the store.", hint)


def _with_end(path: Path, end: str) -> Path:
    return path.with_name(f"{path.name}{end}")


def _real(path: Path) -> Path:
    return Path(os.path.realpath(path))


def _is_below(target: Path, store: Path) -> bool:
    """Tell whether a folder would be made where the store is to be."""
    return _real(store) in _real(target).parents


def _is_same(target: Path | int, other: Path | int) -> bool:
    """Tell whether two paths or open streams are one file; of paths also where nothing is yet."""
    if isinstance(target, Path) and isinstance(other, Path):
        one, two = (os.path.normcase(os.path.realpath(path)) for path in (target, other))
        if one == two:
            return not _is_device(target)
    try:
        found, known = os.stat(target), os.stat(other)  # noqa: PTH116 - of open streams too
    except (OSError, ValueError):
        return False
    return stat.S_ISREG(found.st_mode) and os.path.samestat(found, known)


def _is_device(path: Path) -> bool:
    """Tell whether a path is a device or a pipe, in which nothing is overwritten."""
    there = os.path.exists(path)  # noqa: PTH110 - a name that is too long is not there
    return there and not (path.is_file() or path.is_dir())
