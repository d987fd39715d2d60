"""What a row of an infusion list says of what became of it: given, cancelled, only ordered, booked.

Several columns can say so (the order's status and the nurse's). One that says nothing was given
outweighs the others; one that says it was given outweighs an order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from wbc_tracker.arrays import Mask, Small
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.catalog.infusion_lists import InfusionLists, Status
from wbc_tracker.intake.column.texts import TextColumn

#: What the columns of a row say together: the first of them that one says.
RANKS = ("not_given", "partial", "unknown", "given", "booked", "ordered", "blank", "none")
_RANK = {name: rank for rank, name in enumerate(RANKS)}
#: `Cancelled - unwell`, `Held (neutrophils)`, `DNA: rebooked`.
_PARTS = re.compile(r"\s+[-–—]+\s+|[(:;,/.]+")
#: A date is no word, though the 1 of 1/13/2020 alone would be a yes; files have thousands of them.
_DATE = r"^[0-9]{1,4}(?:[-./][0-9]{1,4}){2}(?:[T ]+[0-9]{1,2}(?::[0-9]{2}){1,2}[ apmAPM]*)?$"
#: Ticks, which are no words. A cross is none of them: it ticks a box, or crosses something out.
_TICKS = frozenset("✓✔☑√")
#: No status is longer; a cell of a million characters must not be searched.
_LONGEST = 200


@dataclass(frozen=True)
class StatusColumns:
    """What every row says together, as an index of RANKS, and the cell that says it."""

    rank: Small
    words: npt.NDArray[np.object_]

    def says(self, *names: str) -> Mask:
        """Return which rows say one of these."""
        return np.isin(self.rank, [_RANK[name] for name in names])


@lru_cache(maxsize=64)
def _folded(header: str) -> str:
    """Fold a header; it is asked for with every cell."""
    return fold_name(header)


def find_status(text: str, header: str, lists: InfusionLists) -> Status | None:
    """Return what one cell says under a header, or None if it is no word of a status.

    Of a cell with an explanation the first part counts. Parts that are known and say different
    things are no status.
    """
    if _folded(header) in lists.reason_headers:
        return None if _says_nothing(text, lists) else "not_given"
    if len(text) > _LONGEST:
        return None
    found = [
        _meaning(part if part in _TICKS else fold_name(part), header, lists)
        for part in (text, *_PARTS.split(text))
    ]
    if found[0] is not None:
        return found[0]
    known = {status for status in found[1:] if status is not None}
    return found[1] if len(known) == 1 and found[1] is not None else None


def _says_nothing(text: str, lists: InfusionLists) -> bool:
    """Tell whether a cell for a reason holds none: `n/a`, `no`, `-`."""
    folded = fold_name(text)
    return folded in lists.no_reason or lists.status_words.get(folded) == "no"


def _meaning(word: str, header: str, lists: InfusionLists) -> Status | None:
    status = "yes" if word in _TICKS else lists.status_words.get(word)
    if status not in ("yes", "no"):
        return status
    yes = lists.yes_says(header)
    if yes is None:
        return None
    if yes == "given":
        return "given" if status == "yes" else "not_given"
    # "Cancelled: no" does not say that it was given.
    return "not_given" if status == "yes" else None


def answers_no(text: str, header: str, lists: InfusionLists) -> bool:
    """Tell whether a cell says "no" under a header such as "cancelled": nothing follows from it."""
    if _folded(header) in lists.reason_headers:
        return _says_nothing(text, lists)
    is_no = lists.status_words.get(fold_name(text)) == "no"
    return is_no and lists.yes_says(header) == "not_given"


def speaks_of_status(
    texts: TextColumn, header: str, lists: InfusionLists, *, is_headed: bool
) -> bool:
    """Tell whether one of the cells is a word of a status; words that may mean something else count
    only where the header says status (`is_headed`).
    """
    if _folded(header) in lists.reason_headers:
        return bool(texts.used())
    words = texts.words.filter(pc.invert(pc.match_substring_regex(texts.words, _DATE)))
    return any(
        (is_headed or fold_name(text) not in lists.weak_words)
        and (find_status(text, header, lists) is not None or answers_no(text, header, lists))
        for text in words.to_pylist()
        if text
    )


def read_statuses(
    columns: Iterable[tuple[str, TextColumn]],
    comments: Iterable[tuple[str, TextColumn]],
    beside: npt.NDArray[np.object_],
    lists: InfusionLists,
) -> StatusColumns:
    """Return what the columns say together.

    Args:
        columns: header and cells of each column of statuses.
        comments: of each column of free text: only a cell that begins with "not given" counts.
        beside: what each row says elsewhere, as a name of RANKS. lists: the words.
    """
    rank = np.array([_RANK[name] for name in beside], dtype=np.int8)
    words = np.where(beside == "none", "", beside).astype(object)
    told = [(header, texts, False) for header, texts in columns]
    told.sort(key=lambda column: _folded(column[0]) in lists.reason_headers)
    told += [(header, texts, True) for header, texts in comments]
    for header, texts, is_comment in told:
        ranks = [
            _rank_of(text, header, lists, is_comment=is_comment) for text in texts.words.to_pylist()
        ]
        here = texts.spread(np.array(ranks, dtype=np.int8))
        if _folded(header) in lists.reason_headers:
            # A reason against an infusion that was given: who is right, nobody can tell.
            here[(here == _RANK["not_given"]) & (rank == _RANK["given"])] = _RANK["unknown"]
        better = here < rank
        rank = np.where(better, here, rank).astype(np.int8)
        words[better] = np.array(texts.to_pylist(), dtype=object)[better]
    return StatusColumns(rank, words)


def _rank_of(text: str, header: str, lists: InfusionLists, *, is_comment: bool) -> int:
    status = find_status(text, header, lists) if text else None
    if is_comment:
        return _RANK["not_given"] if status == "not_given" else _RANK["none"]
    if status is not None:
        return _RANK[status]
    if text and answers_no(text, header, lists):
        return _RANK["none"]
    is_reason = _folded(header) in lists.reason_headers
    if not text and (is_reason or lists.yes_says(header) == "not_given"):
        return _RANK["none"]
    return _RANK["unknown"] if text else _RANK["blank"]
