"""The one place that prints. Results go to standard output, messages to standard error."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING, BinaryIO

if TYPE_CHECKING:
    from rich.text import Text

#: Lines that are not cut need a width; nothing a report prints is wider.
_UNLIMITED = 100_000
_BARS = str.maketrans("▁▂▃▄▅▆▇█", "12345678")


def prepare_streams() -> None:
    """Make every character printable on any terminal: what its encoding lacks is shown escaped."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def show(text: str) -> None:
    """Print plain text of our own."""
    print(text)


def show_lines(lines: Iterable[Text]) -> None:
    """Print styled lines: in colour on a terminal that wants it, as plain text elsewhere."""
    if not sys.stdout.isatty():
        encoding = sys.stdout.encoding or "ascii"
        for line in lines:
            print(line.plain if _can_print_bars(encoding) else line.plain.translate(_BARS))
        return
    from rich.console import Console

    console = Console(highlight=False, markup=False, emoji=False)
    for line in lines:
        console.print(line, soft_wrap=True)


def _can_print_bars(encoding: str) -> bool:
    try:
        "▁█".encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def terminal_width() -> int:
    """Return the columns of the terminal; when piped nothing is cut."""
    if not sys.stdout.isatty():
        return _UNLIMITED
    try:
        return max(40, os.get_terminal_size(sys.stdout.fileno()).columns)
    except OSError:
        return 80


def remark(text: str) -> None:
    """Print a remark on standard error."""
    print(text, file=sys.stderr)


def complain(message: str, hint: str = "") -> None:
    """Print what went wrong and what to do next on standard error, with control characters escaped."""
    from wbc_tracker.report.wording import visible

    print("\n".join(visible(part) for part in (message, hint) if part), file=sys.stderr)


def standard_output() -> BinaryIO:
    """Return standard output for bytes."""
    return sys.stdout.buffer
