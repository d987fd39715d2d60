"""`--rules`: files of own thresholds, and the catalogue in which they hold."""

# No `from __future__ import annotations`: as texts they would be compiled at every start.

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from wbc_tracker.cli.output import remark

if TYPE_CHECKING:
    from wbc_tracker.catalog import Catalog, Rules

RuleFiles = Annotated[
    list[Path] | None,
    typer.Option(
        "--rules",
        metavar="FILE",
        help="Own thresholds from this TOML file; repeatable. They are told in every output.",
        rich_help_panel="What to show",
    ),
]


def read_rules_of(files: Sequence[Path] | None) -> "list[Rules]":
    """Return what the files of rules say, in their order.

    Raises:
        UnreadableFileError: a file is none of rules.
    """
    from wbc_tracker.catalog import load_rules

    return [load_rules(file) for file in files or ()]


def catalog_with(rules: "Sequence[Rules]") -> "Catalog":
    """Return the program's catalogue in which the rules hold.

    Raises:
        UnreadableFileError: a rule names nothing, or its value cannot be.
        UsageError: two files contradict each other.
    """
    from wbc_tracker.catalog import load_catalog, own_catalog

    return own_catalog(tuple(rules)) if rules else load_catalog()


def tell_rules(catalog: "Catalog") -> None:
    """Say on standard error what the own rules change, where what is written has no place for
    sentences.
    """
    if catalog.own_rules:
        from wbc_tracker.explanation import own_rules_words

        for words in own_rules_words(catalog.own_rules):
            remark(words)
