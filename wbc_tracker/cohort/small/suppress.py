"""Small counts hidden, and with them what would let them be worked out.

Every count of the table is a cell with a name. What adds up (the treated are the tested and the
rest; all are the sum of the groups) is a sum of cells, of which some are never shown but could be
worked out from those that are. First the small cells are hidden; then, as long as a sum gives one
away, the least needed cell of it is withheld too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from wbc_tracker.cohort.counts import Count, Hidden, is_small
from wbc_tracker.cohort.model import Cohort
from wbc_tracker.cohort.small.bounds import is_rest, told_by_bounds
from wbc_tracker.cohort.small.shown import Ask, rewrite_counts
from wbc_tracker.cohort.small.sums import REST, Sum, pairs_of, sums_of

#: What is withheld first, by the first word of a cell's name; what is not named goes last.
_LEAST_NEEDED = (
    *(REST, "on-record", "drawn", "missing", "outside", "partly", "patients", "reached"),
    *("risk", "not_observed", "not_at_risk", "no-baseline", "no-later", "units", "judged", "onset"),
    *("censored", "treated", "cell", "depleted", "n"),
)

_PRIME = 2**31 - 1


@dataclass(frozen=True)
class Protection:
    """What is hidden of a cohort and its groups.

    Attributes:
        counts: of every cell by name, the prefix of a group before it.
        hidden: the cells that are not shown, and why. sums: what adds up.
    """

    counts: dict[str, int]
    hidden: dict[str, Hidden]
    sums: list[Sum]

    def hide(self, pairs: list[tuple[str, str]], least: int) -> None:
        """Hide the small cells, and withhold more until no sum, and no pair that counts nearly the
        same, gives one away.

        A sum gives a hidden cell away if it is the only one of it, or if the whole is shown and the
        hidden parts together are still few.
        """
        for name, count in self.counts.items():
            if is_small(count, least):
                self.hidden[name] = Hidden.SMALL
            elif is_rest(name):  # no rest is shown, it can only be worked out
                self.hidden[name] = Hidden.WITHHELD
        self._hide_more(pairs, least)
        while told := self._given_away_together(least):
            for name in told:
                self._protect(name)
            self._hide_more(pairs, least)

    def _given_away_together(self, least: int) -> list[str]:
        """Return the small cells that follow from their bounds, or from all sums, and can still be
        protected.
        """
        told = [
            name
            for name in told_by_bounds(self.counts, self.hidden, self.sums, least)
            if self._can_protect(name)
        ]
        return told or [
            name
            for name in self.determined()
            if is_small(self.counts[name], least) and self._can_protect(name)
        ]

    def _can_protect(self, name: str) -> bool:
        return self._is_marked(name) or self._nearest(name) is not None

    def _is_marked(self, name: str) -> bool:
        """Return whether it is told of a cell that it is small."""
        return self.hidden[name] is Hidden.SMALL and not is_rest(name)

    def _protect(self, name: str) -> None:
        """No longer tell that a cell is small; if that is not told, withhold another."""
        if self._is_marked(name):
            self.hidden[name] = Hidden.WITHHELD
        elif (nearest := self._nearest(name)) is not None:
            self.hidden[nearest] = Hidden.WITHHELD

    def _nearest(self, cell: str) -> str | None:
        """Return the shown cell, least needed, that adds up with a hidden one over fewest sums;
        None if there is none.
        """
        known, before = {cell}, 0
        while len(known) > before:
            before = len(known)
            known |= {
                name
                for one in self.sums
                if not known.isdisjoint((one.whole, *one.parts))
                for name in (one.whole, *one.parts)
            }
            if shown := [name for name in known if name not in self.hidden]:
                return min(shown, key=self._need)
        return None

    def determined(self) -> list[str]:
        """Return the hidden cells that follow from all sums together.

        Each sum is an equation in the hidden cells. They are solved for as many of them as they
        allow (Gauss-Jordan, with remainders of a prime, so that nothing is rounded); a cell that is
        left alone in its equation is known.
        """
        solved: dict[str, dict[str, int]] = {}
        users: dict[str, set[str]] = {}
        for one in self.sums:
            row = {name: _PRIME - 1 for name in one.parts if name in self.hidden}
            row |= {one.whole: 1} if one.whole in self.hidden else {}
            for name in [name for name in row if name in solved]:
                _subtract(row, solved[name], row[name])
            if not row:
                continue
            pivot = min(row, key=lambda name: len(users.get(name, ())))
            inverse = pow(row[pivot], -1, _PRIME)
            row = {name: factor * inverse % _PRIME for name, factor in row.items()}
            for other in users.pop(pivot, set()):
                before = set(solved[other])
                _subtract(solved[other], row, solved[other][pivot])
                for name in before ^ set(solved[other]):
                    users.setdefault(name, set()).symmetric_difference_update({other})
            users.pop(pivot, None)
            solved[pivot] = row
            for name in row:
                if name != pivot:
                    users.setdefault(name, set()).add(pivot)
        return [name for name, row in solved.items() if len(row) == 1]

    def _is_protected(self, name: str) -> bool:
        """Return whether nobody may work a cell out; of a rest that is not small everybody may."""
        return self.hidden[name] is Hidden.SMALL or not is_rest(name)

    def _hide_more(self, pairs: list[tuple[str, str]], least: int) -> None:
        changed = True
        while changed:
            changed = False
            for pair in pairs:
                hidden = [name for name in pair if name in self.hidden]
                near = abs(self.counts[pair[0]] - self.counts[pair[1]]) < least
                if len(hidden) == 1 and near:
                    self.hidden.update(dict.fromkeys(set(pair) - set(hidden), Hidden.WITHHELD))
                    changed = True
            for one in self.sums:
                while (more := self._given_away(one, least)) is not None:
                    self.hidden[more] = Hidden.WITHHELD
                    changed = True

    def _given_away(self, one: Sum, least: int) -> str | None:
        """Return the cell to withhold so that a sum gives nothing away, None if it does not."""
        members = (one.whole, *one.parts)
        hidden = [name for name in members if name in self.hidden]
        shown = [name for name in members if name not in self.hidden]
        if not shown or not any(self._is_protected(name) for name in hidden):
            return None
        together = sum(self.counts[name] for name in one.parts if name in self.hidden)
        if len(hidden) > 1 and (one.whole in self.hidden or together >= least):
            return None
        return min(shown, key=self._need)

    def _need(self, name: str) -> tuple[bool, int, int, str]:
        """Return how much a cell is needed: by what it is, then the smaller the less.

        Nobody last: to withhold it protects nothing.
        """
        word = name.partition(":")[2].split(" ")[0]
        known = word in _LEAST_NEEDED
        rank = _LEAST_NEEDED.index(word) if known else len(_LEAST_NEEDED)
        return not self.counts[name], rank, self.counts[name], name


def _subtract(row: dict[str, int], other: dict[str, int], factor: int) -> None:
    """Take a multiple of another equation from one; what becomes nought falls out."""
    for name, value in other.items():
        left = (row.get(name, 0) - factor * value) % _PRIME
        if left:
            row[name] = left
        else:
            row.pop(name, None)


def suppress_small(cohort: Cohort) -> Cohort:
    """Return the cohort and its groups with counts below `suppress_below` of its settings hidden.

    Hidden are also medians, curves and percentages that rest on so few, and further counts with
    which a small one could be worked out: as the rest of a whole, of a window, or of the groups.
    """
    everybody = _everybody(cohort)
    hidden = protect_small(cohort).hidden
    least = cohort.settings.suppress_below
    shown = [rewrite_counts(one, _shower(hidden, prefix), least) for prefix, one in everybody]
    return replace(shown[0], groups=dict(zip(cohort.groups, shown[1:], strict=True)))


def protect_small(cohort: Cohort) -> Protection:
    """Return what must be hidden of a cohort and its groups."""
    made = Protection({}, {}, [])
    pairs: list[tuple[str, str]] = []
    everybody = _everybody(cohort)
    for prefix, one in everybody:
        counts: dict[str, int] = {}
        rewrite_counts(one, _recorder(counts))
        made.sums.extend(each.prefixed(prefix) for each in sums_of(one, counts))
        made.counts.update({f"{prefix}:{name}": count for name, count in counts.items()})
        pairs += [(f"{prefix}:{left}", f"{prefix}:{right}") for left, right in pairs_of(one)]
    groups = [prefix for prefix, _ in everybody if prefix]
    if groups:
        of_all = [name for name in made.counts if name.startswith(":")]
        made.sums.extend(Sum(name, tuple(f"{one}{name}" for one in groups)) for name in of_all)
    made.hide(pairs, cohort.settings.suppress_below)
    return made


def _everybody(cohort: Cohort) -> list[tuple[str, Cohort]]:
    """Return the cohort and its groups, each with the prefix of the names of its cells."""
    return [("", cohort), *((str(place), one) for place, one in enumerate(cohort.groups.values()))]


def _recorder(counts: dict[str, int]) -> Ask:
    def record(name: str, count: Count) -> Count:
        assert not isinstance(count, Hidden), "nothing is hidden twice"
        counts[name] = int(count)
        return count

    return record


def _shower(hidden: Mapping[str, Hidden], prefix: str) -> Ask:
    return lambda name, count: hidden.get(f"{prefix}:{name}", count)
