"""Several definitions of one cohort side by side, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from wbc_tracker.cohort.compare import MainFigures
from wbc_tracker.cohort.settings import CohortSettings
from wbc_tracker.cohort.words import origin_words, share_words, told
from wbc_tracker.render.terminal.layout import ColumnOfText, block_lines, wrap_words
from wbc_tracker.wording import visible

_TITLE = "Main figures under each set of rules; the whole table of each follows"


def compared_lines(
    figures: Sequence[MainFigures], settings: CohortSettings, width: int
) -> list[Text]:
    """Return a row a set of rules; `settings` say how small counts are told."""

    def days(median: int | None) -> Text:
        return Text("not reached" if median is None else str(median))

    def column(heading: str, texts: list[str]) -> ColumnOfText:
        return heading, [Text(text) for text in texts]

    columns: list[ColumnOfText] = [
        column("patients", [told(one.treated, settings) for one in figures]),
        column(
            "ever depleted",
            [share_words(one.depleted.count, one.depleted.assessable, settings) for one in figures],
        ),
        column(
            "seen again",
            [
                share_words(one.reappeared.count, one.reappeared.assessable, settings)
                for one in figures
            ],
        ),
        ("days to depletion", [days(one.depletion_days) for one in figures]),
        ("days until seen", [days(one.reappearance_days) for one in figures]),
    ]
    lead: list[ColumnOfText] = [("rules", [Text(visible(one.rules)) for one in figures])]
    lines = [*wrap_words(_TITLE, width, style="bold"), *block_lines(lead, columns, width)]
    for one in figures:
        lines += wrap_words(
            f"{visible(one.rules)}: depleted is {one.depleted_by}.", width, "", "  "
        )
    words = f"Days: Kaplan-Meier medians {origin_words(figures[0].origin)}."
    return [*lines, *wrap_words(words, width, "", "  ")]
