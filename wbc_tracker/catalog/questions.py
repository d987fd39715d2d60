"""What a patient can ask at the visit about a flag: the texts, and what they must hold."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from string import Formatter

from wbc_tracker.errors import CatalogError

#: What `patient/questions.py` fills in a question about results.
PLACEHOLDERS = frozenset(
    (
        "counts",
        "found",
        "names",
        "values",
        "were",
        "have",
        "date",
        "span",
        "noun",
        "previous",
        "next",
    )
)


@dataclass(frozen=True)
class FlagQuestion:
    """The questions about one flag, in the first person; empty where there is nothing to ask.

    Attributes:
        text: while the flag stands, or has no later value. urgent: where it is urgent and stands.
        past: once there is a later value.
        of: of a flag of the patient, situation -> question; those that are missing ask nothing.
    """

    text: str = ""
    urgent: str = ""
    past: str = ""
    of: dict[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> tuple[str, ...]:
        """All that there are."""
        return tuple(
            text for text in (self.text, self.urgent, self.past, *self.of.values()) if text
        )

    def check(
        self, code: str, situations: Collection[str], known: frozenset[str], *, can_be_urgent: bool
    ) -> None:
        """Refuse questions that could not be asked.

        Args:
            code: of the flag. situations: of the flag, none for a flag of results.
            known: placeholders of the situations. can_be_urgent: whether a severity of it is.

        Raises:
            CatalogError: a placeholder that nobody fills, a situation that the flag does not have,
                a text of the wrong kind, or an urgent flag without an urgent question.
        """
        if unknown := sorted(set(self.of) - set(situations)):
            raise CatalogError(f"flags.toml: {code} asks about no situation {unknown[0]}.")
        if situations and (self.text or self.urgent or self.past):
            raise CatalogError(f"flags.toml: {code} needs a question for each situation.")
        if can_be_urgent and not self.urgent:
            raise CatalogError(f"flags.toml: {code} needs an urgent question.")
        allowed = known if situations else PLACEHOLDERS
        named = {name for text in self.texts for _, name, _, _ in Formatter().parse(text) if name}
        if unfilled := sorted(named - allowed):
            raise CatalogError(
                f"flags.toml: a question of {code} has the unknown placeholder {unfilled[0]}."
            )
