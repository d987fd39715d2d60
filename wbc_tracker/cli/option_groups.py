"""Options in groups: a frozen dataclass whose fields are options of every command that takes it.

    @with_option_groups
    def export(context: typer.Context, output: Output, sources: Sources, reading: Reading) -> None:

The help shows the fields of `Sources` in place of `sources`, in their order; the command gets one
object. A command that has only some of a group's options says which:

    reading: Annotated[Reading, only("columns", "encoding")]
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass
from functools import cache, wraps
from inspect import Parameter, Signature, signature
from typing import Annotated, Any, get_args, get_origin, get_type_hints


@dataclass(frozen=True)
class _Choice:
    """Names of the fields that a command has as options (or has not)."""

    names: frozenset[str]
    are_kept: bool

    def keeps(self, name: str) -> bool:
        return (name in self.names) is self.are_kept


def only(*names: str) -> _Choice:
    """Choose the fields of a group that a command has; the others keep their defaults."""
    return _Choice(frozenset(names), are_kept=True)


def without(*names: str) -> _Choice:
    """Choose the fields of a group that a command does not have; they keep their defaults."""
    return _Choice(frozenset(names), are_kept=False)


def with_option_groups(command: Callable[..., None]) -> Callable[..., None]:
    """Show Typer the fields of each dataclass parameter as options of the command's own.

    Args:
        command: its parameters are options and arguments of Typer, and dataclasses whose fields
            are `Annotated` as such options are, each with a default.

    Returns:
        A command without groups, which builds them and calls the given one.

    Raises:
        TypeError: `only` or `without` names a field that the group does not have.
    """
    hints = get_type_hints(command, include_extras=True)
    shown: list[Parameter] = []
    groups: dict[str, tuple[type, list[str]]] = {}
    for parameter in signature(command).parameters.values():
        hint = hints[parameter.name]
        group = get_args(hint)[0] if get_origin(hint) is Annotated else hint
        if is_dataclass(group) and isinstance(group, type):
            options = _options(group, hint)
            groups[parameter.name] = group, [option.name for option in options]
            shown += options
        else:
            shown.append(parameter.replace(kind=Parameter.KEYWORD_ONLY, annotation=hint))

    @wraps(command)
    def run(**given: Any) -> None:
        built = {
            name: group(**{option: given.pop(option) for option in options})
            for name, (group, options) in groups.items()
        }
        command(**given, **built)

    run.__annotations__ = {parameter.name: parameter.annotation for parameter in shown}
    vars(run)["__signature__"] = Signature(shown)
    return run


def _options(group: type, hint: Any) -> list[Parameter]:
    """Return the fields of a group as parameters, those that the command has."""
    options = _fields(group)
    for choice in get_args(hint)[1:]:
        unknown = choice.names - {option.name for option in options}
        if unknown:
            raise TypeError(f"{group.__name__} has no field {', '.join(sorted(unknown))}")
        options = [option for option in options if choice.keeps(option.name)]
    return options


@cache
def _fields(group: type) -> list[Parameter]:
    """Return all fields of a group as parameters; they are worked out once for all commands."""
    hints = get_type_hints(group, include_extras=True)
    return [
        Parameter(
            each.name,
            Parameter.KEYWORD_ONLY,
            default=Parameter.empty if each.default is MISSING else each.default,
            annotation=hints[each.name],
        )
        for each in fields(group)
    ]
