"""The server of workers, begun while other things are loaded, which takes as long again."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from itertools import pairwise
from pathlib import Path

#: From so many bytes of lab files on, work is shared among workers unless the user says how.
LARGE_BYTES = 40_000_000
_COMMANDS = {"export", "cohort"}
_ELSEWHERE = {"dask", "--engine=dask", "--workers=1"}


def start_ahead(words: Sequence[str]) -> None:
    """Let the server begin before the command line is loaded, if its words look like a command on
    large files.

    A guess: whether there are workers is decided where the words are understood. A server that
    nobody needs ends with this process.
    """
    if _seem_large(words):
        with suppress(OSError):  # whoever needs it will be told
            start_workers(None)


def start_workers(count: int | None) -> None:
    """Let the server of so many workers begin, or of as many as usual; their memory is managed as
    it is good for blocks, unless the user has said how.
    """
    from wbc_tracker.scale.pool import WORKER_MEMORY, start_server

    if sys.platform == "linux":
        for name, value in WORKER_MEMORY.items():
            os.environ.setdefault(name, value)
    start_server(count)


def _seem_large(words: Sequence[str]) -> bool:
    if not _COMMANDS & {*words} or not any(word.startswith("--labs") for word in words):
        return False
    if _ELSEWHERE & {*words} or ("--workers", "1") in pairwise(words):
        return False
    return sum(map(_size, words)) >= LARGE_BYTES


def _size(word: str) -> int:
    """Return how many bytes the file of this name has, if there is one."""
    try:
        return Path(word).stat().st_size if Path(word).is_file() else 0
    except OSError:  # no name of a file at all
        return 0
