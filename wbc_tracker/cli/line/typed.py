"""What to type next, ready to be pasted: the command as it was typed, with what settles a problem,
or another command on the same store.

The one place where command lines are put together, and quoted for the shell.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import typer

from wbc_tracker.cli.line.places import FolderPath
from wbc_tracker.errors import Option, WbcTrackerError
from wbc_tracker.wording import typed_words

_PROGRAM = "wbc-tracker"
#: Arguments that name what a command reads.
_FILES = ("files", "file")


def command_line(context: typer.Context, *words: str) -> str:
    """Return the line that types other words on the store of this call."""
    return typed_words([_PROGRAM, *_words_of(context.find_root()), *words])


def typed_again(
    context: typer.Context,
    settled_by: Iterable[Option] = (),
    *,
    file: Path | None = None,
    arguments: Mapping[str, str] | None = None,
    without: Sequence[str] = (),
) -> str:
    """Return the line that was typed, with other options in place of or beside those that stand
    there.

    Args:
        context: of the command.
        settled_by: what is added. An option that a command has once takes the place of its typed
            value; of `--map ROLE=HEADER` and `--unit` the one of the same name goes.
        file: of several files, the one that the line is about.
        arguments: name -> what stands in place of the typed one. without: options that are left
            out.
    """
    added: dict[str, list[str]] = {}
    for name, value in settled_by:
        added.setdefault(name, []).append(value)
    path = _path_of(context)
    instead = dict(arguments or {}) | (dict.fromkeys(_FILES, str(file)) if file else {})
    words = _words_of(context, added, instead, without)
    return typed_words([_PROGRAM, *_words_of(context.find_root()), *path, *words])


def lines_after(
    context: typer.Context, error: WbcTrackerError, file: Path | None = None
) -> list[str]:
    """Return the lines that settle an error or go on from it, each ready to be pasted."""
    again = () if reads_standard_input(context) else error.settled_by
    return [
        *(typed_again(context, [option], file=file) for option in again),
        *(command_line(context, *words) for words in error.commands),
    ]


def reads_standard_input(context: typer.Context) -> bool:
    """Tell whether a file is `-`: what came through it is gone, and typing the line again would
    wait for more.
    """
    read = [context.params.get(name) for name in (*_FILES, "labs", "infusions", "events")]
    return any(str(path) == "-" for paths in read for path in _each(paths))


def _path_of(context: typer.Context) -> list[str]:
    """Return the words that name the command: `infusion`, `add`."""
    names: list[str] = []
    here: Any = context
    while here.parent is not None:
        names.insert(0, str(here.info_name))
        here = here.parent
    return names


def _words_of(
    context: Any,
    added: dict[str, list[str]] | None = None,
    instead: Mapping[str, str] | None = None,
    without: Sequence[str] = (),
) -> list[str]:
    """Return the arguments and options of one command that were typed, and those that are added."""
    added = dict(added or {})
    arguments: list[str] = []
    options: list[str] = []
    for parameter in context.command.params:
        source = context.get_parameter_source(parameter.name)
        is_typed = source is not None and source.name == "COMMANDLINE"
        value = context.params.get(parameter.name) if is_typed else None
        if parameter.param_type_name == "argument":
            value = (instead or {}).get(parameter.name, value)
            arguments += [_as_typed(each) for each in _each(value)]
            continue
        name = max(parameter.opts, key=len)
        if name in without:
            continue
        more = added.pop(name, [])
        if getattr(parameter, "is_flag", False):
            options += [name] if value or more else []
            continue
        kept = [str(each) for each in _each(value)]
        if more:
            kept = [text for text in kept if _stays(text, more)] if parameter.multiple else []
        for text in (*kept, *more):
            options += [name, text]
    if any(argument.startswith("-") and argument != "-" for argument in arguments):
        return [*options, "--", *arguments]
    return [*arguments, *options]


def _stays(text: str, added: Sequence[str]) -> bool:
    """Tell whether a value stays beside added ones: of `ROLE=HEADER` a role has one header."""
    key, equals, _ = text.partition("=")
    return text not in added and not (equals and any(a.startswith(f"{key}=") for a in added))


def _as_typed(value: Any) -> str:
    """Return the word of a value; a folder keeps the separator that makes it one."""
    return f"{value}{os.sep}" if isinstance(value, FolderPath) else str(value)


def _each(value: Any) -> Sequence[Any]:
    if value is None:
        return []
    return value if isinstance(value, list | tuple) else [value]
