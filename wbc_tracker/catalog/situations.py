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
            people usually do. question: how to ask for it at the visit; it tells no figures.
    """

    code: str
    when: str
    sentence: str
    meaning: str = ""
    settles: str = ""
    question: str = ""

    def __post_init__(self) -> None:
        """Refuse a question with a placeholder: nobody fills one.

        Raises:
            CatalogError: naming the situation.
        """
        if "{" in self.question:
            raise CatalogError(f"pattern.toml: the question of {self.code} tells no figures.")

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
    "urgent": frozenset(("message", "next", "step")),
    "as_described": frozenset(("are", "counts", "white")),
    "as_described_few": frozenset(("cut", "fall", "value", "white")),
    "as_described_again": frozenset(("are", "value", "white")),
    "returning": frozenset(("are", "before", "shares", "some", "value", "white")),
    "returning_unknown": frozenset(("are", "before", "shares", "some", "value", "white")),
    "falling": frozenset(("have", "names")),
    "to_discuss": frozenset(("titles",)),
    "differs": frozenset(),
    "differs_repeat_count": frozenset(),
    "differs_repeat_cd19": frozenset(),
    "counts_against": frozenset(("counts",)),
    "depleted": frozenset(("are",)),
    "few": frozenset(("are", "before", "value")),
    "present": frozenset(("are", "before", "value")),
    "b_cells_open": frozenset(("why",)),
    "not_depleted": frozenset(("are", "before", "value", "white")),
    "not_depleted_few": frozenset(("are", "before", "value", "white")),
    "back_early": frozenset(("are", "before", "days", "value", "white")),
    "no_infusion": frozenset(),
    "infusion_to_come": frozenset(),
    "no_result_after": frozenset(),
    "no_b_cells": frozenset(("White",)),
    "only_cd20": frozenset(("White",)),
    "limit": frozenset(("White", "cut", "tenth", "value")),
    "coarse": frozenset(("White", "cut", "range", "tenth", "value")),
    "too_early": frozenset(("White",)),
    "already_depleted": frozenset(("White",)),
    "after_other_drug": frozenset(("White",)),
    "rivals": frozenset(("values",)),
    "no_count": frozenset(("b_cells",)),
    "near_infusion": frozenset(("b_cells",)),
    "no_baseline": frozenset(("Inside", "b_cells")),
    "doubtful_baseline": frozenset(("Inside", "b_cells", "baseline", "day", "was")),
    "count_is_limit": frozenset(("b_cells", "value")),
    "no_interval": frozenset(("b_cells", "value")),
    "after_stopped": frozenset(("b_cells", "day")),
    "after_other": frozenset(("b_cells", "day")),
    "state_of": frozenset(("day",)),
    "old_b_cells": frozenset(("ago", "day")),
    "old_counts": frozenset(("ago", "day")),
}
#: Words put into a sentence of the pattern -> what they may tell.
_OF_PATTERN: dict[str, frozenset[str]] = {
    "white_same": frozenset(("are",)),
    "white_so_before": frozenset(("are", "base_value", "value", "whose")),
    "white_changed": frozenset(("are", "base", "chance", "changed", "value", "whose")),
    "white_outside": frozenset(("are", "base", "changed", "reason", "side", "value", "whose")),
    "white_inside_only": frozenset(("are", "value", "whose")),
    "white_outside_only": frozenset(("are", "reason", "side", "value", "whose")),
    "white_open": frozenset(("are", "value")),
    "white_missing": frozenset(),
    "by_chance": frozenset(),
    "high_after_steroid": frozenset(),
    "high_after_infection": frozenset(),
    "other_outside": frozenset(("as_before", "name", "side", "value", "whose")),
    "as_before_treatment": frozenset(),
    "in_one_of_five": frozenset(),
    "not_measured": frozenset(("names", "were")),
    "was_before": frozenset(("value",)),
    "ocrelizumab_shares": frozenset(),
    "fewer_than_a_tenth": frozenset(("value",)),
    "base_above": frozenset(),
    "base_after_steroid": frozenset(),
    "base_after_infection": frozenset(),
    "base_after_other_drug": frozenset(),
    "why_none": frozenset(),
    "why_only_cd20": frozenset(),
    "why_open": frozenset(("value",)),
    "why_early": frozenset(),
    "b_depleted": frozenset(("value",)),
    "b_few": frozenset(("before", "value")),
    "b_present": frozenset(("before", "value")),
    "after_back": frozenset(("before", "value")),
    "after_returning": frozenset(("before", "value")),
    "after_depleted": frozenset(("value",)),
    "after_unknown": frozenset(),
    "below_interval": frozenset(("whose",)),
    "graded": frozenset(("grade", "grading")),
    "fell_beyond": frozenset(("base", "changed")),
    "rest_fell_beyond": frozenset(("base", "changed")),
    "has_ended": frozenset(("day",)),
    "has_left": frozenset(("day",)),
    "next_value": frozenset(("date", "value")),
    "short_b_cells": frozenset(("Name", "value", "on", "before")),
    "short_before": frozenset(("value",)),
    "short_on": frozenset(("day",)),
    "short_count": frozenset(("Name", "value", "on", "stands", "changed", "trend", "steroid")),
    "short_stands": frozenset(("whose",)),
    "short_reported": frozenset(("interval",)),
    "short_earlier": frozenset(("interval",)),
    "short_catalogue": frozenset(("interval",)),
    "short_changed": frozenset(("changed", "base")),
    "short_same": frozenset(("base",)),
    "short_trend_alone": frozenset(("Name", "trend")),
    "nothing_due": frozenset(),
    "short_trend": frozenset(("verdict",)),
    "short_trend_unclear": frozenset(),
    "short_trend_few": frozenset(),
}
#: Words put into the message of a flag -> what they may tell.
_OF_FLAGS: dict[str, frozenset[str]] = {
    "after_infusion": frozenset(("day", "course", "noun")),
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
    "falling_by": frozenset(("verdict", "change", "span")),
    "falling_a_year": frozenset(("pace",)),
    "reaches_limit": frozenset(("limit", "months")),
    "below_already": frozenset(("limit",)),
    "so_before": frozenset(("baseline",)),
    "steroid_lowers": frozenset(("day",)),
    "steroid_raises": frozenset(("day",)),
    "steroid_not": frozenset(("day",)),
    "after_steroid_course": frozenset(),
    "after_infection": frozenset(),
    "own_interval": frozenset(("interval",)),
    "earlier_interval": frozenset(("interval",)),
    "generic_interval": frozenset(("interval",)),
    "against_interval": frozenset(("whose",)),
    "unit_doubt": frozenset(("previous",)),
    "infections_before": frozenset(("count",)),
    "fell_by": frozenset(("changed", "base")),
    "rest_fell_by": frozenset(("changed", "base")),
    "base": frozenset(),
    "base_first": frozenset(),
    "base_of": frozenset(("day",)),
    "missing_before": frozenset(),
    "missing_follows": frozenset(),
    "missing_late": frozenset(("weeks",)),
    "t_within": frozenset(),
    "t_fell": frozenset(("change",)),
    "t_unknown": frozenset(),
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
#: What the calendar and the message say -> what it may tell.
_OF_VISIT: dict[str, frozenset[str]] = {
    "calendar_booked": frozenset(("Noun",)),
    "calendar_planned": frozenset(("Noun",)),
    "calendar_count": frozenset(("noun",)),
    "calendar_booked_words": frozenset(("as_of", "on")),
    "calendar_planned_words": frozenset(("as_of", "on")),
    "calendar_count_booked_words": frozenset(("as_of", "noun", "on")),
    "calendar_count_planned_words": frozenset(("as_of", "noun", "on")),
    "calendar_draw": frozenset(("noun", "patient", "tests")),
    "calendar_draw_booked_words": frozenset(("as_of", "noun", "on")),
    "calendar_draw_planned_words": frozenset(("as_of", "noun", "on")),
    "message_sentence": frozenset(("as_of", "sentence")),
    "message_values": frozenset(("values",)),
    "message_state": frozenset(("date",)),
    "message_broad": frozenset(("counts",)),
    "message_urgent": frozenset(("counts", "doubt", "step")),
    "message_rival": frozenset(),
    "message_urgent_question": frozenset(),
    "message_question": frozenset(("question",)),
    "message_nothing_due": frozenset(),
}
#: File of the catalogue -> the insertions that it must have, and no other.
INSERTIONS = {
    "flags.toml": _OF_FLAGS,
    "pattern.toml": _OF_PATTERN,
    "events.toml": _OF_EVENTS,
    "visit.toml": _OF_VISIT,
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
