"""The part of the contracts that tells of rules of one's own, and how it is filled."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, TypedDict

from wbc_tracker.catalog.own_rules import AppliedRules

_FILLED = {"minLength": 1}


class RuleChangeJson(TypedDict):
    """One figure that is not the catalogue's."""

    name: Annotated[str, "As in the file of rules, or what it settles.", _FILLED]
    value: Annotated[float | str, "What holds: a number in `unit`, or a word."]
    usual: Annotated[float | str, "What the catalogue says."]
    unit: Annotated[str | None, "A UCUM code, or words."]
    hides_urgent: Annotated[
        bool, "An urgent flag may no longer be raised, or stand for a shorter time."
    ]


class RulesJson(TypedDict):
    """Rules of one's own (--rules)."""

    name: Annotated[str, "What they are called.", _FILLED]
    file: Annotated[str | None, "Name of their file."]
    sha256: Annotated[str | None, "Of the bytes of the file."]
    description: Annotated[str | None, "In the words of their author."]
    source: Annotated[str | None, "Where they come from, in the words of their author."]
    changes: Annotated[list[RuleChangeJson], "What they change in the catalogue."]


def rules_json(own_rules: Iterable[AppliedRules]) -> list[RulesJson]:
    """Return the rules in the order in which they were given."""
    return [
        RulesJson(
            name=own.rules.name,
            file=own.rules.file or None,
            sha256=own.rules.sha256 or None,
            description=own.rules.description or None,
            source=own.rules.source or None,
            changes=[
                RuleChangeJson(
                    name=change.name,
                    value=change.value,
                    usual=change.usual,
                    unit=change.unit or None,
                    hides_urgent=change.hides_urgent,
                )
                for change in own.changes
            ],
        )
        for own in own_rules
    ]
