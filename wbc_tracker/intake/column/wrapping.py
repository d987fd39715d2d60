"""What programs wrap around the text of a cell, taken off: markup, formulas of text, unseen signs.

`="6.1"` and `'6.1` keep a spreadsheet from changing a text, `&lt;1` and `10<sup>9</sup>/L` come
from web pages. What is left is what a person sees.
"""

from __future__ import annotations

import html
import re

import pyarrow as pa
import pyarrow.compute as pc

from wbc_tracker.intake.column.texts import TextColumn, matches

#: Signs without width: soft hyphen, zero-width spaces and joiners, directions, byte order mark.
_UNSEEN = "\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff"
_WRAPPED = rf"^[=']|&[#A-Za-z]|<[/A-Za-z]|[{_UNSEEN}]"
_UNSEEN_SIGNS = re.compile(f"[{_UNSEEN}]")
_FORMULA = r'(?s)^=".*"$'
_TEXT_FORMULA = re.compile(r'^="(.*)"$', re.DOTALL)
#: An apostrophe that keeps a spreadsheet from running a text, as this program's own files have it.
_GUARD = r"^'[=+@＝＋－＠﹦﹢﹣﹫-]"
_APOSTROPHE = re.compile(r"^'(?=[0-9<>=≤≥/%+@\-])")
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_RAISED = re.compile(r"<sup\s*>\s*([0-9]{1,2})\s*</sup\s*>", re.IGNORECASE)
_BREAK = re.compile(r"<br\s*/?>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:a|b|big|body|code|div|em|font|html|i|li|ol|p|pre|small|span|strong|sub|sup|table|tbody|td"
    r"|th|tr|tt|u|ul)(?:\s[^<>]*)?/?>",
    re.IGNORECASE,
)
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
#: A text may be escaped twice (`&amp;lt;1`); more often than that is an attack on the reader.
_MOST_ESCAPES = 3


def unwrap(text: str) -> str:
    """Return the text of a cell as a person sees it, trimmed."""
    text = _UNSEEN_SIGNS.sub("", text).strip()
    formula = _TEXT_FORMULA.match(text)
    if formula:
        text = formula[1].replace('""', '"').strip()
    text = _without_tags(_APOSTROPHE.sub("", text))
    for _ in range(_MOST_ESCAPES):
        if not _ENTITY.search(text):
            break
        text = _without_tags(html.unescape(text))
    return _UNSEEN_SIGNS.sub("", text).strip()


def unwrap_column(column: TextColumn) -> TextColumn:
    """Return a column of texts as a person sees them; most columns are returned as they are."""
    words = column.words
    wrapped = matches(words, _WRAPPED)
    if not wrapped.any():
        return column
    plain = [unwrap(text) for text in words.filter(pa.array(wrapped)).to_pylist()]
    return TextColumn(
        column.codes, pc.replace_with_mask(words, pa.array(wrapped), pa.array(plain, pa.string()))
    )


def as_printed(column: TextColumn) -> TextColumn:
    """Return a column of ids: only a formula of text is taken off, and the apostrophe that keeps a
    spreadsheet from taking a text for a formula.

    What looks like markup or has no width may be all that keeps two people apart.
    """
    words = column.words
    wrapped = matches(words, f"{_FORMULA}|{_GUARD}")
    if not wrapped.any():
        return column
    plain = [_without_guard(text) for text in words.filter(pa.array(wrapped)).to_pylist()]
    return TextColumn(
        column.codes, pc.replace_with_mask(words, pa.array(wrapped), pa.array(plain, pa.string()))
    )


def _without_guard(text: str) -> str:
    if text.startswith("'"):
        return text[1:]
    return _TEXT_FORMULA.sub(lambda found: found[1].replace('""', '"'), text).strip()


def _without_tags(text: str) -> str:
    if "<" not in text:
        return text
    text = _RAISED.sub(lambda digits: digits[1].translate(_SUPERSCRIPTS), text)
    return _TAG.sub("", _BREAK.sub(" ", text))
