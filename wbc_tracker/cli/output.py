"""The one place that prints. Results go to standard output, messages to standard error."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from errno import EBADF
from typing import TYPE_CHECKING, BinaryIO

from wbc_tracker.cli.process.streams import TELLING, silence
from wbc_tracker.cli.progress import rest
from wbc_tracker.errors import OutputError, WbcTrackerError
from wbc_tracker.wording import plain_signs, visible

if TYPE_CHECKING:
    from rich.text import Text

#: Lines that are not cut need a width; nothing a report prints is wider.
_UNLIMITED = 100_000
_DEFAULT_WIDTH, _LEAST_WIDTH = 80, 40
#: Printing styled lines one by one takes twice as long.
_LINES_AT_ONCE = 500
#: So many units may stand in one line.
_PLAIN_SIGNS = 3
#: Who wants to know what is remarked.
_collecting: list[list[str]] = []
#: Terminals without colours.
_COLOURLESS = ("dumb", "unknown")


def _shown(text: str) -> str:
    return "\n".join(visible(line) for line in text.split("\n"))


def show(text: str) -> None:
    """Print plain text that was asked for, with control characters escaped line by line.

    Raises:
        OutputError: it cannot be written.
    """
    with _writing():
        print(plain_signs(_shown(text), sys.stdout.encoding or "ascii"))


def tell(text: str) -> None:
    """Print what was done, with control characters escaped line by line.

    What cannot be written changes nothing in what was done: the work goes on, and the rest is told
    on standard error. A reader who went away wants to hear nothing more.
    """
    TELLING.of_work = True
    if TELLING.without_output:
        remark(text)
        return
    try:
        _rest()
        print(plain_signs(_shown(text), sys.stdout.encoding or "ascii"), flush=True)
    except BrokenPipeError:
        silence(sys.stdout)
    except OSError as problem:
        silence(sys.stdout)
        TELLING.without_output = True
        remark(f"{_cannot_be_written(problem)} What it would say:\n{text}")


def show_lines(lines: Iterable[Text]) -> None:
    """Print styled lines: in colour where it is wanted, as plain text elsewhere."""
    encoding = sys.stdout.encoding or "ascii"
    if not wants_colour():
        with _writing():
            for line in lines:
                print(plain_signs(line.plain, encoding))
        return
    from rich.console import Console
    from rich.text import Text

    is_forced = not sys.stdout.isatty() or os.environ.get("TERM") in _COLOURLESS
    console = Console(
        highlight=False,
        markup=False,
        emoji=False,
        width=_UNLIMITED,
        height=_UNLIMITED,  # with both, Rich leaves the environment alone
        force_terminal=True,
        color_system="standard" if is_forced else "auto",
    )
    told = [_in_signs_of(line, encoding) for line in lines]
    with _writing():
        for start in range(0, len(told), _LINES_AT_ONCE):
            console.print(Text("\n").join(told[start : start + _LINES_AT_ONCE]), soft_wrap=True)


@contextmanager
def _writing() -> Iterator[None]:
    """Turn a full disk behind standard output into a sentence; a reader who went away is no
    error.
    """
    _rest()
    try:
        yield
        sys.stdout.flush()
    except BrokenPipeError:
        # The reader (for example `head`) has closed the pipe; there is nobody left to tell.
        silence(sys.stdout)
        sys.exit(0)
    except OSError as problem:
        silence(sys.stdout)
        raise OutputError(_cannot_be_written(problem)) from None


def _rest() -> None:
    """Take the line of progress away; a terminal that is gone needs it no more."""
    with suppress(OSError):
        rest()


def _cannot_be_written(problem: OSError) -> str:
    if problem.errno == EBADF:
        return "Standard output is closed."
    return f"Standard output cannot be written: {problem.strerror}."


def _in_signs_of(line: Text, encoding: str) -> Text:
    """Return a line in signs that the terminal has; the styles of parts go where it gets longer."""
    from rich.text import Text

    plain = plain_signs(line.plain, encoding)
    if plain == line.plain:
        return line
    spans = line.spans if len(plain) == len(line.plain) else []
    return Text(plain, style=line.style, spans=spans)


def wants_colour() -> bool:
    """Tell whether standard output is to be coloured.

    `NO_COLOR` (no-color.org) wins over `FORCE_COLOR` (force-color.org), each if it holds anything;
    without them a terminal is, but for one that cannot.
    """
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") not in _COLOURLESS


def terminal_width() -> int:
    """Return the columns of the terminal, or what `COLUMNS` says instead; when piped nothing is
    cut, whatever it says.
    """
    if not sys.stdout.isatty():
        return _UNLIMITED
    told = os.environ.get("COLUMNS", "")
    if told.isascii() and told.isdigit() and int(told):
        return max(_LEAST_WIDTH, int(told) - _lost_to_signs())
    try:
        columns = os.get_terminal_size(sys.stdout.fileno()).columns
    except OSError:
        columns = 0
    return max(_LEAST_WIDTH, (columns or _DEFAULT_WIDTH) - _lost_to_signs())


def _lost_to_signs() -> int:
    """Return how many columns a line may gain where `x10⁹/L` is written as `x10^9/L`."""
    sign = "x10⁹/L"
    return 0 if plain_signs(sign, sys.stdout.encoding or "ascii") == sign else _PLAIN_SIGNS


def remark(text: str) -> None:
    """Print a remark on standard error, with control characters escaped line by line; where it
    cannot be written, the work goes on.
    """
    shown = _shown(text)
    for told in _collecting:
        told += shown.split("\n")
    try:
        _rest()
        print(plain_signs(shown, sys.stderr.encoding or "ascii"), file=sys.stderr, flush=True)
    except BrokenPipeError:
        silence(sys.stderr)
    except OSError:
        silence(sys.stderr)
        TELLING.without_error = True


@contextmanager
def collected_remarks() -> Iterator[list[str]]:
    """Collect the lines of the remarks that are printed meanwhile."""
    told: list[str] = []
    _collecting.append(told)
    try:
        yield told
    finally:
        _collecting.remove(told)


def complain(message: str, hint: str = "") -> None:
    """Print what went wrong and what to do next on standard error."""
    remark("\n".join(visible(part) for part in (message, hint) if part))


def complain_of(error: WbcTrackerError, lines: Sequence[str] = ()) -> None:
    """Print an error on standard error: each problem, what to do next, and the lines to paste."""
    told = [error.message, *(f"  {each}" for each in error.details), error.hint]
    told += [f"  {line}" for line in lines]
    remark("\n".join(visible(part) for part in told if part))


@contextmanager
def standard_output() -> Iterator[BinaryIO]:
    """Open standard output for bytes."""
    with _writing():
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
