"""Which of very many texts can say something: found by patterns, before each is looked at alone.

A column of comments or ids may hold a million texts. The patterns let through all that words of a
list can be found in, and a little more; the exact question is asked of those, and of the first
texts of every column.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.arrays import Mask
from wbc_tracker.intake.column.texts import TextColumn, matches, to_mask

#: So many texts of a column are always looked at one by one.
ALWAYS = 1_000
#: Letters that lose no accent when decomposed.
_LETTERS = {"ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "ı": "i", "ß": "ss"}
#: What may stand beside a word, and between two; wider classes make the patterns slow.
_EDGE, _BETWEEN = "[^a-z0-9]", "[ ._-]"
Answer = TypeVar("Answer")


def words_pattern(words: Iterable[str], stems: Iterable[str] = ()) -> str:
    """Return a pattern for texts that hold one of some folded words or phrases, or a word that
    begins with one of some stems.
    """
    whole = "|".join(_spaced(word) for word in sorted(words))
    begun = "|".join(_spaced(stem) for stem in sorted(stems))
    either = [f"(?:{whole})(?:$|{_EDGE})"] if whole else []
    either += [f"(?:{begun})"] if begun else []
    return f"(?:^|{_EDGE})(?:{'|'.join(either) or 'x^'})"


def whole_pattern(words: Iterable[str]) -> str:
    """Return a pattern for texts that are one of some folded words or phrases."""
    return f"^(?:{'|'.join(_spaced(word) for word in sorted(words))})$"


def _spaced(phrase: str) -> str:
    """Return a pattern for a phrase, whatever signs stand between its words."""
    return _BETWEEN.join(re.escape(word) for word in phrase.split())


def can_match(words: pa.Array, pattern: str) -> Mask:
    """Return which texts match a pattern of folded words, whatever their case and accents; of few
    texts all.
    """
    if len(words) <= ALWAYS:
        return np.ones(len(words), dtype=bool)
    found = matches(pc.utf8_lower(words), pattern)
    foreign = np.flatnonzero(~to_mask(pc.string_is_ascii(words)))
    if len(foreign):
        found[foreign] |= matches(_plain(words.take(pa.array(foreign))), pattern)
    found[:ALWAYS] = True
    return found


def _plain(words: pa.Array) -> pa.Array:
    """Return texts in small letters without accents, as `fold_words` folds them."""
    plain = pc.utf8_normalize(pc.utf8_lower(words), form="NFKD")
    plain = pc.replace_substring_regex(plain, r"\pM+", "")
    for letter, folded in _LETTERS.items():
        plain = pc.replace_substring(plain, letter, folded)
    return plain


def telling(texts: TextColumn, pattern: str) -> list[str]:
    """Return the texts of a column that may say something: the first ones, and those that match."""
    words = texts.used_words() if len(texts) else texts.words
    chosen = np.flatnonzero(can_match(words, pattern))[: 2 * ALWAYS]
    return list(dict.fromkeys(words.take(pa.array(chosen)).to_pylist()))


def judge(
    words: pa.Array, pattern: str, question: Callable[[str], Answer], otherwise: Answer
) -> list[Answer]:
    """Return the answer to a question for each text, where only those that match a pattern can have
    another one than `otherwise`.
    """
    if len(words) <= ALWAYS:
        return [question(text) for text in words.to_pylist()]
    answers = [otherwise] * len(words)
    at = np.flatnonzero(can_match(words, pattern))
    for place, text in zip(at.tolist(), words.take(pa.array(at)).to_pylist(), strict=True):
        answers[place] = question(text)
    return answers
