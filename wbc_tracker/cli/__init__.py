"""The command line: one thin file a command, and one boundary around all of them."""

from wbc_tracker.cli.boundary import main

__all__ = ["main"]
