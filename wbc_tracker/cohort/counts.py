"""Counts that may be hidden because they are small, and what can be made of counts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Hidden(Enum):
    """Why a count is not shown."""

    #: It is below the least count that is shown.
    SMALL = "small"
    #: With it one could work out a small one.
    WITHHELD = "withheld"


#: How many patients, courses or intervals.
Count = int | Hidden


def is_small(count: int, least: int) -> bool:
    """Return whether a count is hidden because it is small: of 1 to `least` - 1. Nobody is not."""
    return 0 < count < least


def least_of_median(least: int) -> int:
    """Return of how many values a median is shown: as many as `least` lie on either side, itself
    among them.
    """
    return 2 * least - 1


def least_of_quartiles(least: int) -> int:
    """Return of how many values the outer quartiles are shown: as of `least_of_median`."""
    return 4 * least - 3


def minus(whole: Count, part: Count) -> Count:
    """Return the rest, withheld where either is hidden."""
    return (
        Hidden.WITHHELD if isinstance(whole, Hidden) or isinstance(part, Hidden) else whole - part
    )


def total(counts: Iterable[Count]) -> Count:
    """Return the sum, withheld where any is hidden."""
    told = list(counts)
    shown = [count for count in told if isinstance(count, int)]
    return sum(shown) if len(shown) == len(told) else Hidden.WITHHELD


def is_none(count: Count) -> bool:
    """Return whether a count is shown to be nought."""
    return count == 0


def percent_of(count: Count, whole: Count) -> float | None:
    """Return a percentage to one decimal, half of one rounded up; None of nobody, and where either
    is hidden.
    """
    if isinstance(count, Hidden) or isinstance(whole, Hidden) or not whole:
        return None
    return (2000 * count + whole) // (2 * whole) / 10


@dataclass(frozen=True)
class Proportion:
    """How many of how many: `count` of `assessable`; `missing` could have been assessed and were
    not.
    """

    count: Count
    assessable: Count
    missing: Count
