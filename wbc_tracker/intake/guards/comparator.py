"""Comparators in a column of their own: signs, words, and codes such as `LT`."""

from __future__ import annotations

from dataclasses import dataclass

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.columns import load_columns
from wbc_tracker.catalog.fold import fold_words
from wbc_tracker.intake.column.texts import TextColumn

#: Codes that mean something else in other columns: equal, less, greater; low; zero.
_WEAK = frozenset(("e", "l", "g", "0", "=", "==", "eq"))
NONE = "="


@dataclass(frozen=True)
class ComparatorEvidence:
    """What the cells of one column say.

    Attributes:
        proofs: cells that are comparators and nothing else. weak: cells that may be comparators.
        others: how many distinct texts are none.
    """

    proofs: frozenset[str] = frozenset()
    weak: frozenset[str] = frozenset()
    others: int = 0


def sign_of(text: str, catalog: Catalog) -> str | None:
    """Return the sign that a cell means: "" for none (empty, `EQ`), None where it is not known."""
    folded = text.casefold()
    if not folded:
        return ""
    sign = catalog.words.comparators.get(folded) or load_columns().comparator_codes.get(
        fold_words(text)
    )
    return "" if sign == NONE else sign


def _is_a_word(folded: str) -> bool:
    """Tell whether a comparator is one plain word (`over`, `max`), which may be a mark."""
    return folded.isalpha() and folded not in load_columns().comparator_codes


def gather(texts: TextColumn, catalog: Catalog) -> ComparatorEvidence:
    """Return what the cells of a column say."""
    marks = {*catalog.words.high_marks, *catalog.words.low_marks}
    proofs: set[str] = set()
    weak: set[str] = set()
    others = 0
    for text in texts.used():
        folded = fold_words(text)
        if sign_of(text, catalog) is None:
            others += 1
        elif folded in _WEAK or folded in marks or _is_a_word(folded):
            weak.add(folded)
        else:
            proofs.add(folded)
    return ComparatorEvidence(frozenset(proofs), frozenset(weak), others)


def merge(first: ComparatorEvidence, second: ComparatorEvidence) -> ComparatorEvidence:
    """Return the evidence of two blocks."""
    return ComparatorEvidence(
        first.proofs | second.proofs, first.weak | second.weak, max(first.others, second.others)
    )


def are_comparators(evidence: ComparatorEvidence) -> bool:
    """Tell whether a column holds comparators: most of its texts are, and one can be nothing else.

    `L` and `G` beside each other, or beside `E`, are less, greater and equal; `L` and `H` are not.
    """
    if evidence.proofs:
        return len(evidence.proofs) + len(evidence.weak) >= evidence.others
    letters = evidence.weak & {"l", "g", "e"}
    limits = letters & {"l", "g"}
    return not evidence.others and bool(limits) and (len(letters) > 1 or "g" in letters)


def may_be_comparators(evidence: ComparatorEvidence) -> bool:
    """Tell whether a column holds nothing but texts that may be comparators or marks (`L`,
    `below`).
    """
    plain = evidence.weak - {"e", "=", "==", "eq", "0"}
    return bool(plain) and not (evidence.others or evidence.proofs)
