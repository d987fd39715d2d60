"""The command line: one thin file a command, and one boundary around all of them."""

import sys

__all__ = ["main"]

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit, see `boundary`.

    An interrupt while the boundary itself is loaded has nothing to tell.
    """
    try:
        from wbc_tracker.cli.boundary import run

        run()
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
