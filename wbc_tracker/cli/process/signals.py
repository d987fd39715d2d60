"""Signals that end the program: an interrupt, SIGTERM, SIGHUP.

Each becomes an exception, so that what is half written is taken away and a transaction taken back.
"""

from __future__ import annotations

import atexit
import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import FrameType

_ENDING = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
#: What shells add to the number of the signal.
_CODE = 128


class Interrupted(BaseException):
    """A signal ended the work. Its notes say what had been done.

    Attributes:
        exit_code: what the command line exits with: 130, 143 or 129.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = _CODE + number


@contextmanager
def interruptible() -> Iterator[None]:
    """Let the signals of the block raise `Interrupted`, the first of them; those that come while it
    is cleaned up are left out.

    A signal that is ignored already, as SIGHUP under `nohup`, stays so.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    numbers = [getattr(signal, name) for name in _ENDING if hasattr(signal, name)]
    before = {
        number: handler
        for number in numbers
        if (handler := signal.getsignal(number)) not in (None, signal.SIG_IGN)
    }

    def interrupt(number: int, _: FrameType | None) -> None:
        _ignore(tuple(before))
        raise Interrupted(number)

    atexit.register(_ignore, tuple(before))
    try:
        for number in before:
            signal.signal(number, interrupt)
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _ignore(numbers: Iterable[int]) -> None:
    """Ignore signals: the work is over, or being cleaned up."""
    for number in numbers:
        signal.signal(number, signal.SIG_IGN)
