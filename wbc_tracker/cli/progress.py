"""A bar on standard error for work that takes longer than a second; nothing where nobody looks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Timer

_DELAY_SECONDS = 1.0


@contextmanager
def progress(steps: int) -> Iterator[Callable[[str], None]]:
    """Show how far a work of some steps is, if it takes longer than a second and standard error is
    a terminal.

    Yields:
        What to call at the beginning of each step, with the words for it.
    """
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    bar = _Bar(steps)
    timer = Timer(_DELAY_SECONDS, bar.show)
    timer.daemon = True
    timer.start()
    try:
        yield bar.begin
    finally:
        timer.cancel()
        timer.join()
        bar.hide()


class _Bar:
    """A bar that is made only when it is shown: most work is over before."""

    def __init__(self, steps: int) -> None:
        self._steps, self._done, self._words = steps, -1, ""
        self._update: Callable[[], None] | None = None
        self._stop: Callable[[], None] | None = None

    def begin(self, words: str) -> None:
        """Begin the next step."""
        self._done, self._words = self._done + 1, words
        if self._update is not None:
            self._update()

    def show(self) -> None:
        """Show the bar from now on."""
        from rich.console import Console
        from rich.markup import escape
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        from wbc_tracker.wording import visible

        console = Console(stderr=True, emoji=False, highlight=False)
        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        shown = Progress(*columns, console=console, transient=True)
        task = shown.add_task("", total=self._steps)

        def update() -> None:
            shown.update(
                task, description=escape(visible(self._words)), completed=max(self._done, 0)
            )

        update()
        shown.start()
        self._update, self._stop = update, shown.stop

    def hide(self) -> None:
        """Take the bar away."""
        if self._stop is not None:
            self._stop()
