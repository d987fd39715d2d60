"""Which files are read: those that are named, all of a folder, those that a pattern matches; and
what each is called.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from wbc_tracker.cli.output import remark
from wbc_tracker.errors import UnreadableFileError
from wbc_tracker.wording import count_words

_PATTERN = frozenset("*?[")
#: What this program and others write beside parts of a table: no table of its own.
_BESIDE_PARTS = frozenset(("_manifest.json", "_success", "_metadata", "_common_metadata"))
_META = ".meta.json"
_MOST_NAMED = 5


def input_name(path: Path) -> str:
    """Return the name of an input as valid text; file names need not be."""
    return "standard input" if str(path) == "-" else _as_text(path.name)


def input_names(paths: Iterable[Path]) -> dict[Path, str]:
    """Return path -> its name among others: with as many of its folders as tell it from files of
    the same name.
    """
    names = {path: input_name(path) for path in paths}
    parts = {path: Path(os.path.abspath(path)).parts for path in names}  # noqa: PTH100 - links stay
    for length in range(2, max(map(len, parts.values()), default=0) + 1):
        alike = Counter(names[path] for path in {parts[path]: path for path in names}.values())
        for path in names:
            if alike[names[path]] > 1 and str(path) != "-":
                names[path] = _as_text("/".join(parts[path][-length:]))
    return names


def _as_text(name: str) -> str:
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def found_inputs(paths: Sequence[Path]) -> list[Path]:
    """Return the files that are read, in the order in which they are named, those of a folder or
    pattern by their names; and say how many these are, and what of a folder is not read.

    A path is a pattern where it has `*`, `?` or `[` and nothing of that name is there. Of a folder
    its own files are read, not those of folders in it; hidden ones, and what tells of others
    (`_manifest.json`, `NAME.meta.json`), are not.

    Raises:
        UnreadableFileError: a folder holds no file, or no file matches.
    """
    found: list[Path] = []
    for path in paths:
        if _is_folder(path):
            files, others = _files_of(_entries(path))
            _tell(str(path), files, others)
            found += _new(files, found)
        elif _PATTERN & {*str(path)} and not os.path.lexists(path):
            files, others = _files_of(_matching(path))
            _tell(str(path), files, others)
            found += _new(files, found)
        else:
            found.append(path)
    return found


def _is_folder(path: Path) -> bool:
    return str(path) != "-" and os.path.isdir(path)  # noqa: PTH112 - a name may be too long


def _entries(folder: Path) -> list[Path]:
    """Return what a folder holds, by name.

    Raises:
        UnreadableFileError: it may not be looked into.
    """
    try:
        return sorted(folder.iterdir())
    except OSError as problem:
        raise UnreadableFileError(
            f"The folder {folder} cannot be read: {problem.strerror}.", code="file_missing"
        ) from None


def _matching(pattern: Path) -> list[Path]:
    """Return what matches a pattern, by name; `**` is any number of folders."""
    from glob import glob

    return sorted(map(Path, glob(str(pattern), recursive=True)))  # noqa: PTH207 - of any root


def _files_of(entries: Iterable[Path]) -> tuple[list[Path], list[Path]]:
    """Return the files to be read, and what else is there that is not hidden."""
    shown = [path for path in entries if not _is_hidden(path.name.casefold())]
    files = [path for path in shown if path.is_file()]
    return files, [path for path in shown if path not in {*files}]


def _is_hidden(name: str) -> bool:
    return name.startswith(".") or name in _BESIDE_PARTS or name.endswith(_META)


def _new(files: Iterable[Path], known: Iterable[Path]) -> list[Path]:
    """Return the files that are not named already, by whatever way."""
    there = {os.path.realpath(path) for path in known}
    return [path for path in files if os.path.realpath(path) not in there]


def _tell(named: str, files: Sequence[Path], others: Sequence[Path]) -> None:
    """Say how many files are read, and what is not.

    Raises:
        UnreadableFileError: there is none.
    """
    if not files:
        holds = "matches no file" if _PATTERN & {*named} else "holds no file to read"
        more = f", only {_some(others)}" if others else ""
        raise UnreadableFileError(
            f"{named} {holds}{more}.",
            "Name the files, or the folder that they lie in.",
            code="file_missing",
        )
    remark(f"{named}: {count_words(len(files), 'file', 'files')} to read.")
    folders = [path for path in others if path.is_dir()]
    if folders:
        remark(f"{named}: folders in it are not read unless they are named: {_some(folders)}.")
    if odd := [path for path in others if path not in {*folders}]:
        remark(f"{named}: not read, because it is no file: {_some(odd)}.")


def _some(paths: Sequence[Path]) -> str:
    more = f" and {len(paths) - _MOST_NAMED} more" if len(paths) > _MOST_NAMED else ""
    return ", ".join(_as_text(path.name) for path in paths[:_MOST_NAMED]) + more
