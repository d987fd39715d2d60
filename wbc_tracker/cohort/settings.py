"""What the research table is asked for; it is printed with every result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise

from wbc_tracker.catalog import Catalog, load_catalog
from wbc_tracker.catalog.naming import choose_analyte
from wbc_tracker.errors import UsageError
from wbc_tracker.explanation import own_rules_words

FIRST, LAST = "first", "last"
#: Counts below 2 could only be 1: to hide them would tell them.
LEAST_SUPPRESSED = 3
#: Edges in weeks: a window holds the weeks from one edge up to, but not including, the next. Our
#: choice.
WINDOW_WEEKS = (0, 4, 12, 24, 36, 48, 72, 96, 144, 192, 240, 288, 336, 384, 432, 480)
#: No window is later than a life.
MOST_WEEKS = 5200
#: What is shown unless analytes are named. Our choice: what studies of anti-CD20 drugs report.
ANALYTES = ("wbc", "neutrophils", "lymphocytes", "cd19", "cd3", "cd4", "cd8", "igg", "iga", "igm")


@dataclass(frozen=True)
class CohortSettings:
    """Everything that a second run needs to give the same table.

    Attributes:
        as_of: ISO date. same_day: `before` or `after`.
        analytes: ids, in the order in which they are shown.
        since: `first`, `last` or both: which infusion the windows count from.
        window_weeks: edges, rising; the last closes the last window.
        depleted_below_count, depleted_below_percent: CD19 in /uL and in % of lymphocytes.
        early_from_days, early_to_days: the window of early depletion, both days included.
        sustained_from_days: first day that counts for sustained depletion.
        mostly_depleted_percent: share of draws. pre_dose_days: how old a result before a course may
            be.
        origins: `first`, `last` or both: from which infusion the time to an event is counted.
        by: what the groups are of, `drug`, `sex` or a column; empty without groups.
        suppress_below: counts from 1 to under it are hidden; 0: none is.
        is_inclusive: a CD19 equal to its cut is depleted too. uses: `count` or `percent` where that
            alone tells of depletion, else `both`.
        rules: what rules of one's own change, a sentence for each file of them.
    """

    as_of: str
    same_day: str
    analytes: tuple[str, ...]
    since: tuple[str, ...]
    window_weeks: tuple[int, ...]
    depleted_below_count: float
    depleted_below_percent: float
    early_from_days: int
    early_to_days: int
    sustained_from_days: int
    mostly_depleted_percent: float
    pre_dose_days: int
    origins: tuple[str, ...] = (FIRST, LAST)
    by: str = ""
    suppress_below: int = 0
    is_inclusive: bool = False
    uses: str = "both"
    rules: tuple[str, ...] = ()

    @classmethod
    def of(
        cls,
        catalog: Catalog | None = None,
        *,
        as_of: str,
        same_day: str = "before",
        analytes: Sequence[str] = (),
        since: Sequence[str] = (),
        window_weeks: Sequence[int] = (),
        depleted_below_count: float | None = None,
        depleted_below_percent: float | None = None,
        early_days: tuple[int, int] | None = None,
        origins: Sequence[str] = (FIRST, LAST),
        by: str = "",
        suppress_below: int = 0,
    ) -> CohortSettings:
        """Fill what is not given from own rules in the catalogue, else from its figures.

        Args:
            catalog: by default the program's own, without own rules.
            as_of: ISO date. same_day: `before` or `after`.
            analytes: which are shown, in this order.
            since: `first`, `last` or both: which infusion the windows count from.
            window_weeks: edges of the windows, rising; the last closes the last window.
            depleted_below_count, depleted_below_percent: the cuts of CD19, in /uL and in % of
                lymphocytes.
            early_days: the first and the last day of the window of early depletion.
            origins: `first`, `last` or both: from which infusion the time to an event is counted.
            by: groups, by `drug`, `sex` or the name of a column that is carried along.
            suppress_below: counts under it but 0 are hidden, and what they could be worked out
                from; at least 3.

        Raises:
            UsageError: windows that are no rising whole weeks, an analyte that the catalogue does
                not know, or another infusion than the first and the last.
        """
        known = catalog or load_catalog()
        own = [applied.rules for applied in known.own_rules]
        if not window_weeks:
            for each in own:
                refuse_odd_weeks(each.windows or WINDOW_WEEKS, f"{each.file}: windows")
            window_weeks = next((each.windows for each in own if each.windows), WINDOW_WEEKS)
        refuse_odd_weeks(window_weeks, "window_weeks")
        chosen = [choose_analyte(name, known, "analytes") for name in analytes]
        analytes = chosen or next((each.analytes for each in own if each.analytes), ANALYTES)
        since = since or next((each.since for each in own if each.since), (FIRST, LAST))
        if odd := {*since, *origins} - {FIRST, LAST}:
            raise UsageError(f"There is no infusion {odd.pop()!r} to count from: first, last.")
        if 0 != suppress_below < LEAST_SUPPRESSED:
            raise UsageError(
                f"suppress_below={suppress_below} hides nothing.",
                f"Write {LEAST_SUPPRESSED} or more: of counts below 2 there is only 1.",
            )

        def figure(name: str) -> float:
            return known.figure(name)

        early = early_days or (
            int(figure("early_window_from_days")),
            int(figure("early_window_to_days")),
        )
        count, percent = depleted_below_count, depleted_below_percent
        return cls(
            as_of=as_of,
            same_day=same_day,
            analytes=tuple(dict.fromkeys(analytes)),
            since=tuple(since),
            window_weeks=tuple(window_weeks),
            depleted_below_count=figure("depleted_below_count") if count is None else count,
            depleted_below_percent=figure("depleted_below_percent") if percent is None else percent,
            early_from_days=early[0],
            early_to_days=early[1],
            sustained_from_days=int(figure("sustained_from_days")),
            mostly_depleted_percent=figure("mostly_depleted_percent"),
            pre_dose_days=int(figure("pre_dose_days")),
            origins=tuple(origins),
            by=by,
            suppress_below=suppress_below,
            is_inclusive=known.depletion.is_inclusive,
            uses=known.depletion.uses,
            rules=tuple(own_rules_words(known.own_rules)),
        )

    def applied_to(self, catalog: Catalog) -> Catalog:
        """Return the catalogue with the depletion cuts of these settings."""
        cuts = {
            name: getattr(self, name) for name in ("depleted_below_count", "depleted_below_percent")
        }
        changed = {
            name: replace(catalog.thresholds[name], value=value) for name, value in cuts.items()
        }
        return replace(catalog, thresholds={**catalog.thresholds, **changed})

    @property
    def mark_days(self) -> list[int]:
        """The days on which curves are marked: the edges of the windows."""
        return [7 * week for week in self.window_weeks if week]

    @property
    def windows(self) -> list[tuple[int, int]]:
        """The windows as days: first day, and the first day that no longer belongs to it."""
        edges = [7 * week for week in self.window_weeks]
        return list(pairwise(edges))

    def as_dict(self) -> dict[str, object]:
        """Return the settings as plain data."""
        return {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in asdict(self).items()
        }


def refuse_odd_weeks(weeks: Sequence[int], what: str) -> None:
    """Refuse edges of windows that are no rising whole weeks, or fewer than two.

    Raises:
        UsageError: naming what they are.
    """
    rising = all(left < right for left, right in pairwise(weeks))
    if len(weeks) < 2 or not rising or weeks[0] < 0 or weeks[-1] > MOST_WEEKS:
        raise UsageError(
            f"{what} are no rising list of whole weeks.", f"Write 0,4,12,24 (at most {MOST_WEEKS})."
        )
