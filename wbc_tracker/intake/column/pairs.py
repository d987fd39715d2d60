"""Cells with a count and its percentage, `1.8 (29.5%)`: two results; the sign tells which."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.arrays import Mask
from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_name
from wbc_tracker.catalog.naming import name_table
from wbc_tracker.intake.column.texts import TextColumn, matches

_NUMBER = r"(?:[<>≤≥]=?\s*)?[0-9]+(?:[.,][0-9]+)*"
_FORMS = tuple(
    form.replace("COUNT", f"(?P<count>{_NUMBER})").replace("SHARE", rf"(?P<share>{_NUMBER}\s*%)")
    for form in (
        r"^COUNT\s*[(\[]\s*SHARE\s*[)\]]$",
        r"^SHARE\s*[(\[]\s*COUNT\s*[)\]]$",
        r"^COUNT\s*[/;|]\s*SHARE$",
        r"^SHARE\s*(?:[/;|]|\s)\s*COUNT$",
        r"^COUNT\s+SHARE$",
    )
)
#: A bracket behind a number with one digit: a footnote, or the percentage of a count; not a power.
_BRACKETED = r"[0-9]\s*[(\[][1-9][)\]]"
_POWER = r"[x×*·]\s*10\s*[(\[]|\s10[(\[][1-9][)\]]\s*/"
#: A plain space before three digits: thousands, or a percentage and a count. No percentage is above
#: 100, and no count begins with 0; a narrow space is typeset, and between thousands only.
_SPACED = r"(?:^|[^0-9.,])(?:[1-9][0-9]?|100) [1-9][0-9]{2}(?:[^0-9 .,]|$)"


def cut_pairs(columns: list[TextColumn]) -> tuple[list[TextColumn], list[TextColumn]]:
    """Return value columns with the count alone, and as many with the percentages ("" for none).

    Without any pair the second list is empty.
    """
    cut = [_cut(column.words) for column in columns]
    if not any(share is not None for _, share in cut):
        return columns, []
    counts = [
        TextColumn(column.codes, count) for column, (count, _) in zip(columns, cut, strict=True)
    ]
    shares = [
        TextColumn(column.codes, pa.array([""] * len(column.words)) if share is None else share)
        for column, (_, share) in zip(columns, cut, strict=True)
    ]
    return counts, shares


def _cut(words: pa.Array) -> tuple[pa.Array, pa.Array | None]:
    """Return counts and percentages of texts; texts without a pair stay whole."""
    may = matches(words, r"[0-9]\s*%") & matches(words, r"[0-9]\s*[%)\]]?\s*[(\[/;| ]\s*[<>≤≥0-9]")
    if not may.any():
        return words, None
    count, share = words, pa.array([""] * len(words))
    for form in _FORMS:
        parts = pc.extract_regex(words, form)
        fits = pc.and_(pa.array(may), pc.is_valid(parts))
        count = pc.if_else(fits, pc.struct_field(parts, "count"), count)
        share = pc.if_else(fits, pc.struct_field(parts, "share"), share)
    return (count, share) if pc.any(pc.not_equal(share, "")).as_py() else (words, None)


def name_of_share(name: str, catalog: Catalog) -> str:
    """Return the name of the percentage in a cell whose test is named as a count: `CD19 abs`."""
    names = name_table(catalog)
    ids = names.get(fold_name(name), ())
    stem = names.with_signs(fold_name(name)).rstrip("#% ").removesuffix(" count")
    return f"{stem} %" if len(ids) == 1 and f"{stem} %" in names else name


def are_bracketed(texts: pa.Array) -> Mask:
    """Return which texts have one digit in brackets behind a number."""
    return matches(texts, _BRACKETED) & ~matches(texts, _POWER)


def are_spaced(texts: pa.Array) -> Mask:
    """Return which texts have a space that may stand between a percentage and a count."""
    return matches(texts, _SPACED)
