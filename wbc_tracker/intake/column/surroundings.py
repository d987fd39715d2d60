"""What stands around the number of a value cell: comparator, mark, footnote and unit,
in any language.
"""

from __future__ import annotations

import re
from functools import cache

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_words
from wbc_tracker.intake.column.units import looks_like_unit

_FOOTNOTE = re.compile(r"[(\[][1-9][)\]]")
_SIGNS = re.compile(r"^([*!↑↓▲▼]+)\s*(.*)$")
_LONGEST_MARK = 3  # words
#: A raised digit behind a number is a footnote, unless the number may be the ten of a power.
_RAISED = re.compile(r"^(.*[0-9])([¹²³⁴⁵⁶⁷⁸⁹])$")
_TEN = re.compile(r"(?:^|[^0-9.,])10$")
_DIGITS = str.maketrans("¹²³⁴⁵⁶⁷⁸⁹", "123456789")


def lower_footnote(text: str) -> str:
    """Return `5.4 (1)` for `5.4¹`; `10³` stays what it is."""
    raised = _RAISED.match(text)
    if not raised or _TEN.search(raised[1]):
        return text
    return f"{raised[1]} ({raised[2].translate(_DIGITS)})"


def read_front(text: str, catalog: Catalog) -> tuple[str, str] | None:
    """Return (comparator, mark) for the text before a number, or None if it is something else.

    Only marks that say high or low, and signs, may stand in front, a word with a space behind it:
    `H 4.3`, `*4.3`, `↓ 2.1`. `C3` is no marked 3.
    """
    plain = fold_words(text)
    comparators = catalog.words.comparators
    if not plain or plain in comparators:
        return comparators.get(plain, ""), ""
    signs = _SIGNS.match(plain)
    if signs:
        rest = read_front(signs[2], catalog)
        return (rest[0], " ".join(filter(None, (signs[1], rest[1])))) if rest else None
    head, _, rest_text = text.strip().partition(" ")
    if plain in _tendencies(catalog) and text[-1:].isspace():
        return "", text.strip()
    if fold_words(head) in _tendencies(catalog) and fold_words(rest_text) in comparators:
        return comparators[fold_words(rest_text)], head
    return None


def read_behind(text: str, catalog: Catalog) -> tuple[str, str] | None:
    """Return (mark, unit) for the text behind a number, or None if it is something else.

    Marks and footnotes may stand on both sides of the unit: `H 10^9/L`, `10^9/L (1) zu hoch`.
    """
    words = text.split()
    before: list[str] = []
    behind: list[str] = []
    while words:
        whole = " ".join(words)
        if _is_mark(whole, catalog):
            return " ".join([*before, whole, *behind]), ""
        if looks_like_unit(whole, catalog):
            return " ".join([*before, *behind]), whole
        for size in range(min(_LONGEST_MARK, len(words) - 1), 0, -1):
            if _is_mark(" ".join(words[-size:]), catalog):
                words, behind = words[:-size], [*words[-size:], *behind]
                break
            if _is_mark(" ".join(words[:size]), catalog):
                words, before = words[size:], [*before, *words[:size]]
                break
        else:
            return None
    return " ".join([*before, *behind]), ""


def _is_mark(text: str, catalog: Catalog) -> bool:
    return fold_words(text) in _marks(catalog) or _FOOTNOTE.fullmatch(text) is not None


@cache
def _marks(catalog: Catalog) -> frozenset[str]:
    return frozenset(catalog.words.result_marks)


@cache
def _tendencies(catalog: Catalog) -> frozenset[str]:
    """Return the marks that say high or low."""
    return frozenset((*catalog.words.high_marks, *catalog.words.low_marks))
