"""The suffix of the output decides its format; `--format` may say the same, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import PurePath
from typing import TypeVar

import typer

from wbc_tracker.cli.line.typed import typed_again
from wbc_tracker.errors import UsageError

Format = TypeVar("Format", bound=StrEnum)


def format_for(
    context: typer.Context,
    output: str | None,
    given: Format | None,
    by_suffix: Mapping[str, Sequence[Format]],
    *,
    default: Format | None = None,
    what: str,
    instead: str = "",
) -> Format:
    """Return the format of an output.

    Args:
        context: of the command. output: path as typed; None or `-`: standard output.
        given: with `--format`.
        by_suffix: suffix -> the formats that files of it have, the usual one first.
        default: where neither says anything; None: a suffix is needed.
        what: is written, for messages, as "a report". instead: a sentence about what else writes
            other files.

    Raises:
        UsageError: the suffix is that of no format, or of another one than `--format`.
    """
    suffix = "" if output in (None, "-") else PurePath(str(output)).suffix.lower()
    allowed = by_suffix.get(suffix, ())
    if not suffix and (given or default):
        return given or default  # type: ignore[return-value]  # one of them is there
    if not allowed:
        raise _no_format(context, str(output), suffix, list(by_suffix), what, instead)
    if given is not None and given not in allowed:
        raise _contradiction(context, str(output), given, by_suffix)
    return given or allowed[0]


def _no_format(
    context: typer.Context, output: str, suffix: str, known: Sequence[str], what: str, instead: str
) -> UsageError:
    """Return the error of a suffix that no format has; of a PDF with the way to print one."""
    written = f"{', '.join(known[:-1])} or {known[-1]}"
    if suffix != ".pdf" or ".html" not in known:
        return UsageError(
            f"{output}: {what} is written as {written}.",
            f"Name a file with one of these endings. {instead}".rstrip(),
        )
    error = UsageError(
        f"{output}: a PDF is not written; {what} is written as {written}.",
        "Write the page, open it in a browser, and print it there as PDF:",
    )
    error.add_note(_to(context, str(PurePath(output).with_suffix(".html"))))
    return error


def _contradiction(
    context: typer.Context,
    output: str,
    given: Format,
    by_suffix: Mapping[str, Sequence[Format]],
) -> UsageError:
    """Return the error of a format that the suffix is not of, with both ways out."""
    error = UsageError(
        f"{output} is no file of the format {given}.", "Leave out --format, or name another file:"
    )
    error.add_note(typed_again(context, without=["--format"]))
    suffix = next((suffix for suffix, formats in by_suffix.items() if given in formats), "")
    error.add_note(_to(context, str(PurePath(output).with_suffix(suffix)), without=()))
    return error


def _to(context: typer.Context, output: str, without: Sequence[str] = ("--format",)) -> str:
    """Return the line that was typed, with another output."""
    options = {name for each in context.command.params for name in each.opts}
    if "--output" in options:
        return typed_again(context, [("--output", output)], without=without)
    return typed_again(context, arguments={"output": output}, without=without)
