"""Signs of life: a line on the terminal for work that takes longer than a second.

Whoever begins a piece of work says so with `begin`. Nothing shows during the first second, where
standard error is no terminal, and on one that cannot take a line back. Whatever is printed takes
the line away first (`cli.output` does), so that nothing of it is left.
"""

from __future__ import annotations

import os
import stat
import sys
from dataclasses import dataclass
from threading import RLock, Timer
from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID

#: So long nothing is shown: most work is over before, and what flickers frightens.
DELAY_SECONDS = 1.0
_UPDATES_A_SECOND = 5
_USUAL_SIZE = 80, 24
_STANDARD_OUTPUT = 1
#: Terminals without a cursor that moves.
_WITHOUT_CURSOR = ("dumb", "unknown")


def begin(words: str, done: int = 0, of: int = 0) -> None:
    """Begin a piece of work.

    Args:
        words: for it, as `reading labs.csv`. done, of: how many pieces are over, of how many; 0 of
            0 where nobody knows.
    """
    if _SIGNS.can_be_seen():
        _SIGNS.begin(_Work(words, done, of))


def rest() -> None:
    """Take the line away: something is printed, or the work is over."""
    _SIGNS.rest()


@dataclass(frozen=True)
class _Work:
    words: str
    done: int
    of: int


class _Signs:
    """The one line of the process; the timer of the first second runs beside the work."""

    def __init__(self) -> None:
        self._lock = RLock()
        self._work: _Work | None = None
        self._timer: Timer | None = None
        self._is_late = False
        self._shown: tuple[Progress, TaskID] | None = None

    def can_be_seen(self) -> bool:
        """Whether there is a terminal on which a line can be taken back, and nobody else uses it: a
        program behind a pipe may, as `age -p` does to ask for a passphrase.
        """
        stream = sys.stderr
        is_terminal = stream is not None and stream.isatty() and not _is_piped_on()
        return is_terminal and os.environ.get("TERM", "") not in _WITHOUT_CURSOR

    def begin(self, work: _Work) -> None:
        with self._lock:
            self._work = work
            if self._is_late or DELAY_SECONDS <= 0:
                self._show()
            elif self._timer is None:
                self._timer = Timer(DELAY_SECONDS, self._be_late)
                self._timer.daemon = True
                self._timer.start()

    def rest(self) -> None:
        with self._lock:
            self._work = None
            if self._shown is not None:
                shown, _ = self._shown
                self._shown = None
                shown.stop()

    def _be_late(self) -> None:
        """Show what is being done, once the first second is over; from then on all work shows."""
        with self._lock:
            self._is_late = True
            if self._work is not None:
                self._show()

    def _show(self) -> None:
        assert self._work is not None
        work = self._work
        shown, task = self._shown or _new_line()
        self._shown = (shown, task)
        shown.update(
            task, words=work.words, completed=work.done, total=work.of or None, refresh=True
        )
        shown.start()


_SIGNS = _Signs()


def _is_piped_on() -> bool:
    """Tell whether standard output leads to another program."""
    try:
        return stat.S_ISFIFO(os.fstat(_STANDARD_OUTPUT).st_mode)
    except OSError:
        return False


def _size_of(stream: TextIO) -> tuple[int, int]:
    """Return columns and lines of a terminal; Rich would trip over odd ones in the environment."""
    try:
        columns, lines = os.get_terminal_size(stream.fileno())
    except (OSError, AttributeError):  # no terminal of the system's
        columns, lines = 0, 0
    return columns or _USUAL_SIZE[0], lines or _USUAL_SIZE[1]


def _new_line() -> tuple[Progress, TaskID]:
    """Return a line that is not shown yet; only here Rich is loaded."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, ProgressColumn, Task, TimeElapsedColumn
    from rich.table import Column
    from rich.text import Text

    from wbc_tracker.wording import visible

    class PlainWords(ProgressColumn):
        """What is being done, as plain text: names of files are no markup."""

        def render(self, task: Task) -> Text:
            return Text(visible(task.fields["words"]), overflow="ellipsis", no_wrap=True)

    class KnownBar(BarColumn):
        """How much is over, where that is known."""

        def render(self, task: Task) -> Any:
            return Text("") if task.total is None else super().render(task)

    class SteadyConsole(Console):
        """A console that leaves the cursor alone: a process that is killed could not show it
        again.
        """

        def show_cursor(self, show: bool = True) -> bool:
            return False

    width, height = _size_of(sys.stderr)
    console = SteadyConsole(
        file=sys.stderr, emoji=False, highlight=False, markup=False, width=width, height=height
    )
    shown = Progress(
        PlainWords(table_column=Column(ratio=1, no_wrap=True)),
        KnownBar(bar_width=20, style="dim", complete_style="default", finished_style="default"),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        refresh_per_second=_UPDATES_A_SECOND,
        # What is printed takes the line away itself, and wants the streams as they are.
        redirect_stdout=False,
        redirect_stderr=False,
        expand=True,
    )
    return shown, shown.add_task("", total=None, words="")
