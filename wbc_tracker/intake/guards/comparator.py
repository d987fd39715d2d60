"""Comparators in a column of their own: signs, words, and codes such as `LT`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import numpy as np
import pyarrow as pa

from wbc_tracker.arrays import Mask
from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.columns import header_words, load_columns
from wbc_tracker.catalog.fold import fold_words
from wbc_tracker.intake.column.telling import telling
from wbc_tracker.intake.column.texts import TextColumn

#: Codes that mean something else in other columns: equal, less, greater; low; zero.
_WEAK = frozenset(("e", "l", "g", "0", "=", "==", "eq"))
NONE = "="
#: Comparators as signs. HL7 writes `<` and `>` among the marks of a laboratory: beyond what the
#: instrument can measure.
SIGNS: Mapping[str, str] = MappingProxyType(
    {"<": "<", ">": ">", "<=": "<=", ">=": ">=", "≤": "<=", "≥": ">=", "=<": "<=", "=>": ">="}
)
_SIGN_IN_MARK = re.compile(r"^[^<>≤≥]*?([<>]=|=?[<>]|[≤≥])(?![\s=]*[0-9])[^<>≤≥]*$")
_LONGEST_MARK = 12
#: Codes of comparators are as short as marks; what is longer is words.
_LONGEST_CODE = 2


@dataclass(frozen=True)
class ComparatorEvidence:
    """What the cells of one column say.

    Attributes:
        proofs: cells that are comparators and nothing else. weak: cells that may be comparators.
        others: how many distinct texts are none. marks: how many of those are marks or verdicts of
            a laboratory. signs: comparators as signs.
    """

    proofs: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    others: int = 0
    marks: int = 0
    signs: frozenset[str] = frozenset()


def sign_of(text: str, catalog: Catalog) -> str | None:
    """Return the sign that a cell means: "" for none (empty, `EQ`), None where it is not known."""
    folded = text.casefold()
    if not folded:
        return ""
    sign = catalog.words.comparators.get(folded) or load_columns().comparator_codes.get(
        fold_words(text)
    )
    return "" if sign == NONE else sign


@cache
def _signs_pattern(catalog: Catalog) -> str:
    """Return a pattern for texts that may be comparators, folded."""
    words = {*catalog.words.comparators, *load_columns().comparator_codes}
    spelled = "|".join(re.escape(word) for word in sorted(words))
    return f"^(?:{spelled})$"


def _is_a_word(folded: str) -> bool:
    """Tell whether a comparator is one plain word (`over`, `max`), which may be a mark."""
    return folded.isalpha() and folded not in load_columns().comparator_codes


def gather(texts: TextColumn, catalog: Catalog) -> ComparatorEvidence:
    """Return what the cells of a column say."""
    tendencies = {*catalog.words.high_marks, *catalog.words.low_marks}
    proofs: set[str] = set()
    weak: set[str] = set()
    others = marks = 0
    for text in telling(texts, _signs_pattern(catalog)):
        folded = fold_words(text)
        if sign_of(text, catalog) is None:
            others += 1
            marks += is_mark(text, catalog)
        elif folded in _WEAK or folded in tendencies or _is_a_word(folded):
            weak.add(folded)
        else:
            proofs.add(folded)
    signs = frozenset(SIGNS).intersection(proofs)
    return ComparatorEvidence(frozenset(proofs), frozenset(weak), others, marks, signs)


def is_mark(text: str, catalog: Catalog) -> bool:
    """Tell whether a text is a mark or a verdict of a laboratory that says high, low or normal."""
    folded = fold_words(text)
    words = catalog.words
    return (
        folded in load_columns().verdicts or folded in words.high_marks or folded in words.low_marks
    )


def merge(first: ComparatorEvidence, second: ComparatorEvidence) -> ComparatorEvidence:
    """Return the evidence of two blocks."""
    return ComparatorEvidence(
        first.proofs | second.proofs,
        first.weak | second.weak,
        max(first.others, second.others),
        max(first.marks, second.marks),
        first.signs | second.signs,
    )


def are_comparators(evidence: ComparatorEvidence) -> bool:
    """Tell whether a column holds comparators: most of its texts are, and one can be nothing else.

    `L` and `G` beside each other, or beside `E`, are less, greater and equal; `L` and `H` are not.
    Beside a mark that is no comparator (`N`, `HH`) a sign is one of the marks.
    """
    if evidence.signs and evidence.marks:
        return False
    if evidence.proofs:
        return len(evidence.proofs) + len(evidence.weak) >= evidence.others
    letters = evidence.weak & {"l", "g", "e"}
    limits = letters & {"l", "g"}
    return not evidence.others and bool(limits) and (len(letters) > 1 or "g" in letters)


def holds_signs(evidence: ComparatorEvidence) -> bool:
    """Tell whether signs stand in a column among marks or other texts, whose rows they limit."""
    return bool(evidence.signs) and not are_comparators(evidence)


def may_be_comparators(evidence: ComparatorEvidence) -> bool:
    """Tell whether a column holds nothing but texts that may be comparators or marks (`L`,
    `below`).
    """
    plain = evidence.weak - {"e", "=", "==", "eq", "0"}
    return bool(plain) and not (evidence.others or evidence.proofs)


def signs_among(texts: Iterable[str], catalog: Catalog) -> tuple[list[str], bool]:
    """Return the signs among the marks of a laboratory, and whether another mark shows that they
    are none of high and low themselves.
    """
    found = list(texts)
    signs = [text for text in found if sign_in_mark(text)]
    return signs, any(is_mark(text, catalog) or _sign_in_words(text) for text in found)


def sign_in_mark(text: str) -> str:
    """Return the comparator that a mark is or holds (`<`, `L <`, `<*`), "" for none; `L (<4.0)`
    tells an interval, and of two signs (`<b>`) neither is one.
    """
    found = _SIGN_IN_MARK.match(text) if len(text) <= _LONGEST_MARK else None
    return SIGNS[found[1]] if found else _sign_in_words(text)


def _sign_in_words(text: str) -> str:
    """Return the comparator of words such as `below detection limit`, which no mark means."""
    folded = fold_words(text)
    sign = load_columns().comparator_codes.get(folded, NONE)
    is_code = len(folded) <= _LONGEST_CODE or folded.isdecimal()
    return "" if is_code or sign == NONE else sign


def limits_header(header: str) -> bool:
    """Tell whether a header says that its answers tell which values are limits (`Censored`)."""
    return header_words(header) in load_columns().limit_headers


def signs_of(marks: TextColumn) -> TextColumn:
    """Return the comparator of each mark that is a sign, "" for the others."""
    signs = [sign_in_mark(text) for text in marks.words.to_pylist()]
    return TextColumn(marks.codes, pa.array(signs, pa.string()))


def join_signs(
    comparator: TextColumn, beside: TextColumn, catalog: Catalog
) -> tuple[TextColumn, Mask]:
    """Return the comparators of value cells, where they have none those of a column beside them;
    and where that column holds no comparator, or another one than the cell.
    """
    meant = [sign_of(text, catalog) for text in beside.words.to_pylist()]
    column = TextColumn(beside.codes, pa.array([word or "" for word in meant], pa.string()))
    unknown = beside.spread(np.array([word is None for word in meant], dtype=bool))
    at = np.flatnonzero(~comparator.is_blank() & ~column.is_blank())
    pairs = zip(comparator.take(at), column.take(at), strict=True)
    unknown[at] |= np.array([in_cell != other for in_cell, other in pairs], dtype=bool)
    return comparator.or_else(column), unknown
