"""What whoever reads a table can tell of its hidden counts: between which numbers they lie."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from wbc_tracker.cohort.counts import Hidden, is_small, least_of_median, least_of_quartiles
from wbc_tracker.cohort.small.sums import REST, Sum

#: The least and the most.
Limits = tuple[int, float]


def is_rest(name: str) -> bool:
    """Return whether a cell is no figure of the table, but what is left of one."""
    return name.partition(":")[2].startswith(f"{REST} ")


def bounds_of(
    counts: Mapping[str, int], hidden: Mapping[str, Hidden], least: int
) -> dict[str, Limits]:
    """Return between what each cell must lie, as whoever reads the table knows.

    A shown one is what it is; `<5` is 1 to 4; `-` is taken for 5 or more, but where it is not;
    a rest is not shown at all. Whether a median or quartiles stand beside a count tells on
    which side of their limits it lies.
    """
    steps = [least, least_of_median(least), least_of_quartiles(least)]
    told: dict[str, Limits] = {}
    for name, count in counts.items():
        if name not in hidden:
            told[name] = count, count
        elif is_rest(name):
            told[name] = 0, math.inf
        elif hidden[name] is Hidden.SMALL:
            told[name] = 1, least - 1
        elif count >= least and _has_quartiles(name):
            reached = [step for step in steps if step <= count]
            beyond = [step - 1 for step in steps if step > count]
            told[name] = reached[-1], beyond[0] if beyond else math.inf
        else:
            told[name] = least if count >= least else 0, math.inf
    return told


def told_by_bounds(
    counts: Mapping[str, int], hidden: Mapping[str, Hidden], sums: Sequence[Sum], least: int
) -> list[str]:
    """Return the small cells for which the bounds of all others, and the sums, leave one
    number: of 8 in two cells of `<5` each is 4.
    """
    told = bounds_of(counts, hidden, least)
    open_sums = [one for one in sums if any(name in hidden for name in (one.whole, *one.parts))]
    changed = True
    while changed:
        changed = False
        for one in open_sums:
            for name, limits in _narrowed(one, told).items():
                changed |= limits != told[name]
                told[name] = limits
    return [
        name for name in hidden if is_small(counts[name], least) and told[name][0] == told[name][1]
    ]


def _narrowed(one: Sum, told: Mapping[str, Limits]) -> dict[str, Limits]:
    """Return the bounds that a sum leaves to its whole and to each of its parts."""
    low = sum(told[part][0] for part in one.parts)
    most = [told[part][1] for part in one.parts]
    finite, endless = sum(high for high in most if high < math.inf), most.count(math.inf)
    least_whole, most_whole = told[one.whole]
    new = {one.whole: (max(least_whole, low), most_whole if endless else min(most_whole, finite))}
    for part, high in zip(one.parts, most, strict=True):
        least_part = told[part][0]
        if endless == (high == math.inf):  # all others end somewhere
            others = finite - (0 if endless else high)
            least_part = max(least_part, int(least_whole - others))
        new[part] = least_part, min(high, most_whole - (low - told[part][0]))
    return new


def _has_quartiles(name: str) -> bool:
    cell = name.partition(":")[2]
    return cell.startswith("n ") or cell == "count again"
