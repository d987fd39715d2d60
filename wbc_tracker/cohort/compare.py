"""The main figures of one cohort under several definitions, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from wbc_tracker.cohort.counts import Count, Proportion
from wbc_tracker.cohort.curves import ALL
from wbc_tracker.cohort.model import Cohort
from wbc_tracker.cohort.words import depleted_words


@dataclass(frozen=True)
class MainFigures:
    """What a cohort shows under the rules of one file.

    Attributes:
        rules: their name. depleted_by: what counts as depleted, in words. treated: patients.
        depleted: ever, on treatment. reappeared: B cells seen again, of those ever depleted.
        origin: `first` or `last`, the infusion from which the days are counted.
        depletion_days, reappearance_days: Kaplan-Meier medians of all, None if not reached.
    """

    rules: str
    depleted_by: str
    treated: Count
    depleted: Proportion
    reappeared: Proportion
    origin: str
    depletion_days: int | None
    reappearance_days: int | None


def compare_cohorts(cohorts: Sequence[Cohort], names: Sequence[str]) -> list[MainFigures]:
    """Return the main figures of each definition.

    Args:
        cohorts: of the same patients. names: of the rules of each.
    """
    return [_main_figures(one, name) for one, name in zip(cohorts, names, strict=True)]


def _main_figures(cohort: Cohort, name: str) -> MainFigures:
    origin = cohort.settings.origins[0]
    days = {
        one.event: None if one.curve is None else one.curve.median
        for one in cohort.times
        if (one.origin, one.onset) == (origin, ALL)
    }
    return MainFigures(
        rules=name,
        depleted_by=depleted_words(cohort.settings),
        treated=cohort.treated,
        depleted=cohort.depletion.ever,
        reappeared=cohort.reappearance.seen,
        origin=origin,
        depletion_days=days["depleted"],
        reappearance_days=days["reappeared"],
    )
