"""A kind of cells: how many there are, and the first of them in the order of the file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

#: No message names more of a kind.
MOST_NOTED = 5


class Note(NamedTuple):
    """One cell: its line, its place in the line, and what is told of it."""

    line: int
    place: int
    words: str


@dataclass(frozen=True)
class Noted:
    """How many cells are of a kind, and the first of them."""

    count: int = 0
    first: tuple[Note, ...] = ()

    def __add__(self, other: Noted) -> Noted:
        """Return both, whichever stands first in the file."""
        if not self.count or not other.count:
            return self if self.count else other
        first = sorted([*self.first, *other.first])[:MOST_NOTED]
        return Noted(self.count + other.count, tuple(first))
