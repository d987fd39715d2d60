"""How the words of a command line are taken: what is not understood is refused with what may have
been meant, and every error ends with the line that settles it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from wbc_tracker.cli.line.completion import LATEST
from wbc_tracker.cli.line.typed import lines_after, typed_again
from wbc_tracker.cli.output import show
from wbc_tracker.errors import Option, UsageError, WbcTrackerError
from wbc_tracker.near import did_you_mean
from wbc_tracker.wording import visible

_PRINT_IT = "A PDF is not written: write the page, open it in a browser, and print it there as PDF:"


class _Command(TyperCommand):
    """A command that says what a wrong word may have meant."""

    allow_extra_args = True  # they are refused here, with what to type instead

    def get_help_option(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        """Return the option that prints the help."""
        return _printing_help(super().get_help_option(ctx))

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Take the options and arguments.

        Raises:
            UsageError: an option does not exist, or a word is none too many.
        """
        rest = _parsed(super().parse_args, ctx, _with_latest(args))
        if rest and not ctx.resilient_parsing:
            raise _one_too_many(ctx, rest[0])
        return rest

    def invoke(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        """Run the command; an error takes along the lines that settle it."""
        try:
            return super().invoke(ctx)
        except WbcTrackerError as error:
            for line in lines_after(ctx, error):
                error.add_note(line)
            raise


class _Group(TyperGroup):
    """Commands of which one is chosen by its name."""

    def get_help_option(self, ctx: typer.Context) -> Any:  # type: ignore[override]
        """Return the option that prints the help."""
        return _printing_help(super().get_help_option(ctx))

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Take the options before the command.

        Raises:
            UsageError: an option does not exist.
        """
        return _parsed(super().parse_args, ctx, args)

    def resolve_command(self, ctx: typer.Context, args: list[str]) -> Any:  # type: ignore[override]
        """Choose the command.

        Raises:
            UsageError: there is none of that name.
        """
        name = args[0]
        if name in self.commands or ctx.resilient_parsing or name.startswith("-"):
            return super().resolve_command(ctx, args)
        shown = [word for word, command in self.commands.items() if not command.hidden]
        raise UsageError(
            f"There is no command {visible(name)!r}.{did_you_mean(name, self.commands)}",
            f"Commands: {', '.join(shown)}. Help: {ctx.command_path} --help",
        )


class Commands(typer.Typer):
    """A Typer app whose commands are taken by this grammar, with plain help: the boxes would double
    the time to start.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(cls=_Group, no_args_is_help=True, rich_markup_mode=None, **settings)

    def command(  # type: ignore[override]
        self, name: str, **settings: Any
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """Return a decorator that makes a function a command."""
        return super().command(name, cls=_Command, **settings)


def _printing_help(option: Any) -> Any:
    """Return the option of the help, printing it as everything else is printed."""

    def print_help(context: typer.Context, _: object, is_wanted: bool) -> None:
        if is_wanted and not context.resilient_parsing:
            show(context.get_help())
            raise typer.Exit

    if option is not None:
        option.callback = print_help
    return option


def _with_latest(args: list[str]) -> list[str]:
    """Return the words with a value behind each `--new` that has none: a date may stand there."""
    told = []
    for at, word in enumerate(args):
        told.append(word)
        follows = args[at + 1] if at + 1 < len(args) else ""
        if word == "--new" and not follows[:1].isdigit() and follows != LATEST:
            told.append(LATEST)
    return told


def _parsed(
    parse: Callable[[Any, list[str]], list[str]], context: typer.Context, args: list[str]
) -> list[str]:
    """Take the words of one command.

    Raises:
        UsageError: an option does not exist.
    """
    try:
        return parse(context, args)
    except Exception as problem:
        # The class is Typer's own and has no public name.
        if not hasattr(problem, "possibilities"):
            raise
        option = str(getattr(problem, "option_name", ""))
        known = [name for each in context.command.params for name in each.opts]
        raise UsageError(
            f"There is no option {visible(option)!r}.{did_you_mean(option, known)}",
            f"Help: {context.command_path} --help",
        ) from None


def _one_too_many(context: typer.Context, word: str) -> UsageError:
    """Return the error of a word that a command does not take, with the option it may stand for."""
    options = {name: each for each in context.command.params for name in each.opts}
    formats = getattr(getattr(options.get("--format"), "type", None), "choices", ())
    ways: list[Option] = []
    if word in ("html", "pdf") and "html" in formats:
        ways = [("--format", "html"), ("--output", "visit.html")]
    elif word in formats:
        ways = [("--format", word)]
    elif "--labs" in options and Path(word).is_file():
        ways = [("--labs", word)]
    error = UsageError(
        f"`{context.command_path}` takes no word {visible(word)!r}.",
        _PRINT_IT
        if word == "pdf" and ways
        else "Type it as an option:"
        if ways
        else f"Help: {context.command_path} --help",
    )
    if ways:
        error.add_note(typed_again(context, ways))
    return error
