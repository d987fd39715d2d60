"""What is said of a patient beyond the flags: the situations of the pattern, and what is put into
a sentence where it holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter

from wbc_tracker.errors import CatalogError


@dataclass(frozen=True)
class Situation:
    """One thing that the pattern can say, and in words when it does.

    Attributes:
        sentence: what is the case. meaning: what that means. settles: what would settle it, or what
            people usually do.
    """

    code: str
    when: str
    sentence: str
    meaning: str = ""
    settles: str = ""

    def say(self, **figures: object) -> list[str]:
        """Return its sentences, filled with figures."""
        told = (self.sentence, self.meaning, self.settles)
        return [text.format_map(figures) for text in told if text]


@dataclass(frozen=True)
class Insertion:
    """Some words that are put into a sentence, and in words when they are."""

    code: str
    when: str
    text: str


#: Situation of the pattern -> what its sentences may tell. Each must be there, and no other.
SITUATIONS: dict[str, frozenset[str]] = {
    "urgent": frozenset(("message",)),
    "as_described": frozenset(),
    "falling": frozenset(("names", "have")),
    "differs": frozenset(),
    "differs_show": frozenset(),
    "differs_repeat_count": frozenset(),
    "differs_repeat_cd19": frozenset(),
    "differs_mention": frozenset(),
    "counts_against": frozenset(("counts",)),
    "to_discuss": frozenset(("titles",)),
    "depleted": frozenset(),
    "depleted_others_fell": frozenset(),
    "not_depleted": frozenset(),
    "present_unknown": frozenset(),
    "back": frozenset(("longer",)),
    "seen_again": frozenset(("longer",)),
    "b_cells_unknown": frozenset(("why",)),
    "b_cells_unknown_early": frozenset(),
    "depleted_alone": frozenset(("day",)),
    "count_is_limit": frozenset(("value",)),
    "no_baseline_count": frozenset(),
    "count_near_infusion": frozenset(),
    "count_higher": frozenset(("change",)),
    "count_without_interval": frozenset(),
    "no_result_after": frozenset(),
    "infusion_to_come": frozenset(),
    "no_infusion": frozenset(),
    "b_cells_too_early": frozenset(),
    "no_count_near": frozenset(),
    "no_b_cells": frozenset(("why",)),
    "counts_alone_higher": frozenset(("base",)),
    "counts_alone_stable": frozenset(("base",)),
    "not_both_since": frozenset(("day",)),
    "old": frozenset(("day", "ago")),
}
#: Words put into a sentence of the pattern -> what they may tell.
_OF_PATTERN: dict[str, frozenset[str]] = {
    "after_longer_interval": frozenset(),
    "why_limits": frozenset(),
    "why_cd20": frozenset(),
    "why_none": frozenset(),
    "the_baseline": frozenset(),
    "the_first_on_record": frozenset(),
    "below_interval": frozenset(),
    "below_interval_unchanged": frozenset(),
    "fell_beyond": frozenset(("change",)),
}
#: Words put into the message of a flag -> what they may tell.
_OF_FLAGS: dict[str, frozenset[str]] = {
    "after_infusion": frozenset(("day", "course")),
    "before_treatment": frozenset(),
    "inside_own_interval": frozenset(("interval",)),
    "baseline_was_low": frozenset(("baseline",)),
    "never_depleted": frozenset(),
    "depletion_unknown": frozenset(),
    "b_cells_confirmed": frozenset(),
    "b_cells_seen_once": frozenset(),
    "repeat_once": frozenset(),
    "repeat_next": frozenset(),
    "repeat_before": frozenset(),
    "other_laboratory": frozenset(),
    "below_own_limit": frozenset(("limit",)),
    "below_generic_limit": frozenset(("limit",)),
    "falling_within": frozenset(("verdict", "change", "span")),
    "falling_beyond": frozenset(("verdict", "change", "span")),
    "drawn_interrupted": frozenset(("days",)),
    "drawn_extended": frozenset(("days",)),
    "jump_up": frozenset(("fold", "previous")),
    "jump_down": frozenset(("fold", "previous")),
    "drug_can": frozenset(),
    "first_on_record": frozenset(),
}
#: Words put into the remark of an event -> what they may tell.
_OF_EVENTS: dict[str, frozenset[str]] = {
    "above_interval": frozenset(),
    "risen": frozenset(),
    "below_its_interval": frozenset(),
    "above_its_interval": frozenset(),
    "vaccine_window": frozenset(("first", "last")),
    "before_first": frozenset(("days", "on")),
    "past_planned": frozenset(("days", "on")),
    "before_recorded": frozenset(("days", "on")),
    "before_planned": frozenset(("days", "on")),
}
#: File of the catalogue -> the insertions that it must have, and no other.
INSERTIONS = {
    "flags.toml": _OF_FLAGS,
    "pattern.toml": _OF_PATTERN,
    "events.toml": _OF_EVENTS,
}


def check_texts(
    texts: Mapping[str, tuple[str, ...]], known: Mapping[str, frozenset[str]], file: str
) -> None:
    """Refuse texts of which nobody knows when they are said, and texts that are missing.

    Args:
        texts: code -> what it says. known: code -> what it may tell. file: for the message.

    Raises:
        CatalogError: an unknown or missing code, or a placeholder that nobody fills.
    """
    if unknown := sorted(set(texts) - set(known)):
        raise CatalogError(f"{file}: nobody says {unknown[0]}.")
    if missing := sorted(set(known) - set(texts)):
        raise CatalogError(f"{file}: {missing[0]} is missing.")
    for code, told in texts.items():
        named = {name for text in told for _, name, _, _ in Formatter().parse(text) if name}
        if unfilled := sorted(named - known[code]):
            raise CatalogError(f"{file}: {code} has the unknown placeholder {unfilled[0]}.")
