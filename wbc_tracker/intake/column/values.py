"""What a column of value cells says: number, comparator, mark and unit,
with the decimal mark by evidence.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.arrays import Mask, Numbers
from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_words, unify_widths
from wbc_tracker.intake.column.decimal_marks import INDIAN, settle_mark
from wbc_tracker.intake.column.pairs import are_bracketed, are_spaced
from wbc_tracker.intake.column.surroundings import lower_footnote, read_behind, read_front
from wbc_tracker.intake.column.texts import is_blank, matches, to_mask

_PLAIN = r"^[0-9]*\.?[0-9]+$"
_NUMBER = r"[1-9][0-9]{0,2}(?:['’ ][0-9]{3})+\b(?:[.,][0-9]+)?|[0-9][0-9.,]*|[.,][0-9]+"
_SIGNED = rf"(?:[+\-−]\s*)?(?:{_NUMBER})(?:[eE][+-]?[0-9]+)?"
_TOKEN = rf"^(?P<before>(?:[^0-9.,+-]|\.[^0-9])*?)(?P<number>{_SIGNED})(?P<behind>.*)$"
#: Codes for a missing number; as a result of its own 999 is written 999.0.
_MISSING_CODE = r"^(?:999|9999|99999|999999|[-−](?:9|99|999|9999|99999)(?:[.,]0+)?)$"
#: No laboratory prints a power of more digits; 64 bits do not hold every one.
_EXPONENT = r"^(?:[eE][+-]?[0-9]{1,3})?$"
_VALID = {
    mark: rf"^(?:[1-9][0-9]{{0,2}}(?:{o}[0-9]{{3}})+|{INDIAN[mark]}|[0-9]*)(?:{m}[0-9]*)?$"
    for mark, m, o in ((".", r"\.", ","), (",", ",", r"\."))
}


@dataclass(frozen=True)
class ParsedValues:
    """A column of values, read. All arrays have one entry a cell.

    Attributes:
        number: float64; NaN where there is no number.
        comparator: "", "<", "<=", ">" or ">=".
        mark: the laboratory's mark glued to the value, or "".
        unit: the unit printed in the cell, or "".
        step: the printed rounding step (0.1 for 6.1), NaN without a number.
        no_result: the cell says that there is no result. negative: a number below zero.
        missing_code: a number that programs write for a missing one, such as 999 or -99.
        bracketed: one digit in brackets stands behind the number. spaced: a space stands in it that
            may part a percentage from a count.
    """

    number: Numbers
    comparator: npt.NDArray[np.object_]
    mark: npt.NDArray[np.object_]
    unit: npt.NDArray[np.object_]
    step: Numbers
    no_result: Mask
    negative: Mask
    missing_code: Mask
    bracketed: Mask
    spaced: Mask


def parse_values(
    texts: pa.Array,
    decimal: str | None,
    where: str,
    catalog: Catalog,
    *,
    proven: str | None = None,
    usual: str | None = None,
) -> ParsedValues:
    """Read one column of value cells.

    A sign in front is a sign: `- 2.1` is a negative number, never a marked 2.1. A group of
    thousands does not begin with 0: `0,500` is no 500.

    Args:
        texts: the trimmed cells.
        decimal: `.` or `,` if the user settled it.
        where: file and header, for the message.
        catalog: words and units.
        proven: the decimal mark that the file proves outside of these texts, as by the numeric
            cells of a workbook.
        usual: the decimal mark that a profile of the user gives, for a column that proves none.

    Raises:
        AmbiguousFileError: the decimal mark is not proved by the column, or both marks are; or a
            text has a separator that can be the other mark than the proven one.
    """
    read = read_values(texts, catalog)
    mark = decimal or settle_mark(read.separated, where, proven, usual)
    return read.with_mark(mark)


@dataclass(frozen=True)
class ReadValues:
    """A column of value cells of which all is read but what a comma and a point mean.

    Attributes:
        texts: the trimmed cells. tokens: their numbers as printed.
        is_number: the cell is a number, with what is known around it.
        comparator, mark, unit, no_result: see `ParsedValues`. is_below_zero: a sign in front.
    """

    texts: pa.Array
    tokens: pa.Array
    is_number: Mask
    comparator: npt.NDArray[np.object_]
    mark: npt.NDArray[np.object_]
    unit: npt.NDArray[np.object_]
    no_result: Mask
    is_below_zero: Mask

    @property
    def separated(self) -> pa.Array:
        """The numbers with a comma or a point, which prove the decimal mark."""
        tokens = self.tokens.filter(pa.array(self.is_number))
        tokens = tokens.filter(pc.match_substring_regex(tokens, "[.,]"))
        return pc.replace_substring_regex(tokens, "[eE].*$|['’ ]", "")

    def with_mark(self, decimal: str) -> ParsedValues:
        """Return the values, read with a decimal mark."""
        texts = self.texts
        values, step = _to_numbers(self.tokens, decimal)
        values[~self.is_number] = np.nan
        step[np.isnan(values)] = np.nan
        return ParsedValues(
            values,
            self.comparator,
            self.mark,
            self.unit,
            step,
            self.no_result,
            self.is_below_zero & ~np.isnan(values) & (values != 0),
            matches(texts, _MISSING_CODE),
            are_bracketed(texts),
            are_spaced(texts),
        )


def read_values(texts: pa.Array, catalog: Catalog) -> ReadValues:
    """Read what needs no decimal mark; see `parse_values`."""
    size = len(texts)
    no_result = to_mask(pc.is_in(pc.utf8_lower(texts), value_set=pa.array(catalog.words.no_result)))
    plain = matches(texts, _PLAIN)
    rest = np.flatnonzero(~plain & ~no_result)
    before, number, behind = _cut(texts.take(pa.array(rest)))
    comparator, mark, unit = (np.full(size, "", dtype=object) for _ in range(3))
    understood = np.zeros(size, dtype=bool)
    comparator[rest], mark[rest], unit[rest], understood[rest] = _explain(before, behind, catalog)
    unclear = rest[~understood[rest] | is_blank(number)]
    no_result[unclear] = _say_no_result(texts.take(pa.array(unclear)), catalog)
    tokens = pc.if_else(pa.array(plain), texts, "")
    if len(rest):
        others = np.zeros(size, dtype=bool)
        others[rest] = True
        tokens = pc.replace_with_mask(tokens, pa.array(others), number)
    negative = matches(tokens, "^[-−]")
    tokens = pc.replace_substring_regex(tokens, r"^[+\-−]\s*", "")
    return ReadValues(
        texts, tokens, plain | understood, comparator, mark, unit, no_result, negative
    )


def _to_numbers(tokens: pa.Array, decimal: str) -> tuple[Numbers, Numbers]:
    """Return numbers and their rounding steps; NaN where a token is not a number with this decimal
    mark.
    """
    other = "," if decimal == "." else "."
    exponent = pc.replace_substring_regex(tokens, r"^[^eE]*", "")
    mantissa = pc.replace_substring_regex(tokens, r"[eE].*$", "")
    mantissa = pc.replace_substring_regex(mantissa, "['’ ]", "")
    valid = matches(mantissa, _VALID[decimal]) & matches(mantissa, "[0-9]")
    valid &= matches(exponent, _EXPONENT)
    mantissa = pc.replace_substring(mantissa, other, "")
    mantissa = pc.replace_substring(mantissa, ",", ".")
    point = np.asarray(pc.find_substring(mantissa, "."))
    decimals = np.where(point < 0, 0, np.asarray(pc.binary_length(mantissa)) - point - 1)
    text = pc.if_else(pa.array(valid), pc.binary_join_element_wise(mantissa, exponent, ""), None)
    numbers = np.array(pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    power = pc.replace_substring_regex(pc.if_else(pa.array(valid), exponent, ""), "^[eE]", "")
    power = pc.cast(
        pc.if_else(pc.equal(power, ""), "0", pc.replace_substring_regex(power, r"^\+", "")),
        pa.int64(),
    )
    return numbers, 10.0 ** np.clip(np.asarray(power, dtype=np.float64) - decimals, -300, 300)


def _cut(texts: pa.Array) -> tuple[list[str], pa.Array, list[str]]:
    """Cut each cell into what stands before the number, the number, and what stands behind it."""
    ascii_only = pc.string_is_ascii(texts)
    if not pc.all(ascii_only).as_py():
        texts = pa.array(
            [unify_widths(lower_footnote(text)) for text in texts.to_pylist()], pa.string()
        )
    parts = pc.extract_regex(texts, _TOKEN)
    before, number, behind = (pc.fill_null(pc.struct_field(parts, i), "") for i in range(3))
    return before.to_pylist(), number, behind.to_pylist()


def _explain(before: list[str], behind: list[str], catalog: Catalog) -> tuple[Any, Any, Any, Any]:
    """Explain what stands around the numbers: comparator before; mark and unit behind.

    Works on the distinct texts: a column has few of them.
    """
    fronts = {text: read_front(text, catalog) for text in set(before)}
    backs = {text: read_behind(text, catalog) for text in set(behind)}
    around = [(fronts[first], backs[last]) for first, last in zip(before, behind, strict=True)]
    return (
        [front[0] if front else "" for front, _ in around],
        [" ".join(filter(None, (front and front[1], back and back[0]))) for front, back in around],
        [back[1] if back else "" for _, back in around],
        [front is not None and back is not None for front, back in around],
    )


def _say_no_result(texts: pa.Array, catalog: Catalog) -> list[bool]:
    """Tell which texts say that there is no result, whatever their accents,
    width and last full stop.
    """
    known = set(catalog.words.no_result)
    plain = [fold_words(unify_widths(text)) for text in texts.to_pylist()]
    return [text in known or text.removesuffix(".") in known for text in plain]
