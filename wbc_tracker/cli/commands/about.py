"""`help` and `version`, for whoever types them as commands."""

from __future__ import annotations

from typing import Annotated

import typer

from wbc_tracker import __version__
from wbc_tracker.cli.output import show


def help_of(
    context: typer.Context,
    command: Annotated[
        list[str] | None, typer.Argument(help="Of this command: `help infusion add`.")
    ] = None,
) -> None:
    """Show the help of the program, or of one command."""
    root = context.find_root()
    root.command.main(args=[*(command or []), "--help"], prog_name=root.info_name)


def version() -> None:
    """Show the version."""
    show(f"wbc-tracker {__version__}")
