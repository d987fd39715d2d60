"""What a column of value cells says: number, comparator, mark and unit, with the decimal mark by evidence."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import unify_widths
from wbc_tracker.errors import AmbiguousFileError
from wbc_tracker.intake.masks import matches, to_mask
from wbc_tracker.intake.units import looks_like_unit

_PLAIN = r"^[0-9]*\.?[0-9]+$"
_NUMBER = r"[0-9]{1,3}(?:['’ ][0-9]{3})+\b(?:[.,][0-9]+)?|[0-9][0-9.,]*|[.,][0-9]+"
_TOKEN = rf"^(?P<before>[^0-9.,+-]*?)\s*(?P<number>[+\-−]?\s*(?:{_NUMBER})(?:[eE][+-]?[0-9]+)?)(?P<behind>.*)$"
#: One separator followed by exactly three digits: a thousands mark or a decimal mark.
_EITHER = r"^[1-9][0-9]{0,2}[.,][0-9]{3}$"
_PROVES_DECIMAL = {
    mark: rf"^[0-9]*{m}[0-9]+$|^[0-9]{{1,3}}(?:{o}[0-9]{{3}})+{m}[0-9]+$|^[1-9][0-9]{{0,2}}(?:{o}[0-9]{{3}}){{2,}}$"
    for mark, m, o in ((".", r"\.", ","), (",", ",", r"\."))
}
_VALID = {
    mark: rf"^(?:[0-9]{{1,3}}(?:{o}[0-9]{{3}})+|[0-9]*)(?:{m}[0-9]*)?$"
    for mark, m, o in ((".", r"\.", ","), (",", ",", r"\."))
}


@dataclass(frozen=True)
class ValueColumn:
    """A column of values, read. All arrays have one entry a cell.

    Attributes:
        number: float64; NaN where there is no number.
        comparator: "", "<", "<=", ">" or ">=".
        mark: the laboratory's mark glued to the value, or "".
        unit: the unit printed in the cell, or "".
        step: the printed rounding step (0.1 for 6.1), NaN without a number.
        no_result: the cell says that there is no result. negative: a number below zero.
    """

    number: npt.NDArray[np.float64]
    comparator: npt.NDArray[np.object_]
    mark: npt.NDArray[np.object_]
    unit: npt.NDArray[np.object_]
    step: npt.NDArray[np.float64]
    no_result: npt.NDArray[np.bool_]
    negative: npt.NDArray[np.bool_]


def parse_values(texts: pa.Array, decimal: str | None, where: str, catalog: Catalog) -> ValueColumn:
    """Read one column of value cells.

    Args:
        texts: the trimmed cells.
        decimal: `.` or `,` if the user settled it.
        where: file and header, for the message.

    Raises:
        AmbiguousFileError: the decimal mark is not proved by the column, or both marks are.
    """
    size = len(texts)
    no_result = _is_one_of(texts, catalog.words.no_result)
    plain = matches(texts, _PLAIN)
    rest = np.flatnonzero(~plain & ~no_result)
    before, number, behind = _cut(texts.take(pa.array(rest)))
    comparator, mark, unit = (np.full(size, "", dtype=object) for _ in range(3))
    understood = np.zeros(size, dtype=bool)
    comparator[rest], mark[rest], unit[rest], understood[rest] = _explain(before, behind, catalog)
    tokens = pc.if_else(pa.array(plain), texts, "")
    if len(rest):
        tokens = pc.replace_with_mask(tokens, pa.array(~plain & ~no_result), number)
    negative = matches(tokens, "^[-−]")
    tokens = pc.replace_substring_regex(tokens, r"^[+\-−]\s*", "")
    proving = tokens.filter(pa.array(plain | understood))
    chosen = decimal or find_decimal_mark(pc.replace_substring_regex(proving, "[eE].*$", ""), where)
    values, step = _to_numbers(tokens, chosen)
    values[~(plain | understood)] = np.nan
    step[np.isnan(values)] = np.nan
    return ValueColumn(values, comparator, mark, unit, step, no_result, negative & ~np.isnan(values) & (values != 0))


def find_decimal_mark(tokens: pa.Array, where: str) -> str:
    """Return the decimal mark that the numbers of one column prove; `.` if none has a separator.

    Raises:
        AmbiguousFileError: every separator is followed by exactly three digits, or both marks are proved.
    """
    separated = tokens.filter(pc.match_substring_regex(tokens, "[.,]"))
    either = pc.match_substring_regex(separated, _EITHER)
    certain = separated.filter(pc.invert(either))
    proof = {mark: certain.filter(pc.match_substring_regex(certain, p)) for mark, p in _PROVES_DECIMAL.items()}
    if len(proof["."]) and len(proof[","]):
        raise AmbiguousFileError(
            f"{where}: {proof['.'][0].as_py()!r} has a decimal point and {proof[','][0].as_py()!r} a decimal comma.",
            "Say which with --decimal . or --decimal , (cells with the other mark are then rejected).",
            code="decimal_ambiguous",
        )
    if not len(proof["."]) and not len(proof[","]) and len(separated) > len(certain):
        raise AmbiguousFileError(
            _two_readings(str(separated.filter(either)[0].as_py()), where),
            "Say which with --decimal . or --decimal ,",
            code="decimal_ambiguous",
        )
    return "," if len(proof[","]) else "."


def _two_readings(cell: str, where: str) -> str:
    digits = re.sub("[.,]", "", cell)
    fraction = re.sub("[.,]", ".", cell)
    return f"{where}: {cell!r} can be {fraction} or {digits}, and no other cell of the column proves which."


def _to_numbers(tokens: pa.Array, decimal: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return numbers and their rounding steps; NaN where a token is not a number with this decimal mark."""
    other = "," if decimal == "." else "."
    exponent = pc.replace_substring_regex(tokens, r"^[^eE]*", "")
    mantissa = pc.replace_substring_regex(tokens, r"[eE].*$", "")
    mantissa = pc.replace_substring_regex(mantissa, "['’ ]", "")
    valid = matches(mantissa, _VALID[decimal]) & matches(mantissa, "[0-9]")
    mantissa = pc.replace_substring(mantissa, other, "")
    mantissa = pc.replace_substring(mantissa, ",", ".")
    point = np.asarray(pc.find_substring(mantissa, "."))
    decimals = np.where(point < 0, 0, np.asarray(pc.binary_length(mantissa)) - point - 1)
    text = pc.if_else(pa.array(valid), pc.binary_join_element_wise(mantissa, exponent, ""), None)
    numbers = np.array(pc.cast(text, pa.float64()).to_numpy(zero_copy_only=False), dtype=np.float64)
    power = pc.replace_substring_regex(exponent, "^[eE]", "")
    power = pc.cast(pc.if_else(pc.equal(power, ""), "0", pc.replace_substring_regex(power, r"^\+", "")), pa.int64())
    return numbers, 10.0 ** np.clip(np.asarray(power, dtype=np.float64) - decimals, -300, 300)


def _cut(texts: pa.Array) -> tuple[list[str], pa.Array, list[str]]:
    """Cut each cell into what stands before the number, the number, and what stands behind it."""
    ascii_only = pc.string_is_ascii(texts)
    if not pc.all(ascii_only).as_py():
        texts = pa.array([unify_widths(text) for text in texts.to_pylist()], pa.string())
    parts = pc.extract_regex(texts, _TOKEN)
    before, number, behind = (pc.fill_null(pc.struct_field(parts, i), "") for i in range(3))
    return before.to_pylist(), number, behind.to_pylist()


def _explain(before: list[str], behind: list[str], catalog: Catalog) -> tuple[Any, Any, Any, Any]:
    """Explain what stands around the numbers: comparator before; mark and unit behind.

    Works on the distinct texts: a column has few of them.
    """
    fronts = {text: _comparator(text, catalog) for text in set(before)}
    backs = {text: _mark_and_unit(text, catalog) for text in set(behind)}
    comparators = [fronts[text] for text in before]
    ends = [backs[text] for text in behind]
    return (
        [comparator or "" for comparator in comparators],
        [end[0] if end else "" for end in ends],
        [end[1] if end else "" for end in ends],
        [front is not None and end is not None for front, end in zip(comparators, ends, strict=True)],
    )


def _comparator(text: str, catalog: Catalog) -> str | None:
    plain = " ".join(text.casefold().split())
    return "" if not plain else catalog.words.comparators.get(plain)


def _mark_and_unit(text: str, catalog: Catalog) -> tuple[str, str] | None:
    """Return (mark, unit) for the text behind a number, or None if it is something else."""
    text = text.strip()
    marks = catalog.words.result_marks
    if not text or text.casefold() in marks:
        return text, ""
    if looks_like_unit(text, catalog):
        return "", text
    words = text.split()
    for mark, unit in ((words[0], " ".join(words[1:])), (words[-1], " ".join(words[:-1]))):
        if mark.casefold() in marks and unit and looks_like_unit(unit, catalog):
            return mark, unit
    return None


def _is_one_of(texts: pa.Array, words: tuple[str, ...]) -> npt.NDArray[np.bool_]:
    folded = pc.utf8_lower(texts)
    return to_mask(pc.is_in(folded, value_set=pa.array(words)))
