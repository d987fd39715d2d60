"""Which of the known words an unknown one is nearly: for "did you mean", never for a reading."""

from __future__ import annotations

import re
from collections.abc import Iterable

#: How alike two words must be (difflib's ratio), how much less than the nearest another one may be,
#: and how many are named.
_ALIKE, _WITHIN, _MOST = 0.65, 0.1, 3
#: A part of a word, from so many letters on, is as near to it as one misspelled in this degree.
_PART, _PART_LETTERS = 0.8, 4
#: How alike a misspelled id of a patient must be.
_IDS_ALIKE = 0.8
_LEADING_ZEROS = re.compile(r"(?<!\d)0+(?=\d)")


def nearest(
    word: str, known: Iterable[str], *, alike: float = _ALIKE, most: int = _MOST
) -> list[str]:
    """Return the known words that an unknown one may be a slip of, the nearest first.

    Case, and whether words are joined by a hyphen, an underscore or a space, make no difference.

    Args:
        word: as typed. known: what it could be.
        alike: how alike they must be, 1 being the same. most: how many are returned.
    """
    # Here, because nearly no call of the program comes to it.
    from difflib import SequenceMatcher

    sought = _plain(word)
    matcher = SequenceMatcher(a="", b=sought, autojunk=False)
    found = []
    for place, other in enumerate(dict.fromkeys(known)):
        matcher.set_seq1(_plain(other))
        is_part = len(sought) >= _PART_LETTERS and sought in _plain(other)
        likeness = _PART if is_part and alike <= _PART else 0.0
        if matcher.real_quick_ratio() >= alike and matcher.quick_ratio() >= alike:
            likeness = max(likeness, matcher.ratio())
        if likeness >= alike:
            found.append((-likeness, place, other))
    best = sorted(found)[:most]
    return [other for likeness, _, other in best if likeness <= best[0][0] + _WITHIN]


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return the question that stands behind "there is no such", with a space before it, or ""."""
    return meant_words(nearest(word, known))


def meant_words(guesses: Iterable[str]) -> str:
    """Return the same question about words that were found already."""
    told = " or ".join(map(repr, guesses))
    return f" Did you mean {told}?" if told else ""


def ids_like(patient_id: str, ids: Iterable[str]) -> list[str]:
    """Return the ids that an unknown one may be a slip of: the same but for zeros in front, case
    and spaces, or, of ids with letters, one that is spelled nearly so.

    Two numbers that differ by a digit are two people, and none is a slip of the other.
    """
    known = list(ids)
    same = [other for other in known if id_core(other) == id_core(patient_id)]
    if same or patient_id.isdigit():
        return same
    return nearest(patient_id, [i for i in known if not i.isdigit()], alike=_IDS_ALIKE, most=1)


def id_core(patient_id: str) -> str:
    """Return an id without zeros in front of its numbers, in one case and without spaces."""
    return _LEADING_ZEROS.sub("", "".join(patient_id.split()).casefold())


def _plain(word: str) -> str:
    return word.casefold().replace("-", "_").replace(" ", "_").strip("_")
