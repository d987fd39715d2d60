"""What a printed reference interval says: two limits, one limit, none, or nothing that can be read."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_unit, unify_widths
from wbc_tracker.intake.units import is_known_unit

_NUMBER = r"([0-9]+(?:[.,][0-9]+)?)"
_DASH = r"\s*(?:-|–|—|‐|−|~|\bto\b|\.\.+)\s*"  # the dashes that laboratories print
_TWO_SIDED = re.compile(rf"^{_NUMBER}\s*(?P<first>.*?){_DASH}{_NUMBER}(?P<rest>.*)$", re.IGNORECASE)
_ONE_SIDED = re.compile(rf"^(?P<sign><=|>=|<|>|≤|≥)\s*{_NUMBER}(?P<rest>.*)$")
_GROUPED = re.compile(r"(?<![0-9.,])([1-9][0-9]{0,2})[, ]([0-9]{3})(?![0-9])")


@dataclass(frozen=True)
class RangeColumn:
    """A column of intervals, read: limits in the printed unit (NaN: none), unit printed in the cell ("": none).

    `unreadable` marks cells that print something which is not an interval.
    """

    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]
    unit: npt.NDArray[np.object_]
    unreadable: npt.NDArray[np.bool_]


def parse_ranges(texts: pa.Array, decimal: str | None, catalog: Catalog) -> RangeColumn:
    """Read one column of reference intervals such as `4.0-11.0`, `<5`, `>= 60 %` or `3.6 - 10.0 /nl`.

    A limit that can be read in two ways (`4,000`) makes its cell unreadable unless `decimal` settles it;
    so does a low limit that is not below the high one. An interval is an aid: it is left out, never guessed.
    """
    encoded = pc.dictionary_encode(texts)
    parsed = [_parse(text, decimal, catalog) for text in encoded.dictionary.to_pylist()]
    table = pd.DataFrame(parsed, columns=["low", "high", "unit", "unreadable"])
    rows = table.iloc[encoded.indices.to_numpy(zero_copy_only=False)]
    return RangeColumn(
        rows["low"].to_numpy(dtype=np.float64),
        rows["high"].to_numpy(dtype=np.float64),
        rows["unit"].to_numpy(dtype=object),
        rows["unreadable"].to_numpy(dtype=bool),
    )


_UNREADABLE = (np.nan, np.nan, "", True)


def _parse(cell: str, decimal: str | None, catalog: Catalog) -> tuple[float, float, str, bool]:
    text = unify_widths(cell).strip().strip("()[]").strip()
    if text.casefold() in catalog.words.no_range:
        return (np.nan, np.nan, "", False)
    grouping = {",": ".", ".": ","}.get(decimal or "")
    if grouping:
        text = re.sub(rf"(?<=[0-9]){re.escape(grouping)}(?=[0-9]{{3}}(?![0-9]))", "", text)
    two_sided = _TWO_SIDED.match(text)
    if two_sided:
        low, high = _limit(two_sided[1], decimal), _limit(two_sided[3], decimal)
        units = [unit for unit in (two_sided["first"].strip(), two_sided["rest"].strip()) if unit]
        if low is None or high is None or low >= high or not all(is_known_unit(unit, catalog) for unit in units):
            return _UNREADABLE
        if len({fold_unit(unit) for unit in units}) > 1:
            return _UNREADABLE
        return (low, high, units[-1] if units else "", False)
    one_sided = _ONE_SIDED.match(text)
    if one_sided:
        limit, unit = _limit(one_sided[2], decimal), one_sided["rest"].strip()
        if limit is None or (unit and not is_known_unit(unit, catalog)):
            return _UNREADABLE
        upper = one_sided["sign"] in ("<", "<=", "≤")
        return (np.nan if upper else limit, limit if upper else np.nan, unit, False)
    return _UNREADABLE


def _limit(text: str, decimal: str | None) -> float | None:
    """Return the number, or None where a separator is followed by exactly three digits and nothing settles it."""
    if decimal is None and re.fullmatch(r"[1-9][0-9]{0,2}[.,][0-9]{3}", text):
        return None
    return float(text.replace(",", "."))
