"""Option groups: the fields of a dataclass are options of the command, in place and in order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.testing import CliRunner

from wbc_tracker.cli.option_groups import only, with_option_groups, without


class Side(StrEnum):
    LEFT = "left"
    RIGHT = "right"


@dataclass(frozen=True)
class Group:
    files: Annotated[list[Path] | None, typer.Option("--file", help="Repeatable.")] = None
    side: Annotated[Side, typer.Option(help="Which.")] = Side.LEFT
    count: Annotated[int, typer.Option(min=0)] = 3


@dataclass(frozen=True)
class Other:
    loud: Annotated[bool, typer.Option("--loud", help="Shout.")] = False


def run(command, *arguments: str):
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    app.command()(with_option_groups(command))
    return CliRunner().invoke(app, list(arguments))


def options_of(command) -> list[str]:
    return re.findall(r"^  (--[a-z]+)", run(command, "--help").stdout, re.MULTILINE)


def whole(
    name: Annotated[str, typer.Argument()],
    group: Group,
    late: Annotated[str, typer.Option("--late")] = "",
    *,
    other: Other,
) -> None:
    typer.echo(repr((name, group, late, other)))


def part(group: Annotated[Group, only("count", "side")], other: Annotated[Other, without("loud")]) -> None:
    typer.echo(repr((group, other)))


def test_fields_stand_in_place_of_the_group_in_their_order():
    assert options_of(whole) == ["--file", "--side", "--count", "--late", "--loud", "--help"]


def test_a_command_has_only_the_options_it_names_in_the_order_of_the_group():
    assert options_of(part) == ["--side", "--count", "--help"]
    assert run(part, "--file", "a.csv").exit_code == 2
    assert run(part, "--loud").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "built"),
    [
        (("me",), ("me", Group(), "", Other())),
        (("me", "--count", "5", "--side", "right"), ("me", Group(side=Side.RIGHT, count=5), "", Other())),
        (("--file", "a", "--file", "b", "me"), ("me", Group(files=[Path("a"), Path("b")]), "", Other())),
        (("me", "--loud", "--late", "x"), ("me", Group(), "x", Other(loud=True))),
    ],
)
def test_the_command_gets_objects(arguments, built):
    assert run(whole, *arguments).stdout.strip() == repr(built)


def test_what_a_command_does_not_have_keeps_its_default():
    assert run(part, "--count", "0").stdout.strip() == repr((Group(count=0), Other()))


def test_a_limit_of_an_option_holds_in_a_group():
    assert run(whole, "me", "--count", "-1").exit_code == 2


@pytest.mark.parametrize("choice", [only("colour"), without("colour")])
def test_a_field_that_is_not_there_is_a_mistake_of_the_program(choice):
    def command(group: Group) -> None: ...

    command.__annotations__["group"] = Annotated[Group, choice]
    with pytest.raises(TypeError, match="Group has no field colour"):
        with_option_groups(command)


def test_two_groups_cannot_have_one_option():
    def command(one: Group, two: Group) -> None: ...

    with pytest.raises(ValueError, match="duplicate parameter name"):
        with_option_groups(command)
