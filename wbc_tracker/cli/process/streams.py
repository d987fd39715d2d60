"""The streams of the process: closed ones, full ones, and readers that go away."""

from __future__ import annotations

import io
import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import TextIO

_INPUT, _OUTPUT, _ERROR = 0, 1, 2


@dataclass
class Telling:
    """How telling of the work goes.

    Attributes:
        of_work: something was done, and told. has_opened: the store was opened.
        without_output: standard output takes nothing more.
        without_error: nor does standard error.
    """

    of_work: bool = False
    has_opened: bool = False
    without_output: bool = False
    without_error: bool = False

    def begin(self) -> None:
        """Forget what was: a new call begins."""
        self.of_work = self.has_opened = False
        self.without_output = self.without_error = False

    @property
    def is_whole(self) -> bool:
        """Whether all could be told, or nobody wanted to hear it."""
        return not (self.without_output or self.without_error)


TELLING = Telling()


def prepare_streams() -> None:
    """Make each stream one that can be used.

    What the encoding of a terminal lacks is shown escaped. A closed stream is opened on nothing, in
    a way that no byte can be written to: no file that is opened later takes its place, and whoever
    writes is told.
    """
    TELLING.begin()
    with suppress(OSError):
        for number in (_INPUT, _OUTPUT, _ERROR):
            _occupy(number)
    sys.stdout = sys.stdout or _unwritable(_OUTPUT)
    sys.stderr = sys.stderr or _unwritable(_ERROR)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _occupy(number: int) -> None:
    try:
        os.fstat(number)
    except OSError:
        os.open(os.devnull, os.O_RDONLY)  # takes the lowest number that is free


def _unwritable(number: int) -> TextIO:
    return open(number, "w", encoding="utf-8", closefd=False)


def silence(stream: TextIO) -> None:
    """Let a stream lead nowhere from now on, with what is still waiting to be written to it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        os.dup2(nowhere, stream.fileno())
    finally:
        os.close(nowhere)
