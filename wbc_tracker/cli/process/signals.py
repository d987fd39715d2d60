"""Signals that end the program: an interrupt, SIGTERM, SIGHUP.

Each becomes an exception, so that what is half written is taken away and a transaction taken back.
"""

from __future__ import annotations

import atexit
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType

_ENDING = ("SIGINT", "SIGTERM", "SIGHUP")  # Windows has no SIGHUP
#: Seconds until a signal comes again, by when what swallowed it is over.
_SOON = 0.01
#: What shells add to the number of the signal.
_CODE = 128


@dataclass
class _Holding:
    """Whether a signal waits until `release`, and the number of the one that came first."""

    is_on: bool = False
    number: int | None = None


_HOLDING = _Holding()


class Interrupted(BaseException):
    """A signal ended the work. Its notes say what had been done.

    Attributes:
        number: of the signal.
        exit_code: what the command line exits with: 130, 143 or 129.
    """

    def __init__(self, number: int) -> None:
        super().__init__()
        self.number = number
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
        if _HOLDING.is_on:
            _HOLDING.number = number
            return
        raise Interrupted(number)

    def listen() -> None:
        for number in before:
            signal.signal(number, interrupt)

    atexit.register(_ignore, tuple(before))
    _HOLDING.is_on, _HOLDING.number = False, None
    try:
        with _never_lost(listen):
            listen()
            yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _never_lost(listen: Callable[[], None]) -> Iterator[None]:
    """Let a signal come again that was heard where Python swallows whatever is raised, as while an
    object is taken away; `listen` hears signals anew.
    """
    tell_others = sys.unraisablehook

    def hear_again(swallowed: sys.UnraisableHookArgs) -> None:
        if not isinstance(swallowed.exc_value, Interrupted):
            tell_others(swallowed)
            return
        listen()
        again = threading.Timer(_SOON, signal.raise_signal, (swallowed.exc_value.number,))
        again.daemon = True
        again.start()

    sys.unraisablehook = hear_again
    try:
        yield
    finally:
        sys.unraisablehook = tell_others


def hold() -> None:
    """Let a signal wait from now on: what is done must be told, too."""
    _HOLDING.is_on = True


def release() -> None:
    """Raise the signal that came meanwhile, if one did."""
    number, _HOLDING.is_on, _HOLDING.number = _HOLDING.number, False, None
    if number is not None:
        raise Interrupted(number)


def _ignore(numbers: Iterable[int]) -> None:
    """Ignore signals: the work is over, or being cleaned up."""
    for number in numbers:
        signal.signal(number, signal.SIG_IGN)
