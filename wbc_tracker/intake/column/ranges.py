"""What a printed reference interval says: two limits, one limit, none,
or nothing that can be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.arrays import Mask, Numbers
from wbc_tracker.catalog import Catalog
from wbc_tracker.catalog.fold import fold_unit, fold_words, unify_widths
from wbc_tracker.intake.column.texts import TextColumn
from wbc_tracker.intake.column.units import is_known_unit

_NUMBER = r"[0-9]+(?:[.,][0-9]+)?"
_DASH = r"-|–|—|‐|−|~|\.\.+"  # the dashes that laboratories print
#: `( 1.00 - 4.80 )` with or without a unit behind the bracket.
_BRACKETS = re.compile(r"^[(\[]\s*(.*?)\s*[)\]]\s*(.*)$")
#: One separator followed by exactly three digits: a group of thousands or a fraction.
_EITHER = re.compile(r"[1-9][0-9]{0,2}[.,][0-9]{3}")
#: `1,50,000`: groups of two above the thousands can be nothing else.
_LAKHS = re.compile(r"(?<![0-9.,])[1-9][0-9]?(?:,[0-9]{2})+,[0-9]{3}(?![0-9.,])")
_UNIT_THEN_NUMBER = re.compile(r"(?<=[a-z%])(?=[0-9])", re.IGNORECASE)

#: The mark of a number that can only be a fraction: not exactly three digits behind it, or only a 0
#: in front.
_FRACTION = re.compile(
    r"(?<![0-9.,])(?:0(?=[.,])|[0-9]{1,9}(?![.,][0-9]{3}(?![0-9])))([.,])[0-9]{1,9}(?![0-9.,])"
)
#: How words begin that stand behind a limit: `0.2 or less`.
_BEHIND = ("or ", "oder ")
#: No interval is longer; a cell of a million characters must not be searched.
_LONGEST = 200

Limits = tuple[float, float, str, bool]
_UNREADABLE = (np.nan, np.nan, "", True)


@dataclass(frozen=True)
class RangeColumn:
    """A column of intervals, read: limits in the printed unit (NaN: none), unit printed in the
    cell ("": none).

    `unreadable` marks cells that print something which is not an interval.
    """

    low: Numbers
    high: Numbers
    unit: npt.NDArray[np.object_]
    unreadable: Mask


def parse_ranges(texts: pa.Array, decimal: str | None, catalog: Catalog) -> RangeColumn:
    """Read one column of reference intervals such as `4.0-11.0`, `<5`, `4,0 bis 10,0 /nl` or `Low:
    4 High: 11`.

    A limit that can be read in two ways (`4,000`) makes its cell unreadable unless `decimal`, the
    other limit or the other cells of the column settle it; so does a low limit that is not below
    the high one. An interval is an aid: it is left out, never guessed.
    """
    encoded = pc.dictionary_encode(texts)
    cells = encoded.dictionary.to_pylist()
    mark = decimal or _proved_mark(cells)
    parsed = [_parse(text, mark, catalog) for text in cells]
    table = pd.DataFrame(parsed, columns=["low", "high", "unit", "unreadable"])
    rows = table.iloc[encoded.indices.to_numpy(zero_copy_only=False)]
    return RangeColumn(
        rows["low"].to_numpy(dtype=np.float64),
        rows["high"].to_numpy(dtype=np.float64),
        rows["unit"].to_numpy(dtype=object),
        rows["unreadable"].to_numpy(dtype=bool),
    )


@dataclass(frozen=True)
class _RangePatterns:
    """Regular expressions made from the words of all languages."""

    two_sided: re.Pattern[str]
    named: re.Pattern[str]
    one_sided: re.Pattern[str]
    limit_first: re.Pattern[str]


@cache
def _patterns(catalog: Catalog) -> _RangePatterns:
    words = catalog.words
    starts = _one_of({start for start, _ in words.range_words if start})
    ends = _one_of({end for _, end in words.range_words})
    behind = [word for word in words.comparators if word.startswith(_BEHIND)]
    return _RangePatterns(
        two_sided=re.compile(
            rf"^(?:(?P<start>{starts})\s+)?(?P<low>{_NUMBER})\s*(?P<first>.*?)"
            rf"(?:\s*(?:{_DASH})\s*|\s+(?P<end>{ends})\s+)(?P<high>{_NUMBER})(?P<rest>.*)$",
            re.IGNORECASE,
        ),
        named=re.compile(
            rf"^(?:{_one_of(words.low_marks)})\s*[:=]?\s*(?P<low>{_NUMBER})\s*(?P<first>.*?)[\s,;]+"
            rf"(?:{_one_of(words.high_marks)})\s*[:=]?\s*(?P<high>{_NUMBER})(?P<rest>.*)$",
            re.IGNORECASE,
        ),
        one_sided=re.compile(
            rf"^(?P<sign>{_one_of(words.comparators)})\s*(?P<limit>{_NUMBER})(?P<rest>.*)$",
            re.IGNORECASE,
        ),
        limit_first=re.compile(
            rf"^(?P<limit>{_NUMBER})(?P<rest>.*?)\s+(?P<sign>{_one_of(behind)})$", re.IGNORECASE
        ),
    )


def _one_of(words: Iterable[str]) -> str:
    """Return a pattern for any of the words, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or r"(?!)"


def _proved_mark(cells: Iterable[str]) -> str | None:
    """Return the decimal mark that the numbers of a column prove,
    or None where they prove none or both.
    """
    short = [unify_widths(cell) for cell in cells if len(cell) <= _LONGEST]
    marks = {mark for cell in short for mark in _FRACTION.findall(cell)}
    marks |= {"." for cell in short if _LAKHS.search(cell)}
    return marks.pop() if len(marks) == 1 else None


def _parse(cell: str, decimal: str | None, catalog: Catalog) -> Limits:
    if len(cell) > _LONGEST:
        return _UNREADABLE
    text = unify_widths(cell).strip()
    if text.casefold() in catalog.words.no_range or fold_words(text) in catalog.words.no_range:
        return (np.nan, np.nan, "", False)
    in_brackets = _BRACKETS.match(text)
    if in_brackets:
        text = " ".join(filter(None, in_brackets.groups()))
    read = _parse_plain(text, decimal, catalog)
    return _parse_doubled(text, decimal, catalog) if read[3] else read


def _parse_doubled(text: str, decimal: str | None, catalog: Catalog) -> Limits:
    """Read an interval that is printed twice without a space: `3.8 to 10.8 K/uL3.8 - 10.8 K/uL`;
    both must agree.
    """
    for seam in _UNIT_THEN_NUMBER.finditer(text):
        first = _parse_plain(text[: seam.start()], decimal, catalog)
        if not first[3] and first == _parse_plain(text[seam.start() :], decimal, catalog):
            return first
    return _UNREADABLE


def _parse_plain(text: str, decimal: str | None, catalog: Catalog) -> Limits:
    """Read two limits with a dash or word between them, two named ones,
    or one with a comparator.
    """
    text = _LAKHS.sub(lambda number: number.group().replace(",", ""), " ".join(text.split()))
    text = _drop_grouping(text, decimal)
    patterns = _patterns(catalog)
    pair = patterns.two_sided.match(text)
    if pair and not _words_belong_together(pair["start"], pair["end"], catalog):
        return _UNREADABLE
    pair = pair or patterns.named.match(text)
    if pair:
        low, high = _limits([pair["low"], pair["high"]], decimal)
        units = [unit for unit in (_unit(pair["first"]), _unit(pair["rest"])) if unit]
        agreeing = len({fold_unit(unit) for unit in units}) <= 1 and all(
            is_known_unit(u, catalog) for u in units
        )
        if low is None or high is None or low >= high or not agreeing:
            return _UNREADABLE
        return (low, high, units[-1] if units else "", False)
    single = patterns.one_sided.match(text) or patterns.limit_first.match(text)
    if not single:
        return _UNREADABLE
    limit, unit = _limits([single["limit"]], decimal)[0], _unit(single["rest"])
    if limit is None or (unit and not is_known_unit(unit, catalog)):
        return _UNREADABLE
    upper = catalog.words.comparators[single["sign"].casefold()].startswith("<")
    return (np.nan if upper else limit, limit if upper else np.nan, unit, False)


def _words_belong_together(start: str | None, end: str | None, catalog: Catalog) -> bool:
    """Tell whether a word in front and the one between two limits are a pair: `von ...

    bis`, not `von ... to`.
    """
    if not start and not end:
        return True
    return (fold_words(start or ""), fold_words(end or "")) in catalog.words.range_words


def _unit(text: str) -> str:
    """Return the text behind a limit without spaces and brackets around the whole of it."""
    text = text.strip()
    return text[1:-1].strip() if text.startswith(("(", "[")) and text.endswith((")", "]")) else text


def _drop_grouping(text: str, decimal: str | None) -> str:
    """Return the text without the groups of thousands that the user's decimal mark allows; none
    begins with 0.
    """
    grouping = {",": r"\.", ".": ","}.get(decimal or "")
    if not grouping:
        return text
    grouped = rf"(?<![0-9.,])[1-9][0-9]{{0,2}}(?:{grouping}[0-9]{{3}})+(?![0-9])"
    return re.sub(grouped, lambda number: re.sub("[.,]", "", number.group()), text)


def _limits(texts: list[str], decimal: str | None) -> list[float | None]:
    """Return the numbers of an interval, None where one can be read in two ways and the other
    settles nothing.
    """
    if decimal is None:
        proved = {
            mark for text in texts if not _EITHER.fullmatch(text) for mark in ".," if mark in text
        }
        if len(proved) > 1:
            return [None for _ in texts]
        decimal = proved.pop() if proved else None
    return [_limit(text, decimal) for text in texts]


def _limit(text: str, decimal: str | None) -> float | None:
    if _EITHER.fullmatch(text):
        grouped = decimal is not None and decimal not in text
        return None if decimal is None else float(re.sub("[.,]", "" if grouped else ".", text))
    if decimal and decimal not in text and re.search(r"[.,][0-9]{3}$", text):
        return None  # `0,500` beside a decimal point: neither five hundred nor a half for certain
    return float(text.replace(",", "."))


def join_limits(low: TextColumn, high: TextColumn) -> TextColumn:
    """Return the two printed limits as one text: `4.0-11.0`, `>=4.0`, `<=11.0` or ""."""
    pairs = low.joined(high, "\n")
    told = []
    for pair in pairs.words.to_pylist():
        first, _, second = pair.partition("\n")
        one_sided = f">={first}" if first else f"<={second}" if second else ""
        told.append(f"{first}-{second}" if first and second else one_sided)
    return TextColumn(pairs.codes, pa.array(told, pa.string()))
